//! gzip for text of some size, for clients that take it.
//!
//! Actix has a middleware for this, which packs whatever it gets. This one leaves alone what is small, what is packed
//! already (documents, workbooks), and what has an `ETag`, which names the very bytes that are sent.

use actix_http::encoding::Encoder;
use actix_web::Error;
use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding, ETAG, Encoding, Header,
    HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;

/// Shorter answers fit into one packet as they are.
const SMALLEST: u64 = 1024;

/// Packs answers that are worth it.
pub async fn compress<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, Encoder<B>>>, Error> {
    let takes_gzip = takes_gzip(&request);
    let mut response = next.call(request).await?;
    if !is_worth_it(&response) {
        return Ok(response.map_into_left_body());
    }
    if takes_gzip {
        // Says so in `Content-Encoding` and `Vary`.
        return Ok(response
            .map_body(|head, body| EitherBody::right(Encoder::response(ContentEncoding::Gzip, head, body))));
    }
    let vary = HeaderValue::from_static("accept-encoding");
    response.headers_mut().append(VARY, vary);
    Ok(response.map_into_left_body())
}

fn takes_gzip(request: &ServiceRequest) -> bool {
    let names_it = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("gzip"));
    if !request.headers().get_all(ACCEPT_ENCODING).any(names_it) {
        return false;
    }
    let ours = [Encoding::identity(), Encoding::gzip()];
    let accepted = AcceptEncoding::parse(request).ok();
    accepted.and_then(|accepted| accepted.negotiate(ours.iter())) == Some(Encoding::gzip())
}

fn is_worth_it<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let is_long = match response.response().body().size() {
        BodySize::None => false,
        BodySize::Sized(bytes) => bytes >= SMALLEST,
        BodySize::Stream => true,
    };
    let headers = response.headers();
    let as_it_is = headers.contains_key(ETAG) || headers.contains_key(CONTENT_ENCODING);
    is_long && !as_it_is && response.status() != StatusCode::PARTIAL_CONTENT && is_text(headers)
}

fn is_text(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.starts_with("text/")
        || essence.ends_with("json")
        || matches!(
            essence,
            "application/javascript" | "application/yaml" | "image/svg+xml"
        )
}
