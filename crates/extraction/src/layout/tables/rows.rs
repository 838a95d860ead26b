//! Entries of a table of cells: one a row, each value from the cell of its column.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::grid::{Grid, GridCell};
use crate::layout::answer::{self, Scored, Why};
use crate::layout::ask::{Ask, Want};
use crate::layout::book::known_labels;
use crate::layout::candidates::{Candidate, Part};
use crate::layout::ground::Scope;
use crate::layout::rect::Rect;
use crate::layout::regions::has_content;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::score::{Feature, Features};
use crate::layout::slots::Answer;
use crate::layout::spans;
use crate::reading;

/// Text over so many characters in an otherwise empty row is a note.
const NOTE: usize = 60;

/// The column of a field.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) index: u32,
    /// How well the heading names the field.
    pub(super) worth: f64,
    pub(super) heading: String,
}

/// Where the table stands.
pub(super) struct Place<'p, 'a> {
    pub(super) scene: &'p Scene<'a>,
    pub(super) sheet: &'p Sheet<'a>,
    pub(super) view: usize,
    pub(super) grid: &'p Grid,
}

/// The entry of a row with its place; none for rows that are none: empty ones, headings of sections, notes.
pub(super) fn entry(
    place: &Place<'_, '_>,
    asks: &[Ask<'_>],
    columns: &[Option<Column>],
    row: u32,
) -> Option<(Answer, Scope)> {
    if !is_entry(place, asks, columns, row) {
        return None;
    }
    let members = asks.iter().zip(columns).map(|(ask, column)| {
        let answer = column
            .as_ref()
            .and_then(|column| cell(place, ask, column, row))
            .unwrap_or_else(|| Answer::nothing("The row holds nothing in such a column."));
        (ask.column.clone(), answer)
    });
    let answer = Answer::object(members.collect::<Vec<_>>());
    answer.holds_anything().then(|| (answer, scope(place, row)))
}

/// Whether the row says anything but its own name.
fn is_entry(place: &Place<'_, '_>, asks: &[Ask<'_>], columns: &[Option<Column>], row: u32) -> bool {
    let grid = place.grid;
    let pairs = || {
        asks.iter()
            .zip(columns)
            .filter_map(|(ask, column)| Some((ask, column.as_ref()?)))
    };
    let filled = |column: &Column| has_content(grid.text(row, column.index));
    let Some(label) = pairs().map(|(_, column)| column.index).min() else {
        return false;
    };
    if pairs().count() < 2 {
        return pairs().any(|(_, column)| filled(column));
    }
    let typed = pairs().any(|(ask, column)| column.index > label && !ask.want.is_textual());
    let beside = pairs().any(|(_, column)| column.index > label && filled(column));
    let Some(cell) = grid.cell(row, label) else {
        return beside;
    };
    // Among words a row may have nothing but its name; a heading of a section goes over the columns, a note is long.
    let alone = cell.single && cell.text.chars().count() <= NOTE && grid.columns > 1;
    let same = pairs().any(|(_, column)| {
        let other = grid.cell(row, column.index);
        column.index > label && other.is_some_and(|other| std::ptr::eq(other, cell))
    });
    !same && (beside || !typed && alone)
}

/// The segments of a page that are the label of a total as a whole.
pub(super) fn totals(sheet: &Sheet<'_>) -> HashSet<usize> {
    let hits = known_labels().find(&sheet.view);
    let whole = hits
        .iter()
        .filter(|hit| hit.total && hit.before == 0 && hit.after == 0);
    whole.map(|hit| hit.segment).collect()
}

/// Whether the row begins with the label of a total.
pub(super) fn is_total(place: &Place<'_, '_>, totals: &HashSet<usize>, row: u32) -> bool {
    let first = (0..place.grid.columns).find_map(|column| place.grid.cell(row, column));
    first.is_some_and(|cell| {
        cell.segments
            .first()
            .is_some_and(|segment| totals.contains(segment))
    })
}

fn scope(place: &Place<'_, '_>, row: u32) -> Scope {
    let cells = (0..place.grid.columns).filter_map(|column| place.grid.cell(row, column));
    let segments = cells.flat_map(|cell| &cell.segments);
    let rows: Vec<usize> = segments
        .filter_map(|segment| Some(place.sheet.view.segment(*segment)?.row))
        .collect();
    // A cell over several rows begins above.
    let last = rows.iter().copied().max().unwrap_or(0);
    Scope {
        view: place.view,
        from: last,
        to: last + 1,
    }
}

fn cell(place: &Place<'_, '_>, ask: &Ask<'_>, column: &Column, row: u32) -> Option<Answer> {
    let cell = place.grid.cell(row, column.index)?;
    let candidate = stated_number(place, ask, cell)
        .or_else(|| text(place, ask, cell))
        .or_else(|| typed(place, ask, cell))?;
    let mut features = Features::default();
    features.set(Feature::Stated, column.worth);
    features.set(Feature::Specificity, candidate.specificity);
    features.set(Feature::Fit, candidate.fit);
    let heading = column.heading.clone();
    let mut scored = Scored::new(candidate, features, Why::Cell { heading });
    scored.logit = place.scene.model.logit(&scored.features);
    Some(answer::of(
        place.scene,
        ask,
        std::slice::from_ref(&scored),
        Some(0),
    ))
}

fn candidate(place: &Place<'_, '_>, cell: &GridCell) -> Option<Candidate> {
    let view = &place.sheet.view;
    let parts: Vec<Part> = cell
        .segments
        .iter()
        .filter_map(|number| {
            let to = view.segment(*number)?.len();
            Some(Part {
                segment: *number,
                from: 0,
                to,
            })
        })
        .collect();
    let around = Rect::around(
        parts
            .iter()
            .filter_map(|part| Some(view.segment(part.segment)?.place)),
    )?;
    Some(Candidate {
        view: place.view,
        parts,
        place: around,
        value: serde_json::Value::Null,
        printed: cell.text.clone(),
        exact: true,
        other: None,
        specificity: 0.8,
        fit: 1.0,
        end: None,
        skipped: 0,
    })
}

/// A spreadsheet's own numbers are written in one way, whatever the language of the rest.
fn stated_number(place: &Place<'_, '_>, ask: &Ask<'_>, cell: &GridCell) -> Option<Candidate> {
    if !ask.want.is_numeric() || !is_spreadsheet(place) {
        return None;
    }
    let number: Decimal = cell.text.parse().ok()?;
    let value = spans::to_json(&reading::Value::Number(number), &ask.field.kind)?;
    Some(Candidate {
        value,
        ..candidate(place, cell)?
    })
}

fn is_spreadsheet(place: &Place<'_, '_>) -> bool {
    let document = place.scene.documents.get(place.sheet.view.document);
    document.is_some_and(|document| {
        let media_type = document.parsed.media_type.as_str();
        media_type.contains("spreadsheet") || media_type.contains("ms-excel")
    })
}

/// The text of the cell as it is shown, where text is asked for.
fn text(place: &Place<'_, '_>, ask: &Ask<'_>, cell: &GridCell) -> Option<Candidate> {
    if !has_content(&cell.text) {
        return None;
    }
    let (value, exact) = spans::text_value(&cell.text, ask)?;
    Some(Candidate {
        value,
        exact,
        ..candidate(place, cell)?
    })
}

/// The best reading of the cell as the type of the field.
fn typed(place: &Place<'_, '_>, ask: &Ask<'_>, cell: &GridCell) -> Option<Candidate> {
    if ask.want == Want::Boolean && reading::leaves_open(&cell.text) {
        return None;
    }
    let spans = cell
        .segments
        .iter()
        .flat_map(|segment| place.sheet.spans.of(*segment));
    let readable = spans.filter_map(|span| Some((span, spans::value_of(span, ask)?)));
    let rank = |span: &spans::Span| {
        let leads = if span.from == 0 { 1.0 } else { 0.0 };
        spans::fit(span, ask.want) + 0.1 * span.specificity + leads
    };
    let (span, value) =
        readable.max_by(|(a, _), (b, _)| rank(a).total_cmp(&rank(b)).then(b.from.cmp(&a.from)))?;
    Some(Candidate {
        value,
        printed: span.text.clone(),
        exact: span.exact,
        other: spans::other_of(span, ask),
        specificity: span.specificity,
        ..candidate(place, cell)?
    })
}
