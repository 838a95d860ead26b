//! Why a document was not read, in words for its owner.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A document was not read.
///
/// The messages are shown to the document's owner: they say what is wrong and, where there is one, the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ParseError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The kind of file is none that is read.
    #[error(
        "files of the type {media_type} are not read; supported are {}",
        crate::SUPPORTED
    )]
    Unsupported {
        /// What the bytes look like.
        media_type: String,
    },
    /// The file is of a supported kind but damaged beyond reading.
    #[error("the file looks like {media_type} but cannot be read: {reason}")]
    Broken {
        /// What it looks like.
        media_type: String,
        /// What is wrong.
        reason: String,
    },
    /// The file opens only with a password.
    #[error("the file is protected by a password; save it without one and upload it again")]
    PasswordNeeded,
    /// The file is encrypted in a way that is not read.
    #[error(
        "the file is encrypted in a way that is not supported; save it without encryption and upload it again"
    )]
    EncryptionUnsupported,
    /// More pages than allowed.
    #[error("the file has {pages} pages; the limit is {limit}")]
    TooManyPages {
        /// Pages of the file.
        pages: u32,
        /// Pages allowed.
        limit: u32,
    },
    /// More bytes than the parser takes or makes.
    #[error("the file, or what it unpacks to, is larger than the limit of {} MB", limit / 1_000_000)]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// Reading took too long and was ended.
    #[error("reading the file took longer than the limit of {} seconds", limit.as_secs_f32())]
    TimeLimit {
        /// Time allowed.
        limit: Duration,
    },
    /// The parser ended without an answer.
    #[error("the parser crashed while reading the file")]
    Crashed,
    /// The parser could not be run. The cause is for the operator, see the source of the error.
    #[error("the parser could not be run")]
    NotRun {
        /// What the system said; for the log, not for the document's owner.
        detail: String,
    },
}

impl ParseError {
    /// Whether the document is at fault, so that reading it again would give the same answer. All else is a failure
    /// on this side: trying again may help.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Empty
            | Self::Unsupported { .. }
            | Self::Broken { .. }
            | Self::PasswordNeeded
            | Self::EncryptionUnsupported
            | Self::TooManyPages { .. }
            | Self::TooLarge { .. } => true,
            Self::TimeLimit { .. } | Self::Crashed | Self::NotRun { .. } => false,
        }
    }
}
