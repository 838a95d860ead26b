//! Errors of the other crates as answers.

use storage::blobs::BlobError;
use worker::intake::AdoptError;

use super::{ApiError, chain};

impl From<storage::Error> for ApiError {
    fn from(error: storage::Error) -> Self {
        use storage::Error;
        match error {
            Error::Busy | Error::Interrupted => Self::Busy,
            Error::Unavailable(cause) => {
                tracing::error!(error = chain(&*cause), "the database cannot be reached");
                Self::Busy
            }
            // Found a moment ago and gone by now: another deleted it, or its workspace.
            error @ Error::MissingReference => {
                tracing::warn!(error = chain(&error), "a request met with a deletion");
                Self::Conflict("what this belongs to was deleted meanwhile")
            }
            // Operations handle the conflicts that a request can cause; what is left is our mistake.
            error @ (Error::Conflict(_)
            | Error::Inconsistent { .. }
            | Error::LeaseLost
            | Error::Migration(_)
            | Error::Database(_)) => Self::internal(error),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { max } => Self::TooLarge {
                what: "file",
                limit: max,
            },
            BlobError::Interrupted(cause) => Self::BodyUnreadable(cause.to_string()),
            error @ (BlobError::NotFound | BlobError::Open(_) | BlobError::Store(_)) => Self::internal(error),
        }
    }
}

impl From<AdoptError> for ApiError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Database(error) => error.into(),
            AdoptError::Blobs(error) => error.into(),
        }
    }
}
