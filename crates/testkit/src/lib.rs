//! Parts for tests: temporary databases, a running server, sample documents.

pub mod databases;
pub mod documents;
#[cfg(feature = "server")]
pub mod server;
