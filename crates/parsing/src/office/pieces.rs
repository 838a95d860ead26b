//! Blocks and tables of a text, between the file and the page.

use std::collections::BTreeMap;

use domain::parsed::BlockKind;

use crate::ParseError;
use crate::flow::{Flow, Grid, GridCell, Text};
use crate::limits::Limit;

/// What follows what in a text.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// A heading, a paragraph, an entry of a list.
    Block(BlockKind, Text),
    Table(TableContent),
    /// A page ends.
    PageEnd,
    /// A section ends.
    SectionEnd,
    /// A note of that kind and id belongs to the page.
    Note(NoteKind, String),
}

/// Text that stands apart from where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NoteKind {
    Footnote,
    Endnote,
    Comment,
}

#[derive(Debug, Clone, Default)]
pub(super) struct TableContent {
    pub(super) rows: Vec<RowContent>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct RowContent {
    /// It names the columns.
    pub(super) header: bool,
    pub(super) cells: Vec<CellContent>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct CellContent {
    pub(super) column: u32,
    pub(super) columns: u32,
    /// It goes on with the cell above.
    pub(super) continues: bool,
    pub(super) pieces: Vec<Piece>,
}

impl TableContent {
    /// A table that holds rows of values, and not one that only places things beside each other.
    pub(super) fn holds_values(&self) -> bool {
        let cells = || self.rows.iter().flat_map(|row| &row.cells);
        let several = self.rows.iter().any(|row| row.cells.len() > 1);
        let nested = |cell: &CellContent| cell.pieces.iter().any(|piece| matches!(piece, Piece::Table(_)));
        several && !cells().any(nested)
    }

    /// What stands in the cells, one after the other.
    pub(super) fn into_pieces(self) -> impl Iterator<Item = Piece> {
        self.rows
            .into_iter()
            .flat_map(|row| row.cells)
            .flat_map(|cell| cell.pieces)
    }

    /// Puts the table in the flow; gives back the notes that belong to it.
    pub(super) fn set(self, flow: &mut Flow) -> Result<Vec<Piece>, ParseError> {
        let mut grid = Grid {
            rows: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            ..Grid::default()
        };
        let mut notes = Vec::new();
        // Of each column, the cell that a cell below may go on with.
        let mut above: BTreeMap<u32, usize> = BTreeMap::new();
        let header = self.rows.iter().take_while(|row| row.header).count();
        for (number, row) in (0_u32..).zip(self.rows) {
            for cell in row.cells {
                Limit::Cells.check(u64::try_from(grid.cells.len()).unwrap_or(u64::MAX))?;
                grid.columns = grid.columns.max(cell.column.saturating_add(cell.columns.max(1)));
                let continued = above.get(&cell.column).filter(|_| cell.continues);
                if let Some(first) = continued.and_then(|index| grid.cells.get_mut(*index)) {
                    first.row_span = number.saturating_sub(first.row).saturating_add(1);
                    continue;
                }
                let mut text = Text::default();
                for piece in cell.pieces {
                    match piece {
                        Piece::Block(_, block) => text.append(block),
                        Piece::PageEnd if grid.breaks.last() != Some(&number) => grid.breaks.push(number),
                        note @ Piece::Note(_, _) => notes.push(note),
                        Piece::PageEnd | Piece::SectionEnd | Piece::Table(_) => {}
                    }
                }
                above.insert(cell.column, grid.cells.len());
                grid.cells.push(GridCell {
                    row: number,
                    column: cell.column,
                    row_span: 1,
                    column_span: cell.columns.max(1),
                    text,
                    address: String::new(),
                });
            }
        }
        grid.header_rows = u32::try_from(header).unwrap_or(0);
        grid.guess_header();
        flow.table(grid)?;
        Ok(notes)
    }
}
