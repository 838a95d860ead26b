//! What `Db` promises: all or nothing, readers that change nothing, writers that lose nothing.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use domain::id::UserId;
use storage::templates::TemplateChange;
use storage::{AnyConnection, DatabaseUrl, Db, DbOptions, Error, templates, users};
use testkit::databases::{TestDb, at};

use crate::scene::{read, tenant, write};

testkit::both![
    what_fails_leaves_nothing_behind,
    what_panics_leaves_nothing_behind_and_the_pool_whole,
    a_reader_changes_nothing,
    a_reader_sees_one_state,
    read_then_write_from_many_threads_loses_nothing,
    work_runs_from_async_code,
    a_single_statement_needs_no_transaction,
    a_column_that_cannot_be_read_is_named,
];

fn insert(c: &mut AnyConnection, name: &str) -> Result<UserId, Error> {
    let email = format!("{name}@example.org").parse().unwrap();
    Ok(users::insert(c, &email, &name.parse().unwrap(), at(0))?.id)
}

fn is_there(db: &TestDb, name: &str) -> bool {
    let email = format!("{name}@example.org").parse().unwrap();
    read(db, |c| users::find_by_email(c, &email)).is_some()
}

fn what_fails_leaves_nothing_behind(db: &TestDb) {
    let failed: Result<(), Error> = db.db.write_blocking(|c| {
        insert(c, "ada")?;
        Err(Error::LeaseLost)
    });
    assert!(matches!(failed, Err(Error::LeaseLost)));
    assert!(!is_there(db, "ada"));
}

fn what_panics_leaves_nothing_behind_and_the_pool_whole(db: &TestDb) {
    for _ in 0..20 {
        thread::scope(|scope| {
            let panics = scope.spawn(|| {
                db.db.write_blocking(|c| -> Result<(), Error> {
                    insert(c, "ada")?;
                    panic!("on purpose");
                })
            });
            assert!(panics.join().is_err());
        });
    }
    assert!(!is_there(db, "ada"));
    write(db, |c| insert(c, "ada"));
    assert!(is_there(db, "ada"));
}

fn a_single_statement_needs_no_transaction(db: &TestDb) {
    write(db, |c| insert(c, "ada"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let email = "ada@example.org".parse().unwrap();
    let look = db.db.read_one(move |c| users::find_by_email(c, &email));
    assert!(runtime.block_on(look).unwrap().is_some());
    let failed: Result<(), Error> = runtime.block_on(db.db.read_one(|_| Err(Error::LeaseLost)));
    assert!(matches!(failed, Err(Error::LeaseLost)));
}

fn a_reader_changes_nothing(db: &TestDb) {
    let refused = db.db.read_blocking(|c| insert(c, "ada"));
    assert!(refused.is_err());
    assert!(!is_there(db, "ada"));
}

fn a_reader_sees_one_state(db: &TestDb) {
    let email = "ada@example.org".parse().unwrap();
    read(db, |c| {
        assert!(users::find_by_email(c, &email)?.is_none());
        thread::scope(|scope| scope.spawn(|| write(db, |c| insert(c, "ada"))).join().unwrap());
        assert!(
            users::find_by_email(c, &email)?.is_none(),
            "another's write shows within the read"
        );
        Ok(())
    });
    assert!(is_there(db, "ada"));
}

/// Each change of a schema reads the newest version's number and writes the next one.
fn read_then_write_from_many_threads_loses_nothing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = |thread: u32, round: u32| TemplateChange {
        schema_json: Some(
            serde_json::json!({"fields": {format!("f{thread}_{round}"): {"type": "string"}}}).into(),
        ),
        ..TemplateChange::default()
    };
    thread::scope(|scope| {
        for thread in 0..8 {
            let (ada, change) = (&ada, &change);
            scope.spawn(move || {
                for round in 0..12 {
                    write(db, |c| {
                        let change = change(thread, round);
                        templates::update(c, ada.workspace.id, ada.template.id, change, ada.user.id, at(1))
                    });
                }
            });
        }
    });
    let newest = read(db, |c| templates::find(c, &ada.scope, ada.template.id)).unwrap();
    let version = read(db, |c| templates::find_version(c, &ada.scope, newest.version_id)).unwrap();
    assert_eq!(version.number, 1 + 8 * 12);
}

fn work_runs_from_async_code(db: &TestDb) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let db = db.db.clone();
                tokio::spawn(async move { db.write(move |c| insert(c, &format!("user{number}"))).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        // More often than there are threads: none is lost by it.
        for _ in 0..20 {
            let panicked = db
                .db
                .write(|_| -> Result<(), Error> { panic!("on purpose") })
                .await;
            assert!(matches!(panicked, Err(Error::Interrupted)), "{panicked:?}");
        }
        db.db.write(|_| Ok::<_, Error>(())).await.unwrap();
        let found = db.db.read(|c| users::find(c, UserId(1))).await.unwrap();
        assert!(found.is_some());
    });
}

