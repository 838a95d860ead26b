//! The parties of a contract as rows of a repeated group, and as values of fields that ask for one of them.

use domain::schema::{Field, Group};

use super::contract::Contract;
use super::names::Kind;
use super::parties::Party;
use super::prose::{Run, place_of};
use super::words;
use crate::layout::answer::{self, Scored, Why};
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::Candidate;
use crate::layout::features;
use crate::layout::ground::Scope;
use crate::layout::scene::Scene;
use crate::layout::score::{Feature, Features};
use crate::layout::slots::{self, Answer, Slot};
use crate::layout::spans;
use crate::lexicon::{KeyMeaning, Lexicon};

/// How unlikely it is that something else is such a name.
const COMPANY: f64 = 0.9;
const PERSON: f64 = 0.6;
const OTHER: f64 = 0.3;

/// What of a party a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Name,
    /// What the contract calls it.
    Term,
}

/// Whether a list of objects holds the parties of a contract.
pub(crate) fn lists_parties(name: &str, description: Option<&str>) -> bool {
    let lexicon = Lexicon::builtin();
    let is_party = |meaning: KeyMeaning| meaning.role.is_some_and(|role| lexicon.name(role) == "party");
    is_party(lexicon.meaning_of_key(name, None)) || is_party(lexicon.meaning_of_key(name, description))
}

/// The rows of the group, each with the place of its name; none where no party is sure enough.
pub(crate) fn rows(
    scene: &Scene<'_>,
    contract: &Contract,
    parties: &[Party],
    group: &Group,
    path: &str,
    fields: &[Field],
) -> Vec<(Answer, Scope)> {
    let slots = Slot::of(fields);
    let asks: Vec<Ask<'_>> = slots
        .iter()
        .map(|slot| Ask::new(group, path, slot.field(), None))
        .collect();
    let mut rows = Vec::new();
    for party in parties {
        let answers: Vec<Answer> = asks
            .iter()
            .zip(&slots)
            .map(|(ask, slot)| of_field(scene, contract, party, ask, slot))
            .collect();
        let named = asks
            .iter()
            .zip(&answers)
            .any(|(ask, answer)| asked(ask) == Some(Asked::Name) && answer.holds_anything());
        let Some(scope) = scope(scene, contract, party.name.run).filter(|_| named) else {
            continue;
        };
        let names = slots.iter().map(|slot| slot.field().name.clone());
        rows.push((Answer::object(names.zip(answers)), scope));
    }
    rows
}

fn of_field(scene: &Scene<'_>, contract: &Contract, party: &Party, ask: &Ask<'_>, slot: &Slot<'_>) -> Answer {
    let scored = asked(ask).and_then(|asked| of_party(scene, contract, party, ask, asked));
    let Some(mut scored) = scored else {
        return slots::empty(
            slot.field(),
            "The contract does not say it where it names the party.",
        );
    };
    scored.logit = scene.model.logit(&scored.features);
    answer::of(scene, ask, &[scored], Some(0))
}

fn scope(scene: &Scene<'_>, contract: &Contract, run: Run) -> Option<Scope> {
    let (view, parts) = contract.prose.parts(scene, run)?;
    let view_of = &scene.sheets.get(view)?.view;
    let rows = || {
        parts
            .iter()
            .filter_map(|part| Some(view_of.segment(part.segment)?.row))
    };
    Some(Scope {
        view,
        from: rows().min()?,
        to: rows().max()? + 1,
    })
}

/// What of a party a field of a row asks for.
fn asked(ask: &Ask<'_>) -> Option<Asked> {
    let key = ask.field.name.to_lowercase();
    if [
        "role",
        "defined_term",
        "term",
        "capacity",
        "referred_to_as",
        "rolle",
    ]
    .contains(&key.as_str())
    {
        return Some(Asked::Term);
    }
    let is_name = ask.want == Want::Name
        || ["name", "party", "party_name", "full_name", "legal_name"].contains(&key.as_str());
    is_name.then_some(Asked::Name)
}

/// The candidates of a field that asks for one party, by its term or its rank, or for any.
pub(crate) fn candidates(
    scene: &Scene<'_>,
    contract: &Contract,
    parties: &[Party],
    ask: &Ask<'_>,
    contractual: bool,
) -> Vec<Scored> {
    if !matches!(ask.want, Want::Name | Want::Text) {
        return Vec::new();
    }
    let key = &ask.field.name;
    let wanted: Vec<&Party> = if let Some(rank) = words::rank_of_key(key) {
        parties
            .iter()
            .filter(|party| party.listed)
            .nth(rank)
            .into_iter()
            .collect()
    } else if let Some(role) = words::role_of_key(key).filter(|role| contractual || !role.trade) {
        let rank = |party: &&Party| role.terms.iter().position(|term| party.terms.contains(term));
        let best = parties
            .iter()
            .filter_map(|party| Some((rank(&party)?, party)))
            .min_by_key(|(rank, _)| *rank);
        best.map(|(_, party)| party).into_iter().collect()
    } else if contractual && ask.party.as_ref().is_some_and(|party| party.role == "party") {
        parties.iter().collect()
    } else {
        Vec::new()
    };
    wanted
        .into_iter()
        .filter_map(|party| of_party(scene, contract, party, ask, Asked::Name))
        .collect()
}

/// What the contract says of the party.
fn of_party(
    scene: &Scene<'_>,
    contract: &Contract,
    party: &Party,
    ask: &Ask<'_>,
    asked: Asked,
) -> Option<Scored> {
    let run = match asked {
        Asked::Name => party.name.run,
        Asked::Term => party.term_run?,
    };
    let (view_index, parts) = contract.prose.parts(scene, run)?;
    let view = &scene.sheets.get(view_index)?.view;
    let printed = trimmed(&contract.prose.texts(run).join(" "), asked);
    let written = match asked {
        Asked::Name => super::values::name(&printed, ask),
        Asked::Term => printed.clone(),
    };
    let (value, _) = spans::text_value(&written, ask)?;
    let candidate = Candidate {
        view: view_index,
        place: place_of(view, &parts)?,
        parts,
        exact: value.as_str() == Some(printed.as_str()),
        value,
        printed,
        other: None,
        specificity: match party.name.kind {
            Kind::Company => COMPANY,
            Kind::Person => PERSON,
            Kind::Other => OTHER,
        },
        fit: 1.0,
        end: None,
        skipped: 0,
    };
    let mut features = Features::default();
    features.flag(Feature::PartyListed, party.listed);
    features.flag(Feature::DefinedTerm, !party.terms.is_empty());
    features.flag(Feature::SignedName, party.signed);
    features.flag(Feature::NoContract, !contract.is_contract());
    features::add_own(&mut features, view, ask, &candidate);
    Some(Scored::new(candidate, features, Why::PartyOfContract))
}

/// A name without the marks that set it off; a term without its quotation marks and article.
fn trimmed(text: &str, asked: Asked) -> String {
    let outer = |c: char| !c.is_alphanumeric() && c != '.';
    match asked {
        Asked::Name => text
            .trim_end_matches(|c: char| matches!(c, ',' | ';' | ':') || c.is_whitespace())
            .to_owned(),
        Asked::Term => {
            let bare = text.trim_matches(outer);
            let rest = ["the ", "The ", "der ", "die ", "le ", "la ", "el ", "il ", "de "]
                .iter()
                .find_map(|article| bare.strip_prefix(article));
            rest.unwrap_or(bare).to_owned()
        }
    }
}
