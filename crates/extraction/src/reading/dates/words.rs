//! The words of dates, from `data/months.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::fold::fold;
use super::super::language::Language;

#[derive(Deserialize, Default)]
struct Data {
    months: HashMap<Language, Vec<Vec<String>>>,
    words: Words,
}

/// Small words in and around dates, folded.
#[derive(Deserialize, Default)]
pub(super) struct Words {
    particles: HashSet<String>,
    ordinals: HashSet<String>,
    to: HashSet<String>,
    and: HashSet<String>,
    between: HashSet<String>,
    at: HashSet<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/months.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Folded name to the month's number. A name means the same month in every language that has it (a test sees to it).
static MONTHS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let names = DATA.months.values().flat_map(|months| (1..).zip(months));
    names
        .flat_map(|(number, names)| names.iter().map(move |name| (name.as_str(), number)))
        .collect()
});

/// The longest name of a month has so many letters, with some room.
const LONGEST_MONTH: usize = 16;

/// Number of the month of that name, in any language.
pub(super) fn month(word: &str) -> Option<u32> {
    if word.len() > LONGEST_MONTH || word.len() < 3 {
        return None;
    }
    MONTHS.get(fold(word).as_str()).copied()
}

fn known(set: &HashSet<String>, word: &str) -> bool {
    word.len() <= LONGEST_MONTH && set.contains(fold(word).as_str())
}

pub(super) fn is_particle(word: &str) -> bool {
    known(&DATA.words.particles, word)
}

pub(super) fn is_ordinal(word: &str) -> bool {
    known(&DATA.words.ordinals, word)
}

pub(super) fn is_to(word: &str) -> bool {
    known(&DATA.words.to, word)
}

pub(super) fn is_and(word: &str) -> bool {
    known(&DATA.words.and, word)
}

pub(super) fn is_between(word: &str) -> bool {
    known(&DATA.words.between, word)
}

/// A word that stands between a date and a time of day.
pub(in super::super) fn is_at(word: &str) -> bool {
    known(&DATA.words.at, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_every_language_has_twelve_months() {
        let data = parse().unwrap();
        for language in Language::ALL {
            assert_eq!(data.months[&language].len(), 12, "{language:?}");
        }
    }

    #[test]
    fn a_name_means_the_same_month_in_every_language() {
        for (language, months) in &DATA.months {
            for (number, names) in (1..).zip(months) {
                for name in names {
                    assert_eq!(*name, fold(name), "names are kept folded");
                    assert_eq!(month(name), Some(number), "{name} in {language:?}");
                }
            }
        }
    }
}
