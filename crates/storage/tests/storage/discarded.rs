//! Bytes that nothing points at: written down, taken by one sweep, and never those of a document.

use std::sync::mpsc;
use std::thread;

use domain::hash::ContentHash;
use domain::pagination::ListRequest;
use domain::time::Timestamp;
use storage::discarded::{self, Discarded, DiscardedBytes, GOOD_FOR, KEPT, Taken};
use storage::documents::NewDocument;
use storage::{Error, documents};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, keep, new_document, read, tenant, write};

testkit::both![
    what_a_deleted_document_leaves_is_written_down,
    bytes_that_were_not_announced_become_no_document,
    what_is_announced_and_becomes_no_document_is_due_in_the_end,
    bytes_that_come_back_are_due_anew,
    what_is_wanted_again_is_discarded_no_longer,
    what_one_sweep_holds_is_left_to_it,
    an_announcement_outlives_the_sweep_before_it,
    a_document_is_not_written_while_its_bytes_are_deleted,
    a_workspace_is_due_as_a_whole,
];

/// The first instant before which was what was discarded then.
fn after(seconds: u64) -> Timestamp {
    at(seconds + 1)
}

fn due(db: &TestDb, before: Timestamp) -> Vec<Discarded> {
    read(db, |c| discarded::list_due_of_all_tenants(c, before, 0, 9))
}

fn of_document(tenant: &Tenant, bytes: &[u8]) -> Discarded {
    Discarded {
        workspace_id: tenant.workspace.id,
        bytes: DiscardedBytes::Document(ContentHash::of(bytes)),
    }
}

fn delete(db: &TestDb, tenant: &Tenant, document: &domain::document::Document, seconds: u64) {
    let deleted = write(db, |c| {
        documents::delete(c, tenant.workspace.id, document.id, at(seconds))
    });
    assert!(deleted);
}

fn announce(db: &TestDb, tenant: &Tenant, bytes: &[u8], seconds: u64) {
    write(db, |c| {
        discarded::announce_document(c, tenant.workspace.id, ContentHash::of(bytes), at(seconds))
    });
}

/// As whoever announced the bytes then.
fn insert(
    db: &TestDb,
    tenant: &Tenant,
    bytes: &[u8],
    announced_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    let new = NewDocument {
        announced_at,
        ..new_document(bytes)
    };
    db.db.write_blocking(|c| {
        let (_, is_reused) = documents::insert_or_reuse(c, tenant.workspace.id, new, now)?;
        Ok(is_reused)
    })
}

fn take(db: &TestDb, discarded: &Discarded, before: Timestamp) -> Taken {
    write(db, |c| discarded::take(c, discarded, before))
}

fn what_a_deleted_document_leaves_is_written_down(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    assert_eq!(due(db, after(99)), [], "a document's announcement is taken back");
    delete(db, &ada, &document, 7);
    assert_eq!(due(db, at(7)), []);
    let of_parsing = Discarded {
        workspace_id: ada.workspace.id,
        bytes: DiscardedBytes::Parsed(parsing.id),
    };
    let all = [of_document(&ada, b"1"), of_parsing];
    assert_eq!(due(db, after(7)), all);
    for discarded in &all {
        assert_eq!(take(db, discarded, at(7)), Taken::Nothing, "too soon");
        assert_eq!(take(db, discarded, after(7)), Taken::Delete);
    }
    let one_passed_over = read(db, |c| discarded::list_due_of_all_tenants(c, after(7), 1, 1));
    assert_eq!(one_passed_over, [of_parsing]);
    for discarded in &all {
        assert!(write(db, |c| discarded::forget(c, discarded)));
        assert_eq!(take(db, discarded, after(7)), Taken::Nothing, "it is done");
    }
    assert_eq!(due(db, after(7)), []);
}

fn bytes_that_were_not_announced_become_no_document(db: &TestDb) {
    let ada = tenant(db, "ada");
    assert!(GOOD_FOR < KEPT);
    let refused = insert(db, &ada, b"1", at(1), at(1));
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    announce(db, &ada, b"1", 1);
    let (in_time, too_late) = (at(1).plus(GOOD_FOR), at(2).plus(GOOD_FOR));
    let refused = insert(db, &ada, b"1", at(1), too_late);
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    // Somebody else announces the same bytes: theirs may not be there yet.
    announce(db, &ada, b"1", 100);
    let refused = insert(db, &ada, b"1", at(1), too_late);
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    assert!(matches!(insert(db, &ada, b"1", at(1), in_time), Ok(false)));
    let reused = insert(db, &ada, b"1", at(1), too_late);
    assert!(matches!(reused, Ok(true)), "one that is there has its bytes");
    let all = ListRequest::default();
    let listed = read(db, |c| documents::list(c, &ada.scope, ada.workspace.id, &all));
    assert_eq!(listed.total, Some(1));
}

