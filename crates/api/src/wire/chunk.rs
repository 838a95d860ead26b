//! Chunks as they are sent.

use domain::id::{ChunkId, DocumentId};
use domain::parsed::{Chunk, ChunkBlock, ChunkBlockKind, RowCell};
use serde::Serialize;
use storage::chunks::StoredChunk;

/// A piece of a document's text: mostly one page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Chunk)]
pub struct ChunkBody {
    /// Its id; the same whenever the document is read with the same settings.
    pub id: ChunkId,
    /// The document.
    pub document_id: DocumentId,
    /// Place in the document, from 0.
    pub chunk_index: u32,
    /// What it holds, in reading order.
    pub blocks: Vec<BlockBody>,
    /// Pages, slides or sheets that it covers.
    pub page_range: PageRange,
    /// Its text as a whole; older form of `blocks`.
    pub content: String,
    /// First page; older form of `page_range`.
    pub page_number: u32,
    /// Its pages; older form of `page_range`.
    pub page_numbers: Vec<u32>,
    /// A rough count of tokens.
    pub token_count: u32,
    /// Empty; kept for older clients.
    pub metadata: NoMetadata,
}

/// The pages that a chunk covers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PageRange {
    /// First page, from 1.
    pub from: u32,
    /// Last page.
    pub to: u32,
}

/// An object without members.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct NoMetadata {}

/// A heading, a paragraph, a table or a row of one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Block)]
pub struct BlockBody {
    /// Names the block within its document.
    #[schema(example = "doc:page:1:block:0")]
    pub block_id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: BlockType,
    /// Its text; empty for a table, whose rows follow; the cells joined by ` | ` for a row.
    pub content: String,
    /// The page in words.
    #[schema(example = "Page 1")]
    pub page_ref: String,
    /// What is said of tables and rows; empty for text.
    pub meta: BlockMeta,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockType {
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
    /// A table.
    Table,
    /// A row of the table before it.
    TableRow,
}

/// What is said of tables and rows.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct BlockMeta {
    /// For a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub table: Option<TableMeta>,
    /// For a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub table_row: Option<TableRowMeta>,
}

/// Name and size of a table.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TableMeta {
    /// Names the table within its document.
    #[schema(example = "page:1:table:1")]
    pub table_id: String,
    /// Number of rows.
    pub row_count: u32,
    /// Number of columns.
    pub col_count: u32,
}

/// Table and cells of a row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TableRowMeta {
    /// Names the table within its document.
    #[schema(example = "page:1:table:1")]
    pub table_id: String,
    /// Whether the row names the columns.
    pub is_header_row: bool,
    /// The cells that hold anything.
    pub cells: Vec<CellBody>,
}

/// A cell of a row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Cell)]
pub struct CellBody {
    /// Column, from 1.
    pub col_index: u32,
    /// Its text.
    pub text: String,
}

impl From<StoredChunk> for ChunkBody {
    fn from(stored: StoredChunk) -> Self {
        let StoredChunk {
            id,
            document_id,
            chunk,
        } = stored;
        let content = chunk.text();
        let Chunk {
            index,
            page_from,
            page_to,
            blocks,
            token_count,
        } = chunk;
        Self {
            id,
            document_id,
            chunk_index: index,
            blocks: blocks.into_iter().map(BlockBody::from).collect(),
            page_range: PageRange {
                from: page_from,
                to: page_to,
            },
            content,
            page_number: page_from,
            page_numbers: (page_from..=page_to).collect(),
            token_count,
            metadata: NoMetadata::default(),
        }
    }
}

impl From<ChunkBlock> for BlockBody {
    fn from(block: ChunkBlock) -> Self {
        let ChunkBlock {
            page,
            index,
            kind,
            content,
        } = block;
        let (kind, meta) = type_and_meta(kind, page);
        Self {
            block_id: format!("doc:page:{page}:block:{index}"),
            kind,
            content,
            page_ref: format!("Page {page}"),
            meta,
        }
    }
}

