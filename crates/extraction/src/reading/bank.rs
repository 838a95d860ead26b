//! Bank accounts: IBAN with its checksum, BIC.

use std::ops::Range;

use iban::{Iban, IbanLike};

use super::line::{Line, TokenKind};
use super::regions::is_country;
use super::{Reading, ReadingKind, Value};

/// Characters of the shortest and the longest IBAN.
const IBAN_LENGTH: Range<usize> = 15..35;

/// Letters and digits from a token on, blanks and single marks passed over.
#[derive(Debug, Clone, Default)]
pub(super) struct Squashed {
    pub(super) text: String,
    /// After each token: so many characters, up to this byte of the line.
    pub(super) ends: Vec<(usize, usize)>,
}

impl Squashed {
    /// At most so many characters from the byte on, which lies in the token.
    pub(super) fn from(line: &Line, token: usize, start: usize, most: usize, passed_over: &[char]) -> Self {
        let mut squashed = Self::default();
        let mut from = start;
        for token in line.tokens().iter().skip(token) {
            match token.kind {
                TokenKind::Digits | TokenKind::Letters => {
                    squashed
                        .text
                        .push_str(line.slice(from.max(token.bytes.start)..token.bytes.end));
                    squashed.ends.push((squashed.text.len(), token.bytes.end));
                }
                TokenKind::Blank => {}
                TokenKind::Mark(mark) if passed_over.contains(&mark) => {}
                TokenKind::Mark(_) => break,
            }
            from = token.bytes.end;
            if squashed.text.len() > most {
                break;
            }
        }
        squashed
    }

    /// The longest beginning that ends with a token and of which `known` makes something.
    pub(super) fn longest<T>(&self, known: impl Fn(&str) -> Option<T>) -> Option<(T, usize)> {
        self.ends.iter().rev().find_map(|(length, end)| {
            let text = self.text.get(..*length)?;
            known(text).map(|found| (found, *end))
        })
    }
}

/// Every IBAN on the line, its groups joined. A text of the form of an IBAN whose checksum does not hold is given as
/// identifier: it is printed there, but is no account.
pub fn read_ibans(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut behind = 0;
    for (index, token) in line.tokens().iter().enumerate() {
        if token.bytes.start < behind || token.kind != TokenKind::Letters {
            continue;
        }
        let Some(start) = country_start(line, index) else {
            continue;
        };
        let squashed = Squashed::from(line, index, start, IBAN_LENGTH.end - 1, &['-', '.']);
        if let Some((iban, end)) = squashed.longest(valid_iban) {
            let printed = line.slice(start..end).replace(' ', "");
            let mut reading = Reading::new(
                line,
                ReadingKind::Iban,
                Value::Text(iban.clone()),
                start..end,
                1.0,
            );
            reading.exact = printed == iban;
            readings.push(reading);
            behind = end;
            continue;
        }
        if let Some(end) = unchecked_end(line, start) {
            let value = Value::Text(line.slice(start..end).to_owned());
            readings.push(Reading::new(
                line,
                ReadingKind::Identifier,
                value,
                start..end,
                0.6,
            ));
            behind = end;
        }
    }
    readings
}

/// The electronic form of a valid IBAN.
fn valid_iban(text: &str) -> Option<String> {
    if !IBAN_LENGTH.contains(&text.len()) {
        return None;
    }
    text.parse::<Iban>()
        .ok()
        .map(|iban| iban.electronic_str().to_owned())
}

/// The byte at which the country of an IBAN starts: two capitals before digits, alone or run together with a label.
fn country_start(line: &Line, token: usize) -> Option<usize> {
    let letters = line.token_text(token);
    if line.kind(token + 1) != Some(TokenKind::Digits) || line.token_text(token + 1).len() < 2 {
        return None;
    }
    let before = letters.len().checked_sub(2)?;
    let country = letters.get(before..)?;
    let label = letters.get(..before)?;
    let known = is_country(country) && (label.is_empty() || label.eq_ignore_ascii_case("iban"));
    let start = line.token(token)?.bytes.start + before;
    known.then_some(start)
}

