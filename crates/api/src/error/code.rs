//! The codes that programs tell errors by, each with its status.

use std::fmt;

use actix_web::http::StatusCode;
use serde::{Serialize, Serializer};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:ident;)*) => {
        /// A stable name for a kind of error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as it is sent: `not_found`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The status that goes with it.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)*
                }
            }
        }
    };
}

error_codes! {
    /// No token was sent.
    TokenMissing = "token_missing", UNAUTHORIZED;
    /// The token is malformed, unknown, expired or revoked.
    TokenInvalid = "token_invalid", UNAUTHORIZED;
    /// The token does not hold the ability.
    AbilityMissing = "ability_missing", FORBIDDEN;
    /// The member's role forbids it.
    RoleForbids = "role_forbids", FORBIDDEN;
    /// The token is confined to one workspace.
    TokenConfined = "token_confined", FORBIDDEN;
    /// A workspace keeps at least one admin.
    LastAdmin = "last_admin", FORBIDDEN;
    /// The invitation is for somebody else.
    InviteForAnother = "invite_for_another", FORBIDDEN;
    /// The upload address is not genuine.
    UploadUrlInvalid = "upload_url_invalid", FORBIDDEN;
    /// The upload address is too old.
    UploadUrlExpired = "upload_url_expired", FORBIDDEN;
    /// The download address is not genuine.
    DownloadUrlInvalid = "download_url_invalid", FORBIDDEN;
    /// The download address is too old.
    DownloadUrlExpired = "download_url_expired", FORBIDDEN;
    /// Pages of that origin may not call, or not so.
    CrossOrigin = "cross_origin_refused", FORBIDDEN;
    /// The thing does not exist for this caller.
    NotFound = "not_found", NOT_FOUND;
    /// No route has the path.
    RouteUnknown = "route_unknown", NOT_FOUND;
    /// The path takes other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The body is not JSON.
    MalformedJson = "malformed_json", BAD_REQUEST;
    /// The body ended early or is not what its content type says.
    BodyUnreadable = "body_unreadable", BAD_REQUEST;
    /// A parameter is not of its type.
    BadParameter = "bad_parameter", BAD_REQUEST;
    /// A value cannot be; `errors` names the fields.
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY;
    /// The body or a file is too large.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE;
    /// The body's type is none that is read here.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// The upload was received before.
    UploadComplete = "upload_complete", CONFLICT;
    /// The thing is not in the state that the request needs.
    Conflict = "conflict", CONFLICT;
    /// The page cannot be shown as a picture; the message says why.
    PageNotDrawn = "page_not_drawn", UNPROCESSABLE_ENTITY;
    /// A request with the same idempotency key is under way.
    IdempotencyKeyInUse = "idempotency_key_in_use", CONFLICT;
    /// The idempotency key was used for another request.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY;
    /// The invitation is too old.
    InviteExpired = "invite_expired", GONE;
    /// The thing was changed since it was read.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED;
    /// The range of bytes that was asked for is not there.
    RangeNotSatisfiable = "range_not_satisfiable", RANGE_NOT_SATISFIABLE;
    /// Too many requests.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS;
    /// The database is busy or away.
    Busy = "busy", SERVICE_UNAVAILABLE;
    /// A failure of the server.
    Internal = "internal", INTERNAL_SERVER_ERROR;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A stable name for the kind of error."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.name())))
            .into()
    }
}

impl utoipa::ToSchema for ErrorCode {}
