//! What is deleted, what goes with it, and what stays: also where others are at work on it.

use std::thread;

use domain::access::Scope;
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::id::{DocumentId, ResultId, SessionId};
use domain::job::Task;
use domain::pagination::ListRequest;
use domain::parsing::Parsing;
use domain::result::{DocumentRef, ExtractionResult, ResultStatus};
use domain::session::{Session, SessionStatus};
use indexmap::IndexMap;
use serde_json::json;
use storage::sessions::Attached;
use storage::uploads::NewUpload;
use storage::{documents, jobs, parsings, results, sessions, templates, uploads};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, chunks_of, new_template, read, schema, tenant, write};

testkit::both![
    a_deleted_session_takes_its_results_along_and_leaves_documents,
    what_was_uploaded_for_deleted_sessions_is_its_owners_again,
    only_sessions_of_the_template_are_deleted,
    the_others_keep_their_order_when_a_document_is_detached,
    a_run_keeps_what_is_detached,
    a_deleted_document_takes_along_what_was_read_of_it,
    the_same_bytes_are_a_new_document_after_a_deletion,
    a_result_keeps_what_it_says_of_a_deleted_document,
    a_run_goes_on_without_a_deleted_document,
    a_run_waits_for_the_documents_that_are_left,
    a_run_of_which_all_documents_are_deleted_fails,
    a_session_follows_the_results_that_are_left,
    another_tenants_things_are_not_deleted,
    a_document_is_deleted_while_its_parsing_ends,
    documents_of_a_run_that_are_deleted_at_once_let_it_go_on_once,
    a_document_is_deleted_while_a_run_over_it_starts,
    a_session_is_deleted_while_documents_are_attached_to_it,
    a_session_is_deleted_while_its_runs_go_on,
    a_template_is_deleted_while_its_sessions_are_at_work,
];

fn extraction() -> Extraction {
    Extraction {
        title: None,
        data: json!({"fields": {"zip": "1"}}),
        audit: Audit::object(),
        checks: IndexMap::new(),
        warnings: Vec::new(),
    }
}

fn result(db: &TestDb, tenant: &Tenant, id: ResultId) -> Option<ExtractionResult> {
    read(db, |c| results::find(c, &tenant.scope, id))
}

fn result_status(db: &TestDb, tenant: &Tenant, id: ResultId) -> ResultStatus {
    result(db, tenant, id).unwrap().status
}

fn session_status(db: &TestDb, tenant: &Tenant, id: SessionId) -> SessionStatus {
    read(db, |c| sessions::find(c, &tenant.scope, id)).unwrap().status
}

fn complete(db: &TestDb, tenant: &Tenant, id: ResultId) -> bool {
    write(db, |c| {
        results::complete(c, tenant.workspace.id, id, extraction(), at(9))
    })
}

fn delete_session(db: &TestDb, tenant: &Tenant, id: SessionId) -> bool {
    write(db, |c| sessions::delete(c, tenant.workspace.id, id))
}

fn delete_document(db: &TestDb, tenant: &Tenant, id: DocumentId) -> bool {
    write(db, |c| documents::delete(c, tenant.workspace.id, id, at(7)))
}

fn delete_result(db: &TestDb, tenant: &Tenant, id: ResultId) -> bool {
    write(db, |c| results::delete(c, tenant.workspace.id, id, at(7)))
}

/// What a worker writes, where it is still wanted.
fn parse(db: &TestDb, tenant: &Tenant, parsing: &Parsing) -> bool {
    let workspace = tenant.workspace.id;
    write(db, |c| parsings::mark_parsing(c, workspace, parsing.id, at(5)));
    write(db, |c| {
        parsings::complete(c, workspace, parsing.id, &[], &[], at(5))
    })
}

fn attached(db: &TestDb, tenant: &Tenant, session: &Session) -> Vec<DocumentId> {
    let documents = read(db, |c| sessions::documents_of(c, &tenant.scope, session.id));
    documents.into_iter().map(|document| document.id).collect()
}

/// How many documents and sessions the lists say there are.
fn kept_counts(db: &TestDb, tenant: &Tenant) -> (u64, u64) {
    read(db, |c| {
        let all = ListRequest::default();
        let documents = documents::list(c, &tenant.scope, tenant.workspace.id, &all)?;
        let all = ListRequest::default();
        let sessions = sessions::list_for_template(c, &tenant.scope, tenant.template.id, &all)?;
        let sessions = sessions.unwrap();
        let counted = (documents.items.len(), sessions.items.len());
        let kept = (documents.total.unwrap(), sessions.total.unwrap());
        assert_eq!(
            kept,
            (
                u64::try_from(counted.0).unwrap(),
                u64::try_from(counted.1).unwrap()
            )
        );
        Ok(kept)
    })
}

