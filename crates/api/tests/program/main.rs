//! The binary itself, as an operator runs it: commands, processes that are killed, and the corpus.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod client;
mod cluster;
mod commands;
mod corpus;
mod docent;
mod eval;
mod flow;
mod hostile;
mod killed;
mod people;
mod place;
mod same_bytes;
