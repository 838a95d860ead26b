//! Sessions as they are sent.

use domain::session::Session;
use serde::Serialize;

use super::{DocumentBody, ResultBody};
use crate::ops::sessions::SessionContents;

/// A session with its documents and results.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SessionWithContents)]
pub struct SessionBody {
    /// The session itself.
    #[serde(flatten)]
    pub session: Session,
    /// Its documents, in the order of attachment.
    pub documents: Vec<DocumentBody>,
    /// Its latest results, the newest first.
    pub results: Vec<ResultBody>,
}

impl SessionBody {
    /// A session that has nothing yet.
    pub fn empty(session: Session) -> Self {
        Self {
            session,
            documents: Vec::new(),
            results: Vec::new(),
        }
    }
}

impl From<SessionContents> for SessionBody {
    fn from(contents: SessionContents) -> Self {
        let SessionContents {
            session,
            documents,
            results,
        } = contents;
        let id = session.id;
        Self {
            session,
            documents: documents
                .into_iter()
                .map(|document| DocumentBody::from(document).through(id))
                .collect(),
            results: results.into_iter().map(ResultBody::from).collect(),
        }
    }
}
