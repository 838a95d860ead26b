//! The body of a table: rows below a header, sorted into its columns and put together into entries.

use super::header::Header;
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::Part;
use crate::layout::labels::Hit;
use crate::layout::rect::{Rect, float};
use crate::layout::regions::has_content;
use crate::layout::spans::PageSpans;
use crate::layout::view::{Segment, View};

/// A gap in the body wider than this many line heights ends the table.
const END_GAP: f64 = 7.0;
/// A row that fills at least this share of the numeric columns that the fullest row fills begins an entry.
const MAIN_SHARE: f64 = 0.6;

/// Columns within a run of words stand at least so far apart, in line heights.
const COLUMN_GAP: f64 = 0.38;

/// Words of one body row under one heading.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Index of the heading.
    pub(crate) heading: usize,
    pub(crate) part: Part,
}

/// A row of the page within the body.
#[derive(Debug, Clone)]
pub(crate) struct BodyRow {
    pub(crate) row: usize,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) place: Rect,
}

/// One entry of the table: the row that begins it and those that belong to it, top to bottom.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) main: BodyRow,
    /// Rows above and below the main row that belong to the entry, main row included.
    pub(crate) rows: Vec<BodyRow>,
}

/// What is known about the page.
pub(crate) struct PageOf<'p, 'a> {
    pub(crate) view: &'p View<'a>,
    pub(crate) spans: &'p PageSpans,
    pub(crate) hits: &'p [Hit],
}

