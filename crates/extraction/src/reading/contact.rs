//! E-mail addresses, web addresses, telephone numbers.

use std::cell::OnceCell;
use std::ops::Range;
use std::str::FromStr;

use linkify::{LinkFinder, LinkKind};
use phonenumber::{Mode, country};

use super::dates::parse_date;
use super::line::{Line, TokenKind};
use super::style::Style;
use super::{Reading, ReadingKind, Value};

/// Digits of a telephone number with its area.
const PHONE_DIGITS: Range<usize> = 7..16;
/// Characters of the longest telephone number as printed.
const LONGEST_PHONE: usize = 32;

/// Every e-mail address on the line, as printed.
pub fn read_emails(line: &Line) -> Vec<Reading> {
    if !line.text().contains('@') {
        return Vec::new();
    }
    links(line, LinkKind::Email)
        .map(|(bytes, text)| Reading::new(line, ReadingKind::Email, Value::Text(text), bytes, 1.0))
        .collect()
}

/// Every web address on the line, as printed. A host without `www` or a scheme may as well be two words with a point
/// between.
pub fn read_uris(line: &Line) -> Vec<Reading> {
    if !line.text().contains('.') && !line.text().contains("://") {
        return Vec::new();
    }
    links(line, LinkKind::Url)
        .filter(|(bytes, _)| !line.slice(0..bytes.start).ends_with('@'))
        .map(|(bytes, text)| {
            let marked = text.contains("://")
                || text
                    .get(..4)
                    .is_some_and(|start| start.eq_ignore_ascii_case("www."));
            let certainty = if marked { 1.0 } else { 0.4 };
            Reading::new(line, ReadingKind::Uri, Value::Text(text), bytes, certainty)
        })
        .collect()
}

fn links(line: &Line, kind: LinkKind) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[kind]).url_must_have_scheme(false);
    let found: Vec<_> = finder
        .links(line.text())
        .map(|link| (link.start()..link.end(), link.as_str().to_owned()))
        .collect();
    found.into_iter()
}

/// Every telephone number on the line. The value is in E.164 where it is a real number, else the digits as printed,
/// with the plus. A national number is read as one of the country that the style speaks for.
pub fn read_phones(line: &Line, style: &Style) -> Vec<Reading> {
    let country = OnceCell::new();
    let mut readings = Vec::new();
    let mut at = 0;
    while at < line.tokens().len() {
        let Some(tokens) = candidate(line, at) else {
            at += 1;
            continue;
        };
        at = tokens.end;
        let bytes = line.token_bytes(tokens);
        let text = line.slice(bytes.clone());
        let home = || {
            style
                .country
                .as_deref()
                .and_then(|code| country::Id::from_str(code).ok())
        };
        let Some((value, certainty)) = phone(text, *country.get_or_init(home), style) else {
            continue;
        };
        let mut reading = Reading::new(
            line,
            ReadingKind::Phone,
            Value::Text(value.clone()),
            bytes,
            certainty,
        );
        reading.exact = reading.text.replace(' ', "") == value;
        readings.push(reading);
    }
    readings
}

/// Digits with the marks of telephone numbers between, from this token on.
fn candidate(line: &Line, at: usize) -> Option<Range<usize>> {
    let starts = match line.kind(at)? {
        TokenKind::Digits => !matches!(
            line.kind_before(at),
            Some(TokenKind::Letters | TokenKind::Mark('.' | ',' | '-' | '/' | '#'))
        ),
        TokenKind::Mark('+') => line.kind(at + 1) == Some(TokenKind::Digits),
        TokenKind::Mark('(') => matches!(line.kind(at + 1), Some(TokenKind::Digits | TokenKind::Mark('+'))),
        _ => false,
    };
    if !starts {
        return None;
    }
    let start = line.token(at)?.bytes.start;
    let (mut digits, mut end, mut next) = (0, at, at);
    while let Some(token) = line.token(next) {
        if token.bytes.end - start > LONGEST_PHONE {
            break;
        }
        match token.kind {
            TokenKind::Digits if digits + token.bytes.len() < PHONE_DIGITS.end => {
                digits += token.bytes.len();
                end = next + 1;
            }
            TokenKind::Mark('+') if next == at || (next == at + 1 && digits == 0) => {}
            TokenKind::Blank | TokenKind::Mark('(' | ')' | '-' | '–' | '/' | '.' | '·') => {}
            _ => break,
        }
        next += 1;
    }
    let within_word = matches!(line.kind(end), Some(TokenKind::Letters | TokenKind::Mark(',')))
        && line.kind(end + 1) == Some(TokenKind::Digits);
    (PHONE_DIGITS.contains(&digits) && !within_word).then_some(at..end)
}

