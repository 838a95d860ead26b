//! Runs: they wait for what they need, are written once, and take their session along.

use std::thread;

use domain::document::DocumentStatus;
use domain::evidence::{Audit, Engine, Evidence};
use domain::extraction::Extraction;
use domain::id::{ResultId, TemplateVersionId};
use domain::job::Task;
use domain::pagination::PageRequest;
use domain::parsing::ParsingStatus;
use domain::result::{DocumentRef, ResultStatus};
use domain::schema::check::{CheckResult, Origin, Outcome};
use domain::session::{Session, SessionStatus};
use indexmap::IndexMap;
use serde_json::json;
use storage::{Error, documents, jobs, parsings, results, sessions};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, new_result, read, tenant, write};

testkit::both![
    a_run_over_parsed_documents_starts_at_once,
    a_run_waits_for_its_last_parsing,
    a_run_goes_on_without_documents_that_cannot_be_read,
    a_run_of_which_nothing_can_be_read_fails,
    parsings_that_end_at_once_release_a_run_once,
    a_run_that_starts_while_a_parsing_ends_is_not_forgotten,
    a_completed_result_comes_back_as_it_was_written,
    a_result_is_written_once,
    a_failed_result_says_why,
    a_session_follows_its_latest_result,
    results_are_listed_newest_first,
    what_a_run_reads_comes_in_the_order_of_its_documents,
    a_run_needs_things_of_its_workspace,
    a_run_waits_once_more_when_a_document_is_parsed_again,
    a_run_that_waits_for_what_has_ended_already_goes_on_at_once,
    it_is_counted_how_often_a_run_has_something_parsed_again,
    a_run_that_could_not_be_started_says_why,
];

fn extraction() -> Extraction {
    let leaf = Audit::Leaf(Box::new(Evidence::not_found(Engine::Layout, "no label\0")));
    let check = CheckResult {
        name: "sum".to_owned(),
        expression: "net + tax == total".to_owned(),
        outcome: Outcome::Passed,
        detail: "1000 + 190 == 1190".to_owned(),
        origin: Origin::Schema,
    };
    Extraction {
        title: Some("Invoice\0 17".to_owned()),
        data: json!({"invoice": {"zip": "10115", "amount": 12.30, "note": "a\u{0}b"}}),
        audit: Audit::Object(IndexMap::from([("invoice".to_owned(), leaf)])),
        checks: IndexMap::from([("invoice".to_owned(), vec![check])]),
        warnings: vec!["page 3 is empty".to_owned()],
    }
}

fn find(db: &TestDb, tenant: &Tenant, id: ResultId) -> domain::result::ExtractionResult {
    read(db, |c| results::find(c, &tenant.scope, id)).unwrap()
}

fn status(db: &TestDb, tenant: &Tenant, id: ResultId) -> ResultStatus {
    find(db, tenant, id).status
}

fn session_status(db: &TestDb, tenant: &Tenant, session: &Session) -> SessionStatus {
    read(db, |c| sessions::find(c, &tenant.scope, session.id))
        .unwrap()
        .status
}

/// Runs for which an extract job waits.
fn extract_jobs(db: &TestDb) -> Vec<ResultId> {
    let claim = db.db.write_blocking(|c| {
        let lease = std::time::Duration::from_secs(9);
        let claim = jobs::claim(c, "worker", &[jobs::Kind::Extract], 99, lease, at(100))?;
        for job in &claim.jobs {
            jobs::release(c, job, at(0))?;
        }
        Ok::<_, Error>(claim)
    });
    let tasks = claim.unwrap().jobs.into_iter().map(|job| job.task);
    tasks
        .filter_map(|task| match task {
            Task::Extract { result_id } => Some(result_id),
            Task::Ingest { .. } | Task::Parse { .. } | Task::Mail { .. } => None,
        })
        .collect()
}

fn complete(db: &TestDb, tenant: &Tenant, id: ResultId) -> bool {
    write(db, |c| {
        results::complete(c, tenant.workspace.id, id, extraction(), at(9))
    })
}

fn a_run_over_parsed_documents_starts_at_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let result = find(db, &ada, run);
    assert_eq!(result.status, ResultStatus::Created);
    assert_eq!(result.document_refs, [DocumentRef::from(&document)]);
    assert_eq!((result.data, result.completed_at), (None, None));
    assert_eq!(extract_jobs(db), [run]);
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Processing);
}

fn a_run_waits_for_its_last_parsing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    assert_eq!(status(db, &ada, run), ResultStatus::ParsingPending);
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Processing);
    ada.parsed(db, &first);
    assert_eq!(status(db, &ada, run), ResultStatus::ParsingPending);
    assert_eq!(extract_jobs(db), []);
    ada.parsed(db, &second);
    assert_eq!(status(db, &ada, run), ResultStatus::Created);
    assert_eq!(extract_jobs(db), [run]);
}

