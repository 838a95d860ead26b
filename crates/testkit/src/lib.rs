//! Parts for tests: temporary databases, a running server, a bucket, sample documents.

pub mod databases;
pub mod documents;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "server")]
pub mod server;
