-- The foundation: who, what, results, and the ledger of jobs.
-- Ids and instants are text (UUID; RFC 3339 in UTC with microseconds, so that text order is time order).

CREATE TABLE instance (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    secret_key BLOB NOT NULL CHECK (length(secret_key) = 32),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at TEXT NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
) STRICT;

CREATE TABLE workspaces (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    icon TEXT,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE members (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'user', 'readonly')),
    created_at TEXT NOT NULL,
    CONSTRAINT members_pkey PRIMARY KEY (workspace_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user_id ON members (user_id, workspace_id);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    abilities TEXT NOT NULL CHECK (json_valid(abilities)),
    -- A token confined to a workspace goes with it.
    workspace_id INTEGER REFERENCES workspaces (id) ON DELETE CASCADE,
    expires_at TEXT,
    revoked_at TEXT,
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    CONSTRAINT tokens_hash_key UNIQUE (hash)
) STRICT;
CREATE INDEX tokens_user_id ON tokens (user_id, created_at, id);
CREATE INDEX tokens_workspace_id ON tokens (workspace_id);

CREATE TABLE templates (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name in lower case: LIKE and lower() differ between the databases.
    name_folded TEXT NOT NULL,
    description TEXT,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    -- The number of the version that holds the newest schema.
    version_number INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX templates_workspace_id ON templates (workspace_id, created_at, id);

CREATE TABLE template_versions (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    template_id TEXT NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    schema_json TEXT NOT NULL CHECK (json_valid(schema_json)),
    created_by INTEGER NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    created_at TEXT NOT NULL,
    CONSTRAINT template_versions_number_key UNIQUE (template_id, number)
) STRICT;
CREATE INDEX template_versions_workspace_id ON template_versions (workspace_id);
CREATE INDEX template_versions_created_by ON template_versions (created_by);

-- No foreign keys: an entry outlives what it speaks of.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'command_line', 'system')),
    user_id INTEGER,
    token_id TEXT,
    action TEXT NOT NULL,
    object_id TEXT NOT NULL,
    request_id TEXT,
    created_at TEXT NOT NULL,
    CHECK ((actor = 'user') = (user_id IS NOT NULL)),
    CHECK ((actor = 'user') = (token_id IS NOT NULL))
) STRICT;
CREATE INDEX events_workspace_id ON events (workspace_id, created_at, id);

CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    filename TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    status TEXT NOT NULL
        CHECK (status IN ('uploaded', 'queued', 'parsing', 'parsed', 'processed', 'failed')),
    source_type TEXT NOT NULL CHECK (source_type IN ('upload', 'url', 'connector')),
    source_url TEXT,
    page_count INTEGER CHECK (page_count >= 0),
    error TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT documents_sha256_key UNIQUE (workspace_id, sha256)
) STRICT;
CREATE INDEX documents_workspace_id ON documents (workspace_id, created_at, id);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    template_id TEXT NOT NULL REFERENCES templates (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_workspace_id ON sessions (workspace_id, created_at, id);
CREATE INDEX sessions_template_id ON sessions (template_id, created_at, id);

CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    filename TEXT,
    content_type TEXT NOT NULL,
    size INTEGER CHECK (size >= 0),
    -- The attempt to send the bytes that came through.
    blob_id TEXT,
    -- The session of a batch whose job makes a document of it: nobody else may.
    session_id TEXT REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX uploads_user_id ON uploads (user_id);
CREATE INDEX uploads_session_id ON uploads (session_id);
CREATE INDEX uploads_expires_at ON uploads (expires_at, id);

CREATE TABLE session_documents (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    attached_at TEXT NOT NULL,
    CONSTRAINT session_documents_pkey PRIMARY KEY (session_id, document_id),
    CONSTRAINT session_documents_position_key UNIQUE (session_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_documents_document_id ON session_documents (document_id);

CREATE TABLE parsings (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    config_hash TEXT NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    parser_version TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'parsing', 'parsed', 'failed')),
    page_count INTEGER CHECK (page_count >= 0),
    error TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CONSTRAINT parsings_config_key UNIQUE (document_id, config_hash)
) STRICT;
CREATE INDEX parsings_workspace_id ON parsings (workspace_id);
CREATE INDEX parsings_document_id ON parsings (document_id, updated_at, id);

CREATE TABLE pages (
    parsing_id TEXT NOT NULL REFERENCES parsings (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    -- In points; none where the format lays out no pages.
    width REAL,
    height REAL,
    word_count INTEGER NOT NULL CHECK (word_count >= 0),
    CONSTRAINT pages_pkey PRIMARY KEY (parsing_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
    id TEXT NOT NULL PRIMARY KEY,
    parsing_id TEXT NOT NULL REFERENCES parsings (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL CHECK (chunk_index >= 0),
    page_from INTEGER NOT NULL,
    page_to INTEGER NOT NULL,
    blocks TEXT NOT NULL CHECK (json_valid(blocks)),
    token_count INTEGER NOT NULL CHECK (token_count >= 0),
    CONSTRAINT chunks_index_key UNIQUE (parsing_id, chunk_index)
) STRICT;

CREATE TABLE results (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    template_version_id TEXT NOT NULL REFERENCES template_versions (id) ON DELETE CASCADE,
    status TEXT NOT NULL
        CHECK (status IN ('created', 'parsing_pending', 'processing', 'completed', 'failed')),
    config_hash TEXT NOT NULL,
    document_refs TEXT NOT NULL CHECK (json_valid(document_refs)),
    title TEXT,
    data TEXT CHECK (json_valid(data)),
    audit TEXT CHECK (json_valid(audit)),
    checks TEXT NOT NULL CHECK (json_valid(checks)),
    warnings TEXT NOT NULL CHECK (json_valid(warnings)),
    error TEXT,
    -- How often something it reads had to be parsed again.
    rereadings INTEGER NOT NULL DEFAULT 0 CHECK (rereadings >= 0),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    completed_at TEXT,
    CHECK ((status IN ('completed', 'failed')) = (completed_at IS NOT NULL)),
    CHECK (status <> 'completed' OR (data IS NOT NULL AND audit IS NOT NULL))
) STRICT;
CREATE INDEX results_workspace_id ON results (workspace_id, created_at, id);
CREATE INDEX results_session_id ON results (session_id, created_at, id);
CREATE INDEX results_template_version_id ON results (template_version_id);

-- What a result waits for and then reads, in the order of the documents.
CREATE TABLE result_parsings (
    result_id TEXT NOT NULL REFERENCES results (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    parsing_id TEXT NOT NULL REFERENCES parsings (id) ON DELETE CASCADE,
    CONSTRAINT result_parsings_pkey PRIMARY KEY (result_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX result_parsings_parsing_id ON result_parsings (parsing_id);

-- The ledger. A job that is done is deleted; a dead one stays, with its last error.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    task TEXT NOT NULL CHECK (json_valid(task)),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    -- When it may be claimed: its time to run while it waits, the end of its lease while it runs.
    due_at TEXT,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    lost_leases INTEGER NOT NULL CHECK (lost_leases >= 0),
    lease_token TEXT,
    worker TEXT,
    last_error TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((state = 'dead') = (due_at IS NULL)),
    CHECK ((state = 'running') = (lease_token IS NOT NULL))
) STRICT;
CREATE INDEX jobs_due ON jobs (kind, due_at, id);
CREATE INDEX jobs_workspace_id ON jobs (workspace_id);
