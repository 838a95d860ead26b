//! A constant for `scripts/bench`: what the server costs by itself. Neither in the document nor there by default.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, get, web};
use serde::Deserialize;

/// How much is wanted.
#[derive(Debug, Deserialize)]
struct Size {
    /// Bytes.
    bytes: Option<usize>,
}

const PIECE: &[u8] = b"{\"data\":[{\"id\":1,\"name\":\"a constant of the size that was asked for\"}]}\n";
const LARGEST: usize = 1024 * 1024;

/// Answers with as many bytes as are asked for, without token, limiter or database.
#[get("/bench/constant")]
pub(crate) async fn constant(size: web::Query<Size>) -> HttpResponse {
    let wanted = size.bytes.unwrap_or(PIECE.len()).min(LARGEST);
    let body: Vec<u8> = PIECE.iter().copied().cycle().take(wanted).collect();
    HttpResponse::Ok().insert_header(ContentType::json()).body(body)
}
