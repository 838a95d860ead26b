//! Migrations: forth, back, and forth again.

use domain::time::Timestamp;
use storage::migrations::{self, SchemaState};
use storage::{DatabaseUrl, instance};
use testkit::databases::{TestDb, at};

use crate::scene::read;
use crate::schema::catalogue;

testkit::both![
    up_down_and_up_leaves_the_same_schema,
    migrating_again_changes_nothing,
];

fn up_down_and_up_leaves_the_same_schema(db: &TestDb) {
    let before = catalogue(db);
    migrations::revert_all(db.db.url()).unwrap();
    let empty = catalogue(db);
    assert_eq!(empty.columns.keys().map(|(table, _)| table).next(), None);
    let SchemaState::Behind(pending) = migrations::schema_state(db.db.url()).unwrap() else {
        panic!("nothing is pending");
    };
    assert_eq!(
        migrations::migrate(db.db.url(), at(1)).unwrap().len(),
        pending.len()
    );
    assert_eq!(catalogue(db), before);
}

fn migrating_again_changes_nothing(db: &TestDb) {
    let key = read(db, instance::secret_key);
    assert_eq!(
        migrations::schema_state(db.db.url()).unwrap(),
        SchemaState::Current
    );
    assert_eq!(migrations::migrate(db.db.url(), at(1)).unwrap(), [""; 0]);
    assert_eq!(read(db, instance::secret_key), key);
}

#[test]
fn processes_that_migrate_at_once_agree() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(&folder.path().join("new.db")).unwrap();
    let migrate = |now: Timestamp| migrations::migrate(&url, now).unwrap();
    let mut applied: Vec<String> = std::thread::scope(|scope| {
        let racing: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate(at(1)))).collect();
        racing.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    let all = applied.len();
    applied.sort_unstable();
    applied.dedup();
    assert_eq!(applied.len(), all, "a migration was applied twice");
    assert_eq!(migrations::schema_state(&url).unwrap(), SchemaState::Current);
}

#[test]
fn a_new_file_is_its_owners_alone_wherever_a_link_leads() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("new.db"), folder.path().join("link.db"));
    symlink("new.db", &link).unwrap();
    migrations::migrate(&DatabaseUrl::sqlite(&link).unwrap(), at(0)).unwrap();
    assert!(link.is_symlink());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let circle = folder.path().join("circle.db");
    symlink("circle.db", &circle).unwrap();
    assert!(migrations::migrate(&DatabaseUrl::sqlite(&circle).unwrap(), at(0)).is_err());
}

#[test]
fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/new.db");
    migrations::migrate(&DatabaseUrl::sqlite(&file).unwrap(), at(0)).unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
