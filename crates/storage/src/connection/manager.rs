//! Making connections, and looking after those of a pool.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

use super::AnyConnection;
use super::slow::SlowStatements;
use crate::database_url::DatabaseUrl;

/// Readers and the writer do not wait for each other. The file remembers it.
const JOURNAL: &str = "PRAGMA journal_mode = WAL";

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
    /// How long to wait for the server, and for locks.
    pub(crate) patience: Duration,
}

/// Why a connection could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The database did not answer, or refused.
    #[error("cannot connect")]
    Connect(#[source] ConnectionError),
    /// The file is not there and cannot be made.
    #[error("cannot make the database file")]
    Create(#[source] std::io::Error),
    /// It answered, but its settings could not be made.
    #[error("cannot set the connection up")]
    SetUp(#[source] diesel::result::Error),
}

/// Tells why a connection could not be had: whoever waits for one learns only that there was none.
#[derive(Debug)]
pub(crate) struct LogErrors;

impl r2d2::HandleError<ConnectError> for LogErrors {
    fn handle_error(&self, error: ConnectError) {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(%error, cause, "no connection to the database");
    }
}

/// Connects, with the settings that everything here relies on.
pub(crate) fn connect(
    url: &DatabaseUrl,
    access: Access,
    patience: Duration,
) -> Result<AnyConnection, ConnectError> {
    let mut connection = match url {
        DatabaseUrl::Postgres(address) => {
            PgConnection::establish(&address.to_connect(patience)).map(AnyConnection::Postgres)
        }
        DatabaseUrl::Sqlite(file) => {
            create_private(file)?;
            SqliteConnection::establish(&file.to_string_lossy()).map(AnyConnection::Sqlite)
        }
    }
    .map_err(ConnectError::Connect)?;
    match &mut connection {
        AnyConnection::Postgres(inner) => set_up_postgres(inner, patience),
        AnyConnection::Sqlite(inner) => set_up_sqlite(inner, access, patience),
    }
    .map_err(ConnectError::SetUp)?;
    connection.set_instrumentation(SlowStatements::default());
    Ok(connection)
}

/// Makes the file where there is none. It holds the key of the instance, so that it is its owner's alone; SQLite gives
/// the files that it puts beside it the same rights.
///
/// It is made under another name, with its journal, and then named: SQLite cannot wait where several connections turn a
/// file to the journal at once, and closing a file that others have open would take their locks from them.
fn create_private(file: &Path) -> Result<(), ConnectError> {
    // Links that lead in a circle are an error here.
    if file.try_exists().map_err(ConnectError::Create)? {
        return Ok(());
    }
    // A link may stand where the file is to be, and lead to where nothing is yet.
    if let Ok(target) = std::fs::read_link(file) {
        return create_private(&folder_of(file).join(target));
    }
    let new = tempfile::NamedTempFile::new_in(folder_of(file))
        .map_err(ConnectError::Create)?
        .into_temp_path();
    let mut connection =
        SqliteConnection::establish(&new.to_string_lossy()).map_err(ConnectError::Connect)?;
    connection.batch_execute(JOURNAL).map_err(ConnectError::SetUp)?;
    drop(connection);
    match new.persist_noclobber(file) {
        Err(taken) if taken.error.kind() != ErrorKind::AlreadyExists => {
            Err(ConnectError::Create(taken.error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn set_up_postgres(connection: &mut PgConnection, patience: Duration) -> diesel::QueryResult<()> {
    let milliseconds = patience.as_millis();
    connection.batch_execute(&format!(
        "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET lock_timeout = {milliseconds}"
    ))
}

/// The busy timeout comes first: the statements after it may already have to wait.
fn set_up_sqlite(
    connection: &mut SqliteConnection,
    access: Access,
    patience: Duration,
) -> diesel::QueryResult<()> {
    let milliseconds = patience.as_millis();
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {milliseconds}; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; \
         PRAGMA temp_store = MEMORY;"
    ))?;
    connection.batch_execute(match access {
        Access::ReadWrite => JOURNAL,
        Access::ReadOnly => "PRAGMA query_only = ON",
    })
}

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = ConnectError;

    fn connect(&self) -> Result<AnyConnection, ConnectError> {
        connect(&self.url, self.access, self.patience)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), ConnectError> {
        connection.ping().map_err(ConnectError::SetUp)
    }

    /// A connection that comes back from a panic may still be in a transaction.
    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        std::thread::panicking() || connection.is_broken()
    }
}
