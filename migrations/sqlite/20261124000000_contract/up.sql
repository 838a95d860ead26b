-- What the whole contract needs: invitations, answers kept for idempotency keys, bytes to be deleted, and lists that
-- cost the same however long they are.

-- How many there are, kept in step by whoever adds or removes one: counting a long list costs more than showing it.
ALTER TABLE workspaces ADD COLUMN document_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE templates ADD COLUMN session_count INTEGER NOT NULL DEFAULT 0;
UPDATE workspaces SET document_count =
    (SELECT count(*) FROM documents WHERE documents.workspace_id = workspaces.id);
UPDATE templates SET session_count =
    (SELECT count(*) FROM sessions WHERE sessions.template_id = templates.id);

-- Names in lower case, as templates have them, to find and sort by. What is there already is folded where it is ASCII.
ALTER TABLE sessions ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN filename_folded TEXT NOT NULL DEFAULT '';
UPDATE sessions SET name_folded = lower(name);
UPDATE documents SET filename_folded = lower(filename);

CREATE INDEX templates_name ON templates (workspace_id, name_folded, id);
CREATE INDEX sessions_workspace_name ON sessions (workspace_id, name_folded, id);
CREATE INDEX sessions_template_name ON sessions (template_id, name_folded, id);
CREATE INDEX sessions_workspace_status ON sessions (workspace_id, status, created_at, id);
CREATE INDEX sessions_template_status ON sessions (template_id, status, created_at, id);
CREATE INDEX documents_name ON documents (workspace_id, filename_folded, id);
CREATE INDEX documents_status ON documents (workspace_id, status, created_at, id);
CREATE INDEX sessions_workspace_status_name ON sessions (workspace_id, status, name_folded, id);
CREATE INDEX sessions_template_status_name ON sessions (template_id, status, name_folded, id);
CREATE INDEX documents_status_name ON documents (workspace_id, status, filename_folded, id);
-- The latest completed result of a session, however many runs failed after it.
CREATE INDEX results_session_status ON results (session_id, status, created_at, id);

-- An invitation to an address. One that was accepted stays, so that the list shows it.
CREATE TABLE invites (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'user', 'readonly')),
    -- Counts up when it is sent again: the links of before are good no longer.
    generation INTEGER NOT NULL CHECK (generation >= 1),
    -- The member who asked; none once that account is gone.
    invited_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
    valid_until TEXT NOT NULL,
    accepted_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX invites_workspace_id ON invites (workspace_id, created_at, id);
CREATE INDEX invites_invited_by ON invites (invited_by);
-- Of those that wait, one an address.
CREATE UNIQUE INDEX invites_pending_key ON invites (workspace_id, email) WHERE accepted_at IS NULL;

-- Answers of requests that carried an Idempotency-Key. Bound to the token and the address.
CREATE TABLE idempotency_keys (
    token_id TEXT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of what was sent; none while it is not known yet.
    fingerprint BLOB CHECK (length(fingerprint) = 32),
    -- Until then the first request is taken to be under way; none once it is answered.
    in_flight_until TEXT,
    -- Tells the request that holds the key from one that took it over.
    holder TEXT NOT NULL,
    status INTEGER,
    -- Of the answer, those that belong to what was made: type, address, version.
    headers TEXT,
    body BLOB,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (token_id, route, key),
    CHECK ((status IS NULL) = (in_flight_until IS NOT NULL))
) STRICT;
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);

-- Bytes that nothing points at any more, until they are deleted. No foreign key: it outlives what it speaks of.
CREATE TABLE discarded_blobs (
    workspace_id INTEGER NOT NULL,
    -- 'workspace': all that the workspace kept; name is empty.
    kind TEXT NOT NULL CHECK (kind IN ('document', 'parsed', 'workspace')),
    -- The hash of a document's bytes in hex, or the id of a parsing.
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT discarded_blobs_pkey PRIMARY KEY (workspace_id, kind, name)
) STRICT;
CREATE INDEX discarded_blobs_created_at ON discarded_blobs (created_at);
