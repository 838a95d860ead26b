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
/// Entries go on at most so many rows behind a sum within the table.
const BEHIND_SUM: usize = 12;
/// Lines belong to the entry that they stand this much nearer to, in line heights.
const NEARER: f64 = 0.3;

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

/// The rows `from..end` below a header until a total or a wide gap, and whether a total ended them. Sums that are
/// carried over are left out, and so are sums within the table, after which entries go on.
pub(crate) fn body_rows(
    page: &PageOf<'_, '_>,
    header: &Header,
    columns: &[Ask<'_>],
    from: usize,
    end: usize,
) -> (Vec<BodyRow>, bool) {
    let view = page.view;
    let end = end.min(view.rows.len());
    let numeric = numeric_headings(header, columns);
    let mut rows: Vec<BodyRow> = Vec::new();
    let mut above = from
        .checked_sub(1)
        .and_then(|row| view.rows.get(row))
        .map(|row| row.place);
    let mut index = from;
    while index < end {
        let Some(row) = view.rows.get(index) else { break };
        let gap = above.map_or(0.0, |above| above.gap_to_below(&row.place)) / view.unit;
        if gap > END_GAP {
            return (rows, false);
        }
        above = Some(row.place);
        if is_carried(page, index) {
            index += 1;
            continue;
        }
        if !rows.is_empty() && is_other_header(page, index) {
            return (rows, true);
        }
        if !rows.is_empty() && is_total(page, index) {
            let Some(next) = next_entry(page, header, columns, &rows, &numeric, index, end) else {
                return (rows, true);
            };
            above = next
                .checked_sub(1)
                .and_then(|row| view.rows.get(row))
                .map(|row| row.place);
            index = next;
            continue;
        }
        let pieces = pieces_of_row(page, header, index);
        if !pieces.is_empty() {
            rows.push(BodyRow {
                row: index,
                pieces,
                place: row.place,
            });
        }
        index += 1;
    }
    (rows, false)
}

/// What of a row of the page stands under the headings.
fn pieces_of_row(page: &PageOf<'_, '_>, header: &Header, index: usize) -> Vec<Piece> {
    let view = page.view;
    let (left, right) = extent(header);
    let mut pieces = Vec::new();
    for number in view.rows.get(index).into_iter().flat_map(|row| &row.segments) {
        let Some(segment) = view.segment(*number) else {
            continue;
        };
        let outside =
            segment.place.x1 < left - 12.0 * view.unit || segment.place.x0 > right + 8.0 * view.unit;
        if !outside && has_content(&segment.text) {
            pieces.extend(pieces_of(page, header, *number, segment));
        }
    }
    pieces
}

/// The left and the right edge of the headings.
fn extent(header: &Header) -> (f64, f64) {
    let places = || header.headings.iter().map(|heading| heading.place);
    (
        places().map(|place| place.x0).fold(f64::MAX, f64::min),
        places().map(|place| place.x1).fold(0.0, f64::max),
    )
}

/// The row at which entries go on after a sum within the table: it has a text and fills as many columns of numbers as
/// the fullest entry before, and no total begins it.
fn next_entry(
    page: &PageOf<'_, '_>,
    header: &Header,
    columns: &[Ask<'_>],
    rows: &[BodyRow],
    numeric: &[usize],
    sum: usize,
    end: usize,
) -> Option<usize> {
    let texts = text_headings(header, columns);
    let fullest = rows.iter().map(|row| filled(page, row, numeric)).max()?;
    if fullest < 2 || texts.is_empty() {
        return None;
    }
    (sum + 1..end.min(sum + 1 + BEHIND_SUM)).find(|index| {
        let pieces = pieces_of_row(page, header, *index);
        let texted = pieces.iter().any(|piece| texts.contains(&piece.heading));
        let row = page.view.rows.get(*index).map(|row| BodyRow {
            row: *index,
            pieces,
            place: row.place,
        });
        texted
            && !begins_with_label(page, *index)
            && row.is_some_and(|row| filled(page, &row, numeric) >= fullest)
    })
}

/// Whether a label begins the row: it is one of totals, taxes, payments.
fn begins_with_label(page: &PageOf<'_, '_>, row: usize) -> bool {
    let first = page.view.rows.get(row).and_then(|row| row.segments.first());
    page.hits
        .iter()
        .any(|hit| Some(&hit.segment) == first && hit.before == 0)
}

/// Whether the row is a sum carried to the next page or from the one before.
fn is_carried(page: &PageOf<'_, '_>, row: usize) -> bool {
    page.hits.iter().any(|hit| {
        let segment = page.view.segment(hit.segment);
        hit.carried && hit.before == 0 && hit.after <= 4 && segment.is_some_and(|segment| segment.row == row)
    }) && page.view.rows.get(row).is_some_and(|row| row.segments.len() <= 3)
}

/// The rows of a table that goes on at the head of a page, from the first that looks like an entry.
pub(crate) fn continued(page: &PageOf<'_, '_>, header: &Header, columns: &[Ask<'_>]) -> (Vec<BodyRow>, bool) {
    let numeric = numeric_headings(header, columns);
    let least = (MAIN_SHARE * float(numeric.len())).ceil();
    if numeric.len() < 2 {
        return (Vec::new(), false);
    }
    let begins = |row: usize| {
        let (rows, _) = body_rows(page, header, columns, row, row + 1);
        rows.first()
            .is_some_and(|row| float(filled(page, row, &numeric)) >= least)
    };
    let half = page.view.rows.len() / 2;
    let other = (0..=half)
        .find(|row| is_other_header(page, *row))
        .unwrap_or(half + 1);
    match (0..other).find(|row| begins(*row)) {
        Some(first) => body_rows(page, header, columns, first, page.view.rows.len()),
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
    let texted = |row: &BodyRow| row.pieces.iter().any(|piece| texts.contains(&piece.heading));
    let alone = entries.iter().filter(|entry| !texted(&entry.main)).count();
    let above = rows.get(..first_main).unwrap_or_default().iter().any(texted);
    let leading = match nearer_to_next(page, &rows, main) {
        Some(nearer) => nearer,
        // Numbers in the middle of a text of several lines have lines above them.
        None => above && alone > 0,
    };
    let above = alone > 0 || leading;
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
            (None, Some(after)) if above => after,
            // A line above the first entry that is none of its own heads a section.
            (None, _) => continue,
        };
        if let Some(entry) = entries.get_mut(owner) {
            entry.rows.push(row);
        }
    }
    entries
}

/// Whether lines between main rows stand nearer to the one that follows; none where they stand as near to both.
fn nearer_to_next(page: &PageOf<'_, '_>, rows: &[BodyRow], main: &[usize]) -> Option<bool> {
    let mut sum = 0.0;
    for pair in main.windows(2) {
        let &[upper, lower] = pair else { continue };
        let gap = |above: usize, below: usize| {
            let (above, below) = (rows.get(above)?, rows.get(below)?);
            Some(above.place.gap_to_below(&below.place) / page.view.unit)
        };
        if lower > upper + 1
            && let (Some(first), Some(last)) = (gap(upper, upper + 1), gap(lower - 1, lower))
        {
            sum += (first - last).clamp(-1.0, 1.0);
        }
    }
    (sum.abs() > NEARER).then_some(sum > 0.0)
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
