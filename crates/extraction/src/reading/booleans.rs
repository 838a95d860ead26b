//! Yes and no: words of `data/booleans.toml`, ticks and crosses, empty boxes.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;
use super::line::Line;
use super::{Reading, ReadingKind, Value};

#[derive(Deserialize, Default)]
struct Data {
    /// Folded words, with how unlikely it is that the word means something else.
    #[serde(rename = "true")]
    yes: HashMap<String, f64>,
    #[serde(rename = "false")]
    no: HashMap<String, f64>,
    /// Compared as printed, brackets included.
    marks_true: HashMap<String, f64>,
    marks_false: HashMap<String, f64>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/booleans.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Every word or mark on the line that says yes or no. A mark may be run together with the words behind it (`☒Trust`).
pub fn read_booleans(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    for index in 0..line.word_count() {
        let word = line.word_bytes(index);
        let text = line.slice(word.clone());
        if let Some((value, certainty, bytes)) = mark(text).or_else(|| spoken(text)) {
            let bytes = word.start + bytes.start..word.start + bytes.end;
            let mut reading = Reading::new(
                line,
                ReadingKind::Boolean,
                Value::Boolean(value),
                bytes,
                certainty,
            );
            reading.exact = false;
            readings.push(reading);
        }
    }
    readings
}

/// Whether the text says yes or no.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    mark(text).or_else(|| spoken(text)).map(|(value, ..)| value)
}

/// Whether the text prints yes and no (or yes behind an empty box) and ticks neither: `[ ] yes [ ] no`, `yes / no`. It
/// is a question, not its answer.
pub fn leaves_open(text: &str) -> bool {
    let line = Line::new(&text.split_whitespace().collect::<Vec<_>>());
    let readings = read_booleans(&line);
    let says = |wanted: bool| readings.iter().any(|found| found.value == Value::Boolean(wanted));
    let is_tick = |text: &str| text.eq_ignore_ascii_case("x") || !text.starts_with(char::is_alphanumeric);
    let ticked = readings
        .iter()
        .any(|found| found.value == Value::Boolean(true) && is_tick(&found.text));
    let empty_box = ["[ ]", "( )"].iter().any(|empty| line.text().contains(empty));
    says(true) && (says(false) || empty_box) && !ticked
}

type Said = (bool, f64, std::ops::Range<usize>);

fn mark(text: &str) -> Option<Said> {
    let known = |text: &str| {
        let yes = DATA.marks_true.get(text).map(|certainty| (true, *certainty));
        yes.or_else(|| DATA.marks_false.get(text).map(|certainty| (false, *certainty)))
    };
    if let Some((value, certainty)) = known(text) {
        return Some((value, certainty, 0..text.len()));
    }
    // Ticks and boxes are no letters: what follows directly is their label.
    let first = text
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric() && !c.is_ascii())?;
    let length = first.len_utf8();
    let (value, certainty) = known(text.get(..length)?)?;
    Some((value, certainty, 0..length))
}

fn spoken(text: &str) -> Option<Said> {
    let front = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let bare = front.trim_end_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() || bare.len() > 12 {
        return None;
    }
    let start = text.len() - front.len();
    let folded = fold(bare);
    let yes = DATA.yes.get(&folded).map(|certainty| (true, *certainty));
    let (value, certainty) = yes.or_else(|| DATA.no.get(&folded).map(|certainty| (false, *certainty)))?;
    Some((value, certainty, start..start + bare.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_no_word_says_both() {
        let data = parse().unwrap();
        assert!(
            data.yes
                .keys()
                .all(|word| !data.no.contains_key(word) && *word == fold(word))
        );
        assert!(
            data.marks_true
                .keys()
                .all(|mark| !data.marks_false.contains_key(mark))
        );
    }

    #[test]
    fn a_choice_that_nobody_ticked_is_open() {
        for text in [
            "[ ] yes [ ] no",
            "yes / no",
            "☐ Ja ☐ Nein",
            "[ ] yes",
            "oui ( ) non ( )",
        ] {
            assert!(leaves_open(text), "{text}");
        }
        for text in ["yes", "no", "[x] yes [ ] no", "☒ yes ☐ no", "[ ] Partnership", ""] {
            assert!(!leaves_open(text), "{text}");
        }
    }

    #[test]
    fn words_and_marks_say_yes_or_no() {
        for (text, expected) in [
            ("Yes", Some(true)),
            ("NEIN.", Some(false)),
            ("oui", Some(true)),
            ("Sí", Some(true)),
            ("☒", Some(true)),
            ("☐Partnership", Some(false)),
            ("[X]", Some(true)),
            ("[]", Some(false)),
            ("X", Some(true)),
            ("Total", None),
            ("", None),
        ] {
            assert_eq!(parse_boolean(text), expected, "{text}");
        }
    }
}
