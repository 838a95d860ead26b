//! Tables without borders: rows whose words stand in the same columns.
//!
//! A table grows downwards from a row of several pieces for as long as the rows below fit its columns. Then its rows
//! are told from the further lines of wrapped cells by the column of figures: a row has a figure there, a further
//! line has none.

use super::columns::{self, Columns};
use super::text_rows::TextRow;
use super::{FoundCell, FoundTable, is_figure, lines_of, text_of};
use crate::area::Area;
use crate::layout::lines::Segment;
use crate::layout::{DrawnRule, PlacedWord, count};

/// A row may stand this far below the row before, in ems.
const ROW_GAP: f64 = 3.5;

/// In a table of words alone the pieces are no longer than this on average, in ems: else it is text in columns.
const WORDY: f64 = 12.0;

/// What runs over columns must begin this far inside of the table, in ems, and end within so many rows.
const INDENT: f64 = 2.0;
const MAX_ACROSS: usize = 8;

/// A head has no more lines than this above its fullest.
const MAX_HEAD_LINES: usize = 3;

/// A drawn line separates rows when it runs over at least this part of the table's width.
const SEPARATES: f64 = 0.5;

pub(super) fn find(words: &[PlacedWord], rows: &[TextRow], rules: &[DrawnRule]) -> Vec<FoundTable> {
    let mut tables = Vec::new();
    let mut start = 0;
    while start < rows.len() {
        match table_from(words, rows, start, rules) {
            Some((table, end)) => {
                tables.push(table);
                start = end;
            }
            None => start += 1,
        }
    }
    tables
}

/// A table whose first row is that one, and the row behind its last.
fn table_from(
    words: &[PlacedWord],
    rows: &[TextRow],
    start: usize,
    rules: &[DrawnRule],
) -> Option<(FoundTable, usize)> {
    let first = rows.get(start)?;
    if first.segments.len() < 2 {
        return None;
    }
    let mut columns = Columns::of(first);
    let mut fits = vec![true];
    let mut end = start + 1;
    while let (Some(above), Some(row)) = (rows.get(end - 1), rows.get(end)) {
        let far = row.area.y0 - above.area.y1 > ROW_GAP * above.size.max(row.size);
        if far || is_better_head(words, rows.get(start..end)?, row) {
            break;
        }
        let fit = columns.take_in(words, row);
        if !fit && !may_lie_across(&columns, row, &fits) {
            break;
        }
        fits.push(fit);
        end += 1;
    }
    let above = lines_of_head_above(words, rows, start, &columns);
    let all = rows.get(start - above..end)?;
    let fits: Vec<bool> = std::iter::repeat_n(true, above).chain(fits).collect();
    let (used, table) = Draft::of(words, all, &fits, &columns, above)?.finish(rules)?;
    Some((table, start - above + used))
}

/// Whether a row names more columns than anything above it: then the table begins there.
fn is_better_head(words: &[PlacedWord], above: &[TextRow], row: &TextRow) -> bool {
    let widest = above.iter().map(|row| row.segments.len()).max().unwrap_or(0);
    row.segments.len() >= 3
        && row.segments.len() > widest
        && row.segments.iter().all(|segment| {
            let text = text_of(words, &segment.words);
            !text.contains(|c: char| c.is_ascii_digit()) && !text.ends_with(':')
        })
}

/// Whether a row that does not fit the columns may still be part of the table: text that runs on over the columns right
/// of its own, or a sentence below the head.
fn may_lie_across(columns: &Columns, row: &TextRow, fits: &[bool]) -> bool {
    let across = fits.iter().rev().take_while(|fit| !**fit).count();
    let indented = columns
        .first()
        .is_some_and(|(x0, _)| row.area.x0 >= x0 + INDENT * row.size);
    across < MAX_ACROSS && (indented || (fits.len() == 1 && row.segments.len() == 1))
}

