//! Which rows of text make up each row of a table.
//!
//! A row of text opens a row of the table, or is a further line of the one above or of the one below, or stands alone: a
//! name for the rows that follow. A figure in the key column opens a row; lines drawn between rows part them in any case.
//! What has no figure is told by its distance to its neighbours, by how it begins, and by what is indented below it.

use super::draft::{Draft, DraftRow, is_filled, is_parted};
use super::figures::{goes_on, is_figure, is_placeholder};
use crate::layout::PlacedWord;
use crate::layout::rules::Rules;

/// A row whose first piece begins this far right of that of the row above is indented, in ems.
const INDENTED: f64 = 0.5;

/// A line whose middle is this near to that of the columns stands in the middle, in ems.
const MIDDLE: f64 = 1.0;

/// Gaps that differ by this much, in ems, tell rows from lines within a row.
const TELLING: f64 = 0.3;

/// What a row of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Opens a row of the table.
    Opens,
    /// A further line of the row above.
    Follows,
    /// Belongs to the row that the next line opens.
    Waits,
    /// A row by itself.
    Alone,
}

/// The rows of text that make up each row of the table.
pub(super) fn groups(draft: &Draft<'_>, rules: &Rules) -> Vec<Vec<usize>> {
    let parts = parts(draft, rules);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut before = Part::Alone;
    for (index, (row, part)) in draft.rows.iter().zip(&parts).enumerate() {
        let above = index.checked_sub(1).and_then(|above| draft.rows.get(above));
        let parted = above.is_some_and(|above| is_parted(above, row, rules));
        // A further line that a drawn line parts from the row above can only belong to the one below.
        let part = if parted && *part == Part::Follows && !row.across {
            Part::Waits
        } else {
            *part
        };
        let joins = match (part, before) {
            (_, Part::Alone) | (Part::Alone, _) => false,
            (Part::Follows, Part::Opens | Part::Follows) | (Part::Opens | Part::Waits, Part::Waits) => true,
            (Part::Follows, Part::Waits) | (Part::Opens | Part::Waits, _) => false,
        };
        match groups.last_mut() {
            Some(group) if joins && !parted => group.push(index),
            _ => groups.push(vec![index]),
        }
        // What follows a lone line is a row of its own, whatever it is.
        before = part;
    }
    groups
}

fn parts(draft: &Draft<'_>, rules: &Rules) -> Vec<Part> {
    let opens = anchors(draft);
    let waits = waiting(draft, &opens, rules);
    let mut parts = Vec::with_capacity(opens.len());
    for (index, row) in draft.rows.iter().enumerate() {
        let waits = waits.get(index).copied().unwrap_or(false);
        let part = if row.spans_columns() {
            Part::Alone
        } else if opens.get(index).copied().unwrap_or(true) {
            Part::Opens
        } else if waits {
            Part::Waits
        } else if names_rows(draft, index, &opens) || lies_over(draft, index, &opens) {
            Part::Alone
        } else {
            Part::Follows
        };
        parts.push(part);
    }
    parts
}

/// Which rows open a row of the table by what they hold.
fn anchors(draft: &Draft<'_>) -> Vec<bool> {
    let key = key_column(draft);
    let figures: Vec<usize> = (0..draft.columns)
        .filter(|column| draft.is_of_figures(*column))
        .collect();
    let has_figure = |row: &DraftRow, column: usize| {
        row.cells.get(column).is_some_and(|cell| {
            let text = draft.text(cell);
            is_figure(&text) || is_placeholder(&text)
        })
    };
    let opens = |row: &DraftRow| match key {
        _ if row.across => false,
        Some(key) => {
            // A row of a table that has gaps: named, and with figures, though not in the key column.
            let is_named = is_filled(row, 0) && !figures.contains(&0);
            has_figure(row, key) || is_named && figures.iter().any(|column| has_figure(row, *column))
        }
        None => row.filled() >= draft.enough(),
    };
    let mut anchors: Vec<bool> = match (key, wide_gaps(draft)) {
        (None, Some(wide)) => wide,
        _ => draft.rows.iter().map(opens).collect(),
    };
    // The first row opens the head, or is the first row of contents; so does the one below names of several columns.
    let below_spans = draft.rows.iter().take_while(|row| row.spans_columns()).count();
    for anchor in anchors.iter_mut().take(below_spans + 1) {
        *anchor = true;
    }
    anchors
}

