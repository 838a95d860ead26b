//! The values of one entry, read from its columns.

use domain::evidence::{Alternative, Engine, Evidence, Source, Verdict};
use domain::parsed::TextOrigin;
use domain::schema::FieldKind;
use serde_json::Value;

use super::body::{BodyRow, Entry, Piece, leads};
use super::header::Header;
use crate::layout::answer::{doubtful, proven, rounded, unread, weighed};
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::{Candidate, Part, clean};
use crate::layout::rect::{Rect, float};
use crate::layout::regions::has_content;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::score::{Feature, Features, probability};
use crate::layout::slots::Answer;
use crate::layout::spans::{self, Span};
use crate::reading;

/// Lines of a text cell that follow each other closely: the gap in line heights.
const LEADING: f64 = 1.0;
/// A further line of a text cell begins no further left or right than this, in line heights.
const INDENT: f64 = 0.6;

/// What joins the first parts of compounds: `Ein- und Ausgang`.
const CONJUNCTIONS: [&str; 9] = ["und", "oder", "u.", "and", "or", "et", "ou", "en", "of"];

/// The answer of one entry: all fields in the order of the schema.
pub(crate) fn row(
    scene: &Scene<'_>,
    sheet: &Sheet<'_>,
    view: usize,
    header: &Header,
    columns: &[Ask<'_>],
    entry: &Entry,
) -> Answer {
    let members = columns.iter().enumerate().map(|(column, ask)| {
        let answer = cell(scene, sheet, view, header, columns, column, entry)
            .unwrap_or_else(|| Answer::nothing("The row holds nothing in such a column."));
        (ask.column.clone(), answer)
    });
    Answer::object(members.collect::<Vec<_>>())
}

fn cell(
    scene: &Scene<'_>,
    sheet: &Sheet<'_>,
    view: usize,
    header: &Header,
    columns: &[Ask<'_>],
    column: usize,
    entry: &Entry,
) -> Option<Answer> {
    let ask = columns.get(column)?;
    let heading = header.of_column(column)?;
    let index = header
        .headings
        .iter()
        .position(|other| std::ptr::eq(other, heading))?;
    let (_, worth) = heading.column?;
    let candidate = if ask.want.is_textual() && ask.want != Want::Identifier {
        text_cell(view, sheet, index, ask, entry)
    } else if ask.want == Want::Identifier {
        identifier_cell(view, sheet, index, ask, entry)
    } else {
        typed_cell(view, sheet, index, ask, entry)
    }?;
    let (sources, verdict) = proven(scene, &candidate);
    if verdict == Verdict::Inferred {
        return Some(Answer::nothing(unread(&candidate)));
    }
    let features = features(sheet, header, columns, ask, entry, worth, &candidate);
    let told = probability(scene.model.logit(&features));
    let confidence = scene.model.calibration.row.of(told);
    let (confidence, other) = weighed(&candidate, confidence, scene.model.threshold, &sources);
    if rounded(confidence) < ask.threshold(scene.model) {
        return Some(withheld(candidate, confidence, sources));
    }
    let evidence = Evidence {
        reasoning: format!("Stands in the column headed “{}”.", heading.text),
        confidence: rounded(confidence),
        verdict,
        engine: Engine::Layout,
        sources,
        alternatives: other.into_iter().collect(),
    };
    let leaf = Answer::leaf(candidate.value, evidence);
    let answer = match ask.field.kind {
        FieldKind::Array(_) => Answer::list(vec![leaf]),
        _ => leaf,
    };
    Some(if scene.watched {
        answer.having_seen(features)
    } else {
        answer
    })
}

/// What speaks for and against a cell's value.
fn features(
    sheet: &Sheet<'_>,
    header: &Header,
    columns: &[Ask<'_>],
    ask: &Ask<'_>,
    entry: &Entry,
    worth: f64,
    candidate: &Candidate,
) -> Features {
    let mut features = Features::default();
    let held = |heading: &usize| {
        let mut pieces = entry.rows.iter().flat_map(|row| &row.pieces);
        pieces.any(|piece| piece.heading == *heading)
    };
    let named: Vec<usize> = (0..header.headings.len())
        .filter(|index| {
            header
                .headings
                .get(*index)
                .is_some_and(|heading| heading.column.is_some())
        })
        .collect();
    let filled = named.iter().filter(|heading| held(heading)).count();
    features.flag(Feature::Cell, true);
    features.set(Feature::CellHeading, worth);
    features.set(Feature::CellFit, candidate.fit);
    features.flag(Feature::CellText, ask.want.is_textual());
    features.set(
        Feature::CellLines,
        float(candidate.parts.len().saturating_sub(1).min(4)),
    );
    features.set(
        Feature::CellRows,
        float(entry.rows.len().saturating_sub(1).min(4)),
    );
    features.set(
        Feature::CellMatched,
        float(named.len()) / float(columns.len().max(1)),
    );
    features.set(Feature::CellFilled, float(filled) / float(named.len().max(1)));
    features.flag(Feature::CellScanned, sheet.view.page.origin == TextOrigin::Ocr);
    features
}

/// A cell less sure than its field must be: no value, and what was found as an alternative.
fn withheld(candidate: Candidate, confidence: f64, sources: Vec<Source>) -> Answer {
    let mut evidence = Evidence::not_found(Engine::Layout, doubtful(&candidate.printed, confidence));
    evidence.alternatives.push(Alternative {
        value: candidate.value,
        confidence: rounded(confidence),
        sources,
    });
    Answer::leaf(Value::Null, evidence)
}

/// The rows of an entry, the main row first, then the others from top to bottom.
fn main_first(entry: &Entry) -> impl Iterator<Item = &BodyRow> {
    std::iter::once(&entry.main).chain(entry.rows.iter().filter(|row| row.row != entry.main.row))
}

fn typed_cell(
    view: usize,
    sheet: &Sheet<'_>,
    heading: usize,
    ask: &Ask<'_>,
    entry: &Entry,
) -> Option<Candidate> {
    for row in main_first(entry) {
        for piece in row.pieces.iter().filter(|piece| piece.heading == heading) {
            let segment = sheet.view.segment(piece.part.segment)?;
            if ask.want == Want::Boolean
                && reading::leaves_open(segment.slice(piece.part.from, piece.part.to))
            {
                continue;
            }
            let inside = sheet
                .spans
                .of(piece.part.segment)
                .iter()
                .filter(|span| span.from >= piece.part.from && span.to <= piece.part.to);
            let readable = inside.filter_map(|span| Some((span, spans::value_of(span, ask)?)));
            let best = readable.max_by(|(a, _), (b, _)| {
                rank(sheet, piece, a, ask)
                    .total_cmp(&rank(sheet, piece, b, ask))
                    .then(b.from.cmp(&a.from))
            });
            if let Some((span, value)) = best {
                return Some(of_span(view, sheet, piece.part.segment, span, value, ask));
            }
        }
    }
    None
}

/// How well a number in a cell fits: by its kind, and by leading the cell's text.
fn rank(sheet: &Sheet<'_>, piece: &Piece, span: &Span, ask: &Ask<'_>) -> f64 {
    let leads = if leads(&sheet.view, piece, span.from) {
        1.0
    } else {
        0.0
    };
    spans::fit(span, ask.want) + 0.1 * span.specificity + leads
}

fn of_span(
    view: usize,
    sheet: &Sheet<'_>,
    segment: usize,
    span: &Span,
    value: Value,
    ask: &Ask<'_>,
) -> Candidate {
    let place = sheet
        .view
        .segment(segment)
        .map(|s| s.place_of(span.from, span.to));
    Candidate {
        view,
        parts: vec![Part {
            segment,
            from: span.from,
            to: span.to,
        }],
        place: place.unwrap_or(Rect {
            x0: 0.0,
            y0: 0.0,
            x1: 0.0,
            y1: 0.0,
        }),
        value,
        printed: span.text.clone(),
        exact: span.exact,
        other: spans::other_of(span, ask),
        specificity: span.specificity,
        fit: spans::fit(span, ask.want),
        end: span.end,
        skipped: 0,
    }
}

fn identifier_cell(
    view: usize,
    sheet: &Sheet<'_>,
    heading: usize,
    ask: &Ask<'_>,
    entry: &Entry,
) -> Option<Candidate> {
    for row in main_first(entry) {
        for piece in row.pieces.iter().filter(|piece| piece.heading == heading) {
            let segment = sheet.view.segment(piece.part.segment)?;
            let found = spans::identifier(
                segment,
                sheet.spans.of(piece.part.segment),
                piece.part.from,
                piece.part.to,
            );
            let Some((from, to)) = found else { continue };
            let part = Part {
                segment: piece.part.segment,
                from,
                to,
            };
            return text_candidate(
                view,
                sheet,
                ask,
                vec![part],
                spans::identifier_text(segment, sheet.spans.of(part.segment), from, to),
            );
        }
    }
    None
}

/// The text of a cell: its first line and those that go on closely below it.
fn text_cell(
    view: usize,
    sheet: &Sheet<'_>,
    heading: usize,
    ask: &Ask<'_>,
    entry: &Entry,
) -> Option<Candidate> {
    let mut parts: Vec<Part> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let mut last: Option<Rect> = None;
    for row in &entry.rows {
        let of_row: Vec<Part> = row
            .pieces
            .iter()
            .filter(|piece| piece.heading == heading)
            .map(|piece| piece.part)
            .collect();
        let Some(first) = of_row.first() else { continue };
        let segment = sheet.view.segment(first.segment)?;
        let place = segment.place_of(first.from, first.to);
        if let Some(above) = last {
            let unit = above.height().max(place.height()).max(1.0);
            let apart =
                above.gap_to_below(&place) / unit > LEADING || (above.x0 - place.x0).abs() / unit > INDENT;
            let smaller = place.height() < 0.85 * above.height();
            if apart || smaller || is_labelled(segment.slice(first.from, first.to)) {
                break;
            }
        }
        for part in of_row {
            let Some(segment) = sheet.view.segment(part.segment) else {
                continue;
            };
            texts.push(segment.slice(part.from, part.to).to_owned());
            parts.push(part);
        }
        last = Some(place);
    }
    texts.retain(|text| has_content(text));
    text_candidate(view, sheet, ask, parts, clean(&joined(&texts)))
}

/// Lines put together: a word that is broken at a hyphen is one again, a compound keeps its hyphen.
fn joined(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let broken = text.ends_with('-') && text.chars().rev().nth(1).is_some_and(char::is_alphanumeric);
        let goes_on = line.starts_with('-') && line.chars().nth(1).is_some_and(char::is_alphanumeric);
        let first = line.split(' ').next().unwrap_or_default();
        let conjunction = CONJUNCTIONS.contains(&first);
        if broken && !conjunction && line.starts_with(char::is_lowercase) {
            text.pop();
        } else if !(text.is_empty() || broken && !conjunction || goes_on) {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// A line such as `GTIN: 4012345001235` says something else of the entry.
fn is_labelled(text: &str) -> bool {
    text.split_once(':').is_some_and(|(before, after)| {
        let words = before.split_whitespace().count();
        words <= 3 && before.starts_with(char::is_alphabetic) && has_content(after)
    })
}

fn text_candidate(
    view: usize,
    sheet: &Sheet<'_>,
    ask: &Ask<'_>,
    parts: Vec<Part>,
    printed: String,
) -> Option<Candidate> {
    let (value, exact) = spans::text_value(&printed, ask)?;
    let place = Rect::around(
        parts
            .iter()
            .filter_map(|part| Some(sheet.view.segment(part.segment)?.place_of(part.from, part.to))),
    )?;
    has_content(&printed).then_some(Candidate {
        view,
        parts,
        place,
        value,
        printed,
        exact,
        other: None,
        specificity: 0.5,
        fit: 1.0,
        end: None,
        skipped: 0,
    })
}
