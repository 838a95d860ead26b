//! Chunks: the text of a document in pieces, as the API lists them.

use serde::{Deserialize, Serialize};

/// A piece of a document: mostly one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    /// From 0.
    pub index: u32,
    /// First page it covers.
    pub page_from: u32,
    /// Last page it covers.
    pub page_to: u32,
    /// Its blocks in reading order.
    pub blocks: Vec<ChunkBlock>,
    /// A rough count of tokens for callers with a budget: characters over four.
    pub token_count: u32,
}

/// A heading, a paragraph, a table or a row of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChunkBlock {
    /// Page it stands on, from 1.
    pub page: u32,
    /// Index of the block on its page, from 0.
    pub index: u32,
    /// What it is.
    pub kind: ChunkBlockKind,
    /// Its text; empty for a table (its rows follow), cells joined with ` | ` for a row.
    pub content: String,
}

/// What a block of a chunk is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkBlockKind {
    /// A title.
    Heading,
    /// Running text.
    Paragraph,
    /// An entry of a list.
    ListItem,
    /// Head of the page.
    Header,
    /// Foot of the page.
    Footer,
    /// A table; its rows follow as blocks of their own.
    Table(TableOfChunk),
    /// A row of the table before it.
    TableRow(TableRowOfChunk),
}

/// What is said of a table in a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOfChunk {
    /// Number of the table on its page, from 1.
    pub table: u32,
    /// Number of rows.
    pub row_count: u32,
    /// Number of columns.
    pub col_count: u32,
}

/// What is said of a table's row in a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRowOfChunk {
    /// Number of the table on its page, from 1.
    pub table: u32,
    /// The row names the columns.
    pub is_header_row: bool,
    /// The cells that hold anything.
    pub cells: Vec<RowCell>,
}

/// A cell of a row in a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCell {
    /// Column, from 1.
    pub col_index: u32,
    /// Its text.
    pub text: String,
}

impl Chunk {
    /// The chunk's text: its blocks' contents, one a line.
    pub fn text(&self) -> String {
        let contents: Vec<&str> = self
            .blocks
            .iter()
            .map(|block| block.content.as_str())
            .filter(|text| !text.is_empty())
            .collect();
        contents.join("\n")
    }
}
