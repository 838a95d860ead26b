-- Documents that came with others, and what opens locked ones.

-- The first document it came with; none where it was uploaded itself, or where that one is gone.
ALTER TABLE documents ADD COLUMN parent_id TEXT REFERENCES documents (id) ON DELETE SET NULL;
CREATE INDEX documents_parent_id ON documents (parent_id);

-- What is attached to what: the same content may come with several.
CREATE TABLE attachments (
    parent_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    child_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    CONSTRAINT attachments_pkey PRIMARY KEY (parent_id, child_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_child_id ON attachments (child_id);

-- Sealed with the instance's key; gone once the parsing has ended.
ALTER TABLE parsings ADD COLUMN password BLOB;