/// How many rows right above belong to the head: words without figures, set closely, each above one column.
fn lines_of_head_above(words: &[PlacedWord], rows: &[TextRow], start: usize, columns: &Columns) -> usize {
    let fits = |index: usize| {
        let (Some(row), Some(below)) = (rows.get(index), rows.get(index + 1)) else {
            return false;
        };
        let near = below.area.y0 - row.area.y1 <= 0.8 * below.size;
        let same_size = (row.size - below.size).abs() <= 0.1 * below.size;
        near && same_size
            && row.segments.iter().any(|segment| columns.below(segment) == 1)
            && row.segments.iter().all(|segment| {
                let text = text_of(words, &segment.words);
                columns.below(segment) <= 1 && !text.contains(|c: char| c.is_ascii_digit())
            })
    };
    (1..=start.min(MAX_HEAD_LINES))
        .take_while(|up| fits(start - up))
        .count()
}

/// A row with its words by column.
struct DraftRow {
    area: Area,
    size: f64,
    cells: Vec<Vec<usize>>,
    /// Its words do not keep to the columns.
    across: bool,
}

impl DraftRow {
    fn of(words: &[PlacedWord], row: &TextRow, fits: bool, columns: &Columns) -> Self {
        let mut cells = vec![Vec::new(); columns.len()];
        for segment in &row.segments {
            let whole = (!fits).then(|| columns.nearest(segment.area.x0));
            for index in &segment.words {
                let Some(word) = words.get(*index) else { continue };
                let column = whole.unwrap_or_else(|| columns.nearest(word.area.center_x()));
                if let Some(cell) = cells.get_mut(column) {
                    cell.push(*index);
                }
            }
        }
        Self {
            area: row.area,
            size: row.size,
            cells,
            across: !fits,
        }
    }

    fn filled(&self) -> usize {
        if self.across {
            return 1;
        }
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

struct Draft<'w> {
    words: &'w [PlacedWord],
    rows: Vec<DraftRow>,
    columns: usize,
    /// How many lines of the head stand above its fullest.
    head_above: usize,
}

impl<'w> Draft<'w> {
    fn of(
        words: &'w [PlacedWord],
        rows: &[TextRow],
        fits: &[bool],
        columns: &Columns,
        head_above: usize,
    ) -> Option<Self> {
        let fitting = || {
            rows.iter()
                .zip(fits)
                .filter(|(_, fits)| **fits)
                .map(|(row, _)| row)
        };
        let columns = columns::refined(words, columns, head_above + 1, fitting);
        let rows: Vec<DraftRow> = rows
            .iter()
            .zip(fits)
            .map(|(row, fits)| DraftRow::of(words, row, *fits, &columns))
            .collect();
        let mut draft = Self {
            words,
            rows,
            columns: columns.len(),
            head_above,
        };
        draft.join_names_and_values();
        (draft.columns > 1).then_some(draft)
    }

    /// The row that names the columns, if any does.
    fn head(&self) -> Option<&DraftRow> {
        self.rows.get(self.head_above)
    }

    fn body(&self) -> impl Iterator<Item = &DraftRow> {
        self.rows.iter().skip(self.head_above + 1)
    }

    /// Joins a column that only the first row has with a neighbour that only the others have: a name that stands
    /// beside its values, not above them.
    fn join_names_and_values(&mut self) {
        let mut column = 0;
        while column + 1 < self.columns {
            let in_head = |column: usize| self.head().is_some_and(|row| is_filled(row, column));
            let in_body = |column: usize| self.body().any(|row| !row.across && is_filled(row, column));
            let split = (in_head(column) && !in_body(column) && !in_head(column + 1))
                || (in_head(column + 1) && !in_body(column + 1) && !in_head(column));
            if !split {
                column += 1;
                continue;
            }
            for row in &mut self.rows {
                let moved = row.cells.remove(column + 1);
                if let Some(cell) = row.cells.get_mut(column) {
                    cell.extend(moved);
                }
            }
            self.columns -= 1;
        }
    }

