//! Does what stands in the box give the value? A second opinion, written without a look at the engine: it knows only the
//! words of the page, the box and the value.

use domain::evidence::{Evidence, Place, Verdict};
use domain::parsed::ParsedDocument;
use serde_json::Value;

/// Whether the words in the evidence's boxes give the value; what stands there instead where they do not.
pub(crate) fn check(value: &Value, evidence: &Evidence, parsed: &ParsedDocument) -> Result<(), String> {
    let (boxes, elements) = (words_in_boxes(evidence, parsed), words_of_xml(evidence, parsed));
    // What an e-invoice says and what stands on its page prove the value each for itself.
    let proofs: Vec<&Vec<String>> = [&boxes, &elements]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect();
    let failing = proofs.iter().find(|words| !gives(value, evidence.verdict, words));
    match failing {
        None if !proofs.is_empty() => Ok(()),
        None => Err(format!("{value} has no place")),
        Some(words) => Err(format!("{value} is not in {:?}", words.join(" "))),
    }
}

fn gives(value: &Value, verdict: Verdict, words: &[String]) -> bool {
    match value {
        Value::String(text) if verdict == Verdict::Grounded => is_spelled_by(text, words),
        Value::String(text) => {
            is_spelled_by(text, words) || is_said_by(text, words) || is_span_of_time(text, words)
        }
        Value::Number(number) => is_counted_by(&number.to_string(), words),
        Value::Bool(_) => !words.is_empty(),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The text of the elements that the evidence names, word for word.
fn words_of_xml(evidence: &Evidence, parsed: &ParsedDocument) -> Vec<String> {
    let mut words = Vec::new();
    for source in &evidence.sources {
        let Place::Xml { path } = &source.place else {
            continue;
        };
        let named = parsed.xml.iter().filter(|element| element.path == *path);
        let said = named.filter(|element| letters(&element.text).contains(&letters(&source.text)));
        words.extend(said.flat_map(|element| element.text.split_whitespace().map(str::to_owned)));
    }
    words
}

fn words_in_boxes(evidence: &Evidence, parsed: &ParsedDocument) -> Vec<String> {
    let mut words = Vec::new();
    for source in &evidence.sources {
        if matches!(source.place, Place::Xml { .. }) {
            continue;
        }
        let Some(page) = parsed.page(source.page) else {
            continue;
        };
        if let Some(place) = source.bbox {
            words.extend(page.words_in(&place).map(|word| word.text.to_string()));
            continue;
        }
        // Without geometry, the source's text, if a line of the page holds it.
        let mut lines = page.lines.iter().map(|line| page.line_text(line));
        if lines.any(|line| letters(&line).contains(&letters(&source.text))) {
            words.extend(source.text.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Letters and digits alone, in one case; `&` is "and".
fn letters(text: &str) -> String {
    text.replace('&', "and")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words, joined, hold the value; and no word of the box lies wholly outside of it.
fn is_spelled_by(value: &str, words: &[String]) -> bool {
    let wanted = letters(value);
    let parts: Vec<String> = words.iter().map(|word| letters(word)).collect();
    let all = parts.concat();
    let Some(start) = all.find(&wanted) else {
        return false;
    };
    let end = start + wanted.len();
    let mut at = 0;
    parts.iter().all(|part| {
        let (from, to) = (at, at + part.len());
        at = to;
        part.is_empty() || (from < end && to > start)
    })
}

/// A number whose digits, zeros at the ends aside, are those of the value.
fn is_counted_by(value: &str, words: &[String]) -> bool {
    let wanted = digits(value);
    let text = words.join(" ");
    let numbers = text.split(|c: char| !c.is_ascii_digit() && !",.'’ \u{a0}-–".contains(c));
    let mut candidates: Vec<String> = numbers.map(digits).collect();
    candidates.extend(words.iter().map(|word| digits(word)));
    candidates.contains(&wanted) || wanted.is_empty() && words.iter().any(|word| word.contains('0'))
}

fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').trim_end_matches('0').to_owned()
}

/// What a reading may turn into other letters: a date, a currency, a term.
fn is_said_by(value: &str, words: &[String]) -> bool {
    let text = words.join(" ");
    if let Some((year, month, day)) = date(value) {
        let runs: Vec<String> = text
            .split(|c: char| !c.is_ascii_digit())
            .map(|run| run.trim_start_matches('0').to_owned())
            .collect();
        let has = |number: &str| runs.iter().any(|run| run == number.trim_start_matches('0'));
        let month_in_letters = text
            .split(|c: char| !c.is_alphabetic())
            .any(|word| word.chars().count() >= 3);
        let glued = text.contains(&format!("{year}{month}{day}"));
        let year = has(year) || year.get(2..).is_some_and(has);
        return glued || (year && has(day) && (has(month) || month_in_letters));
    }
    let is_currency = value.len() == 3 && value.chars().all(|c| c.is_ascii_uppercase());
    // `€`, `RM`, `US$`: what it means is the reading's business, that something is there is ours.
    is_currency && words.iter().any(|word| word.chars().any(|c| !c.is_ascii_digit()))
}

/// `2 years` of "two (2) years": a number, in digits or in letters, and the unit.
fn is_span_of_time(value: &str, words: &[String]) -> bool {
    const NUMBERS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    let Some((number, unit)) = value.split_once(' ') else {
        return false;
    };
    let Ok(number) = number.parse::<usize>() else {
        return false;
    };
    let words: Vec<String> = words.iter().map(|word| letters(word)).collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let counted = has(&number.to_string()) || NUMBERS.get(number).is_some_and(|number| has(number));
    let named = words
        .iter()
        .any(|word| word.trim_end_matches('s') == unit.trim_end_matches('s'));
    // The first anniversary of a day is a year behind it.
    counted && named || value == "1 year" && has("first") && has("anniversary")
}

fn date(value: &str) -> Option<(&str, &str, &str)> {
    let (year, rest) = value.get(..10)?.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    [year, month, day]
        .iter()
        .all(|part| part.chars().all(|c| c.is_ascii_digit()))
        .then_some((year, month, day))
}
