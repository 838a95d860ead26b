//! What is sent, and what comes back where `domain` has no type that is read.
//!
//! Members that a newer server adds are ignored.

use std::collections::BTreeMap;

use domain::document::DocumentStatus;
use domain::evidence::{Audit, Evidence};
use domain::hash::ContentHash;
use domain::id::{DocumentId, ResultId, SessionId, TemplateId, WorkspaceId};
use domain::result::{DocumentRef, ResultStatus};
use domain::schema::check::CheckResult;
use domain::session::SessionStatus;
use domain::time::Timestamp;
use domain::upload::UploadKey;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A list as it is sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Data<T> {
    pub(crate) data: Vec<T>,
}

/// A template to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewTemplate {
    /// Whose it shall be.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What to extract. [`domain::schema::CompiledSchema::compile`] finds mistakes in it before it is sent.
    pub schema_json: Value,
}

impl NewTemplate {
    /// A template without a description.
    pub fn new(workspace: WorkspaceId, name: impl Into<String>, schema: Value) -> Self {
        Self {
            workspace_id: workspace,
            name: name.into(),
            description: None,
            schema_json: schema,
        }
    }
}

/// Where to send a file.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadAddress {
    pub(crate) key: UploadKey,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
}

/// A file of a workspace.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub filename: String,
    /// The type found in its bytes.
    pub mime: String,
    /// Length in bytes.
    pub size: u64,
    /// Fingerprint of its bytes.
    pub sha256: ContentHash,
    /// How far it is.
    pub status: DocumentStatus,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// A session with what is in it, in short.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SessionContents {
    /// Its id.
    pub id: SessionId,
    /// Its name.
    pub name: String,
    /// By which template.
    #[serde(rename = "extraction_template_id")]
    pub template_id: TemplateId,
    /// That of the latest result.
    pub status: SessionStatus,
    /// Its documents, in the order of attachment.
    pub documents: Vec<DocumentSummary>,
    /// Its latest results, the newest first.
    pub results: Vec<ResultSummary>,
}

/// A document in short.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DocumentSummary {
    /// Its id.
    pub id: DocumentId,
    /// Its name.
    pub filename: String,
    /// How far it is.
    pub status: DocumentStatus,
}

/// A result in short.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ResultSummary {
    /// Its id.
    pub id: ResultId,
    /// How far it is.
    pub status: ResultStatus,
    /// A short name.
    pub title: Option<String>,
}

/// A session of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BatchSession {
    /// Its id.
    pub id: SessionId,
    /// Its name; that of the document once it is known.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One extraction run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RunResult {
    /// Its id.
    pub id: ResultId,
    /// Of which session.
    pub extraction_session_id: SessionId,
    /// How far it is.
    pub status: ResultStatus,
    /// A short name.
    pub title: Option<String>,
    /// The documents that it was made from.
    pub document_refs: Vec<DocumentRef>,
    /// The values, `{group: {field: value}}`; none before it is completed.
    pub data: Option<Value>,
    /// The evidence in the shape of `data`.
    pub audit_data: Option<Audit>,
    /// How the schema's checks came out, by group.
    #[serde(default)]
    pub checks: BTreeMap<String, Vec<CheckResult>>,
    /// What the engine could not use, and documents that could not be read.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was completed or failed.
    pub completed_at: Option<Timestamp>,
}

impl RunResult {
    /// A value by its path, `/invoice/total` or `/line_items/0/amount` (a JSON pointer). None where the schema has
    /// no such field; null where nothing was found.
    pub fn value(&self, pointer: &str) -> Option<&Value> {
        self.data.as_ref()?.pointer(pointer)
    }

    /// The proof of the value at the same path.
    pub fn evidence(&self, pointer: &str) -> Option<&Evidence> {
        let mut node = self.audit_data.as_ref()?;
        for segment in pointer.split('/').skip(1) {
            node = match node {
                Audit::Object(fields) => fields.get(segment)?,
                Audit::List(rows) => rows.get(segment.parse::<usize>().ok()?)?,
                Audit::Leaf(_) => return None,
            };
        }
        match node {
            Audit::Leaf(evidence) => Some(evidence),
            Audit::List(_) | Audit::Object(_) => None,
        }
    }

    /// All values as a type of the caller's. Every field of the schema is there, null where nothing was found.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(self.data.as_ref().unwrap_or(&Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use domain::evidence::Engine;
    use serde_json::json;

    use super::*;

    fn result() -> RunResult {
        let leaf = |why: &str| json!(Evidence::not_found(Engine::Layout, why));
        let body = json!({
            "id": ResultId::generate(), "extraction_session_id": SessionId::generate(), "status": "completed",
            "title": null, "document_refs": [], "error": null, "completed_at": null, "a_newer_member": 1,
            "data": {"invoice": {"total": 7.5}, "lines": [{"amount": 1}, {"amount": null}]},
            "audit_data": {"invoice": {"total": leaf("total")}, "lines": [{"amount": leaf("first")}, {"amount": leaf("second")}]},
        });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn values_and_their_proof_are_found_by_the_same_path() {
        let result = result();
        assert_eq!(result.value("/invoice/total"), Some(&json!(7.5)));
        assert_eq!(result.value("/lines/1/amount"), Some(&Value::Null));
        assert_eq!(result.evidence("/lines/1/amount").unwrap().reasoning, "second");
        for nothing in [
            "/invoice",
            "/invoice/net",
            "/lines/2/amount",
            "/invoice/total/more",
        ] {
            assert_eq!(result.evidence(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn all_values_are_read_as_a_type() {
        #[derive(Deserialize)]
        struct Values {
            invoice: Invoice,
        }
        #[derive(Deserialize)]
        struct Invoice {
            total: Option<f64>,
        }
        let values: Values = result().read().unwrap();
        assert_eq!(values.invoice.total, Some(7.5));
    }
}
