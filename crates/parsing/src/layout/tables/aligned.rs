//! Tables without borders: rows whose words stand in the same columns.
//!
//! A table grows downwards from a row of several pieces for as long as the rows below fit its columns. Then its rows
//! are told from the further lines of wrapped cells by the column of figures: a row has a figure there, a further
//! line has none.

use super::text_rows::TextRow;
use super::{FoundCell, FoundTable, is_figure, lines_of, text_of};
use crate::area::Area;
use crate::layout::lines::Segment;
use crate::layout::{DrawnRule, PlacedWord, count};

/// Words reach into a column when they overlap it by more than this, in ems.
const REACH: f64 = 0.3;

/// Words of two columns of one row have at least this between them, in ems.
const CUT: f64 = 0.3;

/// A row of several pieces may stand this far below the row before, in ems; a single piece this far.
const ROW_GAP: f64 = 3.5;
const FURTHER_LINE_GAP: f64 = 1.3;

/// In a table of words alone the pieces are no longer than this on average, in ems: else it is text in columns.
const WORDY: f64 = 12.0;

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
    let mut columns = Columns(first.segments.iter().map(|s| (s.area.x0, s.area.x1)).collect());
    let mut end = start + 1;
    while let Some(row) = rows.get(end) {
        let above = rows.get(end - 1)?;
        let reach = if row.segments.len() > 1 {
            ROW_GAP
        } else {
            FURTHER_LINE_GAP
        };
        if row.area.y0 - above.area.y1 > reach * above.size.max(row.size) || !columns.take_in(words, row) {
            break;
        }
        end += 1;
    }
    let body = rows.get(start..end)?;
    let table = Draft::of(words, body, &columns)?.finish(rules)?;
    let used = table.0;
    Some((table.1, start + used))
}

/// Horizontal extents of columns, left to right.
struct Columns(Vec<(f64, f64)>);

impl Columns {
    /// Widens the columns to hold the row. False, and unchanged, where something in the row lies over two of them.
    fn take_in(&mut self, words: &[PlacedWord], row: &TextRow) -> bool {
        let mut wider = self.0.clone();
        for segment in &row.segments {
            let reach = REACH * segment.size;
            let overlapped = |from: f64, to: f64| {
                self.0
                    .iter()
                    .enumerate()
                    .filter(move |(_, (x0, x1))| x1.min(to) - x0.max(from) > reach)
                    .map(|(i, _)| i)
            };
            let hit: Vec<usize> = overlapped(segment.area.x0, segment.area.x1).collect();
            match hit.as_slice() {
                [] => wider.push((segment.area.x0, segment.area.x1)),
                [column] => widen(&mut wider, *column, segment.area.x0, segment.area.x1),
                _ => {
                    let mut last: Option<(usize, f64)> = None;
                    for word in segment.words.iter().filter_map(|index| words.get(*index)) {
                        let own: Vec<usize> = overlapped(word.area.x0, word.area.x1).collect();
                        let column = match own.as_slice() {
                            [] => {
                                last.map_or_else(|| self.nearest(word.area.center_x()), |(column, _)| column)
                            }
                            [column] => *column,
                            _ => return false,
                        };
                        if last.is_some_and(|(before, x1)| {
                            before != column && word.area.x0 - x1 < CUT * word.size
                        }) {
                            return false;
                        }
                        widen(&mut wider, column, word.area.x0, word.area.x1);
                        last = Some((column, word.area.x1));
                    }
                }
            }
        }
        wider.sort_by(|a, b| a.0.total_cmp(&b.0));
        let apart = wider.windows(2).all(|pair| match pair {
            [left, right] => right.0 - left.1 > -REACH * row.size,
            _ => true,
        });
        if apart {
            self.0 = wider;
        }
        apart
    }

    fn nearest(&self, x: f64) -> usize {
        let distance = |(x0, x1): &(f64, f64)| (x0 - x).max(x - x1);
        let nearest = self
            .0
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        nearest.map_or(0, |(index, _)| index)
    }
}

fn widen(columns: &mut [(f64, f64)], column: usize, from: f64, to: f64) {
    if let Some((x0, x1)) = columns.get_mut(column) {
        *x0 = x0.min(from);
        *x1 = x1.max(to);
    }
}

/// A row with its words by column.
struct DraftRow {
    area: Area,
    size: f64,
    cells: Vec<Vec<usize>>,
}

impl DraftRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

struct Draft<'w> {
    words: &'w [PlacedWord],
    rows: Vec<DraftRow>,
    columns: usize,
}

