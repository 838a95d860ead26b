//! Databases for tests: each test has its own, a copy of one that was migrated once.
//!
//! A behaviour is a function over a [`TestDb`], and [`both!`](crate::both) makes a test of it for each database.
//! PostgreSQL is found at the address in `DOCENT_TEST_POSTGRES` (`scripts/with-postgres` sets it); without it those
//! tests say loudly that they were skipped.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod postgres;
mod sqlite;

use domain::time::Timestamp;
use storage::{DatabaseUrl, Db, DbOptions};

/// A database of one test, taken away with this value.
pub struct TestDb {
    /// The way in.
    pub db: Db,
    _place: Place,
}

/// What is to be taken away. Dropped after the connections.
#[expect(dead_code, reason = "held for what happens when it is dropped")]
enum Place {
    Folder(tempfile::TempDir),
    Server(postgres::Dropped),
}

impl TestDb {
    /// A database in a file.
    pub fn sqlite() -> Self {
        let (url, folder) = sqlite::copy_of_template();
        Self {
            db: open(&url),
            _place: Place::Folder(folder),
        }
    }

    /// A database on the server for tests; none where no server was given.
    pub fn postgres() -> Option<Self> {
        let (url, dropped) = postgres::copy_of_template()?;
        Some(Self {
            db: open(&url),
            _place: Place::Server(dropped),
        })
    }
}

fn open(url: &DatabaseUrl) -> Db {
    let options = DbOptions {
        connections: 8,
        ..DbOptions::default()
    };
    Db::open(url, &options).unwrap()
}

/// The instant at which every test begins, that many seconds later.
pub fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
    start.plus(std::time::Duration::from_secs(seconds))
}

/// Makes tests of functions over a [`TestDb`], one for each database.
///
/// ```ignore
/// testkit::both![a_document_is_kept_once, another_tenants_ids_find_nothing];
/// ```
#[macro_export]
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $name() {
                super::$name(&$crate::databases::TestDb::sqlite());
            })*
        }
        mod on_postgres {
            $(#[test]
            fn $name() {
                if let Some(db) = $crate::databases::TestDb::postgres() {
                    super::$name(&db);
                }
            })*
        }
    };
}
