//! Numbers in words and the units of spans of time, from `data/counts.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;
use super::language::Language;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Weeks.
    Week,
    /// Days.
    Day,
}

#[derive(Deserialize, Default)]
struct Data {
    /// One to thirty-one.
    cardinals: HashMap<Language, Vec<String>>,
    /// Other numbers in words, squashed.
    also: HashMap<String, u32>,
    /// First to thirty-first, or as far as they are in use.
    ordinals: HashMap<Language, Vec<String>>,
    words: Words,
    /// The word for one, the word for several, other forms.
    units: BTreeMap<TimeUnit, BTreeMap<Language, Vec<String>>>,
}

#[derive(Deserialize, Default)]
struct Words {
    anniversary: HashSet<String>,
    between: HashSet<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/counts.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Squashed words to their number.
static CARDINALS: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let listed = numbered(DATA.cardinals.values());
    listed
        .chain(DATA.also.iter().map(|(word, number)| (word.clone(), *number)))
        .collect()
});

static ORDINALS: LazyLock<HashMap<String, u32>> =
    LazyLock::new(|| numbered(DATA.ordinals.values()).collect());

/// Folded words to their unit, with the language.
static UNITS: LazyLock<HashMap<String, (TimeUnit, Language)>> = LazyLock::new(|| {
    let mut units = HashMap::new();
    // As it is spelt before how it is folded: "anos" is Portuguese, "años" Spanish.
    let spellings: [fn(&str) -> String; 2] = [|word| word.to_lowercase(), fold];
    for spelt in spellings {
        for (unit, forms) in &DATA.units {
            for (language, words) in forms {
                for word in words {
                    units.entry(spelt(word)).or_insert((*unit, *language));
                }
            }
        }
    }
    units
});

fn numbered<'d>(lists: impl Iterator<Item = &'d Vec<String>>) -> impl Iterator<Item = (String, u32)> {
    lists.flat_map(|list| list.iter().map(|word| squashed(word)).zip(1..))
}

/// Folded letters alone.
fn squashed(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphabetic()).collect()
}

/// The longest number in words, in letters, with some room.
const LONGEST: usize = 28;

/// The number of words such as "two", "twenty-four", "vierundzwanzig".
pub(super) fn cardinal(words: &str) -> Option<u32> {
    (words.len() <= LONGEST).then(|| CARDINALS.get(&squashed(words)).copied())?
}

/// The rank of words such as "second", "twenty-second".
pub(super) fn ordinal(words: &str) -> Option<u32> {
    (words.len() <= LONGEST).then(|| ORDINALS.get(&squashed(words)).copied())?
}

/// The unit of a word such as "years", and a language that has the word.
pub(super) fn unit(word: &str) -> Option<(TimeUnit, Language)> {
    let known = || {
        UNITS
            .get(&word.to_lowercase())
            .or_else(|| UNITS.get(&fold(word)))
            .copied()
    };
    (word.len() <= LONGEST).then(known)?
}

/// The word for the unit in a language.
pub(super) fn unit_word(unit: TimeUnit, language: Language, count: u32) -> &'static str {
    let forms = DATA.units.get(&unit).and_then(|forms| forms.get(&language));
    let form = forms.and_then(|forms| forms.get(usize::from(count != 1)));
    form.map_or("", String::as_str)
}

pub(super) fn is_anniversary(word: &str) -> bool {
    word.len() <= LONGEST && DATA.words.anniversary.contains(&fold(word))
}

/// A word that may stand between a number and its unit: `two full years`.
pub(super) fn is_between(word: &str) -> bool {
    word.len() <= LONGEST && DATA.words.between.contains(&fold(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_hold_every_language() {
        let data = parse().unwrap();
        for language in Language::ALL {
            assert_eq!(data.cardinals[&language].len(), 31, "{language:?}");
            assert!(data.ordinals[&language].len() >= 10, "{language:?}");
            for unit in [TimeUnit::Year, TimeUnit::Month, TimeUnit::Week, TimeUnit::Day] {
                assert!(data.units[&unit][&language].len() >= 2, "{language:?}");
            }
        }
        for word in data.cardinals.values().chain(data.ordinals.values()).flatten() {
            assert_eq!(*word, fold(word), "numbers are kept folded");
        }
    }

    #[test]
    fn a_word_is_the_same_number_in_every_language() {
        for lists in [&DATA.cardinals, &DATA.ordinals] {
            let mut known: HashMap<String, u32> = HashMap::new();
            for (word, number) in numbered(lists.values()) {
                assert_eq!(*known.entry(word.clone()).or_insert(number), number, "{word}");
            }
        }
    }

    #[test]
    fn words_are_numbers_and_units() {
        assert_eq!(cardinal("Twenty-Four"), Some(24));
        assert_eq!(cardinal("vierundzwanzig"), Some(24));
        assert_eq!(cardinal("vinte e quatro"), Some(24));
        assert_eq!(ordinal("twenty-second"), Some(22));
        assert_eq!(cardinal("hence"), None);
        assert_eq!(unit("Jahren"), Some((TimeUnit::Year, Language::De)));
        assert_eq!(unit_word(TimeUnit::Year, Language::De, 2), "Jahre");
        assert_eq!(unit_word(TimeUnit::Month, Language::En, 1), "month");
    }
}
