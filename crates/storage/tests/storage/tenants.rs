//! Whose it is: a stranger's ids find nothing, and a stranger's writes touch nothing.

use domain::access::Scope;
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::pagination::{GrowingPage, ListRequest, PageRequest, Sort};
use indexmap::IndexMap;
use serde_json::json;
use storage::sessions::{Attached, SessionChange};
use storage::templates::TemplateChange;
use storage::{documents, members, parsings, results, sessions, templates, workspaces};
use testkit::databases::{TestDb, at};

use crate::scene::{chunks_of, read, tenant, write};

testkit::both![
    another_tenants_ids_find_nothing,
    another_tenants_lists_are_empty,
    another_tenants_things_are_not_written,
    an_empty_scope_sees_nothing,
];

fn another_tenants_ids_find_nothing(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    ada.attach(db, &session, &[&document]);
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let finds = |scope: &Scope| {
        let sha256 = document.sha256;
        read(db, |c| {
            Ok([
                workspaces::find(c, scope, ada.workspace.id)?.is_some(),
                members::role_of(c, scope, ada.workspace.id, ada.user.id)?.is_some(),
                templates::find(c, scope, ada.template.id)?.is_some(),
                templates::find_version(c, scope, ada.template.version_id)?.is_some(),
                documents::find(c, scope, document.id)?.is_some(),
                documents::find_by_content(c, scope, ada.workspace.id, &sha256)?.is_some(),
                sessions::find(c, scope, session.id)?.is_some(),
                parsings::find(c, scope, parsing.id)?.is_some(),
                results::find(c, scope, run)?.is_some(),
            ])
        })
    };
    assert_eq!(finds(&ada.scope), [true; 9]);
    assert_eq!(finds(&bob.scope), [false; 9]);
}

fn another_tenants_lists_are_empty(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    ada.attach(db, &session, &[&document]);
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let request = PageRequest::default();
    let lengths = |scope: &Scope| {
        read(db, |c| {
            let templates = templates::list(c, scope, ada.workspace.id, None, Sort::Newest, request)?;
            let documents = documents::list(c, scope, ada.workspace.id, &ListRequest::default())?;
            let of_sessions = ListRequest::default();
            let by_workspace = sessions::list(c, scope, ada.workspace.id, &of_sessions)?;
            let by_template = sessions::list_for_template(c, scope, ada.template.id, &of_sessions)?;
            let by_template = by_template.unwrap_or(GrowingPage::empty());
            let attached = sessions::page_of_documents(c, scope, session.id, request)?;
            let full = results::list_for_session(c, scope, session.id, None, request)?;
            let short = results::list_short_for_session(c, scope, session.id, request)?;
            let totals = [
                templates.meta.total,
                documents.total.unwrap(),
                by_workspace.total.unwrap(),
                by_template.total.unwrap(),
                attached.meta.total,
                full.meta.total,
                short.meta.total,
            ];
            let lengths = [
                templates.items.len(),
                documents.items.len(),
                by_workspace.items.len(),
                by_template.items.len(),
                attached.items.len(),
                full.items.len(),
                short.items.len(),
                members::list(c, scope, ada.workspace.id)?.len(),
                sessions::documents_of(c, scope, session.id)?.len(),
                sessions::ids_with_document(c, scope, document.id)?.len(),
                parsings::list_for_documents(c, scope, &[document.id])?.len(),
                parsings::pages_of(c, scope, parsing.id)?.len(),
                chunks_of(c, scope, document.id)?.len(),
                results::inputs_of(c, scope, run)?.len(),
            ];
            Ok((totals, lengths))
        })
    };
    assert_eq!(lengths(&ada.scope), ([1; 7], [1; 14]));
    assert_eq!(lengths(&bob.scope), ([0; 7], [0; 14]));
}

fn another_tenants_things_are_not_written(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    let foreign = bob.document(db, b"2");
    let parsing = ada.parsing(db, &document);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let state = || {
        read(db, |c| {
            Ok((
                templates::find(c, &ada.scope, ada.template.id)?,
                sessions::find(c, &ada.scope, session.id)?,
                documents::find(c, &ada.scope, document.id)?,
                parsings::find(c, &ada.scope, parsing.id)?.map(|work| work.parsing),
                results::find(c, &ada.scope, run)?,
            ))
        })
    };
    let before = state();
    let extraction = Extraction {
        title: None,
        data: json!({}),
        audit: Audit::object(),
        checks: IndexMap::new(),
        warnings: Vec::new(),
    };
    let stranger = bob.workspace.id;
    write(db, |c| {
        let change = TemplateChange {
            name: Some("Mine".parse().unwrap()),
            ..TemplateChange::default()
        };
        assert_eq!(
            templates::update(c, stranger, ada.template.id, change, bob.user.id, at(9))?,
            None
        );
        let change = SessionChange {
            name: Some("Mine".parse().unwrap()),
            settings: None,
        };
        assert_eq!(sessions::update(c, stranger, session.id, change, at(9))?, None);
        let attached = sessions::attach(c, stranger, session.id, &[foreign.id], at(9))?;
        assert_eq!(attached, Attached::NoSession);
        assert!(!parsings::mark_parsing(c, stranger, parsing.id, at(9))?);
        assert!(!parsings::complete(c, stranger, parsing.id, &[], &[], at(9))?);
        assert!(!parsings::fail(c, stranger, parsing.id, "no", at(9))?);
        assert!(results::release_waiting(c, stranger, parsing.id, at(9))?.is_empty());
        assert!(!results::mark_processing(c, stranger, run, at(9))?);
        assert!(!results::complete(c, stranger, run, extraction, at(9))?);
        assert!(!results::fail(c, stranger, run, "no", at(9))?);
        Ok(())
    });
    assert_eq!(state(), before);
}

fn an_empty_scope_sees_nothing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let nobody = Scope::default();
    assert_eq!(read(db, |c| workspaces::list(c, &nobody)), []);
    assert_eq!(read(db, |c| templates::find(c, &nobody, ada.template.id)), None);
}
