//! Fields of a form as pairs of their name and what they say.

use domain::parsed::{Page, Pair, PairKind};

use super::field::{Field, Kind};
use super::{boxes, squashed};
use crate::area::Area;

/// A field of the form with its place.
pub(in crate::pdf) struct Named {
    kind: PairKind,
    name: String,
    value: String,
    place: Area,
}

impl Named {
    /// Nothing for a note, which is no field.
    pub(super) fn of(field: Field, place: Area) -> Option<Self> {
        let (kind, value) = match field.kind {
            Kind::Note => return None,
            Kind::Box { on } => (PairKind::Mark, on.to_string()),
            Kind::Text | Kind::Lines | Kind::Comb { .. } => {
                (PairKind::FormField, field.value.trim().to_owned())
            }
        };
        Some(Self {
            kind,
            name: field.name,
            value,
            place,
        })
    }

    fn pair(self, page: &Page) -> Option<Pair> {
        let place = self.place.on(page.size?);
        let value = squashed(&self.value);
        let is_its = |text: &str| match self.kind {
            PairKind::Mark => boxes::is_mark(text),
            _ => value.contains(&squashed(text)),
        };
        let words = (0..).zip(&page.words);
        let inside = words.filter(|(_, word)| place.holds_center_of(&word.bbox) && is_its(&word.text));
        Some(Pair {
            kind: self.kind,
            words: inside.map(|(index, _)| index).collect(),
            name: self.name,
            value: self.value,
            label: Vec::new(),
        })
    }
}

/// Adds the fields to the page's pairs, in the order in which the file lists them.
pub(in crate::pdf) fn add_pairs(named: Vec<Named>, page: &mut Page) {
    let pairs: Vec<Pair> = named.into_iter().filter_map(|named| named.pair(page)).collect();
    page.pairs.extend(pairs);
}
