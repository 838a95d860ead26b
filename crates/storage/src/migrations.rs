//! Bringing the schema up to date.
//!
//! The migrations of `migrations/` are built in, one tree for each database with equal names. Everything here blocks:
//! it is for the start of the program and for the command line.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use domain::time::Timestamp;

use crate::connection::{Access, AnyConnection, Mode, MultiBackend, connect, transact};
use crate::database_url::DatabaseUrl;
use crate::error::Error;
use crate::instance;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Serialises migrating processes on PostgreSQL. The number says nothing.
const ADVISORY_LOCK: i64 = 6_046_715_832_191_473;
/// Another process may be migrating.
const PATIENCE: Duration = Duration::from_mins(1);

/// Fingerprint of all migrations that are built in: test databases of another schema are not used again.
pub const FINGERPRINT: &str = env!("DOCENT_MIGRATIONS");

/// How the database's schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// They fit.
    Current,
    /// These migrations are missing: run `docent migrate`.
    Behind(Vec<String>),
    /// A newer program migrated the database by these versions: run that one.
    Ahead(Vec<String>),
}

/// Applies what is missing, and makes the instance's secret key the first time. Returns the names of the migrations
/// that were applied. One process migrates at a time: on PostgreSQL by an advisory lock, on SQLite by the file's own,
/// and there all happens or nothing.
pub fn migrate(url: &DatabaseUrl, now: Timestamp) -> Result<Vec<String>, Error> {
    create_folder(url)?;
    let mut connection = connect(url, Access::ReadWrite, PATIENCE)?;
    match &mut connection {
        AnyConnection::Postgres(inner) => {
            // The lock ends with the connection.
            inner.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
            let applied = apply(&mut connection, url)?;
            transact(&mut connection, Mode::Write, |c| instance::ensure(c, now))?;
            Ok(applied)
        }
        AnyConnection::Sqlite(inner) => {
            // SQLite changes a table by building it anew; dropping the old one would take along what refers to it.
            inner.batch_execute("PRAGMA foreign_keys = OFF")?;
            transact(&mut connection, Mode::Write, |c| {
                let applied = apply(c, url)?;
                check_foreign_keys(c)?;
                instance::ensure(c, now)?;
                Ok(applied)
            })
        }
    }
}

/// The folder of a database that is new.
fn create_folder(url: &DatabaseUrl) -> Result<(), Error> {
    let DatabaseUrl::Sqlite(file) = url else {
        return Ok(());
    };
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| Error::Unavailable(Box::new(error)))
}

fn apply(connection: &mut AnyConnection, url: &DatabaseUrl) -> Result<Vec<String>, Error> {
    let applied = connection
        .run_pending_migrations(tree(url))
        .map_err(Error::Migration)?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

/// What the switched-off rule would have refused.
fn check_foreign_keys(connection: &mut AnyConnection) -> Result<(), Error> {
    let broken: i64 = diesel::select(diesel::dsl::sql::<BigInt>(
        "(SELECT count(*) FROM pragma_foreign_key_check)",
    ))
    .get_result(connection)?;
    if broken > 0 {
        return Err(Error::Migration(
            format!("{broken} rows would refer to rows that do not exist").into(),
        ));
    }
    Ok(())
}

/// Compares the schema with the migrations that are built in.
pub fn schema_state(url: &DatabaseUrl) -> Result<SchemaState, Error> {
    let mut connection = connect(url, Access::ReadWrite, PATIENCE)?;
    let known = migrations_of(url)?;
    let applied: Vec<String> = connection
        .applied_migrations()
        .map_err(Error::Migration)?
        .iter()
        .map(ToString::to_string)
        .collect();
    let unknown: Vec<String> = applied
        .iter()
        .filter(|version| !known.iter().any(|(number, _)| number == *version))
        .cloned()
        .collect();
    if !unknown.is_empty() {
        return Ok(SchemaState::Ahead(unknown));
    }
    let pending: Vec<String> = known
        .into_iter()
        .filter(|(number, _)| !applied.contains(number))
        .map(|(_, name)| name)
        .collect();
    if pending.is_empty() {
        Ok(SchemaState::Current)
    } else {
        Ok(SchemaState::Behind(pending))
    }
}

/// Takes every migration back, newest first: the database is empty afterwards.
pub fn revert_all(url: &DatabaseUrl) -> Result<(), Error> {
    let mut connection = connect(url, Access::ReadWrite, PATIENCE)?;
    connection
        .revert_all_migrations(tree(url))
        .map_err(Error::Migration)?;
    Ok(())
}

const fn tree(url: &DatabaseUrl) -> EmbeddedMigrations {
    match url {
        DatabaseUrl::Sqlite(_) => SQLITE,
        DatabaseUrl::Postgres(_) => POSTGRES,
    }
}

/// Number and name of every migration that is built in, oldest first.
fn migrations_of(url: &DatabaseUrl) -> Result<Vec<(String, String)>, Error> {
    let migrations = MigrationSource::<MultiBackend>::migrations(&tree(url)).map_err(Error::Migration)?;
    let mut names: Vec<(String, String)> = migrations
        .iter()
        .map(|migration| {
            (
                migration.name().version().to_string(),
                migration.name().to_string(),
            )
        })
        .collect();
    names.sort();
    Ok(names)
}
