//! Lines that name a street.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::fold::fold;

#[derive(Deserialize, Default)]
struct Data {
    /// Words of their own that name a street wherever they stand, folded.
    words: HashSet<String>,
    /// Words that name one as the first word only (`via`, `rue`).
    leading: HashSet<String>,
    /// Ends of words that name one (`…strasse`).
    tails: Vec<String>,
    /// Boxes at the post office, folded, without marks.
    boxes: HashSet<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/streets.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// The line of an address that names a street has no more words.
const MOST_WORDS: usize = 14;

/// How surely the words name a street with a number, or a box at the post office: 0 for other text, 0.3 for a name with
/// a number (`Weena 664`), 1 for a word that means street with a number beside it.
pub fn looks_like_street(words: &[&str]) -> f64 {
    if words.is_empty() || words.len() > MOST_WORDS {
        return 0.0;
    }
    let folded: Vec<String> = words.iter().map(|word| bare(&fold(word))).collect();
    if is_box(&folded) {
        return 0.9;
    }
    let number = folded.iter().any(|word| is_house_number(word));
    let named = folded
        .iter()
        .any(|word| DATA.words.contains(word) || has_tail(word));
    let led = folded.first().is_some_and(|word| DATA.leading.contains(word));
    let numbered_and_led = folded.get(1).is_some_and(|word| DATA.leading.contains(word))
        && folded.first().is_some_and(|word| is_house_number(word));
    match (named || led || numbered_and_led, number) {
        (true, true) => 1.0,
        (true, false) => 0.5,
        (false, true) if is_name_and_number(words, &folded) => 0.3,
        _ => 0.0,
    }
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// `20`, `12a`, `5-7`, `1/2`.
fn is_house_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (1..=5).contains(&digits) && letters <= 2 && word.len() <= 9 && !word.contains([',', ':', '%'])
}

fn has_tail(word: &str) -> bool {
    DATA.tails
        .iter()
        .any(|tail| word.len() > tail.len() && word.ends_with(tail.as_str()))
}

/// `P.O. Box 202032`, `Postfach 12 34`.
fn is_box(folded: &[String]) -> bool {
    let joined = |words: &[String]| words.concat().replace('.', "");
    (1..=2).any(|count| {
        folded
            .windows(count)
            .any(|words| DATA.boxes.contains(&joined(words)))
    }) && folded.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()))
}

/// One to three words with a capital and a number before or behind them.
fn is_name_and_number(words: &[&str], folded: &[String]) -> bool {
    if !(2..=4).contains(&words.len()) {
        return false;
    }
    let (Some(first), Some(last)) = (folded.first(), folded.last()) else {
        return false;
    };
    let one_number = folded
        .iter()
        .filter(|word| word.bytes().any(|b| b.is_ascii_digit()))
        .count()
        == 1;
    let at_an_end = is_house_number(first) || is_house_number(last);
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let named = words
        .iter()
        .filter(|word| !word.bytes().any(|b| b.is_ascii_digit()))
        .all(capital);
    let plain = words.iter().all(|word| !word.contains([':', '%', '€', '$', '£']));
    one_number && at_an_end && named && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> f64 {
        looks_like_street(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn the_data_parse_and_are_folded() {
        let data = parse().unwrap();
        let all = data
            .words
            .iter()
            .chain(&data.leading)
            .chain(&data.tails)
            .chain(&data.boxes);
        assert!(all.into_iter().all(|word| *word == fold(word)));
    }

    #[test]
    fn streets_are_told_from_other_lines() {
        for text in [
            "Lieferantenstraße 20",
            "Bahnstr. 42",
            "35 rue d'ici",
            "1235 rue Legal, Box 267",
            "12 Main St",
            "27, JALAN DEDAP 13",
            "Via Roma 5",
            "Calle Mayor, 3",
            "Rua Augusta 100",
            "P.O. Box 202032",
            "Postfach 12 34",
            "204 Aqua Road, APT 333",
            "Herengracht 12",
        ] {
            assert!(score(text) >= 0.9, "{text}: {}", score(text));
        }
        for text in ["Ecke 12", "Weena 664"] {
            assert!((score(text) - 0.3).abs() < 1e-9, "{text}");
        }
        for text in ["Rechnung", "Total: 12", "80333 München und so weiter", "19 %", ""] {
            assert!(score(text) < 0.3, "{text}: {}", score(text));
        }
    }
}
