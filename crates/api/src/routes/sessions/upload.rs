//! `POST /extractions/sessions/{sessionId}/documents/upload`, and `.../documents`, its older address.

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::id::SessionId;
use serde::Serialize;

use crate::error::ApiError;
use crate::extract::ability::SessionsWrite;
use crate::extract::{Caller, FileForm, PathId, State, UploadByKey, UploadForm};
use crate::ops;
use crate::ops::uploads::Named;
use crate::wire::{Data, DocumentBody};

/// The documents that came in.
#[derive(Debug, Serialize)]
pub(super) struct UploadedDocuments {
    /// The documents, in the order in which they were named.
    data: Vec<DocumentBody>,
    /// The members of a single document beside the list, where it was sent in one of the older forms: clients of
    /// those look for them there.
    #[serde(flatten)]
    single: Option<DocumentBody>,
}

/// Upload documents to a session
///
/// By the keys of uploaded files, `{"keys": [...]}`; or, in older forms, by one key with a name, `{"key", "filename"}`,
/// or as a multipart form with the field `file`; the members of the one document then stand beside `data`, too. A file
/// that the workspace has already is not stored twice. Reading starts by itself.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    request_body(content((UploadByKey = "application/json"), (FileForm = "multipart/form-data"))),
    responses((status = 201, description = "The documents.", body = Data<DocumentBody>)),
)]
#[post("/extractions/sessions/{sessionId}/documents/upload")]
pub(super) async fn upload_documents(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
    form: UploadForm,
) -> Result<impl Responder, ApiError> {
    upload(caller, state, session, form).await
}

/// Upload a document to a session (older address)
///
/// The same as `POST /extractions/sessions/{sessionId}/documents/upload`.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsWrite::NAME])),
    params(("sessionId" = SessionId, Path, description = "The session.")),
    request_body(content((UploadByKey = "application/json"), (FileForm = "multipart/form-data"))),
    responses((status = 201, description = "The documents.", body = Data<DocumentBody>)),
)]
#[post("/extractions/sessions/{sessionId}/documents")]
pub(super) async fn create_document(
    caller: Caller<SessionsWrite>,
    state: State,
    PathId(session): PathId<SessionId>,
    form: UploadForm,
) -> Result<impl Responder, ApiError> {
    upload(caller, state, session, form).await
}

async fn upload(
    caller: Caller<SessionsWrite>,
    state: State,
    session: SessionId,
    form: UploadForm,
) -> Result<(Json<UploadedDocuments>, StatusCode), ApiError> {
    let who = caller.who();
    // Before any bytes are taken in.
    ops::sessions::check_writable(&state, who, session).await?;
    let (files, password, is_single) = match form {
        UploadForm::Keys { keys, password } => (Named::list("keys", keys), password, false),
        UploadForm::Key {
            key,
            filename,
            password,
        } => (vec![Named::one("key", key, filename)], password, true),
        UploadForm::File(multipart) => {
            let file = multipart.into_file().await?;
            let (stored, password) = ops::uploads::store_file(&state, who, file).await?;
            (vec![stored], password, true)
        }
    };
    let documents = ops::documents::create_in_session(&state, who, session, files, password).await?;
    let data: Vec<DocumentBody> = documents
        .into_iter()
        .map(|document| DocumentBody::from(document).through(session))
        .collect();
    let single = data.first().filter(|_| is_single).cloned();
    Ok((Json(UploadedDocuments { data, single }), StatusCode::CREATED))
}
