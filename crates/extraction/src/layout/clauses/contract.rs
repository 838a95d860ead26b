//! A document seen as a contract: its running text, whether it is one, where it opens and where it is signed.

use super::prose::{Prose, Run};
use super::words::Words;
use crate::layout::rect::float;
use crate::layout::scene::Scene;

/// A contract names itself and its parties within so many words.
const OPENING: usize = 260;
/// Words that contracts are full of make up at least this share of their words.
const SHARE: f64 = 0.012;
/// A document with its running text.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Index among the documents of the run.
    pub(crate) document: usize,
    pub(crate) prose: Prose,
    /// Where it names itself, its day and its parties.
    pub(crate) opening: Run,
    /// From this word on it is signed.
    pub(crate) signatures: usize,
    /// It reads like a contract.
    binding: bool,
}

impl Contract {
    pub(crate) fn new(scene: &Scene<'_>, document: usize) -> Self {
        let prose = Prose::new(scene, document);
        let length = prose.words.len();
        let opening = Run {
            from: 0,
            to: length.min(OPENING),
        };
        let signatures = signatures(&prose);
        let binding = is_contract(&prose);
        Self {
            document,
            prose,
            opening,
            signatures,
            binding,
        }
    }

    /// Whether it reads like a contract.
    pub(crate) fn is_contract(&self) -> bool {
        self.binding
    }
}

fn is_contract(prose: &Prose) -> bool {
    let known = Words::get();
    let titled = prose
        .words
        .iter()
        .take(OPENING)
        .any(|word| known.is_title(&word.core));
    let legal = prose
        .words
        .iter()
        .filter(|word| known.is_legal(&word.core))
        .count();
    titled && float(legal) >= SHARE * float(prose.words.len()) && legal >= 3
}

/// The first word of the signatures: behind the last third of the text begins, at the first phrase that says so.
fn signatures(prose: &Prose) -> usize {
    let length = prose.words.len();
    let tail = Run {
        from: length / 2,
        to: length,
    };
    let found = Words::get().signed.find(prose, tail);
    found.first().map_or(length, |found| {
        prose.sentence_at(found.run.from).from.max(tail.from)
    })
}
