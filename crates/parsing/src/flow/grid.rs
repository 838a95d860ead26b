//! Tables as a file has them.

use super::text::Text;

/// A table as a file has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) rows: u32,
    pub(crate) columns: u32,
    /// How many rows at the top name the columns.
    pub(crate) header_rows: u32,
    /// In any order; no two begin in one place.
    pub(crate) cells: Vec<GridCell>,
    /// Rows with which a new page begins.
    pub(crate) breaks: Vec<u32>,
}

impl Grid {
    /// Takes rows at the top for names of the columns, if nothing else says which they are: bold rows above others, or
    /// rows of words above rows with numbers.
    pub(crate) fn guess_header(&mut self) {
        if self.header_rows > 0 || self.columns < 2 {
            return;
        }
        let filled = || self.cells.iter().filter(|cell| !cell.text.is_blank());
        let plain = filled()
            .filter(|cell| !cell.text.is_bold())
            .map(|cell| cell.row)
            .min();
        let numbers = filled().filter(|cell| cell.column > 0 && cell.text.is_number());
        let numbers = numbers.map(|cell| cell.row).min();
        let is_filled = |row: u32| filled().filter(|cell| cell.row == row).count() > 1;
        let first = plain.filter(|row| *row > 0).or(numbers).unwrap_or(0);
        // More than a few rows are no names, nor is a single cell.
        if first <= 3 && (0..first).all(is_filled) {
            self.header_rows = first;
        }
    }
}

/// A cell of a [`Grid`].
#[derive(Debug, Clone, Default)]
pub(crate) struct GridCell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) row_span: u32,
    pub(crate) column_span: u32,
    pub(crate) text: Text,
    /// In a spreadsheet; else empty.
    pub(crate) address: String,
}

#[cfg(test)]
mod tests {
    use super::super::tests::cell;
    use super::*;

    #[test]
    fn words_above_numbers_name_columns_and_a_title_does_not() {
        let header = |cells: Vec<GridCell>| {
            let mut grid = Grid {
                rows: 3,
                columns: 2,
                cells,
                ..Grid::default()
            };
            grid.guess_header();
            grid.header_rows
        };
        let named = vec![
            cell(0, 0, "Food"),
            cell(0, 1, "kcal"),
            cell(1, 0, "Corn"),
            cell(1, 1, "50"),
        ];
        assert_eq!(header(named), 1);
        let title = vec![cell(0, 0, "Prices"), cell(1, 0, "Corn"), cell(1, 1, "50 EUR")];
        assert_eq!(header(title), 0);
        let words = vec![
            cell(0, 0, "Corn"),
            cell(0, 1, "sweet"),
            cell(1, 0, "Oil"),
            cell(1, 1, "fat"),
        ];
        assert_eq!(header(words), 0);
    }
}
