//! A document seen as a contract: its running text, whether it is one, where it opens and where it is signed.

use std::borrow::Cow;

use super::prose::{Prose, Run, core};
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

/// Whether each document of a run reads like a contract.
pub(crate) fn agreements(scene: &Scene<'_>) -> Vec<bool> {
    let of_document = |document: usize| {
        let sheets = scene.sheets.iter();
        let own = sheets.filter(|sheet| sheet.view.document == document);
        let words = own.flat_map(|sheet| &sheet.view.page.words);
        reads_like_one(words.map(|word| Cow::Owned(core(&word.text))))
    };
    (0..scene.documents.len()).map(of_document).collect()
}

fn is_contract(prose: &Prose) -> bool {
    reads_like_one(prose.words.iter().map(|word| Cow::Borrowed(word.core.as_str())))
}

/// Whether words in their order are those of a contract: it calls itself one at its head, and legal words are many.
fn reads_like_one<'w>(words: impl Iterator<Item = Cow<'w, str>>) -> bool {
    let known = Words::get();
    let (mut length, mut legal, mut titled) = (0, 0, false);
    for word in words {
        titled |= length < OPENING && known.is_title(&word);
        legal += usize::from(known.is_legal(&word));
        length += 1;
    }
    titled && float(legal) >= SHARE * float(length) && legal >= 3
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
