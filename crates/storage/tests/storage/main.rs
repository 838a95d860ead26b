//! What storage promises, on SQLite and on PostgreSQL. Run it with `scripts/with-postgres cargo nextest run -p storage`.

mod accounts;
mod blobs;
mod documents;
mod events;
mod instance;
mod jobs;
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