fn a_run_goes_on_without_documents_that_cannot_be_read(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    ada.parsed(db, &first);
    ada.failed(db, &second);
    assert_eq!(status(db, &ada, run), ResultStatus::Created);
    assert_eq!(extract_jobs(db), [run]);
}

fn a_run_of_which_nothing_can_be_read_fails(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&one, &first), (&two, &second)]);
    ada.failed(db, &first);
    ada.failed(db, &second);
    let result = find(db, &ada, run);
    assert_eq!(result.status, ResultStatus::Failed);
    assert_eq!(
        result.error.as_deref(),
        Some("none of the documents could be read")
    );
    assert_eq!(extract_jobs(db), []);
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Failed);
}

fn parsings_that_end_at_once_release_a_run_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let all: Vec<_> = (0..6_u8).map(|number| ada.document(db, &[number])).collect();
    let parsings: Vec<_> = all.iter().map(|document| ada.parsing(db, document)).collect();
    let inputs: Vec<_> = all.iter().zip(&parsings).collect();
    let run = ada.run(db, &session, &inputs);
    thread::scope(|scope| {
        for parsing in &parsings {
            scope.spawn(|| ada.parsed(db, parsing));
        }
    });
    assert_eq!(status(db, &ada, run), ResultStatus::Created);
    assert_eq!(extract_jobs(db), [run]);
}

fn a_run_that_starts_while_a_parsing_ends_is_not_forgotten(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let mut runs = Vec::new();
    for number in 0..8_u8 {
        let document = ada.document(db, &[number]);
        let parsing = ada.parsing(db, &document);
        let run = thread::scope(|scope| {
            scope.spawn(|| ada.parsed(db, &parsing));
            let starting = scope.spawn(|| ada.run(db, &session, &[(&document, &parsing)]));
            starting.join().unwrap()
        });
        assert_eq!(status(db, &ada, run), ResultStatus::Created);
        runs.push(run);
    }
    let mut released = extract_jobs(db);
    released.sort();
    runs.sort();
    assert_eq!(released, runs);
}

fn a_completed_result_comes_back_as_it_was_written(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(write(db, |c| results::mark_processing(
        c,
        ada.workspace.id,
        run,
        at(8)
    )));
    assert_eq!(status(db, &ada, run), ResultStatus::Processing);
    assert!(complete(db, &ada, run));
    let result = find(db, &ada, run);
    let written = extraction();
    assert_eq!(result.status, ResultStatus::Completed);
    assert_eq!(result.title.as_deref(), Some("Invoice\u{fffd} 17"));
    assert_eq!(result.data.unwrap().to_string(), written.data.to_string());
    assert_eq!(result.audit, Some(serde_json::to_value(written.audit).unwrap()));
    assert_eq!(result.checks, written.checks);
    assert_eq!(result.warnings, written.warnings);
    assert_eq!(result.completed_at, Some(at(9)));
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Completed);
    let document = read(db, |c| documents::find(c, &ada.scope, document.id)).unwrap();
    assert_eq!(document.status, DocumentStatus::Processed);
}

fn a_result_is_written_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(complete(db, &ada, run));
    let before = find(db, &ada, run);
    assert!(!complete(db, &ada, run));
    write(db, |c| {
        assert!(!results::fail(c, ada.workspace.id, run, "late", at(10))?);
        assert!(!results::mark_processing(c, ada.workspace.id, run, at(10))?);
        Ok(())
    });
    assert_eq!(find(db, &ada, run), before);
}

fn a_failed_result_says_why(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(write(db, |c| results::fail(
        c,
        ada.workspace.id,
        run,
        "took too long",
        at(9)
    )));
    let result = find(db, &ada, run);
    assert_eq!(result.error.as_deref(), Some("took too long"));
    assert_eq!(
        (result.status, result.completed_at),
        (ResultStatus::Failed, Some(at(9)))
    );
    ada.parsed(db, &parsing);
    assert_eq!(
        status(db, &ada, run),
        ResultStatus::Failed,
        "it waits for nothing any more"
    );
}

fn a_session_follows_its_latest_result(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let older = ada.run(db, &session, &[(&document, &parsing)]);
    let newer = ada.run(db, &session, &[(&document, &parsing)]);
    assert!(complete(db, &ada, older));
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Processing);
    assert!(write(db, |c| results::fail(
        c,
        ada.workspace.id,
        newer,
        "no",
        at(9)
    )));
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Failed);
}

