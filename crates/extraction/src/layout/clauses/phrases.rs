//! Phrases of clauses: a small language for the words around a value, and how they are found in running text.
//!
//! `governed by * laws of @` is words one after the other, `*` up to some other words of the same sentence, `a|b` one of
//! several, `[the]` a word that may be missing, and `@` the place of the value. A word that ends in `~` is the beginning
//! of one (`unterlieg~`).

use std::collections::HashMap;

use super::prose::{Prose, Run};

/// So many words may stand for a `*`.
const GAP: usize = 12;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// One of these words.
    Any(Vec<Stem>),
    /// One of these or nothing.
    Maybe(Vec<Stem>),
    Gap,
}

#[derive(Debug, Clone, PartialEq)]
struct Stem {
    text: String,
    open: bool,
}

impl Stem {
    fn new(text: &str) -> Self {
        let open = text.ends_with('~');
        let text = text.trim_end_matches('~').to_owned();
        Self { text, open }
    }

    fn is(&self, word: &str) -> bool {
        if self.open {
            word.starts_with(&self.text)
        } else {
            word == self.text
        }
    }
}

/// A phrase, cut at the place of its value.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    before: Vec<Token>,
    after: Vec<Token>,
    /// How surely it says what it is for, 0..=1.
    pub(crate) strength: f64,
    /// As in the data, without marks, for people.
    pub(crate) text: String,
}

/// A phrase found: where the words before the value end, or where those behind it begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found<'p> {
    pub(crate) phrase: &'p Phrase,
    pub(crate) run: Run,
    /// The value stands before the run, not behind it.
    pub(crate) value_before: bool,
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Phrase {
    /// Reads a phrase; without `@` its value stands behind it.
    pub(crate) fn new(pattern: &str, strength: f64) -> Self {
        let (before, after) = pattern.split_once('@').unwrap_or((pattern, ""));
        let text: Vec<String> = pattern
            .split_whitespace()
            .filter(|word| !matches!(*word, "*" | "@"))
            .map(|word| {
                word.split('|')
                    .next()
                    .unwrap_or_default()
                    .replace(['[', ']', '~'], "")
            })
            .collect();
        Self {
            before: tokens(before),
            after: tokens(after),
            strength,
            text: text.join(" "),
        }
    }

    /// The words that must follow the value match from here on.
    pub(crate) fn follows(&self, prose: &Prose, at: usize, end: usize) -> bool {
        self.after.is_empty()
            || self.before.is_empty()
            || (at..=at + 2).any(|at| ends_of(&self.after, prose, at, end).is_some())
    }

    fn leading(&self) -> &[Token] {
        if self.before.is_empty() {
            &self.after
        } else {
            &self.before
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let stems = |word: &str| word.split('|').map(Stem::new).collect();
    text.split_whitespace()
        .map(
            |word| match word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
                _ if word == "*" => Token::Gap,
                Some(inner) => Token::Maybe(stems(inner)),
                None => Token::Any(stems(word)),
            },
        )
        .collect()
}

/// Phrases by the first word of each, so that a text is gone through once.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    all: Vec<Phrase>,
    by_word: HashMap<String, Vec<usize>>,
    /// Those that begin with a part of a word.
    open: Vec<usize>,
}

impl Phrases {
    pub(crate) fn add(&mut self, phrase: Phrase) {
        let index = self.all.len();
        for token in phrase.leading() {
            let (Token::Any(stems) | Token::Maybe(stems)) = token else {
                break;
            };
            for stem in stems {
                if stem.open {
                    self.open.push(index);
                } else {
                    self.by_word.entry(stem.text.clone()).or_default().push(index);
                }
            }
            // A word that may be missing leaves open how the phrase begins.
            if matches!(token, Token::Any(_)) {
                break;
            }
        }
        self.all.push(phrase);
    }

    /// Every phrase in the words `from..to` of a text.
    pub(crate) fn find<'p>(&'p self, prose: &Prose, within: Run) -> Vec<Found<'p>> {
        let mut found = Vec::new();
        for at in within.from..within.to {
            let core = prose.core(at);
            if core.is_empty() {
                continue;
            }
            let closed = self.by_word.get(core).into_iter().flatten();
            let end = prose.sentence_at(at).to;
            for phrase in closed.chain(&self.open).filter_map(|index| self.all.get(*index)) {
                if let Some(to) = ends_of(phrase.leading(), prose, at, end) {
                    found.push(Found {
                        phrase,
                        run: Run { from: at, to },
                        value_before: phrase.before.is_empty(),
                    });
                }
            }
        }
        found
    }

    /// The phrase that begins at the word, the longest.
    pub(crate) fn at(&self, prose: &Prose, at: usize) -> Option<Run> {
        let within = Run { from: at, to: at + 1 };
        self.find(prose, within)
            .into_iter()
            .map(|found| found.run)
            .max_by_key(|run| run.to)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

/// Where the tokens end that match from the word on, before `end`.
fn ends_of(tokens: &[Token], prose: &Prose, at: usize, end: usize) -> Option<usize> {
    let Some((first, rest)) = tokens.split_first() else {
        return Some(at);
    };
    // Marks alone are no words.
    let at = (at..end).find(|at| !prose.core(*at).is_empty()).unwrap_or(end);
    let is_one = |stems: &[Stem]| at < end && stems.iter().any(|stem| stem.is(prose.core(at)));
    match first {
        Token::Any(stems) => is_one(stems).then(|| ends_of(rest, prose, at + 1, end))?,
        Token::Maybe(stems) => {
            let with = if is_one(stems) {
                ends_of(rest, prose, at + 1, end)
            } else {
                None
            };
            with.or_else(|| ends_of(rest, prose, at, end))
        }
        Token::Gap => (at..end.min(at + GAP + 1)).find_map(|at| ends_of(rest, prose, at, end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::scene::Scene;
    use crate::layout::score::Model;
    use crate::testing::{Sketch, document, input};

    fn behind(pattern: &str, text: &str) -> Vec<String> {
        let parsed = document(vec![Sketch::new(1).text(10.0, 50.0, text).page()]);
        let inputs = [input("a.pdf", &parsed)];
        let scene = Scene::new(&inputs, Model::builtin());
        let prose = Prose::new(&scene, 0);
        let mut phrases = Phrases::default();
        phrases.add(Phrase::new(pattern, 1.0));
        let all = Run {
            from: 0,
            to: prose.words.len(),
        };
        phrases
            .find(&prose, all)
            .iter()
            .map(|found| {
                prose
                    .text(if found.value_before {
                        found.run.from - 1
                    } else {
                        found.run.to
                    })
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn a_phrase_has_gaps_choices_and_words_that_may_be_missing() {
        let pattern = "governed by * law|laws of [the] @";
        for text in [
            "is governed by and construed under the laws of Texas",
            "Governed by law of the Texas",
        ] {
            assert_eq!(behind(pattern, text), ["Texas"], "{text}");
        }
        assert_eq!(
            behind(pattern, "governed by it. The laws of Texas"),
            Vec::<String>::new()
        );
        assert_eq!(
            behind("unterlieg~ @", "Er unterliegt deutschem Recht"),
            ["deutschem"]
        );
    }

    #[test]
    fn the_value_may_stand_before() {
        assert_eq!(behind("@ law governs", "Texas law governs"), ["Texas"]);
    }
}
