//! Workspaces: changed, and deleted with everything in them.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::document::Document;
use domain::event::{Action, Actor, Event};
use domain::hash::ContentHash;
use domain::id::{EventId, KeyHolder, WorkspaceId};
use domain::job::Task;
use domain::pagination::ListRequest;
use domain::parsing::{ParseConfig, Parsing};
use domain::role::Role;
use domain::session::Session;
use domain::token::TokenHash;
use storage::idempotency::{self, Claim, Slot};
use storage::jobs::{self, Kind};
use storage::tokens::{self, NewToken};
use storage::uploads::NewUpload;
use storage::workspaces::{self, WorkspaceChange};
use storage::{
    AnyConnection, Error, discarded, documents, events, members, parsings, results, sessions, uploads,
};
use testkit::databases::{TestDb, at};

use crate::scene::{PARSER, Tenant, chunk, new_document, new_result, page, read, tenant, write};

testkit::both![
    what_is_not_named_in_a_change_stays,
    a_deleted_workspace_leaves_nothing_but_its_trail,
    what_was_uploaded_for_its_sessions_is_its_owners_again,
    answers_of_its_members_are_forgotten,
    a_workspace_is_deleted_beside_jobs_that_run_in_it,
    a_workspace_is_deleted_once,
];

fn delete(db: &TestDb, id: WorkspaceId) -> bool {
    write(db, |c| workspaces::delete(c, id, at(20)))
}

