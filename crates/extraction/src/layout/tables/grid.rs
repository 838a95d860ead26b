//! The cells of a table by row and column, with the segments that hold their text.

use std::collections::HashMap;

use domain::parsed::Table;

use crate::layout::scene::Sheet;

/// A cell over more places than this stands only in the first of them.
const WIDEST: u32 = 4_096;

/// A cell that holds something.
#[derive(Debug, Clone)]
pub(super) struct GridCell {
    /// Its text with one blank between words.
    pub(super) text: String,
    /// The segments that hold it, in reading order.
    pub(super) segments: Vec<usize>,
    /// It stands in one column and one row.
    pub(super) single: bool,
}

/// A table's cells.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) rows: u32,
    pub(super) columns: u32,
    cells: Vec<GridCell>,
    places: HashMap<(u32, u32), usize>,
}

/// For each cell of a page's tables the segments that hold its text.
pub(super) fn segments_of_cells(sheet: &Sheet<'_>) -> HashMap<(usize, usize), Vec<usize>> {
    let page = sheet.view.page;
    let mut owner: HashMap<usize, (usize, usize)> = HashMap::new();
    for (table, cells) in page.tables.iter().enumerate() {
        for (cell, words) in cells.cells.iter().enumerate() {
            let words = words.words.iter().filter_map(|word| usize::try_from(*word).ok());
            owner.extend(words.map(|word| (word, (table, cell))));
        }
    }
    let mut found: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    for (number, segment) in sheet.view.segments.iter().enumerate() {
        let first = segment.words.first().and_then(|word| owner.get(word).copied());
        if let Some(cell) = segment.cell.or(first) {
            found.entry(cell).or_default().push(number);
        }
    }
    found
}

impl Grid {
    /// The cells of the page's table of that index.
    pub(super) fn new(
        sheet: &Sheet<'_>,
        index: usize,
        table: &Table,
        segments: &HashMap<(usize, usize), Vec<usize>>,
    ) -> Self {
        let mut cells = Vec::new();
        let mut places = HashMap::new();
        for (number, cell) in table.cells.iter().enumerate() {
            let Some(segments) = segments.get(&(index, number)) else {
                continue;
            };
            let texts: Vec<&str> = segments
                .iter()
                .filter_map(|segment| sheet.view.segment(*segment))
                .map(|segment| segment.text.as_str())
                .collect();
            let (down, across) = (cell.row_span.max(1), cell.column_span.max(1));
            let fits = down.saturating_mul(across) <= WIDEST;
            let (down, across) = if fits { (down, across) } else { (1, 1) };
            for row in cell.row..cell.row.saturating_add(down) {
                for column in cell.column..cell.column.saturating_add(across) {
                    places.entry((row, column)).or_insert(cells.len());
                }
            }
            cells.push(GridCell {
                text: texts.join(" "),
                segments: segments.clone(),
                single: down == 1 && across == 1,
            });
        }
        Self {
            rows: table.rows,
            columns: table.columns,
            cells,
            places,
        }
    }

    /// The cell that covers the row and column, if it holds anything.
    pub(super) fn cell(&self, row: u32, column: u32) -> Option<&GridCell> {
        self.cells.get(*self.places.get(&(row, column))?)
    }

    /// The text of the cell; empty where there is none.
    pub(super) fn text(&self, row: u32, column: u32) -> &str {
        self.cell(row, column).map_or("", |cell| cell.text.as_str())
    }
}