/// Runs for which an extract job waits.
fn extract_jobs(db: &TestDb) -> Vec<ResultId> {
    let lease = std::time::Duration::from_secs(9);
    let kinds = [jobs::Kind::Extract];
    let claim = write(db, |c| jobs::claim(c, "worker", &kinds, 99, lease, at(100)));
    let tasks = claim.jobs.into_iter().map(|job| job.task);
    tasks
        .filter_map(|task| match task {
            Task::Extract { result_id } => Some(result_id),
            Task::Ingest { .. } | Task::Parse { .. } | Task::Mail { .. } => None,
        })
        .collect()
}

fn a_deleted_session_takes_its_results_along_and_leaves_documents(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let other = ada.session(db);
    for session in [&session, &other] {
        ada.attach(db, session, &[&document]);
    }
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let kept = ada.run(db, &other, &[(&document, &parsing)]);
    assert_eq!(kept_counts(db, &ada), (1, 2));
    assert!(delete_session(db, &ada, session.id));
    assert!(!delete_session(db, &ada, session.id));
    assert_eq!(read(db, |c| sessions::find(c, &ada.scope, session.id)), None);
    assert_eq!(result(db, &ada, run), None);
    assert_eq!(kept_counts(db, &ada), (1, 1));
    assert_eq!(attached(db, &ada, &other), [document.id]);
    // The parsing goes on and lets go on what still waits.
    ada.parsed(db, &parsing);
    assert_eq!(extract_jobs(db), [kept]);
    // What is at work on it finds nothing to write to.
    write(db, |c| {
        let workspace = ada.workspace.id;
        assert_eq!(results::lock_inputs(c, workspace, run)?, []);
        assert!(!results::mark_processing(c, workspace, run, at(9))?);
        assert_eq!(results::count_rereading(c, workspace, run)?, None);
        assert!(!results::wait_again(c, workspace, run, at(9))?);
        assert!(!results::complete(c, workspace, run, extraction(), at(9))?);
        assert!(!results::fail(c, workspace, run, "no", at(9))?);
        Ok(())
    });
}

fn what_was_uploaded_for_deleted_sessions_is_its_owners_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, other) = (ada.session(db), ada.session(db));
    let upload = |session: &Session| {
        let new = NewUpload {
            user_id: ada.user.id,
            filename: None,
            content_type: "text/plain".to_owned(),
            expires_at: at(60),
        };
        write(db, |c| {
            let upload = uploads::insert(c, new, at(1))?;
            assert!(uploads::bind(c, ada.user.id, upload.id, session.id)?);
            Ok(upload.id)
        })
    };
    let (released, bound) = (upload(&session), upload(&other));
    assert!(delete_session(db, &ada, session.id));
    let find = |id| read(db, |c| uploads::find_for_user(c, ada.user.id, id));
    assert!(find(released).is_some());
    assert!(find(bound).is_none(), "it is another session's");
    assert!(!write(db, |c| uploads::claim_bound(c, session.id, released)));
}

fn only_sessions_of_the_template_are_deleted(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (one, two, left) = (ada.session(db), ada.session(db), ada.session(db));
    let foreign = bob.session(db);
    let new = new_template("Other", schema(), &ada.user);
    let elsewhere = write(db, |c| templates::insert(c, ada.workspace.id, new, at(1)));
    let delete = |template, wanted: &[SessionId]| {
        write(db, |c| {
            sessions::delete_of_template(c, ada.workspace.id, template, wanted)
        })
    };
    let all = [two.id, foreign.id, one.id, one.id, SessionId::generate()];
    assert_eq!(delete(elsewhere.id, &all), []);
    assert_eq!(delete(bob.template.id, &all), []);
    assert_eq!(delete(ada.template.id, &all), [one.id, two.id]);
    assert_eq!(delete(ada.template.id, &all), []);
    assert_eq!(delete(ada.template.id, &[]), []);
    assert_eq!(kept_counts(db, &ada), (0, 1));
    assert_eq!(kept_counts(db, &bob), (0, 1));
    assert!(read(db, |c| sessions::find(c, &ada.scope, left.id)).is_some());
}

