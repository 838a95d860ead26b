//! Errors in the document: the answers that operations share, and for every error its two forms with examples.

mod written;

use std::collections::HashMap;
use std::time::Duration;

use domain::ability::Ability;
use domain::role::Role;
use serde_json::Value;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, Ref, RefOr, Response, ResponseBuilder};

use self::written::{Form, fill, shared_example};
use super::common::operations;
use super::headers::{self, Situation};
use crate::config::Size;
use crate::error::{ApiError, FieldErrors};

macro_rules! shared {
    ($($name:ident = $status:literal, $description:literal;)*) => {
        /// An error that many operations can answer with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Shared {
            $($name,)*
        }

        impl Shared {
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name among the document's components.
            const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            const fn status(self) -> &'static str {
                match self {
                    $(Self::$name => $status,)*
                }
            }

            const fn description(self) -> &'static str {
                match self {
                    $(Self::$name => $description,)*
                }
            }
        }
    };
}

shared! {
    MalformedRequest = "400", "The body is not valid JSON or broke off, or a parameter is not of its type.";
    BadParameter = "400", "A parameter is not of its type.";
    Unauthenticated = "401", "The token is missing, unknown, expired or revoked.";
    Forbidden = "403", "The token does not hold the ability, or the member's role forbids it.";
    NotFound = "404", "There is no such thing, or it is not the caller's.";
    KeyInUse = "409", "A request with the same `Idempotency-Key` is under way.";
    TooLarge = "413", "The body is larger than the limit that the message names.";
    UnsupportedMediaType = "415", "The body is of a type that is not read here.";
    Invalid = "422", "A value cannot be; `errors` names the fields.";
    InvalidOrKeyReused = "422", "A value cannot be; `errors` names the fields. Or the `Idempotency-Key` was used for another request.";
    KeyReused = "422", "The `Idempotency-Key` was used for another request.";
    TooManyRequests = "429", "Too many requests; `Retry-After` says when to try again.";
    Internal = "500", "Something went wrong on the server; its log says what, under the `request_id`.";
    Unavailable = "503", "The database is busy or away; try again.";
}

impl Shared {
    /// Adds it to an operation, unless that has an answer with the status already.
    pub(super) fn add_to(self, operation: &mut Operation) {
        let responses = &mut operation.responses.responses;
        responses
            .entry(self.status().to_owned())
            .or_insert_with(|| RefOr::Ref(self.reference()));
    }

    /// Puts it in the place of another, where that is there.
    pub(super) fn replace(self, other: Self, operation: &mut Operation) {
        let present = operation.responses.responses.get_mut(other.status());
        if let Some(present) = present
            && Self::behind(present) == Some(other)
        {
            *present = RefOr::Ref(self.reference());
        }
    }

    fn reference(self) -> Ref {
        Ref::new(format!("#/components/responses/{}", self.name()))
    }

    /// The one that a response refers to.
    fn behind(response: &RefOr<Response>) -> Option<Self> {
        let RefOr::Ref(reference) = response else {
            return None;
        };
        let name = reference.ref_location.rsplit('/').next()?;
        Self::ALL.iter().copied().find(|shared| shared.name() == name)
    }

    fn response(self) -> Response {
        let mut response = ResponseBuilder::new().description(self.description()).build();
        fill(&mut response, &self.errors(), &[]);
        let situation = Situation {
            is_limited: true,
            takes_key: true,
        };
        headers::add_to(&mut response, self.status(), situation);
        response
    }

    /// What it stands for.
    fn errors(self) -> Vec<ApiError> {
        match self {
            Self::MalformedRequest => vec![malformed_json(), bad_parameter()],
            Self::BadParameter => vec![bad_parameter()],
            Self::Unauthenticated => vec![ApiError::TokenMissing, ApiError::TokenInvalid],
            Self::Forbidden => vec![
                ApiError::AbilityMissing(Ability::SessionsWrite),
                ApiError::RoleForbids {
                    role: Role::Readonly,
                    ability: Ability::SessionsWrite,
                },
            ],
            Self::NotFound => vec![ApiError::NotFound("session")],
            Self::KeyInUse => vec![ApiError::IdempotencyKeyInUse],
            Self::TooLarge => vec![ApiError::TooLarge {
                what: "body",
                limit: Size::megabytes(2).bytes(),
            }],
            Self::UnsupportedMediaType => vec![ApiError::UnsupportedMediaType("application/json")],
            Self::Invalid => vec![invalid()],
            Self::InvalidOrKeyReused => vec![invalid(), ApiError::IdempotencyKeyReused],
            Self::KeyReused => vec![ApiError::IdempotencyKeyReused],
            Self::TooManyRequests => vec![ApiError::RateLimited {
                retry_after: Duration::from_secs(12),
            }],
            Self::Internal => vec![ApiError::internal("said in the log only")],
            Self::Unavailable => vec![ApiError::Busy],
        }
    }
}

fn malformed_json() -> ApiError {
    let error = serde_json::from_str::<Value>("{\"name\": ").err();
    ApiError::MalformedJson(error.map(|error| error.to_string()).unwrap_or_default())
}

fn bad_parameter() -> ApiError {
    let error = serde_urlencoded::from_str::<HashMap<String, u32>>("page=two").err();
    let message = error.map(|error| error.to_string()).unwrap_or_default();
    ApiError::BadParameter(FieldErrors::one("page", message))
}

fn invalid() -> ApiError {
    ApiError::field("name", "is required")
}

/// Adds to all errors their forms and examples. `own` are examples by the id of the operation that answers with them.
pub(super) fn complete(document: &mut OpenApi, own: &HashMap<&str, Vec<ApiError>>) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            let own = own.get(id).map(Vec::as_slice).unwrap_or_default();
            complete_operation(operation, own);
        }
    }
    let components = document.components.get_or_insert_default();
    for shared in Shared::ALL {
        components
            .responses
            .insert(shared.name().to_owned(), shared.response().into());
        for error in shared.errors() {
            for form in Form::ALL {
                let (name, example) = shared_example(form, &error);
                components.examples.insert(name, example.into());
            }
        }
    }
}

fn complete_operation(operation: &mut Operation, own: &[ApiError]) {
    for (status, response) in &mut operation.responses.responses {
        if !status.starts_with(['4', '5']) {
            continue;
        }
        let of_status = |error: &&ApiError| error.code().status().as_str() == status;
        let own: Vec<&ApiError> = own.iter().filter(of_status).collect();
        match response {
            RefOr::T(response) => fill(response, &[], &own),
            RefOr::Ref(_) if own.is_empty() => {}
            RefOr::Ref(_) => {
                let Some(shared) = Shared::behind(response) else {
                    continue;
                };
                let mut copy = shared.response();
                fill(&mut copy, &[], &own);
                *response = copy.into();
            }
        }
    }
}
