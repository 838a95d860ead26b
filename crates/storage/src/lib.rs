//! Docent's memory: everything that outlives a request or a job, in SQLite or PostgreSQL, and the blobs beside it.
//!
//! It never decides what is allowed or what a value means: that is `domain`. It knows no HTTP and no documents.
//! Time and ids come in from outside; there are no triggers and no defaults in the schema.
//!
//! The way in is [`Db`]: `db.read(|c| ..)` and `db.write(|c| ..)` run a closure in one transaction, on a blocking
//! thread. Inside, the functions of the modules compose: what is called in one closure happens as a whole or not
//! at all. Whoever looks for something passes a [`domain::access::Scope`] and finds nothing outside of it; whoever
//! changes something passes the workspace that the caller was allowed to change.
//!
//! | Concern | Modules |
//! |---|---|
//! | The database itself | [`Db`], [`DatabaseUrl`], [`migrations`]; inside `connection`, `columns`, `schema`, `growing` |
//! | Who and where | [`users`], [`tokens`], [`workspaces`], [`members`], [`invites`], [`events`], [`instance`] |
//! | What is asked for | [`templates`] |
//! | What comes in | [`uploads`], [`documents`], [`sessions`] |
//! | What comes out | [`parsings`], [`chunks`], [`results`] |
//! | Work | [`jobs`] |
//! | Requests that are repeated | [`idempotency`] |
//! | Bytes | [`blobs`], [`discarded`] |

pub mod blobs;
pub mod chunks;
mod columns;
mod connection;
mod constraint;
mod database_url;
mod db;
pub mod discarded;
pub mod documents;
mod error;
pub mod events;
mod growing;
pub mod idempotency;
pub mod instance;
pub mod invites;
pub mod jobs;
pub mod members;
pub mod migrations;
pub mod parsings;
pub mod results;
mod schema;
mod scope;
pub mod sessions;
pub mod templates;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod workspaces;

pub use connection::AnyConnection;
pub use constraint::Constraint;
pub use database_url::{DatabaseUrl, DatabaseUrlError, PostgresUrl};
pub use db::{Db, DbOptions};
pub use error::{Error, Source};
