//! Words by which contracts and their parties are told, from `data/clauses/words.toml` and `data/clauses/roles.toml`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::phrases::{Phrase, Phrases};
use crate::lexicon::normal::key_words;
use crate::reading::Language;

type Texts = HashMap<Language, Vec<String>>;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Data {
    titles: Texts,
    legal: Texts,
    signed: Texts,
    between: Texts,
    and: Texts,
    before_name: Texts,
    in_name: Texts,
    after_parties: Texts,
    no_names: Texts,
    short: Texts,
    filler: Texts,
}

#[derive(Deserialize, Default)]
struct Roles {
    role: Vec<Role>,
}

/// What a party may be called in a contract.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    keys: Vec<String>,
    pub(crate) terms: Vec<String>,
    /// Other documents have it, too.
    #[serde(default)]
    pub(crate) trade: bool,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/clauses/words.toml"))
}

fn parse_roles() -> Result<Roles, toml::de::Error> {
    toml::from_str(include_str!("../../../data/clauses/roles.toml"))
}

/// The words, ready to be looked up.
#[derive(Default)]
pub(crate) struct Words {
    titles: Vec<String>,
    legal: HashSet<String>,
    and: HashMap<Language, HashSet<String>>,
    before_name: HashSet<String>,
    in_name: HashSet<String>,
    no_names: HashSet<String>,
    short: HashSet<String>,
    filler: HashSet<String>,
    /// Where a contract is signed.
    pub(crate) signed: Phrases,
    /// Before the names of the parties, by language.
    pub(crate) between: Vec<(Language, Phrases)>,
    /// Behind them.
    pub(crate) after_parties: Phrases,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::of(&parse().unwrap_or_default()));
static ROLES: LazyLock<Vec<Role>> = LazyLock::new(|| parse_roles().unwrap_or_default().role);

/// The end of a compound is a title if it has at least so many letters.
const COMPOUND: usize = 7;

impl Words {
    pub(crate) fn get() -> &'static Self {
        &WORDS
    }

    fn of(data: &Data) -> Self {
        Self {
            titles: listed(&data.titles).cloned().collect(),
            legal: set(&data.legal),
            and: by_language(&data.and)
                .map(|(language, texts)| (language, texts.iter().cloned().collect()))
                .collect(),
            before_name: set(&data.before_name),
            in_name: set(&data.in_name),
            no_names: set(&data.no_names),
            short: set(&data.short),
            filler: set(&data.filler),
            signed: phrases(&data.signed),
            between: by_language(&data.between)
                .map(|(language, texts)| (language, phrases_of(texts.iter())))
                .collect(),
            after_parties: phrases(&data.after_parties),
        }
    }

    /// A word that contracts call themselves, perhaps as the end of a longer one: `Geheimhaltungsvereinbarung`.
    pub(crate) fn is_title(&self, core: &str) -> bool {
        let ends =
            |title: &String| core == title || (title.len() >= COMPOUND && core.ends_with(title.as_str()));
        self.titles.iter().any(ends)
    }

    pub(crate) fn is_legal(&self, core: &str) -> bool {
        self.legal.contains(core)
    }

    /// A word between two parties, in that language: `en` is one in Dutch alone.
    pub(crate) fn is_and(&self, core: &str, language: Language) -> bool {
        self.and.get(&language).is_some_and(|words| words.contains(core))
    }

    /// A word between two parties in any language.
    pub(crate) fn is_any_and(&self, core: &str) -> bool {
        self.and.values().any(|words| words.contains(core))
    }

    pub(crate) fn is_before_name(&self, core: &str) -> bool {
        self.before_name.contains(core)
    }

    pub(crate) fn is_in_name(&self, core: &str) -> bool {
        self.in_name.contains(core)
    }

    /// A capitalised word that is no name by itself.
    pub(crate) fn is_no_name(&self, core: &str) -> bool {
        self.no_names.contains(core) || self.is_title(core)
    }

    /// A word that says nothing of its own between a phrase and its value.
    pub(crate) fn is_filler(&self, core: &str) -> bool {
        core.is_empty() || self.filler.contains(core)
    }

    /// A short form whose point ends no sentence.
    pub(crate) fn is_short_form(&self, core: &str) -> bool {
        self.short.contains(core)
    }
}

fn listed(texts: &Texts) -> impl Iterator<Item = &String> {
    Language::ALL
        .into_iter()
        .filter_map(|language| texts.get(&language))
        .flatten()
}

fn set(texts: &Texts) -> HashSet<String> {
    listed(texts).cloned().collect()
}

fn phrases(texts: &Texts) -> Phrases {
    phrases_of(listed(texts))
}

fn phrases_of<'t>(texts: impl Iterator<Item = &'t String>) -> Phrases {
    let mut phrases = Phrases::default();
    for text in texts {
        phrases.add(Phrase::new(text, 1.0));
    }
    phrases
}

fn by_language(texts: &Texts) -> impl Iterator<Item = (Language, &Vec<String>)> {
    Language::ALL
        .into_iter()
        .filter_map(|language| Some((language, texts.get(&language)?)))
}

/// The role that a key asks for: `disclosing_party`, `tenant_name`.
pub(crate) fn role_of_key(key: &str) -> Option<&'static Role> {
    let mut words = key_words(key);
    if words.len() > 1
        && words
            .last()
            .is_some_and(|word| matches!(word.as_str(), "name" | "company"))
    {
        words.pop();
    }
    ROLES
        .iter()
        .find(|role| role.keys.iter().any(|known| key_words(known) == words))
}

/// The place in the list of parties that a key asks for, from 0: `party_a`, `first_party`, `party_2_name`.
pub(crate) fn rank_of_key(key: &str) -> Option<usize> {
    let words = key_words(key);
    if !words.iter().any(|word| word == "party") || words.len() > 3 {
        return None;
    }
    words.iter().find_map(|word| match word.as_str() {
        "a" | "1" | "one" | "first" => Some(0),
        "b" | "2" | "two" | "second" => Some(1),
        "c" | "3" | "three" | "third" => Some(2),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::fold::fold;

    #[test]
    fn the_data_parse_are_folded_and_hold_every_language() {
        let data = parse().unwrap();
        let all = [
            &data.titles,
            &data.legal,
            &data.signed,
            &data.between,
            &data.and,
            &data.before_name,
            &data.in_name,
            &data.after_parties,
            &data.no_names,
            &data.short,
            &data.filler,
        ];
        for texts in all {
            for language in Language::ALL {
                assert!(texts.contains_key(&language), "{language:?}");
            }
            for text in listed(texts) {
                assert_eq!(*text, fold(text));
            }
        }
        for role in parse_roles().unwrap().role {
            assert!(
                role.terms.iter().all(|term| *term == fold(term)),
                "{:?}",
                role.keys
            );
        }
    }

    #[test]
    fn keys_name_roles_and_ranks() {
        let terms = |key: &str| role_of_key(key).map(|role| role.terms[0].as_str());
        assert_eq!(terms("disclosing_party"), Some("disclosing party"));
        assert_eq!(terms("tenantName"), Some("tenant"));
        assert_eq!(terms("total"), None);
        assert_eq!(
            (rank_of_key("party_a"), rank_of_key("second_party")),
            (Some(0), Some(1))
        );
        assert_eq!((rank_of_key("parties"), rank_of_key("vitamin_a")), (None, None));
    }
}
