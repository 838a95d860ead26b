//! The uniqueness rules that a caller can run into, by the names that each database gives them.

use std::fmt;

macro_rules! constraints {
    ($($(#[$doc:meta])* $name:ident = $postgres:literal, $sqlite:literal, $words:literal;)*) => {
        /// A uniqueness rule of the schema.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Constraint {
            $($(#[$doc])* $name,)*
        }

        impl Constraint {
            /// Every rule. A test compares them with both catalogues.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The constraint's name on PostgreSQL.
            pub const fn postgres_name(self) -> &'static str {
                match self {
                    $(Self::$name => $postgres,)*
                }
            }

            /// How SQLite, which tells no names, writes it: `table.column, table.column`.
            pub const fn sqlite_columns(self) -> &'static str {
                match self {
                    $(Self::$name => $sqlite,)*
                }
            }
        }

        impl fmt::Display for Constraint {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $words,)*
                })
            }
        }
    };
}

constraints! {
    /// One account an address.
    UserEmail = "users_email_key", "users.email", "the e-mail address";
    /// One token a hash.
    TokenHash = "tokens_hash_key", "tokens.hash", "the token";
    /// A user is a member of a workspace once.
    Member = "members_pkey", "members.workspace_id, members.user_id", "the membership";
    /// Versions of a template are counted.
    TemplateVersionNumber = "template_versions_number_key",
        "template_versions.template_id, template_versions.number", "the version of the template";
    /// A workspace holds each content once.
    DocumentContent = "documents_sha256_key", "documents.workspace_id, documents.sha256", "the content";
    /// A document is attached to a session once.
    SessionDocument = "session_documents_pkey",
        "session_documents.session_id, session_documents.document_id", "the document's place in the session";
    /// Documents of a session stand in a row.
    SessionPosition = "session_documents_position_key",
        "session_documents.session_id, session_documents.position", "the position in the session";
    /// A document is attached to another once.
    Attachment = "attachments_pkey", "attachments.parent_id, attachments.child_id", "the attachment";
    /// A document is parsed once under one configuration.
    ParsingConfig = "parsings_config_key", "parsings.document_id, parsings.config_hash", "the parsing";
    /// Page numbers of a parsing.
    Page = "pages_pkey", "pages.parsing_id, pages.number", "the page";
    /// Chunks of a parsing are counted.
    ChunkIndex = "chunks_index_key", "chunks.parsing_id, chunks.chunk_index", "the chunk";
    /// What a result reads stands in a row.
    ResultParsing = "result_parsings_pkey", "result_parsings.result_id, result_parsings.position",
        "the document's place in the result";
    /// An address waits for one invitation to a workspace.
    PendingInvite = "invites_pending_key", "invites.workspace_id, invites.email", "the invitation";
    /// A key stands for one request.
    IdempotencyKey = "idempotency_keys_pkey",
        "idempotency_keys.token_id, idempotency_keys.route, idempotency_keys.key", "the idempotency key";
    /// Bytes are deleted once.
    DiscardedBlob = "discarded_blobs_pkey",
        "discarded_blobs.workspace_id, discarded_blobs.kind, discarded_blobs.name", "the discarded blob";
}

impl Constraint {
    /// The rule that an error speaks of: PostgreSQL gives its name, SQLite the columns in the message.
    pub(crate) fn find(name: Option<&str>, message: &str) -> Option<Self> {
        let columns = message.strip_prefix("UNIQUE constraint failed: ");
        let known = Self::ALL.iter().copied();
        match (name, columns) {
            (_, Some(columns)) => known.into_iter().find(|rule| rule.sqlite_columns() == columns),
            (Some(name), None) => known.into_iter().find(|rule| rule.postgres_name() == name),
            (None, None) => None,
        }
    }
}
