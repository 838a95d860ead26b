//! Sessions and the documents attached to them.

mod delete;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::access::Scope;
use domain::document::Document;
use domain::event::Action;
use domain::id::{DocumentId, SessionId, TemplateId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{GrowingPage, ListRequest, Page, PageRequest};
use domain::parsing::ParseConfig;
use domain::password::DocumentPassword;
use domain::result::ExtractionResult;
use domain::session::{PENDING_NAME, Session, SessionStatus};
use domain::time::Timestamp;
use serde_json::Value;
use storage::AnyConnection;
use storage::sessions::Attached;
use worker::intake;

use super::audit::record;
use super::documents::{ReadDocument, with_parsings};
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::state::AppState;

pub use self::delete::{delete, detach};

/// Most documents that one request attaches.
const MOST_ATTACHED: usize = 100;

/// A session to be made.
#[derive(Debug)]
pub struct NewSession {
    /// By which template.
    pub template: TemplateId,
    /// Its name; none for that of its first document.
    pub name: Option<Name>,
    /// Settings.
    pub settings: Option<Value>,
}

/// What is to be different; none for what stays.
#[derive(Debug)]
pub struct SessionChanges {
    /// Its name.
    pub name: Option<Name>,
    /// Settings.
    pub settings: Option<Value>,
}

/// A session with what is in it.
#[derive(Debug)]
pub struct SessionContents {
    /// The session.
    pub session: Session,
    /// Its documents, in the order of attachment.
    pub documents: Vec<ReadDocument>,
    /// Its latest results, the newest first.
    pub results: Vec<ExtractionResult>,
}

/// Makes a session.
pub async fn create(state: &AppState, who: &Requester, new: NewSession) -> Result<Session, ApiError> {
    check_settings(new.settings.as_ref())?;
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let template = storage::templates::find(conn, who.scope(), new.template)?;
            let template = template.ok_or_else(unknown_template)?;
            let workspace = template.workspace_id;
            who.may_in(workspace, "template")?;
            let new = storage::sessions::NewSession {
                template_id: template.id,
                name: new.name.unwrap_or_else(pending_name),
                settings: new.settings.unwrap_or_else(|| serde_json::json!({})),
            };
            let session = storage::sessions::insert(conn, workspace, new, now)
                .map_err(|error| without_template(error, unknown_template))?;
            record(
                conn,
                &who,
                Some(workspace),
                Action::SessionCreated,
                &session.id,
                now,
            )?;
            Ok(session)
        })
        .await
}

fn unknown_template() -> ApiError {
    ApiError::field("extraction_template_id", "there is no such template")
}

/// The error of a session that could not be made: its template may have been deleted a moment ago.
pub(super) fn without_template(error: storage::Error, unknown: impl FnOnce() -> ApiError) -> ApiError {
    match error {
        storage::Error::MissingReference => unknown(),
        error => error.into(),
    }
}

/// The name of a session until its first document gives it one.
pub(super) fn pending_name() -> Name {
    Name::lossy(PENDING_NAME, PENDING_NAME)
}

/// Settings are an object, and `auto_extract` in it says yes or no.
pub(super) fn check_settings(settings: Option<&Value>) -> Result<(), ApiError> {
    let Some(settings) = settings else {
        return Ok(());
    };
    if !settings.is_object() {
        return Err(ApiError::field("settings", "must be an object"));
    }
    match settings.get("auto_extract") {
        None | Some(Value::Bool(_) | Value::Null) => Ok(()),
        Some(_) => Err(ApiError::field("settings.auto_extract", "must be true or false")),
    }
}

/// A session of the caller's with what is in it.
pub async fn get(state: &AppState, who: &Requester, id: SessionId) -> Result<SessionContents, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let session = storage::sessions::find(conn, &scope, id)?.ok_or(ApiError::NotFound("session"))?;
            contents(conn, &scope, session)
        })
        .await
}

fn contents(conn: &mut AnyConnection, scope: &Scope, session: Session) -> Result<SessionContents, ApiError> {
    let documents = storage::sessions::documents_of(conn, scope, session.id)?;
    let documents = with_parsings(conn, scope, documents)?;
    let newest = PageRequest::default();
    let results = storage::results::list_for_session(conn, scope, session.id, None, newest)?;
    Ok(SessionContents {
        session,
        documents,
        results: results.items,
    })
}

/// Changes a session.
pub async fn update(
    state: &AppState,
    who: &Requester,
    id: SessionId,
    changes: SessionChanges,
) -> Result<SessionContents, ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, id)?.workspace_id;
            let SessionChanges { name, settings } = changes;
            check_settings(settings.as_ref())?;
            let change = storage::sessions::SessionChange { name, settings };
            let session = storage::sessions::update(conn, workspace, id, change, now)?;
            let session = session.ok_or(ApiError::NotFound("session"))?;
            record(conn, &who, Some(workspace), Action::SessionUpdated, &id, now)?;
            contents(conn, who.scope(), session)
        })
        .await
}

