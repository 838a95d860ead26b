//! Lines of items without headings, as on receipts and in plain text: a text with its amount at the end of the line,
//! perhaps with `2 x 3.50`. They are believed where they make a total below them, or where quantity times price makes
//! the amount.

use domain::evidence::{Engine, Evidence, Verdict};

use super::Located;
use crate::layout::answer::{proven, rounded};
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::{Candidate, Part, clean};
use crate::layout::ground::Scope;
use crate::layout::labels::Hit;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::slots::Answer;
use crate::layout::spans::{self, Shape, Span};
use crate::reading::ReadingKind;

/// How sure lines are that make the total, and lines that only their own figures prove.
const BY_TOTAL: f64 = 0.85;
const BY_PRODUCT: f64 = 0.7;
/// A total stands within so many rows behind the last line.
const TOTALS: usize = 10;
/// So many lines make a total by more than chance.
const SEVERAL: usize = 3;
/// Amounts are equal up to rounding.
const CENT: f64 = 0.011;
/// What stands between a quantity and a price, or sets an amount off.
const MARKS: [&str; 12] = ["x", "×", "*", "@", "à", "je", "a", "€", "$", "£", "eur", "="];

/// A number on a page.
#[derive(Debug, Clone, Copy)]
struct Figure<'s> {
    segment: usize,
    span: &'s Span,
    number: f64,
}

/// A line of an item.
#[derive(Debug, Clone)]
struct Line<'s> {
    view: usize,
    rows: (usize, usize),
    text: Part,
    quantity: Option<Figure<'s>>,
    price: Option<Figure<'s>>,
    amount: Figure<'s>,
}

impl Line<'_> {
    /// Whether quantity times price makes the amount, and says something by it.
    fn is_product(&self) -> bool {
        self.quantity
            .zip(self.price)
            .is_some_and(|(quantity, _)| (quantity.number - 1.0).abs() > CENT)
    }
}

/// What a row of a page says.
enum Row<'s> {
    Line(Line<'s>),
    /// `2 x 3.50` alone: figures that belong to the line before.
    Detail(Vec<Figure<'s>>),
    Text(Part),
    Total,
    Other,
}

/// The lines of items of a document, where columns ask for such and lines prove each other.
pub(super) fn extract(scene: &Scene<'_>, hits: &[Vec<Hit>], columns: &[Ask<'_>]) -> Option<Located> {
    let text = columns.iter().position(|ask| ask.is(&["description"]))?;
    columns
        .iter()
        .any(|ask| ask.is(&["line_total", "unit_price"]))
        .then_some(())?;
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (view, (sheet, hits)) in scene.sheets.iter().zip(hits).enumerate() {
        let found = lines_of(sheet, hits, &mut lines, view);
        if let Some((from, sure)) = found {
            let kept = lines.get(from..).unwrap_or_default();
            return Some(located(scene, columns, text, kept, sure));
        }
    }
    let proven: Vec<Line<'_>> = lines.iter().filter(|line| line.is_product()).cloned().collect();
    (!proven.is_empty() && proven.len() * 2 >= lines.len())
        .then(|| located(scene, columns, text, &lines, BY_PRODUCT))
}

/// Reads the lines of a page; where a total is met that the last lines make, the first of these and how sure they are.
fn lines_of<'s>(
    sheet: &'s Sheet<'_>,
    hits: &[Hit],
    lines: &mut Vec<Line<'s>>,
    view: usize,
) -> Option<(usize, f64)> {
    let mut pending: Option<(usize, Part)> = None;
    for row in 0..sheet.view.rows.len() {
        match read(sheet, hits, view, row) {
            Row::Line(line) => lines.push(line),
            Row::Detail(figures) => {
                let before = lines
                    .last_mut()
                    .filter(|line| line.view == view && line.rows.1 == row);
                let taken = before.is_some_and(|line| attach(line, &figures, row));
                if !taken && let Some((above, text)) = pending.filter(|(above, _)| above + 1 == row) {
                    lines.extend(of_figures(view, (above, row + 1), text, &figures));
                }
            }
            Row::Text(text) => pending = Some((row, text)),
            Row::Total if !lines.is_empty() => {
                let totals = totals(sheet, hits, row);
                if let Some(from) = made_by(lines, &totals) {
                    return Some((from, BY_TOTAL));
                }
            }
            Row::Total | Row::Other => {}
        }
    }
    None
}