/// Which rows stand below a wide gap, where the gaps between rows are of two kinds and every wide one has a name below it.
fn wide_gaps(draft: &Draft<'_>) -> Option<Vec<bool>> {
    let pairs = draft.rows.iter().zip(draft.rows.iter().skip(1));
    let gaps: Vec<f64> = pairs
        .map(|(above, below)| (below.area.y0 - above.area.y1) / above.size.max(below.size))
        .collect();
    // The head may stand apart from the rest: it tells nothing.
    let body = gaps.get(draft.head.map_or(0, |head| head + 1)..)?;
    let least = body.iter().copied().min_by(f64::total_cmp)?;
    let most = body.iter().copied().max_by(f64::total_cmp)?;
    let limit = f64::midpoint(least, most);
    let wide: Vec<bool> = std::iter::once(true)
        .chain(gaps.iter().map(|gap| *gap > limit))
        .collect();
    let after_head = draft.head.map_or(0, |head| head + 1);
    let named = draft
        .rows
        .iter()
        .zip(&wide)
        .all(|(row, wide)| !wide || is_filled(row, 0));
    let mut wide = wide;
    if let Some(first) = wide.get_mut(after_head) {
        *first = true;
    }
    (most - least >= TELLING && named).then_some(wide)
}

/// The column of figures that tells rows from further lines: the one with most figures, of several the rightmost.
fn key_column(draft: &Draft<'_>) -> Option<usize> {
    let figures = |column: usize| {
        let rows = draft.rows.iter().filter(|row| !row.across);
        let cells = rows.filter_map(|row| row.cells.get(column));
        cells.filter(|cell| is_figure(&draft.text(cell))).count()
    };
    // Of equals, the one whose rows have most else: figures may stand on another line than the rest of their row.
    let company = |column: usize| -> usize {
        let rows = draft
            .rows
            .iter()
            .filter(|row| !row.across && is_filled(row, column));
        rows.map(DraftRow::filled).sum()
    };
    (0..draft.columns)
        .filter(|column| draft.is_of_figures(*column))
        .max_by_key(|column| (figures(*column), company(*column), *column))
}

/// Which of the rows that open nothing belong to the row below them.
fn waiting(draft: &Draft<'_>, opens: &[bool], rules: &Rules) -> Vec<bool> {
    let mut waits = vec![false; draft.rows.len()];
    for index in (0..draft.rows.len()).rev() {
        let next_waits = waits.get(index + 1).copied().unwrap_or(false);
        let next_opens = opens.get(index + 1).copied().unwrap_or(false);
        let is_open = opens.get(index).copied().unwrap_or(true);
        let (Some(row), Some(below)) = (draft.rows.get(index), draft.rows.get(index + 1)) else {
            continue;
        };
        let lone = !is_open && !row.across && !is_parted(row, below, rules);
        let told = lone
            && (next_opens && is_nearer_below(draft, index)
                || (next_opens || next_waits) && is_name_alone(row) && begins_lower(draft, below));
        if let Some(slot) = waits.get_mut(index) {
            *slot = told;
        }
    }
    // What goes on with the line above belongs where that line does.
    for index in 0..draft.rows.len() {
        let above_waits = index
            .checked_sub(1)
            .and_then(|above| waits.get(above))
            .copied()
            .unwrap_or(false);
        let goes_on = draft.rows.get(index).is_some_and(|row| begins_lower(draft, row));
        if let Some(slot) = waits.get_mut(index)
            && goes_on
            && !above_waits
            && !is_nearer_below(draft, index)
        {
            *slot = false;
        }
    }
    waits
}

