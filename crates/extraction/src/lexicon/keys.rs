//! Which concepts a schema's key means.
//!
//! A key is cut into words, short forms are written out (`qty`, `amt`, `inv`), and the rest is looked up: whole among the
//! keys of the concepts, whole among their labels in any language, then by the share of words. A description adds the
//! concepts whose labels stand in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::labels::Best;
use super::normal;
use super::{Concept, ConceptId, KeyMeaning, Lexicon};

/// A label in the key's place is as good as a key, nearly.
const BY_LABEL: f64 = 0.95;
/// What a description says counts for so much beside the key.
const BY_DESCRIPTION: f64 = 0.6;
/// A key of which only some words are known is worth so much at most.
const BY_SHARE: f64 = 0.85;

#[derive(Deserialize, Default)]
struct Words {
    /// Short form to the words it stands for.
    short: HashMap<String, String>,
    /// Words that say nothing in a key.
    empty: Vec<String>,
}

fn parse() -> Result<Words, toml::de::Error> {
    toml::from_str(include_str!("../../data/lexicon/words.toml"))
}

static WORDS: LazyLock<Words> = LazyLock::new(|| parse().unwrap_or_default());

/// Keys by their squashed form and by their words.
#[derive(Debug, Default)]
pub(super) struct KeyIndex {
    whole: HashMap<String, Vec<ConceptId>>,
    entries: Vec<(ConceptId, Vec<String>)>,
}

