//! Connections to either database.

mod any;
mod manager;
mod slow;
mod tx;

pub use any::AnyConnection;
pub(crate) use any::{MultiBackend, MultiRawValue};
pub(crate) use manager::{Access, ConnectError, LogErrors, Manager, connect};
pub(crate) use tx::{Mode, transact};

/// Writes a query once for both databases where the multi connection cannot express it: upserts, locks, batches.
macro_rules! each_backend {
    ($conn:expr, |$inner:ident| $query:expr) => {
        match $conn {
            $crate::connection::AnyConnection::Postgres($inner) => $query,
            $crate::connection::AnyConnection::Sqlite($inner) => $query,
        }
    };
}
pub(crate) use each_backend;
