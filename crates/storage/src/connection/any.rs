//! The connection that is one or the other, chosen when the program starts.

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to PostgreSQL or SQLite. What both databases understand is written for it once.
#[derive(MultiConnection)]
pub enum AnyConnection {
    /// To a server.
    Postgres(PgConnection),
    /// To a file. Last, because the derived `establish`, which we do not use, accepts anything here.
    Sqlite(SqliteConnection),
}
