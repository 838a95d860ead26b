//! What the schema language promises.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use domain::schema::{CompiledSchema, FieldKind, SchemaError, StringFormat, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

fn errors(schema: &Value) -> Vec<String> {
    let errors = CompiledSchema::compile(schema).expect_err("the schema has mistakes");
    errors.iter().map(ToString::to_string).collect()
}

fn field(node: &Value) -> Value {
    json!({"groups": {"g": {"fields": {"f": node}}}})
}

#[test]
fn the_plain_form_is_one_group() {
    let schema =
        json!({"fields": {"invoice_number": {"type": "string"}, "total": {"type": ["number", "null"]}}});
    let compiled = CompiledSchema::compile(&schema).unwrap();
    assert_eq!(compiled.groups.len(), 1);
    assert_eq!(compiled.groups[0].name, "fields");
    let names: Vec<&str> = compiled.groups[0]
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["invoice_number", "total"]);
    assert!(matches!(compiled.groups[0].fields[1].kind, FieldKind::Number(_)));
}

#[test]
fn a_threshold_holds_for_what_stands_in_it() {
    let schema = json!({
        "config": {"confidence_threshold": 0.7},
        "groups": {"g": {"fields": {
            "plain": {},
            "own": {"confidence_threshold": 0.9},
            "list": {"type": "array", "confidence_threshold": 1, "items": {"properties": {
                "inner": {}, "loose": {"confidence_threshold": 0},
            }}},
        }}},
    });
    let compiled = CompiledSchema::compile(&schema).unwrap();
    let fields = &compiled.groups[0].fields;
    let thresholds: Vec<Option<f64>> = fields.iter().map(|field| field.confidence_threshold).collect();
    assert_eq!(thresholds, [Some(0.7), Some(0.9), Some(1.0)]);
    let FieldKind::Array(item) = &fields[2].kind else {
        panic!("a list")
    };
    let FieldKind::Object(inner) = &item.kind else {
        panic!("of objects")
    };
    let thresholds: Vec<Option<f64>> = inner.iter().map(|field| field.confidence_threshold).collect();
    assert_eq!(thresholds, [Some(1.0), Some(0.0)]);
}

#[test]
fn a_threshold_is_a_number_from_0_to_1() {
    assert_eq!(
        errors(
            &json!({"config": {"confidence_threshold": 70}, "fields": {"f": {"confidence_threshold": "high"}}})
        ),
        [
            "config.confidence_threshold: must be a number from 0 to 1",
            "fields.f.confidence_threshold: must be a number from 0 to 1",
        ]
    );
}

#[test]
fn every_type_and_rule_is_read() {
    let schema = json!({
        "config": {"system_message": "be brief", "reasoning_enabled": true},
        "groups": {"g": {
            "description": "d", "search_query": "q", "extraction_prompt": "p", "repeated": true,
            "fields": {
                "s": {"type": "string", "format": "vat-id", "pattern": "^DE", "minLength": 2, "maxLength": 20,
                      "enum": ["DE1", null], "aliases": ["USt-IdNr."], "required": true, "x-own": 1},
                "n": {"type": "number", "minimum": -1.5, "maximum": 1e3},
                "i": {"type": "integer"}, "b": {"type": "boolean"}, "d": {"type": "date"},
                "dt": {"type": "datetime"}, "t": {"type": "time"},
                "list": {"type": "array", "items": {"type": "string"}},
                "object": {"properties": {"inner": {}}},
            },
        }},
    });
    let compiled = CompiledSchema::compile(&schema).unwrap();
    let group = &compiled.groups[0];
    assert!(group.repeated && group.is_list());
    assert_eq!(group.search_query.as_deref(), Some("q"));
    let FieldKind::String(rules) = &group.fields[0].kind else {
        panic!("a string")
    };
    assert_eq!(rules.allowed, ["DE1"]);
    assert_eq!(rules.format, Some(StringFormat::VatId));
    assert!(rules.pattern.as_ref().unwrap().is_match("DE123"));
    assert_eq!(group.fields[0].aliases, ["USt-IdNr."]);
    let FieldKind::Number(rules) = &group.fields[1].kind else {
        panic!("a number")
    };
    assert_eq!(rules.maximum.unwrap().normalize().to_string(), "1000");
    let FieldKind::Object(members) = &group.fields[8].kind else {
        panic!("an object")
    };
    assert!(
        matches!(members[0].kind, FieldKind::String(_)),
        "a field without a type is text"
    );
}

