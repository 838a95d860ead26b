//! Documents that came with others go wherever those go.

use domain::document::Document;
use domain::id::DocumentId;
use domain::parsing::Parsing;
use domain::result::ResultStatus;
use storage::documents::NewDocument;
use storage::sessions::Attached;
use storage::{attachments, documents, parsings, results, sessions};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, keep, new_document, page, read, tenant, write};

testkit::both![
    what_is_attached_goes_into_the_sessions_of_its_document,
    a_run_that_waits_reads_what_is_attached_too,
    attachments_stand_behind_what_they_came_with,
    what_lies_too_deep_is_not_taken_out,
    the_first_parent_is_remembered_until_it_is_deleted,
    a_stranger_gets_no_attachments,
    a_password_is_kept_until_the_parsing_has_ended,
];

/// A document that came with another.
fn attached_to(db: &TestDb, tenant: &Tenant, parent: &Document, bytes: &[u8]) -> Document {
    let new = NewDocument {
        parent_id: Some(parent.id),
        ..new_document(bytes)
    };
    keep(db, tenant, new, at(2)).0
}

/// Ends the parsing of a document with files in it.
fn parsed_with(db: &TestDb, tenant: &Tenant, parsing: &Parsing, children: &[(&Document, &Parsing)]) {
    let children: Vec<_> = children
        .iter()
        .map(|(document, parsing)| ((*document).clone(), parsing.id))
        .collect();
    let workspace = tenant.workspace.id;
    let done = write(db, |c| {
        attachments::link(c, workspace, parsing.id, &children, at(5))?;
        parsings::complete(c, workspace, parsing.id, &[page(1)], &[], at(5))
    });
    assert!(done);
}

fn ids(documents: &[Document]) -> Vec<DocumentId> {
    documents.iter().map(|document| document.id).collect()
}

fn what_is_attached_goes_into_the_sessions_of_its_document(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (mail, other) = (ada.document(db, b"mail"), ada.document(db, b"other"));
    let session = ada.session(db);
    ada.attach(db, &session, &[&mail, &other]);
    let parsing = ada.parsing(db, &mail);
    let file = attached_to(db, &ada, &mail, b"file");
    let of_file = ada.parsing(db, &file);
    parsed_with(db, &ada, &parsing, &[(&file, &of_file)]);
    let there = read(db, |c| sessions::documents_of(c, &ada.scope, session.id));
    assert_eq!(ids(&there), [mail.id, other.id, file.id]);
    // Once more, as when it is parsed under another configuration: nothing changes.
    let other_session = ada.session(db);
    let both = read(db, |c| {
        attachments::with_attachments(c, ada.workspace.id, &[mail.id])
    });
    assert_eq!(both, [mail.id, file.id]);
    let attached = write(db, |c| {
        sessions::attach(c, ada.workspace.id, other_session.id, &both, at(6))
    });
    assert_eq!(attached, Attached::All);
}

fn a_run_that_waits_reads_what_is_attached_too(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mail = ada.document(db, b"mail");
    let session = ada.session(db);
    ada.attach(db, &session, &[&mail]);
    let parsing = ada.parsing(db, &mail);
    let run = ada.run(db, &session, &[(&mail, &parsing)]);
    let file = attached_to(db, &ada, &mail, b"file");
    let of_file = ada.parsing(db, &file);
    parsed_with(db, &ada, &parsing, &[(&file, &of_file)]);
    // It waits for the file now.
    let result = read(db, |c| results::find(c, &ada.scope, run)).unwrap();
    assert_eq!(result.status, ResultStatus::ParsingPending);
    let named: Vec<DocumentId> = result
        .document_refs
        .iter()
        .map(|named| named.document_id)
        .collect();
    assert_eq!(named, [mail.id, file.id]);
    ada.parsed(db, &of_file);
    let result = read(db, |c| results::find(c, &ada.scope, run)).unwrap();
    assert_eq!(result.status, ResultStatus::Created);
    let reads = read(db, |c| results::inputs_of(c, &ada.scope, run));
    assert_eq!(
        reads.iter().map(|parsing| parsing.id).collect::<Vec<_>>(),
        [parsing.id, of_file.id]
    );
}

