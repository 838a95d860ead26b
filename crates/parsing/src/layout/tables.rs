//! Tables: cells between drawn lines, or rows of words that stand in columns.
//!
//! What is found here decides the reading order, too: a table is read row by row and cell by cell.

mod aligned;
mod columns;
mod continued;
mod draft;
mod figures;
mod grouping;
mod head;
mod prose;
mod ruled;
mod text_rows;
mod verdict;

#[cfg(test)]
mod tests;

use super::lines::{self, Segment};
use super::rules::Rules;
use super::{DrawnRule, PlacedWord};
use crate::area::Area;
use crate::direction::Direction;
pub(crate) use continued::Unfinished;
pub(crate) use figures::is_figure;

/// A table with its cells' words as indices into the sheet's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundTable {
    pub(crate) area: Area,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) header_rows: usize,
    pub(crate) ruled: bool,
    /// It goes on with the table that the page before ended with.
    pub(crate) continues: bool,
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

/// Finds the tables among the words that are written left to right. Drawn lines come first: words that stand in a
/// ruled table are not looked at again. `before` is the table that the page before ended with.
pub(crate) fn find(
    words: &[PlacedWord],
    drawn: &[DrawnRule],
    rules: &Rules,
    before: Option<&Unfinished>,
) -> Vec<FoundTable> {
    let mut tables = ruled::find(words, drawn);
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
    let mut rows = text_rows::rows(words, &free, rules);
    prose::set_aside(words, &mut rows);
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
    let mut lines = lines::segments(words, members, &Rules::default());
    lines.sort_by(|a, b| {
        a.baseline
            .total_cmp(&b.baseline)
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    lines
}

fn text_of(words: &[PlacedWord], members: &[usize]) -> String {
    let texts: Vec<&str> = members
        .iter()
        .filter_map(|index| words.get(*index))
        .map(|word| word.text.as_str())
        .collect();
    texts.join(" ")
}

fn members(cell: &FoundCell) -> Vec<usize> {
    cell.lines
        .iter()
        .flat_map(|line| line.words.iter().copied())
        .collect()
}
