//! The values of an e-invoice as answers: with the path as source, and the place on the page where they also stand.

use std::fmt::Write as _;

use domain::evidence::{Alternative, Audit, Engine, Evidence, Place, Source};
use domain::id::ChunkId;
use domain::parsed::XmlValue;
use domain::schema::{Field, FieldKind, Group};
use serde_json::Value;

use super::index::{Within, Xml};
use super::syntax::{List, Step};
use super::wants::{self, Found};
use crate::grounding;
use crate::layout::answer::{document_of, rounded};
use crate::layout::ask::Ask;
use crate::layout::ground::Scope;
use crate::layout::scene::Scene;
use crate::layout::score::{Feature, Features, probability};
use crate::layout::slots::{Answer, Slot};
use crate::layout::spans;
use crate::layout::tables::Located;
use crate::lexicon::normal::{key_words, squashed};

/// What a page says contradicts the XML only where it is at least this sure.
const SURE: f64 = 0.8;
/// So many rows of the page are looked at for one of the XML.
const AHEAD: usize = 40;

/// The answer to a field that holds one value: what the XML says, or what was found on the page.
pub(crate) fn single(scene: &Scene<'_>, xml: &Xml<'_>, ask: &Ask<'_>, page: Answer) -> Answer {
    let found = wants::of_document(xml, ask);
    if matches!(ask.field.kind, FieldKind::Array(_)) {
        return list(scene, xml, ask, &found, page);
    }
    one(scene, xml, ask, &found, page)
}

fn list(scene: &Scene<'_>, xml: &Xml<'_>, ask: &Ask<'_>, found: &Found<'_>, page: Answer) -> Answer {
    let shown = items_of(&page);
    let items: Vec<Answer> = found
        .values
        .iter()
        .filter_map(|values| {
            let value = wants::json(xml, values, ask)?;
            let same = shown.iter().find(|item| equal(&item.value, &value));
            let beside = same.cloned().unwrap_or_else(|| Answer::nothing(""));
            told(scene, xml, ask, values, value, &beside)
        })
        .collect();
    if items.is_empty() {
        page
    } else {
        Answer::list(items)
    }
}

fn one(scene: &Scene<'_>, xml: &Xml<'_>, ask: &Ask<'_>, found: &Found<'_>, page: Answer) -> Answer {
    let readable = found
        .values
        .iter()
        .find_map(|values| Some((values, wants::json(xml, values, ask)?)));
    let Some((values, value)) = readable else {
        // Where the XML is the page, its elements are known better than its print.
        return if found.known && is_page(scene, xml) {
            Answer::nothing("The e-invoice has no such element.")
        } else {
            page
        };
    };
    told(scene, xml, ask, values, value, &page).unwrap_or(page)
}

/// Whether the document shows its XML as pages.
fn is_page(scene: &Scene<'_>, xml: &Xml<'_>) -> bool {
    let document = scene.documents.get(xml.document);
    document.is_some_and(|document| document.parsed.xml.iter().any(|value| value.words.is_some()))
}

/// A value of the XML as an answer; none where the independent check does not find it.
fn told(
    scene: &Scene<'_>,
    xml: &Xml<'_>,
    ask: &Ask<'_>,
    values: &[&XmlValue],
    value: Value,
    page: &Answer,
) -> Option<Answer> {
    let stated: Vec<Source> = values.iter().filter_map(|one| source(scene, xml, one)).collect();
    let document = |id| document_of(scene, id);
    let shown: Vec<Source> = stated.iter().cloned().chain(also_at(page, &value)).collect();
    let both = (shown.len() > stated.len())
        .then(|| grounding::verify(&shown, &value, document))
        .flatten();
    let confirmed = both.is_some();
    let verdict = both.or_else(|| grounding::verify(&stated, &value, document))?;
    let against = contradiction(scene, xml, ask, &value, page).filter(|_| !confirmed);
    let mut features = Features::default();
    features.set(Feature::Stated, 1.0);
    features.set(Feature::Specificity, 1.0);
    features.set(Feature::Fit, 1.0);
    features.flag(Feature::Confirmed, confirmed);
    features.flag(Feature::Contradicted, against.is_some());
    let sure = probability(scene.model.logit(&features));
    let confidence = rounded(scene.model.calibration.field.of(sure));
    if confidence < ask.threshold(scene.model) {
        return None;
    }
    let path = values.first().map(|one| one.path.as_str()).unwrap_or_default();
    let mut reasoning = format!("The e-invoice says so in {path}");
    reasoning.push_str(if confirmed { ", and so does the page." } else { "." });
    if let Some(against) = &against {
        let _ = write!(reasoning, " The page says {} instead.", against.value);
    }
    let evidence = Evidence {
        reasoning,
        confidence,
        verdict,
        engine: Engine::Layout,
        sources: if confirmed { shown } else { stated },
        alternatives: against.into_iter().collect(),
    };
    Some(Answer::leaf(value, evidence))
}

