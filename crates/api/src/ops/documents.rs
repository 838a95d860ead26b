//! Documents and what was read out of them.

mod chunks;
mod create;
mod delete;
mod download;
mod pages;

use domain::access::Scope;
use domain::document::{Document, DocumentStatus};
use domain::id::{DocumentId, WorkspaceId};
use domain::pagination::{GrowingPage, ListRequest};
use domain::parsing::Parsing;
use domain::password::DocumentPassword;
use storage::AnyConnection;

use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

pub use chunks::{ChunkStream, NOT_READ, all_chunks, chunks};
pub use create::{Created, IntoSession, create_in_session, create_in_workspace};
pub use delete::delete;
pub use download::{DownloadAddress, address, address_in, find_permitted, open, open_whole};
pub use pages::{PictureWanted, find_page, pages, picture, revision_of};

/// A document with its parsings, the latest changed last.
#[derive(Debug, Clone)]
pub struct ReadDocument {
    /// The document.
    pub document: Document,
    /// How often and with what outcome it was read.
    pub parsings: Vec<Parsing>,
}

/// A document of the caller's.
pub async fn get(state: &AppState, who: &Requester, id: DocumentId) -> Result<ReadDocument, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let document =
                storage::documents::find(conn, &scope, id)?.ok_or(ApiError::NotFound("document"))?;
            let parsings = storage::parsings::list_for_documents(conn, &scope, &[id])?;
            Ok(ReadDocument { document, parsings })
        })
        .await
}

/// A part of a workspace's documents.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    request: ListRequest<DocumentStatus>,
) -> Result<GrowingPage<ReadDocument>, ApiError> {
    who.may_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let GrowingPage { items, next, total } =
                storage::documents::list(conn, &scope, workspace, &request)?;
            let items = with_parsings(conn, &scope, items)?;
            Ok(GrowingPage { items, next, total })
        })
        .await
}

/// A password as it is kept with the parsings that need it.
pub(super) fn sealed(
    state: &AppState,
    workspace: WorkspaceId,
    password: Option<&DocumentPassword>,
) -> Result<Option<Vec<u8>>, ApiError> {
    let sealed = password.map(|password| state.passwords.seal(workspace, password));
    sealed.transpose().map_err(ApiError::internal)
}

/// Documents with their parsings, in the order given.
pub(super) fn with_parsings(
    conn: &mut AnyConnection,
    scope: &Scope,
    documents: Vec<Document>,
) -> Result<Vec<ReadDocument>, ApiError> {
    let ids: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
    let all = storage::parsings::list_for_documents(conn, scope, &ids)?;
    let read = documents.into_iter().map(|document| {
        let own = all.iter().filter(|parsing| parsing.document_id == document.id);
        ReadDocument {
            parsings: own.cloned().collect(),
            document,
        }
    });
    Ok(read.collect())
}
