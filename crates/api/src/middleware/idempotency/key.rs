//! The key as it was sent, and its place in the database.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::HeaderName;
use domain::access::Principal;
use domain::hash::ContentHash;
use domain::id::KeyHolder;
use storage::idempotency::{self, Claim, KeptAnswer, Reservation, Slot};

use crate::error::{ApiError, FieldErrors, chain};
use crate::extract::State;
use crate::middleware::authenticate::Authentication;

/// How the header is called.
pub(crate) const NAME: &str = "Idempotency-Key";
static HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key.
pub(crate) const MAX_LENGTH: usize = 255;
/// So long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);

/// A key that came with a request, and who holds it for that request.
#[derive(Clone)]
pub(super) struct SentKey {
    pub(super) state: State,
    slot: Slot,
    holder: KeyHolder,
}

impl SentKey {
    /// The key of a request; none where it has none, where nothing is made by its method, or where nobody knows who
    /// sent it: the handler then says what is missing.
    pub(super) fn of(request: &ServiceRequest) -> Result<Option<Self>, ApiError> {
        if request.method() != Method::POST || !request.headers().contains_key(&HEADER) {
            return Ok(None);
        }
        let (Some(state), Some(principal)) = (request.app_data::<State>(), principal(request)) else {
            return Ok(None);
        };
        let slot = Slot {
            token: principal.token,
            route: route(request),
            key: key(request)?,
        };
        Ok(Some(Self {
            state: state.clone(),
            slot,
            holder: KeyHolder::generate(),
        }))
    }

    /// Reserves it for the request that came with it. After `patience` another may think that this one came to nothing.
    pub(super) async fn reserve(
        &self,
        fingerprint: Option<ContentHash>,
        patience: Duration,
    ) -> Result<Reservation, ApiError> {
        let now = self.state.now();
        let claim = Claim {
            holder: self.holder,
            fingerprint,
            in_flight_until: now.plus(patience),
            expires_at: now.plus(KEPT),
        };
        let slot = self.slot.clone();
        let reserved = self
            .state
            .db
            .write(move |conn| idempotency::reserve(conn, &slot, &claim, now))
            .await;
        reserved.map_err(|error| match error {
            // The token was found good a moment ago and is gone by now.
            storage::Error::MissingReference => ApiError::TokenInvalid,
            error => error.into(),
        })
    }

    /// Keeps the answer. The request was done: whatever fails here is not the caller's concern.
    pub(super) async fn complete(&self, answer: KeptAnswer) {
        let (slot, holder) = (self.slot.clone(), self.holder);
        let kept = self
            .state
            .db
            .write(move |conn| idempotency::complete(conn, &slot, holder, answer))
            .await;
        self.check(kept, "cannot keep an answer for its idempotency key");
    }

    /// Sets the key free, so that the caller may correct the request and send it again.
    pub(super) async fn release(&self) {
        let (slot, holder) = (self.slot.clone(), self.holder);
        let released = self
            .state
            .db
            .write(move |conn| idempotency::release(conn, &slot, holder))
            .await;
        self.check(released, "cannot release an idempotency key");
    }

    fn check(&self, outcome: Result<bool, storage::Error>, what: &'static str) {
        match outcome {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(holder = %self.holder, "an idempotency key was taken over or forgotten meanwhile");
            }
            Err(error) => tracing::warn!(error = chain(&error), "{what}"),
        }
    }
}

fn principal(request: &ServiceRequest) -> Option<Arc<Principal>> {
    match request.extensions().get::<Authentication>() {
        Some(Authentication::Known(principal)) => Some(Arc::clone(principal)),
        _ => None,
    }
}

/// What was called, hashed: an address may be longer than what an index holds.
fn route(request: &ServiceRequest) -> String {
    let (method, uri) = (request.method(), request.uri());
    let address = uri.path_and_query().map_or("/", |address| address.as_str());
    ContentHash::of(format!("{method} {address}").as_bytes()).to_string()
}

fn key(request: &ServiceRequest) -> Result<String, ApiError> {
    let mut sent = request.headers().get_all(&HEADER);
    let key = match (sent.next(), sent.next()) {
        (Some(one), None) => one.as_bytes(),
        _ => return Err(bad("must be sent once")),
    };
    let is_printable = key.iter().all(|byte| (b' '..=b'~').contains(byte));
    if !is_printable || key.is_empty() || key.len() > MAX_LENGTH {
        return Err(bad(&format!(
            "must be 1 to {MAX_LENGTH} printable ASCII characters"
        )));
    }
    Ok(String::from_utf8_lossy(key).into_owned())
}

fn bad(message: &str) -> ApiError {
    ApiError::BadParameter(FieldErrors::one(NAME, message))
}
