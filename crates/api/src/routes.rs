//! The endpoints: one file each, by the tree of addresses.
//!
//! A handler takes checked inputs, calls one operation of [`crate::ops`] and converts the outcome. Its doc comment is
//! its text in the OpenAPI document: it is written for callers.

pub mod bench;
pub mod docs;
mod documents;
pub mod fallback;
mod health;
mod invites;
mod results;
mod sessions;
mod templates;
mod uploads;
mod workspaces;

use utoipa_actix_web::service_config::ServiceConfig;

/// Endpoints that need no token and are not limited in rate.
pub fn open(config: &mut ServiceConfig<'_>) {
    config.service(health::get_liveness);
}

/// The API, in the order of a user's work.
pub fn api(config: &mut ServiceConfig<'_>) {
    workspaces::routes(config);
    invites::routes(config);
    templates::routes(config);
    uploads::routes(config);
    sessions::routes(config);
    documents::routes(config);
    results::routes(config);
}