    /// The table, and how many of the rows belong to it.
    fn finish(mut self, rules: &[DrawnRule]) -> Option<(usize, FoundTable)> {
        let enough = self.columns.div_ceil(2).max(2);
        let last_full = self.rows.iter().rposition(|row| row.filled() >= enough)?;
        self.rows.truncate(self.end_of_last_row(last_full));
        self.is_table(enough).then_some(())?;
        let used = self.rows.len();
        let groups = self.groups(rules);
        let table = self.table(&groups)?;
        Some((used, table))
    }

    /// Behind the further lines of the last full row: they follow closely and stand in columns of words.
    fn end_of_last_row(&self, last_full: usize) -> usize {
        let mut end = last_full + 1;
        while let (Some(above), Some(row)) = (self.rows.get(end - 1), self.rows.get(end)) {
            let near = row.area.y0 - above.area.y1 <= 0.6 * above.size;
            let same_size = (row.size - above.size).abs() <= 0.15 * above.size;
            let in_words = row
                .cells
                .iter()
                .enumerate()
                .all(|(column, cell)| cell.is_empty() || !self.is_of_figures(column));
            if !(near && same_size && in_words && row.filled() == 1) {
                break;
            }
            end += 1;
        }
        end
    }

    fn is_table(&self, enough: usize) -> bool {
        let full = self.rows.iter().filter(|row| row.filled() >= enough).count();
        let figures: Vec<usize> = (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .collect();
        let named = self.head().is_some_and(|row| self.names_columns(row));
        if full < 2 || self.is_form() {
            return false;
        }
        match (self.columns, figures.as_slice()) {
            (0 | 1, _) => false,
            (2, [1]) => named && full >= 3,
            (2, _) => false,
            (_, []) => named && full >= 4 && self.mean_length() <= WORDY,
            (_, [_]) => named,
            (_, [_, _, ..]) => named || full >= 3,
        }
    }

    /// Whether one of the columns holds names with a colon: a form, whose names and values make no table.
    fn is_form(&self) -> bool {
        (0..self.columns.saturating_sub(1)).any(|column| {
            let cells: Vec<String> = self
                .rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .filter(|cell| !cell.is_empty())
                .map(|cell| self.text(cell))
                .collect();
            count(cells.iter().filter(|text| text.ends_with(':')).count()) > 0.3 * count(cells.len())
        })
    }

    /// Mean length of the filled cells, in ems.
    fn mean_length(&self) -> f64 {
        let lengths: Vec<f64> = self
            .rows
            .iter()
            .flat_map(|row| {
                row.cells
                    .iter()
                    .filter_map(|cell| Some(area_of(self.words, cell)?.width() / row.size))
            })
            .collect();
        if lengths.is_empty() {
            0.0
        } else {
            lengths.iter().sum::<f64>() / count(lengths.len())
        }
    }

    /// Whether the row names the columns: words without figures over all columns but perhaps one.
    fn names_columns(&self, row: &DraftRow) -> bool {
        let texts: Vec<String> = row
            .cells
            .iter()
            .filter(|cell| !cell.is_empty())
            .map(|cell| self.text(cell))
            .collect();
        let missing = self.columns - texts.len();
        missing <= usize::from(self.columns > 3) + usize::from(self.columns > 6)
            && texts.iter().all(|text| !is_figure(text) && !text.ends_with(':'))
    }

    fn text(&self, cell: &[usize]) -> String {
        text_of(self.words, cell)
    }

    /// Whether most of what stands in the column below the head are figures.
    fn is_of_figures(&self, column: usize) -> bool {
        let texts: Vec<String> = self
            .body()
            .filter(|row| !row.across)
            .filter_map(|row| row.cells.get(column))
            .filter(|cell| !cell.is_empty())
            .map(|cell| self.text(cell))
            .collect();
        let figures = texts.iter().filter(|text| is_figure(text)).count();
        !texts.is_empty() && count(figures) >= 0.6 * count(texts.len())
    }

    /// The column of figures that tells rows from further lines: the one with most figures, of several the rightmost.
    fn key_column(&self) -> Option<usize> {
        let figures = |column: usize| {
            let rows = self.rows.iter().filter(|row| !row.across);
            let cells = rows.filter_map(|row| row.cells.get(column));
            cells.filter(|cell| is_figure(&self.text(cell))).count()
        };
        (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .max_by_key(|column| figures(*column))
    }

    /// The rows of text that make up each row of the table.
    fn groups(&self, rules: &[DrawnRule]) -> Vec<Vec<usize>> {
        let key = self.key_column();
        let enough = self.columns.div_ceil(2).max(2);
        let opens = |row: &DraftRow| match key {
            _ if row.across => false,
            Some(key) => row.cells.get(key).is_some_and(|cell| is_figure(&self.text(cell))),
            None => row.filled() >= enough,
        };
        let mut anchors: Vec<bool> = self.rows.iter().map(opens).collect();
        // The first row opens the head, or is the first row of contents.
        if let Some(first) = anchors.first_mut() {
            *first = true;
        }
        let waits = |index: usize| {
            !anchors.get(index).copied().unwrap_or(true)
                && self.rows.get(index).is_some_and(|row| !row.across)
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let anchor = anchors.get(index).copied().unwrap_or(true);
            let above = index.checked_sub(1).and_then(|above| self.rows.get(above));
            let parted = above.is_some_and(|above| is_parted(above, row, rules));
            let belongs_below = !anchor && self.belongs_below(index, &anchors, rules);
            match groups.last_mut() {
                Some(group) if !anchor && !parted && !belongs_below => group.push(index),
                // An anchor that lines above it were kept for.
                Some(group) if anchor && !parted && group.iter().all(|above| waits(*above)) => {
                    group.push(index)
                }
                _ => groups.push(vec![index]),
            }
        }
        groups
    }

    /// Whether a further line stands clearly nearer to the row below it than to the one above.
    fn belongs_below(&self, index: usize, anchors: &[bool], rules: &[DrawnRule]) -> bool {
        let (Some(above), Some(row), Some(below)) = (
            index.checked_sub(1).and_then(|i| self.rows.get(i)),
            self.rows.get(index),
            self.rows.get(index + 1),
        ) else {
            return false;
        };
        let next_opens = anchors.get(index + 1).copied().unwrap_or(false);
        let (up, down) = (row.area.y0 - above.area.y1, below.area.y0 - row.area.y1);
        next_opens && !is_parted(row, below, rules) && up > down + 0.3 * row.size
    }

    fn table(&self, groups: &[Vec<usize>]) -> Option<FoundTable> {
        let mut cells = Vec::new();
        for (row, group) in groups.iter().enumerate() {
            for column in 0..self.columns {
                let members: Vec<usize> = group
                    .iter()
                    .filter_map(|index| self.rows.get(*index)?.cells.get(column))
                    .flatten()
                    .copied()
                    .collect();
                let lines: Vec<Segment> = lines_of(self.words, &members);
                if let Some(area) = Area::around(lines.iter().map(|line| &line.area)) {
                    cells.push(FoundCell {
                        row,
                        column,
                        row_span: 1,
                        column_span: 1,
                        area,
                        lines,
                    });
                }
            }
        }
        Some(FoundTable {
            area: Area::around(cells.iter().map(|cell| &cell.area))?,
            rows: groups.len(),
            columns: self.columns,
            header_rows: super::header_rows(self.words, &cells, groups.len()),
            ruled: false,
            cells,
        })
    }
}

fn is_filled(row: &DraftRow, column: usize) -> bool {
    row.cells.get(column).is_some_and(|cell| !cell.is_empty())
}

fn area_of(words: &[PlacedWord], members: &[usize]) -> Option<Area> {
    Area::around(
        members
            .iter()
            .filter_map(|index| words.get(*index))
            .map(|word| &word.area),
    )
}

/// Whether a line is drawn between two rows.
fn is_parted(above: &DraftRow, below: &DraftRow, rules: &[DrawnRule]) -> bool {
    let both = above.area.union(&below.area);
    let (from, to) = (above.area.center_y(), below.area.center_y());
    rules.iter().any(|rule| {
        let y = rule.area.center_y();
        rule.horizontal && from < y && y < to && rule.area.overlap_x(&both) >= SEPARATES * both.width()
    })
}
