//! Currencies: ISO 4217 codes, and signs and names from `data/currencies.toml`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use iso_currency::Currency;
use serde::Deserialize;

use super::fold::fold;
use super::line::{Line, TokenKind};
use super::{Reading, ReadingKind, Value};

#[derive(Deserialize, Default)]
struct Data {
    currency: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    signs: Vec<String>,
    #[serde(default)]
    shared: Vec<String>,
    exact: Vec<String>,
    words: Vec<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/currencies.toml"))
}

#[derive(Default)]
struct Table {
    /// Compared as printed.
    exact: HashMap<String, String>,
    /// Compared folded.
    words: HashMap<String, String>,
    /// Signs that several currencies use.
    shared: HashSet<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for entry in parse().unwrap_or_default().currency {
        for printed in entry.signs.into_iter().chain(entry.exact) {
            table.exact.insert(printed, entry.code.clone());
        }
        for word in entry.words {
            table.words.insert(word, entry.code.clone());
        }
        table.shared.extend(entry.shared);
    }
    table
});

/// A currency as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    /// ISO 4217 code.
    pub(super) code: String,
    /// Other currencies are printed so too.
    pub(super) shared: bool,
}

/// ISO 4217 code of the currency that is printed as this sign, code or name.
pub fn currency_code(text: &str) -> Option<String> {
    printed(text.trim()).map(|printed| printed.code)
}

fn printed(text: &str) -> Option<Printed> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let known = |code: &String| Printed {
        code: code.clone(),
        shared: TABLE.shared.contains(text),
    };
    if let Some(code) = TABLE.exact.get(text) {
        return Some(known(code));
    }
    if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Currency::from_code(text)
            .filter(|currency| is_money(*currency))
            .map(|currency| Printed {
                code: currency.code().to_owned(),
                shared: false,
            });
    }
    TABLE.words.get(fold(text).as_str()).map(known)
}

/// Whether the code is money that people pay with: not gold, a fund's unit or a code for tests.
fn is_money(currency: Currency) -> bool {
    !currency.code().starts_with('X') || matches!(currency.code(), "XAF" | "XOF" | "XPF" | "XCD")
}

/// The currency whose print ends with the token before `end`.
pub(super) fn ending_before(line: &Line, end: usize) -> Option<(Range<usize>, Printed)> {
    (1..=2).rev().find_map(|count| {
        let tokens = end.checked_sub(count)?..end;
        is_apart(line, &tokens).then(|| at(line, tokens)).flatten()
    })
}

/// The currency whose print starts with the token.
pub(super) fn starting_at(line: &Line, start: usize) -> Option<(Range<usize>, Printed)> {
    (1..=2).rev().find_map(|count| {
        let tokens = start..start + count;
        is_apart(line, &tokens).then(|| at(line, tokens)).flatten()
    })
}

fn at(line: &Line, tokens: Range<usize>) -> Option<(Range<usize>, Printed)> {
    let text = line.slice(line.token_bytes(tokens.clone()));
    printed(text).map(|printed| (tokens, printed))
}

/// Whether the tokens exist and are not part of a longer word.
fn is_apart(line: &Line, tokens: &Range<usize>) -> bool {
    let starts_with_letters = line.kind(tokens.start) == Some(TokenKind::Letters);
    let ends_with_letters =
        tokens.end.checked_sub(1).and_then(|last| line.kind(last)) == Some(TokenKind::Letters);
    let letters_before = line.kind_before(tokens.start) == Some(TokenKind::Letters);
    let letters_behind = line.kind(tokens.end) == Some(TokenKind::Letters);
    tokens.end <= line.tokens().len()
        && !(starts_with_letters && letters_before)
        && !(ends_with_letters && letters_behind)
}

/// Every currency on the line, as ISO 4217 code. `ambiguous` where others are printed so too (`$`).
pub fn read_currencies(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut at = 0;
    while at < line.tokens().len() {
        let Some((tokens, printed)) = starting_at(line, at) else {
            at += 1;
            continue;
        };
        at = tokens.end;
        let bytes = line.token_bytes(tokens);
        let certainty = if printed.shared { 0.6 } else { 0.8 };
        let mut reading = Reading::new(
            line,
            ReadingKind::Currency,
            Value::Text(printed.code.clone()),
            bytes,
            certainty,
        );
        reading.exact = reading.text == printed.code;
        reading.ambiguous = printed.shared;
        reading.currency = Some(printed.code);
        readings.push(reading);
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_name_real_currencies() {
        let data = parse().unwrap();
        let mut seen = HashSet::new();
        for entry in &data.currency {
            assert!(Currency::from_code(&entry.code).is_some(), "{}", entry.code);
            assert!(
                entry.shared.iter().all(|sign| entry.signs.contains(sign)),
                "{}",
                entry.code
            );
            assert!(
                entry.words.iter().all(|word| *word == fold(word)),
                "{}",
                entry.code
            );
            for printed in entry.signs.iter().chain(&entry.exact).chain(&entry.words) {
                assert!(seen.insert(printed.clone()), "{printed} stands twice");
            }
        }
    }

    #[test]
    fn signs_codes_and_names_are_known() {
        for (text, code) in [
            ("€", "EUR"),
            ("RM", "MYR"),
            ("US$", "USD"),
            ("Euro", "EUR"),
            ("CHF", "CHF"),
        ] {
            assert_eq!(currency_code(text).as_deref(), Some(code), "{text}");
        }
        for text in ["", "ABC", "rm", "XXX", "total"] {
            assert_eq!(currency_code(text), None, "{text}");
        }
    }

    #[test]
    fn currencies_are_found_on_a_line() {
        let line = Line::new(&["Total", "(US$)", "in", "EURO", "EUROPE"]);
        let codes: Vec<_> = read_currencies(&line)
            .into_iter()
            .map(|reading| (reading.text, reading.value))
            .collect();
        let text = |code: &str| Value::Text(code.to_owned());
        assert_eq!(
            codes,
            [("US$".to_owned(), text("USD")), ("EURO".to_owned(), text("EUR"))]
        );
    }
}
