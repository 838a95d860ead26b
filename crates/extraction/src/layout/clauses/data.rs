//! The clauses that are known, `data/clauses/*.toml`: what leads to their values, what their headings are.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::phrases::{Phrase, Phrases};
use crate::lexicon::normal;
use crate::reading::{Language, TimeUnit};

const FILES: [&str; 1] = [include_str!("../../../data/clauses/agreement.toml")];

// How surely phrases of each kind lead to the value, 0..=1.
const STRONG: f64 = 1.0;
const FAIR: f64 = 0.6;
const WEAK: f64 = 0.1;

type Texts = HashMap<Language, Vec<String>>;

#[derive(Deserialize)]
struct File {
    clause: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    concept: String,
    reads: Reads,
    #[serde(default)]
    skip: usize,
    #[serde(default)]
    units: Vec<TimeUnit>,
    #[serde(default, rename = "where")]
    place: Where,
    #[serde(default)]
    headings: Texts,
    #[serde(default)]
    strong: Texts,
    #[serde(default)]
    fair: Texts,
    #[serde(default)]
    weak: Texts,
    #[serde(default)]
    against: Texts,
}

/// What the value of a clause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reads {
    /// A country or state.
    Place,
    /// A span of time.
    Span,
    /// What the type of the field asks for.
    Typed,
    /// Nothing: only its headings are known.
    None,
}

/// Where in a contract a clause stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Where {
    /// Anywhere.
    #[default]
    Anywhere,
    /// Where the parties are named or sign.
    Ends,
}

/// A clause.
pub(crate) struct Clause {
    /// Name of its concept in the lexicon.
    pub(crate) concept: String,
    pub(crate) reads: Reads,
    /// At most so many words between phrase and value.
    pub(crate) skip: usize,
    /// The units that its spans are counted in; any, where none is named.
    pub(crate) units: Vec<TimeUnit>,
    pub(crate) place: Where,
    pub(crate) phrases: Phrases,
    pub(crate) against: Phrases,
    /// Headings, squashed.
    headings: Vec<String>,
}

impl Clause {
    fn of(entry: Entry) -> Self {
        let mut phrases = Phrases::default();
        for (texts, strength) in [(&entry.strong, STRONG), (&entry.fair, FAIR), (&entry.weak, WEAK)] {
            for text in in_order(texts) {
                phrases.add(Phrase::new(text, strength));
            }
        }
        let mut against = Phrases::default();
        for text in in_order(&entry.against) {
            against.add(Phrase::new(text, 1.0));
        }
        Self {
            concept: entry.concept,
            reads: entry.reads,
            skip: entry.skip,
            units: entry.units,
            place: entry.place,
            phrases,
            against,
            headings: in_order(&entry.headings)
                .map(|text| normal::squashed(text))
                .collect(),
        }
    }

    /// Whether a text, squashed, is one of its headings.
    pub(crate) fn is_heading(&self, squashed: &str) -> bool {
        self.headings.iter().any(|heading| heading == squashed)
    }
}

/// The texts language by language.
fn in_order(texts: &Texts) -> impl Iterator<Item = &String> {
    Language::ALL
        .into_iter()
        .filter_map(|language| texts.get(&language))
        .flatten()
}

fn parse() -> Result<Vec<Clause>, toml::de::Error> {
    let mut clauses = Vec::new();
    for file in FILES {
        let file: File = toml::from_str(file)?;
        clauses.extend(file.clause.into_iter().map(Clause::of));
    }
    Ok(clauses)
}

static CLAUSES: LazyLock<Vec<Clause>> = LazyLock::new(|| parse().unwrap_or_default());

/// Every clause that is known.
pub(crate) fn clauses() -> &'static [Clause] {
    &CLAUSES
}

/// The clause that holds values of a concept of the lexicon.
pub(crate) fn clause_of(concept: &str) -> Option<&'static Clause> {
    CLAUSES
        .iter()
        .find(|clause| clause.concept == concept && clause.reads != Reads::None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::reading::fold::fold;

    #[test]
    fn the_data_parse_are_folded_and_name_concepts() {
        for file in FILES {
            let file: File = toml::from_str(file).unwrap();
            for entry in &file.clause {
                let lists = [
                    &entry.strong,
                    &entry.fair,
                    &entry.weak,
                    &entry.against,
                    &entry.headings,
                ];
                for text in lists.into_iter().flat_map(in_order) {
                    assert_eq!(*text, fold(text), "{}", entry.concept);
                }
                let known = Lexicon::builtin().by_name(&entry.concept).is_some();
                assert!(known || entry.reads == Reads::None, "{}", entry.concept);
            }
        }
    }

    #[test]
    fn main_clauses_are_known_in_every_language() {
        for file in FILES {
            let file: File = toml::from_str(file).unwrap();
            for entry in file.clause.iter().filter(|entry| entry.reads != Reads::None) {
                for language in Language::ALL {
                    assert!(
                        entry.strong.contains_key(&language),
                        "{} {language:?}",
                        entry.concept
                    );
                    assert!(
                        entry.headings.contains_key(&language),
                        "{} {language:?}",
                        entry.concept
                    );
                }
            }
        }
        assert!(clause_of("governing_law").is_some_and(|clause| clause.phrases.len() > 40));
    }
}
