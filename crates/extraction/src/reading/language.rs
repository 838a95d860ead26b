//! The languages that Docent reads, and which of them a document is written in.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;

/// A language whose labels, months and small words are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Dutch.
    Nl,
    /// Portuguese.
    Pt,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::En,
        Self::De,
        Self::Fr,
        Self::Es,
        Self::It,
        Self::Nl,
        Self::Pt,
    ];

    /// ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pt => "pt",
        }
    }

    /// The language of that ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

#[derive(Deserialize)]
struct Data {
    /// Words that tell a language, folded.
    words: HashMap<Language, Vec<String>>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/languages.toml"))
}

/// Word to the languages it is a sign of.
static SIGNS: LazyLock<HashMap<String, Vec<Language>>> = LazyLock::new(|| {
    let mut signs: HashMap<String, Vec<Language>> = HashMap::new();
    let Ok(data) = parse() else {
        return signs;
    };
    for (language, words) in data.words {
        for word in words {
            signs.entry(word).or_default().push(language);
        }
    }
    signs
});

/// Counts the words that tell a language.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: [f64; Language::ALL.len()],
}

impl Tally {
    /// Takes a word as printed into account. A word of several languages counts for each of them in part.
    pub(super) fn word(&mut self, word: &str) {
        let bare = word.trim_matches(|c: char| !c.is_alphabetic());
        let Some(languages) = SIGNS.get(&fold(bare)) else {
            return;
        };
        let share = 1.0 / if languages.len() == 1 { 1.0 } else { 3.0 };
        for (count, language) in self.counts.iter_mut().zip(Language::ALL) {
            if languages.contains(&language) {
                *count += share;
            }
        }
    }

    /// The language with most signs; none where there are too few, or two are level.
    pub(super) fn language(&self) -> Option<Language> {
        let mut ranked: Vec<(f64, Language)> = self.counts.iter().copied().zip(Language::ALL).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (first, second) = (ranked.first()?, ranked.get(1)?);
        (first.0 >= 2.0 && first.0 > second.0).then_some(first.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse_and_name_every_language() {
        let data = parse().unwrap();
        for language in Language::ALL {
            let words = &data.words[&language];
            assert!(words.len() > 20, "{language:?}");
            for word in words {
                assert_eq!(*word, fold(word), "words are kept folded");
            }
        }
    }

    #[test]
    fn small_words_tell_the_language() {
        for (text, expected) in [
            (
                "Please pay the amount due within 30 days of the invoice date",
                Language::En,
            ),
            (
                "Bitte überweisen Sie den Betrag ohne Abzug auf unser Konto",
                Language::De,
            ),
            ("Veuillez régler la facture dans les trente jours", Language::Fr),
            ("Le rogamos que abone el importe de la factura", Language::Es),
            ("Si prega di pagare entro il termine della fattura", Language::It),
            (
                "Gelieve het bedrag van de factuur binnen 14 dagen te betalen",
                Language::Nl,
            ),
            (
                "Não dispensa o pagamento do valor da fatura em euros",
                Language::Pt,
            ),
        ] {
            let mut tally = Tally::default();
            text.split(' ').for_each(|word| tally.word(word));
            assert_eq!(tally.language(), Some(expected), "{text}");
        }
    }
}
