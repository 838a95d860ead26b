//! From uploaded files to documents of a workspace or of a session, within the request.

mod keep;

use domain::ability::Ability;
use domain::id::{SessionId, WorkspaceId};
use domain::password::DocumentPassword;
use domain::session::Session;
use domain::upload::Upload;
use storage::AnyConnection;
use storage::blobs::BlobError;
use worker::intake::{self, AdoptError, Examined, Secured};

use self::keep::keep;
use super::ReadDocument;
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::ops::sessions::find_writable;
use crate::ops::uploads::{Found, Named, check_received, find_all, larger_than, unknown_key};
use crate::state::AppState;

/// A document that came in.
#[derive(Debug)]
pub struct Created {
    /// The document.
    pub read: ReadDocument,
    /// The workspace had a document of this content already: it is that one.
    pub is_reused: bool,
}

/// A session to which a document shall be attached.
#[derive(Debug, Clone, Copy)]
pub struct IntoSession {
    /// The session.
    pub id: SessionId,
    /// The member of the request that names it.
    pub member: &'static str,
}

/// Where documents come.
struct Place {
    workspace: WorkspaceId,
    session: Option<Session>,
}

/// A file whose bytes were looked at.
struct Looked {
    found: Found,
    examined: Examined,
}

/// Makes documents of uploaded files and attaches them to a session, in the order given; all or none. A content that
/// the workspace has already is not stored twice.
pub async fn create_in_session(
    state: &AppState,
    who: &Requester,
    session: SessionId,
    files: Vec<Named>,
    password: Option<DocumentPassword>,
) -> Result<Vec<ReadDocument>, ApiError> {
    let find = move |conn: &mut AnyConnection, who: &Requester| {
        let session = find_writable(conn, who, session)?;
        Ok(Place {
            workspace: session.workspace_id,
            session: Some(session),
        })
    };
    let created = create(state, who, files, password, find).await?;
    Ok(created.into_iter().map(|created| created.read).collect())
}

/// Makes a document of an uploaded file, or finds the one of that content; and attaches it to a session, if that is asked
/// for.
pub async fn create_in_workspace(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    file: Named,
    session: Option<IntoSession>,
    password: Option<DocumentPassword>,
) -> Result<Created, ApiError> {
    let find = move |conn: &mut AnyConnection, who: &Requester| {
        who.may_in(workspace, "workspace")?;
        let session = session.map(|session| find_session(conn, who, workspace, session));
        Ok(Place {
            workspace,
            session: session.transpose()?,
        })
    };
    let created = create(state, who, vec![file], password, find).await?;
    let only = created.into_iter().next();
    only.ok_or_else(|| ApiError::internal("a file made no document"))
}

/// The session that a request about the workspace names: to change it takes what changing sessions takes.
fn find_session(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: WorkspaceId,
    session: IntoSession,
) -> Result<Session, ApiError> {
    who.may_also(Ability::SessionsWrite, workspace, "workspace")?;
    let found = storage::sessions::find(conn, who.scope(), session.id)?;
    let found = found.filter(|found| found.workspace_id == workspace);
    found.ok_or_else(|| ApiError::field(session.member, "the workspace has no such session"))
}

async fn create(
    state: &AppState,
    who: &Requester,
    files: Vec<Named>,
    password: Option<DocumentPassword>,
    find: impl FnOnce(&mut AnyConnection, &Requester) -> Result<Place, ApiError> + Send + 'static,
) -> Result<Vec<Created>, ApiError> {
    let (place, found) = find_files(state, who, files, find).await?;
    let mut secured = Vec::new();
    let kept = take_in(state, who, place, found, password, &mut secured).await;
    for secured in secured {
        if kept.is_ok() {
            secured.use_up(&state.blobs).await;
        } else {
            secured.let_go(&state.blobs).await;
        }
    }
    if kept.is_ok() {
        state.wake.ring();
    }
    kept
}

async fn take_in(
    state: &AppState,
    who: &Requester,
    place: Place,
    found: Vec<Found>,
    password: Option<DocumentPassword>,
    secured: &mut Vec<Secured>,
) -> Result<Vec<Created>, ApiError> {
    let mut errors = FieldErrors::default();
    let mut looked = Vec::with_capacity(found.len());
    for found in found {
        let Named { path, key, .. } = &found.named;
        match examine(state, place.workspace, &found.upload, secured).await {
            Ok(examined) => {
                errors.extend(path, fault_of(&examined));
                looked.push(Looked { found, examined });
            }
            // Another request took the upload meanwhile.
            Err(AdoptError::Blobs(BlobError::NotFound)) => errors.add(path, unknown_key(key)),
            Err(AdoptError::Blobs(BlobError::TooLarge { max })) => {
                errors.add(path, larger_than(max));
            }
            Err(error) => return Err(error.into()),
        }
    }
    errors.into_result()?;
    keep(state, who, place, looked, password).await
}

/// Finds out what a file is and, where it can become a document, keeps its bytes where those of documents are.
async fn examine(
    state: &AppState,
    workspace: WorkspaceId,
    upload: &Upload,
    secured: &mut Vec<Secured>,
) -> Result<Examined, AdoptError> {
    let bytes = intake::secure(&state.blobs, upload).await?;
    let mut examined = intake::examine(&state.blobs, &bytes, state.settings.max_upload_bytes).await;
    let adopted = match &mut examined {
        Ok(examined) if fault_of(examined).is_none() => {
            let now = state.now();
            intake::adopt(&state.db, &state.blobs, &bytes, workspace, examined, now).await
        }
        _ => Ok(()),
    };
    secured.push(bytes);
    adopted?;
    Ok(examined?)
}

/// Why a file cannot become a document.
fn fault_of(examined: &Examined) -> Option<String> {
    if examined.size == 0 {
        return Some("the file is empty".to_owned());
    }
    if !examined.supported {
        let (mime, supported) = (examined.mime, parsing::SUPPORTED);
        return Some(format!(
            "files of the type {mime} are not read; supported are {supported}"
        ));
    }
    None
}

/// The place and the files, where every one of them is good.
async fn find_files(
    state: &AppState,
    who: &Requester,
    files: Vec<Named>,
    find: impl FnOnce(&mut AnyConnection, &Requester) -> Result<Place, ApiError> + Send + 'static,
) -> Result<(Place, Vec<Found>), ApiError> {
    let most = state.settings.max_batch_files;
    let asker = who.clone();
    let (place, found, mut errors) = state
        .db
        .read(move |conn| {
            let place = find(conn, &asker)?;
            if files.len() > most {
                return Err(ApiError::field("keys", format!("must name at most {most} files")));
            }
            let mut errors = FieldErrors::default();
            let found = find_all(conn, asker.user(), files, &mut errors)?;
            Ok((place, found, errors))
        })
        .await?;
    check_received(state, &found, &mut errors).await?;
    errors.into_result()?;
    Ok((place, found))
}