fn what_is_not_named_in_a_change_stays(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let update = |change, seconds| {
        write(db, |c| {
            workspaces::update(c, ada.workspace.id, change, at(seconds))
        })
        .unwrap()
    };
    let named = WorkspaceChange {
        name: Some("Books".parse().unwrap()),
        icon: Some(Some("B".to_owned())),
    };
    update(named, 5);
    let cleared = WorkspaceChange {
        name: None,
        icon: Some(None),
    };
    let updated = update(cleared, 6);
    assert_eq!((updated.name.as_str(), updated.icon.as_deref()), ("Books", None));
    assert_eq!((updated.created_at, updated.updated_at), (at(0), at(6)));
    assert_eq!(update(WorkspaceChange::default(), 7).name, "Books");
    let found = |who: &Tenant| read(db, |c| workspaces::find(c, &who.scope, who.workspace.id));
    assert_eq!(found(&ada).unwrap().updated_at, at(7));
    assert_eq!(found(&bob), Some(bob.workspace.clone()));
    let nowhere = write(db, |c| {
        workspaces::update(c, WorkspaceId(999), WorkspaceChange::default(), at(5))
    });
    assert_eq!(nowhere, None);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn count(c: &mut AnyConnection, sql: &str) -> i64 {
    let counted: Count = diesel::sql_query(sql).get_result(c).unwrap();
    counted.number
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Tables whose rows belong to a workspace, as the catalogue has them, but for those that outlive it.
fn tables_of_tenants(db: &TestDb) -> Vec<String> {
    let sql = if db.db.url().is_postgres() {
        "SELECT table_name::text AS name FROM information_schema.columns \
         WHERE table_schema = 'public' AND column_name = 'workspace_id'"
    } else {
        "SELECT t.name AS name FROM sqlite_master AS t, pragma_table_info(t.name) AS i \
         WHERE t.type = 'table' AND i.name = 'workspace_id'"
    };
    let rows: Vec<Named> = read(db, |c| Ok(diesel::sql_query(sql).load(c)?));
    let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    names.retain(|name| !matches!(name.as_str(), "events" | "discarded_blobs"));
    assert!(names.len() >= 9, "{names:?}");
    names
}

/// A session with a document that is read and a run over it, and a job.
fn fill(db: &TestDb, who: &Tenant) {
    let (session, document) = (who.session(db), who.document(db, b"1"));
    who.attach(db, &session, &[&document]);
    let parsing = who.parsing(db, &document);
    who.parsed(db, &parsing);
    who.run(db, &session, &[(&document, &parsing)]);
    let upload = write(db, |c| uploads::insert(c, new_upload(who), at(1)));
    let invite = format!(
        "INSERT INTO invites (workspace_id, email, role, generation, valid_until, created_at, updated_at) \
         VALUES ({}, 'eve@example.org', 'user', 1, '{time}', '{time}', '{time}')",
        who.workspace.id,
        time = at(1)
    );
    write(db, |c| {
        uploads::bind(c, who.user.id, upload.id, session.id)?;
        diesel::sql_query(invite).execute(c)?;
        let trail = Event {
            id: EventId::generate(),
            workspace_id: Some(who.workspace.id),
            actor: Actor::System,
            action: Action::SessionCreated,
            object_id: session.id.to_string(),
            request_id: None,
            created_at: at(1),
        };
        events::insert(c, &trail)
    });
    confined_token(db, who);
}

fn new_upload(who: &Tenant) -> NewUpload {
    NewUpload {
        user_id: who.user.id,
        filename: None,
        content_type: "application/pdf".to_owned(),
        expires_at: at(900),
    }
}

fn confined_token(db: &TestDb, who: &Tenant) -> domain::id::TokenId {
    let new = NewToken {
        user_id: who.user.id,
        name: "test".parse().unwrap(),
        hash: TokenHash::from_bytes([u8::try_from(who.user.id.0).unwrap(); 32]),
        abilities: "*".parse().unwrap(),
        workspace_id: Some(who.workspace.id),
        expires_at: None,
    };
    write(db, |c| tokens::insert(c, new, at(1))).id
}

fn a_deleted_workspace_leaves_nothing_but_its_trail(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    fill(db, &ada);
    fill(db, &bob);
    let tables = tables_of_tenants(db);
    let rows = |who: &Tenant| -> Vec<i64> {
        let of = |table: &String| {
            let sql = format!(
                "SELECT count(*) AS number FROM {table} WHERE workspace_id = {}",
                who.workspace.id
            );
            read(db, |c| Ok(count(c, &sql)))
        };
        tables.iter().map(of).collect()
    };
    let before = rows(&bob);
    assert_eq!(rows(&ada), before);
    assert!(before.iter().all(|number| *number > 0), "{tables:?} {before:?}");
    assert!(delete(db, ada.workspace.id));
    assert_eq!(rows(&bob), before, "{tables:?}");
    assert!(rows(&ada).iter().all(|number| *number == 0), "{tables:?}");
    for (table, left) in [
        ("session_documents", 1),
        ("pages", 1),
        ("chunks", 1),
        ("result_parsings", 1),
        ("workspaces", 1),
        ("users", 2),
        ("uploads", 2),
    ] {
        let sql = format!("SELECT count(*) AS number FROM {table}");
        assert_eq!(read(db, |c| Ok(count(c, &sql))), left, "{table}");
    }
    let trail = read(db, |c| {
        events::list(c, &ada.scope, ada.workspace.id, &ListRequest::default())
    });
    assert_eq!(trail.items.len(), 1);
    let discarded = format!(
        "SELECT count(*) AS number FROM discarded_blobs WHERE workspace_id = {} AND kind = 'workspace'",
        ada.workspace.id
    );
    assert_eq!(read(db, |c| Ok(count(c, &discarded))), 1, "its bytes are to go");
}

fn what_was_uploaded_for_its_sessions_is_its_owners_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (user, session) = (ada.user.id, ada.session(db).id);
    let upload = write(db, |c| uploads::insert(c, new_upload(&ada), at(1)));
    assert!(write(db, |c| uploads::bind(c, user, upload.id, session)));
    delete(db, ada.workspace.id);
    assert!(read(db, |c| uploads::find_for_user(c, user, upload.id)).is_some());
}

fn answers_of_its_members_are_forgotten(db: &TestDb) {
    let (ada, bob, eve) = (tenant(db, "ada"), tenant(db, "bob"), tenant(db, "eve"));
    write(db, |c| {
        members::insert(c, ada.workspace.id, bob.user.id, Role::Readonly, at(1))
    });
    for who in [&bob, &eve] {
        let slot = Slot {
            token: confined_token(db, who),
            route: "POST /extractions/templates".to_owned(),
            key: "k".to_owned(),
        };
        let claim = Claim {
            holder: KeyHolder::generate(),
            fingerprint: Some(ContentHash::of(b"a")),
            in_flight_until: at(60),
            expires_at: at(86_400),
        };
        write(db, |c| idempotency::reserve(c, &slot, &claim, at(1)));
    }
    delete(db, ada.workspace.id);
    let left = "SELECT count(*) AS number FROM idempotency_keys";
    assert_eq!(read(db, |c| Ok(count(c, left))), 1, "only hers who was no member");
}

/// Whoever ends a job, takes a document in or starts a run would wait for rows that the deletion holds, and the other way
/// round, were they not taken in one order.
fn a_workspace_is_deleted_beside_jobs_that_run_in_it(db: &TestDb) {
    for round in 0..5 {
        let ada = tenant(db, &format!("ada{round}"));
        let session = ada.session(db);
        let documents: Vec<Document> = (0..12)
            .map(|number| ada.document(db, format!("{number}").as_bytes()))
            .collect();
        let parsings: Vec<Parsing> = documents
            .iter()
            .map(|document| ada.parsing(db, document))
            .collect();
        ada.attach(db, &session, &documents.iter().collect::<Vec<_>>());
        let inputs: Vec<_> = documents.iter().zip(&parsings).collect();
        for input in &inputs {
            ada.run(db, &session, &[*input]);
        }
        let (ended, ends) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..3 {
                let ended = ended.clone();
                scope.spawn(move || work(db, &ended));
            }
            scope.spawn(|| take_documents_in(db, &ada, &session));
            scope.spawn(|| start_runs(db, &ada, &session, &inputs));
            for _ in 0..round {
                ends.recv().unwrap();
            }
            assert!(delete(db, ada.workspace.id));
        });
        let jobs = format!(
            "SELECT count(*) AS number FROM jobs WHERE workspace_id = {}",
            ada.workspace.id
        );
        assert_eq!(read(db, |c| Ok(count(c, &jobs))), 0);
    }
}