fn attachments_stand_behind_what_they_came_with(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (first, second) = (ada.document(db, b"first"), ada.document(db, b"second"));
    let a = attached_to(db, &ada, &first, b"a");
    let b = attached_to(db, &ada, &first, b"b");
    let deeper = attached_to(db, &ada, &a, b"deeper");
    let parsings: Vec<Parsing> = [&first, &a, &b, &deeper]
        .map(|document| ada.parsing(db, document))
        .into();
    parsed_with(db, &ada, &parsings[0], &[(&a, &parsings[1]), (&b, &parsings[2])]);
    // The same file comes with its neighbour, too: it stands there once.
    parsed_with(
        db,
        &ada,
        &parsings[1],
        &[(&deeper, &parsings[3]), (&b, &parsings[2])],
    );
    let all = read(db, |c| {
        attachments::with_attachments(c, ada.workspace.id, &[first.id, second.id])
    });
    assert_eq!(all, [first.id, a.id, deeper.id, b.id, second.id]);
}

fn what_lies_too_deep_is_not_taken_out(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mut parent = ada.document(db, b"0");
    for depth in 1..=attachments::DEEPEST {
        assert!(read(db, |c| attachments::may_have(c, parent.id)), "{depth}");
        let child = attached_to(db, &ada, &parent, depth.to_string().as_bytes());
        let (of_parent, of_child) = (ada.parsing(db, &parent), ada.parsing(db, &child));
        parsed_with(db, &ada, &of_parent, &[(&child, &of_child)]);
        parent = child;
    }
    assert!(!read(db, |c| attachments::may_have(c, parent.id)));
}

fn the_first_parent_is_remembered_until_it_is_deleted(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (mail, reply) = (ada.document(db, b"mail"), ada.document(db, b"reply"));
    let file = attached_to(db, &ada, &mail, b"file");
    assert_eq!(file.parent_id, Some(mail.id));
    assert_eq!(attached_to(db, &ada, &reply, b"file").parent_id, Some(mail.id));
    write(db, |c| documents::delete(c, ada.workspace.id, mail.id, at(6)));
    let file = read(db, |c| documents::find(c, &ada.scope, file.id)).unwrap();
    assert_eq!(file.parent_id, None);
}

fn a_stranger_gets_no_attachments(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let mail = ada.document(db, b"mail");
    let file = attached_to(db, &ada, &mail, b"file");
    let (parsing, of_file) = (ada.parsing(db, &mail), ada.parsing(db, &file));
    write(db, |c| {
        let children = [(file.clone(), of_file.id)];
        attachments::link(c, bob.workspace.id, parsing.id, &children, at(5))
    });
    let alone = read(db, |c| {
        attachments::with_attachments(c, ada.workspace.id, &[mail.id])
    });
    assert_eq!(alone, [mail.id]);
    parsed_with(db, &ada, &parsing, &[(&file, &of_file)]);
    let alone = read(db, |c| {
        attachments::with_attachments(c, bob.workspace.id, &[mail.id])
    });
    assert_eq!(alone, [mail.id]);
}

fn a_password_is_kept_until_the_parsing_has_ended(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let document = ada.document(db, b"locked");
    let parsing = ada.parsing(db, &document);
    let kept = || {
        read(db, |c| parsings::find(c, &ada.scope, parsing.id))
            .unwrap()
            .password
    };
    let set = |workspace, sealed: &[u8]| {
        write(db, |c| {
            parsings::set_password(c, workspace, &[document.id], sealed)
        });
    };
    set(bob.workspace.id, b"a stranger's");
    assert_eq!(kept(), None);
    set(ada.workspace.id, b"sealed");
    assert_eq!(kept().as_deref(), Some(b"sealed".as_slice()));
    ada.failed(db, &parsing);
    assert_eq!(kept(), None);
    // Nothing is kept for what was not asked to be read again.
    set(ada.workspace.id, b"sealed");
    assert_eq!(kept(), None);
    ada.parsing(db, &document);
    set(ada.workspace.id, b"sealed anew");
    assert!(kept().is_some());
    ada.parsed(db, &parsing);
    assert_eq!(kept(), None);
}
