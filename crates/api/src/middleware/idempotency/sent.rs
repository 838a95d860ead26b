//! What was sent: the fingerprint by which a repetition is told from another request.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use bytes::Bytes;
use domain::hash::ContentHash;
use futures_util::stream;

use super::form::HashedForm;
use crate::error::ApiError;
use crate::extract::{State, is_multipart, read_body};

/// The body of a request that carries a key.
pub(super) enum Sent {
    /// Read as a whole.
    Whole { body: Bytes, fingerprint: ContentHash },
    /// A form with files: hashed as it goes by. Its bytes as such say nothing, for clients choose another boundary each
    /// time.
    Form(HashedForm),
}

impl Sent {
    /// Takes the body out of a request.
    pub(super) async fn take(request: &mut ServiceRequest, state: &State) -> Result<Self, ApiError> {
        let payload = request.take_payload();
        if is_multipart(request.headers()) {
            return Ok(Self::Form(HashedForm::new(request.headers(), payload)));
        }
        let body = read_body(request.headers(), payload, state.settings.max_body_bytes).await?;
        // Bounded by the limit of bodies, hence short enough for this thread.
        let fingerprint = ContentHash::of(&body);
        Ok(Self::Whole { body, fingerprint })
    }

    /// What it holds, as far as that is known.
    pub(super) fn fingerprint(&self) -> Option<ContentHash> {
        match self {
            Self::Whole { fingerprint, .. } => Some(*fingerprint),
            Self::Form(_) => None,
        }
    }

    /// How long such a request may take before it is thought to have come to nothing: only where a process was killed,
    /// for what fails in order releases its key.
    pub(super) fn patience(&self) -> Duration {
        match self {
            Self::Whole { .. } => Duration::from_mins(5),
            Self::Form(_) => Duration::from_mins(30),
        }
    }

    /// Gives the body back to the request.
    pub(super) fn hand_on(&self, request: &mut ServiceRequest) {
        request.set_payload(match self {
            Self::Whole { body, .. } => {
                let body = body.clone();
                Payload::Stream {
                    payload: Box::pin(stream::once(async move { Ok(body) })),
                }
            }
            Self::Form(form) => Payload::Stream {
                payload: Box::pin(form.passing()),
            },
        });
    }

    /// What it holds, after the rest of it is read and thrown away. `limit` is for the files of a form.
    pub(super) async fn read_whole(self, limit: u64) -> Result<ContentHash, ApiError> {
        match self {
            Self::Whole { fingerprint, .. } => Ok(fingerprint),
            Self::Form(form) => form.read_whole(limit).await,
        }
    }
}
