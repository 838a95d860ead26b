//! The OpenAPI document: collected from the handlers, completed by what holds for all of them.

mod common;
mod errors;
pub mod examples;
mod generators;
mod headers;
mod links;
mod optional;

use std::collections::HashSet;

use actix_web::App;
use actix_web::web::Bytes;
use domain::evidence::Evidence;
use domain::pagination::Sort;
use utoipa::OpenApi;
use utoipa::openapi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::AppExt;

use crate::error::{ErrorBody, Problem};
use crate::routes;
use crate::routes::fallback::KnownPaths;

/// What stands in the document apart from paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Docent",
        description = "Reads typed values out of documents by a template's schema, and proves every value with the place \
                       on the page it came from.\n\n\
                       **To try it out:** make a token with `docent token create`, press *Authorize* and paste it. Then \
                       create a workspace and a template, ask for an upload address and send a file to it, create a \
                       session, upload the file to it by its key, start a run, and read the result.\n\n\
                       **Errors** are JSON with a `message`, a `code` for programs and the `request_id`; where values are \
                       at fault, `errors` names their fields. With `Accept: application/problem+json` they come as \
                       problem documents (RFC 9457).\n\n\
                       **Limits.** `X-RateLimit-*` and `RateLimit` stand on every answer of a server that has a limit, and \
                       `Retry-After` on 429 and 503. An `Idempotency-Key` makes it safe to send a POST again.\n\n\
                       **Traces.** A UUID sent as `X-Request-Id` is found again in the log, in the audit trail and in the \
                       answer.",
    ),
    servers((url = "/", description = "This server")),
    tags(
        (name = "Workspaces", description = "Tenants: everything else belongs to exactly one."),
        (name = "Members", description = "Who belongs to a workspace, as what."),
        (name = "Invites", description = "How others become members."),
        (name = "Account", description = "The token's owner, and tokens."),
        (name = "Templates", description = "What to extract: a schema with a name."),
        (name = "Uploads", description = "Ways for bytes into the server."),
        (name = "Sessions", description = "Documents that are extracted together by one template."),
        (name = "Documents", description = "Files of a workspace and what was read out of them."),
        (name = "Results", description = "Values, each with its proof."),
        (name = "Events", description = "The audit trail: who did what, and when."),
        (name = "Server", description = "The server itself."),
    ),
    components(schemas(ErrorBody, Evidence, Problem, Sort)),
)]
struct Base;

/// The whole document.
pub fn document() -> openapi::OpenApi {
    let app = App::new().into_utoipa_app().openapi(Base::openapi());
    let (_, mut document) = app
        .configure(routes::open)
        .configure(routes::api)
        .split_for_parts();
    if let Some(components) = &mut document.components {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("dct_...")
            .description(Some(
                "A personal access token, as `docent token create` prints it.",
            ))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
    let mut examples = routes::examples();
    let errors = examples::take_errors(&mut examples);
    optional::complete(&mut document);
    generators::complete(&mut document);
    common::complete(&mut document);
    errors::complete(&mut document, &errors);
    headers::complete(&mut document);
    let _misplaced = examples::complete(&mut document, examples);
    links::complete(&mut document);
    forget_unused_tags(&mut document);
    document
}

/// A group without operations would be an empty heading.
fn forget_unused_tags(document: &mut openapi::OpenApi) {
    let items = document.paths.paths.values_mut();
    let operations = items.flat_map(common::operations);
    let used: HashSet<String> = operations
        .flat_map(|operation| operation.tags.iter().flatten().cloned())
        .collect();
    if let Some(tags) = &mut document.tags {
        tags.retain(|tag| used.contains(&tag.name));
    }
}

/// The document in the forms in which the server needs it, made once.
pub struct Document {
    json: Bytes,
    /// Every path with its methods.
    pub paths: KnownPaths,
}

impl Document {
    /// Collects the document.
    pub fn new() -> Self {
        let document = document();
        // A value tree without maps of odd keys always has a JSON form.
        let json = document.to_pretty_json().unwrap_or_default();
        Self {
            json: Bytes::from(json),
            paths: KnownPaths::of(&document),
        }
    }

    /// The document as it is sent. Cheap: shares its bytes.
    pub fn json(&self) -> Bytes {
        self.json.clone()
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}