fn source(scene: &Scene<'_>, xml: &Xml<'_>, value: &XmlValue) -> Option<Source> {
    let document = scene.documents.get(xml.document)?;
    let page = value.words.as_ref().map(|(page, _)| *page);
    let chunk = page.and_then(|page| {
        let mut chunks = document.parsed.chunks.iter();
        chunks.find(|chunk| chunk.page_from <= page && page <= chunk.page_to)
    });
    Some(Source {
        chunk_id: chunk.map(|chunk| ChunkId::derive(document.id, document.config_hash, chunk.index)),
        document_id: document.id,
        page: page.unwrap_or(1),
        text: value.text.clone(),
        bbox: None,
        place: Place::Xml {
            path: value.path.clone(),
        },
    })
}

/// Where the page shows the value, as its answer or as what else was considered.
fn also_at(page: &Answer, value: &Value) -> Vec<Source> {
    let Audit::Leaf(evidence) = &page.audit else {
        return Vec::new();
    };
    if equal(&page.value, value) {
        return evidence.sources.clone();
    }
    let other = evidence
        .alternatives
        .iter()
        .find(|other| equal(&other.value, value));
    other.map(|other| other.sources.clone()).unwrap_or_default()
}

/// What the page says surely and otherwise, where it shows the value of the XML nowhere.
fn contradiction(
    scene: &Scene<'_>,
    xml: &Xml<'_>,
    ask: &Ask<'_>,
    value: &Value,
    page: &Answer,
) -> Option<Alternative> {
    let Audit::Leaf(evidence) = &page.audit else {
        return None;
    };
    let differs = !page.value.is_null() && !equal(&page.value, value) && evidence.confidence >= SURE;
    (differs && !is_page(scene, xml) && !is_shown(scene, xml, ask, value)).then(|| Alternative {
        value: page.value.clone(),
        confidence: evidence.confidence,
        sources: evidence.sources.clone(),
    })
}

/// Whether any place on the document's pages reads as the value.
fn is_shown(scene: &Scene<'_>, xml: &Xml<'_>, ask: &Ask<'_>, value: &Value) -> bool {
    let wanted = value.as_str().map(letters).unwrap_or_default();
    let sheets = scene
        .sheets
        .iter()
        .filter(|sheet| sheet.view.document == xml.document);
    sheets.into_iter().any(|sheet| {
        let typed = (0..sheet.view.segments.len()).any(|index| {
            let mut spans = sheet.spans.of(index).iter();
            spans.any(|span| spans::value_of(span, ask).is_some_and(|read| equal(&read, value)))
        });
        let texts = sheet.view.segments.iter().map(|segment| letters(&segment.text));
        typed || !wanted.is_empty() && texts.collect::<String>().contains(&wanted)
    })
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => letters(a) == letters(b),
        _ => a == b,
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The entries of a list: those of the XML with what the page adds to them, or those of the page.
pub(crate) fn rows(
    scene: &Scene<'_>,
    xml: &Xml<'_>,
    group: &Group,
    path: &str,
    fields: &[Field],
    page: Located,
) -> Located {
    let asks: Vec<Ask<'_>> = Slot::of(fields)
        .iter()
        .map(|slot| Ask::new(group, path, slot.field(), None))
        .collect();
    let Some((list, columns)) = list_of(xml, path, &asks) else {
        return page;
    };
    let elements = xml.elements(list);
    if elements.is_empty() {
        return page;
    }
    let shown = if is_page(scene, xml) {
        Vec::new()
    } else {
        items_of(&page.answer)
    };
    let scopes = page.scopes();
    let mut at = 0;
    let mut rows = Vec::new();
    for element in elements {
        let row = Row {
            scene,
            xml,
            asks: &asks,
            columns: &columns,
            element,
        };
        let beside = row.beside(&shown, at);
        at = beside.map_or(at, |beside| beside + 1);
        let answer = row.answer(beside.and_then(|beside| shown.get(beside)));
        if answer.holds_anything() {
            let scope = beside.and_then(|beside| scopes.get(beside).copied());
            rows.push((answer, scope.unwrap_or(NOWHERE)));
        }
    }
    if rows.is_empty() { page } else { Located::of(rows) }
}

/// The place of an entry that stands on no page.
const NOWHERE: Scope = Scope {
    view: 0,
    from: 0,
    to: 0,
};

/// The paths of each field of a list, where it has such values.
type Columns<'l> = Vec<Option<&'l [Vec<Step>]>>;

/// The list of the XML that a list of the schema asks for: the one of its name, or the items where the fields are theirs.
fn list_of(xml: &Xml<'_>, path: &str, asks: &[Ask<'_>]) -> Option<(&'static List, Columns<'static>)> {
    let name = squashed(&key_words(path.rsplit('.').next().unwrap_or(path)).join(" "));
    let lists = xml.syntax.lists.iter().enumerate().filter_map(|(index, list)| {
        let columns: Columns<'static> = asks.iter().map(|ask| wants::of_column(list, ask)).collect();
        let matched = columns.iter().flatten().count();
        let named = list.names.contains(&name);
        let fits = named && matched > 0 || index == 0 && matched >= 2;
        fits.then_some((named, matched, list, columns))
    });
    let best = lists.max_by_key(|(named, matched, ..)| (*named, *matched))?;
    Some((best.2, best.3))
}

