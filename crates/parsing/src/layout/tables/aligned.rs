//! Tables without borders: rows whose words stand in the same columns.
//!
//! A table grows downwards from a row of several pieces for as long as the rows below fit its columns; `draft` then finds
//! out what of it is a table, and which rows of text make up each of its rows.

use std::ops::Range;

use super::columns::{self, Columns};
use super::draft::Draft;
use super::figures::is_year;
use super::text_rows::TextRow;
use super::{FoundTable, Unfinished, text_of};
use crate::layout::PlacedWord;
use crate::layout::rules::Rules;

/// A row may stand this far below the row before, in ems.
const ROW_GAP: f64 = 3.5;

/// A table on one page has no more rows of text than this.
const MAX_ROWS: usize = 400;

/// A row of more pieces is none of a table.
const MAX_PIECES: usize = 80;

/// Rows looked at in search of a table's end, over the whole page. A page that is one table needs as many as it has rows;
/// a page that looks like a table at every row and is none would need their square.
const MAX_LOOKS: usize = 20_000;

/// What runs over columns must begin this far inside of the table, in ems, and end within so many rows.
const INDENT: f64 = 2.0;
const MAX_ACROSS: usize = 8;

/// A table that goes on from the page before begins within so many rows of the page.
const ROWS_BEFORE_CONTINUED: usize = 10;

/// A head has no more lines than this above its fullest, each at most this far above the next, in ems.
const MAX_HEAD_LINES: usize = 5;
const HEAD_GAP: f64 = 0.8;
/// The same where a line below a name of several columns stands between.
const UNDERLINED_GAP: f64 = 1.6;

/// A name of the rows that follow begins this near to the left edge, in ems, stands this near above them, in ems, and has
/// no more words than these.
const EDGE: f64 = 0.5;
const NAME_GAP: f64 = 1.2;
const MAX_NAME: usize = 12;

/// What covers this part of a table's width covers all of it.
const WHOLE: f64 = 0.8;

/// The tables among the rows. `before` is the table that the page before ended with: it may go on here.
pub(super) fn find(
    words: &[PlacedWord],
    rows: &[TextRow],
    rules: &Rules,
    before: Option<&Unfinished>,
) -> Vec<FoundTable> {
    let Some((table, place)) = before.and_then(|before| continued(words, rows, rules, before)) else {
        return find_new(words, rows, rules);
    };
    let mut tables = find_new(words, rows.get(..place.start).unwrap_or_default(), rules);
    tables.push(table);
    tables.extend(find_new(words, rows.get(place.end..).unwrap_or_default(), rules));
    tables
}

fn find_new(words: &[PlacedWord], rows: &[TextRow], rules: &Rules) -> Vec<FoundTable> {
    let mut tables = Vec::new();
    let mut start = 0;
    let mut looks = 0;
    while start < rows.len() && looks < MAX_LOOKS {
        let Some(grown) = grown_from(words, rows, start) else {
            start += 1;
            continue;
        };
        looks += grown.end - start;
        match table_from(words, rows, start, grown, rules) {
            Some((table, end)) => {
                tables.push(table);
                start = end;
            }
            None => start += 1,
        }
    }
    tables
}

/// The table that goes on from the page before, without a head of its own, and its rows.
fn continued(
    words: &[PlacedWord],
    rows: &[TextRow],
    rules: &Rules,
    before: &Unfinished,
) -> Option<(FoundTable, Range<usize>)> {
    let (open, figures) = before.open_columns()?;
    for (start, row) in rows.iter().enumerate().take(ROWS_BEFORE_CONTINUED) {
        if is_better_head(words, &[], row) {
            return None;
        }
        let mut columns = open.clone();
        let fits = columns.take_in(words, row) && columns.len() == open.len();
        if !fits || row.segments.len() < 2 {
            continue;
        }
        let grown = Grown::from(words, rows, start, columns)?;
        let all = rows.get(start..grown.end)?;
        let used = Draft::of(words, all, &grown.fits, &grown.columns, None, rules)?.used_rows()?;
        let draft = Draft::of(words, all.get(..used)?, &grown.fits, &grown.columns, None, rules)?;
        if let Some(mut table) = draft.finish_continued(figures, rules) {
            table.continues = true;
            return Some((table, start..start + used));
        }
    }
    None
}

