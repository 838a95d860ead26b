//! `POST /extractions/sessions`

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::id::TemplateId;
use domain::name::Name;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, JsonBody, State};
use crate::ops;
use crate::ops::sessions::NewSession;
use crate::wire::SessionBody;

/// A session to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateSession {
    /// The template by which its documents are extracted.
    extraction_template_id: TemplateId,
    /// Its name; that of the first document where it is left out.
    #[schema(example = "March")]
    name: Option<Name>,
    /// Settings; kept and returned.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// Create a session
///
/// For documents that are extracted together by one template. Upload or attach them next, then start a run.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    request_body = CreateSession,
    responses((status = 201, description = "The session, without documents and results.", body = SessionBody)),
)]
#[post("/extractions/sessions")]
pub(super) async fn create_session(
    caller: Caller<SessionsWrite>,
    state: State,
    JsonBody(body): JsonBody<CreateSession>,
) -> Result<impl Responder, ApiError> {
    let CreateSession {
        extraction_template_id: template,
        name,
        settings,
    } = body;
    let new = NewSession {
        template,
        name,
        settings,
    };
    let session = ops::sessions::create(&state, caller.who(), new).await?;
    Ok((Json(SessionBody::empty(session)), StatusCode::CREATED))
}
