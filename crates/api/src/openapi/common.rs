//! What holds for all operations, added in one place: the errors that follow from what an operation takes.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder};

/// Adds to every operation the errors that it can answer with besides those it names itself.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            add_errors(operation);
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
    let is_secured = operation
        .security
        .as_ref()
        .is_some_and(|security| !security.is_empty());
    let has = |place: ParameterIn| {
        operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| match parameter {
                RefOr::T(Parameter { parameter_in, .. }) => *parameter_in == place,
                RefOr::Ref(_) => false,
            })
    };
    let (has_path, has_query) = (has(ParameterIn::Path), has(ParameterIn::Query));
    let has_body = operation.request_body.is_some();
    let mut add = |status: u16, description: &str| {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_string())
            .or_insert_with(|| error(description));
    };
    if has_body {
        add(400, "The body is not valid JSON.");
        add(413, "The body is larger than the limit that the message names.");
        add(415, "The body is of a type that is not read here.");
    }
    if has_query {
        add(400, "A parameter is not of its type.");
    }
    if has_body || has_query {
        add(422, "A value cannot be; `errors` names the fields.");
    }
    if is_secured {
        add(401, "The token is missing, unknown, expired or revoked.");
        add(
            403,
            "The token does not hold the ability, or the member's role forbids it.",
        );
        add(429, "Too many requests; `Retry-After` says when to try again.");
        add(503, "The database is busy or away; try again.");
    }
    if is_secured && has_path {
        add(404, "There is no such thing, or it is not the caller's.");
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
