//! Typed readings of a page's segments, in the terms of the engine: the bridge to [`crate::reading`].

use domain::schema::{FieldKind, NumberRules, StringRules};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value;

use super::ask::{Ask, End, Want};
use super::candidates::clean;
use super::fold;
use super::view::{Segment, View};
use crate::lexicon::normal;
use crate::reading::{self, Line, RangeEnd, Reading, ReadingKind, Style};

/// Words (folded) that turn the meaning of those beside them round.
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "without", "isnt", "nicht", "nie", "kein", "keine", "ohne", "pas", "non", "sans",
    "jamais", "sin", "nunca", "senza", "mai", "niet", "geen", "zonder", "nao", "sem",
];

/// What kind of number it is; other kinds of readings are told apart by their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Amount,
    Quantity,
    Percent,
    Integer,
    Number,
    Other,
}

/// A typed reading of some words of a segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) shape: Shape,
    pub(crate) reading: Reading,
    pub(crate) text: String,
    pub(crate) exact: bool,
    pub(crate) specificity: f64,
    pub(crate) end: Option<End>,
}

/// The readings of a page by segment.
#[derive(Debug, Default)]
pub(crate) struct PageSpans {
    by_segment: Vec<Vec<Span>>,
}

impl PageSpans {
    /// Reads every segment of a page.
    pub(crate) fn new(view: &View<'_>, style: &Style) -> Self {
        Self {
            by_segment: view
                .segments
                .iter()
                .map(|segment| of_segment(segment, style))
                .collect(),
        }
    }

