//! Countries: their codes, and the one a document most likely comes from, from `data/countries.toml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;
use super::language::Language;

#[derive(Deserialize, Default)]
struct Data {
    /// Codes of ISO 3166-1, two letters.
    codes: HashSet<String>,
    /// Countries that print the month before the day.
    month_first: HashSet<String>,
    /// Country to folded words that tell it.
    words: BTreeMap<String, Vec<String>>,
    /// Where a language is spoken by most.
    languages: HashMap<Language, String>,
    /// Where a currency is that of one country.
    currencies: HashMap<String, String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/countries.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Whether this is the ISO 3166 code of a country, in capitals.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && DATA.codes.contains(code)
}

/// Whether dates in digits are printed month first in that country.
pub fn prints_month_first(country: &str) -> bool {
    DATA.month_first.contains(country)
}

/// Folded word to the country that it tells.
static SIGNS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let signs = DATA.words.iter();
    signs
        .flat_map(|(country, words)| words.iter().map(|word| (word.as_str(), country.as_str())))
        .collect()
});

/// Weighs what tells the country of a document.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// In the order of their first sign.
    weights: Vec<(&'static str, f64)>,
}

impl Signs {
    /// Takes a word as printed into account.
    pub(super) fn word(&mut self, word: &str) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.len() < 2 || bare.len() > 16 {
            return;
        }
        if let Some(country) = SIGNS.get(fold(bare).as_str()) {
            self.add(country, 1.0);
        }
    }

    /// Takes a currency that is printed into account; a sign that several countries use says less.
    pub(super) fn currency(&mut self, code: &str, shared: bool) {
        if let Some(country) = DATA.currencies.get(code) {
            self.add(country, if shared { 0.2 } else { 0.5 });
        }
    }

    /// Takes an address in the United States into account.
    pub(super) fn american_address(&mut self) {
        self.add("US", 3.0);
    }

    fn add(&mut self, country: &'static str, weight: f64) {
        match self.weights.iter_mut().find(|(known, _)| *known == country) {
            Some((_, sum)) => *sum += weight,
            None => self.weights.push((country, weight)),
        }
    }

    /// ISO 3166 code of the country that most tells for; where nothing tells one, that of the language.
    pub(super) fn country(&self, language: Option<Language>) -> Option<String> {
        let first_of_best = |best: Option<(&'static str, f64)>, sign: &(&'static str, f64)| match best {
            Some(best) if best.1 >= sign.1 => Some(best),
            _ => Some(*sign),
        };
        let told = self
            .weights
            .iter()
            .fold(None, first_of_best)
            .map(|(country, _)| country.to_owned());
        told.or_else(|| {
            language
                .filter(|language| *language != Language::En)
                .and_then(home_of)
        })
    }
}

/// Where most documents of the language come from.
fn home_of(language: Language) -> Option<String> {
    DATA.languages.get(&language).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_name_countries_only() {
        let data = parse().unwrap();
        assert!(data.codes.len() > 240);
        let named = data.languages.values().chain(data.currencies.values());
        for code in named.chain(data.words.keys()).chain(&data.month_first) {
            assert!(data.codes.contains(code), "{code}");
        }
        for language in Language::ALL {
            assert!(data.languages.contains_key(&language), "{language:?}");
        }
        let mut seen = HashSet::new();
        for word in data.words.values().flatten() {
            assert!(*word == fold(word) && seen.insert(word), "{word}");
        }
    }
}
