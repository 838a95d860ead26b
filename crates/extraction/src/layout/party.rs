//! Parties: who sends and who receives, read from blocks of address lines.
//!
//! A block is found by its line of postcode and town and grows upwards; a label near it ("Bill to", "Kunde") or its
//! place on the page says whose it is.

mod block;
mod role;

pub(crate) use self::block::{Block, Line, blocks};
pub(crate) use self::role::{Sections, roles, section_at};

use crate::lexicon::{ConceptId, KeyMeaning, Lexicon};

/// Whose address or name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartyAsk {
    /// `seller`, `buyer`, `ship_to`, or the key's own word.
    pub(crate) role: String,
    /// What of it.
    pub(crate) part: Option<Part>,
}

/// A part of a party's name and address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Name,
    Street,
    Postcode,
    City,
    Region,
    Country,
    /// All lines below the name.
    Address,
}

impl Part {
    /// The part that a concept of the lexicon is.
    fn of_concept(concept: ConceptId) -> Option<Self> {
        match Lexicon::builtin().name(concept) {
            "name" | "company" | "company_name" | "organization" | "party_name" => Some(Self::Name),
            "street" => Some(Self::Street),
            "postcode" => Some(Self::Postcode),
            "city" => Some(Self::City),
            "region" | "state" => Some(Self::Region),
            "country" => Some(Self::Country),
            "address" => Some(Self::Address),
            _ => None,
        }
    }
}

impl PartyAsk {
    /// The party that a group describes: its name is a known role, or two of its fields are parts of an address.
    pub(crate) fn of_group(group: &str, keys: &[&str]) -> Option<Self> {
        let lexicon = Lexicon::builtin();
        if let Some(role) = lexicon.meaning_of_key(group, None).role {
            return Some(Self {
                role: lexicon.name(role).to_owned(),
                part: None,
            });
        }
        let is_part = |key: &&&str| {
            let values = lexicon.meaning_of_key(key, None).values;
            values
                .first()
                .is_some_and(|(concept, sure)| *sure > 0.8 && Part::of_concept(*concept).is_some())
        };
        let parts = keys.iter().filter(is_part).count();
        (parts >= 2).then(|| Self {
            role: group.to_owned(),
            part: None,
        })
    }

    /// The party of a field: the one in its key, or its group's.
    pub(crate) fn of_field(
        meaning: &KeyMeaning,
        role_alone: bool,
        concepts: &[(ConceptId, f64)],
        group: Option<&Self>,
    ) -> Option<Self> {
        let part = concepts
            .first()
            .and_then(|(concept, _)| Part::of_concept(*concept));
        if let Some(role) = meaning.role {
            // A role alone (`vendor`) asks for its name.
            let part = part.or(role_alone.then_some(Part::Name));
            return Some(Self {
                role: Lexicon::builtin().name(role).to_owned(),
                part,
            });
        }
        group.map(|party| Self {
            role: party.role.clone(),
            part,
        })
    }
}