    /// The readings of a segment.
    pub(crate) fn of(&self, segment: usize) -> &[Span] {
        self.by_segment
            .get(segment)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

fn of_segment(segment: &Segment, style: &Style) -> Vec<Span> {
    let words: Vec<&str> = segment.text.split(' ').collect();
    read(&words, style)
}

/// Reads words that follow each other.
pub(crate) fn read(words: &[&str], style: &Style) -> Vec<Span> {
    let line = Line::new(words);
    reading::read_all(&line, style)
        .into_iter()
        .map(Span::of)
        .collect()
}

impl Span {
    fn of(reading: Reading) -> Self {
        let shape = match reading.kind {
            ReadingKind::Amount => Shape::Amount,
            ReadingKind::Quantity => Shape::Quantity,
            ReadingKind::Percent => Shape::Percent,
            ReadingKind::Integer => Shape::Integer,
            ReadingKind::Number => Shape::Number,
            _ => Shape::Other,
        };
        let end = reading.range_end.map(|end| match end {
            RangeEnd::First => End::First,
            RangeEnd::Last => End::Last,
        });
        Self {
            from: reading.words.start,
            to: reading.words.end,
            shape,
            text: reading.text.clone(),
            exact: reading.exact,
            specificity: reading.specificity,
            end,
            reading,
        }
    }
}

/// The reading as a value of the field, where its kind and the schema's rules allow it.
pub(crate) fn value_of(span: &Span, ask: &Ask<'_>) -> Option<Value> {
    if !fits(span.reading.kind, ask.want) {
        return None;
    }
    to_json(&span.reading.value, &ask.field.kind)
}

/// The other reading as a value of the field, where nothing settles which is meant.
pub(crate) fn other_of(span: &Span, ask: &Ask<'_>) -> Option<Value> {
    let other = span.reading.other.as_ref().filter(|_| span.reading.ambiguous)?;
    to_json(other, &ask.field.kind)
}

/// Whether it is the day of a reading that has the time as well, where both are wanted.
pub(crate) fn is_day_of_time(span: &Span, all: &[Span], want: Want) -> bool {
    want == Want::DateTime
        && span.reading.kind == ReadingKind::Date
        && all.iter().any(|other| {
            other.reading.kind == ReadingKind::DateTime && other.from <= span.from && span.to <= other.to
        })
}

/// How well a reading fits what is wanted.
pub(crate) fn fit(span: &Span, want: Want) -> f64 {
    match (want, span.shape) {
        (Want::Amount, Shape::Amount) => 1.0,
        (Want::Amount, Shape::Number) => 0.7,
        (Want::Amount, Shape::Integer) => 0.45,
        (Want::Amount, _) => 0.1,
        (Want::Percent, Shape::Percent) => 1.0,
        (Want::Percent, _) => 0.5,
        (Want::Integer, Shape::Integer) => 1.0,
        (Want::Integer, _) => 0.4,
        (Want::Number, Shape::Percent) => 0.6,
        // A day alone does not say when.
        (Want::DateTime, _) if span.reading.kind == ReadingKind::Date => 0.4,
        _ => 1.0,
    }
}

fn fits(kind: ReadingKind, want: Want) -> bool {
    match want {
        Want::Number | Want::Integer | Want::Percent | Want::Amount => kind.is_numeric(),
        Want::Date => matches!(kind, ReadingKind::Date | ReadingKind::DateTime),
        Want::DateTime => matches!(kind, ReadingKind::Date | ReadingKind::DateTime),
        Want::Time => kind == ReadingKind::Time,
        Want::Boolean => kind == ReadingKind::Boolean,
        Want::Email => kind == ReadingKind::Email,
        Want::Uri => kind == ReadingKind::Uri,
        Want::Iban => kind == ReadingKind::Iban,
        Want::Bic => kind == ReadingKind::Bic,
        Want::Currency => kind == ReadingKind::Currency,
        Want::Phone => kind == ReadingKind::Phone,
        Want::VatId => kind == ReadingKind::VatId,
        Want::Text | Want::Identifier | Want::Choice | Want::Lines | Want::Name => false,
    }
}

/// A value in the form that the type of the field asks for; none where type or rules refuse it.
pub(crate) fn to_json(value: &reading::Value, kind: &FieldKind) -> Option<Value> {
    match (kind, value) {
        (FieldKind::Array(item), value) => to_json(value, &item.kind),
        (FieldKind::Number(rules), reading::Value::Number(number)) => number_json(*number, rules, false),
        (FieldKind::Integer(rules), reading::Value::Number(number)) => number_json(*number, rules, true),
        (FieldKind::Date, reading::Value::Date(day)) => Some(Value::String(day.to_string())),
        (FieldKind::Date, reading::Value::DateTime { local, .. }) => {
            Some(Value::String(local.date().to_string()))
        }
        (FieldKind::DateTime, reading::Value::DateTime { local, offset }) => {
            let text = local.format("%Y-%m-%dT%H:%M:%S").to_string();
            Some(Value::String(match offset {
                Some(offset) => format!("{text}{offset}"),
                None => text,
            }))
        }
        (FieldKind::DateTime, reading::Value::Date(day)) => Some(Value::String(format!("{day}T00:00:00"))),
        (FieldKind::Time, reading::Value::Time(time)) => {
            Some(Value::String(time.format("%H:%M:%S").to_string()))
        }
        (FieldKind::Boolean, reading::Value::Boolean(flag)) => Some(Value::Bool(*flag)),
        (FieldKind::String(rules), reading::Value::Text(text)) => {
            allowed_text(text, rules).map(Value::String)
        }
        (FieldKind::String(rules), reading::Value::Number(number)) => {
            allowed_text(&number.to_string(), rules).map(Value::String)
        }
        (FieldKind::String(rules), reading::Value::Date(day)) => {
            allowed_text(&day.to_string(), rules).map(Value::String)
        }
        _ => None,
    }
}

/// The number of a numeric reading, to calculate with.
pub(crate) fn number_of(span: &Span) -> Option<f64> {
    match &span.reading.value {
        reading::Value::Number(number) => number.to_f64(),
        _ => None,
    }
}

fn number_json(number: Decimal, rules: &NumberRules, whole: bool) -> Option<Value> {
    let number = number.normalize();
    let refused = rules.minimum.is_some_and(|least| number < least)
        || rules.maximum.is_some_and(|most| number > most)
        || (!rules.allowed.is_empty() && !rules.allowed.contains(&number))
        || (whole && !number.is_integer());
    if refused {
        return None;
    }
    if number.is_integer() {
        let signed = number.to_i64().map(Value::from);
        let integer = signed.or_else(|| number.to_u64().map(Value::from));
        // A float would hold other digits than were printed.
        if integer.is_some() || whole {
            return integer;
        }
    }
    number.to_f64().filter(|float| float.is_finite()).map(Value::from)
}

/// The text if the schema's rules allow it; for an enumeration the member that is meant.
fn allowed_text(text: &str, rules: &StringRules) -> Option<String> {
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let refused = rules.min_length.is_some_and(|least| length < least)
        || rules.max_length.is_some_and(|most| length > most)
        || rules
            .pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.is_match(text));
    if refused {
        return None;
    }
    if rules.allowed.is_empty() {
        return Some(text.to_owned());
    }
    let wanted = fold::letters(text);
    let whole = rules
        .allowed
        .iter()
        .find(|member| fold::letters(member) == wanted);
    whole.or_else(|| only_member(text, &rules.allowed)).cloned()
}

/// The one member that occurs in a longer text; none where several do, or where a word turns the meaning round.
fn only_member<'m>(text: &str, members: &'m [String]) -> Option<&'m String> {
    let words: Vec<String> = text.split_whitespace().map(fold::letters).collect();
    let mut occurring = members
        .iter()
        .filter(|member| words.contains(&fold::letters(member)));
    let member = occurring.next().filter(|_| occurring.next().is_none())?;
    let itself = fold::letters(member);
    let negated = words
        .iter()
        .any(|word| *word != itself && NEGATIONS.contains(&word.as_str()));
    (!negated).then_some(member)
}

