//! What rows and columns of words make of a table.
//!
//! Rows are told from the further lines of wrapped cells by a column of figures: a row has a figure there, a further
//! line has none. Lines drawn between rows part them in any case.

use super::columns::Columns;
use super::figures::{Side, is_figure, is_placeholder, sign};
use super::grouping;
use super::text_rows::TextRow;
use super::{FoundCell, FoundTable, head, lines_of, text_of};
use crate::area::Area;
use crate::layout::lines::Segment;
use crate::layout::rules::Rules;
use crate::layout::{PlacedWord, count};

/// A drawn line separates rows when it runs over at least this part of the table's width.
const SEPARATES: f64 = 0.5;

/// A row with its words by column.
pub(super) struct DraftRow {
    pub(super) area: Area,
    pub(super) size: f64,
    pub(super) cells: Vec<Vec<usize>>,
    /// How many columns each of the cells takes.
    pub(super) spans: Vec<usize>,
    /// Its words do not keep to the columns.
    pub(super) across: bool,
    /// Its pieces as they stand on the page: extents and words.
    pieces: Vec<(Area, Vec<usize>)>,
}

impl DraftRow {
    fn of(words: &[PlacedWord], row: &TextRow, fits: bool, columns: &Columns) -> Self {
        let mut cells = vec![Vec::new(); columns.len()];
        for segment in &row.segments {
            let across = !fits && columns.below(segment) > 1;
            let whole = across.then(|| columns.nearest(segment.area.x0));
            for index in &segment.words {
                let Some(word) = words.get(*index) else { continue };
                // What a row of dots leads over belongs to where it began.
                let place = word.area.center_x().min(segment.area.x1);
                let column = whole.unwrap_or_else(|| columns.nearest(place));
                if let Some(cell) = cells.get_mut(column) {
                    cell.push(*index);
                }
            }
        }
        let mut spans = vec![1; columns.len()];
        let pieces = row.segments.iter();
        if let (false, [piece]) = (fits, row.segments.as_slice())
            && let Some(span) = spans.get_mut(columns.nearest(piece.area.x0))
        {
            *span = columns.below(piece).max(1);
        }
        Self {
            area: row.area,
            size: row.size,
            spans,
            cells,
            across: !fits,
            pieces: pieces.map(|piece| (piece.area, piece.words.clone())).collect(),
        }
    }

    /// How many columns it has anything in; what lies across them counts as one.
    pub(super) fn filled(&self) -> usize {
        if self.across {
            return 1;
        }
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// Whether it names several columns at once.
    pub(super) fn spans_columns(&self) -> bool {
        !self.across && self.spans.iter().any(|span| *span > 1)
    }

    /// Its extent, where it is one piece.
    pub(super) fn only_piece(&self) -> Option<Area> {
        match self.pieces.as_slice() {
            [(area, _)] => Some(*area),
            _ => None,
        }
    }

    /// Joins the column with the next one.
    fn join(&mut self, column: usize) {
        let moved = self.cells.remove(column + 1);
        self.spans.remove(column + 1);
        // What reached over both reaches over one.
        for (first, span) in self.spans.iter_mut().enumerate() {
            if first <= column && column + 1 < first + *span {
                *span -= 1;
            }
        }
        if let Some(cell) = self.cells.get_mut(column) {
            cell.extend(moved);
        }
    }

    /// Lays its pieces whole on the columns that they stand above; `named` says which columns have a name of their own
    /// below: a name of several columns has several names below it.
    fn lay_over(&mut self, columns: &[(f64, f64)], underlines: &[(f64, f64)], named: &[bool]) {
        let extents: Vec<(f64, f64)> = self.pieces.iter().map(|(area, _)| (area.x0, area.x1)).collect();
        let Some(laid) = head::spanned(&extents, columns, underlines, self.size) else {
            return;
        };
        let names_below = |(first, span): &(usize, usize)| {
            named
                .iter()
                .skip(*first)
                .take(*span)
                .filter(|named| **named)
                .count()
        };
        if laid.iter().any(|one| one.1 > 1 && names_below(one) < 2) {
            return;
        }
        self.cells = vec![Vec::new(); columns.len()];
        self.spans = vec![1; columns.len()];
        for ((first, span), (_, words)) in laid.into_iter().zip(&self.pieces) {
            if let (Some(cell), Some(taken)) = (self.cells.get_mut(first), self.spans.get_mut(first)) {
                cell.extend(words);
                *taken = span;
            }
        }
    }
}

/// A table in the making.
pub(super) struct Draft<'w> {
    pub(super) words: &'w [PlacedWord],
    pub(super) rows: Vec<DraftRow>,
    pub(super) columns: usize,
    /// Horizontal extents of the columns.
    pub(super) extents: Vec<(f64, f64)>,
    /// The fullest row of the head, if there is a head.
    pub(super) head: Option<usize>,
}

