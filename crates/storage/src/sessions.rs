//! Sessions and the documents attached to them.

mod delete;
mod hold;
mod list;

use std::collections::HashSet;

use diesel::dsl::max;
use diesel::prelude::*;
use domain::access::Scope;
use domain::document::Document;
use domain::id::{DocumentId, SessionId, SessionKind, TemplateId, TemplateKind, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest};
use domain::result::ResultStatus;
use domain::session::{Session, SessionStatus};
use domain::time::Timestamp;
use serde_json::Value;

use crate::columns::{CountCol, EnumCol, IdCol, JsonCol, TimeCol, folded};
use crate::connection::{AnyConnection, MultiBackend};
use crate::documents::DocumentRow;
use crate::error::Error;
use crate::schema::{documents, results, session_documents, sessions, templates};
use crate::scope;

pub use self::delete::{delete, delete_of_template, detach};
pub(crate) use self::hold::{hold_all_of_template, hold_of_result, lock};
pub use self::list::{list, list_for_template};

/// A session to be made.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// By which template; one of the same workspace.
    pub template_id: TemplateId,
    /// Its name.
    pub name: Name,
    /// Settings, an object.
    pub settings: Value,
}

/// What is to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct SessionChange {
    /// A new name.
    pub name: Option<Name>,
    /// New settings.
    pub settings: Option<Value>,
}

/// What became of an attempt to attach documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attached {
    /// All are attached now; those that were before keep their place.
    All,
    /// The workspace has no such session.
    NoSession,
    /// The workspace does not have these documents; nothing was attached.
    Unknown(Vec<DocumentId>),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(MultiBackend))]
struct SessionRow {
    id: IdCol<SessionKind>,
    workspace_id: i64,
    template_id: IdCol<TemplateKind>,
    name: String,
    settings: JsonCol<Value>,
    status: EnumCol<SessionStatus>,
    created_at: TimeCol,
    updated_at: TimeCol,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        let SessionRow {
            id,
            workspace_id,
            template_id,
            name,
            settings,
            status,
            created_at,
            updated_at,
        } = row;
        Self {
            id: id.0,
            name,
            template_id: template_id.0,
            workspace_id: WorkspaceId(workspace_id),
            settings: settings.0,
            status: status.0,
            created_at: created_at.0,
            updated_at: updated_at.0,
        }
    }
}

/// Makes a session. A template that the workspace does not have is a missing reference.
pub fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewSession,
    now: Timestamp,
) -> Result<Session, Error> {
    let own_template = templates::table
        .filter(templates::id.eq(IdCol(new.template_id)))
        .filter(templates::workspace_id.eq(workspace.0));
    // Holds the template: it is not deleted before the session is there to go along.
    let counted = diesel::update(own_template)
        .set(templates::session_count.eq(templates::session_count + 1))
        .execute(conn)?;
    if counted == 0 {
        return Err(Error::MissingReference);
    }
    let session = Session {
        id: SessionId::generate(),
        name: new.name.into(),
        template_id: new.template_id,
        workspace_id: workspace,
        settings: new.settings,
        status: SessionStatus::Pending,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(IdCol(session.id)),
            sessions::workspace_id.eq(workspace.0),
            sessions::template_id.eq(IdCol(session.template_id)),
            sessions::name.eq(&session.name),
            sessions::name_folded.eq(folded(&session.name)),
            sessions::settings.eq(JsonCol(session.settings.clone())),
            sessions::status.eq(EnumCol(session.status)),
            sessions::created_at.eq(TimeCol(now)),
            sessions::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(session)
}

/// One of the caller's sessions.
pub fn find(conn: &mut AnyConnection, scope: &Scope, id: SessionId) -> Result<Option<Session>, Error> {
    let row: Option<SessionRow> = sessions::table
        .filter(sessions::id.eq(IdCol(id)))
        .filter(scope::within(sessions::workspace_id, scope))
        .select(SessionRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Session::from))
}

/// What a session is called and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHead {
    /// Its id.
    pub id: SessionId,
    /// Its name.
    pub name: String,
    /// That of its latest result.
    pub status: SessionStatus,
}

