//! Tables on a page.

use serde::{Deserialize, Serialize};

use super::Page;
use super::page::join;
use crate::geometry::BBox;

/// Cells in rows and columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Around all cells.
    pub bbox: BBox,
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub columns: u32,
    /// How many rows at the top name the columns; 0 where none was recognised.
    pub header_rows: u32,
    /// Row by row, then by column; empty cells are left out.
    pub cells: Vec<Cell>,
    /// The cells' borders are drawn, not inferred from the gaps between words.
    pub ruled: bool,
    /// It goes on with the last table of the page before: its rows follow that one's, in the same columns. The head of
    /// that one holds for it, too; where it is printed again, `header_rows` counts it.
    pub continues: bool,
}

/// One cell, possibly over several rows or columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// First row, from 0.
    pub row: u32,
    /// First column, from 0.
    pub column: u32,
    /// Rows it takes, at least 1.
    pub row_span: u32,
    /// Columns it takes, at least 1.
    pub column_span: u32,
    /// Its extent: the borders where they are drawn, else around its words.
    pub bbox: BBox,
    /// Indices into the page's words, in reading order.
    pub words: Vec<u32>,
    /// Text where the format has cells but no words with places (a spreadsheet); else empty, see [`Cell::text`].
    pub value: String,
    /// The cell's address in a spreadsheet, `B7`; else empty.
    pub address: String,
}

impl Cell {
    /// The text of the cell: its words, or its value where it has none.
    pub fn text(&self, page: &Page) -> String {
        if self.words.is_empty() {
            return self.value.clone();
        }
        let words: Vec<_> = self
            .words
            .iter()
            .filter_map(|index| page.words.get(usize::try_from(*index).ok()?))
            .cloned()
            .collect();
        join(&words)
    }
}

impl Table {
    /// The cell that covers the row and column (from 0), if it holds anything.
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.cells.iter().find(|cell| {
            (cell.row..cell.row.saturating_add(cell.row_span)).contains(&row)
                && (cell.column..cell.column.saturating_add(cell.column_span)).contains(&column)
        })
    }
}