fn a_column_that_cannot_be_read_is_named(db: &TestDb) {
    let id = write(db, |c| insert(c, "ada"));
    write(
        db,
        |c| Ok(c.batch_execute("UPDATE users SET email = 'nonsense'")?),
    );
    let found = db.db.read_blocking(|c| users::find(c, id));
    let Err(Error::Inconsistent { column, .. }) = found else {
        panic!("{found:?}");
    };
    assert_eq!(column, "email");
}

#[test]
fn a_database_that_does_not_answer_is_unavailable() {
    let options = DbOptions {
        patience: Duration::from_millis(200),
        ..DbOptions::default()
    };
    for url in [
        "postgres://docent@127.0.0.1:1/docent",
        "sqlite:/no/such/folder/docent.db",
    ] {
        let url: DatabaseUrl = url.parse().unwrap();
        let opened = Db::open(&url, &options);
        assert!(matches!(opened, Err(Error::Unavailable(_))), "{opened:?}");
    }
}

#[test]
fn a_connection_that_the_server_closed_is_replaced() {
    let Some(db) = TestDb::postgres() else {
        return;
    };
    let closed = db.db.write_blocking(|c| {
        insert(c, "ada")?;
        // The server ends this connection before the statement does.
        Ok::<_, Error>(c.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")?)
    });
    assert!(matches!(closed, Err(Error::Unavailable(_))), "{closed:?}");
    assert!(!is_there(&db, "ada"));
    write(&db, |c| insert(c, "ada"));
}

/// The command line may write beside a running server; it waits for the file's lock, but not for ever.
#[test]
fn a_writer_of_another_process_waits_and_then_finds_the_database_busy() {
    let mine = TestDb::sqlite();
    let options = DbOptions {
        patience: Duration::from_millis(100),
        ..DbOptions::default()
    };
    let other = Db::open(mine.db.url(), &options).unwrap();
    write(&mine, |c| {
        let busy = other.write_blocking(|c| insert(c, "ada"));
        assert!(matches!(busy, Err(Error::Busy)), "{busy:?}");
        insert(c, "bob")
    });
    other.write_blocking(|c| insert(c, "ada")).unwrap();
    assert!(is_there(&mine, "ada") && is_there(&mine, "bob"));
}

#[test]
fn whoever_waits_for_a_turn_too_long_is_told_that_the_database_is_busy() {
    let mine = TestDb::sqlite();
    let options = DbOptions {
        patience: Duration::from_millis(100),
        ..DbOptions::default()
    };
    let db = Db::open(mine.db.url(), &options).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = std::sync::mpsc::channel();
        let writer = db.clone();
        let long = tokio::spawn(async move {
            let work = move |c: &mut AnyConnection| {
                begun.send(()).unwrap();
                ends.recv().unwrap();
                insert(c, "ada")
            };
            writer.write(work).await
        });
        begins.await.unwrap();
        let busy = db.write(|c| insert(c, "bob")).await;
        assert!(matches!(busy, Err(Error::Busy)), "{busy:?}");
        end.send(()).unwrap();
        long.await.unwrap().unwrap();
        db.write(|c| insert(c, "bob")).await.unwrap();
    });
}

#[test]
fn work_that_nobody_waits_for_any_more_is_not_begun() {
    let mine = TestDb::sqlite();
    let db = mine.db.clone();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = std::sync::mpsc::channel();
        let writer = db.clone();
        let long = tokio::spawn(async move {
            let work = move |_: &mut AnyConnection| {
                begun.send(()).unwrap();
                ends.recv().unwrap();
                Ok::<_, Error>(())
            };
            writer.write(work).await
        });
        begins.await.unwrap();
        let abandoned = db.write(|c| insert(c, "ada"));
        assert!(tokio::time::timeout(Duration::ZERO, abandoned).await.is_err());
        end.send(()).unwrap();
        long.await.unwrap().unwrap();
        db.write(|c| insert(c, "bob")).await.unwrap();
    });
    assert!(!is_there(&mine, "ada") && is_there(&mine, "bob"));
}
