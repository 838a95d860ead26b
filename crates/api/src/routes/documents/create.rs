//! `POST /workspaces/{workspaceId}/documents`

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{Responder, post};
use domain::id::{SessionId, WorkspaceId};
use domain::name::Name;
use domain::password::DocumentPassword;
use domain::result::DocumentRef;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::extract::ability::DocumentsWrite;
use crate::extract::{Caller, FileForm, JsonOrFile, PathId, State};
use crate::ops;
use crate::ops::documents::{Created, IntoSession};
use crate::ops::uploads::Named;
use crate::wire::DocumentBody;

/// An uploaded file that becomes a document.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateWorkspaceDocument {
    /// The key of the uploaded file.
    #[schema(example = "tmp/0198c0de-7e57-7000-8000-000000000001")]
    key: String,
    /// The name the document shall have; that of the upload where it is left out.
    #[schema(example = "invoice.pdf")]
    filename: Option<Name>,
    /// What opens the file, if it is locked. It is kept sealed until the file is read, and no longer.
    password: Option<DocumentPassword>,
    /// Taken and of no effect: the type is found in the bytes.
    #[expect(dead_code, reason = "part of the contract; nothing depends on it")]
    #[schema(example = "application/pdf")]
    mime: Option<String>,
    /// A session of the workspace to which the document is attached, too. This needs the ability `sessions-write` as
    /// well.
    session_id: Option<SessionId>,
    /// The same as `session_id`, which goes first.
    extraction_session_id: Option<SessionId>,
}

/// A document that came in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CreatedDocument {
    /// The document.
    document: DocumentBody,
    /// Whether the workspace had it already.
    dedup: Dedup,
    /// The document as it is named in results.
    document_ref: DocumentRef,
}

/// Whether a content was there already.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Dedup {
    /// The workspace had a document of this content: it is that one, under its old name.
    reused: bool,
    /// By what it would be recognised.
    matched_by: MatchedBy,
}

/// By what a content is recognised.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum MatchedBy {
    /// The fingerprint of its bytes.
    Sha256,
}

/// Create a document in a workspace
///
/// By the key of an uploaded file, or as a multipart form with the field `file`. A content that the workspace has already
/// is not stored twice: then the status is 200 and the document is the one that was there. Reading starts by itself: as
/// the template of the session wants it where one is named, else as the server is configured.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = [DocumentsWrite::NAME])),
    params(("workspaceId" = WorkspaceId, Path, description = "The workspace.")),
    request_body(content((CreateWorkspaceDocument = "application/json"), (FileForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "The new document.", body = CreatedDocument),
        (status = 200, description = "The document of this content that the workspace had already.",
            body = CreatedDocument),
    ),
)]
#[post("/workspaces/{workspaceId}/documents")]
pub(super) async fn create_workspace_document(
    caller: Caller<DocumentsWrite>,
    state: State,
    PathId(workspace): PathId<WorkspaceId>,
    form: JsonOrFile<CreateWorkspaceDocument>,
) -> Result<impl Responder, ApiError> {
    let who = caller.who();
    // Before any bytes are taken in.
    who.may_in(workspace, "workspace")?;
    let (file, session, password) = match form {
        JsonOrFile::Json(body) => {
            let session = body.session();
            (Named::one("key", body.key, body.filename), session, body.password)
        }
        JsonOrFile::File(form) => {
            let file = form.into_file().await?;
            let (stored, password) = ops::uploads::store_file(&state, who, file).await?;
            (stored, None, password)
        }
    };
    let created =
        ops::documents::create_in_workspace(&state, who, workspace, file, session, password).await?;
    let status = if created.is_reused {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let body = CreatedDocument::new(created, session.map(|session| session.id));
    Ok((Json(body), status))
}

impl CreateWorkspaceDocument {
    fn session(&self) -> Option<IntoSession> {
        let named = |id: Option<SessionId>, member: &'static str| Some(IntoSession { id: id?, member });
        let older = || named(self.extraction_session_id, "extraction_session_id");
        named(self.session_id, "session_id").or_else(older)
    }
}

impl CreatedDocument {
    pub(super) fn new(created: Created, session: Option<SessionId>) -> Self {
        let Created { read, is_reused } = created;
        let document_ref = DocumentRef::from(&read.document);
        let document = DocumentBody::from(read);
        Self {
            document: match session {
                Some(session) => document.through(session),
                None => document,
            },
            dedup: Dedup {
                reused: is_reused,
                matched_by: MatchedBy::Sha256,
            },
            document_ref,
        }
    }
}