fn phone(text: &str, home: Option<country::Id>, style: &Style) -> Option<(String, f64)> {
    let international = text.starts_with(['+']) || text.starts_with("(+") || text.starts_with("00");
    let marks = text.chars().filter(|c| !c.is_ascii_digit()).count();
    let national = text.starts_with(['0', '(']) || (marks >= 2 && home == Some(country::US));
    if !international && !national {
        return None;
    }
    if parse_date(text, style).is_some() {
        return None;
    }
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let dialled = plain
        .strip_prefix("00")
        .map_or_else(|| plain.clone(), |rest| format!("+{rest}"));
    // "+49 (0) 89": the zero is dialled within the country only.
    let dialled = if text.contains("(0)") {
        without_trunk_zero(text)
    } else {
        dialled
    };
    let parsed = phonenumber::parse(home, &dialled)
        .ok()
        .filter(phonenumber::PhoneNumber::is_valid);
    match parsed {
        Some(number) => {
            let certainty = match (international, marks) {
                (true, _) => 0.95,
                (false, 0) => 0.35,
                (false, _) => 0.7,
            };
            Some((number.format().mode(Mode::E164).to_string(), certainty))
        }
        None => Some((dialled, if international { 0.6 } else { 0.2 })),
    }
}

fn without_trunk_zero(text: &str) -> String {
    let kept: String = text
        .replacen("(0)", "", 1)
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    kept.strip_prefix("00")
        .map_or_else(|| kept.clone(), |rest| format!("+{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::new(&text.split(' ').collect::<Vec<_>>())
    }

    fn texts(readings: &[Reading]) -> Vec<&str> {
        readings.iter().map(|reading| reading.text.as_str()).collect()
    }

    #[test]
    fn addresses_of_mail_and_web_are_found_in_text() {
        let line = line("Mail: info@example.com, www.example.com (https://example.org/a?b=1).");
        assert_eq!(texts(&read_emails(&line)), ["info@example.com"]);
        let uris = read_uris(&line);
        assert_eq!(texts(&uris), ["www.example.com", "https://example.org/a?b=1"]);
        assert!(uris.iter().all(|reading| reading.specificity > 0.9));
    }

    #[test]
    fn telephone_numbers_are_given_in_one_form() {
        let german = Style {
            country: Some("DE".into()),
            ..Style::default()
        };
        let american = Style {
            country: Some("US".into()),
            ..Style::default()
        };
        for (text, style, expected) in [
            ("Tel. +49 89 123456", &german, "+4989123456"),
            ("Tel.: 089 / 12 34 56", &german, "+4989123456"),
            ("+49 (0)89 123456", &american, "+4989123456"),
            ("0049 89 123456", &american, "+4989123456"),
            ("(206) 266-4064", &american, "+12062664064"),
            ("206-266-4064", &american, "+12062664064"),
        ] {
            let found = read_phones(&line(text), style);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].value, Value::Text(expected.into()), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_telephone_numbers() {
        for text in [
            "12.03.2024",
            "471102",
            "1.234.567,89",
            "RE-20170509",
            "2013-471331",
            "4711 0815 12",
            "",
            "+",
            "(",
        ] {
            assert_eq!(read_phones(&line(text), &Style::default()), [], "{text}");
        }
    }
}
