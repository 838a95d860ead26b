//! Why a document was not read, in words for its owner.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits::Limit;

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
    #[error("the file is protected by a password; give it, or save the file without one and upload it again")]
    PasswordNeeded,
    /// The password that was given does not open the file.
    #[error("the password does not open the file")]
    WrongPassword,
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
    /// More of something than is read, see [`crate::limits`].
    #[error("the file has {what}; the limit is {limit}")]
    OverLimit {
        /// What there is too much of.
        what: Limit,
        /// How much of it is read.
        limit: u64,
    },
    /// Reading took more memory than the parser may have.
    #[error("reading the file takes more memory than the limit of {} MB", limit / 1_000_000)]
    MemoryLimit {
        /// Bytes allowed.
        limit: u64,
    },
    /// The document has no page of that number.
    #[error("the document has no page {page}")]
    NoSuchPage {
        /// The page asked for, from 1.
        page: u32,
    },
    /// Pages of this kind of file are not drawn: it does not say what they look like.
    #[error("files of this kind have no pages that can be drawn")]
    NotDrawn,
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
            | Self::WrongPassword
            | Self::OverLimit { .. }
            | Self::MemoryLimit { .. }
            | Self::NoSuchPage { .. }
            | Self::NotDrawn => true,
            Self::TimeLimit { .. } | Self::Crashed | Self::NotRun { .. } => false,
        }
    }
}
