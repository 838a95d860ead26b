//! Sessions and what is attached to them.

use std::thread;

use domain::id::{DocumentId, SessionId, TemplateId};
use domain::pagination::{ListRequest, PageRequest};
use domain::session::SessionStatus;
use serde_json::json;
use storage::sessions::{Attached, NewSession, SessionChange};
use storage::{Error, sessions};
use testkit::databases::{TestDb, at};

use crate::scene::{read, tenant, write};

testkit::both![
    a_new_session_is_pending,
    documents_stand_in_the_order_of_attachment_without_repetition,
    attaching_touches_the_session,
    an_unknown_document_is_named_and_nothing_is_attached,
    documents_attached_at_once_all_find_a_place,
    a_session_is_renamed_and_keeps_the_rest,
    sessions_are_listed_by_workspace_and_by_template,
    a_session_needs_a_template_of_its_workspace,
];

fn a_new_session_is_pending(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    assert_eq!(session.status, SessionStatus::Pending);
    assert_eq!(
        read(db, |c| sessions::find(c, &ada.scope, session.id)),
        Some(session)
    );
}

fn documents_stand_in_the_order_of_attachment_without_repetition(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let (one, two, three) = (
        ada.document(db, b"1"),
        ada.document(db, b"2"),
        ada.document(db, b"3"),
    );
    ada.attach(db, &session, &[&three, &one, &three]);
    ada.attach(db, &session, &[&one, &two]);
    let attached = read(db, |c| sessions::documents_of(c, &ada.scope, session.id));
    assert_eq!(attached, [three, one.clone(), two]);
    let found = read(db, |c| sessions::ids_with_document(c, &ada.scope, one.id));
    assert_eq!(found, [session.id]);
}

fn attaching_touches_the_session(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let document = ada.document(db, b"1");
    ada.attach(db, &session, &[&document]);
    let found = read(db, |c| sessions::find(c, &ada.scope, session.id)).unwrap();
    assert_eq!(found.updated_at, at(2));
}

fn an_unknown_document_is_named_and_nothing_is_attached(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let session = ada.session(db);
    let (own, foreign) = (ada.document(db, b"1"), bob.document(db, b"1"));
    let nowhere = DocumentId::generate();
    let ids = [own.id, foreign.id, nowhere];
    let attached = write(db, |c| {
        sessions::attach(c, ada.workspace.id, session.id, &ids, at(2))
    });
    assert_eq!(attached, Attached::Unknown(vec![foreign.id, nowhere]));
    assert_eq!(
        read(db, |c| sessions::documents_of(c, &ada.scope, session.id)),
        []
    );
    let attached = write(db, |c| {
        sessions::attach(c, ada.workspace.id, SessionId::generate(), &[own.id], at(2))
    });
    assert_eq!(attached, Attached::NoSession);
}

fn documents_attached_at_once_all_find_a_place(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let all: Vec<_> = (0..8_u8).map(|number| ada.document(db, &[number])).collect();
    thread::scope(|scope| {
        for document in &all {
            scope.spawn(|| ada.attach(db, &session, &[document]));
        }
    });
    let attached = read(db, |c| sessions::documents_of(c, &ada.scope, session.id));
    assert_eq!(attached.len(), 8);
}

fn a_session_is_renamed_and_keeps_the_rest(db: &TestDb) {
    let ada = tenant(db, "ada");
    let session = ada.session(db);
    let change = SessionChange {
        name: Some("April".parse().unwrap()),
        settings: None,
    };
    let renamed = write(db, |c| {
        sessions::update(c, ada.workspace.id, session.id, change, at(9))
    })
    .unwrap();
    assert_eq!(renamed.name, "April");
    assert_eq!(renamed.settings, json!({"auto_extract": true}));
    assert_eq!(
        read(db, |c| sessions::find(c, &ada.scope, session.id)),
        Some(renamed)
    );
    let change = SessionChange::default();
    let nothing = write(db, |c| {
        sessions::update(c, ada.workspace.id, SessionId::generate(), change, at(9))
    });
    assert_eq!(nothing, None);
}

fn sessions_are_listed_by_workspace_and_by_template(db: &TestDb) {
    let ada = tenant(db, "ada");
    let all = [ada.session(db), ada.session(db), ada.session(db)];
    let request = ListRequest {
        page: PageRequest::new(Some(1), Some(2)).unwrap(),
        ..ListRequest::default()
    };
    let of_workspace = read(db, |c| sessions::list(c, &ada.scope, ada.workspace.id, &request));
    assert_eq!(of_workspace.items, [all[2].clone(), all[1].clone()]);
    assert_eq!(of_workspace.total, Some(3));
    let of_template = read(db, |c| {
        sessions::list_for_template(c, &ada.scope, ada.template.id, &request)
    });
    assert_eq!(of_template, Some(of_workspace));
}

fn a_session_needs_a_template_of_its_workspace(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    for template_id in [bob.template.id, TemplateId::generate()] {
        let new = NewSession {
            template_id,
            name: "March".parse().unwrap(),
            settings: json!({}),
        };
        let refused = db
            .db
            .write_blocking(|c| sessions::insert(c, ada.workspace.id, new, at(1)));
        assert!(matches!(refused, Err(Error::MissingReference)), "{refused:?}");
    }
}
