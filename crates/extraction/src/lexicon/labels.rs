//! Which concepts a printed text names.

use std::collections::HashMap;

use rapidfuzz::fuzz;

use super::normal;
use super::{ConceptId, Label};

/// A text of more words is running text, and names nothing as a whole.
const LONGEST: usize = 12;
/// So many concepts are worth telling.
const MOST: usize = 8;
/// Below this a match says nothing.
const LEAST: f64 = 0.25;
/// So alike must a text and a label be, where they are not the same.
const ALIKE: f64 = 0.84;
/// Shorter labels are like too much.
const SHORTEST_ALIKE: usize = 5;
/// Labels are hardly longer.
const LONGEST_ALIKE: usize = 40;
/// A label that is only like the text is worth so much of one that is the same.
const LIKENESS: f64 = 0.9;

/// Labels by their squashed form and by their words.
#[derive(Debug, Default)]
pub(super) struct LabelIndex {
    entries: Vec<Entry>,
    /// Squashed form to entries.
    whole: HashMap<String, Vec<usize>>,
    /// Word to the entries that hold it.
    by_word: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Entry {
    concept: ConceptId,
    words: Vec<String>,
    /// As [`normal::blurred`] makes it.
    blurred: String,
    weight: f64,
}

impl LabelIndex {
    pub(super) fn add(&mut self, concept: ConceptId, label: &Label) {
        let words = normal::words(&label.text);
        let squashed = words.concat();
        let index = self.entries.len();
        self.whole.entry(squashed).or_default().push(index);
        for word in &words {
            let held = self.by_word.entry(word.clone()).or_default();
            if held.last() != Some(&index) {
                held.push(index);
            }
        }
        self.entries.push(Entry {
            concept,
            words,
            blurred: normal::blurred(&label.text),
            weight: label.weight,
        });
    }

    /// The concepts that have this label, by its squashed form.
    pub(super) fn exactly(&self, squashed: &str) -> impl Iterator<Item = (ConceptId, f64)> {
        let found = self.whole.get(squashed).into_iter().flatten();
        found
            .filter_map(|index| self.entries.get(*index))
            .map(|entry| (entry.concept, entry.weight))
    }

    pub(super) fn concepts_of(&self, text: &str) -> Vec<(ConceptId, f64)> {
        let words = normal::words(text);
        if words.is_empty() || words.len() > LONGEST {
            return Vec::new();
        }
        let mut best = Best::default();
        for (concept, weight) in self.exactly(&words.concat()) {
            best.offer(concept, weight);
        }
        let holding = words.iter().filter_map(|word| self.by_word.get(word));
        let mut tried: Vec<usize> = holding.flatten().copied().collect();
        tried.sort_unstable();
        tried.dedup();
        for entry in tried.into_iter().filter_map(|index| self.entries.get(index)) {
            best.offer(entry.concept, share(entry, &words) * entry.weight);
        }
        best.ranked()
    }

    pub(super) fn concepts_like(&self, text: &str) -> Vec<(ConceptId, f64)> {
        let known = self.concepts_of(text);
        if known.first().is_some_and(|(_, score)| *score > 0.9) {
            return known;
        }
        let blurred = normal::blurred(text);
        let length = blurred.chars().count();
        if !(SHORTEST_ALIKE..=LONGEST_ALIKE).contains(&length) {
            return known;
        }
        let mut best = Best::default();
        for (concept, score) in known {
            best.offer(concept, score);
        }
        let near = |entry: &&Entry| {
            let other = entry.blurred.len();
            other >= SHORTEST_ALIKE && other.abs_diff(blurred.len()) * 6 <= length
        };
        let compare = fuzz::RatioBatchComparator::new(blurred.chars());
        let cutoff = fuzz::Args::default().score_cutoff(ALIKE);
        for entry in self.entries.iter().filter(near) {
            if let Some(likeness) = compare.similarity_with_args(entry.blurred.chars(), &cutoff) {
                best.offer(entry.concept, likeness * LIKENESS * entry.weight);
            }
        }
        best.ranked()
    }
}

/// How much of the text a label is, where the text holds it: 1 for all of it. A label that stands there in the same
/// order counts more than its words strewn about.
fn share(entry: &Entry, words: &[String]) -> f64 {
    let size = |words: &[String]| words.iter().map(|word| word.chars().count()).sum::<usize>();
    let held = entry.words.iter().all(|word| words.contains(word));
    if !held || entry.words.is_empty() {
        return 0.0;
    }
    let together = words.windows(entry.words.len()).any(|part| part == entry.words);
    let fraction = ratio(size(&entry.words), size(words));
    let order = if together { 1.0 } else { 0.8 };
    (0.3 + 0.65 * fraction).min(0.95) * order
}

fn ratio(part: usize, whole: usize) -> f64 {
    let wide = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { wide(part) / wide(whole) }
}

/// The best score of each concept.
#[derive(Default)]
pub(super) struct Best {
    scores: Vec<(ConceptId, f64)>,
}

impl Best {
    pub(super) fn offer(&mut self, concept: ConceptId, score: f64) {
        match self.scores.iter_mut().find(|(known, _)| *known == concept) {
            Some((_, known)) => *known = known.max(score),
            None => self.scores.push((concept, score)),
        }
    }

    /// The best score of all; 0 where there is none.
    pub(super) fn top(&self) -> f64 {
        self.scores.iter().map(|(_, score)| *score).fold(0.0, f64::max)
    }

    /// Best first; concepts of the same score in the order of the data.
    pub(super) fn ranked(mut self) -> Vec<(ConceptId, f64)> {
        self.scores.retain(|(_, score)| *score >= LEAST);
        self.scores
            .sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        self.scores.truncate(MOST);
        self.scores
    }
}