fn results_are_listed_newest_first(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let runs: Vec<_> = (0..3)
        .map(|_| ada.run(db, &session, &[(&document, &parsing)]))
        .collect();
    assert!(complete(db, &ada, runs[2]));
    let request = PageRequest::new(Some(1), Some(2)).unwrap();
    let full = read(db, |c| {
        results::list_for_session(c, &ada.scope, session.id, None, request)
    });
    let short = read(db, |c| {
        results::list_short_for_session(c, &ada.scope, session.id, request)
    });
    assert_eq!(full.items, [find(db, &ada, runs[2]), find(db, &ada, runs[1])]);
    assert_eq!(full.meta.total, 3);
    let ids: Vec<_> = short
        .items
        .iter()
        .map(|summary| (summary.id, summary.status))
        .collect();
    assert_eq!(
        ids,
        [
            (runs[2], ResultStatus::Completed),
            (runs[1], ResultStatus::Created)
        ]
    );
    assert_eq!(short.meta, full.meta);
}

fn what_a_run_reads_comes_in_the_order_of_its_documents(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, one, two) = (ada.session(db), ada.document(db, b"1"), ada.document(db, b"2"));
    let (first, second) = (ada.parsing(db, &one), ada.parsing(db, &two));
    let run = ada.run(db, &session, &[(&two, &second), (&one, &first)]);
    ada.failed(db, &second);
    let inputs = read(db, |c| results::inputs_of(c, &ada.scope, run));
    let seen: Vec<_> = inputs
        .iter()
        .map(|parsing| (parsing.document_id, parsing.status))
        .collect();
    assert_eq!(
        seen,
        [(two.id, ParsingStatus::Failed), (one.id, ParsingStatus::Queued)]
    );
}

fn a_run_needs_things_of_its_workspace(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    let foreign_document = bob.document(db, b"1");
    let foreign_parsing = bob.parsing(db, &foreign_document);
    let (own_version, foreign_version) = (ada.template.version_id, bob.template.version_id);
    let own = &[(&document, &parsing)][..];
    for new in [
        new_result(&bob.session(db), own_version, own),
        new_result(&session, foreign_version, own),
        new_result(&session, TemplateVersionId::generate(), own),
        new_result(&session, own_version, &[(&foreign_document, &foreign_parsing)]),
    ] {
        let refused = db
            .db
            .write_blocking(|c| results::insert(c, ada.workspace.id, new, at(4)));
        assert!(matches!(refused, Err(Error::MissingReference)), "{refused:?}");
    }
}

fn a_run_waits_once_more_when_a_document_is_parsed_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let job = write(db, |c| {
        let lease = std::time::Duration::from_secs(9);
        jobs::claim(c, "worker", &[jobs::Kind::Extract], 1, lease, at(6))
    })
    .jobs
    .remove(0);
    write(db, |c| {
        assert!(parsings::parse_again(c, ada.workspace.id, parsing.id, at(6))?);
        assert!(
            !parsings::parse_again(c, ada.workspace.id, parsing.id, at(6))?,
            "it is under way"
        );
        assert!(results::wait_again(c, ada.workspace.id, run, at(6))?);
        jobs::finish(c, &job)
    });
    assert_eq!(status(db, &ada, run), ResultStatus::ParsingPending);
    assert_eq!(extract_jobs(db), []);
    ada.parsed(db, &parsing);
    assert_eq!(extract_jobs(db), [run]);
    assert!(complete(db, &ada, run));
    assert!(!write(db, |c| results::wait_again(
        c,
        ada.workspace.id,
        run,
        at(10)
    )));
}

fn a_run_that_waits_for_what_has_ended_already_goes_on_at_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let wait = || write(db, |c| results::wait_again(c, ada.workspace.id, run, at(6)));
    assert!(wait());
    assert_eq!(status(db, &ada, run), ResultStatus::Created);
    assert_eq!(extract_jobs(db), [run, run]);
}

fn it_is_counted_how_often_a_run_has_something_parsed_again(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let count = |workspace| write(db, |c| results::count_rereading(c, workspace, run));
    assert_eq!(count(ada.workspace.id), Some(1));
    assert_eq!(count(bob.workspace.id), None);
    assert_eq!(count(ada.workspace.id), Some(2));
    ada.failed(db, &parsing);
    assert_eq!(count(ada.workspace.id), None, "the run has failed");
}

fn a_run_that_could_not_be_started_says_why(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let new = new_result(&session, ada.template.version_id, &[]);
    let run = write(db, |c| {
        results::insert_failed(c, ada.workspace.id, new, "the file is gone", at(4))
    });
    let result = find(db, &ada, run);
    assert_eq!(result.status, ResultStatus::Failed);
    assert_eq!(result.error.as_deref(), Some("the file is gone"));
    assert_eq!(session_status(db, &ada, &session), SessionStatus::Failed);
}
