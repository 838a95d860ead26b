//! The outermost layer: request id, tracing span, security headers, and the writing of errors.

use std::time::Instant;

use actix_cors::CorsError;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use domain::id::RequestId;
use tracing::Instrument;

use crate::error::{ApiError, chain, render};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Nothing of an answer is a page: whatever a browser makes of one, it loads and runs nothing.
const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Gives the request its id and span, and the answer its headers; writes errors out.
pub async fn context<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let started = Instant::now();
    let request_id = sent_id(request.headers()).unwrap_or_else(RequestId::generate);
    request.extensions_mut().insert(request_id);
    let span = tracing::info_span!(
        "request",
        request.id = %request_id,
        http.method = %request.method(),
        http.path = loggable(request.path()),
    );
    let work = async {
        let response = write_error(next.call(request).await?, request_id);
        let status = response.status().as_u16();
        let duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(http.status = status, duration_us, "answered");
        Ok::<_, Error>(response)
    };
    let mut response = work.instrument(span).await?;
    add_headers(response.headers_mut(), request_id);
    Ok(response)
}

/// The path, for the log. With the rest of an invitation's link anybody could accept it.
fn loggable(path: &str) -> &str {
    if path.starts_with("/invite/") {
        "/invite/(hidden)"
    } else {
        path
    }
}

/// An id that the caller chose, if it is a UUID: it goes to the log and to the audit trail.
fn sent_id(headers: &HeaderMap) -> Option<RequestId> {
    headers.get(&REQUEST_ID)?.to_str().ok()?.parse().ok()
}

fn add_headers(headers: &mut HeaderMap, request_id: RequestId) {
    if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, API_POLICY);
    }
}

/// Writes the body of an error, whoever raised it: a handler, an extractor, or actix itself.
fn write_error<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    request_id: RequestId,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response.map_into_left_body();
    }
    let raised = response.response().error();
    let foreign = foreign(status, raised);
    let error = raised
        .and_then(|error| error.as_error::<ApiError>())
        .unwrap_or(&foreign);
    log(error);
    let written = render(error, request_id, response.request().headers());
    // What inner layers said in headers (the standing of a rate limit) still holds.
    let said = response.headers().clone();
    let mut response = response.into_response(written).map_into_right_body();
    let headers = response.headers_mut();
    let unsaid = |name: &HeaderName| !headers.contains_key(name);
    let kept: Vec<_> = said.into_iter().filter(|(name, _)| unsaid(name)).collect();
    for (name, value) in kept {
        headers.append(name, value);
    }
    response
}

/// An error that a library raised or answered with, in our words.
fn foreign(status: StatusCode, raised: Option<&Error>) -> ApiError {
    if let Some(refused) = raised.and_then(|error| error.as_error::<CorsError>()) {
        return ApiError::CrossOrigin(refused.to_string());
    }
    let message = raised.map_or_else(|| status.to_string(), ToString::to_string);
    match status {
        StatusCode::NOT_FOUND => ApiError::RouteUnknown,
        status if status.is_client_error() => ApiError::BodyUnreadable(message),
        _ => ApiError::internal(message),
    }
}

/// Failures of the server are logged here, once, with their causes; mistakes of callers are not.
fn log(error: &ApiError) {
    let ApiError::Internal(cause) = error else {
        return;
    };
    tracing::error!(error = chain(&**cause), "the request failed");
}
