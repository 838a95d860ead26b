//! `DELETE /extractions/sessions/{sessionId}/documents/{documentId}`

use actix_web::{HttpResponse, delete};
use domain::id::{DocumentId, SessionId};

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, PathIds, State};
use crate::ops;

/// Take a document out of a session
///
/// The document stays in the workspace, the others of the session keep their order. Runs that were started with it keep
/// it: those under way read it to their end, and results are what they were.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(
        ("sessionId" = SessionId, Path, description = "The session."),
        ("documentId" = DocumentId, Path, description = "A document that is attached to it."),
    ),
    responses((status = 204, description = "It is attached no longer.")),
)]
#[delete("/extractions/sessions/{sessionId}/documents/{documentId}")]
pub(super) async fn detach_document(
    caller: Caller<SessionsWrite>,
    state: State,
    PathIds(session, document): PathIds<SessionId, DocumentId>,
) -> Result<HttpResponse, ApiError> {
    ops::sessions::detach(&state, caller.who(), session, document).await?;
    Ok(HttpResponse::NoContent().finish())
}
