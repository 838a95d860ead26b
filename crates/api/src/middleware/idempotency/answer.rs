//! Answers that are kept, and given again.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use bytes::Bytes;
use domain::token::PlainToken;
use serde::Serialize;
use storage::idempotency::KeptAnswer;

use super::key::SentKey;
use super::sent::Sent;
use crate::error::ApiError;

/// Larger answers are not kept.
const LARGEST: usize = 1024 * 1024;
/// What belongs to the answer itself; the rest (request id, standing of the rate limit) belongs to each request.
static KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Put into the extensions of a response: what is kept of its body, where that is not the body itself.
#[derive(Debug, Clone)]
pub enum Kept {
    /// This instead.
    Instead(Bytes),
    /// Nothing: the same request is done again.
    Nothing,
}

/// An answer that holds a secret, which is shown once and kept nowhere.
#[derive(Debug)]
pub struct ShownOnce<T> {
    /// Its status.
    pub status: StatusCode,
    /// The answer with the secret.
    pub shown: T,
    /// The same without it.
    pub kept: T,
}

impl<T: Serialize> Responder for ShownOnce<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let kept = match serde_json::to_vec(&self.kept) {
            Ok(body) => Kept::Instead(Bytes::from(body)),
            Err(_not_json) => Kept::Nothing,
        };
        let mut response = HttpResponse::build(self.status).json(&self.shown);
        response.extensions_mut().insert(kept);
        response
    }
}

/// Keeps what answers the request that holds the key, where it is worth keeping, or else releases the key.
pub(super) async fn keep<B: MessageBody + 'static>(
    key: &SentKey,
    sent: Sent,
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    if !response.status().is_success() {
        key.release().await;
        return response.map_into_left_body();
    }
    let (request, mut response) = response.into_parts();
    let instead = response.extensions_mut().remove::<Kept>();
    let (head, body) = response.into_parts();
    // A body that streams is not kept: it is as large as it likes.
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(stream) => {
            key.release().await;
            return ServiceResponse::new(request, head.set_body(EitherBody::left(stream)));
        }
    };
    let fingerprint = sent.read_whole(key.state.settings.max_upload_bytes).await;
    match (body_to_keep(&body, instead), fingerprint) {
        (Some(body), Ok(fingerprint)) => {
            let answer = KeptAnswer {
                fingerprint,
                status: u32::from(head.status().as_u16()),
                headers: headers_to_keep(head.headers()),
                body: body.into(),
            };
            key.complete(answer).await;
        }
        (None, _) | (_, Err(_)) => key.release().await,
    }
    ServiceResponse::new(request, head.set_body(EitherBody::right(BoxBody::new(body))))
}

fn body_to_keep(body: &Bytes, instead: Option<Kept>) -> Option<Bytes> {
    let body = match instead {
        None => body.clone(),
        Some(Kept::Instead(body)) => body,
        Some(Kept::Nothing) => return None,
    };
    if body.len() > LARGEST {
        return None;
    }
    if holds_token(&body) {
        // A handler that shows a token says what to keep instead. One that forgot it does no harm.
        tracing::error!("an answer with a token in it is not kept");
        return None;
    }
    Some(body)
}

/// Whether a token that works, or did, stands in there: its checksum leaves no doubt.
fn holds_token(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
        .any(|word| PlainToken::parse(word).is_ok())
}

fn headers_to_keep(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    kept.collect()
}

/// The answer again.
pub(super) fn replay(answer: KeptAnswer) -> HttpResponse {
    let status = u16::try_from(answer.status).ok();
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return HttpResponse::from_error(ApiError::internal("a kept answer has no status"));
    };
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers {
        response.insert_header((name, value));
    }
    response.insert_header((REPLAYED.clone(), "true"));
    response.body(answer.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &str, instead: Option<Kept>) -> Option<Bytes> {
        body_to_keep(&Bytes::from(body.to_owned()), instead)
    }

    #[test]
    fn a_token_is_never_kept_even_where_the_handler_forgot_to_say_so() {
        let token = PlainToken::mint([7; 32]);
        let body = format!("{{\"id\":1,\"token\":\"{}\"}}", token.reveal());
        assert_eq!(kept(&body, None), None);
        assert_eq!(kept(&body, Some(Kept::Instead(Bytes::from(body.clone())))), None);
        let without = Bytes::from_static(b"{\"id\":1,\"token\":null}");
        assert_eq!(kept(&body, Some(Kept::Instead(without.clone()))), Some(without));
        assert_eq!(kept("{}", Some(Kept::Nothing)), None);
        assert!(kept("{\"name\":\"dct_\"}", None).is_some());
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        assert!(kept(&" ".repeat(LARGEST), None).is_some());
        assert!(kept(&" ".repeat(LARGEST + 1), None).is_none());
    }
}
