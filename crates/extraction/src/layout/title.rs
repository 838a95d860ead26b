//! A short name for a result: the kind of the document and its number, as they are printed and were found.

use domain::evidence::Audit;
use serde_json::Value;

use super::scene::Scene;

/// A title line has at most so many words.
const LONGEST: usize = 4;

/// "Rechnung 471102": the largest short line at the head of the first page, and the first number of a document found.
pub(crate) fn of(scene: &Scene<'_>, audit: &Audit, data: &Value) -> Option<String> {
    let number = first_number(audit, data);
    let kind = kind(scene);
    match (kind, number) {
        (Some(kind), Some(number)) => Some(format!("{kind} {number}")),
        (Some(kind), None) => Some(kind),
        (None, Some(number)) => Some(number),
        (None, None) => scene.documents.first().map(|document| document.name.to_owned()).filter(|n| !n.is_empty()),
    }
}

/// The value of the first field whose key says that it is the number of something.
fn first_number(audit: &Audit, data: &Value) -> Option<String> {
    let mut found = None;
    audit.for_each_leaf(&mut |path, _| {
        if found.is_some() {
            return;
        }
        let words = path.rsplit('.').next().map(crate::lexicon::normal::key_words).unwrap_or_default();
        if words.last().is_some_and(|word| word == "no")
            && let Some(Value::String(text)) = at(data, path)
        {
            found = Some(text.clone());
        }
    });
    found
}

/// The value at a path such as `lines.0.amount`.
fn at<'v>(data: &'v Value, path: &str) -> Option<&'v Value> {
    data.pointer(&format!("/{}", path.replace('.', "/")))
}

/// The kind of document: the short line in the largest type in the upper half of the first page.
fn kind(scene: &Scene<'_>) -> Option<String> {
    let view = &scene.sheets.first()?.view;
    let lexicon = crate::lexicon::Lexicon::builtin();
    let heads = view.segments.iter().filter(|segment| segment.place.center_y() < 0.5 * view.height);
    let mut best: Option<(f64, String)> = None;
    for segment in heads.filter(|segment| segment.len() <= LONGEST) {
        let concepts = lexicon.concepts_of_label(&segment.text);
        let is_kind = concepts.first().is_some_and(|(id, sure)| {
            *sure > 0.9 && matches!(lexicon.name(*id), "document_type" | "document_kind" | "document_title")
        });
        if is_kind && best.as_ref().is_none_or(|(size, _)| segment.place.height() > *size) {
            best = Some((segment.place.height(), segment.text.clone()));
        }
    }
    best.map(|(_, text)| text)
}