/// Whether a further line stands clearly nearer to the row below it than to the one above.
fn is_nearer_below(draft: &Draft<'_>, index: usize) -> bool {
    let (Some(above), Some(row), Some(below)) = (
        index.checked_sub(1).and_then(|i| draft.rows.get(i)),
        draft.rows.get(index),
        draft.rows.get(index + 1),
    ) else {
        return false;
    };
    let (up, down) = (row.area.y0 - above.area.y1, below.area.y0 - row.area.y1);
    up > down + 0.3 * row.size
}

/// Whether nothing but the first column is filled.
fn is_name_alone(row: &DraftRow) -> bool {
    is_filled(row, 0) && row.cells.iter().skip(1).all(Vec::is_empty)
}

/// Whether the first cell goes on with what stands above it.
fn begins_lower(draft: &Draft<'_>, row: &DraftRow) -> bool {
    row.cells
        .first()
        .is_some_and(|cell| !cell.is_empty() && goes_on(&draft.text(cell)))
}

/// Whether a line names the rows that follow it: alone in the column of names, and set off from what follows by an
/// indent, by its weight or by a colon; or right below the head, whose further line it is not.
fn names_rows(draft: &Draft<'_>, index: usize, opens: &[bool]) -> bool {
    let (Some(row), Some(below)) = (draft.rows.get(index), draft.rows.get(index + 1)) else {
        return false;
    };
    let next_opens = opens.get(index + 1).copied().unwrap_or(false);
    if !is_name_alone(row) || draft.is_of_figures(0) || begins_lower(draft, row) {
        return false;
    }
    let indented = match (start(draft, row), start(draft, below)) {
        (Some(own), Some(next)) => next - own >= INDENTED * row.size,
        _ => false,
    };
    let bold = draft.is_bold(row);
    let set_off = bold && !draft.is_bold(below);
    let ends_in_colon = row
        .cells
        .first()
        .is_some_and(|cell| draft.text(cell).ends_with(':'));
    let below_head = draft.head == index.checked_sub(1);
    if below_head {
        let as_head = draft.head().is_some_and(|head| draft.is_bold(head) == bold);
        return indented || ends_in_colon || !(bold && as_head);
    }
    next_opens && (indented || set_off || ends_in_colon)
}

/// Whether a line over several columns names the rows that follow: it begins at the left edge, or stands in the middle.
fn lies_over(draft: &Draft<'_>, index: usize, opens: &[bool]) -> bool {
    let next_opens = opens.get(index + 1).copied().unwrap_or(false);
    let (Some(row), Some(first), Some(last)) =
        (draft.rows.get(index), draft.extents.first(), draft.extents.last())
    else {
        return false;
    };
    let Some(piece) = row.only_piece().filter(|_| row.across && next_opens) else {
        return false;
    };
    let near = |a: f64, b: f64| (a - b).abs() <= MIDDLE * row.size;
    let second = draft.extents.get(1).unwrap_or(first);
    let in_the_middle = [first, second]
        .iter()
        .any(|left| near(piece.center_x(), f64::midpoint(left.0, last.1)));
    let at_the_edge = (piece.x0 - first.0).abs() <= INDENTED * row.size;
    let text: Vec<usize> = row.cells.iter().flatten().copied().collect();
    (at_the_edge || in_the_middle) && !goes_on(&draft.text(&text))
}

/// Where the first column of a row begins.
fn start(draft: &Draft<'_>, row: &DraftRow) -> Option<f64> {
    let words = row
        .cells
        .first()?
        .iter()
        .filter_map(|index| draft.words.get(*index));
    words.map(|word: &PlacedWord| word.area.x0).min_by(f64::total_cmp)
}
