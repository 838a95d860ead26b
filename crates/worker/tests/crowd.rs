//! Everything at once: many callers attach documents that others attach, too, and start runs over them, while workers
//! do the jobs, have documents parsed again, or crash. Every run is completed, each once, and no job is left. On
//! PostgreSQL nobody waits for somebody who waits for them: what is told to be busy fails the test.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use domain::access::Scope;
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::hash::ContentHash;
use domain::id::{DocumentId, ResultId, SessionId, WorkspaceId};
use domain::job::{LeasedJob, Task};
use domain::name::Name;
use domain::parsing::{ParseConfig, ParsingStatus};
use domain::result::ResultStatus;
use domain::template::Template;
use domain::time::Timestamp;
use indexmap::IndexMap;
use serde_json::json;
use storage::jobs::{Counts, Kind};
use storage::sessions::{Attached, NewSession};
use storage::templates::NewTemplate;
use storage::{
    AnyConnection, Error, discarded, jobs, parsings, results, sessions, templates, users, workspaces,
};
use testkit::databases::{TestDb, at};
use worker::intake::{self, Examined};
use worker::runs::{self, StartError};

testkit::both![every_run_is_completed_once_although_workers_crash];

const CALLERS: u8 = 6;
const RUNS_OF_EACH: u8 = 5;
const WORKERS: usize = 4;
const LEASE: Duration = Duration::from_secs(10);

/// What all threads share. Time stands still while a worker is at work, so that only crashed ones lose their leases.
struct Crowd<'a> {
    db: &'a TestDb,
    workspace: WorkspaceId,
    template: Template,
    sessions: [SessionId; 2],
    seconds: AtomicU64,
    taken: AtomicUsize,
    at_work: AtomicUsize,
    callers_left: AtomicUsize,
}

/// One less, also where a test fails: the others shall not wait for ever.
struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn every_run_is_completed_once_although_workers_crash(db: &TestDb) {
    let crowd = crowd(db);
    let runs: Vec<ResultId> = thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| crowd.work());
        }
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let crowd = &crowd;
                scope.spawn(move || crowd.call(caller))
            })
            .collect();
        let joined = callers.into_iter().map(|caller| caller.join().unwrap());
        joined.flatten().collect()
    });
    assert_eq!(runs.len(), usize::from(CALLERS * RUNS_OF_EACH));
    let scope = Scope::of_job(crowd.workspace);
    for run in runs {
        let find = |conn: &mut AnyConnection| results::find(conn, &scope, run);
        let result = db.db.read_blocking(find).unwrap().unwrap();
        assert_eq!(result.status, ResultStatus::Completed);
    }
    assert_eq!(crowd.counts(), Counts::default());
}

