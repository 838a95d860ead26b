//! JSON bodies.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::problem::field_error;
use super::state_of;
use crate::error::ApiError;

/// A request's body, read from JSON. Members that `T` does not know are ignored.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        async move {
            if !is_json(request.headers()) {
                return Err(ApiError::UnsupportedMediaType("application/json"));
            }
            read_json(&request, payload).await.map(Self)
        }
        .boxed_local()
    }
}

/// Reads the body as JSON, whatever its content type says.
pub(super) async fn read_json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<T, ApiError> {
    let limit = state_of(request)?.settings.max_body_bytes;
    let bytes = read_body(request.headers(), payload, limit).await?;
    from_json(&bytes)
}

/// A missing content type is taken for JSON: there is nothing else it could be.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let text = value.to_str().unwrap_or_default();
    let essence = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads a body as a whole, if it is not too large.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    mut payload: Payload,
    limit: u64,
) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::TooLarge { what: "body", limit };
    if announced_length(headers).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| ApiError::BodyUnreadable(error.to_string()))?;
        let length = body.len().saturating_add(piece.len());
        if u64::try_from(length).is_ok_and(|length| length > limit) {
            return Err(too_large());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// The length that the client says its body has.
pub fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// In two steps, because what is not JSON is another mistake (400) than JSON of the wrong shape (422). No body is an
/// empty object: where members are wanted, the answer names them.
fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let mut value: Value =
        serde_json::from_slice(bytes).map_err(|e| ApiError::MalformedJson(e.to_string()))?;
    if !value.is_object() {
        return Err(ApiError::field("body", "must be a JSON object"));
    }
    if path_of_nul(&value).is_some() {
        forget_unknown::<T>(&mut value);
    }
    if let Some(path) = path_of_nul(&value) {
        return Err(ApiError::field(path, "must not hold the character U+0000"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| ApiError::Validation(field_error("body", &error)))
}

/// Takes out the members that `T` does not know: what stands in them is nobody's business.
fn forget_unknown<T: DeserializeOwned>(value: &mut Value) {
    let mut unknown = Vec::new();
    // Whether it can be read is found out later, and said then.
    let _readable = serde_ignored::deserialize::<_, _, T>(&*value, |path| {
        if let serde_ignored::Path::Map { parent, key } = path
            && matches!(parent, serde_ignored::Path::Root)
        {
            unknown.push(key);
        }
    });
    if let Value::Object(members) = value {
        members.retain(|key, _| !unknown.contains(key));
    }
}

/// Where a text or key holds U+0000, which PostgreSQL cannot store.
fn path_of_nul(value: &Value) -> Option<String> {
    let within = |segment: &str, inner: Option<String>| {
        inner.map(|path| {
            if path.is_empty() {
                segment.to_owned()
            } else {
                format!("{segment}.{path}")
            }
        })
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| within(&index.to_string(), path_of_nul(item))),
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            if key.contains('\0') {
                return Some(key.replace('\0', "\u{fffd}"));
            }
            within(key, path_of_nul(member))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        assert_eq!(
            path_of_nul(&json!({"a": ["x", {"b": "y\0"}]})),
            Some("a.1.b".to_owned())
        );
        assert_eq!(path_of_nul(&json!({"a\0": 1})), Some("a\u{fffd}".to_owned()));
        assert_eq!(path_of_nul(&json!({"a": [1, null, "x"]})), None);
    }

    #[test]
    fn a_nul_in_a_member_that_nobody_knows_is_ignored_like_the_member() {
        #[derive(Debug, serde::Deserialize)]
        struct Body {
            name: Option<String>,
        }
        let read = from_json::<Body>(br#"{"name": "x", "other\u0000": [], "more": "\u0000"}"#);
        assert_eq!(read.unwrap().name.as_deref(), Some("x"));
        let refused = from_json::<Body>(br#"{"name": "\u0000", "other\u0000": []}"#);
        assert!(matches!(refused, Err(ApiError::Validation(_))));
    }

    #[test]
    fn malformed_json_and_a_wrong_shape_are_told_apart() {
        type Sizes = std::collections::BTreeMap<String, u8>;
        assert!(matches!(
            from_json::<Sizes>(b"{\"a\": 1"),
            Err(ApiError::MalformedJson(_))
        ));
        for wrong in ["{\"a\": 1000}", "[1]", "null"] {
            let read = from_json::<Sizes>(wrong.as_bytes());
            assert!(matches!(read, Err(ApiError::Validation(_))), "{wrong}");
        }
    }
}
