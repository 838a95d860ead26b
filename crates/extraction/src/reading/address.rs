//! Postal addresses: postcodes with their towns, streets. The forms are data, `data/postcodes.toml` and
//! `data/streets.toml`.

mod street;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

pub use self::street::looks_like_street;
use super::line::Line;
use super::{Place, Reading, ReadingKind, Value};

#[derive(Deserialize, Default)]
struct Data {
    form: Vec<Form>,
}

/// How some countries write a postcode and its town.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    /// ISO 3166 codes.
    countries: Vec<String>,
    /// The postcode, words parted by one blank.
    pattern: String,
    /// So many words.
    words: usize,
    town: Town,
    /// A region stands between town and postcode; its form.
    #[serde(default)]
    region: Option<String>,
    /// How unlikely it is that something else looks so.
    certainty: f64,
}

/// Where the town stands to the postcode.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Town {
    Before,
    Behind,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/postcodes.toml"))
}

struct Compiled {
    form: Form,
    postcode: Regex,
    region: Option<Regex>,
}

fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

static FORMS: LazyLock<Vec<Compiled>> = LazyLock::new(|| {
    let compiled = |form: Form| {
        let postcode = whole(&form.pattern).ok()?;
        let region = form.region.as_deref().map(whole).transpose().ok()?;
        Some(Compiled {
            form,
            postcode,
            region,
        })
    };
    parse()
        .unwrap_or_default()
        .form
        .into_iter()
        .filter_map(compiled)
        .collect()
});

/// Towns have no more words.
const MOST_WORDS: usize = 5;

/// Every postcode with the town beside it. The value is both as printed; `parts` has them apart.
///
/// Of the forms that fit the same words the likeliest is given.
pub fn read_postcodes(line: &Line) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for index in 0..line.word_count() {
        let word = line.slice(line.word_bytes(index));
        if !word.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let found = FORMS.iter().filter_map(|compiled| fit(line, index, compiled));
        let Some(best) = found.max_by(|a, b| a.specificity.total_cmp(&b.specificity)) else {
            continue;
        };
        let covered = readings
            .last()
            .is_some_and(|last| last.words.end >= best.words.end);
        if !covered {
            readings.push(best);
        }
    }
    readings
}

/// The form at the word.
fn fit(line: &Line, index: usize, compiled: &Compiled) -> Option<Reading> {
    let form = &compiled.form;
    let first = line.word_bytes(index);
    let last = index + form.words - 1;
    if last >= line.word_count() {
        return None;
    }
    let printed = first.start..line.word_bytes(last).end;
    let printed = without_marks(line, printed);
    let text = line.slice(printed.clone());
    if !compiled.postcode.is_match(text) {
        return None;
    }
    let (town, region) = match form.town {
        Town::Behind => (town_behind(line, last + 1, printed.end)?, None),
        Town::Before => town_before(line, index, compiled.region.as_ref())?,
    };
    let bytes = town.start.min(printed.start)..town.end.max(printed.end);
    let place = Place {
        postcode: text.to_owned(),
        city: line.slice(town).to_owned(),
        region,
        country: match form.countries.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        },
    };
    let certainty = if is_year(text) {
        form.certainty * 0.3
    } else {
        form.certainty
    };
    let value = Value::Text(line.slice(bytes.clone()).to_owned());
    let mut reading = Reading::new(line, ReadingKind::PostcodeCity, value, bytes, certainty);
    reading.parts = Some(place);
    Some(reading)
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && (text.starts_with("19") || text.starts_with("20"))
}

fn without_marks(line: &Line, bytes: Range<usize>) -> Range<usize> {
    let text = line.slice(bytes.clone());
    let front = text.trim_start_matches(['(', '[', ',', ':']);
    let bare = front.trim_end_matches([',', ';', '.', ')', ']', ':']);
    let start = bytes.start + (text.len() - front.len());
    start..start + bare.len()
}

