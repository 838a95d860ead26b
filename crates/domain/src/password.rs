//! What opens a locked document.

use std::fmt;

use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The password of a document. Prints nothing of itself.
///
/// ```
/// use domain::password::DocumentPassword;
///
/// let password: DocumentPassword = serde_json::from_str("\"open sesame\"")?;
/// assert_eq!(format!("{password:?}"), "DocumentPassword(redacted)");
/// assert_eq!(password.reveal(), "open sesame");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 256, format = Password))]
pub struct DocumentPassword(String);

/// The text cannot be a document's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to {} characters", DocumentPassword::MOST_CHARACTERS)]
pub struct DocumentPasswordError;

impl DocumentPassword {
    /// Formats take 127 bytes at most; some readers cut what is longer.
    pub const MOST_CHARACTERS: usize = 256;

    /// The password itself, for who opens the document.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DocumentPassword {
    type Error = DocumentPasswordError;

    fn try_from(text: String) -> Result<Self, DocumentPasswordError> {
        if (1..=Self::MOST_CHARACTERS).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(DocumentPasswordError)
        }
    }
}

impl fmt::Debug for DocumentPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentPassword(redacted)")
    }
}