impl<'w> Draft<'w> {
    /// `fits` says which rows keep to the columns; `head` is the fullest row of the head.
    pub(super) fn of(
        words: &'w [PlacedWord],
        rows: &[TextRow],
        fits: &[bool],
        columns: &Columns,
        head: Option<usize>,
        rules: &Rules,
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
            extents: columns.extents().to_vec(),
            head,
        };
        draft.join_names_and_values();
        draft.join_signs();
        draft.lay_head_over(rules);
        (draft.columns > 1).then_some(draft)
    }

    /// Lays the rows of the head above the fullest one on the columns.
    fn lay_head_over(&mut self, rules: &Rules) {
        for row in 0..self.head.unwrap_or(0) {
            let (Some(upper), Some(lower)) = (self.rows.get(row), self.rows.get(row + 1)) else {
                return;
            };
            let underlines: Vec<(f64, f64)> = rules
                .across(upper.area.center_y(), lower.area.center_y())
                .map(|rule| (rule.x0, rule.x1))
                .collect();
            let named: Vec<bool> = (0..self.columns).map(|column| is_filled(lower, column)).collect();
            if let Some(upper) = self.rows.get_mut(row) {
                upper.lay_over(&self.extents, &underlines, &named);
            }
        }
    }

    /// The row that names the columns, if any does.
    pub(super) fn head(&self) -> Option<&DraftRow> {
        self.head.and_then(|head| self.rows.get(head))
    }

    pub(super) fn body(&self) -> impl Iterator<Item = &DraftRow> {
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
            self.join(column);
        }
    }

    /// Joins columns that hold nothing but signs (`$`, `%`) with the column of figures that they belong to.
    fn join_signs(&mut self) {
        let mut column = 0;
        while column < self.columns {
            match self.signs_of(column) {
                Some(Side::Right) if column + 1 < self.columns => self.join(column),
                Some(Side::Left) if column > 0 => {
                    self.join(column - 1);
                    column -= 1;
                }
                _ => {}
            }
            column += 1;
        }
    }

    /// The side to which the signs of a column belong that holds nothing else below the head.
    fn signs_of(&self, column: usize) -> Option<Side> {
        let cells = self
            .body()
            .filter(|row| !row.across)
            .filter_map(|row| row.cells.get(column));
        let mut sides = cells
            .filter(|cell| !cell.is_empty())
            .map(|cell| sign(&self.text(cell)));
        let first = sides.next()??;
        let other = match first {
            Side::Left => column.checked_sub(1)?,
            Side::Right => column + 1,
        };
        let named_apart = self
            .head()
            .is_some_and(|row| is_filled(row, column) && is_filled(row, other));
        (sides.all(|side| side == Some(first)) && !named_apart && self.is_of_figures(other)).then_some(first)
    }

    /// Joins a column with the next one.
    fn join(&mut self, column: usize) {
        for row in &mut self.rows {
            row.join(column);
        }
        let moved = self.extents.remove(column + 1);
        if let Some(extent) = self.extents.get_mut(column) {
            *extent = (extent.0.min(moved.0), extent.1.max(moved.1));
        }
        self.columns -= 1;
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
    pub(super) fn finish(self, rules: &Rules) -> Option<FoundTable> {
        if !self.is_table(rules) {
            return None;
        }
        let groups = grouping::groups(&self, rules);
        let mut table = self.table(&groups)?;
        if table.header_rows == 0 && self.head_is_set_off(rules) {
            let is_head = |group: &&Vec<usize>| group.first().copied() <= self.head;
            table.header_rows = groups.iter().take_while(is_head).count();
        }
        Some(table)
    }

    /// The table, where it goes on with one from the page before whose columns those of `figures` held figures: its first
    /// row must be a full one with a figure there.
    pub(super) fn finish_continued(self, figures: &[bool], rules: &Rules) -> Option<FoundTable> {
        let first = self.rows.first()?;
        let has_figure = figures
            .iter()
            .zip(&first.cells)
            .any(|(figures, cell)| *figures && is_figure(&self.text(cell)));
        (has_figure && first.filled() >= self.enough())
            .then(|| grouping::groups(&self, rules))
            .and_then(|groups| self.table(&groups))
    }

    /// A row is full with this many columns filled.
    pub(super) fn enough(&self) -> usize {
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

    pub(super) fn is_bold(&self, row: &DraftRow) -> bool {
        row.cells
            .iter()
            .flatten()
            .filter_map(|index| self.words.get(*index))
            .all(|word| word.bold)
    }

    pub(super) fn text(&self, cell: &[usize]) -> String {
        text_of(self.words, cell)
    }

    /// Whether most of what stands in the column below the head are figures.
    pub(super) fn is_of_figures(&self, column: usize) -> bool {
        let texts: Vec<String> = self
            .body()
            .filter(|row| !row.across)
            .filter_map(|row| row.cells.get(column))
            .filter(|cell| !cell.is_empty())
            .map(|cell| self.text(cell))
            .filter(|text| !is_placeholder(text))
            .collect();
        let figures = texts.iter().filter(|text| is_figure(text)).count();
        !texts.is_empty() && count(figures) >= 0.6 * count(texts.len())
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
                // A further line that runs on over the columns makes no wide cell of its row.
                let spans = group
                    .iter()
                    .filter_map(|index| self.rows.get(*index))
                    .filter(|row| !row.across || group.len() == 1)
                    .filter_map(|row| row.spans.get(column));
                if let Some(area) = Area::around(lines.iter().map(|line| &line.area)) {
                    cells.push(FoundCell {
                        row,
                        column,
                        row_span: 1,
                        column_span: spans.copied().max().unwrap_or(1),
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
            header_rows: head::header_rows(self.words, &cells, groups.len()),
            ruled: false,
            continues: false,
            cells,
        })
    }
}

pub(super) fn is_filled(row: &DraftRow, column: usize) -> bool {
    row.cells.get(column).is_some_and(|cell| !cell.is_empty())
}

pub(super) fn area_of(words: &[PlacedWord], members: &[usize]) -> Option<Area> {
    Area::around(
        members
            .iter()
            .filter_map(|index| words.get(*index))
            .map(|word| &word.area),
    )
}

/// Whether a line is drawn between two rows.
pub(super) fn is_parted(above: &DraftRow, below: &DraftRow, rules: &Rules) -> bool {
    let both = above.area.union(&below.area);
    rules
        .across(above.area.center_y(), below.area.center_y())
        .any(|rule| rule.overlap_x(&both) >= SEPARATES * both.width())
}
