//! How an error is written: as JSON, or as problem+json (RFC 9457) for callers that ask for it.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, HeaderMap, Quality, QualityItem};
use domain::id::RequestId;
use serde::Serialize;

use super::{ApiError, ErrorCode, FieldErrors};

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The body of every answer that is an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// What is wrong, in words.
    #[schema(example = "name: is required")]
    message: String,
    /// What is wrong with which field, by its path; only where fields are at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Vec<String>>>, nullable = false)]
    errors: Option<FieldErrors>,
    /// What is wrong, for programs.
    code: ErrorCode,
    /// Names the request in the server's log.
    request_id: RequestId,
}

/// The same as a problem document (RFC 9457), for callers whose `Accept` names `application/problem+json`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `status` and `code` say what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Unprocessable Entity")]
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    status: u16,
    /// What is wrong, in words.
    #[schema(example = "name: is required")]
    detail: String,
    /// What is wrong with which field, by its path; only where fields are at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Vec<String>>>, nullable = false)]
    errors: Option<FieldErrors>,
    /// What is wrong, for programs.
    code: ErrorCode,
    /// Names the request in the server's log.
    request_id: RequestId,
}

impl ErrorBody {
    /// What is said of an error.
    pub fn new(error: &ApiError, request_id: RequestId) -> Self {
        Self {
            message: error.to_string(),
            errors: error.fields().cloned(),
            code: error.code(),
            request_id,
        }
    }
}

impl Problem {
    /// What is said of an error.
    pub fn new(error: &ApiError, request_id: RequestId) -> Self {
        let status = error.code().status();
        Self {
            // RFC 9457, 4.2.1: the status says all that a type would; `code` is finer.
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: error.to_string(),
            errors: error.fields().cloned(),
            code: error.code(),
            request_id,
        }
    }
}

/// Writes the answer for an error.
pub fn render(error: &ApiError, request_id: RequestId, request_headers: &HeaderMap) -> HttpResponse {
    let mut response = HttpResponse::build(error.code().status());
    for (name, value) in error.headers() {
        response.insert_header((name, value));
    }
    if !wants_problem(request_headers) {
        return response.json(ErrorBody::new(error, request_id));
    }
    response
        .content_type(PROBLEM_JSON)
        .json(Problem::new(error, request_id))
}

/// Whether the caller names problem+json, and likes it no less than plain JSON.
fn wants_problem(headers: &HeaderMap) -> bool {
    let liking = |media_type: &str| {
        let items = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        let items = items.flat_map(|value| value.split(','));
        let items = items.filter_map(|item| item.trim().parse::<QualityItem<String>>().ok());
        let named = items.filter(|item| essence(&item.item).eq_ignore_ascii_case(media_type));
        named.map(|item| item.quality).max().unwrap_or(Quality::ZERO)
    };
    let problem = liking(PROBLEM_JSON);
    problem > Quality::ZERO && problem >= liking("application/json")
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use actix_web::body::to_bytes;

    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own_and_the_status_of_an_error() {
        let names: HashSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let status = code.status();
            assert!(status.is_client_error() || status.is_server_error(), "{code}");
        }
    }

    #[test]
    fn problem_json_is_sent_to_those_who_like_it_no_less_than_json() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            wants_problem(&headers)
        };
        for yes in [
            "application/problem+json",
            "application/json, application/problem+json",
            "text/html;q=0.9, APPLICATION/Problem+JSON;q=0.5",
            "application/problem+json; charset=utf-8; q=1, application/json; q=0.9",
        ] {
            assert!(wants(yes), "{yes}");
        }
        for no in [
            "application/json",
            "*/*",
            "application/problem+json;q=0",
            "application/json, application/problem+json;q=0.5",
            "application/problem+jsonx",
            "",
        ] {
            assert!(!wants(no), "{no}");
        }
    }

    #[actix_web::test]
    async fn the_cause_of_a_failure_stays_on_the_server() {
        let cause = std::io::Error::other("password of the database");
        let error = ApiError::from(storage::Error::Unavailable(Box::new(cause)));
        assert_eq!(error.code(), ErrorCode::Busy);
        for error in [error, ApiError::internal("password of the database")] {
            let response = render(&error, RequestId::generate(), &HeaderMap::new());
            let body = to_bytes(response.into_body()).await.unwrap();
            let text = String::from_utf8(body.to_vec()).unwrap();
            assert!(!text.contains("password"), "{text}");
        }
    }
}
