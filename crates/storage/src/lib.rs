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
//! | What comes in | [`uploads`], [`documents`], [`attachments`], [`sessions`] |
//! | What comes out | [`parsings`], [`chunks`], [`results`] |
//! | Work | [`jobs`] |
//! | Requests that are repeated | [`idempotency`] |
//! | Bytes | [`blobs`], [`discarded`] |
//!
//! On PostgreSQL transactions that write run beside each other and hold the rows that their rules span. They take them in
//! one order, so that no two wait for each other: members; jobs; uploads; the template; the workspace's list of documents;
//! documents (`for_key_share` keeps one from being deleted, and is not in the way of anybody else); parsings, in the order
//! of their documents; sessions in the same way as documents; results; a document's progress and a session's status, which
//! are written last. Of several rows of a table the one with the lower id comes first. Whoever deletes a document or a
//! session takes it `for_update`, and then has to itself what hangs on it, for nobody holds that without having kept the
//! document or the session first. SQLite has one writer at a time.

pub mod attachments;
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
