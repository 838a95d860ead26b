//! Lists of sessions.

use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{SessionKind, TemplateId, WorkspaceId};
use domain::pagination::{GrowingPage, ListRequest};
use domain::session::{Session, SessionStatus};

use super::SessionRow;
use crate::columns::{CountCol, IdCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::growing::{self, Place, in_order, matching};
use crate::schema::{sessions, templates};
use crate::scope;

/// A part of a workspace's sessions.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    request: &ListRequest<SessionStatus>,
) -> Result<GrowingPage<Session>, Error> {
    if !scope.sees(workspace) {
        return Ok(GrowingPage::empty());
    }
    let kept_count = templates::table
        .filter(templates::workspace_id.eq(workspace.0))
        .select(templates::session_count);
    let rows = || {
        matching!(
            sessions,
            name_folded,
            sessions::workspace_id.eq(workspace.0),
            request
        )
    };
    let total = if request.is_filtered() {
        growing::count(conn, rows().select(sessions::id).limit(growing::most_counted()))?
    } else {
        let counts: Vec<CountCol<u64>> = kept_count.load(conn)?;
        Some(counts.into_iter().map(|count| count.0).sum())
    };
    part(conn, rows(), request, total)
}

/// A part of the sessions of one of the caller's templates; nothing where there is no such template.
pub fn list_for_template(
    conn: &mut AnyConnection,
    scope: &Scope,
    template: TemplateId,
    request: &ListRequest<SessionStatus>,
) -> Result<Option<GrowingPage<Session>>, Error> {
    let kept_count: Option<CountCol<u64>> = templates::table
        .filter(templates::id.eq(IdCol(template)))
        .filter(scope::within(templates::workspace_id, scope))
        .select(templates::session_count)
        .first(conn)
        .optional()?;
    let Some(kept_count) = kept_count else {
        return Ok(None);
    };
    let rows = || {
        matching!(
            sessions,
            name_folded,
            sessions::template_id.eq(IdCol(template)),
            request
        )
    };
    let total = if request.is_filtered() {
        growing::count(conn, rows().select(sessions::id).limit(growing::most_counted()))?
    } else {
        Some(kept_count.0)
    };
    part(conn, rows(), request, total).map(Some)
}

fn part(
    conn: &mut AnyConnection,
    rows: sessions::BoxedQuery<'_, MultiBackend>,
    request: &ListRequest<SessionStatus>,
    total: Option<u64>,
) -> Result<GrowingPage<Session>, Error> {
    let rows: Vec<(SessionRow, String)> = in_order!(rows, sessions, SessionKind, name_folded, request)
        .limit(growing::limit(request))
        .offset(request.offset())
        .select((SessionRow::as_select(), sessions::name_folded))
        .load(conn)?;
    let rows = rows.into_iter().map(|(row, folded)| {
        let place = Place {
            created_at: row.created_at.0,
            folded,
            id: row.id.0.as_uuid(),
        };
        (row.into(), place)
    });
    Ok(growing::page(rows.collect(), request, total))
}
