//! Requests that are done once however often they are sent: `Idempotency-Key` on every POST with a token.
//!
//! The first request with a key reserves it, is done, and leaves its answer behind; the same request sent again gets
//! that answer. Handlers know nothing of it, but for those whose answer holds a secret: see [`Kept`].

mod answer;
mod form;
mod key;
mod sent;

use std::panic::resume_unwind;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, rt};
use storage::idempotency::{KeptAnswer, Reservation};
use tracing::Instrument;

pub use answer::{Kept, ShownOnce};
pub(crate) use key::{MAX_LENGTH, NAME};

use crate::error::ApiError;
use answer::{keep, replay};
use key::SentKey;
use sent::Sent;

/// Does a request that carries a key once.
pub async fn idempotency<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let outcome = match SentKey::of(&request) {
        Ok(None) => return Ok(next.call(request).await?.map_into_left_body()),
        Ok(Some(key)) => admit(&mut request, key).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Admission::Do { key, sent }) => do_once(key, sent, request, next).await,
        Ok(Admission::Done(answer)) => Ok(request.into_response(replay(answer)).map_into_right_body()),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

enum Admission {
    /// The key is held: the request is to be done.
    Do { key: SentKey, sent: Sent },
    /// It was done before.
    Done(KeptAnswer),
}

async fn admit(request: &mut ServiceRequest, key: SentKey) -> Result<Admission, ApiError> {
    let sent = Sent::take(request, &key.state).await?;
    match key.reserve(sent.fingerprint(), sent.patience()).await? {
        Reservation::Held => {
            sent.hand_on(request);
            Ok(Admission::Do { key, sent })
        }
        Reservation::InFlight => Err(ApiError::IdempotencyKeyInUse),
        Reservation::Reused => Err(ApiError::IdempotencyKeyReused),
        Reservation::Answered(answer) => {
            let again = sent.read_whole(key.state.settings.max_upload_bytes).await?;
            if again == answer.fingerprint {
                Ok(Admission::Done(answer))
            } else {
                Err(ApiError::IdempotencyKeyReused)
            }
        }
    }
}

/// In a task of its own: a client that goes away takes its connection's work with it, and is the one that will ask
/// again. What it began is done to the end, and the answer is there for it.
async fn do_once<B: MessageBody + 'static>(
    key: SentKey,
    sent: Sent,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let held = key.clone();
    let work = async move {
        let response = match next.call(request).await {
            Ok(response) => response,
            Err(error) => {
                held.release().await;
                return Err(error);
            }
        };
        Ok(keep(&held, sent, response).await)
    };
    match rt::spawn(work.in_current_span()).await {
        Ok(outcome) => outcome,
        Err(stopped) => {
            key.release().await;
            match stopped.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(cancelled) => Err(ApiError::internal(cancelled).into()),
            }
        }
    }
}