fn type_and_meta(kind: ChunkBlockKind, page: u32) -> (BlockType, BlockMeta) {
    let plain = |kind| (kind, BlockMeta::default());
    let table_id = |number: u32| format!("page:{page}:table:{number}");
    match kind {
        ChunkBlockKind::Heading => plain(BlockType::Heading),
        ChunkBlockKind::Paragraph => plain(BlockType::Paragraph),
        ChunkBlockKind::ListItem => plain(BlockType::ListItem),
        ChunkBlockKind::Header => plain(BlockType::Header),
        ChunkBlockKind::Footer => plain(BlockType::Footer),
        ChunkBlockKind::Table(table) => {
            let table = TableMeta {
                table_id: table_id(table.table),
                row_count: table.row_count,
                col_count: table.col_count,
            };
            let meta = BlockMeta {
                table: Some(table),
                table_row: None,
            };
            (BlockType::Table, meta)
        }
        ChunkBlockKind::TableRow(row) => {
            let table_row = TableRowMeta {
                table_id: table_id(row.table),
                is_header_row: row.is_header_row,
                cells: row.cells.into_iter().map(CellBody::from).collect(),
            };
            let meta = BlockMeta {
                table: None,
                table_row: Some(table_row),
            };
            (BlockType::TableRow, meta)
        }
    }
}

impl From<RowCell> for CellBody {
    fn from(cell: RowCell) -> Self {
        let RowCell { col_index, text } = cell;
        Self { col_index, text }
    }
}

#[cfg(test)]
mod tests {
    use domain::hash::ContentHash;
    use domain::parsed::{TableOfChunk, TableRowOfChunk};
    use serde_json::json;

    use super::*;

    fn block(index: u32, kind: ChunkBlockKind, content: &str) -> ChunkBlock {
        ChunkBlock {
            page: 2,
            index,
            kind,
            content: content.to_owned(),
        }
    }

    #[test]
    fn a_chunk_has_the_newest_shape_and_the_older_names() {
        let table = TableOfChunk {
            table: 1,
            row_count: 1,
            col_count: 2,
        };
        let row = TableRowOfChunk {
            table: 1,
            is_header_row: true,
            cells: vec![RowCell {
                col_index: 2,
                text: "Amount".to_owned(),
            }],
        };
        let chunk = Chunk {
            index: 1,
            page_from: 2,
            page_to: 2,
            blocks: vec![
                block(0, ChunkBlockKind::Heading, "Invoice"),
                block(1, ChunkBlockKind::Table(table), ""),
                block(2, ChunkBlockKind::TableRow(row), "Item | Amount"),
            ],
            token_count: 6,
        };
        let document = DocumentId::from_content(&ContentHash::of(b""));
        let id = ChunkId::derive(document, "config", 1);
        let stored = StoredChunk {
            id,
            document_id: document,
            chunk,
        };
        let body = serde_json::to_value(ChunkBody::from(stored)).unwrap();
        let expected = json!({
            "id": id, "document_id": document, "chunk_index": 1,
            "blocks": [
                {"block_id": "doc:page:2:block:0", "type": "heading", "content": "Invoice", "page_ref": "Page 2", "meta": {}},
                {"block_id": "doc:page:2:block:1", "type": "table", "content": "", "page_ref": "Page 2",
                 "meta": {"table": {"table_id": "page:2:table:1", "row_count": 1, "col_count": 2}}},
                {"block_id": "doc:page:2:block:2", "type": "table_row", "content": "Item | Amount", "page_ref": "Page 2",
                 "meta": {"table_row": {"table_id": "page:2:table:1", "is_header_row": true,
                                        "cells": [{"col_index": 2, "text": "Amount"}]}}},
            ],
            "page_range": {"from": 2, "to": 2},
            "content": "Invoice\nItem | Amount", "page_number": 2, "page_numbers": [2], "token_count": 6, "metadata": {},
        });
        assert_eq!(body, expected);
    }
}
