//! A short name for a result: the kind of the document and its number, as they are printed and were found.

use domain::evidence::Audit;
use serde_json::Value;

use super::candidates::clean;
use super::labels::Hit;
use super::scene::Scene;
use super::view::{Segment, View};
use crate::lexicon::normal;

/// A title line has at most so many words.
const LONGEST: usize = 4;
/// How much larger than most lines it is.
const LARGE: f64 = 1.25;
/// It stands in this part of the page, from the top.
const HEAD: f64 = 0.4;

/// "Rechnung 471102": the largest short line at the head of the first page, and the first number of a document found.
pub(crate) fn of(scene: &Scene<'_>, audit: &Audit, data: &Value) -> Option<String> {
    let number = first_number(audit, data);
    let kind = kind(scene);
    match (kind, number) {
        (Some(kind), Some(number)) => Some(format!("{kind} {number}")),
        (Some(kind), None) => Some(kind),
        (None, Some(number)) => Some(number),
        (None, None) => scene
            .documents
            .first()
            .map(|document| document.name.to_owned())
            .filter(|n| !n.is_empty()),
    }
}

/// The value of the first field whose key says that it is the number of something.
fn first_number(audit: &Audit, data: &Value) -> Option<String> {
    let mut found = None;
    audit.for_each_leaf(&mut |path, _| {
        if found.is_some() {
            return;
        }
        let words = path.rsplit('.').next().map(normal::key_words).unwrap_or_default();
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

/// The kind of document: the title of the first page.
fn kind(scene: &Scene<'_>) -> Option<String> {
    let view = &scene.sheets.first()?.view;
    let heads = view.segments.iter().filter(|segment| is_title(view, segment));
    let largest = heads.max_by(|a, b| {
        a.place
            .height()
            .total_cmp(&b.place.height())
            .then(b.row.cmp(&a.row))
    })?;
    Some(clean(&largest.text)).filter(|text| !text.is_empty())
}

/// A short line at the head of a page in larger type than most, without digits.
fn is_title(view: &View<'_>, segment: &Segment) -> bool {
    let short = segment.len() <= LONGEST && !segment.text.chars().any(|c| c.is_ascii_digit());
    let letters = segment.text.chars().filter(|c| c.is_alphabetic()).count();
    let large = segment.place.height() > LARGE * view.unit;
    let capitals = segment
        .text
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(char::is_uppercase)
        && segment.len() == 1;
    let head = segment.place.center_y() < HEAD * view.height;
    let level = segment.place.width() > segment.place.height();
    short && head && level && letters >= 4 && (large || (capitals && segment.bold))
}

/// The words of each document's titles.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    words: Vec<Vec<String>>,
}

impl Titles {
    pub(crate) fn new(scene: &Scene<'_>) -> Self {
        let mut words: Vec<Vec<String>> = vec![Vec::new(); scene.documents.len()];
        for sheet in scene.sheets.iter().filter(|sheet| sheet.view.page.number == 1) {
            let Some(list) = words.get_mut(sheet.view.document) else {
                continue;
            };
            let heads = sheet
                .view
                .segments
                .iter()
                .filter(|segment| is_title(&sheet.view, segment));
            list.extend(heads.flat_map(|segment| normal::words(&segment.text)));
        }
        Self { words }
    }

    /// Whether a label holds a word of the document's title: on an invoice, "Invoice #" is the document's number.
    pub(crate) fn names(&self, document: usize, view: &View<'_>, hit: &Hit) -> bool {
        let Some(titles) = self.words.get(document) else {
            return false;
        };
        let Some(segment) = view.segment(hit.segment) else {
            return false;
        };
        normal::words(segment.slice(hit.from, hit.to))
            .iter()
            .any(|word| word != "no" && titles.contains(word))
    }
}
