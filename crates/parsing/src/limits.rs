//! How much of a document is read. What is over a limit is refused, and the refusal names the limit.
//!
//! The number of pages is a setting, see [`domain::parsing::ParseConfig`]; time and memory are the child process's, see
//! [`crate::child`]. The rest is the same for everyone and stands here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// Pixels of a picture: an A3 page at 600 dpi has 70 million.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Bytes that an archive, or what is packed in a file, unpacks to, all members together. While they come they may take
/// three times as much memory.
pub const MAX_INFLATED: u64 = 200_000_000;

/// Members of an archive, and parts of a mail.
pub const MAX_ENTRIES: u64 = 10_000;

/// Files attached to one document.
pub const MAX_ATTACHMENTS: u64 = 100;

/// How deep things may lie in each other: elements of HTML and XML, parts of a mail.
pub const MAX_DEPTH: u64 = 256;

/// Cells of all tables and sheets together.
pub const MAX_CELLS: u64 = 1_000_000;

/// Elements of HTML and XML.
pub const MAX_ELEMENTS: u64 = 2_000_000;

/// Characters of the document's text.
pub const MAX_CHARACTERS: u64 = 20_000_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Bytes of the file itself.
    FileBytes,
    /// See [`MAX_PIXELS`].
    Pixels,
    /// See [`MAX_INFLATED`].
    InflatedBytes,
    /// See [`MAX_ENTRIES`].
    Entries,
    /// See [`MAX_ATTACHMENTS`].
    Attachments,
    /// See [`MAX_DEPTH`].
    Depth,
    /// See [`MAX_CELLS`].
    Cells,
    /// See [`MAX_ELEMENTS`].
    Elements,
    /// See [`MAX_CHARACTERS`].
    Characters,
}

impl Limit {
    /// The limit itself, in what it counts. A file's own size has none of its own here.
    pub const fn most(self) -> u64 {
        match self {
            Self::FileBytes => u64::MAX,
            Self::Pixels => MAX_PIXELS,
            Self::InflatedBytes => MAX_INFLATED,
            Self::Entries => MAX_ENTRIES,
            Self::Attachments => MAX_ATTACHMENTS,
            Self::Depth => MAX_DEPTH,
            Self::Cells => MAX_CELLS,
            Self::Elements => MAX_ELEMENTS,
            Self::Characters => MAX_CHARACTERS,
        }
    }

    /// Refuses a number that is over the limit.
    pub fn check(self, found: u64) -> Result<(), ParseError> {
        if found > self.most() {
            return Err(self.exceeded());
        }
        Ok(())
    }

    /// The refusal of what is over the limit.
    pub const fn exceeded(self) -> ParseError {
        ParseError::OverLimit {
            what: self,
            limit: self.most(),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "more bytes than are read of this kind",
            Self::Pixels => "a picture of too many pixels",
            Self::InflatedBytes => "contents that unpack to too many bytes",
            Self::Entries => "too many members",
            Self::Attachments => "too many files attached",
            Self::Depth => "contents that lie too deep in each other",
            Self::Cells => "too many cells",
            Self::Elements => "too many elements",
            Self::Characters => "too many characters of text",
        })
    }
}
