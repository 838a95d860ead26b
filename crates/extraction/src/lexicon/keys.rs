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
/// So many telling words of a description are looked at.
const LONGEST_DESCRIPTION: u32 = 40;

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
    let scored = best.ranked();
    let Some(description) = description else {
        return scored;
    };
    let said = by_description(lexicon, description);
    let known = |said: &Said| {
        scored
            .iter()
            .any(|(concept, score)| *concept == said.concept && *score >= 0.9)
    };
    // "E-mail address of a recipient" says more closely what `address` is; "Date of delivery" only repeats
    // `delivery_date`.
    let closer: Vec<&Said> = said.iter().filter(|said| narrows(said, &words)).collect();
    let narrowed = !closer.is_empty() && !closer.iter().any(|said| known(said));

    let mut both = Best::default();
    for (concept, score) in &scored {
        let agreed = said
            .iter()
            .find(|said| said.concept == *concept)
            .map_or(0.0, |said| said.score);
        let sum = (score + 0.1 * agreed) / 1.1;
        both.offer(*concept, if narrowed { sum * 0.8 } else { sum });
    }
    for said in &said {
        let narrower = narrowed && narrows(said, &words);
        let worth = if narrower {
            BY_LABEL
        } else {
            BY_DESCRIPTION * (1.0 - 0.5 * sure)
        };
        both.offer(said.concept, said.score * worth);
    }
    both.ranked()
}

/// A concept whose label stands in a description.
#[derive(Debug)]
struct Said {
    concept: ConceptId,
    score: f64,
    /// The words of the label.
    words: Vec<String>,
    /// Nothing stands before it.
    opens: bool,
}

/// Whether the description opens with a label that holds the key's words and more.
fn narrows(said: &Said, key: &[String]) -> bool {
    said.opens && said.words.len() > key.len() && key.iter().all(|word| said.words.contains(word))
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

/// Shared words by all words (Dice). A key that adds to a known one (`permanent_country`) says more of the same; one
/// that only shares a word with it (`video_delivery`, `delivery_date`) speaks of something else.
fn overlap(entry: &[String], words: &[String]) -> f64 {
    let shared = entry.iter().filter(|word| words.contains(word)).count();
    let all = entry.len() + words.len();
    if shared == 0 || all == 0 {
        return 0.0;
    }
    let wide = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let dice = 2.0 * wide(shared) / wide(all);
    let same_head = entry.last() == words.last();
    match (shared == entry.len(), same_head) {
        (true, true) => dice,
        (false, true) if shared == words.len() => dice * 0.6,
        _ => dice * 0.5,
    }
}

/// The concepts whose labels stand in the description, those that stand first and are longest before others.
fn by_description(lexicon: &Lexicon, description: &str) -> Vec<Said> {
    let words = normal::words(description);
    let mut said: Vec<Said> = Vec::new();
    let mut told = 0_u32;
    let mut start = 0;
    while start < words.len() && told < LONGEST_DESCRIPTION {
        let found = (1..=5).rev().find_map(|count| {
            let part = words.get(start..start + count)?;
            let concepts = named(lexicon, part);
            (!concepts.is_empty()).then_some((part, concepts))
        });
        let Some((part, concepts)) = found else {
            told += u32::from(words.get(start).is_some_and(|word| !WORDS.empty.contains(word)));
            start += 1;
            continue;
        };
        let earlier = 1.0 / (1.0 + 0.15 * f64::from(told));
        let length = part.iter().filter(|word| !WORDS.empty.contains(word)).count();
        let longer = [0.3, 0.5, 0.8, 0.95, 1.0].get(length).copied().unwrap_or(1.0);
        for (concept, weight) in concepts {
            let score = earlier * longer * weight;
            match said.iter_mut().find(|said| said.concept == concept) {
                Some(known) => known.score = known.score.max(score),
                None => said.push(Said {
                    concept,
                    score,
                    words: part.to_vec(),
                    opens: told == 0,
                }),
            }
        }
        told += u32::try_from(length.max(1)).unwrap_or(1);
        start += part.len();
    }
    said
}

/// The concepts of which the words are a key or a label.
fn named(lexicon: &Lexicon, words: &[String]) -> Vec<(ConceptId, f64)> {
    // "of" alone is a label in some language; here it is none.
    if words.iter().all(|word| WORDS.empty.contains(word)) {
        return Vec::new();
    }
    let mut concepts = Vec::new();
    for form in [words.to_vec(), telling(words)] {
        concepts.extend(lexicon.labels.exactly(&form.concat()));
        let key = written_out(form).concat();
        let by_key = lexicon.keys.whole.get(&key).into_iter().flatten();
        concepts.extend(by_key.map(|id| (*id, 1.0)));
    }
    concepts
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
