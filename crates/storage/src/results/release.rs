//! When a result stops waiting for its parsings.
//!
//! On PostgreSQL transactions run beside each other, and a result must not wait for ever because the one that ended
//! its parsing did not see it yet, or because two that ended its last two parsings did not see each other. Hence the
//! locks: whoever starts a run holds its parsings, whoever ends a parsing holds the results that wait for it, and
//! only then looks. So does whoever deletes a document, which ends the waiting for it. On SQLite there is one writer.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::id::{ParsingId, ResultId, ResultKind, SessionKind, WorkspaceId};
use domain::job::Task;
use domain::parsing::{Parsing, ParsingStatus};
use domain::result::ResultStatus;
use domain::time::Timestamp;

use crate::columns::{EnumCol, IdCol, TimeCol};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{parsings, result_parsings, results, sessions as sessions_table};
use crate::{documents, jobs, sessions};

/// Why a result failed of which no document could be read.
const NOTHING_READ: &str = "none of the documents could be read";
/// Why a result failed of which no document is left.
const NOTHING_LEFT: &str = "all of its documents have been deleted";

/// Lets the results go on that waited for this parsing and now wait for nothing: `created` with an extract job, or
/// `failed` where no document could be read. Returns them. [`crate::parsings::complete`] and
/// [`crate::parsings::fail`] call it.
pub fn release_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
    now: Timestamp,
) -> Result<Vec<ResultId>, Error> {
    let waiting = hold_waiting(conn, workspace, &[parsing])?;
    let_go_on(conn, workspace, waiting, now)
}

/// Results that wait, held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Waiting(Vec<(IdCol<ResultKind>, IdCol<SessionKind>)>);

impl Waiting {
    /// Their ids.
    pub(super) fn results(self) -> impl Iterator<Item = IdCol<ResultKind>> {
        self.0.into_iter().map(|(result, _)| result)
    }
}

/// Lets those go on that wait for nothing any more. Returns them.
pub(crate) fn let_go_on(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    waiting: Waiting,
    now: Timestamp,
) -> Result<Vec<ResultId>, Error> {
    let mut released = Vec::new();
    // Sorted: two transactions take the sessions in the same order.
    let mut touched = BTreeSet::new();
    for (result, session) in waiting.0 {
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

/// Holds the results that wait for one of these parsings, which the caller holds; always in the same order, so that two
/// transactions do not wait for each other.
pub(crate) fn hold_waiting(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsings: &[ParsingId],
) -> Result<Waiting, Error> {
    let reading = result_parsings::table
        .filter(result_parsings::parsing_id.eq_any(parsings.iter().copied().map(IdCol)))
        .select(result_parsings::result_id);
    let waiting = results::table
        .filter(results::id.eq_any(reading))
        .filter(results::workspace_id.eq(workspace.0))
        .filter(results::status.eq(EnumCol(ResultStatus::ParsingPending)));
    let rows = waiting
        .clone()
        .order(results::id)
        .select((results::id, results::session_id));
    let rows = match conn {
        AnyConnection::Postgres(inner) => {
            let of_waiting = sessions_table::table
                .filter(sessions_table::id.eq_any(waiting.select(results::session_id)))
                .order(sessions_table::id)
                .select(sessions_table::id);
            let _held: Vec<IdCol<SessionKind>> = of_waiting.for_key_share().load(inner)?;
            rows.for_update().load(inner)?
        }
        AnyConnection::Sqlite(inner) => rows.load(inner)?,
    };
    Ok(Waiting(rows))
}

/// Holds the parsings of a run, so that none ends unseen; in the order of their documents, as all take them. All must
/// be the workspace's.
pub(super) fn lock_parsings(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: &[ParsingId],
) -> Result<(), Error> {
    let found = lock_present(conn, workspace, wanted)?;
    if wanted.iter().all(|wanted| found.contains(wanted)) {
        Ok(())
    } else {
        Err(Error::MissingReference)
    }
}

/// [`lock_parsings`] for those that there still are.
pub(super) fn lock_present(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: &[ParsingId],
) -> Result<BTreeSet<ParsingId>, Error> {
    documents::hold_of_parsings(conn, workspace, wanted)?;
    let own = parsings::table
        .filter(parsings::id.eq_any(wanted.iter().copied().map(IdCol)))
        .filter(parsings::workspace_id.eq(workspace.0))
        .order((parsings::document_id, parsings::id))
        .select(parsings::id);
    let found: Vec<IdCol<_>> = match conn {
        AnyConnection::Postgres(inner) => own.for_update().load(inner)?,
        AnyConnection::Sqlite(inner) => own.load(inner)?,
    };
    Ok(found.into_iter().map(|id| id.0).collect())
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
        let reason = reason_of_nothing(statuses.is_empty());
        super::end_badly(conn, workspace, id, reason, now)?;
    }
    Ok(true)
}

/// Why a result failed for which there is nothing to read, where these are the parsings that are left of it.
pub const fn why_nothing(left: &[Parsing]) -> &'static str {
    reason_of_nothing(left.is_empty())
}

const fn reason_of_nothing(none_is_left: bool) -> &'static str {
    if none_is_left { NOTHING_LEFT } else { NOTHING_READ }
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
