//! Candidates without a label: what its form says, amounts among the totals, a date at the head of a letter.

use super::answer::{Scored, Why};
use super::ask::{Ask, Want};
use super::candidates::{Candidate, Part};
use super::features;
use super::gather::add_surroundings;
use super::ground::Ground;
use super::labels::Hit;
use super::rect::float;
use super::regions::Relation;
use super::scene::Sheet;
use super::score::{Feature, Features};
use super::spans::{self, Span};
use super::terms;
use super::view::Segment;
use crate::reading::ReadingKind;

/// Totals of a document, whose sums prove each other.
pub(crate) const TOTALS: &[&str] = &[
    "net_total",
    "tax_total",
    "grand_total",
    "amount_due",
    "gross_amount",
];
/// Amounts up to this many line heights from a total's label stand in its area.
const TOTALS_AREA: f64 = 14.0;
/// How well terms of payment name the day by which to pay.
const TERMS: f64 = 0.8;
/// The head of a page, as a share of its height.
const HEAD: f64 = 0.45;
/// A bank's code stands so few rows from the number of the account.
const BANK_ROWS: usize = 4;

/// Candidates that need no label: an IBAN is an IBAN.
pub(crate) fn unlabelled(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let accounts = accounts(sheet);
    for (index, segment) in sheet.view.segments.iter().enumerate() {
        let near = |row: &usize| row.abs_diff(segment.row) <= BANK_ROWS;
        if ask.want == Want::Bic && !accounts.iter().any(near) {
            continue;
        }
        for span in sheet.spans.of(index) {
            let Some(value) = spans::value_of(span, ask) else {
                continue;
            };
            let candidate = of_span(view_index, index, segment, span, ask, value);
            let rare = rarity(ground, view_index, ask, &candidate);
            all.push(by_form(ground, view_index, ask, hits, candidate, rare));
        }
    }
}

/// The rows that hold an account number: words of eight letters are no bank's code elsewhere.
fn accounts(sheet: &Sheet<'_>) -> Vec<usize> {
    let holds = |index: &usize| {
        let mut spans = sheet.spans.of(*index).iter();
        spans.any(|span| span.reading.kind == ReadingKind::Iban)
    };
    let holding = (0..sheet.view.segments.len()).filter(holds);
    holding
        .filter_map(|index| Some(sheet.view.segment(index)?.row))
        .collect()
}

/// A candidate without a label.
fn by_form(
    ground: &Ground<'_, '_>,
    view_index: usize,
    ask: &Ask<'_>,
    hits: &[Hit],
    candidate: Candidate,
    rare: f64,
) -> Scored {
    let mut features = Features::default();
    features.flag(Feature::Unlabelled, true);
    features.set(Feature::Rare, rare);
    if let Some(sheet) = ground.scene.sheets.get(view_index) {
        features::add_own(&mut features, &sheet.view, ask, &candidate);
    }
    add_surroundings(
        ground,
        view_index,
        ask,
        hits,
        &candidate,
        Relation::Right,
        &mut features,
    );
    Scored::new(candidate, features, Why::Form)
}

/// Amounts of the area of totals: what their labels do not say, their sum may.
pub(crate) fn near_totals(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let view = &sheet.view;
    let heights: Vec<f64> = hits
        .iter()
        .filter(|hit| hit.total)
        .map(|hit| hit.place.center_y())
        .collect();
    for (index, segment) in view.segments.iter().enumerate() {
        let near = heights
            .iter()
            .any(|y| (y - segment.place.center_y()).abs() < TOTALS_AREA * view.unit);
        if !near || ground.claimed.holds(view_index, segment.row) {
            continue;
        }
        for span in sheet
            .spans
            .of(index)
            .iter()
            .filter(|span| span.shape == spans::Shape::Amount)
        {
            let Some(value) = spans::value_of(span, ask) else {
                continue;
            };
            let candidate = of_span(view_index, index, segment, span, ask, value);
            all.push(by_form(ground, view_index, ask, hits, candidate, 0.0));
        }
    }
}

/// A date alone on its line at the head of the first page.
pub(crate) fn heading_date(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let view = &sheet.view;
    if view.page.number != 1 {
        return;
    }
    let mut found = Vec::new();
    for (index, segment) in view.segments.iter().enumerate() {
        if segment.place.center_y() > HEAD * view.height {
            continue;
        }
        for span in sheet.spans.of(index) {
            let last = span.to == segment.len();
            let alone = span.from == 0 || segment.slice(0, span.from).ends_with(',') && span.from <= 3;
            if let Some(value) = spans::value_of(span, ask).filter(|_| alone && last) {
                found.push(of_span(view_index, index, segment, span, ask, value));
            }
        }
    }
    let rare = 1.0 / float(found.len().max(1));
    all.extend(
        found
            .into_iter()
            .map(|candidate| by_form(ground, view_index, ask, hits, candidate, rare)),
    );
}

/// The day that terms of payment in running text end with.
pub(crate) fn payment_terms(
    ground: &Ground<'_, '_>,
    view_index: usize,
    ask: &Ask<'_>,
    all: &mut Vec<Scored>,
) {
    let Some(sheet) = ground.scene.sheets.get(view_index) else {
        return;
    };
    for term in terms::terms(sheet, ask) {
        let (Some(segment), Some(value)) =
            (sheet.view.segment(term.segment), spans::value_of(term.span, ask))
        else {
            continue;
        };
        let candidate = of_span(view_index, term.segment, segment, term.span, ask, value);
        let mut features = Features::default();
        features.set(Feature::Label, TERMS);
        features.flag(Feature::Glued, true);
        features.set(Feature::Aligned, 1.0);
        features::add_own(&mut features, &sheet.view, ask, &candidate);
        all.push(Scored::new(candidate, features, term.why));
    }
}

/// The reading as a candidate.
pub(crate) fn of_span(
    view: usize,
    index: usize,
    segment: &Segment,
    span: &Span,
    ask: &Ask<'_>,
    value: serde_json::Value,
) -> Candidate {
    Candidate {
        view,
        parts: vec![Part {
            segment: index,
            from: span.from,
            to: span.to,
        }],
        place: segment.place_of(span.from, span.to),
        exact: span.exact,
        other: spans::other_of(span, ask),
        value,
        printed: span.text.clone(),
        specificity: span.specificity,
        fit: 1.0,
        end: None,
        skipped: 0,
    }
}

/// How much the document singles the value out: 1 where it is the only one of its kind.
fn rarity(ground: &Ground<'_, '_>, view: usize, ask: &Ask<'_>, candidate: &Candidate) -> f64 {
    let document = ground.scene.sheets.get(view).map(|sheet| sheet.view.document);
    if ask.want == Want::Currency {
        let usual = document
            .and_then(|index| ground.scene.styles.get(index))
            .and_then(|s| s.currency.as_deref());
        return if usual.is_some() && usual == candidate.value.as_str() {
            1.0
        } else {
            0.0
        };
    }
    let mut values: Vec<serde_json::Value> = Vec::new();
    for sheet in ground
        .scene
        .sheets
        .iter()
        .filter(|sheet| Some(sheet.view.document) == document)
    {
        for index in 0..sheet.view.segments.len() {
            for value in sheet
                .spans
                .of(index)
                .iter()
                .filter_map(|span| spans::value_of(span, ask))
            {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
    }
    1.0 / float(values.len().max(1))
}