fn crowd(db: &TestDb) -> Crowd<'_> {
    let made = db.db.write_blocking(|conn| {
        let email = "ada@example.org".parse().unwrap();
        let user = users::insert(conn, &email, &name("ada"), at(0))?;
        let workspace = workspaces::insert(conn, user.id, &name("Accounting"), None, json!({}), at(0))?.id;
        let new = NewTemplate {
            name: name("Invoices"),
            description: None,
            schema_json: json!({ "fields": { "total": { "type": "number" } } }).into(),
            settings: json!({}),
            created_by: user.id,
        };
        let template = templates::insert(conn, workspace, new, at(0))?;
        let mut session = || {
            let new = NewSession {
                template_id: template.id,
                name: name("March"),
                settings: json!({}),
            };
            sessions::insert(conn, workspace, new, at(0))
        };
        let sessions = [session()?.id, session()?.id];
        Ok::<_, Error>((workspace, template, sessions))
    });
    let (workspace, template, sessions) = made.unwrap();
    Crowd {
        db,
        workspace,
        template,
        sessions,
        seconds: AtomicU64::new(10),
        taken: AtomicUsize::new(0),
        at_work: AtomicUsize::new(0),
        callers_left: AtomicUsize::new(usize::from(CALLERS)),
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

impl Crowd<'_> {
    fn now(&self) -> Timestamp {
        at(self.seconds.load(Ordering::SeqCst))
    }

    fn counts(&self) -> Counts {
        self.db.db.read_blocking(jobs::count_of_all_tenants).unwrap()
    }

    /// Each run reads what all callers have attached so far, among it documents that several attach at once.
    fn call(&self, caller: u8) -> Vec<ResultId> {
        let _leaves = Leaves(&self.callers_left);
        let mut started = Vec::new();
        for run in 0..RUNS_OF_EACH {
            let [one, other] = self.sessions;
            let session = if (caller + run).is_multiple_of(2) {
                one
            } else {
                other
            };
            let contents: [&[u8]; 3] = [&[run], &[run + 1], &[caller, run]];
            for bytes in contents {
                self.announce(bytes);
            }
            let attached = self
                .db
                .db
                .write_blocking(|conn| self.attach(conn, session, caller, &contents));
            assert_eq!(attached.unwrap(), Attached::All);
            let run = self.db.db.write_blocking(|conn| {
                runs::start(conn, self.workspace, session, &ParseConfig::default(), self.now()).map_err(
                    |error| match error {
                        StartError::Storage(error) => error,
                        other => panic!("{other}"),
                    },
                )
            });
            started.push(run.unwrap().id);
        }
        started
    }

    fn announce(&self, bytes: &[u8]) {
        let sha256 = ContentHash::of(bytes);
        let announced = self
            .db
            .db
            .write_blocking(|conn| discarded::announce_document(conn, self.workspace, sha256, self.now()));
        announced.unwrap();
    }

    /// In any order the documents are attached.
    fn attach(
        &self,
        conn: &mut AnyConnection,
        session: SessionId,
        caller: u8,
        contents: &[&[u8]],
    ) -> Result<Attached, Error> {
        let examined: Vec<Examined> = contents.iter().map(|bytes| examined(bytes, self.now())).collect();
        let mut documents: Vec<DocumentId> = Vec::new();
        for examined in &examined {
            let (document, _) = intake::record(conn, self.workspace, name("a.txt"), examined, self.now())?;
            documents.push(document.id);
        }
        if caller % 2 == 1 {
            documents.reverse();
        }
        let defaults = ParseConfig::default();
        intake::attach(
            conn,
            self.workspace,
            session,
            &self.template,
            &documents,
            &defaults,
            self.now(),
        )
    }

    fn work(&self) {
        loop {
            // Asked before the claim: what the last caller wrote is then seen by it.
            let no_more_calls = self.callers_left.load(Ordering::SeqCst) == 0;
            if self.take_one() || self.at_work.load(Ordering::SeqCst) > 0 {
                continue;
            }
            if no_more_calls && self.counts() == Counts::default() {
                return;
            }
            self.seconds.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Claims a job and does it, or leaves every fifth behind. False where none was due.
    fn take_one(&self) -> bool {
        let claim = |conn: &mut AnyConnection| jobs::claim(conn, "worker", &Kind::ALL, 1, LEASE, self.now());
        let claim = self.db.db.write_blocking(claim).unwrap();
        assert_eq!(claim.dead, []);
        let Some(job) = claim.jobs.into_iter().next() else {
            return false;
        };
        let number = self.taken.fetch_add(1, Ordering::SeqCst);
        if number % 5 == 4 {
            return true;
        }
        self.at_work.fetch_add(1, Ordering::SeqCst);
        let _leaves = Leaves(&self.at_work);
        let reads_again = number % 7 == 6;
        let end = |conn: &mut AnyConnection| end(conn, &job, reads_again, self.now());
        let ended = self.db.db.write_blocking(end);
        assert!(matches!(ended, Ok(()) | Err(Error::LeaseLost)), "{ended:?}");
        true
    }
}

fn examined(bytes: &[u8], now: Timestamp) -> Examined {
    Examined {
        sha256: ContentHash::of(bytes),
        size: 1,
        mime: "text/plain",
        supported: true,
        announced_at: Some(now),
    }
}

/// Writes what the job produced and ends it, as a worker does.
fn end(conn: &mut AnyConnection, job: &LeasedJob, reads_again: bool, now: Timestamp) -> Result<(), Error> {
    let workspace = job.workspace_id;
    jobs::finish(conn, job)?;
    match job.task {
        Task::Parse { parsing_id } => {
            parsings::mark_parsing(conn, workspace, parsing_id, now)?;
            let written = parsings::complete(conn, workspace, parsing_id, &[], &[], now)?;
            assert!(written, "a second job for what was done: {:?}", job.task);
        }
        Task::Extract { result_id } => {
            let inputs = results::lock_inputs(conn, workspace, result_id)?;
            let is_read = inputs
                .iter()
                .all(|parsing| parsing.status == ParsingStatus::Parsed);
            if reads_again && let Some(first) = inputs.first() {
                parsings::parse_again(conn, workspace, first.id, now)?;
            }
            if reads_again || !is_read {
                results::wait_again(conn, workspace, result_id, now)?;
                return Ok(());
            }
            results::mark_processing(conn, workspace, result_id, now)?;
            let written = results::complete(conn, workspace, result_id, extraction(), now)?;
            assert!(written, "a second job for what was done: {:?}", job.task);
        }
        Task::Ingest { .. } | Task::Mail { .. } => panic!("nobody asked for it"),
    }
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
