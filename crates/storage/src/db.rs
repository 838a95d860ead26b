//! The way in: pools, and transactions on blocking threads.

mod lane;

use std::fmt;
use std::time::Duration;

use crate::connection::{Access, AnyConnection, Mode, connect};
use crate::database_url::DatabaseUrl;
use crate::error::Error;

use self::lane::Lane;

/// How a database is to be used.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Most connections that are open at a time; on SQLite, readers (there is one writer beside them).
    pub connections: u32,
    /// How long to wait for a lock, or for one's turn, before it is [`Error::Busy`]; and for a connection before it is
    /// [`Error::Unavailable`].
    pub patience: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self {
            connections: cores().saturating_mul(2).clamp(4, 64),
            patience: Duration::from_secs(5),
        }
    }
}

/// Two, where it cannot be told: so that one long statement does not hold up all others.
fn cores() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(cores).unwrap_or(u32::MAX).max(2)
}

/// A database. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Db {
    url: DatabaseUrl,
    readers: Lane,
    /// On SQLite one connection, so that writers queue here, in order, instead of polling the file's lock.
    writers: Lane,
}

impl Db {
    /// Opens a database. It is not created or migrated: see [`crate::migrations`]. Blocks until a first connection
    /// stands, and says why if it does not.
    pub fn open(url: &DatabaseUrl, options: &DbOptions) -> Result<Self, Error> {
        connect(url, Access::ReadWrite, options.patience)?;
        let lane = |access, size, threads| Lane::new(url, access, size, threads, options.patience);
        let size = options.connections.max(1);
        let (readers, writers) = match url {
            DatabaseUrl::Sqlite(_) => (
                // More threads than cores would take turns, and each would wait for the others.
                lane(Access::ReadOnly, size, size.min(cores())),
                lane(Access::ReadWrite, 1, 1),
            ),
            DatabaseUrl::Postgres(_) => {
                // They wait for the server most of the time.
                let one = lane(Access::ReadWrite, size, size);
                (one.clone(), one)
            }
        };
        Ok(Self {
            url: url.clone(),
            readers,
            writers,
        })
    }

    /// Where it is.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs `work` in a transaction that sees one state of the database and changes nothing.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.readers.run(Mode::Read, work).await
    }

    /// [`Db::read`] for work that is one statement: it sees one state of the database by itself, and is spared the
    /// transaction around it.
    pub async fn read_one<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.readers.run(Mode::Statement, work).await
    }

    /// Runs `work` in a transaction: everything it does happens, or, where it fails, nothing.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.writers.run(Mode::Write, work).await
    }

    /// [`Db::read`] for a caller that is on a blocking thread already.
    pub fn read_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.run_blocking(Mode::Read, work)
    }

    /// [`Db::write`] for a caller that is on a blocking thread already.
    pub fn write_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writers.run_blocking(Mode::Write, work)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.url).finish()
    }
}
