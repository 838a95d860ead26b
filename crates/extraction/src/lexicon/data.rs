//! The data files of the lexicon.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Concept, Label};
use crate::reading::{Language, ReadingKind};

/// A file holds the concepts of one subject.
const FILES: [&str; 8] = [
    include_str!("../../data/lexicon/documents.toml"),
    include_str!("../../data/lexicon/dates.toml"),
    include_str!("../../data/lexicon/amounts.toml"),
    include_str!("../../data/lexicon/parties.toml"),
    include_str!("../../data/lexicon/payment.toml"),
    include_str!("../../data/lexicon/items.toml"),
    include_str!("../../data/lexicon/contracts.toml"),
    include_str!("../../data/lexicon/forms.toml"),
];

/// Weight of a label that names its concept only where nothing fits better.
const WEAK: f64 = 0.6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The concepts head columns of tables of items.
    #[serde(default)]
    columns: bool,
    concept: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The concept says whose values stand there.
    #[serde(default)]
    pub(super) role: bool,
    /// Set by the file.
    #[serde(skip)]
    pub(super) column: bool,
    #[serde(default)]
    pub(super) reads: Vec<Kind>,
    /// Names that schemas give to it, besides its own and its labels.
    #[serde(default)]
    pub(super) keys: Vec<String>,
    /// Languages that have no word for it: its labels in them are missing on purpose.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "a statement for the test of the data"))]
    pub(super) without: Vec<Language>,
    pub(super) labels: HashMap<Language, Vec<String>>,
    /// Labels that also name other things.
    #[serde(default)]
    pub(super) weak: HashMap<Language, Vec<String>>,
}

/// Names of the kinds of reading in the data.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Date,
    DateTime,
    Time,
    Amount,
    Quantity,
    Percent,
    Integer,
    Number,
    Identifier,
    Iban,
    VatId,
    Bic,
    Email,
    Uri,
    Phone,
    Currency,
    Boolean,
    PostcodeCity,
}

impl From<Kind> for ReadingKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Date => Self::Date,
            Kind::DateTime => Self::DateTime,
            Kind::Time => Self::Time,
            Kind::Amount => Self::Amount,
            Kind::Quantity => Self::Quantity,
            Kind::Percent => Self::Percent,
            Kind::Integer => Self::Integer,
            Kind::Number => Self::Number,
            Kind::Identifier => Self::Identifier,
            Kind::Iban => Self::Iban,
            Kind::VatId => Self::VatId,
            Kind::Bic => Self::Bic,
            Kind::Email => Self::Email,
            Kind::Uri => Self::Uri,
            Kind::Phone => Self::Phone,
            Kind::Currency => Self::Currency,
            Kind::Boolean => Self::Boolean,
            Kind::PostcodeCity => Self::PostcodeCity,
        }
    }
}

/// The entries of every file, or what is wrong with one.
pub(super) fn entries() -> Result<Vec<Entry>, toml::de::Error> {
    let mut entries = Vec::new();
    for file in FILES {
        let File { columns, concept } = toml::from_str(file)?;
        entries.extend(concept.into_iter().map(|entry| Entry {
            column: columns,
            ..entry
        }));
    }
    Ok(entries)
}

/// The concepts of the data; none where the data do not parse, which a test rules out.
pub(super) fn builtin() -> Vec<Concept> {
    entries().unwrap_or_default().into_iter().map(concept).collect()
}

fn concept(entry: Entry) -> Concept {
    let Entry {
        name,
        role,
        column,
        reads,
        keys,
        without: _,
        labels,
        weak,
    } = entry;
    let mut all = Vec::new();
    for language in Language::ALL {
        for (weight, texts) in [(1.0, labels.get(&language)), (WEAK, weak.get(&language))] {
            let texts = texts.into_iter().flatten().cloned();
            all.extend(texts.map(|text| Label {
                text,
                language,
                weight,
            }));
        }
    }
    Concept {
        name,
        is_role: role,
        is_column: column,
        reads: reads.into_iter().map(ReadingKind::from).collect(),
        labels: all,
        keys,
    }
}
