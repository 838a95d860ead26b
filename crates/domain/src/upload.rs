//! Uploads: bytes that were announced, and perhaps sent, but are no document yet.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{UploadBlobId, UploadId, UserId};
use crate::time::Timestamp;

/// An announced upload. It belongs to the user who asked for it: another's key is as good as an unknown one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Who may use its key.
    pub user_id: UserId,
    /// The name the file shall have, if it was said.
    pub filename: Option<String>,
    /// The type it was said to have.
    pub content_type: String,
    /// Length in bytes, once they are here; also the sign that they are whole.
    pub size: Option<u64>,
    /// Which attempt to send them it was that came through. None before that, and where a bucket takes the bytes.
    pub blob: Option<UploadBlobId>,
    /// When it was announced.
    pub created_at: Timestamp,
    /// Until when bytes are taken.
    pub expires_at: Timestamp,
}

/// The key of an upload as clients carry it about: `tmp/<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UploadKey(pub UploadId);

/// The text is not the key of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an upload key: expected tmp/<uuid>")]
pub struct UploadKeyError;

impl fmt::Display for UploadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tmp/{}", self.0)
    }
}

impl FromStr for UploadKey {
    type Err = UploadKeyError;

    fn from_str(text: &str) -> Result<Self, UploadKeyError> {
        let id = text.strip_prefix("tmp/").ok_or(UploadKeyError)?;
        id.parse()
            .map(Self)
            .map_err(|_error: crate::id::IdError| UploadKeyError)
    }
}

impl TryFrom<String> for UploadKey {
    type Error = UploadKeyError;

    fn try_from(text: String) -> Result<Self, UploadKeyError> {
        text.parse()
    }
}

impl From<UploadKey> for String {
    fn from(key: UploadKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_a_path_is_no_key() {
        let key = UploadKey(UploadId::generate());
        assert_eq!(key.to_string().parse(), Ok(key));
        for bad in ["", "tmp/", "tmp/../etc/passwd", "doc/0", &format!("/{key}")] {
            assert_eq!(bad.parse::<UploadKey>(), Err(UploadKeyError), "{bad}");
        }
    }
}