/// A part of a workspace's sessions.
pub async fn list(
    state: &AppState,
    who: &Requester,
    workspace: WorkspaceId,
    request: ListRequest<SessionStatus>,
) -> Result<GrowingPage<Session>, ApiError> {
    who.may_in(workspace, "workspace")?;
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| Ok(storage::sessions::list(conn, &scope, workspace, &request)?))
        .await
}

/// A part of a template's sessions.
pub async fn list_of_template(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    request: ListRequest<SessionStatus>,
) -> Result<GrowingPage<Session>, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            storage::sessions::list_for_template(conn, &scope, template, &request)?
                .ok_or(ApiError::NotFound("template"))
        })
        .await
}

/// Asks before bytes are taken in whether they may come here.
pub async fn check_writable(state: &AppState, who: &Requester, id: SessionId) -> Result<(), ApiError> {
    let who = who.clone();
    state
        .db
        .read(move |conn| find_writable(conn, &who, id).map(|_session| ()))
        .await
}

/// The session, where the caller may change it.
pub(super) fn find_writable(
    conn: &mut AnyConnection,
    who: &Requester,
    id: SessionId,
) -> Result<Session, ApiError> {
    let session = storage::sessions::find(conn, who.scope(), id)?.ok_or(ApiError::NotFound("session"))?;
    who.may_in(session.workspace_id, "session")?;
    Ok(session)
}

/// One page of a session's documents.
pub async fn list_documents(
    state: &AppState,
    who: &Requester,
    id: SessionId,
    page: PageRequest,
) -> Result<Page<ReadDocument>, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            storage::sessions::find(conn, &scope, id)?.ok_or(ApiError::NotFound("session"))?;
            let Page { items, meta } = storage::sessions::page_of_documents(conn, &scope, id, page)?;
            let items = with_parsings(conn, &scope, items)?;
            Ok(Page { items, meta })
        })
        .await
}

/// Attaches documents that the workspace has already; all or none.
pub async fn attach(
    state: &AppState,
    who: &Requester,
    id: SessionId,
    documents: Vec<DocumentId>,
    password: Option<DocumentPassword>,
) -> Result<Vec<ReadDocument>, ApiError> {
    if documents.is_empty() || documents.len() > MOST_ATTACHED {
        return Err(ApiError::field(
            "document_ids",
            format!("must name 1 to {MOST_ATTACHED} documents"),
        ));
    }
    let (who, defaults, now) = (who.clone(), state.parse.clone(), state.now());
    let passwords = Arc::clone(&state.passwords);
    let attached = state
        .db
        .write(move |conn| {
            let session = find_writable(conn, &who, id)?;
            let workspace = session.workspace_id;
            let known = storage::documents::hold(conn, workspace, documents.iter().copied())?;
            check_known(&documents, &known)?;
            let attached = attach_all(conn, &who, &session, &documents, &defaults, now)?;
            if let Some(password) = password {
                let sealed = passwords.seal(workspace, &password).map_err(ApiError::internal)?;
                storage::parsings::set_password(conn, workspace, &documents, &sealed)?;
            }
            with_parsings(conn, who.scope(), attached)
        })
        .await?;
    state.wake.ring();
    Ok(attached)
}

/// Attaches documents and sees to it that each is parsed as the template wants it. Returns them as they are now, in the
/// order in which they were named.
pub(super) fn attach_all(
    conn: &mut AnyConnection,
    who: &Requester,
    session: &Session,
    wanted: &[DocumentId],
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<Vec<Document>, ApiError> {
    let workspace = session.workspace_id;
    let template = storage::templates::find(conn, who.scope(), session.template_id)?;
    let template = template.ok_or(ApiError::NotFound("session"))?;
    match intake::attach(conn, workspace, session.id, &template, wanted, defaults, now)? {
        Attached::All => {}
        Attached::NoSession => return Err(ApiError::NotFound("session")),
        // Deleted since they were found: asked again, they are not found.
        Attached::Unknown(_) => return Err(ApiError::Busy),
    }
    for document in wanted {
        record(
            conn,
            who,
            Some(workspace),
            Action::DocumentAttached,
            document,
            now,
        )?;
    }
    let attached = storage::sessions::documents_of(conn, who.scope(), session.id)?;
    let by_id: HashMap<DocumentId, Document> = attached
        .into_iter()
        .map(|document| (document.id, document))
        .collect();
    Ok(wanted.iter().filter_map(|id| by_id.get(id).cloned()).collect())
}

/// Names those that the workspace does not have.
fn check_known(wanted: &[DocumentId], known: &BTreeSet<DocumentId>) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    for (index, _) in wanted.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        errors.add(
            format!("document_ids.{index}"),
            "the session's workspace has no such document",
        );
    }
    errors.into_result()
}
