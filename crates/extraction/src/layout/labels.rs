//! Labels on a page: where the names of what is asked for stand, and where names of other things do.
//!
//! Words are compared by their folded tokens without blanks, so that `Rechnungs-Nr.` finds `Rechnungsnummer`. The
//! longest label wins: "Net total" is not also "total".

use std::collections::HashMap;

use rapidfuzz::fuzz;

use super::fold;
use super::rect::Rect;
use super::view::View;
use crate::lexicon::normal;
use crate::reading::misread::as_letters;

/// Labels have at most so many tokens.
const LONGEST: usize = 9;
/// Only labels of at least so many characters may be misspelt: a change in a short one makes another word of it.
const FUZZY_LENGTH: usize = 7;
/// How alike (0..=1) a misspelt label must be.
const FUZZY: f64 = 0.88;

/// The end of a compound is a label if it has at least so many characters.
const COMPOUND_TAIL: usize = 7;
/// No compound of a language is longer, in bytes; each cut of a longer run of letters would be looked up.
const LONGEST_COMPOUND: usize = 64;
/// How alike a text is to a label whose letters recognition took for digits.
const MISREAD: f64 = 0.95;
/// How alike a compound is to the label that it ends in.
const COMPOUND: f64 = 0.95;

/// Who a label belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Claim {
    /// Index of what is asked for.
    pub(crate) ask: usize,
    /// How well the label names it, 0..=1.
    pub(crate) weight: f64,
    /// The value stands behind the label on the same line, nowhere else.
    pub(crate) behind_only: bool,
    /// The label says it only in the section of the party that is asked for.
    pub(crate) in_section: bool,
}

impl Claim {
    /// A label that names it wherever it stands.
    pub(crate) fn new(ask: usize, weight: f64) -> Self {
        Self {
            ask,
            weight,
            behind_only: false,
            in_section: false,
        }
    }
}

/// All labels that are known, for what is asked and for what is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelBook {
    /// By folded text. A label without claims names something that nobody asked for.
    labels: HashMap<String, Entry>,
    /// Labels of what is asked that are long enough to be found misspelt.
    fuzzy: Vec<String>,
}

/// What a label stands for.
#[derive(Debug, Default, Clone)]
struct Entry {
    claims: Vec<Claim>,
    /// It names a party: `seller`.
    party: Option<String>,
    /// It names a part of an address.
    address: bool,
    /// It says "Name".
    names_name: bool,
    /// It names a total.
    total: bool,
    /// It names a sum that is carried to the next page.
    carried: bool,
}

/// A label found on a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    pub(crate) segment: usize,
    /// Words `from..to` of the segment.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) place: Rect,
    /// What it names, best first; empty for what nobody asked for.
    pub(crate) claims: Vec<Claim>,
    /// The party that it names.
    pub(crate) party: Option<String>,
    /// It names a part of an address.
    pub(crate) address: bool,
    /// It says "Name".
    pub(crate) names_name: bool,
    /// It names a total.
    pub(crate) total: bool,
    /// It names a sum that is carried to the next page.
    pub(crate) carried: bool,
    /// How alike the text is to the label: 1 for the same.
    pub(crate) likeness: f64,
    /// Number of tokens.
    pub(crate) tokens: usize,
    /// A colon follows.
    pub(crate) colon: bool,
    /// Words of the segment before the label, and behind it.
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Hit {
    /// Whether it names what is asked for.
    pub(crate) fn claims_ask(&self, ask: usize) -> bool {
        self.claims.iter().any(|claim| claim.ask == ask)
    }
}

impl LabelBook {
    /// Adds a label of something that is asked for; the best weight counts.
    pub(crate) fn claim(&mut self, label: &str, claim: Claim) {
        let key = normal::squashed(label);
        if key.chars().count() < 2 {
            return;
        }
        if key.chars().count() >= FUZZY_LENGTH && !self.fuzzy.contains(&key) {
            self.fuzzy.push(key.clone());
        }
        let claims = &mut self.labels.entry(key).or_default().claims;
        match claims.iter_mut().find(|known| known.ask == claim.ask) {
            Some(known) if known.weight < claim.weight => *known = claim,
            Some(_) => {}
            None => claims.push(claim),
        }
    }

