//! Documents: kept once, listed in pages.

use std::collections::HashSet;
use std::thread;

use domain::document::DocumentStatus;
use domain::hash::ContentHash;
use domain::name::Name;
use domain::pagination::{ListRequest, PageRequest};
use storage::documents;
use testkit::databases::{TestDb, at};

use crate::scene::{keep, new_document, read, tenant};

testkit::both![
    the_same_bytes_are_one_document_of_a_workspace,
    workspaces_do_not_share_documents,
    the_document_of_a_signed_address_is_found_whoever_asks,
    documents_that_race_are_one,
    documents_come_in_pages_newest_first,
    a_name_with_odd_characters_is_kept,
];

fn the_same_bytes_are_one_document_of_a_workspace(db: &TestDb) {
    let ada = tenant(db, "ada");
    let insert = |bytes: &[u8]| keep(db, &ada, new_document(bytes), at(1));
    let (first, reused) = insert(b"one");
    assert!(!reused);
    assert_eq!(first.status, DocumentStatus::Uploaded);
    assert_eq!(insert(b"one"), (first.clone(), true));
    assert!(!insert(b"two").1);
    assert_eq!(
        read(db, |c| documents::find(c, &ada.scope, first.id)),
        Some(first.clone())
    );
    let by_content = read(db, |c| {
        documents::find_by_content(c, &ada.scope, ada.workspace.id, &ContentHash::of(b"one"))
    });
    assert_eq!(by_content, Some(first));
}

fn workspaces_do_not_share_documents(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    assert_ne!(ada.document(db, b"one").id, bob.document(db, b"one").id);
}

fn the_document_of_a_signed_address_is_found_whoever_asks(db: &TestDb) {
    let document = tenant(db, "ada").document(db, b"one");
    let found = |id| read(db, |c| documents::find_signed(c, id));
    assert_eq!(found(document.id), Some(document.clone()));
    assert_eq!(found(domain::id::DocumentId::generate()), None);
}

fn documents_that_race_are_one(db: &TestDb) {
    let ada = tenant(db, "ada");
    let insert = || keep(db, &ada, new_document(b"one"), at(1));
    let all: Vec<_> = thread::scope(|scope| {
        let racing: Vec<_> = (0..8).map(|_| scope.spawn(insert)).collect();
        racing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: HashSet<_> = all.iter().map(|(document, _)| document.id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(all.iter().filter(|(_, reused)| !reused).count(), 1);
}

fn documents_come_in_pages_newest_first(db: &TestDb) {
    let ada = tenant(db, "ada");
    for number in 0..5_u8 {
        keep(db, &ada, new_document(&[number]), at(u64::from(number)));
    }
    let request = ListRequest {
        page: PageRequest::new(Some(2), Some(2)).unwrap(),
        ..ListRequest::default()
    };
    let page = read(db, |c| documents::list(c, &ada.scope, ada.workspace.id, &request));
    let times: Vec<_> = page.items.iter().map(|document| document.created_at).collect();
    assert_eq!(times, [at(2), at(1)]);
    assert_eq!(page.total, Some(5));
}

fn a_name_with_odd_characters_is_kept(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mut new = new_document(b"one");
    new.filename = Name::lossy("Räch\u{0}nung '; --\\ \u{1f9fe}.pdf", "document");
    "text/\u{0}plain".clone_into(&mut new.mime);
    let name = new.filename.clone();
    let (document, _) = keep(db, &ada, new, at(1));
    let found = read(db, |c| documents::find(c, &ada.scope, document.id)).unwrap();
    assert_eq!(found.filename, name.as_str());
    assert_eq!(found.mime, "text/\u{fffd}plain");
}
