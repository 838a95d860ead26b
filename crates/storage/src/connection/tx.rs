//! Transactions.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::AnyConnection;
use crate::error::Error;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Sees one state of the database from its first statement to its last, and changes nothing.
    Read,
    /// Takes SQLite's write lock at once: one that starts by reading and then wants to write would lose it.
    Write,
}

/// Runs `work` in a transaction: committed when it succeeds, rolled back when it fails.
pub(crate) fn transact<T, E: From<Error>>(
    connection: &mut AnyConnection,
    mode: Mode,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    begin(connection, mode).map_err(Error::from)?;
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

fn begin(connection: &mut AnyConnection, mode: Mode) -> diesel::QueryResult<()> {
    match connection {
        AnyConnection::Postgres(inner) => {
            let sql = match mode {
                Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Mode::Write => "BEGIN",
            };
            AnsiTransactionManager::begin_transaction_sql(inner, sql)
        }
        AnyConnection::Sqlite(inner) => {
            let sql = match mode {
                Mode::Read => "BEGIN",
                Mode::Write => "BEGIN IMMEDIATE",
            };
            AnsiTransactionManager::begin_transaction_sql(inner, sql)
        }
    }
}
