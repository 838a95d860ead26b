//! Typed ids.
//!
//! A UUID id carries the kind of thing it names in its type, so that a session's id cannot be passed where a
//! document's is wanted. Workspaces and users are counted (the wire contract has integers there).

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::hash::ContentHash;

/// What an id names. Implemented by the markers in this module only.
pub trait Kind: Send + Sync + 'static {
    /// The kind in words, for error messages: "template".
    const NAME: &'static str;
}

/// A UUID that names one thing of kind `K`. New ones are UUIDv7, so they sort by the time they were made.
pub struct Id<K: Kind>(Uuid, PhantomData<fn() -> K>);

impl<K: Kind> Id<K> {
    /// Makes a new id from the present time and random bits.
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    pub fn generate() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// Takes an id that was made elsewhere: read from a database or a request.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare UUID.
    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }

    /// A UUIDv8 made of a SHA-256, for ids that must come out the same in every run.
    fn from_digest(digest: &[u8]) -> Self {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = *from;
        }
        Self::from_uuid(Uuid::new_v8(bytes))
    }
}

impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K: Kind> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", K::NAME, self.0)
    }
}
impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a {kind}: expected a UUID")]
pub struct IdError {
    kind: &'static str,
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse()
            .map(Self::from_uuid)
            .map_err(|_error: uuid::Error| IdError { kind: K::NAME })
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

#[cfg(feature = "openapi")]
impl<K: Kind> utoipa::PartialSchema for Id<K> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .into()
    }
}
#[cfg(feature = "openapi")]
impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $alias:ident = $marker:ident, $name:literal;)*) => {$(
        #[doc = concat!("Marks the id of a ", $name, ".")]
        pub enum $marker {}
        impl Kind for $marker {
            const NAME: &'static str = $name;
        }
        $(#[$doc])*
        pub type $alias = Id<$marker>;
    )*};
}

uuid_ids! {
    /// Names a personal access token (not its secret).
    TokenId = TokenKind, "token";
    /// Names a template.
    TemplateId = TemplateKind, "template";
    /// Names one saved state of a template's schema.
    TemplateVersionId = TemplateVersionKind, "template version";
    /// Names a session.
    SessionId = SessionKind, "session";
    /// Names a document of a workspace.
    DocumentId = DocumentKind, "document";
    /// Names one parsing of a document under one parse configuration.
    ParsingId = ParsingKind, "parsing";
    /// Names a chunk of a parsed document.
    ChunkId = ChunkKind, "chunk";
    /// Names the result of one extraction run.
    ResultId = ResultKind, "result";
    /// Names an upload that no document has claimed yet.
    UploadId = UploadKind, "upload";
    /// Names the bytes of one attempt to send an upload.
    UploadBlobId = UploadBlobKind, "upload blob";
    /// Names a job in the ledger.
    JobId = JobKind, "job";
    /// Names one holding of a job by one worker.
    LeaseToken = LeaseKind, "lease";
    /// Names an entry of the audit trail.
    EventId = EventKind, "event";
    /// Names one holding of an idempotency key by one request.
    KeyHolder = KeyHolderKind, "holder of a key";
    /// Names one HTTP request.
    RequestId = RequestKind, "request";
}

impl DocumentId {
    /// The id a document has where no database gives it one (`extract`, `eval`): the same bytes, the same id.
    pub fn from_content(hash: &ContentHash) -> Self {
        Self::from_digest(hash.as_bytes())
    }
}

impl ChunkId {
    /// The id of a document's chunk: it follows from the document, the parse configuration and the chunk's index,
    /// so that parsing the same document again gives the same ids.
    pub fn derive(document: DocumentId, config_hash: &str, index: u32) -> Self {
        let digest = Sha256::new()
            .chain_update(document.as_uuid().as_bytes())
            .chain_update(config_hash.as_bytes())
            .chain_update(index.to_be_bytes())
            .finalize();
        Self::from_digest(&digest)
    }
}

macro_rules! counted_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

counted_ids! {
    /// Names a workspace.
    WorkspaceId;
    /// Names a user.
    UserId;
    /// Names an invitation to a workspace.
    InviteId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = SessionId::generate();
        assert_eq!(id.to_string().parse::<SessionId>(), Ok(id));
    }

    #[test]
    fn a_wrong_id_says_what_was_expected() {
        let error = "12".parse::<TemplateId>().unwrap_err();
        assert_eq!(error.to_string(), "not the id of a template: expected a UUID");
    }

    #[test]
    fn a_chunk_id_depends_on_document_configuration_and_index() {
        let document = DocumentId::from_content(&ContentHash::of(b"bytes"));
        let id = ChunkId::derive(document, "config", 0);
        assert_eq!(id, ChunkId::derive(document, "config", 0));
        assert_ne!(id, ChunkId::derive(document, "config", 1));
        assert_ne!(id, ChunkId::derive(document, "other", 0));
        assert_eq!(id.as_uuid().get_version_num(), 8);
    }
}
