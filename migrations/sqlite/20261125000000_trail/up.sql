-- The trail of one kind of action, however long that of all others is.
CREATE INDEX events_action ON events (workspace_id, action, created_at, id);