/// Ends parsings as workers do, until there are none.
fn work(db: &TestDb, ended: &mpsc::Sender<()>) {
    let lease = Duration::from_secs(30);
    loop {
        let held = write(db, |c| jobs::claim(c, "w", &[Kind::Parse], 3, lease, at(6))).jobs;
        if held.is_empty() {
            return;
        }
        for job in held {
            let Task::Parse { parsing_id } = job.task else {
                continue;
            };
            may_be_gone(db.db.write_blocking(|c| {
                jobs::finish(c, &job)?;
                let facts = [page(1)];
                let chunks = [chunk(0, "x")];
                parsings::complete(c, job.workspace_id, parsing_id, &facts, &chunks, at(7))
            }));
            let _unheard = ended.send(());
        }
    }
}

fn take_documents_in(db: &TestDb, who: &Tenant, session: &Session) {
    let workspace = who.workspace.id;
    for number in 100..120 {
        let new = new_document(format!("{number}").as_bytes());
        write(db, |c| {
            discarded::announce_document(c, workspace, new.sha256, at(7))
        });
        may_be_gone(db.db.write_blocking(|c| {
            let (document, _) = documents::insert_or_reuse(c, workspace, new, at(7))?;
            let config = ParseConfig::default();
            parsings::ensure(c, workspace, document.id, &config, PARSER, at(7))?;
            sessions::attach(c, workspace, session.id, &[document.id], at(7))
        }));
    }
}

fn start_runs(db: &TestDb, who: &Tenant, session: &Session, inputs: &[(&Document, &Parsing)]) {
    for _ in 0..20 {
        let new = new_result(session, who.template.version_id, inputs);
        may_be_gone(
            db.db
                .write_blocking(|c| results::insert(c, who.workspace.id, new, at(8))),
        );
    }
}

/// Everything that a deletion may do to others: what they wanted is not there any more. It never makes them wait for what
/// waits for them.
fn may_be_gone<T: std::fmt::Debug>(outcome: Result<T, Error>) {
    match outcome {
        Ok(_) | Err(Error::MissingReference | Error::LeaseLost) => {}
        Err(error) => panic!("{error:?}"),
    }
}

fn a_workspace_is_deleted_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let id = ada.workspace.id;
    let outcomes: Vec<bool> = thread::scope(|scope| {
        let racing: Vec<_> = (0..4).map(|_| scope.spawn(|| delete(db, id))).collect();
        racing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let first = outcomes.iter().filter(|was_first| **was_first);
    assert_eq!(first.count(), 1, "{outcomes:?}");
    assert!(!delete(db, id));
}
