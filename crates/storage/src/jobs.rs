//! The ledger of jobs: work is written down in the transaction that makes it necessary, and kept until it is done.
//!
//! A worker claims a job for a while (its lease), renews the lease while it works, and ends the job in the
//! transaction that writes what the work produced. Whoever ends a job must still hold it: [`finish`], [`fail`] and
//! the rest answer [`Error::LeaseLost`] otherwise, and the transaction with the work in it rolls back. A worker that
//! crashes lets its lease run out; the job is then claimed like one that waits.
//!
//! `due_at` is when a job may be claimed: its time to run while it waits, the end of its lease while it runs. One
//! index carries every claim.
//!
//! Failures ([`fail`]: an error, a parser that crashed) are counted apart from leases that ran out and jobs that were
//! handed back ([`hand_back`]: the store was away), which are mostly the machine's fault and get more chances. A job that used up either is dead: it stays, with its last error. A job
//! that is done is deleted.

use std::time::Duration;

use diesel::prelude::*;
use domain::id::{JobId, JobKind, LeaseKind, LeaseToken, WorkspaceId};
use domain::job::{JobState, LeasedJob, Task};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::columns::{CountCol, EnumCol, IdCol, JsonCol, TimeCol, storable};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::jobs;

/// So many failures, and a job is dead.
pub const MAX_ATTEMPTS: u32 = 5;
/// So many leases may run out before a job is dead: enough for a machine that is restarted a few times, too few for
/// a job that takes its worker down each time.
pub const MAX_LOST_LEASES: u32 = 10;
/// The first retry waits this long, each further one twice as long as the one before.
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// No retry waits longer, but for the jitter.
const LAST_RETRY: Duration = Duration::from_mins(10);

/// Kinds of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Make a document of an upload.
    Ingest,
    /// Read a document.
    Parse,
    /// Extract the values of a run.
    Extract,
    /// Mail an invitation.
    Mail,
}

impl Kind {
    /// Every kind: mail, which is short and waited for, then those first that bring a run nearest to its end.
    pub const ALL: [Self; 4] = [Self::Mail, Self::Extract, Self::Parse, Self::Ingest];
    /// The kinds that any process can do: for mail, a server must be configured.
    pub const WITHOUT_MAIL: [Self; 3] = [Self::Extract, Self::Parse, Self::Ingest];

    /// The kind of a task.
    pub const fn of(task: &Task) -> Self {
        match task {
            Task::Ingest { .. } => Self::Ingest,
            Task::Parse { .. } => Self::Parse,
            Task::Extract { .. } => Self::Extract,
            Task::Mail { .. } => Self::Mail,
        }
    }
}

/// What a claim brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    /// Jobs that are now held.
    pub jobs: Vec<LeasedJob>,
    /// Jobs that lost too many leases and are dead now: fail what they were for, in the same transaction.
    pub dead: Vec<DeadJob>,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// Its id.
    pub id: JobId,
    /// Whose work it was.
    pub workspace_id: WorkspaceId,
    /// What was to be done.
    pub task: Task,
}

/// What became of a job that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It is tried again then.
    RetryAt(Timestamp),
    /// It is dead: fail what it was for, in the same transaction.
    Dead,
}

/// How many jobs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// To be claimed, now or later.
    pub waiting: u64,
    /// Held, or left by a crashed worker.
    pub running: u64,
    /// Given up.
    pub dead: u64,
}

#[derive(Queryable)]
struct Candidate {
    id: IdCol<JobKind>,
    workspace_id: i64,
    task: JsonCol<Task>,
    state: EnumCol<JobState>,
    due_at: Option<TimeCol>,
    attempts: CountCol<u32>,
    lost_leases: CountCol<u32>,
}