/// The rows from one of several pieces on that may be a table.
fn grown_from(words: &[PlacedWord], rows: &[TextRow], start: usize) -> Option<Grown> {
    let first = rows.get(start)?;
    (2..=MAX_PIECES)
        .contains(&first.segments.len())
        .then(|| Grown::from(words, rows, start, Columns::of(first)))
        .flatten()
}

/// A table whose first row is that one, and the row behind its last.
fn table_from(
    words: &[PlacedWord],
    rows: &[TextRow],
    start: usize,
    grown: Grown,
    rules: &Rules,
) -> Option<(FoundTable, usize)> {
    let first = rows.get(start)?;
    let Grown { columns, fits, end } = grown;
    let above = lines_of_head_above(words, rows, start, &columns, rules);
    // Where the row that began it holds figures, the lines above are the whole head.
    let head = if above > 0 && !is_of_names(words, first) {
        above - 1
    } else {
        above
    };
    let fits: Vec<bool> = std::iter::repeat_n(true, above).chain(fits).collect();

    // What stands below the table hides where its columns part: it is cut off first.
    let all = rows.get(start - above..end)?;
    let used = Draft::of(words, all, &fits, &columns, Some(head), rules)?.used_rows()?;
    let rows: Vec<(&TextRow, bool)> = all.iter().zip(fits).take(used).collect();
    let fitting = || rows.iter().filter(|(_, fits)| *fits).map(|(row, _)| *row);
    let columns = columns::refined(words, &columns, head + 1, fitting);
    let fits: Vec<bool> = rows.iter().map(|(_, fits)| *fits).collect();
    let table = Draft::of(words, all.get(..used)?, &fits, &columns, Some(head), rules)?.finish(rules)?;
    // A line above two others names nothing.
    (head == above || table.rows > 3).then_some((table, start - above + used))
}

/// Rows from one on that may be a table.
struct Grown {
    columns: Columns,
    /// Which of the rows keep to the columns.
    fits: Vec<bool>,
    /// The row behind the last.
    end: usize,
}

impl Grown {
    fn from(words: &[PlacedWord], rows: &[TextRow], start: usize, mut columns: Columns) -> Option<Self> {
        let mut fits = vec![true];
        let mut end = start + 1;
        while let (Some(above), Some(row)) = (rows.get(end - 1), rows.get(end)) {
            let far = row.area.y0 - above.area.y1 > ROW_GAP * above.size.max(row.size);
            let other =
                is_better_head(words, rows.get(start..end)?, row) || repeats(words, rows.get(start)?, row);
            let full =
                end - start >= MAX_ROWS || row.segments.len() > MAX_PIECES || columns.len() > MAX_PIECES;
            if far || other || full {
                break;
            }
            let fit = columns.take_in(words, row);
            let below = rows.get(end + 1);
            if !fit && !may_lie_across(&columns, row, &fits) && !names_rows(words, &columns, row, below) {
                break;
            }
            fits.push(fit);
            end += 1;
        }
        Some(Self { columns, fits, end })
    }
}

/// Whether a row names more columns than anything above it: then the table begins there.
fn is_better_head(words: &[PlacedWord], above: &[TextRow], row: &TextRow) -> bool {
    let widest = above.iter().map(|row| row.segments.len()).max().unwrap_or(0);
    row.segments.len() >= 3 && row.segments.len() > widest && is_of_names(words, row)
}

/// Whether a row is the head again.
fn repeats(words: &[PlacedWord], head: &TextRow, row: &TextRow) -> bool {
    let texts = |row: &TextRow| {
        row.segments
            .iter()
            .map(|segment| text_of(words, &segment.words))
            .collect::<Vec<_>>()
    };
    head.segments.len() == row.segments.len() && is_of_names(words, row) && texts(head) == texts(row)
}