/// The end of words that have the form of an IBAN, whether or not the checksum holds.
fn unchecked_end(line: &Line, start: usize) -> Option<usize> {
    let rest = line.slice(start..line.text().len());
    let mut length = 0;
    let mut end = start;
    let mut at = start;
    for word in rest.split(' ') {
        let bare = word.trim_end_matches([',', ';', '.', ')']);
        let has_digit = bare.bytes().any(|b| b.is_ascii_digit());
        let plain = bare.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        let fits = length == 0 || bare.len() <= 4 || length >= 4 && bare.len() + length <= 24;
        if !has_digit || !plain || !fits || length + bare.len() >= IBAN_LENGTH.end {
            break;
        }
        length += bare.len();
        end = at + bare.len();
        at += word.len() + 1;
        if bare.len() != word.len() {
            break;
        }
    }
    IBAN_LENGTH.contains(&length).then_some(end)
}

/// Every word that has the form of a BIC of a country that exists. One without a digit and without `XXX` may as well
/// be a word in capitals.
pub fn read_bics(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    for index in 0..line.word_count() {
        let word = line.word_bytes(index);
        let text = line.slice(word.clone());
        let bare = text.rsplit(':').next().unwrap_or_default();
        let start = word.end - bare.len();
        let bare = bare.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if !is_bic(bare) {
            continue;
        }
        let plain_word = bare.bytes().all(|b| b.is_ascii_uppercase()) && !bare.ends_with("XXX");
        let certainty = if plain_word { 0.3 } else { 0.85 };
        let value = Value::Text(bare.to_owned());
        readings.push(Reading::new(
            line,
            ReadingKind::Bic,
            value,
            start..start + bare.len(),
            certainty,
        ));
    }
    readings
}

fn is_bic(text: &str) -> bool {
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    matches!(text.len(), 8 | 11)
        && part(0..4).bytes().all(|b| b.is_ascii_uppercase())
        && is_country(part(4..6))
        && part(6..text.len())
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::new(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn an_iban_is_joined_over_its_words() {
        for text in [
            "IBAN DE88 2008 0000 0970 3757 00 BIC",
            "IBAN:DE88200800000970375700,",
            "IBANDE88 2008 0000 0970 3757 00",
        ] {
            let found = &read_ibans(&line(text))[0];
            assert_eq!(
                found.value,
                Value::Text("DE88200800000970375700".into()),
                "{text}"
            );
            assert_eq!(found.kind, ReadingKind::Iban);
            assert!(found.exact);
        }
        let found = &read_ibans(&line("IBAN DE88 2008 0000 0970 3757 00 BIC"))[0];
        assert_eq!(
            (found.words.clone(), found.text.as_str()),
            (1..7, "DE88 2008 0000 0970 3757 00")
        );
    }

    #[test]
    fn a_wrong_checksum_makes_an_identifier_of_it() {
        let found = read_ibans(&line("FR76 1254 2547 2569 8542 5874 698"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, ReadingKind::Identifier);
        assert_eq!(found[0].text, "FR76 1254 2547 2569 8542 5874 698");
        assert_eq!(read_ibans(&line("DE 12 and more")), []);
    }

    #[test]
    fn a_bic_has_a_country_in_the_middle() {
        let kinds: Vec<(String, bool)> = read_bics(&line(
            "BIC:COBADEFFXXX INGBNL2A GENODEF1M04 RECHNUNG TOTAQQSU 12345678",
        ))
        .into_iter()
        .map(|reading| (reading.text, reading.specificity > 0.5))
        .collect();
        let expected = [
            ("COBADEFFXXX", true),
            ("INGBNL2A", true),
            ("GENODEF1M04", true),
            ("RECHNUNG", false),
        ];
        assert_eq!(kinds, expected.map(|(text, sure)| (text.to_owned(), sure)));
    }
}