/// Writes a job down, to be claimed from `run_at` on.
pub fn enqueue(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    task: Task,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<JobId, Error> {
    let id = JobId::generate();
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(IdCol(id)),
            jobs::workspace_id.eq(workspace.0),
            jobs::kind.eq(EnumCol(Kind::of(&task))),
            jobs::task.eq(JsonCol(task)),
            jobs::state.eq(EnumCol(JobState::Waiting)),
            jobs::due_at.eq(TimeCol(run_at)),
            jobs::attempts.eq(CountCol(0_u32)),
            jobs::lost_leases.eq(CountCol(0_u32)),
            jobs::created_at.eq(TimeCol(now)),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Takes up to `limit` jobs for the length of a lease: those of the first kind first, of each kind the longest due
/// first. Jobs whose lease ran out are taken like those that wait.
pub fn claim(
    conn: &mut AnyConnection,
    worker: &str,
    kinds: &[Kind],
    limit: usize,
    lease: Duration,
    now: Timestamp,
) -> Result<Claim, Error> {
    let mut claim = Claim::default();
    for kind in kinds {
        let wanted = limit.saturating_sub(claim.jobs.len());
        if wanted == 0 {
            break;
        }
        for candidate in candidates(conn, *kind, wanted, now)? {
            let lost = match candidate.state.0 {
                JobState::Running => candidate.lost_leases.0 + 1,
                JobState::Waiting | JobState::Done | JobState::Dead => candidate.lost_leases.0,
            };
            if lost > MAX_LOST_LEASES {
                claim.dead.extend(bury(conn, &candidate, lost, now)?);
            } else {
                claim
                    .jobs
                    .extend(take(conn, &candidate, worker, lost, lease, now)?);
            }
        }
    }
    Ok(claim)
}

/// On PostgreSQL the rows are locked, and those that others have locked are left to them. On SQLite the transaction
/// holds the whole file.
fn candidates(
    conn: &mut AnyConnection,
    kind: Kind,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Candidate>, Error> {
    let due = jobs::table
        .filter(jobs::kind.eq(EnumCol(kind)))
        .filter(jobs::due_at.le(TimeCol(now)))
        .order((jobs::due_at, jobs::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((
            jobs::id,
            jobs::workspace_id,
            jobs::task,
            jobs::state,
            jobs::due_at,
            jobs::attempts,
            jobs::lost_leases,
        ));
    let rows = match conn {
        AnyConnection::Postgres(inner) => due.for_update().skip_locked().load(inner)?,
        AnyConnection::Sqlite(inner) => due.load(inner)?,
    };
    Ok(rows)
}

/// Nothing where another worker was faster: the conditions under which the candidate was found are repeated.
fn take(
    conn: &mut AnyConnection,
    candidate: &Candidate,
    worker: &str,
    lost_leases: u32,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<LeasedJob>, Error> {
    let token = LeaseToken::generate();
    let expires = now.plus(lease);
    let as_found = jobs::table
        .find(candidate.id)
        .filter(jobs::state.eq(candidate.state))
        .filter(jobs::due_at.eq(candidate.due_at));
    let taken = diesel::update(as_found)
        .set((
            jobs::state.eq(EnumCol(JobState::Running)),
            jobs::due_at.eq(TimeCol(expires)),
            jobs::lost_leases.eq(CountCol(lost_leases)),
            jobs::lease_token.eq(IdCol(token)),
            jobs::worker.eq(storable(worker)),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok((taken > 0).then(|| LeasedJob {
        id: candidate.id.0,
        workspace_id: WorkspaceId(candidate.workspace_id),
        task: candidate.task.0,
        attempt: candidate.attempts.0 + 1,
        lease: token,
        lease_expires_at: expires,
    }))
}

fn bury(
    conn: &mut AnyConnection,
    candidate: &Candidate,
    lost_leases: u32,
    now: Timestamp,
) -> Result<Option<DeadJob>, Error> {
    let as_found = jobs::table
        .find(candidate.id)
        .filter(jobs::state.eq(candidate.state))
        .filter(jobs::due_at.eq(candidate.due_at));
    let buried = diesel::update(as_found)
        .set((
            jobs::state.eq(EnumCol(JobState::Dead)),
            jobs::due_at.eq(None::<TimeCol>),
            jobs::lost_leases.eq(CountCol(lost_leases)),
            jobs::lease_token.eq(None::<IdCol<LeaseKind>>),
            jobs::last_error.eq("the workers that took it stopped without a word"),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok((buried > 0).then_some(DeadJob {
        id: candidate.id.0,
        workspace_id: WorkspaceId(candidate.workspace_id),
        task: candidate.task.0,
    }))
}

/// The job, as long as this worker holds it.
#[diesel::dsl::auto_type]
fn held(job: &LeasedJob) -> _ {
    let id: IdCol<JobKind> = IdCol(job.id);
    let token: IdCol<LeaseKind> = IdCol(job.lease);
    let running: EnumCol<JobState> = EnumCol(JobState::Running);
    jobs::table
        .filter(jobs::id.eq(id))
        .filter(jobs::lease_token.eq(token))
        .filter(jobs::state.eq(running))
}

/// No row: somebody else holds the job, or it is gone.
const fn must_be_held(rows: usize) -> Result<(), Error> {
    if rows == 0 {
        return Err(Error::LeaseLost);
    }
    Ok(())
}

/// Holds the job for another while. Returns when the lease ends now.
pub fn renew(
    conn: &mut AnyConnection,
    job: &LeasedJob,
    lease: Duration,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let expires = now.plus(lease);
    let rows = diesel::update(held(job))
        .set((
            jobs::due_at.eq(TimeCol(expires)),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    must_be_held(rows)?;
    Ok(expires)
}

/// The job is done: it goes from the ledger. Call it in the transaction that writes what the work produced.
pub fn finish(conn: &mut AnyConnection, job: &LeasedJob) -> Result<(), Error> {
    let rows = diesel::delete(held(job)).execute(conn)?;
    must_be_held(rows)
}

/// The job failed: it is tried again later, or dead after [`MAX_ATTEMPTS`]. `error` is for the operator.
pub fn fail(
    conn: &mut AnyConnection,
    job: &LeasedJob,
    error: &str,
    now: Timestamp,
) -> Result<Failure, Error> {
    let failure = if job.attempt >= MAX_ATTEMPTS {
        Failure::Dead
    } else {
        Failure::RetryAt(now.plus(retry_delay(job, job.attempt)))
    };
    end_try(conn, job, failure, error, Count::Attempts(job.attempt), now)?;
    Ok(failure)
}

/// The job cannot be done, and trying again would not change that: it is dead at once. `error` is for the operator.
pub fn abandon(
    conn: &mut AnyConnection,
    job: &LeasedJob,
    error: &str,
    now: Timestamp,
) -> Result<Failure, Error> {
    let count = Count::Attempts(job.attempt);
    end_try(conn, job, Failure::Dead, error, count, now)?;
    Ok(Failure::Dead)
}

/// The job could not be done for a reason that lies in the machinery, not in the job: the database or the store was
/// away. Counts like a lease that ran out: it is tried again later, or dead after [`MAX_LOST_LEASES`]. `error` is for
/// the operator.
pub fn hand_back(
    conn: &mut AnyConnection,
    job: &LeasedJob,
    error: &str,
    now: Timestamp,
) -> Result<Failure, Error> {
    let lost: Option<CountCol<u32>> = held(job).select(jobs::lost_leases).first(conn).optional()?;
    let lost = lost.ok_or(Error::LeaseLost)?.0 + 1;
    let failure = if lost > MAX_LOST_LEASES {
        Failure::Dead
    } else {
        Failure::RetryAt(now.plus(retry_delay(job, lost)))
    };
    let count = Count::LostLeases(lost);
    end_try(conn, job, failure, error, count, now)?;
    Ok(failure)
}

/// What a try counts as, and how many of the kind there were with it.
#[derive(Debug, Clone, Copy)]
enum Count {
    Attempts(u32),
    LostLeases(u32),
}

/// Writes what became of a try, and counts it.
fn end_try(
    conn: &mut AnyConnection,
    job: &LeasedJob,
    failure: Failure,
    error: &str,
    count: Count,
    now: Timestamp,
) -> Result<(), Error> {
    let (attempts, lost_leases) = match count {
        Count::Attempts(attempts) => (Some(attempts), None),
        Count::LostLeases(lost) => (None, Some(lost)),
    };
    let (state, due_at) = match failure {
        Failure::RetryAt(time) => (JobState::Waiting, Some(TimeCol(time))),
        Failure::Dead => (JobState::Dead, None),
    };
    let rows = diesel::update(held(job))
        .set((
            jobs::state.eq(EnumCol(state)),
            jobs::due_at.eq(due_at),
            attempts.map(|count| jobs::attempts.eq(CountCol(count))),
            lost_leases.map(|count| jobs::lost_leases.eq(CountCol(count))),
            jobs::lease_token.eq(None::<IdCol<LeaseKind>>),
            jobs::last_error.eq(storable(error)),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    must_be_held(rows)
}

/// Twice as long for each failure of its kind, and up to a quarter more, so that what failed together is not tried
/// together. The lease's random bits are the dice.
fn retry_delay(job: &LeasedJob, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let delay = FIRST_RETRY.saturating_mul(1 << doublings).min(LAST_RETRY);
    let dice = job.lease.as_uuid().as_bytes().last().copied().unwrap_or_default();
    delay + delay / 4 * u32::from(dice) / 256
}

/// Hands the job back as if it had not been claimed: the worker shuts down.
pub fn release(conn: &mut AnyConnection, job: &LeasedJob, now: Timestamp) -> Result<(), Error> {
    let rows = diesel::update(held(job))
        .set((
            jobs::state.eq(EnumCol(JobState::Waiting)),
            jobs::due_at.eq(TimeCol(now)),
            jobs::lease_token.eq(None::<IdCol<LeaseKind>>),
            jobs::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    must_be_held(rows)
}

/// When the next job of these kinds may be claimed, whoever's it is: for a worker that has nothing to do.
pub fn next_due_of_all_tenants(conn: &mut AnyConnection, kinds: &[Kind]) -> Result<Option<Timestamp>, Error> {
    let mut next = None;
    for kind in kinds {
        let due: Option<Option<TimeCol>> = jobs::table
            .filter(jobs::kind.eq(EnumCol(*kind)))
            .filter(jobs::due_at.is_not_null())
            .order(jobs::due_at)
            .select(jobs::due_at)
            .first(conn)
            .optional()?;
        next = next.into_iter().chain(due.flatten().map(|time| time.0)).min();
    }
    Ok(next)
}

/// How many jobs there are, whoever's they are: for operators.
pub fn count_of_all_tenants(conn: &mut AnyConnection) -> Result<Counts, Error> {
    let rows: Vec<(EnumCol<JobState>, i64)> = jobs::table
        .group_by(jobs::state)
        .select((jobs::state, diesel::dsl::count_star()))
        .load(conn)?;
    let mut counts = Counts::default();
    for (state, number) in rows {
        let number = u64::try_from(number).unwrap_or(0);
        match state.0 {
            JobState::Waiting => counts.waiting = number,
            JobState::Running => counts.running = number,
            JobState::Dead => counts.dead = number,
            // Never stored: a job that is done is deleted.
            JobState::Done => {}
        }
    }
    Ok(counts)
}
