//! Running text beside a table: a column of an article, which is no column of the table.

use super::figures::is_figure;
use super::text_of;
use super::text_rows::TextRow;
use crate::area::Area;
use crate::layout::lines::Segment;
use crate::layout::{PlacedWord, count};

/// A line of running text is at least this long, in ems, and has at least so many words.
const LINE: f64 = 14.0;
const WORDS: usize = 4;

/// At most this part of the words of running text has a digit.
const DIGITS: f64 = 0.3;

/// Running text has at least this many lines, most of which reach this part of its width.
const LINES: usize = 5;
const FULL: f64 = 0.85;

/// Columns of text side by side are no more than these.
const MOST_COLUMNS: usize = 50;

/// Lines of a paragraph follow each other within this distance and begin within this distance, in ems.
const LEADING: f64 = 1.0;
const INDENT: f64 = 0.6;
/// A line may reach this far beyond those above it, in ems.
const RAGGED: f64 = 4.0;

/// Beside running text stands something else in at least this part of its rows, or it is the text of a table's cells.
const BESIDE: f64 = 0.5;

/// Lines of text one below the other.
struct Column {
    area: Area,
    size: f64,
    last: Area,
    /// As row and piece.
    lines: Vec<(usize, usize)>,
    widths: Vec<f64>,
}

impl Column {
    /// Whether a piece goes on with the column, as a full line or as the last one of a paragraph.
    fn takes(&self, piece: &Segment) -> bool {
        let em = self.size;
        (piece.area.x0 - self.area.x0).abs() <= INDENT * em
            && piece.area.x1 <= self.area.x1 + RAGGED * em
            && (piece.size - em).abs() <= 0.15 * em
            && piece.area.y0 - self.last.y1 <= LEADING * em
            && piece.area.y0 > self.last.y0
    }

    fn is_prose(&self) -> bool {
        let full = self
            .widths
            .iter()
            .filter(|width| **width >= FULL * self.area.width());
        self.lines.len() >= LINES && count(full.count()) >= 0.6 * count(self.lines.len())
    }
}

/// Takes the running text that stands beside something else out of the rows: beside a table, or beside more of its kind.
pub(super) fn set_aside(words: &[PlacedWord], rows: &mut Vec<TextRow>) {
    let mut columns = columns(words, rows);
    columns.retain(Column::is_prose);
    let mut prose: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (row, piece) in columns.iter().flat_map(|column| &column.lines) {
        if let Some(prose) = prose.get_mut(*row) {
            prose.push(*piece);
        }
    }
    let mut aside: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    let is_prose = |row: usize, piece: usize| prose.get(row).is_some_and(|prose| prose.contains(&piece));
    // What is left of a row is a row of a table of its own where it begins with a name: a column of names is no prose.
    let is_table = |at: usize| {
        let pieces = rows
            .get(at)
            .map(|row| row.segments.as_slice())
            .unwrap_or_default();
        let mut rest = pieces
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_prose(at, *index));
        rest.next()
            .is_some_and(|(_, first)| !is_figure(&text_of(words, &first.words)))
    };
    for column in columns {
        let in_rows = |holds: &dyn Fn(usize) -> bool| {
            let rows = column.lines.iter().filter(|(row, _)| holds(*row));
            count(rows.count()) >= BESIDE * count(column.lines.len())
        };
        let several = |row: usize| prose.get(row).is_some_and(|prose| prose.len() > 1);
        if in_rows(&is_table) || in_rows(&several) {
            for (row, piece) in &column.lines {
                if let Some(aside) = aside.get_mut(*row) {
                    aside.push(*piece);
                }
            }
        }
    }
    for (row, aside) in rows.iter_mut().zip(&aside) {
        if !aside.is_empty() {
            let mut index = 0;
            row.segments.retain(|_| {
                index += 1;
                !aside.contains(&(index - 1))
            });
            if let Some(area) = Area::around(row.segments.iter().map(|segment| &segment.area)) {
                row.area = area;
            }
        }
    }
    rows.retain(|row| !row.segments.is_empty());
}

fn columns(words: &[PlacedWord], rows: &[TextRow]) -> Vec<Column> {
    let mut open: Vec<Column> = Vec::new();
    let mut closed = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for (index, piece) in row.segments.iter().enumerate() {
            let line = is_line(words, piece);
            if let Some(column) = open.iter_mut().find(|column| column.takes(piece)) {
                column.widths.push(piece.area.width());
                column.area = column.area.union(&piece.area);
                column.last = piece.area;
                column.lines.push((at, index));
            } else if line && open.len() < MOST_COLUMNS {
                open.push(Column {
                    area: piece.area,
                    size: piece.size,
                    last: piece.area,
                    lines: vec![(at, index)],
                    widths: vec![piece.area.width()],
                });
            }
        }
        let top = row.area.y0;
        closed.extend(open.extract_if(.., |column| top - column.last.y1 > 2.0 * LEADING * column.size));
    }
    closed.extend(open);
    closed
}

fn is_line(words: &[PlacedWord], piece: &Segment) -> bool {
    let members = || piece.words.iter().filter_map(|index| words.get(*index));
    let with_digit = members()
        .filter(|word| word.text.contains(|c: char| c.is_ascii_digit()))
        .count();
    piece.words.len() >= WORDS
        && piece.area.width() >= LINE * piece.size
        && count(with_digit) <= DIGITS * count(piece.words.len())
}
