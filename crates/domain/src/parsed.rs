//! What was read out of a document: pages with words, lines, blocks, tables and rules; and the chunks made of them.
//!
//! Everything refers downwards by index: a [`Line`] is a range of its page's words, a [`Block`] a range of its
//! page's lines. Words stand in reading order, so that a page's text is its words in sequence.
//!
//! Only the crate `parsing` makes these; `extraction` and the API read them.

mod chunk;
mod markdown;
mod page;
mod pair;
mod table;

pub use chunk::{Chunk, ChunkBlock, ChunkBlockKind, RowCell, TableOfChunk, TableRowOfChunk};
pub use page::{Block, BlockKind, Line, Page, PageSize, Picture, Rule, Span, TextOrigin, Word};
pub use pair::{AttachedFile, Pair, PairKind, XmlValue};
pub use table::{Cell, Table};

use serde::{Deserialize, Serialize};

/// A document that was read.
///
/// ```
/// use domain::parsed::ParsedDocument;
///
/// let nothing = ParsedDocument::default();
/// assert_eq!(nothing.text(), "");
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ParsedDocument {
    /// The type the bytes were found to have: `application/pdf`. Decided by content, not by the file's name.
    pub media_type: String,
    /// Pages, slides or sheets, in order.
    pub pages: Vec<Page>,
    /// The text in pieces for retrieval and for reading through the API.
    pub chunks: Vec<Chunk>,
    /// Values of the e-invoice that the file is or holds, in the order of the XML.
    pub xml: Vec<XmlValue>,
    /// Files inside this one, in order.
    pub attachments: Vec<AttachedFile>,
    /// What could not be read, for the document's owner: "page 3: 12 glyphs have no known character".
    pub warnings: Vec<String>,
}

impl ParsedDocument {
    /// The page of that number (from 1).
    pub fn page(&self, number: u32) -> Option<&Page> {
        self.pages.iter().find(|page| page.number == number)
    }

    /// The text of all pages, a line of the page a line, pages separated by a form feed.
    pub fn text(&self) -> String {
        let pages: Vec<String> = self.pages.iter().map(Page::text).collect();
        pages.join("\u{c}")
    }
}