/// Text beside a label as the field's value, and whether it is exactly what is printed.
pub(crate) fn text_value(printed: &str, ask: &Ask<'_>) -> Option<(Value, bool)> {
    let kind = match &ask.field.kind {
        FieldKind::Array(item) => &item.kind,
        kind => kind,
    };
    let FieldKind::String(rules) = kind else {
        return None;
    };
    let mut value = allowed_text(printed, rules)?;
    if ask.want == Want::Name {
        value = value.trim_end_matches(['.', ',']).to_owned() + if value.ends_with('.') { "." } else { "" };
    }
    let exact = value == printed;
    Some((Value::String(value), exact))
}

/// How much a text looks like what is wanted, 0..=1.
pub(crate) fn text_specificity(text: &str, ask: &Ask<'_>) -> f64 {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let words = text.split_whitespace().count();
    match ask.want {
        Want::Choice => 0.9,
        Want::Identifier if digits >= 4 => 0.8,
        Want::Identifier => 0.5,
        Want::Name if letters < 2 || digits > letters => 0.1,
        Want::Name if words <= 8 => 0.6,
        _ if words > 12 => 0.2,
        _ => 0.5,
    }
}

/// Where a code that begins at `from` ends: two letters of a country, then as many letters and digits as an account
/// or a tax number has, over several words.
pub(crate) fn coded(segment: &Segment, want: Want, from: usize, to: usize) -> Option<usize> {
    let (least, most) = match want {
        Want::Iban => (15, 34),
        Want::VatId => (8, 15),
        _ => return None,
    };
    let mut code = String::new();
    let mut end = None;
    for word in from..to {
        code.extend(
            segment
                .slice(word, word + 1)
                .chars()
                .filter(char::is_ascii_alphanumeric),
        );
        let length = code.chars().count();
        if length > most {
            break;
        }
        let country = code.chars().take(2).all(|c| c.is_ascii_uppercase());
        let digits = code.chars().skip(2).filter(char::is_ascii_digit).count();
        if length >= least && country && digits * 2 > length {
            end = Some(word + 1);
        }
    }
    end
}

/// The number as printed in those words, without a sign that stands before it in the same word: `n°4711`.
pub(crate) fn identifier_text(segment: &Segment, spans: &[Span], from: usize, to: usize) -> String {
    let printed = clean(segment.slice(from, to));
    let bare = spans
        .iter()
        .find(|span| span.reading.kind == ReadingKind::Identifier && span.from == from && span.to == to);
    let sign = bare.and_then(|span| printed.strip_suffix(span.text.as_str()));
    let signed = sign.is_some_and(|sign| {
        sign.contains(char::is_alphabetic) && !sign.contains(|c: char| c.is_ascii_digit()) && sign.len() <= 4
    });
    match bare {
        Some(span) if signed => span.text.clone(),
        _ => printed,
    }
}

/// The words within `from..to` that look like the number of something: what follows "No.", else the first reading of
/// that kind, or a word with digits.
pub(crate) fn identifier(
    segment: &Segment,
    spans: &[Span],
    from: usize,
    to: usize,
) -> Option<(usize, usize)> {
    let says_number = |word: &usize| normal::squashed(segment.slice(*word, *word + 1)) == "no";
    let from = (from..to.min(from + 4))
        .rfind(says_number)
        .map_or(from, |word| word + 1);
    let inside = |span: &&Span| span.from >= from && span.to <= to;
    let numbered = spans
        .iter()
        .filter(inside)
        .filter(|span| span.reading.kind == ReadingKind::Identifier);
    if let Some(best) = numbered.min_by_key(|span| (span.from, std::cmp::Reverse(span.to))) {
        return Some((best.from, best.to));
    }
    let first = segment.slice(from, from + 1);
    let dated = spans.iter().filter(inside).any(|span| {
        span.reading.kind == ReadingKind::Date
            && span.from == from
            && (span.to > from + 1 || span.text.len() + 1 >= first.len())
    });
    let code = first.chars().any(|c| c.is_ascii_digit());
    (from < to && code && !dated).then_some((from, from + 1))
}
