//! Who sent the request: found out once, before any handler takes anything in.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use domain::access::Principal;
use domain::id::TokenId;
use domain::token::{PlainToken, TokenError, TokenHash};

use crate::error::{ApiError, chain};
use crate::extract::State;

/// What the `Authorization` header turned out to be. Whether that is enough is for [`crate::extract::Caller`] to say:
/// some endpoints need no token.
#[derive(Debug, Clone)]
pub enum Authentication {
    /// There is none, or it is of another scheme.
    Missing,
    /// It is no token of ours.
    Malformed(TokenError),
    /// It is unknown, expired or revoked.
    Invalid,
    /// It is good.
    Known(Arc<Principal>),
}

/// Finds out who sent the request.
pub async fn authenticate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let found = match request.app_data::<State>().cloned() {
        Some(state) => identify(&request, &state).await,
        None => Err(ApiError::internal("the application was built without its state")),
    };
    match found {
        Ok(authentication) => {
            request.extensions_mut().insert(authentication);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

async fn identify(request: &ServiceRequest, state: &State) -> Result<Authentication, ApiError> {
    let Some(text) = bearer(request) else {
        return Ok(Authentication::Missing);
    };
    let token = match PlainToken::parse(text) {
        Ok(token) => token.hash(),
        Err(error) => return Ok(Authentication::Malformed(error)),
    };
    let principal = find_principal(state, token).await?;
    Ok(principal.map_or(Authentication::Invalid, Authentication::Known))
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let (scheme, token) = request
        .headers()
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn find_principal(state: &State, token: TokenHash) -> Result<Option<Arc<Principal>>, ApiError> {
    let now = state.now();
    if let Some(principal) = state.callers.find(&token, now) {
        return Ok(Some(principal));
    }
    let epoch = state.callers.epoch();
    let found = state
        .db
        .read_one(move |conn| storage::tokens::authenticate(conn, &token, now))
        .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    if found.touch_due {
        record_use(state.clone(), found.principal.token);
    }
    let principal = Arc::new(found.principal);
    state.callers.remember(token, Arc::clone(&principal), epoch, now);
    Ok(Some(principal))
}

/// Beside the request: nobody should wait for the write lock only because a minute is over.
fn record_use(state: State, token: TokenId) {
    let work = async move {
        let now = state.now();
        if let Err(error) = state
            .db
            .write(move |conn| storage::tokens::touch(conn, token, now))
            .await
        {
            tracing::warn!(error = chain(&error), "cannot record the use of a token");
        }
    };
    // Not awaited on purpose; it is short, and a lost one is made up for a minute later.
    drop(actix_web::rt::spawn(work));
}
