//! Transactions.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::AnyConnection;
use crate::error::Error;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Sees one state of the database from its first statement to its last, and changes nothing.
    Read,
    /// One statement that changes nothing: a transaction by itself.
    Statement,
    /// Takes SQLite's write lock at once: one that starts by reading and then wants to write would lose it.
    Write,
}

/// Runs `work` in a transaction: committed when it succeeds, rolled back when it fails.
pub(crate) fn transact<T, E: From<Error>>(
    connection: &mut AnyConnection,
    mode: Mode,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    let Some(begin) = begin(connection, mode) else {
        return work(connection);
    };
    begin.map_err(Error::from)?;
    match work(connection) {
        Ok(value) => {
            AnyConnection::commit_transaction(connection).map_err(Error::from)?;
            Ok(value)
        }
        Err(error) => {
            // A connection that cannot roll back is broken, and the pool throws it away.
            if let Err(rollback) = AnyConnection::rollback_transaction(connection) {
                tracing::warn!(error = %rollback, "cannot roll back");
            }
            Err(error)
        }
    }
}

/// None where no transaction is wanted.
fn begin(connection: &mut AnyConnection, mode: Mode) -> Option<diesel::QueryResult<()>> {
    let (postgres, sqlite) = match mode {
        Mode::Statement => return None,
        Mode::Read => ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN"),
        Mode::Write => ("BEGIN", "BEGIN IMMEDIATE"),
    };
    Some(match connection {
        AnyConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(inner, postgres),
        AnyConnection::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, sqlite),
    })
}