/// From which line on the lines make one of the totals; two lines without more may be the net total and the tax.
fn made_by(lines: &[Line<'_>], totals: &[f64]) -> Option<usize> {
    let mut sum = 0.0;
    let mut products = 0;
    let mut found = None;
    for (index, line) in lines.iter().enumerate().rev() {
        sum += line.amount.number;
        let makes = totals.iter().any(|total| (total - sum).abs() < CENT);
        products += usize::from(line.is_product());
        if makes && (lines.len() - index >= SEVERAL || products > 0) {
            found = Some(index);
        }
    }
    found
}

/// The amounts of the totals in the rows from that one on.
fn totals(sheet: &Sheet<'_>, hits: &[Hit], row: usize) -> Vec<f64> {
    (row..row + TOTALS)
        .filter(|row| is_total(sheet, hits, *row))
        .filter_map(|row| figures(sheet, row).last().map(|figure| figure.number))
        .collect()
}

fn is_total(sheet: &Sheet<'_>, hits: &[Hit], row: usize) -> bool {
    let in_row = |hit: &&Hit| {
        sheet
            .view
            .segment(hit.segment)
            .is_some_and(|segment| segment.row == row)
    };
    hits.iter().filter(in_row).any(|hit| hit.total && hit.before == 0)
}

fn read<'s>(sheet: &'s Sheet<'_>, hits: &[Hit], view: usize, row: usize) -> Row<'s> {
    if is_total(sheet, hits, row) {
        return Row::Total;
    }
    let figures = figures(sheet, row);
    let last = figures
        .last()
        .filter(|figure| is_money(figure) && ends_row(sheet, row, figure));
    let text = text_of(sheet, row, &figures);
    if text.is_some_and(|text| is_label(hits, text)) {
        return Row::Other;
    }
    match (text, last) {
        (Some(text), Some(_)) => {
            of_figures(view, (row, row + 1), text, &figures).map_or(Row::Other, Row::Line)
        }
        (None, Some(_)) => Row::Detail(figures),
        (Some(text), None) => Row::Text(text),
        (None, None) => Row::Other,
    }
}

/// Whether a text is no more than a label, such as that of a tax or of what was given.
fn is_label(hits: &[Hit], text: Part) -> bool {
    let begins = |hit: &&Hit| hit.segment == text.segment && hit.from == text.from;
    hits.iter().filter(begins).any(|hit| hit.to + 1 >= text.to)
}

/// A line of a text and figures, the amount last.
fn of_figures<'s>(view: usize, rows: (usize, usize), text: Part, figures: &[Figure<'s>]) -> Option<Line<'s>> {
    let (amount, before) = figures.split_last()?;
    let pairs = before.iter().flat_map(|a| before.iter().map(move |b| (a, b)));
    let pair = pairs
        .filter(|(a, b)| !std::ptr::eq(*a, *b))
        .find(|(a, b)| (a.number * b.number - amount.number).abs() < CENT && is_money(b));
    Some(Line {
        view,
        rows,
        text,
        quantity: pair.map(|(quantity, _)| *quantity),
        price: pair.map(|(_, price)| *price),
        amount: *amount,
    })
}

/// Takes `2 x 3.50` as quantity and price of the line before it, where they make its amount.
fn attach<'s>(line: &mut Line<'s>, figures: &[Figure<'s>], row: usize) -> bool {
    let (Some(quantity), Some(price)) = (figures.first(), figures.get(1)) else {
        return false;
    };
    let makes = (quantity.number * price.number - line.amount.number).abs() < CENT;
    if !makes || line.quantity.is_some() {
        return false;
    }
    line.quantity = Some(*quantity);
    line.price = Some(*price);
    line.rows.1 = row + 1;
    true
}

/// The numbers of a row that are no percentages and no parts of days and the like, left to right.
fn figures<'s>(sheet: &'s Sheet<'_>, row: usize) -> Vec<Figure<'s>> {
    let mut found: Vec<Figure<'s>> = Vec::new();
    for segment in sheet.view.rows.get(row).into_iter().flat_map(|row| &row.segments) {
        let spans = sheet.spans.of(*segment);
        let other = |span: &Span| {
            spans.iter().any(|other| {
                let kind = other.reading.kind;
                let day = matches!(
                    kind,
                    ReadingKind::Date | ReadingKind::DateTime | ReadingKind::Phone | ReadingKind::Percent
                );
                day && other.from < span.to && span.from < other.to
            })
        };
        let mut here: Vec<Figure<'s>> = spans
            .iter()
            .filter(|span| span.reading.kind.is_numeric() && !other(span))
            .filter_map(|span| {
                Some(Figure {
                    segment: *segment,
                    span,
                    number: spans::number_of(span)?,
                })
            })
            .collect();
        // Of readings of the same words the one with a currency or more words.
        here.sort_by_key(|figure| {
            (
                figure.span.from,
                std::cmp::Reverse(figure.span.to),
                figure.span.shape != Shape::Amount,
            )
        });
        for figure in here {
            let overlaps = found
                .last()
                .is_some_and(|last| last.segment == figure.segment && last.span.to > figure.span.from);
            if !overlaps {
                found.push(figure);
            }
        }
    }
    found
}

/// Whether it is printed as an amount: with cents.
fn is_money(figure: &Figure<'_>) -> bool {
    let digits = figure.span.text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let mut last = digits.chars().rev();
    let cents = last.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
    cents && matches!(last.next(), Some('.' | ','))
}

