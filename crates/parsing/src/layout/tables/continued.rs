//! Tables that go on over pages.
//!
//! A table that ends a page may go on at the top of the next one: with the same columns drawn, with its head printed
//! again, or, without lines, with rows that keep to its columns (those `aligned` looks for).

use super::columns::Columns;
use super::figures::is_figure;
use super::{FoundCell, FoundTable, members, text_of};
use crate::area::Area;
use crate::layout::PlacedWord;
use crate::layout::lines::Segment;

/// What stands lower on the page than this part of its height is the foot of the page; what stands higher than that, its
/// head.
const FOOT: f64 = 0.9;
const HEAD: f64 = 0.12;

/// Columns of two pages are the same where their edges differ by less than this, in points.
const SAME_PLACE: f64 = 6.0;

/// Rows without borders are looked for below a table of at least so many columns.
const COLUMNS: usize = 3;

/// A table at the end of a page, which the next page may go on with.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished {
    columns: Columns,
    /// Which of the columns hold figures.
    figures: Vec<bool>,
    ruled: bool,
    /// What its head says.
    head: Vec<String>,
}

impl Unfinished {
    /// The lowest of the page's tables, where only the foot of the page stands below it. `before` is the table that the
    /// page before ended with.
    pub(crate) fn of(
        words: &[PlacedWord],
        tables: &[FoundTable],
        free: &[Segment],
        height: f64,
        before: Option<&Self>,
    ) -> Option<Self> {
        let last = tables.iter().max_by(|a, b| a.area.y1.total_cmp(&b.area.y1))?;
        let below = |segment: &Segment| segment.area.y0 > last.area.y1 && segment.area.y1 < FOOT * height;
        if free.iter().any(below) {
            return None;
        }
        let is_of_figures = |column: usize| {
            let cells = || cells_of(last, column).filter(|cell| cell.row >= last.header_rows);
            let figures = cells()
                .filter(|cell| is_figure(&text_of(words, &members(cell))))
                .count();
            2 * figures > cells().count()
        };
        let head = match before {
            Some(before) if last.continues && last.header_rows == 0 => before.head.clone(),
            _ => head_of(words, last),
        };
        Some(Self {
            columns: Columns::between(extents(last)?),
            figures: (0..last.columns).map(is_of_figures).collect(),
            ruled: last.ruled,
            head,
        })
    }

    /// Its columns and which of them hold figures, where rows without borders may go on with them.
    pub(super) fn open_columns(&self) -> Option<(&Columns, &[bool])> {
        (!self.ruled && self.columns.len() >= COLUMNS).then_some((&self.columns, self.figures.as_slice()))
    }

    /// Marks the first of the page's tables where it goes on with this one. `free` are the lines outside of tables.
    pub(crate) fn mark(
        &self,
        words: &[PlacedWord],
        tables: &mut [FoundTable],
        free: &[Segment],
        height: f64,
    ) {
        let Some(first) = tables.first_mut() else { return };
        let Some(places) = extents(first).map(Columns::between) else {
            return;
        };
        let near = |a: f64, b: f64| (a - b).abs() <= SAME_PLACE;
        let same_columns = places.len() == self.columns.len()
            && places
                .extents()
                .iter()
                .zip(self.columns.extents())
                .all(|(a, b)| near(a.0, b.0) || near(a.1, b.1));
        let above = |segment: &Segment| segment.area.y1 < first.area.y0 && segment.area.y0 > HEAD * height;
        let head = head_of(words, first);
        let again = !head.is_empty() && head == self.head;
        let drawn = first.ruled && self.ruled && same_columns && head.is_empty() && !free.iter().any(above);
        first.continues |= drawn || again && places.len() == self.columns.len();
    }
}

fn cells_of(table: &FoundTable, column: usize) -> impl Iterator<Item = &FoundCell> {
    let cells = table.cells.iter();
    cells.filter(move |cell| cell.column == column && cell.column_span == 1)
}

/// The columns from edge to edge, or around their words where no edges are drawn; none where a column is empty.
fn extents(table: &FoundTable) -> Option<Vec<(f64, f64)>> {
    (0..table.columns)
        .map(|column| {
            let cells = cells_of(table, column);
            let area = if table.ruled {
                Area::around(cells.map(|cell| &cell.area))?
            } else {
                Area::around(cells.flat_map(|cell| &cell.lines).map(|line| &line.area))?
            };
            Some((area.x0, area.x1))
        })
        .collect()
}

fn head_of(words: &[PlacedWord], table: &FoundTable) -> Vec<String> {
    let cells = table.cells.iter().filter(|cell| cell.row < table.header_rows);
    cells.map(|cell| text_of(words, &members(cell))).collect()
}
