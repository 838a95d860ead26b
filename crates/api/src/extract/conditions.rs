//! Whether a thing is in the state that the client knows: `ETag` and the headers that name one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, ETag, EntityTag, Header, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::error::{ApiError, FieldErrors};

/// Longest list of states that a header may name.
const MAX_LENGTH: usize = 1000;

/// `If-Match`: the states in which a thing may be changed; any where the header is not sent.
#[derive(Debug)]
pub struct IfMatch(Option<header::IfMatch>);

/// `If-None-Match`: the states that the client has already.
#[derive(Debug)]
pub struct IfNoneMatch(Option<header::IfNoneMatch>);

/// The header that names a state of a thing.
pub fn etag(revision: &str) -> ETag {
    ETag(tag(revision))
}

fn tag(revision: &str) -> EntityTag {
    EntityTag::new_strong(revision.to_owned())
}

impl IfMatch {
    /// Nothing where the thing may be changed in that state. Ask in the transaction that changes it.
    pub fn check(&self, revision: &str) -> Result<(), ApiError> {
        let is_named = match &self.0 {
            None | Some(header::IfMatch::Any) => true,
            Some(header::IfMatch::Items(tags)) => tags.iter().any(|known| known.strong_eq(&tag(revision))),
        };
        if is_named {
            Ok(())
        } else {
            Err(ApiError::PreconditionFailed)
        }
    }
}

impl IfNoneMatch {
    /// Whether the client has that state already.
    pub fn holds(&self, revision: &str) -> bool {
        match &self.0 {
            None => false,
            Some(header::IfNoneMatch::Any) => true,
            Some(header::IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag(revision))),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check_length(request, "If-Match").map(|()| {
            // What names no state at all cannot name the present one.
            let sent = request.headers().contains_key(header::IF_MATCH);
            let none = header::IfMatch::Items(Vec::new());
            Self(sent.then(|| read::<header::IfMatch>(request).unwrap_or(none)))
        }))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check_length(request, "If-None-Match").map(|()| Self(read(request))))
    }
}

fn check_length(request: &HttpRequest, name: &str) -> Result<(), ApiError> {
    let values = request.headers().get_all(name);
    if values.map(HeaderValue::len).sum::<usize>() <= MAX_LENGTH {
        return Ok(());
    }
    let message = format!("must be at most {MAX_LENGTH} characters");
    Err(ApiError::BadParameter(FieldErrors::one(name, message)))
}

fn read<H: Header>(request: &HttpRequest) -> Option<H> {
    request.get_header()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn if_match(value: &str) -> IfMatch {
        let request = TestRequest::default()
            .insert_header((header::IF_MATCH, value))
            .to_http_request();
        IfMatch::extract(&request).await.unwrap()
    }

    #[actix_web::test]
    async fn only_the_very_state_may_be_changed() {
        for good in ["\"a-1\"", "\"x\", \"a-1\"", "*"] {
            assert!(if_match(good).await.check("a-1").is_ok(), "{good}");
        }
        for bad in ["\"a-2\"", "W/\"a-1\"", "a-1", ""] {
            assert!(if_match(bad).await.check("a-1").is_err(), "{bad}");
        }
        let request = TestRequest::default().to_http_request();
        let unsaid = IfMatch::extract(&request).await.unwrap();
        assert!(unsaid.check("a-1").is_ok());
    }

    #[actix_web::test]
    async fn a_list_of_states_has_a_limit() {
        let request = |length: usize| {
            let value = "x".repeat(length);
            let request = TestRequest::default().insert_header((header::IF_NONE_MATCH, value.clone()));
            request.insert_header((header::IF_MATCH, value)).to_http_request()
        };
        assert!(IfNoneMatch::extract(&request(MAX_LENGTH)).await.is_ok());
        let long = request(MAX_LENGTH + 1);
        assert!(matches!(
            IfMatch::extract(&long).await,
            Err(ApiError::BadParameter(_))
        ));
        assert!(matches!(
            IfNoneMatch::extract(&long).await,
            Err(ApiError::BadParameter(_))
        ));
    }

    #[actix_web::test]
    async fn a_state_is_known_however_it_is_named() {
        for (value, is_known) in [
            ("W/\"a-1\"", true),
            ("\"a-1\"", true),
            ("*", true),
            ("\"b\"", false),
        ] {
            let request = TestRequest::default()
                .insert_header((header::IF_NONE_MATCH, value))
                .to_http_request();
            let sent = IfNoneMatch::extract(&request).await.unwrap();
            assert_eq!(sent.holds("a-1"), is_known, "{value}");
        }
    }
}
