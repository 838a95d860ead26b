//! The lexicon: what documents call the things that templates ask for, in seven languages.
//!
//! A *concept* is one such thing: the number of an invoice, the day on which it is due, the price of a unit. It has
//! *labels*, the words printed beside it in each language, and *keys*, the names that schemas give to it. A *role* is a
//! concept that is no value itself but says whose values stand there: the seller, the ship-to address. So
//! `seller.name` is the role `seller` with the value `name`, and every value need be listed only once.
//!
//! The lexicon answers two questions: which concept does a field's key mean ([`Lexicon::concept_for_key`]), and which
//! concepts does a printed text name ([`Lexicon::concepts_of_label`]). A label that only contains another one ("sub-total",
//! "total") is the label of its own concept, so the two compete and the better match wins.
//!
//! All of it is data, `data/lexicon/*.toml`; [`normal`] says which spellings are the same label, `keys` how keys are
//! taken apart.

mod data;
mod keys;
mod labels;
pub mod normal;

use std::collections::HashMap;
use std::sync::LazyLock;

use self::labels::LabelIndex;
use crate::reading::{Language, ReadingKind};

/// A concept of the lexicon. Ids hold for this build only: keep names where they outlive the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConceptId(u16);

impl ConceptId {
    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Words that are printed beside a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// As usually printed, in lower case but for names.
    pub text: String,
    /// In which language.
    pub language: Language,
    /// 0..=1: how surely the words name this concept. A weak label ("number") names it only where nothing fits better.
    pub weight: f64,
}

/// A thing that templates ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Concept {
    /// Its name in the data, such as `invoice_number`.
    pub name: String,
    /// It says whose values stand there and is no value itself.
    pub is_role: bool,
    /// It heads a column of a table of items; its labels (`total`, `price`) mean other things outside of one.
    pub is_column: bool,
    /// The kinds of reading that its values have, the likeliest first; empty for free text.
    pub reads: Vec<ReadingKind>,
    /// The words printed beside it.
    pub labels: Vec<Label>,
    /// The names that schemas give to it.
    keys: Vec<String>,
}

/// What a field's key says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyMeaning {
    /// Whose value it is, of `seller_name` the seller.
    pub role: Option<ConceptId>,
    /// Which value, the best first, with how surely (0..=1).
    pub values: Vec<(ConceptId, f64)>,
}

/// Concepts with their labels and keys.
#[derive(Debug, Default)]
pub struct Lexicon {
    concepts: Vec<Concept>,
    names: HashMap<String, ConceptId>,
    labels: LabelIndex,
    keys: keys::KeyIndex,
}

static BUILTIN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of(data::builtin()));

impl Lexicon {
    /// The lexicon that comes with Docent.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn of(concepts: Vec<Concept>) -> Self {
        let mut lexicon = Self::default();
        for (index, concept) in (0..).zip(&concepts) {
            let id = ConceptId(index);
            lexicon.names.insert(concept.name.clone(), id);
            for label in &concept.labels {
                lexicon.labels.add(id, label);
            }
            lexicon.keys.add(id, concept);
        }
        lexicon.concepts = concepts;
        lexicon
    }

    /// Every concept, in the order of the data.
    pub fn concepts(&self) -> impl Iterator<Item = (ConceptId, &Concept)> {
        (0..).map(ConceptId).zip(&self.concepts)
    }

    /// The concept of that name.
    pub fn by_name(&self, name: &str) -> Option<ConceptId> {
        self.names.get(name).copied()
    }

    /// The concept; none for an id of another lexicon.
    pub fn concept(&self, id: ConceptId) -> Option<&Concept> {
        self.concepts.get(id.index())
    }

    /// The concept's name; empty for an id of another lexicon.
    pub fn name(&self, id: ConceptId) -> &str {
        self.concept(id).map_or("", |concept| &concept.name)
    }

    /// Whether the concept is a role.
    pub fn is_role(&self, id: ConceptId) -> bool {
        self.concept(id).is_some_and(|concept| concept.is_role)
    }

    /// The words printed beside the concept's values, in every language.
    pub fn labels(&self, id: ConceptId) -> &[Label] {
        self.concept(id).map_or(&[], |concept| &concept.labels)
    }

    /// The concepts that a printed text names, the best match first, each with how well it matches (0..=1).
    ///
    /// 1 is a label as a whole, whatever its case, accents and punctuation. A text that holds a label among other words
    /// matches by the share of its words: `total amount due` names the amount due before it names a total. At most
    /// eight concepts are given.
    pub fn concepts_of_label(&self, text: &str) -> Vec<(ConceptId, f64)> {
        self.labels.concepts_of(text)
    }

    /// Like [`Self::concepts_of_label`], also for texts with a few wrong characters, as recognition leaves them. Costs
    /// more; a match by likeness is worth less than a right one.
    pub fn concepts_like_label(&self, text: &str) -> Vec<(ConceptId, f64)> {
        self.labels.concepts_like(text)
    }

    /// The concepts that a field's key means, roles and values, the best first, each with how surely (0..=1).
    ///
    /// The key says most; the description decides where the key says little (`number`, `date`), or nothing.
    pub fn concept_for_key(&self, key: &str, description: Option<&str>) -> Vec<(ConceptId, f64)> {
        keys::concepts_for(self, key, description)
    }

    /// What a key means, the role in it apart from the value: `seller_vat_id`, `bill_to_city`, `nameOfBuyer`.
    pub fn meaning_of_key(&self, key: &str, description: Option<&str>) -> KeyMeaning {
        keys::meaning(self, key, description)
    }
}

#[cfg(test)]
mod tests;
