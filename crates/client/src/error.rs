//! What can go wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use domain::id::ResultId;
use serde::Deserialize;

/// Why a call did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The base address is none of HTTP.
    #[error("{0:?} is not the address of a server: expected http://... or https://...")]
    Address(String),
    /// The token holds characters that no header can carry. It is not shown.
    #[error("the token cannot be sent: it holds characters that no token has")]
    Token,
    /// The file cannot be read.
    #[error("{path} cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server was not reached, or the connection was lost, and repeating did not help.
    #[error("the server was not reached")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The server answered with something that this client does not understand: it is none of Docent, or newer.
    #[error("the answer to {what} is not understood")]
    NotUnderstood {
        /// Method and path.
        what: String,
        /// What is amiss.
        #[source]
        source: serde_json::Error,
    },
    /// The run failed, or there are no values to read.
    #[error("the run failed: {reason}")]
    RunFailed {
        /// The result; none where the documents did not come so far.
        result: Option<ResultId>,
        /// Why, in the server's words.
        reason: String,
    },
    /// The time was over. What was begun on the server goes on there.
    #[error("not done within {0:?}")]
    Deadline(Duration),
}

/// An answer of the server that says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server answered {status}: {message}")]
pub struct Refusal {
    /// The status of HTTP.
    pub status: u16,
    /// What is wrong, for programs: `validation_failed`. None where something before the server answered.
    pub code: Option<String>,
    /// What is wrong, in words.
    pub message: String,
    /// What is wrong with which field, by its path.
    pub errors: BTreeMap<String, Vec<String>>,
    /// Names the request in the server's log.
    pub request_id: Option<String>,
    /// How long the server asks to wait before the request is repeated.
    pub retry_after: Option<Duration>,
}

/// The body of a refusal.
#[derive(Debug, Deserialize)]
struct RefusalBody {
    message: String,
    #[serde(default)]
    errors: BTreeMap<String, Vec<String>>,
    code: Option<String>,
    request_id: Option<String>,
}

impl Error {
    /// A failure of the connection. Addresses are taken out of it: that of an upload is a permission.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        Self::Transport(Box::new(error.without_url()))
    }

    /// The refusal, where the server answered at all.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal {
    pub(crate) fn new(status: u16, body: &str, retry_after: Option<Duration>) -> Self {
        let body = serde_json::from_str(body).unwrap_or_else(|_not_ours| RefusalBody {
            message: "no reason was given".to_owned(),
            errors: BTreeMap::new(),
            code: None,
            request_id: None,
        });
        let RefusalBody {
            message,
            errors,
            code,
            request_id,
        } = body;
        Self {
            status,
            code,
            message,
            errors,
            request_id,
            retry_after,
        }
    }

    /// Whether the same request may succeed later.
    pub(crate) fn is_passing(&self) -> bool {
        let under_way = self.code.as_deref() == Some("idempotency_key_in_use");
        under_way || matches!(self.status, 429 | 502 | 503 | 504)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_something_in_between_is_still_one() {
        let refusal = Refusal::new(502, "<html>Bad gateway</html>", None);
        assert_eq!((refusal.status, &refusal.code), (502, &None));
        assert!(refusal.is_passing());
    }

    #[test]
    fn what_is_wrong_with_the_request_is_not_repeated() {
        for status in [400, 401, 403, 404, 409, 413, 422, 500] {
            assert!(!Refusal::new(status, "{}", None).is_passing(), "{status}");
        }
        let in_use = r#"{"message": "under way", "code": "idempotency_key_in_use"}"#;
        assert!(Refusal::new(409, in_use, None).is_passing());
    }
}
