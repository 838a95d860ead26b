//! Pages of other origins that may use the API from a browser: none, unless the configuration names them.

use std::str::FromStr;

use actix_cors::Cors;
use serde::{Deserialize, Serialize};
use url::Url;

/// So long a browser may remember what it was allowed, in seconds.
const REMEMBERED: usize = 3600;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What a page may send besides what every page may.
const SENT: [&str; 10] = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "if-range",
    "last-event-id",
    "range",
    "x-request-id",
];

/// What a page may read of an answer besides what every page may.
const EXPOSED: [&str; 17] = [
    "accept-ranges",
    "allow",
    "content-disposition",
    "content-range",
    "etag",
    "idempotency-replayed",
    "link",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
    "content-length",
];

/// Where pages come from: `https://app.example.com`, or `*` for anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Origin {
    /// Anywhere. Requests carry their token themselves: no cookie gives a page more than it has.
    Any,
    /// Scheme, host and port, as browsers send them.
    One(String),
}

/// The text is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: expected a scheme, a host and at most a port, such as https://app.example.com, or *")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let url = Url::parse(text).map_err(|_error: url::ParseError| OriginError)?;
        let origin = url.origin().ascii_serialization();
        // Nothing but the origin: what else stands there would be of no effect.
        let is_bare = text.trim_end_matches('/').eq_ignore_ascii_case(&origin);
        if matches!(url.scheme(), "http" | "https") && is_bare && !origin.contains('*') {
            Ok(Self::One(origin))
        } else {
            Err(OriginError)
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Any => "*".to_owned(),
            Origin::One(origin) => origin,
        }
    }
}

/// Answers what browsers ask before they let a page of one of these origins call, and lets it read the answers.
pub fn cors(origins: &[Origin]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(METHODS)
        .allowed_headers(SENT)
        .expose_headers(EXPOSED)
        .max_age(REMEMBERED);
    if origins.contains(&Origin::Any) {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().fold(cors, |cors, origin| match origin {
        Origin::One(origin) => cors.allowed_origin(origin),
        Origin::Any => cors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let read = |text: &str| text.parse::<Origin>().map(String::from);
        assert_eq!(
            read("https://app.example.com"),
            Ok("https://app.example.com".to_owned())
        );
        assert_eq!(
            read("https://APP.example.com/"),
            Ok("https://app.example.com".to_owned())
        );
        assert_eq!(
            read("http://localhost:5173"),
            Ok("http://localhost:5173".to_owned())
        );
        assert_eq!(read("*"), Ok("*".to_owned()));
        for wrong in [
            "",
            "example.com",
            "https://example.com/app",
            "file:///x",
            "https://*.example.com",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
