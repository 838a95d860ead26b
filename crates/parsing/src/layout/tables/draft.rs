//! What rows and columns of words make of a table.
//!
//! Rows are told from the further lines of wrapped cells by a column of figures: a row has a figure there, a further
//! line has none. Lines drawn between rows part them in any case.

use super::columns::Columns;
use super::text_rows::TextRow;
use super::{FoundCell, FoundTable, is_figure, lines_of, text_of};
use crate::area::Area;
use crate::layout::lines::Segment;
use crate::layout::{DrawnRule, PlacedWord, count};

/// In a table of words alone the pieces are no longer than this on average, in ems: else it is text in columns.
const WORDY: f64 = 12.0;

/// A drawn line separates rows when it runs over at least this part of the table's width.
const SEPARATES: f64 = 0.5;

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
            let across = !fits && columns.below(segment) > 1;
            let whole = across.then(|| columns.nearest(segment.area.x0));
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

    /// How many columns it has anything in; what lies across them counts as one.
    fn filled(&self) -> usize {
        if self.across {
            return 1;
        }
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// A table in the making.
pub(super) struct Draft<'w> {
    words: &'w [PlacedWord],
    rows: Vec<DraftRow>,
    columns: usize,
    /// The fullest row of the head, if there is a head.
    head: Option<usize>,
}

impl<'w> Draft<'w> {
    /// `fits` says which rows keep to the columns; `head` is the fullest row of the head.
    pub(super) fn of(
        words: &'w [PlacedWord],
        rows: &[TextRow],
        fits: &[bool],
        columns: &Columns,
        head: Option<usize>,
    ) -> Option<Self> {
        let rows: Vec<DraftRow> = rows
            .iter()
            .zip(fits)
            .map(|(row, fits)| DraftRow::of(words, row, *fits, columns))
            .collect();
        let mut draft = Self {
            words,
            rows,
            columns: columns.len(),
            head,
        };
        draft.join_names_and_values();
        (draft.columns > 1).then_some(draft)
    }

    /// The row that names the columns, if any does.
    fn head(&self) -> Option<&DraftRow> {
        self.head.and_then(|head| self.rows.get(head))
    }

    fn body(&self) -> impl Iterator<Item = &DraftRow> {
        self.rows.iter().skip(self.head.map_or(0, |head| head + 1))
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

    /// How many of the rows belong to the table: up to the last full one and its further lines.
    pub(super) fn used_rows(&self) -> Option<usize> {
        let enough = self.enough();
        let figures: Vec<usize> = (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .collect();
        let holds_figure = |row: &DraftRow| {
            figures
                .iter()
                .filter_map(|column| row.cells.get(*column))
                .any(|cell| is_figure(&self.text(cell)))
        };
        let is_full = |row: &DraftRow| row.filled() >= enough && (figures.is_empty() || holds_figure(row));
        self.rows
            .iter()
            .rposition(is_full)
            .map(|last| self.end_of_last_row(last))
    }

    /// The table, if it is one.
    pub(super) fn finish(self, rules: &[DrawnRule]) -> Option<FoundTable> {
        self.is_table(rules)
            .then(|| self.groups(rules))
            .and_then(|groups| self.table(&groups))
    }

    /// The table, where it goes on with one from the page before whose columns those of `figures` held figures: its first
    /// row must be a full one with a figure there.
    pub(super) fn finish_continued(self, figures: &[bool], rules: &[DrawnRule]) -> Option<FoundTable> {
        let first = self.rows.first()?;
        let has_figure = figures
            .iter()
            .zip(&first.cells)
            .any(|(figures, cell)| *figures && is_figure(&self.text(cell)));
        (has_figure && first.filled() >= self.enough())
            .then(|| self.groups(rules))
            .and_then(|groups| self.table(&groups))
    }

    /// A row is full with this many columns filled.
    fn enough(&self) -> usize {
        self.columns.div_ceil(2).max(2)
    }

    /// Behind the further lines of the last full row: they follow closely, and no figure stands below one of that row.
    fn end_of_last_row(&self, last_full: usize) -> usize {
        let mut end = last_full + 1;
        while let (Some(above), Some(row)) = (self.rows.get(end - 1), self.rows.get(end)) {
            let near = row.area.y0 - above.area.y1
                <= self
                    .usual_gap(last_full)
                    .clamp(0.9 * above.size, 1.6 * above.size);
            let same_size = (row.size - above.size).abs() <= 0.15 * above.size;
            let last_row = self.rows.get(last_full..end).unwrap_or_default();
            let is_taken = |column: usize| last_row.iter().any(|row| is_filled(row, column));
            let fits = (0..self.columns)
                .filter(|column| is_filled(row, *column))
                .all(|column| !self.is_of_figures(column) || !is_taken(column));
            if !(near && same_size && fits && row.filled() <= 2) {
                break;
            }
            end += 1;
        }
        end
    }

    /// The usual gap between lines of text up to that one, with a little to spare.
    fn usual_gap(&self, last: usize) -> f64 {
        let rows = self.rows.get(..=last).unwrap_or_default();
        let mut gaps: Vec<f64> = rows
            .windows(2)
            .filter_map(|pair| match pair {
                [above, below] => Some(below.area.y0 - above.area.y1),
                _ => None,
            })
            .collect();
        gaps.sort_by(f64::total_cmp);
        gaps.get(gaps.len() / 2).copied().unwrap_or(0.0) * 1.1
    }

    fn is_table(&self, rules: &[DrawnRule]) -> bool {
        let enough = self.enough();
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
            (_, []) => named && self.head_is_set_off(rules) && full >= 3 && self.mean_length() <= WORDY,
            (_, [_]) => named,
            (_, [_, _, ..]) => named || full >= 3,
        }
    }

    /// Whether the head is in bold and the rest is not, or a line is drawn below it.
    fn head_is_set_off(&self, rules: &[DrawnRule]) -> bool {
        let (Some(head), Some(next)) = (self.head(), self.body().next()) else {
            return false;
        };
        (self.is_bold(head) && !self.is_bold(next)) || is_parted(head, next, rules)
    }

    fn is_bold(&self, row: &DraftRow) -> bool {
        row.cells
            .iter()
            .flatten()
            .filter_map(|index| self.words.get(*index))
            .all(|word| word.bold)
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
        // Of equals, the one whose rows have most else: figures may stand on another line than the rest of their row.
        let company = |column: usize| -> usize {
            let rows = self
                .rows
                .iter()
                .filter(|row| !row.across && is_filled(row, column));
            rows.map(DraftRow::filled).sum()
        };
        (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .max_by_key(|column| (figures(*column), company(*column), *column))
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
                    group.push(index);
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
