//! From files that were looked at to rows.

use std::collections::HashMap;

use domain::document::Document;
use domain::event::Action;
use domain::id::{DocumentId, WorkspaceId};
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::password::DocumentPassword;
use domain::session::{PENDING_NAME, Session};
use domain::time::Timestamp;
use storage::AnyConnection;
use worker::intake::{self, Examined};

use super::{Created, Looked, Place};
use crate::error::ApiError;
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::ops::documents::{sealed, with_parsings};
use crate::ops::sessions::attach_all;
use crate::ops::uploads::{Found, Named, unknown_key};
use crate::state::AppState;

/// Writes the rows, all in one transaction.
pub(super) async fn keep(
    state: &AppState,
    who: &Requester,
    place: Place,
    files: Vec<Looked>,
    password: Option<DocumentPassword>,
) -> Result<Vec<Created>, ApiError> {
    let sealed = sealed(state, place.workspace, password.as_ref())?;
    let (who, defaults, now) = (who.clone(), state.parse.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let made = insert_all(conn, &who, place.workspace, &files, now)?;
            let ids: Vec<DocumentId> = made.iter().map(|(id, _)| *id).collect();
            let documents = match &place.session {
                Some(session) => attach(conn, &who, session, &ids, &defaults, now)?,
                None => parse(conn, &who, place.workspace, &ids, &defaults, now)?,
            };
            if let Some(sealed) = sealed {
                storage::parsings::set_password(conn, place.workspace, &ids, &sealed)?;
            }
            let read = with_parsings(conn, who.scope(), documents)?;
            let created = read
                .into_iter()
                .zip(made)
                .map(|(read, (_, is_reused))| Created { read, is_reused });
            Ok(created.collect())
        })
        .await
}

fn attach(
    conn: &mut AnyConnection,
    who: &Requester,
    session: &Session,
    ids: &[DocumentId],
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<Vec<Document>, ApiError> {
    let attached = attach_all(conn, who, session, ids, defaults, now)?;
    if let Some(first) = attached.first() {
        let name = Name::lossy(&first.filename, PENDING_NAME);
        intake::name_after(conn, session.workspace_id, session.id, name, now)?;
    }
    Ok(attached)
}

/// What belongs to no session is read at once, too.
fn parse(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: WorkspaceId,
    ids: &[DocumentId],
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<Vec<Document>, ApiError> {
    intake::parse(conn, workspace, ids, defaults, now)?;
    let mut documents = Vec::with_capacity(ids.len());
    for id in ids {
        let found = storage::documents::find(conn, who.scope(), *id)?;
        // One of the same content was deleted this moment: asked again, the file is the next.
        documents.push(found.ok_or(ApiError::Busy)?);
    }
    Ok(documents)
}

/// Makes documents of the files, or finds those of the same content: in the order of their hashes, in order that two
/// requests with the same files do not wait for each other. Returns them in the order of the files, and whether each
/// was found.
fn insert_all(
    conn: &mut AnyConnection,
    who: &Requester,
    workspace: WorkspaceId,
    files: &[Looked],
    now: Timestamp,
) -> Result<Vec<(DocumentId, bool)>, ApiError> {
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
        documents.insert(found.upload.id, (document.id, is_reused));
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
