//! A case, as far as judging needs it: what is asked, and the answers.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::compare::{How, Order};

/// The part of a case that holds the answers. Read from `case.json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Answers {
    /// Its name: the prediction has the same.
    pub id: String,
    /// Where it is from.
    #[serde(default)]
    pub source: Source,
    /// What is asked.
    pub kind: Kind,
    #[serde(default)]
    pub(crate) schema: Schema,
    expected: Option<Map<String, Value>>,
    #[serde(default)]
    pub(crate) scoring: Scoring,
    must_contain: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) must_not_contain: Vec<String>,
    /// What is wrong with a hostile document.
    #[serde(default)]
    pub(crate) class: String,
}

impl Answers {
    /// Whether there are any: cases can be handed on without.
    #[must_use]
    pub fn are_known(&self) -> bool {
        match self.kind {
            Kind::Fields => self.expected.is_some(),
            Kind::Text => self.must_contain.is_some(),
            Kind::Hostile => true,
        }
    }

    /// What stands in the document for a group.
    pub(crate) fn expected(&self, group: &str) -> &Value {
        const NOTHING: &Value = &Value::Null;
        let groups = self.expected.as_ref();
        groups.and_then(|groups| groups.get(group)).unwrap_or(NOTHING)
    }

    /// What the text of the document holds.
    pub(crate) fn must_contain(&self) -> &[String] {
        self.must_contain.as_deref().unwrap_or_default()
    }
}

/// Where a case is from.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Source {
    /// The collection.
    pub name: String,
}

/// What is asked of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Values by a schema.
    Fields,
    /// The text of the document.
    Text,
    /// To survive it.
    Hostile,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Schema {
    pub(crate) groups: Map<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Scoring {
    #[serde(default)]
    pub(crate) date_order: Option<Order>,
    #[serde(default)]
    pub(crate) compare: HashMap<String, How>,
}
