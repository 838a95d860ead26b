//! `/openapi.json` and Swagger UI at `/docs`, from the binary: nothing is loaded from elsewhere.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, get};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::openapi::Document;

/// Styles stand in attributes of Swagger UI's elements, and its icons in `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds the routes.
pub fn routes(config: &mut ServiceConfig) {
    let swagger = SwaggerUi::new("/{_:.*}").config(
        Config::from("/openapi.json")
            .try_it_out_enabled(true)
            .persist_authorization(true)
            .deep_linking(true)
            // Without the bar that asks for another document's address: others cannot be loaded.
            .use_base_layout()
            .filter(true)
            // The schemas stand with the operations that use them.
            .default_models_expand_depth(0)
            .display_request_duration(true)
            .doc_expansion("list")
            // Else the page asks a public service whether the document is valid.
            .validator_url("none"),
    );
    config
        .service(get_document)
        .service(go_to_docs)
        .service(go_to_docs_from_root)
        .service(
            web::scope("/docs")
                .wrap(DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, POLICY)))
                .service(swagger),
        );
}

/// The OpenAPI document.
#[get("/openapi.json")]
async fn get_document(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .body(document.json())
}

#[get("/docs")]
async fn go_to_docs() -> HttpResponse {
    see_docs()
}

#[get("/")]
async fn go_to_docs_from_root() -> HttpResponse {
    see_docs()
}

/// Relative, so that it works behind a proxy's prefix as well.
fn see_docs() -> HttpResponse {
    HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, "docs/"))
        .finish()
}