    /// Adds a label of something that is not asked for.
    pub(crate) fn foreign(&mut self, label: &str) {
        self.entry(label, |_| {});
    }

    /// Adds a label that names a party.
    pub(crate) fn party(&mut self, label: &str, role: &str) {
        self.entry(label, |entry| {
            entry.party.get_or_insert_with(|| role.to_owned());
        });
    }

    /// Adds a label of a part of an address.
    pub(crate) fn address(&mut self, label: &str) {
        self.entry(label, |entry| entry.address = true);
    }

    /// Adds a label that says "Name".
    pub(crate) fn name(&mut self, label: &str) {
        self.entry(label, |entry| entry.names_name = true);
    }

    /// Adds a label of a total.
    pub(crate) fn total(&mut self, label: &str) {
        self.entry(label, |entry| entry.total = true);
    }

    /// Adds a label of a sum that is carried to the next page.
    pub(crate) fn carried(&mut self, label: &str) {
        self.entry(label, |entry| entry.carried = true);
    }

    fn entry(&mut self, label: &str, change: impl FnOnce(&mut Entry)) {
        let key = normal::squashed(label);
        if key.chars().count() >= 2 {
            change(self.labels.entry(key).or_default());
        }
    }

    /// Finds labels on a page, in the order of its segments.
    pub(crate) fn find(&self, view: &View<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for index in 0..view.segments.len() {
            self.find_in(view, index, &mut hits);
        }
        hits
    }

    fn find_in(&self, view: &View<'_>, index: usize, hits: &mut Vec<Hit>) {
        let Some(segment) = view.segment(index) else {
            return;
        };
        let tokens = fold::tokens(segment.text.split(' '));
        let mut start = 0;
        let mut last_end = 0;
        while start < tokens.len() {
            // Within a word a label only follows another ("Name/Address"): "PL-Candidate" names no candidate.
            if start != last_end && is_mid_word(&tokens, start) {
                start += 1;
                continue;
            }
            let Some((length, entry, likeness)) = self.longest_at(&tokens, start) else {
                start += 1;
                continue;
            };
            let (Some(first), Some(last)) = (tokens.get(start), tokens.get(start + length - 1)) else {
                break;
            };
            let (from, to) = (first.word, last.word + 1);
            let mut claims = entry.claims.clone();
            claims.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.ask.cmp(&b.ask)));
            hits.push(Hit {
                segment: index,
                from,
                to,
                place: segment.place_of(from, to),
                claims,
                party: entry.party.clone(),
                address: entry.address,
                names_name: entry.names_name,
                total: entry.total,
                carried: entry.carried,
                likeness,
                tokens: length,
                colon: segment.slice(from, to).ends_with([':', '：']) || segment.slice(to, to + 1) == ":",
                before: from,
                after: segment.len().saturating_sub(to),
            });
            start += length;
            last_end = start;
        }
    }

    /// The longest label that starts at the token, or within it where the token is a compound (`Handelsrechnung`).
    fn longest_at(&self, tokens: &[fold::Token], start: usize) -> Option<(usize, &Entry, f64)> {
        if let Some(found) = self.longest_from(tokens, start, 0) {
            return (!is_head_of_code(tokens, start + found.0)).then_some(found);
        }
        let token = tokens
            .get(start)
            .filter(|token| token.text.len() <= LONGEST_COMPOUND)?;
        let cuts = token.text.char_indices().map(|(at, _)| at).skip(3);
        for cut in cuts.take_while(|cut| cut + COMPOUND_TAIL <= token.text.len()) {
            if let Some((length, entry, likeness)) = self.longest_from(tokens, start, cut)
                && likeness >= 1.0
                && !entry.address
            {
                return Some((length, entry, COMPOUND));
            }
        }
        None
    }

    /// The longest label from the byte of the token on: its length in tokens, what it is, and its likeness.
    fn longest_from(&self, tokens: &[fold::Token], start: usize, cut: usize) -> Option<(usize, &Entry, f64)> {
        let mut text = String::new();
        let mut best: Option<(usize, &Entry, f64)> = None;
        for (count, token) in tokens.iter().skip(start).take(LONGEST).enumerate() {
            text.push_str(if count == 0 {
                token.text.get(cut..).unwrap_or_default()
            } else {
                &token.text
            });
            if let Some(entry) = self.labels.get(&text) {
                best = Some((count + 1, entry, 1.0));
            } else if let Some(entry) = as_letters(&text).iter().find_map(|read| self.labels.get(read)) {
                best = Some((count + 1, entry, MISREAD));
            } else if cut == 0
                && best.is_none_or(|(_, _, known)| known < 1.0)
                && let Some((entry, likeness)) = self.misspelt(&text)
            {
                best = Some((count + 1, entry, likeness));
            }
        }
        best
    }

    fn misspelt(&self, text: &str) -> Option<(&Entry, f64)> {
        let length = text.chars().count();
        if length + 1 < FUZZY_LENGTH {
            return None;
        }
        let scorer = fuzz::RatioBatchComparator::new(text.chars());
        let args = fuzz::Args::default().score_cutoff(FUZZY);
        let mut best: Option<(&String, f64)> = None;
        let end = text.get(text.len().saturating_sub(2)..);
        let near = |label: &&String| {
            label.len().abs_diff(text.len()) <= 1 && label.get(label.len().saturating_sub(2)..) == end
        };
        for label in self.fuzzy.iter().filter(near) {
            let Some(score) = scorer.similarity_with_args(label.chars(), &args) else {
                continue;
            };
            if best.is_none_or(|(_, known)| score > known) {
                best = Some((label, score));
            }
        }
        let (label, score) = best?;
        Some((self.labels.get(label)?, score))
    }
}