/// The words of a town from the word on, up to a comma, a number or a word that is none.
fn town_behind(line: &Line, first: usize, postcode_end: usize) -> Option<Range<usize>> {
    let mut town: Option<Range<usize>> = None;
    let separated = line
        .slice(postcode_end..line.text().len())
        .starts_with([',', ';']);
    for index in first..line.word_count().min(first + MOST_WORDS) {
        let word = line.word_bytes(index);
        let bare = without_marks(line, word.clone());
        if !is_town_word(line.slice(bare.clone()), town.is_none()) {
            break;
        }
        town = Some(town.map_or(bare.start, |town| town.start)..bare.end);
        let text = line.slice(word.clone());
        if bare.end != word.end && !is_shortened(text) {
            break;
        }
        if bare.end != word.end {
            town = town.map(|town| town.start..word.end);
        }
    }
    town.filter(|_| !separated)
}

/// "St." and the like: the point belongs to the word.
fn is_shortened(word: &str) -> bool {
    word.ends_with('.') && word.chars().count() <= 4
}

type TownAndRegion = (Range<usize>, Option<String>);

/// The words of a town that end before the word, with the region between.
fn town_before(line: &Line, end: usize, region: Option<&Regex>) -> Option<TownAndRegion> {
    let mut end = end;
    let mut found_region = None;
    if let Some(region) = region {
        let at = end.checked_sub(1)?;
        let bare = without_marks(line, line.word_bytes(at));
        let text = line.slice(bare);
        if !region.is_match(text) {
            return None;
        }
        found_region = Some(text.to_owned());
        end = at;
    }
    let mut town: Option<Range<usize>> = None;
    for index in (end.saturating_sub(MOST_WORDS)..end).rev() {
        let word = line.word_bytes(index);
        let bare = without_marks(line, word.clone());
        let ends_with_mark = bare.end != word.end;
        let is_last = index + 1 == end;
        if (ends_with_mark && !is_last) || !is_town_word(line.slice(bare.clone()), true) {
            break;
        }
        town = Some(bare.start..town.map_or(bare.end, |town| town.end));
    }
    town.map(|town| (town, found_region))
}

/// A word of letters; the first of a town has a capital.
fn is_town_word(word: &str, first: bool) -> bool {
    let letters = word
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.' | '/' | '(' | ')'));
    let starts = word
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || (!first && c.is_alphabetic()) || (!first && c == '('));
    letters && starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, Option<String>)> {
        let words: Vec<&str> = text.split(' ').collect();
        read_postcodes(&Line::new(&words))
            .into_iter()
            .filter(|reading| reading.specificity > 0.2)
            .filter_map(|reading| reading.parts)
            .map(|place| (place.postcode, place.city, place.region))
            .collect()
    }

    #[test]
    fn the_forms_parse() {
        let data = parse().unwrap();
        assert_eq!(FORMS.len(), data.form.len());
        let codes = data.form.iter().flat_map(|form| &form.countries);
        assert!(
            codes
                .into_iter()
                .all(|code| crate::reading::regions::is_country(code))
        );
    }

    #[test]
    fn postcodes_are_read_with_their_towns() {
        for (text, postcode, city, region) in [
            ("80333 München", "80333", "München", None),
            ("D-80333 München", "D-80333", "München", None),
            ("75001 Paris, France", "75001", "Paris", None),
            ("81100 JOHOR BAHRU, JOHOR.", "81100", "JOHOR BAHRU", None),
            ("3012 CN Rotterdam", "3012 CN", "Rotterdam", None),
            ("3012CN Rotterdam", "3012CN", "Rotterdam", None),
            ("Musterstr. 5, 10115 Berlin", "10115", "Berlin", None),
            ("60311 Frankfurt am Main", "60311", "Frankfurt am Main", None),
            ("Springfield, IL 62704", "62704", "Springfield", Some("IL")),
            ("New Haven, CT 06520-8283", "06520-8283", "New Haven", Some("CT")),
            ("London SW1A 1AA", "SW1A 1AA", "London", None),
            ("1010 Wien", "1010", "Wien", None),
            ("1000-001 Lisboa", "1000-001", "Lisboa", None),
            ("Singapore 350035", "350035", "Singapore", None),
            ("Toronto, ON M5V 2T6", "M5V 2T6", "Toronto", Some("ON")),
            ("SPORTS WOOD, VIC 3015", "3015", "SPORTS WOOD", Some("VIC")),
        ] {
            let expected = (postcode.to_owned(), city.to_owned(), region.map(str::to_owned));
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_postcodes() {
        for text in [
            "12,50 EUR",
            "2024 Invoice",
            "471102",
            "12345",
            "12345 items sold",
            "",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
