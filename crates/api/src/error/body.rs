//! How an error is written: as JSON, or as problem+json (RFC 9457) for callers that ask for it.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, HeaderMap};
use domain::id::RequestId;
use serde::Serialize;

use super::{ApiError, ErrorCode, FieldErrors};

const PROBLEM_JSON: &str = "application/problem+json";

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

/// The same as a problem document.
#[derive(Debug, Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<FieldErrors>,
    code: ErrorCode,
    request_id: RequestId,
}

/// Writes the answer for an error.
pub fn render(error: &ApiError, request_id: RequestId, request_headers: &HeaderMap) -> HttpResponse {
    let status = error.code().status();
    let mut response = HttpResponse::build(status);
    for (name, value) in error.headers() {
        response.insert_header((name, value));
    }
    if !wants_problem(request_headers) {
        return response.json(ErrorBody {
            message: error.to_string(),
            errors: error.fields().cloned(),
            code: error.code(),
            request_id,
        });
    }
    let problem = Problem {
        // RFC 9457, 4.2.1: the status says all that a type would; `code` is finer.
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: error.to_string(),
        errors: error.fields().cloned(),
        code: error.code(),
        request_id,
    };
    response.content_type(PROBLEM_JSON).json(problem)
}

fn wants_problem(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains(PROBLEM_JSON))
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