fn the_others_keep_their_order_when_a_document_is_detached(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let session = ada.session(db);
    let [one, two, three] = [b"1", b"2", b"3"].map(|bytes| ada.document(db, bytes));
    ada.attach(db, &session, &[&one, &two, &three]);
    let detach = |workspace, document| {
        write(db, |c| {
            sessions::detach(c, workspace, session.id, document, at(6))
        })
    };
    assert!(!detach(bob.workspace.id, two.id));
    assert!(detach(ada.workspace.id, two.id));
    assert!(!detach(ada.workspace.id, two.id), "it is attached no longer");
    assert!(!detach(ada.workspace.id, DocumentId::generate()));
    assert_eq!(attached(db, &ada, &session), [one.id, three.id]);
    let changed = read(db, |c| sessions::find(c, &ada.scope, session.id)).unwrap();
    assert_eq!(changed.updated_at, at(6));
    assert!(read(db, |c| documents::find(c, &ada.scope, two.id)).is_some());
    assert!(detach(ada.workspace.id, three.id));
    ada.attach(db, &session, &[&two]);
    assert_eq!(attached(db, &ada, &session), [one.id, two.id]);
    let nowhere = write(db, |c| {
        sessions::detach(c, ada.workspace.id, SessionId::generate(), one.id, at(6))
    });
    assert!(!nowhere);
}

fn a_run_keeps_what_is_detached(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    ada.attach(db, &session, &[&document]);
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    write(db, |c| {
        sessions::detach(c, ada.workspace.id, session.id, document.id, at(6))
    });
    assert_eq!(result_status(db, &ada, run), ResultStatus::ParsingPending);
    ada.parsed(db, &parsing);
    assert_eq!(extract_jobs(db), [run]);
    let inputs = read(db, |c| results::inputs_of(c, &ada.scope, run));
    assert_eq!(inputs.len(), 1);
}

fn a_deleted_document_takes_along_what_was_read_of_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let [one, two, three] = [b"1", b"2", b"3"].map(|bytes| ada.document(db, bytes));
    ada.attach(db, &session, &[&one, &two, &three]);
    let parsing = ada.parsing(db, &two);
    ada.parsed(db, &parsing);
    assert!(delete_document(db, &ada, two.id));
    assert!(!delete_document(db, &ada, two.id));
    let scope = &ada.scope;
    read(db, |c| {
        assert_eq!(documents::find(c, scope, two.id)?, None);
        assert!(parsings::find(c, scope, parsing.id)?.is_none());
        assert_eq!(parsings::pages_of(c, scope, parsing.id)?, []);
        assert_eq!(chunks_of(c, scope, two.id)?, []);
        Ok(())
    });
    assert_eq!(attached(db, &ada, &session), [one.id, three.id]);
    assert_eq!(kept_counts(db, &ada), (2, 1));
    // What is at work on it finds nothing to write to.
    write(db, |c| {
        let workspace = ada.workspace.id;
        assert!(!parsings::mark_parsing(c, workspace, parsing.id, at(9))?);
        assert!(!parsings::complete(c, workspace, parsing.id, &[], &[], at(9))?);
        assert!(!parsings::fail(c, workspace, parsing.id, "no", at(9))?);
        assert!(!parsings::parse_again(c, workspace, parsing.id, at(9))?);
        let attached = sessions::attach(c, workspace, session.id, &[two.id], at(9))?;
        assert_eq!(attached, Attached::Unknown(vec![two.id]));
        Ok(())
    });
}

fn the_same_bytes_are_a_new_document_after_a_deletion(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = ada.document(db, b"1");
    assert!(delete_document(db, &ada, first.id));
    let second = ada.document(db, b"1");
    assert_ne!(first.id, second.id);
    assert_eq!(first.sha256, second.sha256);
    assert_eq!(kept_counts(db, &ada), (1, 0));
}

fn a_result_keeps_what_it_says_of_a_deleted_document(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(complete(db, &ada, run));
    let before = result(db, &ada, run).unwrap();
    assert!(delete_document(db, &ada, document.id));
    assert_eq!(result(db, &ada, run), Some(before.clone()));
    assert_eq!(before.document_refs, [DocumentRef::from(&document)]);
    assert_eq!(session_status(db, &ada, session.id), SessionStatus::Completed);
}

