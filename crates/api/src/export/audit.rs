//! The evidence as a table: a row a source, and one for a value that has none.

use std::collections::HashMap;
use std::fmt::Write;

use domain::evidence::{Alternative, Audit, Engine, Evidence, Place, Source, Verdict};
use domain::id::DocumentId;
use serde_json::Value;

use super::cell::Cell;
use super::csv::plain;

/// The headings.
pub const HEADER: [&str; 16] = [
    "group",
    "field",
    "value",
    "verdict",
    "confidence",
    "page",
    "x0",
    "y0",
    "x1",
    "y1",
    "place",
    "text",
    "document",
    "reasoning",
    "alternatives",
    "engine",
];

/// The names of documents.
pub type Filenames = HashMap<DocumentId, String>;

/// Hands every row to `take`, in the order of the data, until it fails.
pub fn for_each_row<E>(
    audit: &Audit,
    data: &Value,
    filenames: &Filenames,
    take: &mut impl FnMut(&[Cell<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut walk = Walk {
        filenames,
        path: Vec::new(),
        take,
    };
    walk.enter(audit, Some(data))
}

struct Walk<'w, T> {
    filenames: &'w Filenames,
    path: Vec<String>,
    take: &'w mut T,
}

impl<T> Walk<'_, T> {
    fn enter<E>(&mut self, audit: &Audit, data: Option<&Value>) -> Result<(), E>
    where
        T: FnMut(&[Cell<'_>]) -> Result<(), E>,
    {
        match audit {
            Audit::Leaf(evidence) => self.leaf(evidence, data),
            Audit::Object(members) => members.iter().try_for_each(|(name, member)| {
                let value = data.and_then(|data| data.get(name));
                self.step(name.clone(), member, value)
            }),
            Audit::List(items) => items.iter().enumerate().try_for_each(|(index, item)| {
                let value = data.and_then(|data| data.get(index));
                self.step(index.to_string(), item, value)
            }),
        }
    }

    fn step<E>(&mut self, segment: String, audit: &Audit, data: Option<&Value>) -> Result<(), E>
    where
        T: FnMut(&[Cell<'_>]) -> Result<(), E>,
    {
        self.path.push(segment);
        self.enter(audit, data)?;
        self.path.pop();
        Ok(())
    }

    fn leaf<E>(&mut self, evidence: &Evidence, value: Option<&Value>) -> Result<(), E>
    where
        T: FnMut(&[Cell<'_>]) -> Result<(), E>,
    {
        let (group, field) = self
            .path
            .split_first()
            .map_or(("", String::new()), |(group, rest)| {
                (group.as_str(), rest.join("."))
            });
        let alternatives = alternatives(&evidence.alternatives);
        let mut row = |source: Option<&Source>| {
            let [page, x0, y0, x1, y1, place, text, document] = source_cells(source, self.filenames);
            (self.take)(&[
                Cell::text(group),
                Cell::text(&field),
                Cell::value(value),
                Cell::text(verdict_name(evidence.verdict)),
                Cell::fraction(evidence.confidence),
                page,
                x0,
                y0,
                x1,
                y1,
                place,
                text,
                document,
                Cell::text(&evidence.reasoning),
                Cell::text(&alternatives),
                Cell::text(engine_name(evidence.engine)),
            ])
        };
        if evidence.sources.is_empty() {
            return row(None);
        }
        evidence.sources.iter().try_for_each(|source| row(Some(source)))
    }
}

fn source_cells<'a>(source: Option<&'a Source>, filenames: &'a Filenames) -> [Cell<'a>; 8] {
    let Some(source) = source else {
        return Default::default();
    };
    let [x0, y0, x1, y1] = match &source.bbox {
        Some(bbox) => [bbox.x0(), bbox.y0(), bbox.x1(), bbox.y1()].map(Cell::fraction),
        None => Default::default(),
    };
    let document = match filenames.get(&source.document_id) {
        Some(name) => Cell::text(name),
        None => Cell::owned(source.document_id.to_string()),
    };
    let page = Cell::count(source.page);
    [
        page,
        x0,
        y0,
        x1,
        y1,
        place(&source.place),
        Cell::text(&source.text),
        document,
    ]
}

/// A place that has no box, in words.
fn place(place: &Place) -> Cell<'_> {
    match place {
        Place::Box => Cell::Empty,
        Place::Cell { sheet, address } => Cell::owned(format!("{sheet}!{address}")),
        Place::Paragraph { page, index } => Cell::owned(format!("page {page}, paragraph {index}")),
        Place::Header { name } => Cell::owned(format!("header {name}")),
        Place::Xml { path } => Cell::text(path),
    }
}

/// `1190 (0.42); 1000 (0.1)`
fn alternatives(alternatives: &[Alternative]) -> String {
    let mut text = String::new();
    for Alternative {
        value, confidence, ..
    } in alternatives
    {
        let separator = if text.is_empty() { "" } else { "; " };
        let value = plain(&Cell::value(Some(value)));
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{value} ({confidence})");
    }
    text
}

const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Grounded => "grounded",
        Verdict::Normalized => "normalized",
        Verdict::Inferred => "inferred",
        Verdict::NotFound => "not_found",
    }
}

/// The name of an engine as the API sends it.
pub const fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Layout => "layout",
        Engine::Llm => "llm",
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use domain::geometry::BBox;
    use indexmap::IndexMap;
    use serde_json::json;

    use super::*;

    fn leaf(sources: Vec<Source>) -> Audit {
        let mut evidence = Evidence::not_found(Engine::Layout, "label beside it");
        evidence.sources = sources;
        evidence.alternatives = [("1190", 0.5), ("=x", 0.25)]
            .map(|(value, confidence)| Alternative {
                value: json!(value),
                confidence,
                sources: Vec::new(),
            })
            .to_vec();
        Audit::Leaf(Box::new(evidence))
    }

    fn source(document_id: DocumentId, bbox: Option<BBox>, place: Place) -> Source {
        Source {
            chunk_id: None,
            document_id,
            page: 2,
            text: "1.190,00".to_owned(),
            bbox,
            place,
        }
    }

    #[test]
    fn a_value_with_two_sources_is_two_rows_and_one_without_is_one() {
        let (known, unknown) = (DocumentId::generate(), DocumentId::generate());
        let filenames = Filenames::from([(known, "a.pdf".to_owned())]);
        let address = Place::Cell {
            sheet: "May".to_owned(),
            address: "B7".to_owned(),
        };
        let sources = vec![
            source(known, Some(BBox::new(0.1, 0.2, 0.3, 0.4)), Place::Box),
            source(unknown, None, address),
        ];
        let row = Audit::Object(IndexMap::from([
            ("net".to_owned(), leaf(sources)),
            ("note".to_owned(), leaf(Vec::new())),
        ]));
        let audit = Audit::Object(IndexMap::from([("lines".to_owned(), Audit::List(vec![row]))]));
        let data = json!({"lines": [{"net": 1190, "note": null}]});
        let mut rows: Vec<Vec<String>> = Vec::new();
        let outcome = for_each_row(&audit, &data, &filenames, &mut |row| {
            rows.push(row.iter().map(plain).collect());
            Ok::<_, Infallible>(())
        });
        assert_eq!(outcome, Ok(()));
        let unknown = unknown.to_string();
        let other = "1190 (0.5); =x (0.25)";
        let reason = "label beside it";
        assert_eq!(
            rows,
            [
                [
                    "lines",
                    "0.net",
                    "1190",
                    "not_found",
                    "0.0",
                    "2",
                    "0.1",
                    "0.2",
                    "0.3",
                    "0.4",
                    "",
                    "1.190,00",
                    "a.pdf",
                    reason,
                    other,
                    "layout"
                ],
                [
                    "lines",
                    "0.net",
                    "1190",
                    "not_found",
                    "0.0",
                    "2",
                    "",
                    "",
                    "",
                    "",
                    "May!B7",
                    "1.190,00",
                    &unknown,
                    reason,
                    other,
                    "layout"
                ],
                [
                    "lines",
                    "0.note",
                    "",
                    "not_found",
                    "0.0",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    reason,
                    other,
                    "layout"
                ],
            ]
        );
        assert!(rows.iter().all(|row| row.len() == HEADER.len()));
    }
}
