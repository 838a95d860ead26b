//! What holds for all operations, added in one place: the errors that follow from what an operation takes.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{
    Content, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder, Type,
};

use crate::middleware::idempotency::{MAX_LENGTH, NAME};

/// Adds to every operation the errors that it can answer with besides those it names itself.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            add_errors(operation);
        }
        if let Some(post) = &mut item.post {
            add_idempotency(post);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        post,
        put,
        delete,
        patch,
        ..
    } = item;
    [get, post, put, delete, patch].into_iter().flatten()
}

fn add_errors(operation: &mut Operation) {
    let takes = Takes::of(operation);
    let mut add = |status: u16, description: &str| {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_string())
            .or_insert_with(|| error(description));
    };
    if takes.body {
        add(400, "The body is not valid JSON, or it broke off.");
        add(413, "The body is larger than the limit that the message names.");
    }
    if takes.typed_body {
        add(415, "The body is of a type that is not read here.");
    }
    if takes.query {
        add(400, "A parameter is not of its type.");
    }
    if takes.body || takes.query {
        add(422, "A value cannot be; `errors` names the fields.");
    }
    if takes.token {
        add(401, "The token is missing, unknown, expired or revoked.");
        let forbidden = "The token does not hold the ability, or the member's role forbids it.";
        add(403, forbidden);
    }
    if takes.token && takes.path {
        add(404, "There is no such thing, or it is not the caller's.");
    }
    if takes.token || takes.body {
        add(429, "Too many requests; `Retry-After` says when to try again.");
        add(503, "The database is busy or away; try again.");
    }
}

/// What the middleware [`idempotency`](crate::middleware::idempotency) does for every POST with a token.
fn add_idempotency(operation: &mut Operation) {
    if !Takes::of(operation).token {
        return;
    }
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(MAX_LENGTH))
        .pattern(Some("^[ -~]+$"))
        .build();
    let header = ParameterBuilder::new()
        .name(NAME)
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "A name of the client's choice for this request. Sent again with it within 24 hours, the request is not \
             done again: the answer is that of the first time, with `Idempotency-Replayed: true`.",
        ))
        .schema(Some(schema))
        .build();
    operation.parameters.get_or_insert_default().push(header.into());
    let responses = &mut operation.responses.responses;
    let mut add = |status: u16, description: &str| {
        responses
            .entry(status.to_string())
            .or_insert_with(|| error(description));
    };
    add(400, "The request is malformed.");
    add(409, "A request with the same `Idempotency-Key` is under way.");
    add(422, "The `Idempotency-Key` was used for another request.");
}

/// What an operation takes: its errors follow from that.
struct Takes {
    token: bool,
    path: bool,
    query: bool,
    body: bool,
    /// The body is read according to its content type, not taken as it comes.
    typed_body: bool,
}

impl Takes {
    fn of(operation: &Operation) -> Self {
        let parameters = || operation.parameters.iter().flatten();
        let has = |place: ParameterIn| {
            parameters().any(|parameter| match parameter {
                RefOr::T(Parameter { parameter_in, .. }) => *parameter_in == place,
                RefOr::Ref(_) => false,
            })
        };
        let body = operation.request_body.as_ref();
        Self {
            token: operation
                .security
                .as_ref()
                .is_some_and(|security| !security.is_empty()),
            path: has(ParameterIn::Path),
            query: has(ParameterIn::Query),
            body: body.is_some(),
            typed_body: body.is_some_and(|body| match body {
                RefOr::T(body) => body.content.contains_key("application/json"),
                RefOr::Ref(_) => false,
            }),
        }
    }
}

fn error(description: &str) -> RefOr<Response> {
    let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Error"))));
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
        .into()
}
