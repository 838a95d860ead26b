//! Everything at once, and somebody deletes: callers attach and run, workers do the jobs, and others delete documents,
//! sessions and results under their hands. Nobody waits for somebody who waits for them (what is told to be busy fails the
//! test), no run waits for ever, no job is left, and what is counted is what there is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use domain::access::Scope;
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::hash::ContentHash;
use domain::id::{DocumentId, ResultId, SessionId, WorkspaceId};
use domain::job::{LeasedJob, Task};
use domain::name::Name;
use domain::pagination::{ListRequest, PageRequest};
use domain::parsing::{ParseConfig, ParsingStatus};
use domain::template::Template;
use indexmap::IndexMap;
use serde_json::json;
use storage::jobs::{Counts, Kind};
use storage::sessions::NewSession;
use storage::templates::NewTemplate;
use storage::{
    AnyConnection, Error, discarded, documents, jobs, parsings, results, sessions, templates, users,
    workspaces,
};
use testkit::databases::{TestDb, at};
use worker::intake::{self, Examined};
use worker::runs::{self, StartError};

testkit::both![whatever_is_deleted_nobody_waits_for_ever];

const CALLERS: u8 = 4;
const ROUNDS: u8 = 12;
const WORKERS: usize = 3;
const LEASE: Duration = Duration::from_secs(10);

struct Place<'a> {
    db: &'a TestDb,
    workspace: WorkspaceId,
    template: Template,
    /// Those that somebody works with at the moment.
    sessions: [Mutex<SessionId>; 3],
    runs: Mutex<BTreeSet<ResultId>>,
    callers_left: AtomicUsize,
}

/// One less, also where a test fails: the others shall not wait for ever.
struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn whatever_is_deleted_nobody_waits_for_ever(db: &TestDb) {
    let place = place(db);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| place.work());
        }
        for caller in 0..CALLERS {
            let place = &place;
            scope.spawn(move || place.call(caller));
        }
        scope.spawn(|| place.delete_documents());
        scope.spawn(|| place.delete_sessions());
        scope.spawn(|| place.delete_results());
    });
    assert_eq!(place.counts(), Counts::default());
    let scope = Scope::of_job(place.workspace);
    let runs = place.runs.lock().unwrap();
    let ended = |conn: &mut AnyConnection| {
        let mut left = 0;
        for run in runs.iter() {
            if let Some(result) = results::find(conn, &scope, *run)? {
                assert!(result.completed_at.is_some(), "{result:?}");
                left += 1;
            }
        }
        Ok::<_, Error>(left)
    };
    let left: usize = db.db.read_blocking(ended).unwrap();
    assert!(left <= runs.len());
    place.check_counts();
}

fn place(db: &TestDb) -> Place<'_> {
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
        let mut session = || new_session(conn, workspace, &template);
        let sessions = [session()?, session()?, session()?];
        Ok::<_, Error>((workspace, template, sessions))
    });
    let (workspace, template, sessions) = made.unwrap();
    Place {
        db,
        workspace,
        template,
        sessions: sessions.map(Mutex::new),
        runs: Mutex::default(),
        callers_left: AtomicUsize::new(usize::from(CALLERS)),
    }
}

