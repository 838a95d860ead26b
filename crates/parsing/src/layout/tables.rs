//! Tables: cells between drawn lines, or rows of words that stand in columns.
//!
//! What is found here decides the reading order, too: a table is read row by row and cell by cell.

mod aligned;
mod columns;
mod draft;
mod ruled;
mod text_rows;

use super::lines::{self, Segment};
use super::{DrawnRule, PlacedWord, count};
use crate::area::Area;
use crate::direction::Direction;
use columns::Columns;

/// What stands lower on the page than this part of its height is the foot of the page.
const FOOT: f64 = 0.9;

/// A table with its cells' words as indices into the sheet's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundTable {
    pub(crate) area: Area,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) header_rows: usize,
    pub(crate) ruled: bool,
    /// Row by row, then by column; empty ones left out.
    pub(crate) cells: Vec<FoundCell>,
}

/// A cell that holds words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundCell {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) row_span: usize,
    pub(crate) column_span: usize,
    pub(crate) area: Area,
    /// Line by line.
    pub(crate) lines: Vec<Segment>,
}

/// A table at the end of a page, which the next page may go on with.
#[derive(Debug, Clone)]
pub(crate) struct Unfinished {
    columns: Columns,
    /// Which of the columns hold figures.
    figures: Vec<bool>,
}

impl Unfinished {
    /// The lowest of the page's tables, where only the foot of the page stands below it.
    pub(crate) fn of(
        words: &[PlacedWord],
        tables: &[FoundTable],
        free: &[Segment],
        height: f64,
    ) -> Option<Self> {
        let last = tables.iter().max_by(|a, b| a.area.y1.total_cmp(&b.area.y1))?;
        let below = |segment: &&Segment| segment.area.y0 > last.area.y1 && segment.area.y1 < FOOT * height;
        if last.columns < 3 || free.iter().any(|segment| below(&segment)) {
            return None;
        }
        let cells_of = |column: usize| {
            let cells = last.cells.iter().filter(move |cell| cell.row >= last.header_rows);
            cells.filter(move |cell| cell.column == column && cell.column_span == 1)
        };
        let is_of_figures = |column: usize| {
            let figures = cells_of(column)
                .filter(|cell| is_figure(&text_of(words, &members(cell))))
                .count();
            2 * figures > cells_of(column).count()
        };
        let extents: Option<Vec<(f64, f64)>> = (0..last.columns)
            .map(|column| {
                let own = last
                    .cells
                    .iter()
                    .filter(|cell| cell.column == column && cell.column_span == 1);
                let area = Area::around(own.flat_map(|cell| &cell.lines).map(|line| &line.area))?;
                Some((area.x0, area.x1))
            })
            .collect();
        Some(Self {
            columns: Columns::between(extents?),
            figures: (0..last.columns).map(is_of_figures).collect(),
        })
    }
}

/// Finds the tables among the words that are written left to right. Drawn lines come first: words that stand in a
/// ruled table are not looked at again. `before` is the table that the page before ended with.
pub(crate) fn find(
    words: &[PlacedWord],
    rules: &[DrawnRule],
    before: Option<&Unfinished>,
) -> Vec<FoundTable> {
    let mut tables = ruled::find(words, rules);
    let taken: Vec<Area> = tables.iter().map(|table| table.area).collect();
    let is_free = |word: &PlacedWord| {
        word.direction == Direction::RIGHT && !taken.iter().any(|area| area.holds_center_of(&word.area))
    };
    let free: Vec<usize> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| is_free(word))
        .map(|(index, _)| index)
        .collect();
    let rows = text_rows::rows(words, &free, rules);
    tables.extend(aligned::find(words, &rows, rules, before));
    tables.sort_by(|a, b| {
        a.area
            .y0
            .total_cmp(&b.area.y0)
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    tables
}

/// The words of a cell as lines.
fn lines_of(words: &[PlacedWord], members: &[usize]) -> Vec<Segment> {
    let mut lines = lines::segments(words, members, &[]);
    lines.sort_by(|a, b| {
        a.baseline
            .total_cmp(&b.baseline)
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    lines
}

/// Whether a text is a number with at most a unit, a currency or a sign: what stands in columns of figures.
fn is_figure(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && letters <= 3 && digits >= letters
}

fn text_of(words: &[PlacedWord], members: &[usize]) -> String {
    let texts: Vec<&str> = members
        .iter()
        .filter_map(|index| words.get(*index))
        .map(|word| word.text.as_str())
        .collect();
    texts.join(" ")
}

/// How many rows at the top name the columns: those without a figure above the first row that has one.
fn header_rows(words: &[PlacedWord], cells: &[FoundCell], rows: usize) -> usize {
    let columns = cells
        .iter()
        .map(|cell| cell.column + cell.column_span)
        .max()
        .unwrap_or(0);
    let texts_of = |row: usize| {
        cells
            .iter()
            .filter(move |cell| cell.row <= row && row < cell.row + cell.row_span)
            .map(|cell| text_of(words, &members(cell)))
    };
    let names = |row: usize| {
        count(texts_of(row).count()) >= 0.6 * count(columns).max(2.0)
            && !texts_of(row).any(|text| is_figure(&text))
    };
    let header = (0..rows).take_while(|row| names(*row)).count();
    let figures_below = (header..rows).any(|row| texts_of(row).any(|text| is_figure(&text)));
    if header == 0 || header == rows {
        // A table of words alone: its first row names the columns where it is set in bold and the others are not.
        return usize::from(
            header > 0 && rows > 1 && is_bold_row(words, cells, 0) && !is_bold_row(words, cells, 1),
        );
    }
    // More than a few rows of words above the first figure are contents.
    if figures_below && header <= 3 {
        header
    } else {
        usize::from(is_bold_row(words, cells, 0))
    }
}

fn is_bold_row(words: &[PlacedWord], cells: &[FoundCell], row: usize) -> bool {
    let all: Vec<usize> = cells
        .iter()
        .filter(|cell| cell.row == row)
        .flat_map(members)
        .collect();
    let bold = all
        .iter()
        .filter_map(|index| words.get(*index))
        .filter(|word| word.bold)
        .count();
    !all.is_empty() && count(bold) >= 0.8 * count(all.len())
}

fn members(cell: &FoundCell) -> Vec<usize> {
    cell.lines
        .iter()
        .flat_map(|line| line.words.iter().copied())
        .collect()
}