/// Whether the token stands within a word, not at its start.
fn is_mid_word(tokens: &[fold::Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|before| tokens.get(at).is_some_and(|token| token.word == before.word))
}

/// Whether the token at `next` goes on with the word before it, in digits: `RE` of `RE-2019/7` is no label.
fn is_head_of_code(tokens: &[fold::Token], next: usize) -> bool {
    let (Some(last), Some(next)) = (
        next.checked_sub(1).and_then(|at| tokens.get(at)),
        tokens.get(next),
    ) else {
        return false;
    };
    last.word == next.word && next.text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Sketch;

    /// The labels found in a line, as printed, with what they name.
    fn found(book: &LabelBook, line: &str) -> Vec<(String, Vec<usize>)> {
        let page = Sketch::new(1).text(50.0, 50.0, line).page();
        let view = View::new(0, &page);
        let text = |hit: &Hit| view.segments[hit.segment].slice(hit.from, hit.to).to_owned();
        let asks = |hit: &Hit| hit.claims.iter().map(|claim| claim.ask).collect();
        book.find(&view)
            .iter()
            .map(|hit| (text(hit), asks(hit)))
            .collect()
    }

    fn book() -> LabelBook {
        let mut book = LabelBook::default();
        book.claim("total", Claim::new(0, 1.0));
        book.claim("net total", Claim::new(1, 1.0));
        book.claim("Rechnungsnummer", Claim::new(2, 1.0));
        book.foreign("re");
        book
    }

    #[test]
    fn the_longest_label_wins() {
        assert_eq!(found(&book(), "Net total:"), [("Net total:".to_owned(), vec![1])]);
        assert_eq!(found(&book(), "Total:"), [("Total:".to_owned(), vec![0])]);
    }

    #[test]
    fn spellings_and_misspellings_of_a_label_are_found() {
        for line in [
            "Rechnungs-Nr.",
            "RECHNUNGSNR",
            "Rechnunqsnummer",
            "Rechnung5nummer",
            "Handelsrechnungsnummer",
        ] {
            let hits = found(&book(), line);
            assert_eq!(hits.first().map(|hit| hit.1.clone()), Some(vec![2]), "{line}");
        }
    }

    #[test]
    fn a_run_of_letters_longer_than_any_word_is_not_cut() {
        let compound = |letters: usize| format!("{}rechnungsnummer", "x".repeat(letters));
        assert_eq!(found(&book(), &compound(40)).len(), 1);
        assert_eq!(found(&book(), &compound(60)), []);
    }

    #[test]
    fn the_head_of_a_code_is_no_label() {
        assert_eq!(found(&book(), "RE-2019/7"), []);
        assert_eq!(found(&book(), "RE: offer"), [("RE:".to_owned(), vec![])]);
    }
}
