//! The labels of a run: of what is asked for, of parties, and of everything else that documents name.

use super::ask::Ask;
use super::labels::{Claim, LabelBook};
use crate::lexicon::Lexicon;

/// Concepts whose labels stand before parts of an address.
const ADDRESS: [&str; 9] =
    ["name", "company", "street", "postcode", "city", "region", "country", "address", "contact"];
/// Concepts whose labels head a row of totals.
const TOTALS: [&str; 4] = ["grand_total", "net_total", "total", "amount_due"];
/// Weaker labels than this do not make a row one of totals.
const SURE: f64 = 0.5;

/// The labels of what is asked for, and of what is not.
pub(crate) fn book_of(asks: &[Ask<'_>]) -> LabelBook {
    let mut book = LabelBook::default();
    let lexicon = Lexicon::builtin();
    for (_, concept) in lexicon.concepts() {
        for label in &concept.labels {
            if concept.is_role {
                book.party(&label.text, &concept.name);
            } else {
                book.foreign(&label.text);
            }
            if ADDRESS.contains(&concept.name.as_str()) {
                book.address(&label.text);
            }
            if TOTALS.contains(&concept.name.as_str()) && label.weight > SURE {
                book.total(&label.text);
            }
        }
    }
    for (index, ask) in asks.iter().enumerate() {
        for (label, weight) in &ask.labels {
            book.claim(label, Claim { ask: index, weight: *weight });
        }
        if let Some(party) = &ask.party
            && lexicon.by_name(&party.role).is_none()
        {
            book.party(&party.role.replace('_', " "), &party.role);
        }
    }
    book
}