#[test]
fn every_mistake_is_an_entry_with_its_path() {
    let schema = json!({
        "groups": {
            "invoice": {
                "fields": {
                    "total": {"type": "money"},
                    "number": {"type": "string", "pattern": "("},
                    "lines": {"type": "array"},
                    "seller": {"$ref": "#/definitions/party"},
                },
                "checks": {"sum": "net + tax == total"},
            },
            "empty": {"fields": {}},
            "details": {"config": {"iterates_on": "invoice.lines"}, "fields": {"x": {"format": "colour"}}},
        },
    });
    insta::assert_snapshot!(errors(&schema).join("\n"), @r#"
    groups.invoice.fields.total.type: unknown type "money"; known are: string, number, integer, boolean, date, datetime, time, array, object
    groups.invoice.fields.number.pattern: not a regular expression: unclosed group
    groups.invoice.fields.lines.items: is required for an array
    groups.invoice.fields.seller.$ref: there is no definition "party"; known are: none
    groups.empty.fields: must hold at least one field
    groups.details.fields.x.format: unknown format "colour"; known are: address, currency, email, iban, organization, person, phone, uri and 1 more
    groups.invoice.checks.sum: there is no field or group "net"; known are: details, empty, invoice, lines, number, seller, total (at character 1)
    "#);
}

#[test]
fn what_is_no_schema_says_so() {
    assert_eq!(errors(&json!([])), [": must be an object"]);
    assert_eq!(errors(&json!({})), [": must hold \"groups\" or \"fields\""]);
    assert_eq!(
        errors(&json!({"groups": {}})),
        ["groups: must hold 1 to 200 groups"]
    );
    assert_eq!(
        errors(&json!({"groups": {"g": {}}})),
        ["groups.g.fields: is required"]
    );
    assert_eq!(
        errors(&field(&json!("string"))),
        ["groups.g.fields.f: must be an object"]
    );
    assert_eq!(
        errors(&field(&json!({"type": ["string", "number"]})))[0]
            .split(':')
            .next(),
        Some("groups.g.fields.f.type")
    );
    assert_eq!(
        errors(&field(&json!({"type": "number", "minimum": 2, "maximum": 1}))),
        ["groups.g.fields.f.minimum: must not be greater than maximum"]
    );
}

#[test]
fn a_reference_is_resolved_and_what_stands_beside_it_wins() {
    let schema = json!({
        "definitions": {"money": {"type": "number", "description": "an amount", "minimum": 0}},
        "groups": {"g": {"fields": {"net": {"$ref": "#/definitions/money", "description": "without tax"}}}},
    });
    let compiled = CompiledSchema::compile(&schema).unwrap();
    let net = &compiled.groups[0].fields[0];
    assert_eq!(net.description.as_deref(), Some("without tax"));
    let FieldKind::Number(rules) = &net.kind else {
        panic!("a number")
    };
    assert!(rules.minimum.is_some());
}

#[test]
fn a_cycle_is_refused_once() {
    let schema = json!({
        "definitions": {
            "a": {"type": "object", "properties": {"b": {"$ref": "#/definitions/b"}}},
            "b": {"type": "object", "properties": {"a": {"$ref": "#/definitions/a"}}},
        },
        "groups": {"g": {"fields": {"x": {"$ref": "#/definitions/a"}}}},
    });
    assert_eq!(
        errors(&schema),
        ["definitions.a.properties.b.properties.a.$ref: the reference is part of a cycle: a -> b -> a"]
    );
}

#[test]
fn references_cannot_blow_a_schema_up() {
    let mut definitions = serde_json::Map::new();
    definitions.insert("d0".to_owned(), json!({"type": "string"}));
    for level in 1..8 {
        let inner: serde_json::Map<String, Value> = (0..10)
            .map(|n| {
                (
                    format!("f{n}"),
                    json!({"$ref": format!("#/definitions/d{}", level - 1)}),
                )
            })
            .collect();
        definitions.insert(
            format!("d{level}"),
            json!({"type": "object", "properties": inner}),
        );
    }
    let schema =
        json!({"definitions": definitions, "groups": {"g": {"fields": {"x": {"$ref": "#/definitions/d7"}}}}});
    let errors = errors(&schema);
    assert!(errors[0].contains("more than 5000 fields"), "{errors:?}");
}

#[test]
fn chains_of_references_have_an_end() {
    let mut definitions = serde_json::Map::new();
    for number in 0..4_500 {
        let next = format!("#/definitions/d{}", number + 1);
        definitions.insert(format!("d{number}"), json!({ "$ref": next }));
    }
    definitions.insert("d4500".to_owned(), json!({"type": "string"}));
    let schema = json!({"definitions": definitions, "fields": {"x": {"$ref": "#/definitions/d0"}}});
    let errors = errors(&schema);
    assert!(errors[0].contains("more than 32 times"), "{}", errors[0]);
}

#[test]
fn a_large_definition_cannot_be_referred_to_without_end() {
    let large: Vec<String> = (0..900)
        .map(|number| format!("{number}{}", "x".repeat(1_000)))
        .collect();
    let fields: serde_json::Map<String, Value> = (0..1_000)
        .map(|number| (format!("f{number}"), json!({"$ref": "#/definitions/large"})))
        .collect();
    let schema = json!({"definitions": {"large": {"type": "string", "enum": large}}, "fields": fields});
    assert!(errors(&schema)[0].contains("larger than 16 MB"));
}

#[test]
fn a_name_with_a_dot_is_refused_for_it_would_be_a_path() {
    let schema = json!({"fields": {"Ship.Date": {"type": "date"}}});
    let errors = errors(&schema);
    assert!(errors[0].contains("no dots"), "{}", errors[0]);
}

#[test]
fn nesting_has_an_end() {
    let mut node = json!({"type": "string"});
    for _ in 0..20 {
        node = json!({"type": "array", "items": node});
    }
    assert!(errors(&field(&node))[0].contains("nested deeper than 8"));
}

#[test]
fn groups_come_after_what_they_iterate_on() {
    let schema = json!({"groups": {
        "detail": {"config": {"iterates_on": "companies.list"}, "fields": {"city": {}}},
        "companies": {"fields": {"list": {"type": "array", "items": {"type": "string"}}}},
    }});
    let compiled = CompiledSchema::compile(&schema).unwrap();
    assert_eq!(compiled.order, [1, 0]);
    assert!(compiled.groups[0].is_list());
}

#[test]
fn groups_that_wait_for_each_other_are_refused() {
    let list = json!({"type": "array", "items": {}});
    let schema = json!({"groups": {
        "a": {"config": {"iterates_on": "b.list"}, "fields": {"list": list}},
        "b": {"config": {"iterates_on": "a.list"}, "fields": {"list": list}},
    }});
    assert_eq!(
        errors(&schema),
        [
            "groups.a.config.iterates_on: the groups iterate on each other in a circle",
            "groups.b.config.iterates_on: the groups iterate on each other in a circle",
        ]
    );
    let unknown = json!({"groups": {"a": {"config": {"iterates_on": "b.list"}, "fields": {"x": {}}}}});
    assert_eq!(
        errors(&unknown),
        ["groups.a.config.iterates_on: there is no group \"b\"; known are: a"]
    );
}

#[test]
fn mistakes_of_every_kind_are_told_at_once_and_their_consequences_are_not() {
    let schema = json!({
        "groups": {
            "a": {
                "fields": {
                    "money": {"type": "money"},
                    "ghost": {"$ref": "#/definitions/nobody"},
                    "round": {"$ref": "#/definitions/loop"},
                    "code": {"type": "string", "pattern": "("},
                },
                "checks": {
                    "follows": "money == 1 and b.x == 2",
                    "nowhere": "money + nothing == 1",
                    "elsewhere": "b.y == 1",
                    "broken": "money ==",
                },
            },
            "b": {"config": {"iterates_on": "c.x"}, "fields": {"x": {}}},
            "c": {"config": {"iterates_on": "b.x"}, "fields": {"x": {}}},
            "d": {"config": {"iterates_on": "b.z"}, "fields": {"x": {}}},
        },
        "definitions": {"loop": {"$ref": "#/definitions/loop"}},
    });
    let found = CompiledSchema::compile(&schema).expect_err("the schema has mistakes");
    let mut paths: Vec<&str> = found.iter().map(|error| error.path.as_str()).collect();
    paths.sort_unstable();
    let expected = [
        "definitions.loop.$ref",
        "groups.a.checks.broken",
        "groups.a.checks.elsewhere",
        "groups.a.checks.nowhere",
        "groups.a.fields.code.pattern",
        "groups.a.fields.ghost.$ref",
        "groups.a.fields.money.type",
        "groups.b.config.iterates_on",
        "groups.c.config.iterates_on",
        "groups.d.config.iterates_on",
    ];
    assert_eq!(paths, expected, "{found:#?}");
}

#[test]
fn a_list_of_mistakes_has_an_end() {
    let fields: serde_json::Map<String, Value> = (0..1000)
        .map(|n| (format!("f{n}"), json!({"type": "money"})))
        .collect();
    let schema = json!({"groups": {"g": {"fields": fields}}});
    assert_eq!(errors(&schema).len(), limits::ERRORS);
}

fn any_json() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "groups",
        "fields",
        "definitions",
        "config",
        "type",
        "items",
        "properties",
        "$ref",
        "enum",
        "format",
        "pattern",
        "minimum",
        "checks",
        "iterates_on",
        "repeated",
        "required",
        "aliases",
        "a",
        "b",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "string",
            "array",
            "object",
            "number",
            "#/definitions/a",
            "a.b",
            "a + b == 1",
            "("
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(keys.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_the_compiler_panic_or_fail_in_silence(schema in any_json()) {
        if let Err(errors) = CompiledSchema::compile(&schema) {
            prop_assert!(!errors.is_empty());
            let told = errors.iter().all(|SchemaError { message, .. }| !message.is_empty());
            prop_assert!(told);
        }
    }
}
