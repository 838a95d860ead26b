//! Deleting templates.

use diesel::prelude::*;
use domain::id::{SessionKind, TemplateId, TemplateKind, WorkspaceId};
use domain::template::Template;

use super::hold;
use crate::columns::IdCol;
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{results, sessions as sessions_table, templates, uploads};
use crate::sessions;

/// Deletes a template with its versions, its sessions and their results; documents stay. Jobs that work on them find
/// nothing to write to. What was uploaded for one of the sessions and is no document yet is its owner's again, and swept
/// away where it is not used. False where the workspace has no such template.
///
/// `allow` is shown the template as it is when nobody else changes it any more, and may refuse.
///
/// What goes along is taken in the order of all transactions (see the [crate]), which is not that in which the databases
/// follow their foreign keys.
pub fn delete<E: From<Error>>(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    allow: impl FnOnce(&Template) -> Result<(), E>,
) -> Result<bool, E> {
    release_uploads(conn, workspace, id)?;
    let Some(present) = hold(conn, workspace, id)? else {
        return Ok(false);
    };
    allow(&present)?;
    sessions::hold_all_of_template(conn, workspace, id)?;
    delete_held(conn, workspace, id)?;
    Ok(true)
}

fn release_uploads(conn: &mut AnyConnection, workspace: WorkspaceId, id: TemplateId) -> Result<(), Error> {
    let bound = uploads::session_id.eq_any(of_template(workspace, id).select(sessions_table::id.nullable()));
    diesel::update(uploads::table.filter(bound))
        .set(uploads::session_id.eq(None::<IdCol<SessionKind>>))
        .execute(conn)?;
    Ok(())
}

fn delete_held(conn: &mut AnyConnection, workspace: WorkspaceId, id: TemplateId) -> Result<(), Error> {
    let of_sessions = results::session_id.eq_any(of_template(workspace, id).select(sessions_table::id));
    diesel::delete(results::table.filter(of_sessions)).execute(conn)?;
    diesel::delete(of_template(workspace, id)).execute(conn)?;
    diesel::delete(templates::table.find(IdCol(id))).execute(conn)?;
    Ok(())
}

/// The template's sessions.
#[diesel::dsl::auto_type]
fn of_template(workspace: WorkspaceId, id: TemplateId) -> _ {
    let id: IdCol<TemplateKind> = IdCol(id);
    let workspace: i64 = workspace.0;
    sessions_table::table
        .filter(sessions_table::template_id.eq(id))
        .filter(sessions_table::workspace_id.eq(workspace))
}
