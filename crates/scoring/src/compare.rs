//! One value against another.

use rapidfuzz::distance::levenshtein;
use serde::Deserialize;
use serde_json::Value;

use crate::dates::date;
use crate::values::{letters, normal, number, truth, written};

/// Texts are measured up to this length.
const LONGEST: usize = 2_000;

/// Texts that are less alike than this are not alike.
const LEAST: f64 = 0.5;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    /// A number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Boolean,
    /// Anything else: text.
    #[default]
    #[serde(other)]
    Text,
}

/// In which order the corpus says that the numbers of a document's dates stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Order {
    /// As in most countries.
    #[default]
    #[serde(rename = "dmy")]
    DayMonthYear,
    /// As in the United States.
    #[serde(rename = "mdy")]
    MonthDayYear,
    /// As in ISO 8601.
    #[serde(rename = "ymd")]
    YearMonthDay,
}

/// What makes two texts the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum How {
    /// The same words and signs.
    #[default]
    Words,
    /// The same letters and digits.
    Id,
    /// The same signs, blanks apart.
    Squash,
}

/// How far a value is that which was expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Similarity {
    /// It is the same.
    pub(crate) exact: bool,
    /// Its letters and digits are.
    pub(crate) loose: bool,
    /// 1 where it is the same; of texts, one less the part that had to be changed, 0 below a half (ANLS).
    pub(crate) part: f64,
}

impl Similarity {
    fn of(same: bool) -> Self {
        Self {
            exact: same,
            loose: same,
            part: if same { 1.0 } else { 0.0 },
        }
    }
}

/// Compares two values that are both there.
pub(crate) fn compare(expected: &Value, got: &Value, kind: FieldType, how: How, order: Order) -> Similarity {
    let same = |same: Option<bool>| Similarity::of(same == Some(true));
    match kind {
        FieldType::Number => same(number(expected).map(|expected| Some(expected) == number(got))),
        FieldType::Date => {
            let day = |value: &Value| date(&written(value), order);
            same(day(expected).map(|expected| Some(expected) == day(got)))
        }
        FieldType::Boolean => same(truth(expected).map(|expected| Some(expected) == truth(got))),
        FieldType::Text => texts(&written(expected), &written(got), how),
    }
}

fn texts(expected: &str, got: &str, how: How) -> Similarity {
    let loose = letters(expected) == letters(got);
    let exact = match how {
        How::Id => loose,
        How::Squash => normal(expected).replace(' ', "") == normal(got).replace(' ', ""),
        How::Words => normal(expected) == normal(got),
    };
    Similarity {
        exact,
        loose: exact || loose,
        part: if exact { 1.0 } else { part(expected, got) },
    }
}

fn part(expected: &str, got: &str) -> f64 {
    let cut = |text: &str| normal(text).chars().take(LONGEST).collect::<Vec<char>>();
    let (expected, got) = (cut(expected), cut(got));
    if expected.is_empty() || got.is_empty() {
        return if expected == got { 1.0 } else { 0.0 };
    }
    let alike = levenshtein::normalized_similarity(expected.iter().copied(), got.iter().copied());
    if alike >= LEAST { alike } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_way_of_comparing_decides() {
        let text = |how| {
            compare(
                &json!("DE 12-34"),
                &json!("de1234"),
                FieldType::Text,
                how,
                Order::default(),
            )
        };
        assert!(text(How::Id).exact);
        assert!(!text(How::Words).exact);
        assert!(text(How::Words).loose);
        let squashed = compare(
            &json!("a b"),
            &json!("ab"),
            FieldType::Text,
            How::Squash,
            Order::default(),
        );
        assert!(squashed.exact);
    }

    #[test]
    fn a_text_that_is_nearly_right_counts_in_part() {
        let alike = |got: &str| {
            compare(
                &json!("abcdefgh"),
                &json!(got),
                FieldType::Text,
                How::Words,
                Order::default(),
            )
        };
        assert!((alike("abcdefgX").part - 0.875).abs() < 1e-9);
        assert!(alike("xyz").part.abs() < 1e-9);
    }
}