/// Whether nothing in a row has a digit or ends as the name of a value does, but for years.
fn is_of_names(words: &[PlacedWord], row: &TextRow) -> bool {
    row.segments.iter().all(|segment| {
        let text = text_of(words, &segment.words);
        is_year(&text) || !text.contains(|c: char| c.is_ascii_digit()) && !text.ends_with(':')
    })
}

/// Whether a row that does not fit the columns may still be part of the table: text that runs on over the columns right
/// of its own, or a sentence below the head.
fn may_lie_across(columns: &Columns, row: &TextRow, fits: &[bool]) -> bool {
    let across = fits.iter().rev().take_while(|fit| !**fit).count();
    let Some((left, _)) = columns.first() else {
        return false;
    };
    let indented = row
        .segments
        .iter()
        .filter(|segment| columns.below(segment) > 1)
        .all(|segment| segment.area.x0 >= left + INDENT * row.size);
    let below_head = fits.len() == 1 && row.segments.len() == 1;
    across < MAX_ACROSS && (indented || below_head)
}

/// Whether a row that lies over several columns names the rows that follow: short, at the left edge, and closely followed
/// by a row that fits.
fn names_rows(words: &[PlacedWord], columns: &Columns, row: &TextRow, below: Option<&TextRow>) -> bool {
    let (Some(below), [name], Some((left, _))) = (below, row.segments.as_slice(), columns.first()) else {
        return false;
    };
    let enough = columns.len().div_ceil(2).max(2);
    let fits = below.segments.len() >= enough && columns.clone().take_in(words, below);
    let ends_a_sentence = text_of(words, &name.words).ends_with('.');
    (name.area.x0 - left).abs() <= EDGE * row.size
        && name.words.len() <= MAX_NAME
        && !ends_a_sentence
        && below.area.y0 - row.area.y1 <= NAME_GAP * row.size
        && fits
}

/// How many rows right above belong to the head: words without figures, set closely, each above one column or above
/// several, but not above all.
fn lines_of_head_above(
    words: &[PlacedWord],
    rows: &[TextRow],
    start: usize,
    columns: &Columns,
    rules: &Rules,
) -> usize {
    let (Some(first), Some(last)) = (columns.extents().first(), columns.extents().last()) else {
        return 0;
    };
    let width = last.1 - first.0;
    let fits = |index: usize| {
        let (Some(row), Some(below)) = (rows.get(index), rows.get(index + 1)) else {
            return false;
        };
        let gap = if has_underline(row, below, rules) {
            UNDERLINED_GAP
        } else {
            HEAD_GAP
        };
        let near = below.area.y0 - row.area.y1 <= gap * below.size;
        let same_size = (row.size - below.size).abs() <= 0.1 * below.size;
        let within = row.area.x0 >= first.0 - INDENT * row.size && row.area.x1 <= last.1 + INDENT * row.size;
        // Alone above the names of the rows or above all columns it is a title.
        let title = matches!(row.segments.as_slice(), [one]
            if columns.below(one) > 1 && one.area.x0 < first.1 || one.area.width() > WHOLE * width);
        let parted = 2 * row.segments.len() < columns.len() && is_ruled_off(row, below, rules);
        near && same_size && within && !title && !parted && is_of_names(words, row)
    };
    (1..=start.min(MAX_HEAD_LINES))
        .take_while(|up| fits(start - up))
        .count()
}

/// Whether a line over the width of both is drawn between two rows.
fn is_ruled_off(above: &TextRow, below: &TextRow, rules: &Rules) -> bool {
    let both = above.area.union(&below.area);
    rules
        .across(above.area.center_y(), below.area.center_y())
        .any(|rule| rule.overlap_x(&both) >= WHOLE * both.width())
}

/// Whether a line is drawn below a piece of the upper row.
fn has_underline(above: &TextRow, below: &TextRow, rules: &Rules) -> bool {
    rules
        .across(above.area.center_y(), below.area.center_y())
        .any(|rule| rule.overlap_x(&above.area) > 0.0)
}