/// An element of a list.
struct Row<'r, 's, 'a> {
    scene: &'r Scene<'a>,
    xml: &'r Xml<'a>,
    asks: &'r [Ask<'s>],
    columns: &'r [Option<&'static [Vec<Step>]>],
    element: Within<'r>,
}

impl Row<'_, '_, '_> {
    /// The row of the page that shows the element: the one that agrees with it most, among those from `from` on.
    fn beside(&self, shown: &[Answer], from: usize) -> Option<usize> {
        let values: Vec<Option<Value>> = self
            .asks
            .iter()
            .zip(self.columns)
            .map(|(ask, paths)| {
                let found = wants::of_element(self.xml, self.element, (*paths)?);
                wants::json(self.xml, found.values.first()?, ask)
            })
            .collect();
        let known = values.iter().flatten().count();
        let agreeing = |row: &Answer| {
            let pairs = self.asks.iter().zip(&values);
            let equal = pairs.filter(|(ask, value)| {
                let cell = row.value.get(&ask.field.name);
                cell.zip(value.as_ref())
                    .is_some_and(|(cell, value)| equal(cell, value))
            });
            equal.count()
        };
        let near = shown.iter().enumerate().skip(from).take(AHEAD);
        let best = near
            .map(|(index, row)| (agreeing(row), index))
            .max_by_key(|(count, index)| (*count, std::cmp::Reverse(*index)))?;
        (best.0 >= known.clamp(1, 2)).then_some(best.1)
    }

    fn answer(&self, beside: Option<&Answer>) -> Answer {
        let members = self.asks.iter().zip(self.columns).map(|(ask, paths)| {
            let name = &ask.field.name;
            let cell = beside.and_then(|row| member_of(row, name));
            let cell = cell.unwrap_or_else(|| Answer::nothing("Neither the e-invoice nor the page says so."));
            let found = paths.map(|paths| wants::of_element(self.xml, self.element, paths));
            let answer = one(self.scene, self.xml, ask, &found.unwrap_or_default(), cell);
            (name.clone(), answer)
        });
        Answer::object(members.collect::<Vec<_>>())
    }
}

/// The entries of a list, each as an answer of its own.
fn items_of(answer: &Answer) -> Vec<Answer> {
    let (Value::Array(values), Audit::List(audits)) = (&answer.value, &answer.audit) else {
        return Vec::new();
    };
    let pairs = values.iter().zip(audits);
    pairs.map(|(value, audit)| part(value, audit)).collect()
}

/// A field of an entry as an answer of its own.
fn member_of(answer: &Answer, name: &str) -> Option<Answer> {
    let (Value::Object(values), Audit::Object(audits)) = (&answer.value, &answer.audit) else {
        return None;
    };
    Some(part(values.get(name)?, audits.get(name)?))
}

fn part(value: &Value, audit: &Audit) -> Answer {
    Answer {
        value: value.clone(),
        audit: audit.clone(),
        seen: Vec::new(),
    }
}
