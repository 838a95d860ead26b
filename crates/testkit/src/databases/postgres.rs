//! PostgreSQL: the template is a database of the server, a copy is made of it by the server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use storage::{DatabaseUrl, migrations};
use url::Url;

use super::at;

const ADDRESS: &str = "DOCENT_TEST_POSTGRES";
/// Serialises the processes of a test run while one of them makes the template. The number says nothing.
const ADVISORY_LOCK: i64 = 7_310_984_662_103_588;
/// A database that is older was left by a test that was killed.
const LEFT_OVER_AFTER_SECONDS: u64 = 3600;

/// Drops a database when it is dropped itself.
pub(super) struct Dropped {
    server: Url,
    name: String,
}

impl Drop for Dropped {
    #[expect(clippy::print_stderr, reason = "a drop can only tell the person who tests")]
    fn drop(&mut self) {
        let dropped = PgConnection::establish(self.server.as_str())
            .map_err(|error| error.to_string())
            .and_then(|mut connection| drop_database(&mut connection, &self.name).map_err(|e| e.to_string()));
        if let Err(error) = dropped {
            eprintln!("cannot drop the test database {}: {error}", self.name);
        }
    }
}

/// A migrated database of its own; none where no server was given.
#[expect(
    clippy::print_stderr,
    reason = "whoever tests must see that tests were skipped"
)]
#[expect(
    clippy::disallowed_methods,
    reason = "the configuration of tests, read here only"
)]
pub(super) fn copy_of_template() -> Option<(DatabaseUrl, Dropped)> {
    let Ok(address) = std::env::var(ADDRESS) else {
        eprintln!(
            "SKIPPED: {ADDRESS} is not set, nothing was tested on PostgreSQL (see scripts/with-postgres)"
        );
        return None;
    };
    let server = Url::parse(&address).unwrap();
    let mut connection = PgConnection::establish(server.as_str()).unwrap();
    let template = format!("docent_template_{}", migrations::FINGERPRINT);
    make_template(&mut connection, &server, &template);
    let name = unique_name();
    connection
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .unwrap();
    let url = with_database(&server, &name);
    Some((url, Dropped { server, name }))
}

/// The first test of a run makes the template, and sweeps up what killed tests left.
fn make_template(connection: &mut PgConnection, server: &Url, template: &str) {
    if exists(connection, template) {
        return;
    }
    connection
        .batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        .unwrap();
    if !exists(connection, template) {
        sweep(connection);
        // It gets its name when it is whole.
        let making = format!("{template}_making");
        drop_database(connection, &making).unwrap();
        connection
            .batch_execute(&format!("CREATE DATABASE {making}"))
            .unwrap();
        migrations::migrate(&with_database(server, &making), at(0)).unwrap();
        connection
            .batch_execute(&format!("ALTER DATABASE {making} RENAME TO {template}"))
            .unwrap();
    }
    connection
        .batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
        .unwrap();
}

fn exists(connection: &mut PgConnection, name: &str) -> bool {
    names_like(connection, name).iter().any(|found| found == name)
}

fn names_like(connection: &mut PgConnection, pattern: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Database {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Database> =
        diesel::sql_query("SELECT datname::text AS name FROM pg_database WHERE datname LIKE $1")
            .bind::<Text, _>(pattern)
            .load(connection)
            .unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// `docent_test_<seconds>_<process>_<number>`: the time tells what was left over.
fn unique_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("docent_test_{}_{}_{number}", seconds_now(), std::process::id())
}

fn sweep(connection: &mut PgConnection) {
    let oldest = seconds_now().saturating_sub(LEFT_OVER_AFTER_SECONDS);
    for name in names_like(connection, "docent\\_test\\_%") {
        let made: Option<u64> = name.split('_').nth(2).and_then(|seconds| seconds.parse().ok());
        if made.is_some_and(|made| made < oldest) {
            // Another sweeper may be faster.
            let _ = drop_database(connection, &name);
        }
    }
}

fn drop_database(connection: &mut PgConnection, name: &str) -> QueryResult<()> {
    connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
}

fn with_database(server: &Url, name: &str) -> DatabaseUrl {
    let mut url = server.clone();
    url.set_path(name);
    url.as_str().parse().unwrap()
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
