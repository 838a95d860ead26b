//! Making connections, and looking after those of a pool.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

use super::AnyConnection;
use super::slow::SlowStatements;
use crate::database_url::DatabaseUrl;

/// What a connection is for. PostgreSQL makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// SQLite refuses every change.
    ReadOnly,
    /// SQLite keeps the journal in order, too.
    ReadWrite,
}

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Manager {
    pub(crate) url: DatabaseUrl,
    pub(crate) access: Access,
    pub(crate) busy_timeout: Duration,
}

/// Why a connection could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The database did not answer, or refused.
    #[error("cannot connect")]
    Connect(#[source] ConnectionError),
    /// It answered, but its settings could not be made.
    #[error("cannot set the connection up")]
    SetUp(#[source] diesel::result::Error),
}

/// Connects, with the settings that everything here relies on.
pub(crate) fn connect(
    url: &DatabaseUrl,
    access: Access,
    busy_timeout: Duration,
) -> Result<AnyConnection, ConnectError> {
    let mut connection = match url {
        DatabaseUrl::Postgres(address) => {
            PgConnection::establish(address.reveal()).map(AnyConnection::Postgres)
        }
        DatabaseUrl::Sqlite(file) => {
            SqliteConnection::establish(&file.to_string_lossy()).map(AnyConnection::Sqlite)
        }
    }
    .map_err(ConnectError::Connect)?;
    match &mut connection {
        AnyConnection::Postgres(inner) => {
            inner.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning")
        }
        AnyConnection::Sqlite(inner) => set_up_sqlite(inner, access, busy_timeout),
    }
    .map_err(ConnectError::SetUp)?;
    connection.set_instrumentation(SlowStatements::default());
    Ok(connection)
}

/// The busy timeout comes first: the statements after it may already have to wait.
fn set_up_sqlite(
    connection: &mut SqliteConnection,
    access: Access,
    busy_timeout: Duration,
) -> diesel::QueryResult<()> {
    let milliseconds = busy_timeout.as_millis();
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {milliseconds}; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; \
         PRAGMA temp_store = MEMORY;"
    ))?;
    connection.batch_execute(match access {
        Access::ReadWrite => "PRAGMA journal_mode = WAL",
        Access::ReadOnly => "PRAGMA query_only = ON",
    })
}

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = ConnectError;

    fn connect(&self) -> Result<AnyConnection, ConnectError> {
        connect(&self.url, self.access, self.busy_timeout)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), ConnectError> {
        connection.ping().map_err(ConnectError::SetUp)
    }

    /// A connection that comes back from a panic may still be in a transaction.
    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}
