//! When two values are the same, apart from dates.

use std::str::FromStr;
use std::sync::LazyLock;

use caseless::default_case_fold_str;
use regex::Regex;
use rust_decimal::Decimal;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Whether nothing was found: null, a blank text, an empty list or object.
pub(crate) fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.chars().all(is_blank),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// White space, and the separators of files, groups, records and units.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A value that stands in an object with what proves it.
pub(crate) fn unwrapped(value: &Value) -> &Value {
    value.get("value").unwrap_or(value)
}

/// What a value looks like as text.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
        }
        other => other.to_string(),
    }
}

/// In compatibility form (NFKC), with one kind of quote and one of dash, without signs that are not seen.
pub(crate) fn plain(text: &str) -> String {
    text.nfkc().filter_map(one_kind).collect()
}

fn one_kind(c: char) -> Option<char> {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '`' | '\u{b4}' => Some('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => Some('"'),
        '\u{2010}'..='\u{2014}' | '\u{2212}' => Some('-'),
        '\u{ad}' | '\u{200b}' | '\u{feff}' => None,
        other => Some(other),
    }
}

/// What of a text is compared: without regard to case, blanks doubled and signs around it.
pub(crate) fn normal(text: &str) -> String {
    let folded = default_case_fold_str(&plain(text));
    let words: Vec<&str> = folded.split(is_blank).filter(|word| !word.is_empty()).collect();
    let outside: &[char] = &[' ', '.', ',', ';', ':', '|', '!', '-', '_', '*', '"', '\''];
    words.join(" ").trim_matches(outside).to_owned()
}

/// Its letters and digits alone.
pub(crate) fn letters(text: &str) -> String {
    let text: String = text.nfkc().collect();
    default_case_fold_str(&text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Without any blank.
pub(crate) fn squashed(text: &str) -> String {
    default_case_fold_str(&plain(text)).split(is_blank).collect()
}

/// The one number of a text; `1,234` is one thousand and more, `1.234` is not.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d[\d.,' ]*").ok());
    let digits = DIGITS.as_ref()?;
    match value {
        Value::Bool(_) => return None,
        Value::Number(number) => return decimal(&number.to_string()),
        _ => {}
    }
    let text = plain(&written(value));
    let found = digits.find(&text)?;
    let (before, after) = (text.get(..found.start())?, text.get(found.end()..)?);
    if digits.is_match(after) {
        return None;
    }
    let signs: &[char] = &[' ', '$', '\u{20ac}', '\u{a3}', '\u{a5}', '\u{20b9}'];
    let negative = before.trim_end_matches(signs).ends_with('-')
        || after.trim_start().starts_with('-')
        || (before.contains('(') && after.contains(')'));
    let digits = found.as_str().replace(['\'', ' '], "");
    let digits = digits.trim_end_matches(['.', ',']);
    let point = decimal_point(digits);
    let digits: String = digits
        .chars()
        .filter_map(|c| match c {
            c if c.is_ascii_digit() => Some(c),
            c if Some(c) == point => Some('.'),
            _ => None,
        })
        .collect();
    let number = decimal(&digits)?;
    Some(if negative { -number } else { number })
}

/// Which sign parts the decimals, if any does.
fn decimal_point(digits: &str) -> Option<char> {
    let count = |sign: char| digits.matches(sign).count();
    match (count('.'), count(',')) {
        (0, 0) => None,
        (1, 0) => Some('.'),
        (0, 1) => {
            let (whole, rest) = digits.split_once(',')?;
            let thousands = (1..=3).contains(&whole.len()) && rest.len() == 3;
            (!thousands).then_some(',')
        }
        (0, _) | (_, 0) => None,
        _ => digits
            .rfind(['.', ','])
            .and_then(|at| digits.get(at..)?.chars().next()),
    }
}

fn decimal(digits: &str) -> Option<Decimal> {
    let read = Decimal::from_str(digits).or_else(|_| Decimal::from_scientific(digits));
    read.ok().map(|number| number.normalize())
}

/// What says yes and what says no.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    if let Value::Bool(truth) = value {
        return Some(*truth);
    }
    match default_case_fold_str(written(value).trim()).as_str() {
        "true" | "yes" | "y" | "x" | "on" | "selected" | "checked" | "1" | "ticked" => Some(true),
        "false" | "no" | "n" | "off" | "unselected" | "unchecked" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for written in ["1.234,56", "1,234.56", "1234.56", "1 234,56", "EUR 1'234.56"] {
            assert_eq!(number(&json!(written)), number(&json!(1234.56)), "{written}");
        }
        assert_eq!(number(&json!("1,234")), number(&json!(1234)));
        assert_eq!(number(&json!("1.234")), number(&json!(1.234)));
        assert_eq!(number(&json!("(5)")), number(&json!(-5)));
        assert_eq!(number(&json!("5-")), number(&json!(-5)));
        assert_eq!(number(&json!("-$5.00")), number(&json!(-5)));
        assert_eq!(number(&json!("5 of 7")), None);
        assert_eq!(number(&json!(true)), None);
    }

    #[test]
    fn texts_are_compared_without_what_does_not_matter() {
        assert_eq!(normal("  \u{201e}Straße\u{201c}  12. "), "strasse\" 12");
        assert_eq!(letters("No. 12-A"), "no12a");
        assert_eq!(squashed("A b\u{a0}c"), "abc");
        assert_eq!(written(&json!(5.0)), "5");
    }
}
