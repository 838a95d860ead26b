//! The labels of a run: of what is asked for, of parties, and of everything else that documents name.

use std::sync::LazyLock;

use super::ask::{Ask, Want};
use super::labels::{Claim, LabelBook};
use crate::lexicon::{Lexicon, normal};

/// Concepts whose labels stand before parts of an address.
const ADDRESS: [&str; 9] = [
    "name", "company", "street", "postcode", "city", "region", "country", "address", "contact",
];
/// Concepts whose labels head a row of totals.
const TOTALS: [&str; 4] = ["grand_total", "net_total", "total", "amount_due"];
/// The concept of a sum that is carried to the next page.
const CARRIED: &str = "carried_over";
/// Weaker labels than this do not make a row one of totals.
const SURE: f64 = 0.5;

/// How well the title of a document names its number and its day.
const BY_TITLE: f64 = 0.75;

/// How well a bare "Number" in a party's section names the party's number.
const BY_SECTION: f64 = 0.7;

/// The labels of the lexicon: none of them is asked for.
static LEXICON: LazyLock<LabelBook> = LazyLock::new(lexicon_labels);

/// The labels of the lexicon alone.
pub(crate) fn known_labels() -> &'static LabelBook {
    &LEXICON
}

fn lexicon_labels() -> LabelBook {
    let mut book = LabelBook::default();
    for (_, concept) in Lexicon::builtin().concepts() {
        for label in &concept.labels {
            if concept.is_role {
                book.party(&label.text, &concept.name);
            } else {
                book.foreign(&label.text);
            }
            if ADDRESS.contains(&concept.name.as_str()) {
                book.address(&label.text);
            }
            if concept.name == "name" {
                book.name(&label.text);
            }
            if concept.name == CARRIED {
                book.carried(&label.text);
            }
            if TOTALS.contains(&concept.name.as_str()) && label.weight > SURE {
                book.total(&label.text);
                book.total(&format!("{}s", label.text));
            }
        }
    }
    book
}

/// The labels of what is asked for, and of what is not.
pub(crate) fn book_of(asks: &[Ask<'_>]) -> LabelBook {
    let mut book = known_labels().clone();
    let lexicon = Lexicon::builtin();
    for (index, ask) in asks.iter().enumerate() {
        for (label, weight) in &ask.labels {
            book.claim(label, Claim::new(index, *weight));
        }
        for label in titles(ask) {
            book.claim(
                &label,
                Claim {
                    behind_only: true,
                    ..Claim::new(index, BY_TITLE)
                },
            );
        }
        if ask.party.is_some() && ask.want == Want::Identifier {
            book.claim(
                "number",
                Claim {
                    in_section: true,
                    ..Claim::new(index, BY_SECTION)
                },
            );
        }
        if let Some(party) = &ask.party
            && lexicon.by_name(&party.role).is_none()
        {
            book.party(&party.role.replace('_', " "), &party.role);
        }
    }
    book
}

/// Documents give their number and their day behind their title: `Rechnung 4711 vom 3.5.2024`.
fn titles(ask: &Ask<'_>) -> Vec<String> {
    let lexicon = Lexicon::builtin();
    let dated = ask.is(&["issue_date", "date"]);
    let numbered = ask.is(&["invoice_number", "document_number"]);
    if !dated && !numbered {
        return Vec::new();
    }
    let numbers = ["invoice_number", "document_number"]
        .iter()
        .filter_map(|name| lexicon.by_name(name));
    let mut found = Vec::new();
    for label in numbers
        .flat_map(|id| lexicon.labels(id))
        .filter(|label| label.weight > SURE)
    {
        let words = normal::words(&label.text);
        let Some((last, stem)) = words.split_last() else {
            continue;
        };
        if last == "no" && !stem.is_empty() {
            let stem = stem.join(" ");
            found.push(stem.clone());
            found.push(format!("{stem} no"));
            // German joins with an s: Rechnungsnummer, Rechnung Nr.
            if let Some(bare) = stem.strip_suffix('s') {
                found.push(bare.to_owned());
                found.push(format!("{bare} no"));
            }
        }
    }
    found
}
