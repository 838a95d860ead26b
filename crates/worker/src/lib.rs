//! Takes jobs from the ledger, does them, and writes what comes out.
//!
//! It never answers a request and never decides what is allowed: a job exists because somebody was allowed to cause it.
//! It keeps no state of its own: what is to be done, and how far it is, stands in the database, so that any process can
//! go on where another was killed.
//!
//! A job's outcome is written in the transaction that ends the job, and that transaction asks whether the lease is still
//! held. A worker that lost its lease (it slept, it was cut off) finds that out there, and its work is thrown away.
//!
//! | Module | What |
//! |---|---|
//! | [`Context`] | what a job needs: database, blobs, clock, parser |
//! | [`Workers`], [`run_until_idle`] | the loops that claim jobs; and the same by hand, for tests |
//! | [`intake`] | from an upload to a document: shared with the API, which does it within a request |
//! | [`runs`] | starting a run: shared with the API, too |
//! | `jobs` | one module a kind: ingest, parse, extract, mail |
//! | [`mail`] | the way to a mail server, and what is written |
//! | [`passwords`] | passwords of documents while they wait to be used |
//! | [`sweep`] | takes away uploads that nobody made use of, discarded bytes, and answers kept for repetitions |
//! | [`Wake`] | tells idle workers of this process that there is something to do |

mod context;
pub mod intake;
mod jobs;
mod lease;
pub mod mail;
pub mod passwords;
mod runner;
pub mod runs;
mod sweep;
mod wake;

pub use context::Context;
pub use runner::{Workers, run_until_idle};
pub use sweep::{SweepError, sweep};
pub use wake::Wake;
