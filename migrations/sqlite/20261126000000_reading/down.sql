ALTER TABLE parsings DROP COLUMN password;
DROP TABLE attachments;
DROP INDEX documents_parent_id;
ALTER TABLE documents DROP COLUMN parent_id;
