//! The API over HTTP, by the tree of its addresses: a real server with its own database and files in every test.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod batches;
mod client;
mod closed;
mod compatibility;
mod cors;
mod deletes;
mod documents;
mod events;
mod exports;
mod flow;
mod idempotency;
mod invites;
mod jobs;
mod lists;
mod manners;
mod members;
mod nonsense;
mod openapi;
mod results;
mod s3;
mod sessions;
mod templates;
mod tenants;
mod tokens;
mod uploads;
mod users;
mod workspaces;

use serde_json::{Value, json};
use testkit::server::TestServer;

/// The binary, whose children parse documents.
const DOCENT: &str = env!("CARGO_BIN_EXE_docent");

/// A server of this test's own.
fn server() -> TestServer {
    TestServer::start(DOCENT)
}

/// The id of a thing that there is not.
const NOBODYS: &str = "0198c0de-7e57-7000-8000-000000000001";

/// A small schema.
fn schema() -> Value {
    json!({ "fields": { "invoice_number": { "type": "string" }, "total": { "type": "number" } } })
}

/// A text that can be read.
const TEXT: &str = "Invoice\nInvoice number: INV-7\nTotal: 120.50\n";