/// Whether nothing but a short mark (a class of tax) stands behind it in its row.
fn ends_row(sheet: &Sheet<'_>, row: usize, figure: &Figure<'_>) -> bool {
    let Some(segments) = sheet.view.rows.get(row).map(|row| &row.segments) else {
        return false;
    };
    let behind = segments
        .iter()
        .skip_while(|segment| **segment != figure.segment)
        .enumerate();
    behind
        .filter_map(|(at, index)| {
            let segment = sheet.view.segment(*index)?;
            Some(segment.slice(if at == 0 { figure.span.to } else { 0 }, segment.len()))
        })
        .all(|text| text.split(' ').all(|word| word.chars().count() <= 3))
}

/// The words of a row that name an item: the run with most letters that holds no figure.
fn text_of(sheet: &Sheet<'_>, row: usize, figures: &[Figure<'_>]) -> Option<Part> {
    let mut best: Option<(usize, Part)> = None;
    for index in sheet.view.rows.get(row).into_iter().flat_map(|row| &row.segments) {
        let Some(segment) = sheet.view.segment(*index) else {
            continue;
        };
        let taken = |word: usize| {
            let priced = figures.iter().any(|figure| {
                figure.segment == *index
                    && (figure.span.from..figure.span.to).contains(&word)
                    && (is_money(figure) || beside_edge(segment.len(), figure))
            });
            priced || MARKS.contains(&segment.slice(word, word + 1).to_lowercase().as_str())
        };
        let mut from = 0;
        for word in 0..=segment.len() {
            if word < segment.len() && !taken(word) {
                continue;
            }
            let letters = segment
                .slice(from, word)
                .chars()
                .filter(|c| c.is_alphabetic())
                .count();
            if from < word && letters >= 2 && best.is_none_or(|(most, _)| letters > most) {
                let part = Part {
                    segment: *index,
                    from,
                    to: word,
                };
                best = Some((letters, part));
            }
            from = word + 1;
        }
    }
    best.map(|(_, part)| part)
}

/// Whether it stands at the beginning of its segment, or is a whole number at its end: a count, no part of the name.
fn beside_edge(length: usize, figure: &Figure<'_>) -> bool {
    figure.span.from == 0 || figure.span.to == length && figure.span.shape == Shape::Integer
}

fn located(
    scene: &Scene<'_>,
    columns: &[Ask<'_>],
    text: usize,
    lines: &[Line<'_>],
    confidence: f64,
) -> Located {
    let rows = lines.iter().map(|line| {
        let members = columns.iter().enumerate().map(|(index, ask)| {
            let candidate = if index == text {
                text_candidate(scene, line, ask)
            } else {
                figure_of(line, ask).and_then(|figure| figure_candidate(scene, line, figure, ask))
            };
            let answer = candidate.and_then(|candidate| answer(scene, candidate, ask, confidence));
            let nothing = || Answer::nothing("The line holds no such value.");
            (ask.column.clone(), answer.unwrap_or_else(nothing))
        });
        let scope = Scope {
            view: line.view,
            from: line.rows.0,
            to: line.rows.1,
        };
        (Answer::object(members.collect::<Vec<_>>()), scope)
    });
    Located::of(rows.collect())
}

fn figure_of<'s>(line: &Line<'s>, ask: &Ask<'_>) -> Option<Figure<'s>> {
    if ask.is(&["quantity"]) {
        return line.quantity;
    }
    if ask.is(&["unit_price"]) {
        return line.price;
    }
    ask.is(&["line_total"]).then_some(line.amount)
}

fn text_candidate(scene: &Scene<'_>, line: &Line<'_>, ask: &Ask<'_>) -> Option<Candidate> {
    let segment = scene.sheets.get(line.view)?.view.segment(line.text.segment)?;
    let printed = clean(segment.slice(line.text.from, line.text.to));
    let (value, exact) = spans::text_value(&printed, ask)?;
    Some(Candidate {
        view: line.view,
        parts: vec![line.text],
        place: segment.place_of(line.text.from, line.text.to),
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

fn figure_candidate(
    scene: &Scene<'_>,
    line: &Line<'_>,
    figure: Figure<'_>,
    ask: &Ask<'_>,
) -> Option<Candidate> {
    let segment = scene.sheets.get(line.view)?.view.segment(figure.segment)?;
    let value = spans::value_of(figure.span, ask)?;
    Some(crate::layout::unlabelled::of_span(
        line.view,
        figure.segment,
        segment,
        figure.span,
        ask,
        value,
    ))
}

fn answer(scene: &Scene<'_>, candidate: Candidate, ask: &Ask<'_>, confidence: f64) -> Option<Answer> {
    let (sources, verdict) = proven(scene, &candidate);
    if verdict == Verdict::Inferred || confidence < ask.threshold(scene.model) || ask.want == Want::Boolean {
        return None;
    }
    let why = if confidence >= BY_TOTAL {
        "Stands in a line of items that make the total."
    } else {
        "Stands in a line whose quantity times price makes its amount."
    };
    let evidence = Evidence {
        reasoning: why.to_owned(),
        confidence: rounded(confidence),
        verdict,
        engine: Engine::Layout,
        sources,
        alternatives: Vec::new(),
    };
    Some(Answer::leaf(candidate.value, evidence))
}
