//! The endpoints: one file each, by the tree of addresses.
//!
//! A handler takes checked inputs, calls one operation of [`crate::ops`] and converts the outcome. Its doc comment is
//! its text in the OpenAPI document: it is written for callers.

pub mod bench;
pub mod docs;
mod documents;
mod events;
pub mod fallback;
mod health;
mod invites;
mod members;
mod results;
mod sessions;
mod templates;
mod tokens;
mod uploads;
mod users;
mod workspaces;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::openapi::examples::Examples;

/// Endpoints that need no token and are not limited in rate.
pub fn open(config: &mut ServiceConfig<'_>) {
    config.service(health::get_liveness);
}

/// The API, in the order of a user's work.
pub fn api(config: &mut ServiceConfig<'_>) {
    workspaces::routes(config);
    members::routes(config);
    invites::routes(config);
    templates::routes(config);
    uploads::routes(config);
    sessions::routes(config);
    documents::routes(config);
    results::routes(config);
    events::routes(config);
    users::routes(config);
    tokens::routes(config);
}

/// What all endpoints take and answer, for the document.
pub fn examples() -> Vec<Examples> {
    let of_resources = [
        workspaces::examples(),
        members::examples(),
        invites::examples(),
        templates::examples(),
        uploads::examples(),
        sessions::examples(),
        documents::examples(),
        results::examples(),
        events::examples(),
        users::examples(),
        tokens::examples(),
        health::examples(),
    ];
    of_resources.into_iter().flatten().collect()
}
