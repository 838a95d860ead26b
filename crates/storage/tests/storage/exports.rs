//! What exports read: the result of a session that counts, and the values of many.

use domain::evidence::{Audit, Engine, Evidence};
use domain::extraction::Extraction;
use domain::id::{ResultId, SessionId};
use domain::session::{Session, SessionStatus};
use indexmap::IndexMap;
use serde_json::json;
use storage::results;
use storage::sessions::{self, SessionHead};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, new_result, read, tenant, write};

testkit::both![
    the_newest_completed_result_counts_whatever_came_after_it,
    values_come_without_their_evidence_and_to_their_owner_alone,
    heads_are_those_of_the_templates_own_sessions,
];

/// A run of that second, which has not ended.
fn run(db: &TestDb, tenant: &Tenant, session: &Session, second: u64) -> ResultId {
    let document = tenant.document(db, b"1");
    let parsing = tenant.parsing(db, &document);
    let new = new_result(session, tenant.template.version_id, &[(&document, &parsing)]);
    write(db, |c| results::insert(c, tenant.workspace.id, new, at(second))).id
}

fn completed(db: &TestDb, tenant: &Tenant, session: &Session, second: u64) -> ResultId {
    let id = run(db, tenant, session, second);
    let leaf = Audit::Leaf(Box::new(Evidence::not_found(Engine::Layout, "no label")));
    let extraction = Extraction {
        title: Some("Invoice 17".to_owned()),
        data: json!({"fields": {"zip": "01067"}}),
        audit: Audit::Object(IndexMap::from([("fields".to_owned(), leaf)])),
        checks: IndexMap::new(),
        warnings: Vec::new(),
    };
    assert!(write(db, |c| results::complete(
        c,
        tenant.workspace.id,
        id,
        extraction,
        at(second)
    )));
    id
}

fn the_newest_completed_result_counts_whatever_came_after_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (session, other) = (ada.session(db), ada.session(db));
    let latest = || read(db, |c| results::latest_completed(c, &ada.scope, session.id));
    assert_eq!(latest(), None);
    completed(db, &ada, &session, 10);
    let newer = completed(db, &ada, &session, 11);
    let failed = run(db, &ada, &session, 12);
    write(db, |c| {
        results::fail(c, ada.workspace.id, failed, "too slow", at(12))
    });
    run(db, &ada, &session, 13);
    completed(db, &ada, &other, 14);
    let found = latest().unwrap();
    assert_eq!(
        (found.id, found.template_version_id),
        (newer, ada.template.version_id)
    );
    let bob = tenant(db, "bob");
    let foreign = read(db, |c| results::latest_completed(c, &bob.scope, session.id));
    assert_eq!(foreign, None);
}

fn values_come_without_their_evidence_and_to_their_owner_alone(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let (done, pending) = (completed(db, &ada, &session, 10), run(db, &ada, &session, 11));
    let wanted = [pending, done, ResultId::generate()];
    let mut values = read(db, |c| results::values_of(c, &ada.scope, &wanted));
    values.sort_by_key(|values| values.data.is_none());
    assert_eq!(values.len(), 2);
    assert_eq!((values[0].id, values[1].id), (done, pending));
    assert_eq!(values[0].title.as_deref(), Some("Invoice 17"));
    assert_eq!(values[0].data, Some(json!({"fields": {"zip": "01067"}})));
    assert_eq!(values[1].data, None);
    let bob = tenant(db, "bob");
    assert_eq!(read(db, |c| results::values_of(c, &bob.scope, &wanted)), []);
}

fn heads_are_those_of_the_templates_own_sessions(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (own, foreign) = (ada.session(db), bob.session(db));
    let wanted = [foreign.id, own.id, SessionId::generate()];
    let heads = |tenant: &Tenant, template| {
        read(db, |c| {
            sessions::heads_in_template(c, &tenant.scope, template, &wanted)
        })
    };
    let expected = SessionHead {
        id: own.id,
        name: "March".to_owned(),
        status: SessionStatus::Pending,
    };
    assert_eq!(heads(&ada, ada.template.id), [expected]);
    assert_eq!(heads(&ada, bob.template.id), []);
    assert_eq!(heads(&bob, ada.template.id), []);
}
