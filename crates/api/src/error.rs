//! What a request can be answered with other than what it asked for: the only type that knows HTTP.
//!
//! Handlers, extractors and operations return [`ApiError`]; [`crate::middleware::context`] writes it out, in one
//! place, as JSON or as problem+json. Internal causes are logged there and never reach the client.

mod body;
mod chain;
mod code;
mod fields;
mod from;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use domain::ability::Ability;
use domain::role::Role;
use domain::token::TokenError;

pub use body::{ErrorBody, PROBLEM_JSON, Problem, render};
pub use chain::chain;
pub use code::ErrorCode;
pub use fields::FieldErrors;

/// Why a request is not answered with what it asked for. The messages are shown to the caller.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No credential.
    #[error("a token is needed: send it as Authorization: Bearer <token>")]
    TokenMissing,
    /// The credential cannot be a token of this server.
    #[error("{0}")]
    TokenMalformed(#[from] TokenError),
    /// The token is unknown, expired or revoked; which of these is not said.
    #[error("the token is not valid: it is unknown, expired or revoked")]
    TokenInvalid,
    /// The token does not hold the ability.
    #[error("the token does not hold the ability {0}")]
    AbilityMissing(Ability),
    /// The member's role forbids it.
    #[error("the role {role} does not allow {ability} in this workspace")]
    RoleForbids {
        /// The member's role.
        role: Role,
        /// What was tried.
        ability: Ability,
    },
    /// Only admins may do it, whatever the token's abilities.
    #[error("only admins of the workspace may do this; the token's owner has the role {role} there")]
    AdminsOnly {
        /// The member's role.
        role: Role,
    },
    /// The token is confined to one workspace, and this reaches beyond it.
    #[error("the token is confined to one workspace and cannot do this")]
    TokenConfined,
    /// A browser asked whether a page may call, and it may not.
    #[error("pages of other origins may not do this: {0}")]
    CrossOrigin(String),
    /// The thing does not exist, or is not the caller's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// No route has this path.
    #[error("there is nothing at this address; the list of addresses is at /docs")]
    RouteUnknown,
    /// The path exists, with other methods.
    #[error("the method is not allowed here; allowed: {allowed}")]
    MethodNotAllowed {
        /// Methods that the path takes, with commas.
        allowed: String,
    },
    /// The body is not JSON.
    #[error("the body is not valid JSON: {0}")]
    MalformedJson(String),
    /// The body is not what its content type says, or ended early.
    #[error("the body cannot be read: {0}")]
    BodyUnreadable(String),
    /// A parameter of path or query is not of its type.
    #[error("{0}")]
    BadParameter(FieldErrors),
    /// The request is well formed and says something that cannot be.
    #[error("{0}")]
    Validation(FieldErrors),
    /// The body is longer than allowed.
    #[error("the {what} is larger than the limit of {limit} bytes")]
    TooLarge {
        /// What is too large: body, file.
        what: &'static str,
        /// Bytes allowed.
        limit: u64,
    },
    /// The body's type is none that is read here.
    #[error("the body must be sent as {0}")]
    UnsupportedMediaType(&'static str),
    /// The signature of an upload address does not fit.
    #[error("the upload address was not made by this server or was changed")]
    UploadUrlInvalid,
    /// The time of an upload address is over.
    #[error("the upload address has expired: ask for a new one")]
    UploadUrlExpired,
    /// The signature of a download address does not fit.
    #[error("the download address was not made by this server or was changed")]
    DownloadUrlInvalid,
    /// The time of a download address is over.
    #[error("the download address has expired: ask for a new one")]
    DownloadUrlExpired,
    /// The upload was received before.
    #[error("the upload was received before: ask for a new address")]
    UploadComplete,
    /// A workspace keeps at least one admin.
    #[error("the workspace would be left without an admin")]
    LastAdmin,
    /// The invitation is for another address than the caller's.
    #[error("the invitation is for another address than that of the token's owner")]
    InviteForAnother,
    /// The invitation is too old.
    #[error("the invitation is no longer valid; ask for another")]
    InviteExpired,
    /// The thing is not in the state that the request needs.
    #[error("{0}")]
    Conflict(&'static str),
    /// The page cannot be shown as a picture.
    #[error("{0}")]
    NotDrawn(String),
    /// A request with the same idempotency key is under way.
    #[error("a request with this Idempotency-Key is under way")]
    IdempotencyKeyInUse,
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
    /// The thing was changed since it was read.
    #[error("it was changed meanwhile: read it again; If-Match does not name its present ETag")]
    PreconditionFailed,
    /// The range of bytes that was asked for lies beyond the end.
    #[error("the range that was asked for is not there: the file has {size} bytes")]
    RangeNotSatisfiable {
        /// Length of the whole in bytes.
        size: u64,
    },
    /// Too many requests.
    #[error("too many requests; try again in {} seconds", .retry_after.as_secs())]
    RateLimited {
        /// When the next one is allowed.
        retry_after: Duration,
    },
    /// The database is busy or away.
    #[error("the server is busy; try again")]
    Busy,
    /// Something that should not happen. The cause goes to the log only.
    #[error("something went wrong on the server")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// An error of one field: what is wrong with it.
    pub fn field(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Validation(FieldErrors::one(path, message))
    }

    /// A failure of the server itself.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The code that programs tell errors by.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TokenMissing => ErrorCode::TokenMissing,
            Self::TokenMalformed(_) | Self::TokenInvalid => ErrorCode::TokenInvalid,
            Self::AbilityMissing(_) => ErrorCode::AbilityMissing,
            Self::RoleForbids { .. } | Self::AdminsOnly { .. } => ErrorCode::RoleForbids,
            Self::TokenConfined => ErrorCode::TokenConfined,
            Self::CrossOrigin(_) => ErrorCode::CrossOrigin,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::RouteUnknown => ErrorCode::RouteUnknown,
            Self::MethodNotAllowed { .. } => ErrorCode::MethodNotAllowed,
            Self::MalformedJson(_) => ErrorCode::MalformedJson,
            Self::BodyUnreadable(_) => ErrorCode::BodyUnreadable,
            Self::BadParameter(_) => ErrorCode::BadParameter,
            Self::Validation(_) => ErrorCode::ValidationFailed,
            Self::TooLarge { .. } => ErrorCode::TooLarge,
            Self::UnsupportedMediaType(_) => ErrorCode::UnsupportedMediaType,
            Self::UploadUrlInvalid => ErrorCode::UploadUrlInvalid,
            Self::UploadUrlExpired => ErrorCode::UploadUrlExpired,
            Self::DownloadUrlInvalid => ErrorCode::DownloadUrlInvalid,
            Self::DownloadUrlExpired => ErrorCode::DownloadUrlExpired,
            Self::UploadComplete => ErrorCode::UploadComplete,
            Self::LastAdmin => ErrorCode::LastAdmin,
            Self::InviteForAnother => ErrorCode::InviteForAnother,
            Self::InviteExpired => ErrorCode::InviteExpired,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::NotDrawn(_) => ErrorCode::PageNotDrawn,
            Self::IdempotencyKeyInUse => ErrorCode::IdempotencyKeyInUse,
            Self::IdempotencyKeyReused => ErrorCode::IdempotencyKeyReused,
            Self::PreconditionFailed => ErrorCode::PreconditionFailed,
            Self::RangeNotSatisfiable { .. } => ErrorCode::RangeNotSatisfiable,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Busy => ErrorCode::Busy,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// What is wrong with which field.
    pub const fn fields(&self) -> Option<&FieldErrors> {
        match self {
            Self::BadParameter(fields) | Self::Validation(fields) => Some(fields),
            _ => None,
        }
    }

    /// Headers that go with the answer.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TokenMissing => vec![("www-authenticate", "Bearer".to_owned())],
            Self::TokenMalformed(_) | Self::TokenInvalid => {
                vec![("www-authenticate", "Bearer error=\"invalid_token\"".to_owned())]
            }
            Self::MethodNotAllowed { allowed } => vec![("allow", allowed.clone())],
            Self::RangeNotSatisfiable { size } => vec![("content-range", format!("bytes */{size}"))],
            Self::RateLimited { retry_after } => vec![("retry-after", retry_after.as_secs().to_string())],
            Self::Busy | Self::IdempotencyKeyInUse => vec![("retry-after", "1".to_owned())],
            _ => Vec::new(),
        }
    }
}

/// Only the way by which errors pass through actix: the answer itself is written by [`render`], which knows the request.
impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
