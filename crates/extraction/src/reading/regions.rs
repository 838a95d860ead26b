//! Countries: their codes, and the one a document most likely comes from, from `data/countries.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::language::Language;
use super::style::Style;

#[derive(Deserialize, Default)]
struct Data {
    /// Codes of ISO 3166-1, two letters.
    codes: HashSet<String>,
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

/// ISO 3166 code of the country that a document of this style most likely comes from, for numbers that leave it out.
pub fn likely_country(style: &Style) -> Option<&'static str> {
    let by_currency = style.currency.as_ref().and_then(|code| DATA.currencies.get(code));
    let by_language = style.language.and_then(|language| DATA.languages.get(&language));
    by_currency.or(by_language).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_name_countries_only() {
        let data = parse().unwrap();
        assert!(data.codes.len() > 240);
        for code in data.languages.values().chain(data.currencies.values()) {
            assert!(data.codes.contains(code), "{code}");
        }
        for language in Language::ALL {
            assert!(data.languages.contains_key(&language), "{language:?}");
        }
    }
}
