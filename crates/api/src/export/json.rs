//! JSON: an object a session.

use domain::id::{ResultId, SessionId};
use domain::session::SessionStatus;
use serde::Serialize;
use serde_json::Value;

use super::table::About;

/// What a session's latest completed result says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedSession {
    /// The session.
    session_id: SessionId,
    /// Its name.
    #[schema(example = "invoice-17.pdf")]
    session_name: String,
    /// How far the session is: that of its latest run, which may be another than the one exported.
    status: SessionStatus,
    /// The latest completed result; null before there is one.
    result_id: Option<ResultId>,
    /// The result's short name.
    title: Option<String>,
    /// Its values, `{group: {field: value}}`; null before there is a completed result.
    #[schema(value_type = Option<Object>, example = json!({"invoice": {"number": "INV-17", "total": 1190.0}}))]
    data: Option<Value>,
}

impl ExportedSession {
    /// A session with its values.
    pub fn new(about: About, data: Option<Value>) -> Self {
        let About {
            session_id,
            session_name,
            status,
            result_id,
            title,
        } = about;
        Self {
            session_id,
            session_name,
            status,
            result_id,
            title,
            data,
        }
    }
}

/// Items of a list that is written piece by piece: each with the comma that it needs before it.
pub fn items<T: Serialize>(items: &[T], is_first: bool) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !(is_first && index == 0) {
            bytes.push(b',');
        }
        serde_json::to_writer(&mut bytes, item)?;
    }
    Ok(bytes)
}
