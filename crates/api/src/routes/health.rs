//! `GET /livez`

use actix_web::{get, web};
use serde::Serialize;

use crate::openapi::examples::Examples;

/// The process is up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Liveness {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The server's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Say whether the server is up
///
/// Answers as long as the process takes requests; looks at nothing else. Not limited in rate.
#[utoipa::path(tag = "Server", responses((status = 200, description = "The server is up.", body = Liveness)))]
#[get("/livez")]
pub(super) async fn get_liveness() -> web::Json<Liveness> {
    web::Json(Liveness::default())
}

impl Default for Liveness {
    fn default() -> Self {
        Self {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

pub(super) fn examples() -> Vec<Examples> {
    vec![Examples::of("get_liveness").gives(200, Liveness::default())]
}
