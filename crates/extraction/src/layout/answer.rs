//! From the chosen candidate to an answer: value, sources, verdict after the independent check, confidence, reasons.

use std::fmt::Write as _;

use domain::evidence::{Alternative, Engine, Evidence, Source, Verdict};
use domain::parsed::ParsedDocument;
use serde_json::Value;

use super::ask::Ask;
use super::candidates::Candidate;
use super::regions::Relation;
use super::scene::Scene;
use super::score::{Feature, Features, probability_among};
use super::slots::Answer;
use super::sources;
use crate::grounding;

/// At most so many other readings are told.
const ALTERNATIVES: usize = 3;
/// Other readings less probable than this are not told.
const WORTH_TELLING: f64 = 0.02;
/// What the check does not find is never told to be surer than this.
const UNPROVEN: f64 = 0.3;
/// What a second reading of the same print takes from the first, and is itself worth.
const DOUBT: f64 = 0.1;

/// What led to a candidate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Why {
    /// A label.
    Label {
        text: String,
        relation: Relation,
        gap: f64,
    },
    /// Its form alone.
    Form,
    /// It stands at the head of a receipt.
    Head,
    /// The contract names it as a party.
    PartyOfContract,
    /// A phrase of running text.
    Clause { phrase: String },
    /// A text printed on a form.
    Box { text: String },
    /// It is part of an address block.
    Block { role: String },
    /// It is a cell below that heading.
    Cell { heading: String },
    /// The header of that name says so.
    Header { name: String },
}

/// A candidate with its score.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    pub(crate) candidate: Candidate,
    pub(crate) features: Features,
    pub(crate) logit: f64,
    pub(crate) why: Why,
}

impl Scored {
    /// A candidate that is not judged yet.
    pub(crate) fn new(candidate: Candidate, features: Features, why: Why) -> Self {
        Self {
            candidate,
            features,
            logit: f64::NEG_INFINITY,
            why,
        }
    }
}

/// The answer to a field: the candidate that was picked, or nothing with what came nearest.
///
/// What was picked is given only where it is sure enough and the independent check finds it at its place.
pub(crate) fn of(scene: &Scene<'_>, ask: &Ask<'_>, list: &[Scored], pick: Option<usize>) -> Answer {
    let picked = pick.and_then(|pick| list.get(pick));
    let threshold = ask.threshold(scene.model);
    let sure = picked.filter(|scored| likely(scene, list, scored) >= threshold);
    let Some(chosen) = sure else {
        return unanswered(missing(scene, ask, list), alternatives(scene, list, None));
    };
    let (sources, verdict) = proven(scene, &chosen.candidate);
    if verdict == Verdict::Inferred {
        let mut alternatives = alternatives(scene, list, None);
        for alternative in &mut alternatives {
            alternative.confidence = alternative.confidence.min(UNPROVEN);
        }
        return unanswered(unread(&chosen.candidate), alternatives);
    }
    let (confidence, other) = weighed(
        &chosen.candidate,
        likely(scene, list, chosen),
        scene.model.threshold,
        &sources,
    );
    if rounded(confidence) < threshold {
        let others = told_first(other, alternatives(scene, list, None));
        return unanswered(doubtful(&chosen.candidate.printed, confidence), others);
    }
    let mut reasoning = reasons(chosen);
    if let Some(other) = &other {
        let _ = write!(reasoning, " It may also mean {}.", other.value);
    }
    let others = alternatives(scene, list, Some(chosen));
    let evidence = Evidence {
        reasoning,
        confidence: rounded(confidence),
        verdict,
        engine: Engine::Layout,
        sources,
        alternatives: told_first(other, others),
    };
    Answer::leaf(chosen.candidate.value.clone(), evidence)
}

/// How likely the value of a candidate is, among all that were weighed for the field.
fn likely(scene: &Scene<'_>, list: &[Scored], scored: &Scored) -> f64 {
    let all = list.iter().map(|other| (other.logit, &other.candidate.value));
    let told = probability_among(all, &scored.candidate.value);
    scene.model.calibration.field.of(told)
}

/// The confidence of a value that is given, and its other reading where nothing settles which of both is meant.
pub(crate) fn weighed(
    candidate: &Candidate,
    confidence: f64,
    threshold: f64,
    sources: &[Source],
) -> (f64, Option<Alternative>) {
    let Some(value) = candidate.other.clone() else {
        return (confidence, None);
    };
    let other = Alternative {
        value,
        confidence: DOUBT,
        sources: sources.to_vec(),
    };
    ((confidence - DOUBT).max(threshold), Some(other))
}

/// The other reading of the value itself before other candidates.
fn told_first(first: Option<Alternative>, others: Vec<Alternative>) -> Vec<Alternative> {
    let Some(first) = first else { return others };
    let others = others.into_iter().filter(|other| other.value != first.value);
    let mut all: Vec<Alternative> = others.take(ALTERNATIVES - 1).collect();
    all.insert(0, first);
    all
}