fn what_is_announced_and_becomes_no_document_is_due_in_the_end(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    announce(db, &ada, b"1", 1);
    announce(db, &bob, b"1", 2);
    announce(db, &ada, b"1", 3);
    assert_eq!(due(db, after(2)), [of_document(&bob, b"1")]);
    assert_eq!(
        due(db, after(3)),
        [of_document(&bob, b"1"), of_document(&ada, b"1")]
    );
}

fn bytes_that_come_back_are_due_anew(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    delete(db, &ada, &document, 7);
    announce(db, &ada, b"1", 20);
    assert_eq!(take(db, &of_document(&ada, b"1"), after(7)), Taken::Nothing);
    assert!(matches!(insert(db, &ada, b"1", at(20), at(21)), Ok(false)));
    assert_eq!(due(db, after(99)), []);
}

fn what_is_wanted_again_is_discarded_no_longer(db: &TestDb) {
    let ada = tenant(db, "ada");
    let document = ada.document(db, b"1");
    // Somebody uploads what is there, and nothing comes of it.
    announce(db, &ada, b"1", 2);
    let discarded = of_document(&ada, b"1");
    assert_eq!(take(db, &discarded, after(2)), Taken::Wanted);
    assert_eq!(take(db, &discarded, after(2)), Taken::Nothing);
    delete(db, &ada, &document, 7);
    assert_eq!(take(db, &discarded, after(7)), Taken::Delete);
}

/// On SQLite the second waits for the first.
fn what_one_sweep_holds_is_left_to_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    announce(db, &ada, b"1", 1);
    let discarded = of_document(&ada, b"1");
    thread::scope(|scope| {
        let (holds, held) = mpsc::channel();
        let (done, is_done) = mpsc::channel::<()>();
        scope.spawn(move || {
            write(db, |c| {
                assert_eq!(discarded::take(c, &discarded, after(1))?, Taken::Delete);
                holds.send(()).unwrap();
                if db.db.url().is_postgres() {
                    is_done.recv().unwrap();
                }
                assert!(discarded::forget(c, &discarded)?);
                Ok(())
            });
        });
        held.recv().unwrap();
        assert_eq!(take(db, &discarded, after(1)), Taken::Nothing);
        // Where the other has ended already nobody listens.
        let _ = done.send(());
    });
}

fn an_announcement_outlives_the_sweep_before_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    for round in 0..8_u8 {
        announce(db, &ada, &[round], 1);
        let discarded = of_document(&ada, &[round]);
        thread::scope(|scope| {
            let (holds, held) = mpsc::channel();
            scope.spawn(move || {
                write(db, |c| {
                    assert_eq!(discarded::take(c, &discarded, after(1))?, Taken::Delete);
                    holds.send(()).unwrap();
                    assert!(discarded::forget(c, &discarded)?);
                    Ok(())
                });
            });
            held.recv().unwrap();
            announce(db, &ada, &[round], 50);
        });
        assert!(matches!(insert(db, &ada, &[round], at(50), at(51)), Ok(false)));
    }
}

/// Not even where its announcement is as good as new, which the spans between them rule out.
fn a_document_is_not_written_while_its_bytes_are_deleted(db: &TestDb) {
    let ada = tenant(db, "ada");
    for round in 0..8_u8 {
        announce(db, &ada, &[round], 1);
        let discarded = of_document(&ada, &[round]);
        let inserted = thread::scope(|scope| {
            let (holds, held) = mpsc::channel();
            scope.spawn(move || {
                write(db, |c| {
                    assert_eq!(discarded::take(c, &discarded, after(1))?, Taken::Delete);
                    holds.send(()).unwrap();
                    assert!(discarded::forget(c, &discarded)?);
                    Ok(())
                });
            });
            held.recv().unwrap();
            insert(db, &ada, &[round], at(1), at(2))
        });
        assert!(matches!(inserted, Err(Error::Busy)), "{inserted:?}");
    }
}

fn a_workspace_is_due_as_a_whole(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (document, _) = keep(db, &ada, new_document(b"1"), at(1));
    let workspace = ada.workspace.id;
    let discarded = Discarded {
        workspace_id: workspace,
        bytes: DiscardedBytes::Workspace,
    };
    write(db, |c| discarded::discard_workspace(c, workspace, at(3)));
    write(db, |c| discarded::discard_workspace(c, workspace, at(4)));
    assert_eq!(due(db, at(4)), []);
    assert_eq!(due(db, after(4)), [discarded]);
    // It is there: the sweep believes its eyes.
    assert_eq!(take(db, &discarded, after(4)), Taken::Wanted);
    assert!(read(db, |c| documents::find(c, &ada.scope, document.id)).is_some());
}