/// The heads of those of these sessions that belong to one of the caller's templates, in no order.
pub fn heads_in_template(
    conn: &mut AnyConnection,
    scope: &Scope,
    template: TemplateId,
    wanted: &[SessionId],
) -> Result<Vec<SessionHead>, Error> {
    let rows: Vec<(IdCol<SessionKind>, String, EnumCol<SessionStatus>)> = sessions::table
        .filter(sessions::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(sessions::template_id.eq(IdCol(template)))
        .filter(scope::within(sessions::workspace_id, scope))
        .select((sessions::id, sessions::name, sessions::status))
        .load(conn)?;
    let heads = rows.into_iter().map(|(id, name, status)| SessionHead {
        id: id.0,
        name,
        status: status.0,
    });
    Ok(heads.collect())
}

/// Changes a session. Nothing where the workspace has no such session.
pub fn update(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: SessionId,
    change: SessionChange,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let session = sessions::table
        .filter(sessions::id.eq(IdCol(id)))
        .filter(sessions::workspace_id.eq(workspace.0));
    let row: Option<SessionRow> = diesel::update(session)
        .set((
            change
                .name
                .as_ref()
                .map(|name| sessions::name_folded.eq(folded(name.as_str()))),
            change.name.map(|name| sessions::name.eq(String::from(name))),
            change
                .settings
                .map(|settings| sessions::settings.eq(JsonCol(settings))),
            sessions::updated_at.eq(TimeCol(now)),
        ))
        .returning((
            sessions::id,
            sessions::workspace_id,
            sessions::template_id,
            sessions::name,
            sessions::settings,
            sessions::status,
            sessions::created_at,
            sessions::updated_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(Session::from))
}

/// Attaches documents of the workspace in the order given, after those that are attached already.
pub fn attach(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: SessionId,
    wanted: &[DocumentId],
    now: Timestamp,
) -> Result<Attached, Error> {
    let known = crate::documents::hold(conn, workspace, wanted.iter().copied())?;
    if !lock(conn, workspace, id)? {
        return Ok(Attached::NoSession);
    }
    let unknown: Vec<DocumentId> = wanted.iter().copied().filter(|id| !known.contains(id)).collect();
    if !unknown.is_empty() {
        return Ok(Attached::Unknown(unknown));
    }
    let there: Vec<IdCol<_>> = session_documents::table
        .filter(session_documents::session_id.eq(IdCol(id)))
        .select(session_documents::document_id)
        .load(conn)?;
    let mut there: HashSet<DocumentId> = there.into_iter().map(|id| id.0).collect();
    let last: Option<i64> = session_documents::table
        .filter(session_documents::session_id.eq(IdCol(id)))
        .select(max(session_documents::position))
        .first(conn)?;
    let first_free = last.map_or(0, |last| last + 1);
    let new = wanted.iter().filter(|document| there.insert(**document));
    for (position, document) in (first_free..).zip(new) {
        diesel::insert_into(session_documents::table)
            .values((
                session_documents::session_id.eq(IdCol(id)),
                session_documents::document_id.eq(IdCol(*document)),
                session_documents::position.eq(position),
                session_documents::attached_at.eq(TimeCol(now)),
            ))
            .execute(conn)?;
    }
    touch(conn, id, now)?;
    Ok(Attached::All)
}

/// The documents attached to one of the caller's sessions, in the order of attachment.
pub fn documents_of(conn: &mut AnyConnection, scope: &Scope, id: SessionId) -> Result<Vec<Document>, Error> {
    let rows: Vec<DocumentRow> = session_documents::table
        .inner_join(sessions::table)
        .inner_join(documents::table)
        .filter(session_documents::session_id.eq(IdCol(id)))
        .filter(scope::within(sessions::workspace_id, scope))
        .order(session_documents::position)
        .select(DocumentRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// A page of the documents attached to one of the caller's sessions, in the order of attachment.
pub fn page_of_documents(
    conn: &mut AnyConnection,
    scope: &Scope,
    id: SessionId,
    request: PageRequest,
) -> Result<Page<Document>, Error> {
    if find(conn, scope, id)?.is_none() {
        return Ok(Page::new(Vec::new(), request, 0));
    }
    let of_session = session_documents::session_id.eq(IdCol(id));
    let total: CountCol<u64> = session_documents::table
        .filter(of_session)
        .select(diesel::dsl::count_star())
        .first(conn)?;
    let rows: Vec<DocumentRow> = session_documents::table
        .inner_join(documents::table)
        .filter(of_session)
        .order(session_documents::position)
        .limit(request.limit())
        .offset(request.offset())
        .select(DocumentRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(Document::from).collect();
    Ok(Page::new(items, request, total.0))
}

/// Sessions of the workspace to which a document is attached.
pub fn ids_with_document(
    conn: &mut AnyConnection,
    scope: &Scope,
    document: DocumentId,
) -> Result<Vec<SessionId>, Error> {
    let ids: Vec<IdCol<SessionKind>> = session_documents::table
        .inner_join(sessions::table)
        .filter(session_documents::document_id.eq(IdCol(document)))
        .filter(scope::within(sessions::workspace_id, scope))
        .order(session_documents::session_id)
        .select(session_documents::session_id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

fn touch(conn: &mut AnyConnection, id: SessionId, now: Timestamp) -> Result<(), Error> {
    diesel::update(sessions::table.find(IdCol(id)))
        .set(sessions::updated_at.eq(TimeCol(now)))
        .execute(conn)?;
    Ok(())
}

/// Brings the status in step with the latest result. Call it after every change of a result.
pub(crate) fn follow_latest_result(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: SessionId,
    now: Timestamp,
) -> Result<(), Error> {
    if !lock(conn, workspace, id)? {
        return Ok(());
    }
    let latest: Option<EnumCol<ResultStatus>> = results::table
        .filter(results::session_id.eq(IdCol(id)))
        .order((results::created_at.desc(), results::id.desc()))
        .select(results::status)
        .first(conn)
        .optional()?;
    let status = match latest.map(|status| status.0) {
        None => SessionStatus::Pending,
        Some(ResultStatus::Created | ResultStatus::ParsingPending | ResultStatus::Processing) => {
            SessionStatus::Processing
        }
        Some(ResultStatus::Completed) => SessionStatus::Completed,
        Some(ResultStatus::Failed) => SessionStatus::Failed,
    };
    diesel::update(sessions::table.find(IdCol(id)))
        .set((
            sessions::status.eq(EnumCol(status)),
            sessions::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}