fn new_session(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    template: &Template,
) -> Result<SessionId, Error> {
    let new = NewSession {
        template_id: template.id,
        name: name("March"),
        settings: json!({}),
    };
    Ok(sessions::insert(conn, workspace, new, at(0))?.id)
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

impl Place<'_> {
    fn write<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> T {
        self.db.db.write_blocking(work).unwrap()
    }

    fn counts(&self) -> Counts {
        self.db.db.read_blocking(jobs::count_of_all_tenants).unwrap()
    }

    fn session(&self, number: u8) -> SessionId {
        *self.sessions[usize::from(number) % 3].lock().unwrap()
    }

    /// Attaches files that others attach, too, then runs this session, or all that there are.
    fn call(&self, caller: u8) {
        let _leaves = Leaves(&self.callers_left);
        for round in 0..ROUNDS {
            let contents: [&[u8]; 3] = [&[round], &[round + 1], &[caller, round]];
            for bytes in contents {
                let sha256 = ContentHash::of(bytes);
                self.write(|conn| discarded::announce_document(conn, self.workspace, sha256, at(1)));
            }
            let session = self.session(caller + round);
            self.write(|conn| self.attach(conn, session, &contents));
            let sessions = if round % 3 == 2 {
                [0, 1, 2].map(|number| self.session(number)).to_vec()
            } else {
                vec![session]
            };
            let started = self.db.db.write_blocking(|conn| self.start(conn, &sessions));
            match started {
                Ok(runs) => self.runs.lock().unwrap().extend(runs),
                // Deleted between the look and the run.
                Err(StartError::NoSession | StartError::NoDocuments) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    fn attach(&self, conn: &mut AnyConnection, session: SessionId, contents: &[&[u8]]) -> Result<(), Error> {
        let mut wanted: Vec<DocumentId> = Vec::new();
        for bytes in contents {
            let examined = Examined {
                sha256: ContentHash::of(bytes),
                size: 1,
                mime: "text/plain",
                supported: true,
                announced_at: Some(at(1)),
            };
            let (document, _) = intake::record(conn, self.workspace, name("a.txt"), &examined, at(1))?;
            wanted.push(document.id);
        }
        let defaults = ParseConfig::default();
        let (workspace, template) = (self.workspace, &self.template);
        intake::attach(conn, workspace, session, template, &wanted, &defaults, at(1))?;
        Ok(())
    }

    fn start(&self, conn: &mut AnyConnection, sessions: &[SessionId]) -> Result<Vec<ResultId>, StartError> {
        let defaults = ParseConfig::default();
        let mut plans = Vec::new();
        for session in sessions {
            match runs::plan(conn, self.workspace, *session, &defaults) {
                Ok(plan) => plans.push(plan),
                Err(StartError::Storage(error)) => return Err(error.into()),
                Err(_) => {}
            }
        }
        let started = runs::start_all(conn, self.workspace, plans, at(1))?;
        Ok(started.iter().map(|result| result.id).collect())
    }

    fn are_callers_left(&self) -> bool {
        self.callers_left.load(Ordering::SeqCst) > 0
    }

    fn delete_documents(&self) {
        let scope = Scope::of_job(self.workspace);
        while self.are_callers_left() {
            let all = ListRequest {
                page: PageRequest::new(None, Some(100)).unwrap(),
                ..ListRequest::default()
            };
            let list = |conn: &mut AnyConnection| documents::list(conn, &scope, self.workspace, &all);
            let there: Vec<_> = self.db.db.read_blocking(list).unwrap().items;
            for document in there.iter().step_by(3) {
                self.write(|conn| documents::delete(conn, self.workspace, document.id, at(2)));
            }
        }
    }

    fn delete_sessions(&self) {
        let mut number = 0;
        while self.are_callers_left() {
            let next = self.write(|conn| new_session(conn, self.workspace, &self.template));
            let old = std::mem::replace(&mut *self.sessions[number % 3].lock().unwrap(), next);
            let mut detached = self.write(|conn| {
                let attached = sessions::documents_of(conn, &Scope::of_job(self.workspace), old)?;
                Ok(attached.into_iter().map(|document| document.id))
            });
            if let Some(document) = detached.next() {
                self.write(|conn| sessions::detach(conn, self.workspace, old, document, at(2)));
            }
            if number % 2 == 0 {
                assert!(self.write(|conn| sessions::delete(conn, self.workspace, old)));
            } else {
                let template = self.template.id;
                let wanted = [old, SessionId::generate()];
                self.write(|conn| sessions::delete_of_template(conn, self.workspace, template, &wanted));
            }
            number += 1;
        }
    }

    fn delete_results(&self) {
        while self.are_callers_left() {
            let runs: Vec<ResultId> = self.runs.lock().unwrap().iter().copied().collect();
            for run in runs.iter().rev().step_by(4) {
                self.write(|conn| results::delete(conn, self.workspace, *run, at(2)));
            }
        }
    }

    fn work(&self) {
        loop {
            // Asked before the claim: what the last caller wrote is then seen by it.
            let no_more_calls = !self.are_callers_left();
            let claim = |conn: &mut AnyConnection| jobs::claim(conn, "worker", &Kind::ALL, 1, LEASE, at(9));
            let claim = self.write(claim);
            match claim.jobs.first() {
                Some(job) => self.write(|conn| end(conn, job)),
                None if no_more_calls && self.counts() == Counts::default() => return,
                None => thread::yield_now(),
            }
        }
    }

    /// What the lists say there is, and what there is.
    fn check_counts(&self) {
        let scope = Scope::of_job(self.workspace);
        let counts = |conn: &mut AnyConnection| {
            let page = PageRequest::new(None, Some(100)).unwrap();
            let all = ListRequest {
                page,
                ..ListRequest::default()
            };
            let documents = documents::list(conn, &scope, self.workspace, &all)?;
            let all = ListRequest {
                page,
                ..ListRequest::default()
            };
            let sessions = sessions::list_for_template(conn, &scope, self.template.id, &all)?;
            let sessions = sessions.unwrap();
            let there = (documents.items.len(), sessions.items.len());
            Ok::<_, Error>((there, (documents.total.unwrap(), sessions.total.unwrap())))
        };
        let (there, counted) = self.db.db.read_blocking(counts).unwrap();
        let there = (u64::try_from(there.0).unwrap(), u64::try_from(there.1).unwrap());
        assert_eq!(there, counted);
        assert_eq!(there.1, 3);
    }
}

/// Writes what the job produced and ends it, as a worker does.
fn end(conn: &mut AnyConnection, job: &LeasedJob) -> Result<(), Error> {
    let workspace = job.workspace_id;
    jobs::finish(conn, job)?;
    match job.task {
        Task::Parse { parsing_id } => {
            if parsings::mark_parsing(conn, workspace, parsing_id, at(9))? {
                let written = parsings::complete(conn, workspace, parsing_id, &[], &[], at(9))?;
                assert!(written);
            }
        }
        Task::Extract { result_id } => {
            let inputs = results::lock_inputs(conn, workspace, result_id)?;
            if inputs
                .iter()
                .all(|parsing| parsing.status != ParsingStatus::Parsed)
            {
                let reason = results::why_nothing(&inputs);
                results::fail(conn, workspace, result_id, reason, at(9))?;
            } else if results::mark_processing(conn, workspace, result_id, at(9))? {
                assert!(results::complete(
                    conn,
                    workspace,
                    result_id,
                    extraction(),
                    at(9)
                )?);
            }
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