fn a_run_goes_on_without_a_deleted_document(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    ada.parsed(db, &first);
    assert_eq!(result_status(db, &ada, run), ResultStatus::ParsingPending);
    assert!(delete_document(db, &ada, two.id));
    let waits_no_longer = result(db, &ada, run).unwrap();
    assert_eq!(waits_no_longer.status, ResultStatus::Created);
    assert_eq!(waits_no_longer.document_refs.len(), 2, "the snapshot stays");
    assert_eq!(extract_jobs(db), [run]);
    let left = write(db, |c| results::lock_inputs(c, ada.workspace.id, run));
    assert_eq!(
        left.iter().map(|parsing| parsing.id).collect::<Vec<_>>(),
        [first.id]
    );
}

fn a_run_waits_for_the_documents_that_are_left(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    assert!(delete_document(db, &ada, one.id));
    assert_eq!(result_status(db, &ada, run), ResultStatus::ParsingPending);
    ada.parsed(db, &second);
    assert_eq!(extract_jobs(db), [run]);
}

fn a_run_of_which_all_documents_are_deleted_fails(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    for document in [one, two] {
        assert!(delete_document(db, &ada, document.id));
    }
    let failed = result(db, &ada, run).unwrap();
    assert_eq!(failed.status, ResultStatus::Failed);
    assert_eq!(
        failed.error.as_deref(),
        Some("all of its documents have been deleted")
    );
    assert_eq!(session_status(db, &ada, session.id), SessionStatus::Failed);
    assert_eq!(extract_jobs(db), []);
}

fn a_session_follows_the_results_that_are_left(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let older = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(complete(db, &ada, older));
    let newer = ada.run(db, &session, &[(&document, &parsing)]);
    let status = || session_status(db, &ada, session.id);
    assert_eq!(status(), SessionStatus::Processing);
    assert!(delete_result(db, &ada, newer));
    assert!(!delete_result(db, &ada, newer));
    assert_eq!(status(), SessionStatus::Completed);
    assert!(!complete(db, &ada, newer), "its job comes to nothing");
    assert_eq!(status(), SessionStatus::Completed);
    assert!(delete_result(db, &ada, older));
    assert_eq!(status(), SessionStatus::Pending);
}

fn another_tenants_things_are_not_deleted(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    ada.attach(db, &session, &[&document]);
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(!delete_session(db, &bob, session.id));
    assert!(!delete_document(db, &bob, document.id));
    assert!(!delete_result(db, &bob, run));
    assert!(result(db, &ada, run).is_some());
    assert_eq!(kept_counts(db, &ada), (1, 1));
    assert_eq!(attached(db, &ada, &session), [document.id]);
}

fn a_document_is_deleted_while_its_parsing_ends(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    for round in 0..12_u8 {
        let [lost, kept] = [[round, 0], [round, 1]].map(|bytes| ada.document(db, &bytes));
        ada.attach(db, &session, &[&lost, &kept]);
        let (first, second) = (ada.parsing(db, &lost), ada.parsing(db, &kept));
        let run = ada.run(db, &session, &[(&lost, &first), (&kept, &second)]);
        thread::scope(|scope| {
            scope.spawn(|| parse(db, &ada, &first));
            scope.spawn(|| ada.parsed(db, &second));
            scope.spawn(|| assert!(delete_document(db, &ada, lost.id)));
        });
        assert_eq!(result_status(db, &ada, run), ResultStatus::Created);
        assert_eq!(extract_jobs(db), [run], "once");
    }
    assert_eq!(kept_counts(db, &ada).0, 12);
}

fn documents_of_a_run_that_are_deleted_at_once_let_it_go_on_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let all: Vec<_> = (0..6_u8).map(|number| ada.document(db, &[number])).collect();
    let parsings: Vec<_> = all.iter().map(|document| ada.parsing(db, document)).collect();
    let inputs: Vec<_> = all.iter().zip(&parsings).collect();
    let run = ada.run(db, &session, &inputs);
    thread::scope(|scope| {
        for document in &all[1..] {
            scope.spawn(|| assert!(delete_document(db, &ada, document.id)));
        }
        scope.spawn(|| ada.parsed(db, &parsings[0]));
    });
    assert_eq!(result_status(db, &ada, run), ResultStatus::Created);
    assert_eq!(extract_jobs(db), [run]);
    assert_eq!(kept_counts(db, &ada).0, 1);
}

