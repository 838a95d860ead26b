//! Countries, states and provinces by name, from `data/places.toml`: where a law or a court is of.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;

/// Names have at most so many words.
const LONGEST: usize = 6;
/// A word's ending that the data leaves open has at most so many letters.
const ENDING: usize = 3;

#[derive(Deserialize, Default)]
struct Data {
    /// ISO 3166-1 code to the country's names, in seven languages.
    countries: BTreeMap<String, Vec<String>>,
    /// Other names of countries and of parts with a law of their own.
    more: BTreeMap<String, Vec<String>>,
    /// States and provinces.
    regions: BTreeMap<String, Vec<String>>,
    /// Country to the words that say that something is of it, folded; a star at the end leaves the ending open.
    of_country: BTreeMap<String, Vec<String>>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/places.toml"))
}

/// A name that is known.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    words: Vec<String>,
    name: String,
}

#[derive(Default)]
struct Index {
    /// By their first word, folded, the longest first.
    names: HashMap<String, Vec<Name>>,
    /// Folded word to the country.
    adjectives: HashMap<String, String>,
    /// Folded beginning of a word to the country.
    stems: HashMap<String, String>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(parse().unwrap_or_default()));

impl Index {
    fn of(data: Data) -> Self {
        let mut index = Self::default();
        let names = [data.countries, data.more, data.regions];
        for name in names.into_iter().flat_map(BTreeMap::into_values).flatten() {
            let words: Vec<String> = name.split(' ').map(core).collect();
            let Some(first) = words.first().filter(|first| !first.is_empty()) else {
                continue;
            };
            let known = index.names.entry(first.clone()).or_default();
            if !known.iter().any(|other| other.words == words) {
                known.push(Name { words, name });
            }
        }
        for known in index.names.values_mut() {
            known.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        }
        for (country, words) in data.of_country {
            for word in words {
                match word.strip_suffix('*') {
                    Some(stem) => index.stems.insert(stem.to_owned(), country.clone()),
                    None => index.adjectives.insert(word, country.clone()),
                };
            }
        }
        index
    }
}

/// Folded, without the marks around it and points within.
fn core(word: &str) -> String {
    let plain = fold(word).replace('’', "'");
    let bare = plain.strip_suffix("'s").unwrap_or(&plain);
    bare.trim_matches(|c: char| !c.is_alphanumeric() && c != '&')
        .replace('.', "")
}

/// A place named by some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPlace {
    /// As it is usually written: `Delaware` where `DELAWARE` is printed, `Deutschland` where `deutsches` is.
    pub name: String,
    /// How many words name it.
    pub words: usize,
    /// A word for what is of it: `German`.
    pub adjective: bool,
}

/// The place that the first words name, by its longest name.
///
/// A place begins with a capital. A mark within ends it: `Georgia, USA` is Georgia.
pub fn place_at(words: &[&str]) -> Option<NamedPlace> {
    let printed = words.first()?;
    if !printed.chars().find(|c| c.is_alphanumeric())?.is_uppercase() {
        return None;
    }
    let known = INDEX.names.get(&core(printed))?;
    let mut cores: Vec<String> = Vec::new();
    for word in words.iter().take(LONGEST) {
        cores.push(core(word));
        if word.ends_with([',', ';', '.', ':', ')']) && !word.trim_end_matches(['.', ',']).contains('.') {
            break;
        }
    }
    let found = known.iter().find(|name| cores.starts_with(&name.words))?;
    Some(NamedPlace {
        name: found.name.clone(),
        words: found.words.len(),
        adjective: false,
    })
}

/// The country of which a word says that something is: `German`, `deutsches`, `français`.
pub fn country_of_adjective(word: &str) -> Option<NamedPlace> {
    let core = core(word);
    let of_stem = || {
        (1..=ENDING.min(core.len())).find_map(|ending| {
            let stem = core.get(..core.len().checked_sub(ending)?)?;
            INDEX.stems.get(stem)
        })
    };
    let country = INDEX
        .adjectives
        .get(&core)
        .or_else(|| INDEX.stems.get(&core))
        .or_else(of_stem)?;
    Some(NamedPlace {
        name: country.clone(),
        words: 1,
        adjective: true,
    })
}

/// Whether the words name the place, as a whole.
pub fn is_place(text: &str, name: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let whole = place_at(&words).filter(|place| place.words == words.len());
    let named = whole.or_else(|| match words.as_slice() {
        [word] => country_of_adjective(word),
        _ => None,
    });
    named.is_some_and(|place| place.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, usize)> {
        let words: Vec<&str> = text.split(' ').collect();
        place_at(&words).map(|place| (place.name, place.words))
    }

    #[test]
    fn the_data_parse_and_name_every_country_in_each_language() {
        let data = parse().unwrap();
        assert!(data.countries.len() > 240);
        assert!(data.countries.values().all(|names| names.len() == 7));
        assert!(data.countries.values().flatten().all(|name| !name.is_empty()));
        assert_eq!(data.regions["US"].len(), 51);
        for words in data.of_country.values() {
            assert!(!words.is_empty() && words.iter().all(|word| *word == fold(word)));
        }
    }

    #[test]
    fn the_longest_name_is_the_place() {
        assert_eq!(at("New York, without regard"), Some(("New York".into(), 2)));
        assert_eq!(at("England and Wales."), Some(("England and Wales".into(), 3)));
        assert_eq!(at("ENGLAND, AND Wales."), Some(("England".into(), 1)));
        assert_eq!(at("VIRGINIA applicable"), Some(("Virginia".into(), 1)));
        assert_eq!(
            at("Bundesrepublik Deutschland."),
            Some(("Bundesrepublik Deutschland".into(), 2))
        );
        assert_eq!(at("Georgia, USA"), Some(("Georgia".into(), 1)));
        assert_eq!(at("the parties"), None);
        assert_eq!(at("turkey with rice"), None);
    }

    #[test]
    fn a_law_is_of_a_country() {
        for (word, country) in [
            ("German", "Germany"),
            ("deutsches", "Deutschland"),
            ("deutschem", "Deutschland"),
            ("français,", "France"),
            ("española", "España"),
            ("Nederlands", "Nederland"),
            ("portuguesa", "Portugal"),
        ] {
            let found = country_of_adjective(word);
            assert_eq!(found.map(|place| place.name), Some(country.to_owned()), "{word}");
        }
        assert_eq!(country_of_adjective("substantive"), None);
        assert!(is_place("deutsches", "Deutschland") && is_place("DELAWARE,", "Delaware"));
        assert!(!is_place("Delaware law", "Delaware") && !is_place("Maine", "Delaware"));
    }
}
