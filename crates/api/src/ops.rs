//! What the endpoints do, step by step, with domain types in and out.
//!
//! Each operation finds what it works on within the caller's scope (what is outside is not there), asks
//! [`Requester::may_in`](crate::extract::Requester::may_in) before it changes anything, and writes the change and its
//! entry in the audit trail in one transaction.

mod audit;
pub mod batches;
pub mod documents;
pub mod events;
pub mod exports;
pub mod invites;
pub mod members;
pub mod results;
pub mod sessions;
pub mod templates;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod workspaces;
