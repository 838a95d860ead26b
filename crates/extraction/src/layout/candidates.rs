//! Candidates: what could be the value of a field, and where it stands.

use serde_json::Value;

use super::ask::{Ask, End, Want};
use super::rect::Rect;
use super::regions::{Region, has_content};
use super::spans;
use super::view::{Segment, View};
use crate::reading;

/// At most so many words make a name or a text beside a label.
const LONGEST_TEXT: usize = 40;

/// Words of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(crate) segment: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Something on a page that could be a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// Index of the page among all views.
    pub(crate) view: usize,
    /// One for each line, in reading order; at least one.
    pub(crate) parts: Vec<Part>,
    pub(crate) place: Rect,
    /// As it goes into the data.
    pub(crate) value: Value,
    /// As it is printed.
    pub(crate) printed: String,
    /// The value's own text stands there.
    pub(crate) exact: bool,
    /// What else the print may mean, where the document does not settle it: day and month exchanged.
    pub(crate) other: Option<Value>,
    /// How unlikely it is that something else reads so, 0..=1.
    pub(crate) specificity: f64,
    /// How well the kind of reading fits what is wanted, 0..=1.
    pub(crate) fit: f64,
    /// It is this end of a range of days that is printed.
    pub(crate) end: Option<End>,
    /// Words between the label and it, or before it in the region.
    pub(crate) skipped: usize,
}

/// The candidates for a field within some words of a segment.
pub(crate) fn within(
    view_index: usize,
    view: &View<'_>,
    spans: &spans::PageSpans,
    ask: &Ask<'_>,
    region: &Region,
) -> Vec<Candidate> {
    let Some(segment) = view.segment(region.segment) else {
        return Vec::new();
    };
    if ask.want.is_textual() {
        return text_in(view_index, view, spans, ask, region)
            .into_iter()
            .collect();
    }
    // A choice goes on over words that are labels elsewhere: `yes / no`.
    let choices = segment.slice(region.from, region.to.max(region.text_to));
    if ask.want == Want::Boolean && reading::leaves_open(choices) {
        return Vec::new();
    }
    let all = spans.of(region.segment);
    let inside = all
        .iter()
        .filter(|span| span.from >= region.from && span.to <= region.to)
        .filter(|span| !spans::is_day_of_time(span, all, ask.want));
    let typed: Vec<Candidate> = inside
        .filter_map(|span| {
            let value = spans::value_of(span, ask)?;
            Some(Candidate {
                view: view_index,
                parts: vec![Part {
                    segment: region.segment,
                    from: span.from,
                    to: span.to,
                }],
                place: segment.place_of(span.from, span.to),
                exact: span.exact,
                other: spans::other_of(span, ask),
                value,
                printed: span.text.clone(),
                specificity: span.specificity,
                fit: spans::fit(span, ask.want),
                end: span.end,
                skipped: span.from.saturating_sub(region.from),
            })
        })
        .collect();
    if typed.is_empty() {
        return shaped(view_index, segment, ask, region).into_iter().collect();
    }
    typed
}

/// An account or tax number that has the form of one but whose check digits are wrong: the label vouches for it.
fn shaped(view: usize, segment: &Segment, ask: &Ask<'_>, region: &Region) -> Option<Candidate> {
    let (from, to) = trimmed(segment, region.from, region.to);
    let end = spans::coded(segment, ask.want, from, to)?;
    let printed = clean(segment.slice(from, end));
    let value: String = printed.chars().filter(|c| c.is_alphanumeric()).collect();
    let (value, _) = spans::text_value(&value, ask)?;
    Some(Candidate {
        view,
        parts: vec![Part {
            segment: region.segment,
            from,
            to: end,
        }],
        place: segment.place_of(from, end),
        value,
        printed,
        exact: true,
        other: None,
        specificity: 0.5,
        fit: 0.8,
        end: None,
        skipped: from.saturating_sub(region.from),
    })
}

/// The text that stands in the region, where a field wants text.
fn text_in(
    view_index: usize,
    view: &View<'_>,
    spans: &spans::PageSpans,
    ask: &Ask<'_>,
    region: &Region,
) -> Option<Candidate> {
    let segment = view.segment(region.segment)?;
    let end = if ask.want == Want::Identifier {
        region.to
    } else {
        region.text_to
    };
    let (from, to) = trimmed(segment, region.from, end.min(region.from + LONGEST_TEXT));
    if from >= to {
        return None;
    }
    let (from, to) = if ask.want == Want::Identifier {
        let found = spans::identifier(segment, spans.of(region.segment), from, to)?;
        if numbers_an_item(segment, found) {
            return None;
        }
        found
    } else {
        (from, to)
    };
    let unknown_label = segment.slice(from, to).ends_with(':');
    let to = if ask.want == Want::Name {
        without_code(segment, from, to)
    } else {
        to
    };
    let mut printed = if ask.want == Want::Identifier {
        spans::identifier_text(segment, spans.of(region.segment), from, to)
    } else {
        clean(segment.slice(from, to))
    };
    if ask.want == Want::Name {
        printed.truncate(code_start(&printed));
    }
    if !has_content(&printed) || unknown_label {
        return None;
    }
    let (value, exact) = spans::text_value(&printed, ask)?;
    let specificity = spans::text_specificity(&printed, ask);
    Some(Candidate {
        view: view_index,
        parts: vec![Part {
            segment: region.segment,
            from,
            to,
        }],
        place: segment.place_of(from, to),
        value,
        printed,
        exact,
        other: None,
        specificity,
        fit: 1.0,
        end: None,
        skipped: from.saturating_sub(region.from),
    })
}

/// Whether the words number an item of a list, with its text behind: `4. Delivery`.
fn numbers_an_item(segment: &Segment, (from, to): (usize, usize)) -> bool {
    let digits = segment.slice(from, to).strip_suffix(['.', ')']);
    from == 0
        && to < segment.len()
        && digits.is_some_and(|digits| digits.len() <= 2 && digits.chars().all(|c| c.is_ascii_digit()))
}

/// The end of a name before words that are its number in brackets: `Harbour Ltd (12345)`.
fn without_code(segment: &Segment, from: usize, mut to: usize) -> usize {
    while to > from + 1 && is_code(segment.slice(to - 1, to)) {
        to -= 1;
    }
    to
}

fn is_code(word: &str) -> bool {
    let inside = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
    inside.is_some_and(|inside| !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit()))
}

/// Where a number in brackets at the end of the last word begins: `Harbour(12345)`.
fn code_start(name: &str) -> usize {
    match name.rfind('(') {
        Some(at) if at > 0 && name.get(at..).is_some_and(is_code) => at,
        _ => name.len(),
    }
}

/// Drops words at both ends that are marks alone.
fn trimmed(segment: &Segment, mut from: usize, mut to: usize) -> (usize, usize) {
    while from < to && !has_content(segment.slice(from, from + 1)) {
        from += 1;
    }
    while to > from && !has_content(segment.slice(to - 1, to)) {
        to -= 1;
    }
    (from, to)
}

/// Text without the marks that set it off from its label or its neighbour.
pub(crate) fn clean(text: &str) -> String {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, ':' | ';' | ',' | '|' | '•' | '●' | '·' | '=' | '_' | '*');
    text.trim_matches(ends).to_owned()
}