impl KeyIndex {
    pub(super) fn add(&mut self, id: ConceptId, concept: &Concept) {
        for key in std::iter::once(&concept.name).chain(&concept.keys) {
            let words = written_out(normal::key_words(key));
            let ids = self.whole.entry(words.concat()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
            self.entries.push((id, words));
        }
    }
}

/// The words of a key with short forms written out.
fn written_out(words: Vec<String>) -> Vec<String> {
    let long = |word: String| match WORDS.short.get(&word) {
        Some(long) => normal::words(long),
        None => vec![word],
    };
    words.into_iter().flat_map(long).collect()
}

/// The words without those that say nothing, or all of them where nothing else is left.
fn telling(words: &[String]) -> Vec<String> {
    let telling: Vec<String> = words
        .iter()
        .filter(|word| !WORDS.empty.contains(word))
        .cloned()
        .collect();
    if telling.is_empty() {
        words.to_vec()
    } else {
        telling
    }
}

pub(super) fn concepts_for(lexicon: &Lexicon, key: &str, description: Option<&str>) -> Vec<(ConceptId, f64)> {
    let words = written_out(normal::key_words(key));
    let mut best = Best::default();
    by_key(lexicon, &words, &mut best);
    let sure = best.top();
    let mut scored = best.ranked();
    let Some(description) = description else {
        return scored;
    };
    // A key that says it all is not overruled.
    let said = by_description(lexicon, description);
    let mut both = Best::default();
    for (concept, score) in scored.drain(..) {
        let agreed = said
            .iter()
            .find(|(other, _)| *other == concept)
            .map_or(0.0, |(_, score)| *score);
        both.offer(concept, (score + 0.1 * agreed).min(1.0));
    }
    for (concept, score) in said {
        both.offer(concept, score * BY_DESCRIPTION * (1.0 - 0.5 * sure));
    }
    both.ranked()
}

fn by_key(lexicon: &Lexicon, words: &[String], best: &mut Best) {
    let telling = telling(words);
    for (form, worth) in [(words.concat(), 1.0), (telling.concat(), 0.95)] {
        for id in lexicon.keys.whole.get(&form).into_iter().flatten() {
            best.offer(*id, worth);
        }
        for (id, weight) in lexicon.labels.exactly(&form) {
            best.offer(id, BY_LABEL * worth * weight);
        }
    }
    for (id, entry) in &lexicon.keys.entries {
        best.offer(*id, overlap(entry, &telling) * BY_SHARE);
    }
}

/// Shared words by all words (Dice), of a key that shares its last word or most of them.
fn overlap(entry: &[String], words: &[String]) -> f64 {
    let shared = entry.iter().filter(|word| words.contains(word)).count();
    let all = entry.len() + words.len();
    if shared == 0 || all == 0 {
        return 0.0;
    }
    let wide = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let dice = 2.0 * wide(shared) / wide(all);
    // "net_total" is a total before it is anything net.
    let same_head = entry.last() == words.last();
    if same_head { dice } else { dice * 0.8 }
}

/// The concepts whose labels stand in the description, those that stand first and are longest before others.
fn by_description(lexicon: &Lexicon, description: &str) -> Vec<(ConceptId, f64)> {
    let words = telling(&written_out(normal::words(description)));
    let mut best = Best::default();
    let mut start = 0;
    while start < words.len() {
        let mut taken = 1;
        for count in (1..=4).rev() {
            let Some(part) = words.get(start..start + count) else {
                continue;
            };
            let form = part.concat();
            let earlier = 1.0 / (1.0 + 0.15 * f64::from(u32::try_from(start).unwrap_or(u32::MAX)));
            let longer = [0.5, 0.8, 0.95, 1.0].get(count - 1).copied().unwrap_or(1.0);
            let mut known = false;
            for id in lexicon.keys.whole.get(&form).into_iter().flatten() {
                best.offer(*id, earlier * longer);
                known = true;
            }
            for (id, weight) in lexicon.labels.exactly(&form) {
                best.offer(id, earlier * longer * weight);
                known = true;
            }
            if known {
                taken = count;
                break;
            }
        }
        start += taken;
    }
    best.ranked()
}

pub(super) fn meaning(lexicon: &Lexicon, key: &str, description: Option<&str>) -> KeyMeaning {
    let all = concepts_for(lexicon, key, description);
    let values = |concepts: Vec<(ConceptId, f64)>| -> Vec<(ConceptId, f64)> {
        concepts
            .into_iter()
            .filter(|(id, _)| !lexicon.is_role(*id))
            .collect()
    };
    // A key that is a value as a whole ("customer_number") holds no role.
    if all
        .first()
        .is_some_and(|(id, score)| *score >= 0.9 && !lexicon.is_role(*id))
    {
        return KeyMeaning {
            role: None,
            values: values(all),
        };
    }
    let words = written_out(normal::key_words(key));
    for count in (1..=3).rev() {
        for (role, rest) in [
            leading_role(lexicon, &words, count),
            trailing_role(lexicon, &words, count),
        ]
        .into_iter()
        .flatten()
        {
            if rest.is_empty() {
                return KeyMeaning {
                    role: Some(role),
                    values: values(all),
                };
            }
            let found = values(concepts_for(lexicon, &rest.join("_"), description));
            if found.first().is_some_and(|(_, score)| *score >= 0.5) {
                return KeyMeaning {
                    role: Some(role),
                    values: found,
                };
            }
        }
    }
    KeyMeaning {
        role: None,
        values: values(all),
    }
}

/// The role that so many first words of the key are, and the words behind.
fn leading_role<'w>(
    lexicon: &Lexicon,
    words: &'w [String],
    count: usize,
) -> Option<(ConceptId, &'w [String])> {
    let (first, rest) = words.split_at_checked(count)?;
    Some((role(lexicon, first)?, rest))
}

/// The role that so many last words of the key are, and the words before.
fn trailing_role<'w>(
    lexicon: &Lexicon,
    words: &'w [String],
    count: usize,
) -> Option<(ConceptId, &'w [String])> {
    let (rest, last) = words.split_at_checked(words.len().checked_sub(count)?)?;
    Some((role(lexicon, last)?, rest))
}

fn role(lexicon: &Lexicon, words: &[String]) -> Option<ConceptId> {
    let form = words.concat();
    let by_key = lexicon.keys.whole.get(&form).into_iter().flatten().copied();
    let by_label = lexicon.labels.exactly(&form).map(|(id, _)| id);
    by_key.chain(by_label).find(|id| lexicon.is_role(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_keys_parse() {
        let words = parse().unwrap();
        assert!(!words.short.is_empty() && !words.empty.is_empty());
    }
}
