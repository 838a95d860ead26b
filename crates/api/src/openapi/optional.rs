//! Bodies and parameters that may be left out.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{OneOf, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

use super::common::operations;

/// A handler writes `Option<Body>` for what may be left out, and the derived document says that `null` may be
/// sent in its place. It may not: left out is left out.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        operations(item).for_each(without_null);
    }
}

fn without_null(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
        {
            forbid_null(&mut object.schema_type);
        }
    }
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(RefOr::T(Schema::OneOf(choice))) = &content.schema
            && let Some(only) = the_only_value(choice)
        {
            content.schema = Some(only);
        }
    }
}

/// Takes null out of the types, where one other is there.
fn forbid_null(types: &mut SchemaType) {
    let SchemaType::Array(all) = types else {
        return;
    };
    all.retain(|one| *one != Type::Null);
    if let [only] = all.as_slice() {
        *types = SchemaType::Type(only.clone());
    }
}

/// What is not null, where there is one such thing.
fn the_only_value(choice: &OneOf) -> Option<RefOr<Schema>> {
    let mut values = choice.items.iter().filter(|item| !is_null(item));
    let only = values.next()?.clone();
    values.next().is_none().then_some(only)
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => object.schema_type == SchemaType::Type(Type::Null),
        RefOr::T(_) | RefOr::Ref(_) => false,
    }
}
