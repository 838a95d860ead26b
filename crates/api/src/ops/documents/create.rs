//! From uploaded files to documents of a session, within the request.

use std::collections::HashMap;

use domain::event::Action;
use domain::id::{DocumentId, SessionId, WorkspaceId};
use domain::name::Name;
use domain::session::{PENDING_NAME, Session};
use domain::time::Timestamp;
use domain::upload::Upload;
use storage::AnyConnection;
use storage::blobs::BlobError;
use worker::intake::{self, AdoptError, Examined, Secured};

use super::{ReadDocument, with_parsings};
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::ops::sessions::{attach_all, find_writable};
use crate::ops::uploads::{Found, Named, check_received, find_all, unknown_key};
use crate::state::AppState;

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
) -> Result<Vec<ReadDocument>, ApiError> {
    let (session, found) = find_files(state, who, session, files).await?;
    let mut secured = Vec::new();
    let kept = take_in(state, who, session, found, &mut secured).await;
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
    session: Session,
    found: Vec<Found>,
    secured: &mut Vec<Secured>,
) -> Result<Vec<ReadDocument>, ApiError> {
    let mut errors = FieldErrors::default();
    let mut looked = Vec::with_capacity(found.len());
    for found in found {
        let Named { path, key, .. } = &found.named;
        match examine(state, session.workspace_id, &found.upload, secured).await {
            Ok(examined) => {
                errors.extend(path, fault_of(&examined));
                looked.push(Looked { found, examined });
            }
            // Another request took the upload meanwhile.
            Err(AdoptError::Blobs(BlobError::NotFound)) => errors.add(path, unknown_key(key)),
            Err(AdoptError::Blobs(BlobError::TooLarge { max })) => {
                errors.add(path, format!("the file is larger than the limit of {max} bytes"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    errors.into_result()?;
    keep(state, who, session, looked).await
}

/// Finds out what a file is and, where it can become a document, keeps its bytes where those of documents are.
async fn examine(
    state: &AppState,
    workspace: WorkspaceId,
    upload: &Upload,
    secured: &mut Vec<Secured>,
) -> Result<Examined, AdoptError> {
    let bytes = intake::secure(&state.blobs, upload).await?;
    let examined = intake::examine(&state.blobs, &bytes, state.settings.max_upload_bytes).await;
    let adopted = match &examined {
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

/// The session and the files, where every one of them is good.
async fn find_files(
    state: &AppState,
    who: &Requester,
    session: SessionId,
    files: Vec<Named>,
) -> Result<(Session, Vec<Found>), ApiError> {
    let most = state.settings.max_batch_files;
    let asker = who.clone();
    let (session, found, mut errors) = state
        .db
        .read(move |conn| {
            let session = find_writable(conn, &asker, session)?;
            if files.len() > most {
                return Err(ApiError::field("keys", format!("must name at most {most} files")));
            }
            let mut errors = FieldErrors::default();
            let found = find_all(conn, asker.user(), files, &mut errors)?;
            Ok((session, found, errors))
        })
        .await?;
    check_received(state, &found, &mut errors).await?;
    errors.into_result()?;
    Ok((session, found))
}

async fn keep(
    state: &AppState,
    who: &Requester,
    session: Session,
    files: Vec<Looked>,
) -> Result<Vec<ReadDocument>, ApiError> {
    let (who, defaults, now) = (who.clone(), state.parse.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let documents = insert_all(conn, &who, &session, &files, now)?;
            let attached = attach_all(conn, &who, &session, &documents, &defaults, now)?;
            if let Some(first) = attached.first() {
                let name = Name::lossy(&first.filename, PENDING_NAME);
                intake::name_after(conn, session.workspace_id, session.id, name, now)?;
            }
            with_parsings(conn, who.scope(), attached)
        })
        .await
}

/// Makes documents of the files, or finds those of the same content: in the order of their hashes, in order that two
/// requests with the same files do not wait for each other. Returns them in the order of the files.
fn insert_all(
    conn: &mut AnyConnection,
    who: &Requester,
    session: &Session,
    files: &[Looked],
    now: Timestamp,
) -> Result<Vec<DocumentId>, ApiError> {
    let workspace = session.workspace_id;
    let mut sorted: Vec<&Looked> = files.iter().collect();
    sorted.sort_by_key(|file| (*file.examined.sha256.as_bytes(), file.found.upload.id));
    let mut documents = HashMap::with_capacity(files.len());
    for Looked { found, examined } in sorted {
        let name = claim(conn, who, found, examined)?;
        let (document, is_reused) = intake::record(conn, workspace, name, examined, now)?;
        if !is_reused {
            let made = Action::DocumentCreated;
            record(conn, who, Some(workspace), made, &document.id, now)?;
        }
        documents.insert(found.upload.id, document.id);
    }
    let ids = files
        .iter()
        .filter_map(|file| documents.get(&file.found.upload.id));
    Ok(ids.copied().collect())
}

/// Takes the upload out of the list, and names the document. Of two requests with one key, one gets it.
fn claim(
    conn: &mut AnyConnection,
    who: &Requester,
    found: &Found,
    examined: &Examined,
) -> Result<Name, ApiError> {
    let Named { path, key, filename } = &found.named;
    let claimed = storage::uploads::claim(conn, who.user(), found.upload.id)?;
    let upload = claimed.ok_or_else(|| ApiError::field(path, unknown_key(key)))?;
    Ok(intake::name_of(filename.as_ref(), &upload, examined.mime))
}
