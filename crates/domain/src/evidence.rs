//! The proof that goes with every value: where it stands, how sure it is, and what else it could have been.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::geometry::BBox;
use crate::id::{ChunkId, DocumentId};

/// The evidence for one value: a leaf of `audit_data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// Why this value, in words, made from what decided.
    pub reasoning: String,
    /// Probability that the value is right, 0..=1.
    pub confidence: f64,
    /// How the value relates to what is printed.
    pub verdict: Verdict,
    /// Which engine found it.
    pub engine: Engine,
    /// The places that prove it, one for each line it stands on; none for `inferred` and `not_found`.
    pub sources: Vec<Source>,
    /// Other readings that were considered, the likeliest first.
    pub alternatives: Vec<Alternative>,
}

impl Evidence {
    /// Evidence for a value that was looked for and not found.
    pub fn not_found(engine: Engine, reasoning: impl Into<String>) -> Self {
        Self {
            reasoning: reasoning.into(),
            confidence: 0.0,
            verdict: Verdict::NotFound,
            engine,
            sources: Vec::new(),
            alternatives: Vec::new(),
        }
    }
}

/// How a value relates to what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The value's text stands at the place, letter for letter but for blanks and line ends.
    Grounded,
    /// What stands there gives the value when it is read: `1.234,50` is 1234.5, `3 Jan 2024` is 2024-01-03.
    Normalized,
    /// No place holds it: a sum, a classification.
    Inferred,
    /// The value is null.
    NotFound,
}

/// What found a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// The built-in engine, without a model.
    Layout,
    /// A language model.
    Llm,
}

/// A place that proves a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The chunk that holds the place; null where the place lies outside all chunks (a mail header).
    pub chunk_id: Option<ChunkId>,
    /// The document.
    pub document_id: DocumentId,
    /// Page, slide or sheet, from 1.
    pub page: u32,
    /// The text that stands there, as printed.
    pub text: String,
    /// Its box in fractions of the page, origin top left; null where the format has no page geometry.
    pub bbox: Option<BBox>,
    /// The same place in the terms of the format.
    pub place: Place,
}

/// A place in the terms of the document's format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Place {
    /// The box in `bbox`.
    Box,
    /// A cell of a spreadsheet.
    Cell {
        /// Name of the sheet.
        sheet: String,
        /// `B7`.
        address: String,
    },
    /// A paragraph of a text without pages.
    Paragraph {
        /// Page by explicit breaks, from 1.
        page: u32,
        /// Index on that page, from 0.
        index: u32,
    },
    /// A header of a mail.
    Header {
        /// `Subject`.
        name: String,
    },
    /// An element of an XML file.
    Xml {
        /// Its path, `/Invoice/ID`.
        path: String,
    },
}

/// Another reading that was considered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alternative {
    /// The value it would have given.
    pub value: Value,
    /// Its probability, 0..=1.
    pub confidence: f64,
    /// Where it stands.
    pub sources: Vec<Source>,
}

/// Evidence in the shape of the data: a leaf for every value, objects and lists as in the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audit {
    /// The evidence of one value.
    Leaf(Box<Evidence>),
    /// One entry a row.
    List(Vec<Audit>),
    /// One entry a field.
    Object(IndexMap<String, Audit>),
}

impl Audit {
    /// An object without fields, to be filled.
    pub fn object() -> Self {
        Self::Object(IndexMap::new())
    }

    /// Visits every leaf with its path (`invoice.total`, `line_items.0.amount`).
    pub fn for_each_leaf(&self, visit: &mut impl FnMut(&str, &Evidence)) {
        self.walk(&mut String::new(), visit);
    }

    fn walk(&self, path: &mut String, visit: &mut impl FnMut(&str, &Evidence)) {
        match self {
            Self::Leaf(evidence) => visit(path, evidence),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    Self::step(path, &index.to_string(), |path| item.walk(path, visit));
                }
            }
            Self::Object(fields) => {
                for (name, field) in fields {
                    Self::step(path, name, |path| field.walk(path, visit));
                }
            }
        }
    }

    /// Runs `inside` with one more segment on the path, and takes it off again.
    fn step(path: &mut String, segment: &str, inside: impl FnOnce(&mut String)) {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(segment);
        inside(path);
        path.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audit_tree_reads_back_from_json() {
        let leaf = || Audit::Leaf(Box::new(Evidence::not_found(Engine::Layout, "no label")));
        let row = Audit::Object(IndexMap::from([("amount".to_owned(), leaf())]));
        let tree = Audit::Object(IndexMap::from([
            ("total".to_owned(), leaf()),
            ("lines".to_owned(), Audit::List(vec![row])),
        ]));
        let text = serde_json::to_string(&tree).unwrap();
        assert_eq!(serde_json::from_str::<Audit>(&text).unwrap(), tree);
        let mut paths = Vec::new();
        tree.for_each_leaf(&mut |path, _| paths.push(path.to_owned()));
        assert_eq!(paths, ["total", "lines.0.amount"]);
    }

    #[test]
    fn a_place_names_its_kind() {
        let place = Place::Cell {
            sheet: "May".to_owned(),
            address: "B7".to_owned(),
        };
        let json = serde_json::json!({"type": "cell", "sheet": "May", "address": "B7"});
        assert_eq!(serde_json::to_value(place).unwrap(), json);
    }
}
