//! When a result stops waiting for its parsings.
//!
//! On PostgreSQL transactions run beside each other, and a result must not wait for ever because the one that ended
//! its parsing did not see it yet, or because two that ended its last two parsings did not see each other. Hence the
//! locks: whoever starts a run holds its parsings, whoever ends a parsing holds the results that wait for it, and
//! only then looks. On SQLite there is one writer.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::id::{ParsingId, ResultId, ResultKind, SessionKind, WorkspaceId};
use domain::job::Task;
use domain::parsing::ParsingStatus;
use domain::result::ResultStatus;
use domain::time::Timestamp;

use crate::columns::{EnumCol, IdCol, TimeCol};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{parsings, result_parsings, results};
use crate::{jobs, sessions};

/// Why a result failed of which no document could be read.
pub const NOTHING_READ: &str = "none of the documents could be read";

/// Lets the results go on that waited for this parsing and now wait for nothing: `created` with an extract job, or
/// `failed` where no document could be read. Returns them. [`crate::parsings::complete`] and
/// [`crate::parsings::fail`] call it.
pub fn release_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
    now: Timestamp,
) -> Result<Vec<ResultId>, Error> {
    let mut released = Vec::new();
    // Sorted: two transactions take the sessions in the same order.
    let mut touched = BTreeSet::new();
    for (result, session) in lock_waiting(conn, workspace, parsing)? {
        if release(conn, workspace, result.0, now)? {
            touched.insert(session.0);
            released.push(result.0);
        }
    }
    for session in touched {
        sessions::follow_latest_result(conn, workspace, session, now)?;
    }
    Ok(released)
}

type WaitingRow = (IdCol<ResultKind>, IdCol<SessionKind>);

/// The results that wait for this parsing, held until the transaction ends; always in the same order, so that two
/// transactions do not wait for each other.
fn lock_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
) -> Result<Vec<WaitingRow>, Error> {
    let reading = result_parsings::table
        .filter(result_parsings::parsing_id.eq(IdCol(parsing)))
        .select(result_parsings::result_id);
    let waiting = results::table
        .filter(results::id.eq_any(reading))
        .filter(results::workspace_id.eq(workspace.0))
        .filter(results::status.eq(EnumCol(ResultStatus::ParsingPending)))
        .order(results::id)
        .select((results::id, results::session_id));
    let rows = match conn {
        AnyConnection::Postgres(inner) => waiting.for_update().load(inner)?,
        AnyConnection::Sqlite(inner) => waiting.load(inner)?,
    };
    Ok(rows)
}

/// Holds the parsings of a run, so that none ends unseen; in the order of their documents, as all take them. All must
/// be the workspace's.
pub(super) fn lock_parsings(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: &[ParsingId],
) -> Result<(), Error> {
    let own = parsings::table
        .filter(parsings::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(parsings::workspace_id.eq(workspace.0))
        .order((parsings::document_id, parsings::id))
        .select(parsings::id);
    let found: Vec<IdCol<_>> = match conn {
        AnyConnection::Postgres(inner) => own.for_update().load(inner)?,
        AnyConnection::Sqlite(inner) => own.load(inner)?,
    };
    let all_found = wanted.iter().all(|wanted| found.iter().any(|id| id.0 == *wanted));
    if all_found {
        Ok(())
    } else {
        Err(Error::MissingReference)
    }
}

/// Lets one result go on, if all its parsings have ended. The caller lets the session follow.
pub(super) fn release(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    now: Timestamp,
) -> Result<bool, Error> {
    let statuses: Vec<EnumCol<ParsingStatus>> = result_parsings::table
        .inner_join(parsings::table)
        .filter(result_parsings::result_id.eq(IdCol(id)))
        .select(parsings::status)
        .load(conn)?;
    let is = |wanted: ParsingStatus| move |status: &EnumCol<ParsingStatus>| status.0 == wanted;
    let waits = statuses
        .iter()
        .any(|status| matches!(status.0, ParsingStatus::Queued | ParsingStatus::Parsing));
    if waits {
        return Ok(false);
    }
    if statuses.iter().any(is(ParsingStatus::Parsed)) {
        set_created(conn, id, now)?;
        jobs::enqueue(conn, workspace, Task::Extract { result_id: id }, now, now)?;
    } else {
        super::end_badly(conn, workspace, id, NOTHING_READ, now)?;
    }
    Ok(true)
}

fn set_created(conn: &mut AnyConnection, id: ResultId, now: Timestamp) -> Result<(), Error> {
    diesel::update(results::table.find(IdCol(id)))
        .set((
            results::status.eq(EnumCol(ResultStatus::Created)),
            results::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}