/// The rows of a body put together into entries.
pub(crate) fn entries(
    page: &PageOf<'_, '_>,
    header: &Header,
    columns: &[Ask<'_>],
    rows: Vec<BodyRow>,
) -> Vec<Entry> {
    let numeric = numeric_headings(header, columns);
    let fill: Vec<usize> = rows.iter().map(|row| filled(page, row, &numeric)).collect();
    let fullest = fill.iter().copied().max().unwrap_or(0);
    if fullest == 0 {
        return super::texts::entries(page, header, rows);
    }
    let least = (MAIN_SHARE * float(fullest)).ceil();
    let main: Vec<usize> = (0..rows.len())
        .filter(|index| fill.get(*index).is_some_and(|n| float(*n) >= least))
        .collect();
    grouped(page, rows, &main, header, columns)
}

/// The rows `from..end` below a header until a total or a wide gap, and whether a total ended them.
pub(crate) fn body_rows(
    page: &PageOf<'_, '_>,
    header: &Header,
    from: usize,
    end: usize,
) -> (Vec<BodyRow>, bool) {
    let view = page.view;
    let left = header
        .headings
        .iter()
        .map(|heading| heading.place.x0)
        .fold(f64::MAX, f64::min);
    let right = header
        .headings
        .iter()
        .map(|heading| heading.place.x1)
        .fold(0.0, f64::max);
    let mut rows: Vec<BodyRow> = Vec::new();
    let mut above = from
        .checked_sub(1)
        .and_then(|row| view.rows.get(row))
        .map(|row| row.place);
    for index in from..end.min(view.rows.len()) {
        let Some(row) = view.rows.get(index) else { break };
        let gap = above.map_or(0.0, |above| above.gap_to_below(&row.place)) / view.unit;
        if gap > END_GAP {
            return (rows, false);
        }
        if !rows.is_empty() && (is_total(page, index) || is_other_header(page, index)) {
            return (rows, true);
        }
        let mut pieces = Vec::new();
        for number in &row.segments {
            let Some(segment) = view.segment(*number) else {
                continue;
            };
            let outside =
                segment.place.x1 < left - 12.0 * view.unit || segment.place.x0 > right + 8.0 * view.unit;
            if !outside && has_content(&segment.text) {
                pieces.extend(pieces_of(page, header, *number, segment));
            }
        }
        above = Some(row.place);
        if !pieces.is_empty() {
            rows.push(BodyRow {
                row: index,
                pieces,
                place: row.place,
            });
        }
    }
    (rows, false)
}

/// The rows of a table that goes on at the head of a page, from the first that looks like an entry.
pub(crate) fn continued(page: &PageOf<'_, '_>, header: &Header, columns: &[Ask<'_>]) -> (Vec<BodyRow>, bool) {
    let numeric = numeric_headings(header, columns);
    let least = (MAIN_SHARE * float(numeric.len())).ceil();
    if numeric.len() < 2 {
        return (Vec::new(), false);
    }
    let begins = |row: usize| {
        let (rows, _) = body_rows(page, header, row, row + 1);
        rows.first()
            .is_some_and(|row| float(filled(page, row, &numeric)) >= least)
    };
    let half = page.view.rows.len() / 2;
    let other = (0..=half)
        .find(|row| is_other_header(page, *row))
        .unwrap_or(half + 1);
    match (0..other).find(|row| begins(*row)) {
        Some(first) => body_rows(page, header, first, page.view.rows.len()),
        None => (Vec::new(), false),
    }
}

/// Whether the row heads another table: two or more labels, and no number.
fn is_other_header(page: &PageOf<'_, '_>, row: usize) -> bool {
    let segments = page
        .view
        .rows
        .get(row)
        .map(|row| row.segments.as_slice())
        .unwrap_or_default();
    let numbers = |index: &usize| {
        page.spans
            .of(*index)
            .iter()
            .any(|span| span.reading.kind.is_numeric())
    };
    if segments.len() < 3 || segments.iter().any(numbers) {
        return false;
    }
    let labels = segments.iter().filter(|index| {
        page.hits
            .iter()
            .any(|hit| hit.segment == **index && hit.before == 0 && hit.after == 0 && !hit.colon)
    });
    labels.count() >= 2
}

/// Whether the row is one of totals: it begins with the label of one.
fn is_total(page: &PageOf<'_, '_>, row: usize) -> bool {
    page.hits.iter().any(|hit| {
        hit.total
            && hit.before == 0
            && page
                .view
                .segment(hit.segment)
                .is_some_and(|segment| segment.row == row)
    })
}

/// A segment as pieces: one, or several where its words stand under different headings.
fn pieces_of(page: &PageOf<'_, '_>, header: &Header, number: usize, segment: &Segment) -> Vec<Piece> {
    let whole = best_heading(header, &segment.place);
    let by_word: Vec<usize> = (0..segment.len())
        .map(|word| best_heading(header, &segment.place_of(word, word + 1)))
        .collect();
    let mixed = by_word.windows(2).any(|pair| pair.first() != pair.last());
    if !mixed || !splits_at_numbers(page, number, &by_word) {
        return vec![Piece {
            heading: whole,
            part: Part {
                segment: number,
                from: 0,
                to: segment.len(),
            },
        }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for (word, heading) in by_word.into_iter().enumerate() {
        match pieces.last_mut() {
            Some(last) if last.heading == heading => last.part.to = word + 1,
            _ => pieces.push(Piece {
                heading,
                part: Part {
                    segment: number,
                    from: word,
                    to: word + 1,
                },
            }),
        }
    }
    pieces
}

/// Whether every change of heading within a segment is at the edge of something typed.
fn splits_at_numbers(page: &PageOf<'_, '_>, number: usize, by_word: &[usize]) -> bool {
    let spans = page.spans.of(number);
    by_word.windows(2).enumerate().all(|(word, pair)| {
        if pair.first() == pair.last() {
            return true;
        }
        let edge = word + 1;
        let inside = spans
            .iter()
            .any(|span| span.from < edge && edge < span.to && span.specificity > 0.3);
        let at = spans.iter().any(|span| span.from == edge || span.to == edge);
        let wide = page.view.segment(number).is_some_and(|segment| {
            let gap = segment
                .place_of(word, edge)
                .gap_to_right(&segment.place_of(edge, edge + 1));
            gap > COLUMN_GAP * segment.line_height()
        });
        at && wide && !inside
    })
}

/// The heading that a place stands under.
fn best_heading(header: &Header, place: &Rect) -> usize {
    let rank = |heading: &super::header::Heading| {
        let overlap = heading.place.overlap_x(place) / place.width().min(heading.place.width()).max(1.0);
        let apart = [
            heading.place.x0 - place.x0,
            heading.place.x1 - place.x1,
            heading.place.center_x() - place.center_x(),
        ]
        .iter()
        .map(|d| d.abs())
        .fold(f64::MAX, f64::min);
        let outside = (place.x0 - heading.place.x1)
            .max(heading.place.x0 - place.x1)
            .max(0.0);
        overlap * 20.0 - apart * 0.3 - outside
    };
    header
        .headings
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| rank(a).total_cmp(&rank(b)))
        .map_or(0, |(index, _)| index)
}

/// The headings of numeric columns.
fn numeric_headings(header: &Header, columns: &[Ask<'_>]) -> Vec<usize> {
    let numeric = |column: usize| columns.get(column).is_some_and(|ask| ask.want.is_numeric());
    header
        .headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| heading.column.is_some_and(|(column, _)| numeric(column)))
        .map(|(index, _)| index)
        .collect()
}

/// The headings of text columns.
fn text_headings(header: &Header, columns: &[Ask<'_>]) -> Vec<usize> {
    let text = |column: usize| {
        columns
            .get(column)
            .is_some_and(|ask| ask.want.is_textual() && ask.want != Want::Identifier)
    };
    let all = header.headings.iter().enumerate();
    all.filter(|(_, heading)| heading.column.is_some_and(|(column, _)| text(column)))
        .map(|(index, _)| index)
        .collect()
}

/// How many of the numeric columns hold a number in the row.
fn filled(page: &PageOf<'_, '_>, row: &BodyRow, numeric: &[usize]) -> usize {
    let holds = |heading: &&usize| {
        row.pieces
            .iter()
            .filter(|piece| piece.heading == **heading)
            .any(|piece| {
                page.spans.of(piece.part.segment).iter().any(|span| {
                    let inside = span.from >= piece.part.from && span.to <= piece.part.to;
                    inside && span.reading.kind.is_numeric() && leads(page.view, piece, span.from)
                })
            })
    };
    numeric.iter().filter(holds).count()
}

/// Whether a number is the matter of its piece, and does not stand far within text.
pub(crate) fn leads(view: &View<'_>, piece: &Piece, from: usize) -> bool {
    let Some(segment) = view.segment(piece.part.segment) else {
        return false;
    };
    let before = segment.slice(piece.part.from, from);
    before.chars().filter(|c| c.is_alphabetic()).count() <= 4
}

/// Gives the rows between main rows to the entry that they belong to.
fn grouped(
    page: &PageOf<'_, '_>,
    rows: Vec<BodyRow>,
    main: &[usize],
    header: &Header,
    columns: &[Ask<'_>],
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = main
        .iter()
        .filter_map(|index| rows.get(*index))
        .map(|row| Entry {
            main: row.clone(),
            rows: Vec::new(),
        })
        .collect();
    let Some(first_main) = main.first().copied() else {
        return entries;
    };
    let lines = separators(page.view, header);
    let texts = text_headings(header, columns);
    let leading = rows
        .get(..first_main)
        .unwrap_or_default()
        .iter()
        .any(|row| row.pieces.iter().any(|piece| texts.contains(&piece.heading)));
    for (index, row) in rows.into_iter().enumerate() {
        let before = main.partition_point(|at| *at <= index).checked_sub(1);
        let after = main.iter().position(|at| *at > index);
        let owner = match (before, after) {
            (Some(before), Some(after)) if !main.contains(&index) => {
                let (Some(upper), Some(lower)) = (entries.get(before), entries.get(after)) else {
                    continue;
                };
                nearer(&lines, &row, upper, lower, leading, before, after)
            }
            (Some(before), _) => before,
            (None, Some(after)) => after,
            (None, None) => continue,
        };
        if let Some(entry) = entries.get_mut(owner) {
            entry.rows.push(row);
        }
    }
    entries
}

/// The entry of a row between two main rows: as the drawn lines say, else the one before, or the nearer one where
/// entries have lines above their main row.
fn nearer(
    lines: &[f64],
    row: &BodyRow,
    upper: &Entry,
    lower: &Entry,
    leading: bool,
    before: usize,
    after: usize,
) -> usize {
    let y = row.place.center_y();
    let between = |from: f64, to: f64| lines.iter().any(|line| (from..to).contains(line));
    let (cut_above, cut_below) = (
        between(upper.main.place.center_y(), y),
        between(y, lower.main.place.center_y()),
    );
    match (cut_above, cut_below) {
        (true, false) => after,
        (false, true) => before,
        _ if !leading => before,
        _ => {
            let up = y - upper.main.place.center_y();
            let down = lower.main.place.center_y() - y;
            if down < up { after } else { before }
        }
    }
}

/// Heights of the lines drawn across most of the table.
fn separators(view: &View<'_>, header: &Header) -> Vec<f64> {
    let left = header
        .headings
        .iter()
        .map(|heading| heading.place.x0)
        .fold(f64::MAX, f64::min);
    let right = header
        .headings
        .iter()
        .map(|heading| heading.place.x1)
        .fold(0.0, f64::max);
    let width = (right - left).max(1.0);
    let mut found: Vec<f64> = view
        .page
        .rules
        .iter()
        .filter(|rule| rule.horizontal)
        .map(|rule| Rect::on_page(&rule.bbox, view.width, view.height))
        .filter(|rule| rule.width() > 0.6 * width)
        .map(|rule| rule.center_y())
        .collect();
    found.sort_by(f64::total_cmp);
    found
}
