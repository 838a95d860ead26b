//! What generators of clients need; `scripts/try-clients` runs two of them.

use serde_json::Value;

use super::document;

/// Every schema of the document.
fn walk_schemas(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(members) => {
            visit(value);
            let spoken = members.iter().filter(|(name, _)| !name.starts_with("example"));
            spoken.for_each(|(_, member)| walk_schemas(member, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| walk_schemas(item, visit)),
        _ => {}
    }
}

#[test]
fn an_object_that_may_hold_anything_says_so() {
    walk_schemas(&document(), &mut |schema| {
        let types = &schema["type"];
        let object = types == "object"
            || types
                .as_array()
                .is_some_and(|types| types.contains(&"object".into()));
        let told = ["properties", "additionalProperties"]
            .iter()
            .any(|name| !schema[name].is_null());
        assert!(
            !object || told,
            "generators take this for an empty object: {schema}"
        );
    });
}

#[test]
fn the_items_of_every_list_have_a_name() {
    let document = document();
    let lists = document["components"]["schemas"].as_object().unwrap();
    let mut seen = 0;
    for (name, list) in lists.iter().filter(|(name, _)| name.contains('_')) {
        let item = &list["properties"]["data"]["items"]["$ref"];
        assert!(item.is_string(), "{name} spells its items out");
        seen += 1;
    }
    assert!(seen > 3, "lists are found by the name of their schema");
}
