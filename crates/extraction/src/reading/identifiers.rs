//! Numbers that people give to things: invoices, orders, articles, customers, taxpayers.

use std::ops::Range;

use super::dates::parse_date;
use super::line::Line;
use super::style::Style;
use super::units::is_unit;
use super::{Reading, ReadingKind, Value};

/// Longer words are text, hashes, links.
const LONGEST: usize = 40;
/// A number printed in groups has no more of them.
const MOST_GROUPS: usize = 5;
/// What may stand before the number in the same word.
const NUMBER_SIGNS: [&str; 10] = ["no.", "nr.", "no:", "nr:", "n°", "nº", "№", "no-", "n.°", "n.º"];

/// Every word with a digit that can be a number of something, as printed; and every run of groups of digits
/// (`2021 0001`, `DE 145 6790`) as one.
///
/// What rather is a date, an amount or a quantity has little specificity.
pub fn read_identifiers(line: &Line, style: &Style) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut groups: Vec<Range<usize>> = Vec::new();
    for index in 0..line.word_count() {
        let word = line.word_bytes(index);
        let bytes = bare(line, word.clone());
        if let Some(certainty) = certainty(line.slice(bytes.clone()), style) {
            let value = Value::Text(line.slice(bytes.clone()).to_owned());
            readings.push(Reading::new(
                line,
                ReadingKind::Identifier,
                value,
                bytes.clone(),
                certainty,
            ));
        }
        let group = is_group(line.slice(bytes.clone()), groups.is_empty());
        let starts_clean = bytes.start == word.start || groups.is_empty();
        if !group || !starts_clean {
            finish(line, &mut groups, &mut readings);
        }
        if group {
            groups.push(bytes.clone());
            if bytes.end != word.end {
                finish(line, &mut groups, &mut readings);
            }
        }
    }
    finish(line, &mut groups, &mut readings);
    readings
}

/// Ends a run of groups: several of them are also read as one number.
fn finish(line: &Line, groups: &mut Vec<Range<usize>>, readings: &mut Vec<Reading>) {
    let run = std::mem::take(groups);
    if let (Some(first), Some(last), 2..=MOST_GROUPS) = (run.first(), run.last(), run.len()) {
        let bytes = first.start..last.end;
        let text = line.slice(bytes.clone());
        if text.contains(|c: char| c.is_ascii_digit()) {
            let value = Value::Text(text.to_owned());
            readings.push(Reading::new(line, ReadingKind::Identifier, value, bytes, 0.15));
        }
    }
}

/// Digits, or as the first group two or three capitals.
fn is_group(text: &str, first: bool) -> bool {
    let digits = text.len() >= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let capitals = first && (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    digits || capitals
}

/// The word without brackets and punctuation around it and without a label run together with it (`Nr.:4711`).
fn bare(line: &Line, word: Range<usize>) -> Range<usize> {
    let text = line.slice(word.clone());
    let label_end = text
        .rfind([':', '#'])
        .filter(|at| {
            text.get(..*at)
                .is_some_and(|label| !label.contains(|c: char| c.is_ascii_digit()))
        })
        .and_then(|at| {
            text.get(at..)
                .and_then(|rest| rest.chars().next())
                .map(|mark| at + mark.len_utf8())
        })
        .unwrap_or(0);
    let rest = text.get(label_end..).unwrap_or_default();
    let sign = NUMBER_SIGNS
        .iter()
        .find(|sign| {
            rest.get(..sign.len())
                .is_some_and(|start| start.to_lowercase() == **sign)
        })
        .map_or(0, |sign| sign.len());
    let rest = rest.get(sign..).unwrap_or_default();
    let front = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let trimmed = front.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = word.start + label_end + sign + (rest.len() - front.len());
    start..start + trimmed.len()
}

/// How unlikely it is that the text is no identifier; none where it cannot be one.
fn certainty(text: &str, style: &Style) -> Option<f64> {
    if text.len() < 2 || text.len() > LONGEST {
        return None;
    }
    let allowed =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '#' | '+' | '*' | '‐' | '–');
    if !text.chars().all(allowed) {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let marks = text.chars().count() - digits - letters;
    if digits == 0 {
        return None;
    }
    if is_decimal(text) {
        return Some(0.03);
    }
    if marks > 0 && parse_date(text, style).is_some() {
        return Some(0.05);
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if letters > 0 && marks == 0 && unit.len() == letters && is_unit(unit) {
        return Some(0.05);
    }
    Some(match (letters, marks, digits) {
        (0, 0, ..=2) => 0.04,
        (0, 0, 3) => 0.12,
        (0, 0, 4) => 0.15,
        (0, 0, 5) => 0.3,
        (0, 0, _) => 0.45,
        (0, _, ..=3) => 0.1,
        (0, _, _) => 0.45,
        (_, _, 1) if letters > 5 => 0.1,
        (_, _, 1) => 0.25,
        _ => 0.55,
    })
}

/// Digits, a point, one to four digits.
fn is_decimal(text: &str) -> bool {
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.')
        .is_some_and(|(whole, rest)| all_digits(whole) && all_digits(rest) && rest.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, f64)> {
        let words: Vec<&str> = text.split(' ').collect();
        read_identifiers(&Line::new(&words), &Style::default())
            .into_iter()
            .map(|reading| (reading.text, reading.specificity))
            .collect()
    }

    #[test]
    fn identifiers_are_read_as_printed_without_what_stands_around() {
        for (text, expected) in [
            ("471102", "471102"),
            ("RE-20170509/505", "RE-20170509/505"),
            ("Nr.:471102", "471102"),
            ("Rechnungsnr.:RE-1", "RE-1"),
            ("(#1996189)", "1996189"),
            ("No.4711", "4711"),
            ("N°F20180027", "F20180027"),
            ("201/113/40209,", "201/113/40209"),
            ("TB100A4", "TB100A4"),
        ] {
            let found = read(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].0, expected);
            assert!(found[0].1 > 0.1, "{text}");
        }
    }

    #[test]
    fn groups_of_digits_are_read_apart_and_as_one() {
        let texts: Vec<String> = read("DE 145 6790 due")
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(texts, ["145", "6790", "DE 145 6790"]);
        let texts: Vec<String> = read("2021 0001, 17").into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["2021", "0001", "2021 0001", "17"]);
    }

    #[test]
    fn what_rather_is_something_else_is_hardly_specific() {
        for text in ["12.03.2024", "12.50", "3kg", "12"] {
            assert!(
                read(text).iter().all(|(_, certainty)| *certainty <= 0.05),
                "{text}"
            );
        }
        assert_eq!(read("12,50 13:38 a1@b.de Total €5"), []);
    }
}
