//! Everything at once: many callers start runs over shared documents while workers do the jobs, and some workers
//! crash. Every run is completed, each once, and no job is left.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use domain::document::Document;
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::id::{ResultId, WorkspaceId};
use domain::job::{LeasedJob, Task};
use domain::parsing::ParseConfig;
use domain::result::ResultStatus;
use domain::session::{Session, SessionStatus};
use indexmap::IndexMap;
use serde_json::json;
use storage::jobs::{Counts, Kind};
use storage::{AnyConnection, Error, documents, jobs, parsings, results, sessions};
use testkit::databases::{TestDb, at};

use crate::scene::{PARSER, Tenant, chunk, new_document, new_result, page, read, tenant};

testkit::both![every_run_is_completed_once_although_workers_crash];

const CALLERS: u8 = 4;
const RUNS_OF_EACH: u8 = 6;
const WORKERS: usize = 4;
const LEASE: Duration = Duration::from_secs(10);

/// What all threads share. Time stands still while a worker is at work, so that only crashed ones lose their leases.
struct Crowd<'a> {
    db: &'a TestDb,
    tenant: Tenant,
    seconds: AtomicU64,
    taken: AtomicUsize,
    at_work: AtomicUsize,
    callers_left: AtomicUsize,
}

fn every_run_is_completed_once_although_workers_crash(db: &TestDb) {
    let crowd = Crowd {
        db,
        tenant: tenant(db, "ada"),
        seconds: AtomicU64::new(10),
        taken: AtomicUsize::new(0),
        at_work: AtomicUsize::new(0),
        callers_left: AtomicUsize::new(usize::from(CALLERS)),
    };
    let session = crowd.tenant.session(db);
    let runs: Vec<ResultId> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| crowd.work())).collect();
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (crowd, session) = (&crowd, &session);
                scope.spawn(move || crowd.call(caller, session))
            })
            .collect();
        let runs = callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
        runs
    });
    assert_eq!(runs.len(), usize::from(CALLERS * RUNS_OF_EACH));
    for run in runs {
        let result = read(db, |c| results::find(c, &crowd.tenant.scope, run)).unwrap();
        assert_eq!(result.status, ResultStatus::Completed);
    }
    assert_eq!(read(db, jobs::count_of_all_tenants), Counts::default());
    let session = read(db, |c| sessions::find(c, &crowd.tenant.scope, session.id)).unwrap();
    assert_eq!(session.status, SessionStatus::Completed);
}

impl Crowd<'_> {
    fn now(&self) -> domain::time::Timestamp {
        at(self.seconds.load(Ordering::SeqCst))
    }

    /// What waits for a lock too long is told so, and tries again.
    fn write<T>(&self, mut work: impl FnMut(&mut AnyConnection) -> Result<T, Error>) -> Result<T, Error> {
        loop {
            match self.db.db.write_blocking(&mut work) {
                Err(Error::Busy) => {}
                other => return other,
            }
        }
    }

    /// Each run reads a document that all callers have and one of its own.
    fn call(&self, caller: u8, session: &Session) -> Vec<ResultId> {
        let start = |run| {
            let own = [caller, run];
            self.write(|c| self.start(c, session, &[&[run], &own])).unwrap()
        };
        let runs = (0..RUNS_OF_EACH).map(start).collect();
        self.callers_left.fetch_sub(1, Ordering::SeqCst);
        runs
    }

    fn start(&self, c: &mut AnyConnection, session: &Session, contents: &[&[u8]]) -> Result<ResultId, Error> {
        let (workspace, now) = (self.tenant.workspace.id, self.now());
        let mut inputs = Vec::new();
        for content in contents {
            let (document, _) = documents::insert_or_reuse(c, workspace, new_document(content), now)?;
            let config = ParseConfig::default();
            let (parsing, _) = parsings::ensure(c, workspace, document.id, &config, PARSER, now)?;
            inputs.push((document, parsing));
        }
        let ids: Vec<_> = inputs
            .iter()
            .map(|(document, _): &(Document, _)| document.id)
            .collect();
        sessions::attach(c, workspace, session.id, &ids, now)?;
        let inputs: Vec<_> = inputs
            .iter()
            .map(|(document, parsing)| (document, parsing))
            .collect();
        let new = new_result(session, self.tenant.template.version_id, &inputs);
        Ok(results::insert(c, workspace, new, now)?.id)
    }

    fn work(&self) {
        loop {
            // Asked before the claim: what the last caller wrote is then seen by it.
            let no_more_calls = self.callers_left.load(Ordering::SeqCst) == 0;
            if self.take_one() || self.at_work.load(Ordering::SeqCst) > 0 {
                continue;
            }
            if no_more_calls && read(self.db, jobs::count_of_all_tenants) == Counts::default() {
                return;
            }
            self.seconds.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Claims a job and does it, or leaves every fifth behind. False where none was due.
    fn take_one(&self) -> bool {
        let claim = self
            .write(|c| jobs::claim(c, "worker", &Kind::ALL, 1, LEASE, self.now()))
            .unwrap();
        let Some(job) = claim.jobs.into_iter().next() else {
            return false;
        };
        let crashes = self.taken.fetch_add(1, Ordering::SeqCst) % 5 == 4;
        if !crashes {
            self.at_work.fetch_add(1, Ordering::SeqCst);
            let ended = self.write(|c| end(c, &job, self.now()));
            self.at_work.fetch_sub(1, Ordering::SeqCst);
            assert!(matches!(ended, Ok(()) | Err(Error::LeaseLost)), "{ended:?}");
        }
        true
    }
}

/// Writes what the job produced and ends it, as a worker does.
fn end(c: &mut AnyConnection, job: &LeasedJob, now: domain::time::Timestamp) -> Result<(), Error> {
    let workspace: WorkspaceId = job.workspace_id;
    let written = match job.task {
        Task::Parse { parsing_id } => {
            parsings::mark_parsing(c, workspace, parsing_id, now)?;
            parsings::complete(c, workspace, parsing_id, &[page(1)], &[chunk(0, "text")], now)?
        }
        Task::Extract { result_id } => {
            results::mark_processing(c, workspace, result_id, now)?;
            results::complete(c, workspace, result_id, extraction(), now)?
        }
        Task::Ingest { .. } => panic!("nobody asked for it"),
    };
    jobs::finish(c, job)?;
    assert!(written, "a second job for what was done: {:?}", job.task);
    Ok(())
}

fn extraction() -> Extraction {
    Extraction {
        title: None,
        data: json!({}),
        audit: Audit::object(),
        checks: IndexMap::new(),
        warnings: Vec::new(),
    }
}