/// Nothing, with what might have been meant.
fn unanswered(reasoning: String, alternatives: Vec<Alternative>) -> Answer {
    let mut evidence = Evidence::not_found(Engine::Layout, reasoning);
    evidence.alternatives = alternatives;
    Answer::leaf(Value::Null, evidence)
}

/// Why a candidate is not given that the independent check does not find at its place.
pub(crate) fn unread(candidate: &Candidate) -> String {
    format!(
        "“{}” came nearest, but the words at that place do not read as the value.",
        candidate.printed
    )
}

/// The sources of a candidate and what the independent check makes of them.
pub(crate) fn proven(scene: &Scene<'_>, candidate: &Candidate) -> (Vec<Source>, Verdict) {
    let Some(sheet) = scene.sheets.get(candidate.view) else {
        return (Vec::new(), Verdict::Inferred);
    };
    let sources = sources::of_parts(scene.documents, &sheet.view, &candidate.parts);
    let document = |id| document_of(scene, id);
    let verdict = grounding::verify(&sources, &candidate.value, document).unwrap_or(Verdict::Inferred);
    (sources, verdict)
}

/// The document of that id among those of the run.
pub(crate) fn document_of<'a>(scene: &Scene<'a>, id: domain::id::DocumentId) -> Option<&'a ParsedDocument> {
    let input = scene.documents.iter().find(|input| input.id == id)?;
    Some(input.parsed)
}

fn alternatives(scene: &Scene<'_>, list: &[Scored], chosen: Option<&Scored>) -> Vec<Alternative> {
    let mut told: Vec<Value> = chosen
        .map(|scored| scored.candidate.value.clone())
        .into_iter()
        .collect();
    let mut found = Vec::new();
    for scored in list {
        let confidence = likely(scene, list, scored);
        if told.contains(&scored.candidate.value) || confidence < WORTH_TELLING {
            continue;
        }
        told.push(scored.candidate.value.clone());
        let Some(sheet) = scene.sheets.get(scored.candidate.view) else {
            continue;
        };
        let sources = sources::of_parts(scene.documents, &sheet.view, &scored.candidate.parts);
        let value = scored.candidate.value.clone();
        found.push(Alternative {
            value,
            confidence: rounded(confidence),
            sources,
        });
        if found.len() == ALTERNATIVES {
            break;
        }
    }
    found
}

/// Probabilities are told to four decimals.
pub(crate) fn rounded(probability: f64) -> f64 {
    (probability.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0
}

fn missing(scene: &Scene<'_>, ask: &Ask<'_>, list: &[Scored]) -> String {
    match list.first() {
        None => {
            let label = ask
                .labels
                .first()
                .map_or(ask.field.name.as_str(), |(label, _)| label.as_str());
            format!("No value was found near a label such as “{label}”.")
        }
        Some(best) => doubtful(&best.candidate.printed, likely(scene, list, best)),
    }
}

/// Why a candidate is not given that is less probable than it must be.
pub(crate) fn doubtful(printed: &str, probability: f64) -> String {
    format!("Nothing was sure enough; “{printed}” came nearest, with a probability of {probability:.2}.")
}

/// Why the candidate was chosen, in words.
fn reasons(scored: &Scored) -> String {
    let mut text = match &scored.why {
        Why::Label { text, relation, gap } => {
            let place = match relation {
                Relation::Glued => "Stands directly behind".to_owned(),
                Relation::Right => "Stands right of".to_owned(),
                Relation::Below => "Stands below".to_owned(),
                Relation::Column => format!("Stands {gap:.0} lines below"),
            };
            format!("{place} the label “{text}”")
        }
        Why::Form => "Its form alone says what it is".to_owned(),
        Why::Head => "Stands at the head of the receipt".to_owned(),
        Why::PartyOfContract => "The contract names it as a party".to_owned(),
        Why::Clause { phrase } => format!("Stands in running text with the words “{phrase}”"),
        Why::Box { text } => format!("Filled in where the form says “{text}”"),
        Why::Block { role } => format!("Stands in the address block of the {role}"),
        Why::Cell { heading } if heading.is_empty() => {
            "Stands in the cell of the column without a heading".to_owned()
        }
        Why::Cell { heading } => format!("Stands in the cell below the heading “{heading}”"),
        Why::Header { name } => format!("The message's header “{name}” says so"),
    };
    if scored.features.get(Feature::TotalRow) > 0.0 {
        text.push_str(", in the row of totals");
    }
    if scored.features.get(Feature::Party) > 0.0 {
        text.push_str(", in the section of that party");
    }
    if scored.features.get(Feature::RangeEnd) > 0.0 {
        text.push_str(", as the end of a range that is asked for");
    }
    if scored.features.get(Feature::Rival) > 0.3 {
        text.push_str(", though another label is near");
    }
    text.push('.');
    text
}
