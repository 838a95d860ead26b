//! What an engine returns for one run: the values, their evidence, and how the schema's checks came out.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evidence::Audit;
use crate::schema::check::CheckResult;

/// The outcome of one run over all documents of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    /// A short name for the result: kind and number of the document, where they were found.
    pub title: Option<String>,
    /// `{group: {field: value}}`, a list for a repeated group; every key of the schema, null where nothing was found.
    pub data: Value,
    /// The evidence, in the shape of `data`.
    pub audit: Audit,
    /// The schema's checks by group, behind them those that follow from what the fields mean.
    pub checks: IndexMap<String, Vec<CheckResult>>,
    /// What the engine could not use or could not do, for the template's author.
    pub warnings: Vec<String>,
}