impl<'w> Draft<'w> {
    fn of(words: &'w [PlacedWord], rows: &[TextRow], columns: &Columns) -> Option<Self> {
        let mut draft_rows = Vec::with_capacity(rows.len());
        for row in rows {
            let mut cells = vec![Vec::new(); columns.0.len()];
            for index in row.segments.iter().flat_map(|segment| &segment.words) {
                let word = words.get(*index)?;
                if let Some(cell) = cells.get_mut(columns.nearest(word.area.center_x())) {
                    cell.push(*index);
                }
            }
            draft_rows.push(DraftRow {
                area: row.area,
                size: row.size,
                cells,
            });
        }
        let mut draft = Self {
            words,
            rows: draft_rows,
            columns: columns.0.len(),
        };
        draft.join_names_and_values();
        Some(draft)
    }

    /// Joins a column that only the first row has with a neighbour that only the others have: a name that stands
    /// beside its values, not above them.
    fn join_names_and_values(&mut self) {
        let mut column = 0;
        while column + 1 < self.columns {
            let in_head = |column: usize| self.rows.first().is_some_and(|row| is_filled(row, column));
            let in_body = |column: usize| self.rows.iter().skip(1).any(|row| is_filled(row, column));
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
        let full: Vec<&DraftRow> = self.rows.iter().filter(|row| row.filled() >= enough).collect();
        if full.len() < 2 {
            return false;
        }
        let columns_of_figures = (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .count();
        let head_names = self.rows.first().is_some_and(|row| self.names_columns(row));
        match self.columns {
            0 | 1 => false,
            2 => {
                head_names
                    && columns_of_figures == 1
                    && self.is_of_figures(1)
                    && full.len() >= 3
                    && !self.is_form()
            }
            _ if columns_of_figures > 0 => head_names || full.len() >= 3,
            _ => full.len() >= 4 && head_names && self.mean_length() <= WORDY,
        }
    }

    /// Whether the left column holds names with a colon: a form, whose names need no table.
    fn is_form(&self) -> bool {
        let named = self.rows.iter().filter(|row| {
            row.cells
                .first()
                .is_some_and(|cell| self.text(cell).ends_with(':'))
        });
        count(named.count()) > 0.3 * count(self.rows.len())
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

    fn names_columns(&self, row: &DraftRow) -> bool {
        let names = row.cells.iter().filter(|cell| !cell.is_empty());
        row.filled() >= 2
            && names.clone().all(|cell| {
                let text = self.text(cell);
                !is_figure(&text) && !text.ends_with(':')
            })
    }

    fn text(&self, cell: &[usize]) -> String {
        text_of(self.words, cell)
    }

    /// Whether most of what stands in the column below the first row are figures.
    fn is_of_figures(&self, column: usize) -> bool {
        let texts: Vec<String> = self
            .rows
            .iter()
            .skip(1)
            .filter_map(|row| row.cells.get(column))
            .filter(|cell| !cell.is_empty())
            .map(|cell| self.text(cell))
            .collect();
        let figures = texts.iter().filter(|text| is_figure(text)).count();
        !texts.is_empty() && count(figures) >= 0.6 * count(texts.len())
    }

    /// The column of figures that tells rows from further lines: of those with most figures the rightmost.
    fn key_column(&self) -> Option<usize> {
        let figures = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
            cells.filter(|cell| is_figure(&self.text(cell))).count()
        };
        let candidates: Vec<(usize, usize)> = (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .map(|column| (column, figures(column)))
            .collect();
        let most = candidates.iter().map(|(_, figures)| *figures).max()?;
        candidates
            .iter()
            .rev()
            .find(|(_, figures)| count(*figures) >= 0.6 * count(most))
            .map(|(column, _)| *column)
    }

    /// The rows of text that make up each row of the table.
    fn groups(&self, rules: &[DrawnRule]) -> Vec<Vec<usize>> {
        let key = self.key_column();
        let enough = self.columns.div_ceil(2).max(2);
        let opens = |row: &DraftRow| match key {
            Some(key) => row.cells.get(key).is_some_and(|cell| is_figure(&self.text(cell))),
            None => row.filled() >= enough,
        };
        let mut anchors: Vec<bool> = self.rows.iter().map(opens).collect();
        // The first row opens the head, or is the first row of contents.
        if let Some(first) = anchors.first_mut() {
            *first = true;
        }
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let anchor = anchors.get(index).copied().unwrap_or(true);
            let above = index.checked_sub(1).and_then(|above| self.rows.get(above));
            let parted = above.is_some_and(|above| is_parted(above, row, rules));
            let belongs_below = !anchor && self.belongs_below(index, &anchors, rules);
            match groups.last_mut() {
                Some(group) if !anchor && !parted && !belongs_below => group.push(index),
                // An anchor that lines above it were kept for.
                Some(group)
                    if anchor
                        && !parted
                        && !group.iter().any(|i| anchors.get(*i).copied().unwrap_or(false)) =>
                {
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
