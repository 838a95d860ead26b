//! What holds for all operations, added in one place: the errors that follow from what an operation takes.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Components, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, Type};

use super::errors::Shared;
use crate::middleware::idempotency::{MAX_LENGTH, NAME};

/// Adds to every operation the errors that it can answer with besides those it names itself.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            add_errors(operation);
        }
        if let Some(post) = &mut item.post
            && Takes::of(post).token
        {
            add_idempotency(post);
        }
    }
    let components = document.components.get_or_insert_default();
    add_key_parameter(components);
}

/// Every operation of a path.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
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
    let mut add = |shared: Shared| shared.add_to(operation);
    if takes.body {
        add(Shared::MalformedRequest);
        add(Shared::TooLarge);
    }
    if takes.typed_body {
        add(Shared::UnsupportedMediaType);
    }
    if takes.query || takes.header {
        add(Shared::BadParameter);
    }
    if takes.body || takes.query {
        add(Shared::Invalid);
    }
    if takes.token {
        add(Shared::Unauthenticated);
        add(Shared::Forbidden);
    }
    if takes.token && takes.path {
        add(Shared::NotFound);
    }
    if takes.is_limited() {
        add(Shared::TooManyRequests);
        add(Shared::Internal);
        add(Shared::Unavailable);
    }
}

/// What the middleware [`idempotency`](crate::middleware::idempotency) does for every POST with a token.
fn add_idempotency(operation: &mut Operation) {
    let parameter = Ref::new(format!("#/components/parameters/{NAME}"));
    operation
        .parameters
        .get_or_insert_default()
        .push(RefOr::Ref(parameter));
    Shared::BadParameter.add_to(operation);
    Shared::KeyInUse.add_to(operation);
    Shared::InvalidOrKeyReused.replace(Shared::Invalid, operation);
    Shared::KeyReused.add_to(operation);
}

fn add_key_parameter(components: &mut Components) {
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
    components.parameters.insert(NAME.to_owned(), header.into());
}

/// What an operation takes: its errors and headers follow from that.
pub(super) struct Takes {
    pub(super) token: bool,
    path: bool,
    query: bool,
    header: bool,
    /// An `Idempotency-Key`, once that was added.
    pub(super) key: bool,
    body: bool,
    /// The body is read according to its content type, not taken as it comes.
    typed_body: bool,
}

impl Takes {
    pub(super) fn of(operation: &Operation) -> Self {
        let parameters = || operation.parameters.iter().flatten();
        let key = |parameter: &RefOr<Parameter>| match parameter {
            RefOr::Ref(reference) => reference.ref_location.ends_with(NAME),
            RefOr::T(_) => false,
        };
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
            header: has(ParameterIn::Header),
            key: parameters().any(key),
            body: body.is_some(),
            typed_body: body.is_some_and(|body| match body {
                RefOr::T(body) => body.content.contains_key("application/json"),
                RefOr::Ref(_) => false,
            }),
        }
    }

    /// Whether requests are counted: all but probes are, which take nothing.
    pub(super) fn is_limited(&self) -> bool {
        self.token || self.path || self.query || self.body
    }
}
