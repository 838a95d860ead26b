//! What storage promises, on SQLite and on PostgreSQL. Run it with `scripts/with-postgres cargo nextest run -p storage`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod accounts;
mod attachments;
mod blobs;
mod deletes;
mod discarded;
mod documents;
mod events;
mod exports;
mod idempotency;
mod instance;
mod invites;
mod jobs;
mod lists;
mod members;
mod migrating;
mod parsings;
mod results;
mod scene;
mod schema;
mod sessions;
mod templates;
mod tenants;
mod transactions;
mod uploads;
mod workspaces;
