//! VAT identification numbers: the forms of each country from `data/vat.toml`, the check digits of some.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::bank::Squashed;
use super::line::{Line, TokenKind};
use super::{Reading, ReadingKind, Value};

mod check;

#[derive(Deserialize, Default)]
struct Data {
    /// Letters in front to the form of what follows.
    forms: HashMap<String, String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/vat.toml"))
}

static FORMS: LazyLock<HashMap<String, Regex>> = LazyLock::new(|| {
    let forms = parse().unwrap_or_default().forms.into_iter();
    forms
        .filter_map(|(prefix, form)| Some((prefix.clone(), compiled(&prefix, &form).ok()?)))
        .collect()
});

fn compiled(prefix: &str, form: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^{prefix}(?:{form})$"))
}

/// Letters and digits of the longest one.
const LONGEST: usize = 18;

/// Every VAT identification number on the line, without blanks and marks. The check digits are no condition, since
/// samples and typing errors are printed too; where they hold, the reading is certain.
pub fn read_vat_ids(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut behind = 0;
    for (index, token) in line.tokens().iter().enumerate() {
        let within_word = matches!(line.kind_before(index), Some(TokenKind::Digits));
        if token.kind != TokenKind::Letters || token.bytes.start < behind || within_word {
            continue;
        }
        let Some(prefix) = line
            .token_text(index)
            .get(..2)
            .filter(|prefix| FORMS.contains_key(*prefix))
        else {
            continue;
        };
        let squashed = Squashed::from(line, index, token.bytes.start, LONGEST, &['.', '-']);
        let known = |text: &str| FORMS.get(prefix)?.is_match(text).then(|| text.to_owned());
        let Some((number, end)) = squashed.longest(known) else {
            continue;
        };
        let certainty = match check::holds(&number) {
            Some(true) => 1.0,
            None => 0.9,
            Some(false) => 0.75,
        };
        let bytes = token.bytes.start..end;
        let mut reading = Reading::new(
            line,
            ReadingKind::VatId,
            Value::Text(number.clone()),
            bytes,
            certainty,
        );
        reading.exact = reading.text.replace(' ', "") == number;
        readings.push(reading);
        behind = end;
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_parse() {
        for (prefix, form) in parse().unwrap().forms {
            assert!(compiled(&prefix, &form).is_ok(), "{prefix}");
        }
    }

    #[test]
    fn numbers_of_each_form_are_read() {
        for (text, expected) in [
            ("USt-IdNr.: DE136695976", "DE136695976"),
            ("DE 136 695 976", "DE136695976"),
            ("ATU13585627", "ATU13585627"),
            ("FR 40 303265045", "FR40303265045"),
            ("BTW NL810433941B01", "NL810433941B01"),
            ("BE 0428.759.497", "BE0428759497"),
            ("IT00743110157", "IT00743110157"),
            ("ESX1234567L", "ESX1234567L"),
            ("CHE-123.456.788 MWST", "CHE123456788MWST"),
            ("GB 980 7806 84", "GB980780684"),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            let found = read_vat_ids(&Line::new(&words));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].value, Value::Text(expected.into()), "{text}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for text in [
            "DE88200800000970375700",
            "DE 12",
            "SE",
            "ITEM 12345678901",
            "IT is 5",
            "",
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(read_vat_ids(&Line::new(&words)), [], "{text}");
        }
    }
}
