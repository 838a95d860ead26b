//! What generators of clients need: derived schemas say some things in a way that they make little of.

use std::mem;

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr};

/// Items of lists are named, so that a client has one type for a template and for one in a list. Objects that may
/// hold anything say so: without a word on their members, some generators take them for empty.
pub(super) fn complete(document: &mut OpenApi) {
    let Some(components) = &mut document.components else {
        return;
    };
    let schemas = &mut components.schemas;
    let named: Vec<_> = schemas
        .iter_mut()
        .filter_map(|(name, schema)| name_items(name, schema))
        .collect();
    for (name, item) in named {
        schemas.entry(name).or_insert(item);
    }
    schemas.values_mut().for_each(open);
}

/// A generic list has its items spelled out, and their name in its own: `Paged_Template`.
fn name_items(list: &str, schema: &mut RefOr<Schema>) -> Option<(String, RefOr<Schema>)> {
    let (_, item) = list.split_once('_')?;
    let RefOr::T(Schema::Object(list)) = schema else {
        return None;
    };
    let RefOr::T(Schema::Array(data)) = list.properties.get_mut("data")? else {
        return None;
    };
    let ArrayItems::RefOrSchema(items) = &mut data.items else {
        return None;
    };
    if matches!(**items, RefOr::Ref(_)) {
        return None;
    }
    let spelled_out = mem::replace(&mut **items, RefOr::Ref(Ref::from_schema_name(item)));
    Some((item.to_owned(), spelled_out))
}

fn open(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else {
        return;
    };
    match schema {
        Schema::Object(object) => open_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                open(items);
            }
        }
        Schema::OneOf(choice) => choice.items.iter_mut().for_each(open),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(open),
        Schema::AnyOf(choice) => choice.items.iter_mut().for_each(open),
        _ => {}
    }
}

fn open_object(object: &mut Object) {
    if object.properties.is_empty() && object.additional_properties.is_none() && may_be_object(object) {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(true)));
    }
    object.properties.values_mut().for_each(open);
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        open(values);
    }
}

fn may_be_object(object: &Object) -> bool {
    match &object.schema_type {
        SchemaType::Type(only) => *only == Type::Object,
        SchemaType::Array(types) => types.contains(&Type::Object),
        SchemaType::AnyValue => false,
    }
}
