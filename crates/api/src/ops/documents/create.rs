//! From uploaded files to documents of a session, within the request.

use domain::document::Document;
use domain::event::Action;
use domain::id::{SessionId, UploadId};
use domain::name::Name;
use domain::session::{PENDING_NAME, Session};
use domain::time::Timestamp;
use storage::AnyConnection;
use storage::blobs::{BlobError, BlobKey};
use storage::sessions::SessionChange;
use worker::intake::{self, Examined};
use worker::runs::parse_config;

use super::{ReadDocument, with_parsings};
use crate::error::{ApiError, FieldErrors, chain};
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::ops::sessions::{attach_all, find_writable};
use crate::ops::uploads::{Found, Named, check_received, find_all, unknown_key};
use crate::state::AppState;

/// A file whose bytes were looked at.
struct Looked {
    found: Found,
    copy: UploadId,
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
    let uploads: Vec<UploadId> = found.iter().map(|found| found.upload.id).collect();
    let mut copies = Vec::new();
    let kept = take_in(state, who, session, found, &mut copies).await;
    forget(state, copies).await;
    let documents = kept?;
    state.wake.ring();
    forget(state, uploads).await;
    Ok(documents)
}

/// Works on copies of the uploads: their addresses may still be good, and what is sent to one between hashing and
/// keeping would be kept under a hash that is not its own.
async fn take_in(
    state: &AppState,
    who: &Requester,
    session: Session,
    found: Vec<Found>,
    copies: &mut Vec<UploadId>,
) -> Result<Vec<ReadDocument>, ApiError> {
    let mut errors = FieldErrors::default();
    let mut looked = Vec::with_capacity(found.len());
    for found in found {
        let copy = UploadId::generate();
        copies.push(copy);
        match examine(state, found.upload.id, copy).await? {
            None => errors.add(&found.named.path, unknown_key(&found.named.key)),
            Some(examined) => {
                errors.extend(
                    &found.named.path,
                    fault_of(&examined, state.settings.max_upload_bytes),
                );
                looked.push(Looked {
                    found,
                    copy,
                    examined,
                });
            }
        }
    }
    errors.into_result()?;
    for Looked { copy, examined, .. } in &looked {
        intake::adopt(&state.blobs, *copy, session.workspace_id, examined).await?;
    }
    keep(state, who, session, looked).await
}

/// Hashes a copy of the upload and finds out what it is. Nothing where another request took the upload meanwhile.
async fn examine(state: &AppState, upload: UploadId, copy: UploadId) -> Result<Option<Examined>, ApiError> {
    let copied = state
        .blobs
        .copy(&BlobKey::upload(upload), &BlobKey::upload(copy))
        .await;
    match copied {
        Err(BlobError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Some(intake::examine(&state.blobs, copy).await?)),
    }
}

/// Why a file cannot become a document.
fn fault_of(examined: &Examined, limit: u64) -> Option<String> {
    if examined.size == 0 {
        return Some("the file is empty".to_owned());
    }
    if examined.size > limit {
        return Some(format!("the file is larger than the limit of {limit} bytes"));
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
            let template = storage::templates::find(conn, who.scope(), session.template_id)?;
            let template = template.ok_or(ApiError::NotFound("session"))?;
            let config = parse_config(&defaults, &template);
            let mut documents = Vec::with_capacity(files.len());
            for Looked { found, examined, .. } in &files {
                let name = claim(conn, &who, found, examined)?;
                let workspace = session.workspace_id;
                let (document, is_reused) = intake::record(conn, workspace, name, examined, &config, now)?;
                if !is_reused {
                    record(
                        conn,
                        &who,
                        Some(workspace),
                        Action::DocumentCreated,
                        &document.id,
                        now,
                    )?;
                }
                documents.push(document.id);
            }
            let attached = attach_all(conn, &who, &session, &documents, &defaults, now)?;
            name_after_first(conn, &session, &attached, now)?;
            with_parsings(conn, who.scope(), attached)
        })
        .await
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

/// A session that was given no name takes that of its first document.
fn name_after_first(
    conn: &mut AnyConnection,
    session: &Session,
    documents: &[Document],
    now: Timestamp,
) -> Result<(), ApiError> {
    let (true, Some(first)) = (session.name == PENDING_NAME, documents.first()) else {
        return Ok(());
    };
    let name = Name::lossy(&first.filename, PENDING_NAME);
    let change = SessionChange {
        name: Some(name),
        ..SessionChange::default()
    };
    storage::sessions::update(conn, session.workspace_id, session.id, change, now)?;
    Ok(())
}

/// Deletes bytes that nobody needs any more: the documents have their own. A failure here costs space only.
async fn forget(state: &AppState, uploads: Vec<UploadId>) {
    for upload in uploads {
        if let Err(error) = state.blobs.delete(&BlobKey::upload(upload)).await {
            tracing::warn!(error = chain(&error), "cannot delete the bytes of an upload");
        }
    }
}