fn a_document_is_deleted_while_a_run_over_it_starts(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    for round in 0..12_u8 {
        let document = ada.document(db, &[round]);
        ada.attach(db, &session, &[&document]);
        let parsing = ada.parsing(db, &document);
        let new = crate::scene::new_result(&session, ada.template.version_id, &[(&document, &parsing)]);
        let started = thread::scope(|scope| {
            scope.spawn(|| assert!(delete_document(db, &ada, document.id)));
            let start = || {
                db.db
                    .write_blocking(|c| results::insert(c, ada.workspace.id, new, at(4)))
            };
            scope.spawn(start).join().unwrap()
        });
        // Too late, or with a reason.
        match started {
            Err(storage::Error::MissingReference) => {}
            Ok(run) => assert_eq!(result_status(db, &ada, run.id), ResultStatus::Failed),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(extract_jobs(db), []);
}

fn a_session_is_deleted_while_documents_are_attached_to_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let [one, two] = [b"1", b"2"].map(|bytes| ada.document(db, bytes));
    for _ in 0..12 {
        let session = ada.session(db);
        ada.attach(db, &session, &[&one]);
        let workspace = ada.workspace.id;
        thread::scope(|scope| {
            scope.spawn(|| assert!(delete_session(db, &ada, session.id)));
            scope.spawn(|| {
                write(db, |c| {
                    sessions::attach(c, workspace, session.id, &[two.id], at(2))
                })
            });
            scope.spawn(|| write(db, |c| sessions::detach(c, workspace, session.id, one.id, at(2))));
        });
    }
    assert_eq!(kept_counts(db, &ada), (2, 0));
}

fn a_session_is_deleted_while_its_runs_go_on(db: &TestDb) {
    let ada = tenant(db, "ada");
    for round in 0..7_u8 {
        let (session, document) = (ada.session(db), ada.document(db, &[round]));
        let read = ada.document(db, &[round, 1]);
        let [parsing, ended] = [&document, &read].map(|document| ada.parsing(db, document));
        ada.parsed(db, &ended);
        let runs: Vec<_> = [
            (&document, &parsing),
            (&document, &parsing),
            (&read, &ended),
            (&read, &ended),
        ]
        .into_iter()
        .map(|input| ada.run(db, &session, &[input]))
        .collect();
        thread::scope(|scope| {
            scope.spawn(|| ada.parsed(db, &parsing));
            scope.spawn(|| assert!(delete_session(db, &ada, session.id)));
            for run in &runs[2..] {
                scope.spawn(|| complete(db, &ada, *run));
            }
            scope.spawn(|| delete_result(db, &ada, runs[0]));
        });
        assert!(runs.iter().all(|run| result(db, &ada, *run).is_none()));
    }
    assert_eq!(kept_counts(db, &ada), (14, 0));
}

fn a_template_is_deleted_while_its_sessions_are_at_work(db: &TestDb) {
    let ada = tenant(db, "ada");
    for round in 0..8_u8 {
        let new = new_template("Short-lived", schema(), &ada.user);
        let template = write(db, |c| templates::insert(c, ada.workspace.id, new, at(1)));
        let short_lived = Tenant {
            template,
            user: ada.user.clone(),
            workspace: ada.workspace.clone(),
            scope: Scope::of_job(ada.workspace.id),
        };
        let (document, read) = (
            short_lived.document(db, &[round]),
            short_lived.document(db, &[round, 1]),
        );
        let [parsing, ended] = [&document, &read].map(|document| short_lived.parsing(db, document));
        short_lived.parsed(db, &ended);
        let sessions: Vec<_> = (0..3).map(|_| short_lived.session(db)).collect();
        let mut runs: Vec<_> = sessions
            .iter()
            .map(|session| short_lived.run(db, session, &[(&document, &parsing)]))
            .collect();
        runs.push(short_lived.run(db, &sessions[2], &[(&read, &ended)]));
        let (workspace, id) = (ada.workspace.id, short_lived.template.id);
        thread::scope(|scope| {
            scope.spawn(|| parse(db, &ada, &parsing));
            scope.spawn(|| assert!(write(db, |c| templates::delete(c, workspace, id, |_| Ok(())))));
            scope.spawn(|| delete_session(db, &short_lived, sessions[1].id));
            scope.spawn(|| complete(db, &short_lived, runs[3]));
            scope.spawn(|| assert!(delete_document(db, &short_lived, document.id)));
        });
        assert!(runs.iter().all(|run| result(db, &ada, *run).is_none()));
    }
    assert_eq!(kept_counts(db, &ada), (8, 0));
}
