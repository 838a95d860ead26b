//! The OpenAPI document.

mod errors;
mod examples;
mod generators;
mod headers;
mod links;

use std::collections::HashSet;
use std::path::PathBuf;

use domain::ability::Ability;
use serde_json::{Value, json};

use super::closed::is_public;
use super::server;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::to_value(api::openapi::document()).unwrap()
}

/// Every operation with its method and path in words.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = METHODS
            .iter()
            .filter_map(move |method| Some((*method, item.get(method)?)));
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    all.collect()
}

/// What is meant: the thing itself, or what it refers to.
fn resolved<'a>(document: &'a Value, thing: &'a Value) -> &'a Value {
    match thing["$ref"].as_str() {
        Some(target) => document.pointer(target.trim_start_matches('#')).unwrap(),
        None => thing,
    }
}

#[tokio::test]
async fn the_server_serves_the_document() {
    let answer = server().anonymous().get("/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.expect(200), document());
}

#[test]
fn the_document_in_the_repository_is_the_present_one() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let present = api::openapi::document().to_pretty_json().unwrap() + "\n";
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == present,
        "docs/openapi.json is not the present document; write it with `cargo run -p api -- openapi > docs/openapi.json`"
    );
}

#[test]
fn it_is_openapi_3_1_with_a_bearer_scheme() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let mut ids = HashSet::new();
    let tags: Vec<&Value> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    for (name, operation) in operations(&document) {
        assert!(
            operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{name} has no summary"
        );
        assert!(
            operation["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{name} has no description: write one behind the first line of its handler's comment"
        );
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{name}");
        assert!(
            tags.contains(&&operation["tags"][0]),
            "{name} has an undescribed tag"
        );
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolved(&document, response);
            assert!(
                !response["description"].as_str().unwrap().is_empty(),
                "{name} {status}"
            );
        }
    }
}

#[test]
fn every_parameter_is_described_with_its_limits() {
    let document = document();
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolved(&document, parameter);
            let place = format!("{name}: {}", parameter["name"]);
            let description = parameter["description"].as_str();
            assert!(
                description.is_some_and(|text| !text.is_empty()),
                "{place} is not described"
            );
            let schema = resolved(&document, &parameter["schema"]);
            assert!(has_limits(schema), "{place} has no limits: {schema}");
        }
    }
}

fn has_limits(schema: &Value) -> bool {
    let has = |limits: &[&str]| limits.iter().any(|limit| !schema[limit].is_null());
    match schema["type"].as_str().unwrap() {
        "string" => has(&["enum", "format", "maxLength", "pattern"]),
        "integer" | "number" => has(&["minimum"]) && has(&["maximum", "format"]),
        "boolean" => true,
        _ => false,
    }
}

#[test]
fn every_operation_names_a_known_ability_or_is_public() {
    let document = document();
    for (name, operation) in operations(&document) {
        let security = operation["security"].as_array();
        let Some(security) = security.filter(|ways| !ways.contains(&json!({}))) else {
            let id = operation["operationId"].as_str().unwrap();
            assert!(is_public(id), "{name} is open to everybody");
            continue;
        };
        for ability in security[0]["bearer"].as_array().unwrap() {
            ability.as_str().unwrap().parse::<Ability>().unwrap();
        }
        for status in ["401", "403", "429", "500", "503"] {
            assert!(
                operation["responses"][status].is_object(),
                "{name} lacks {status}"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, visit: &mut impl FnMut(&str)) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    visit(target);
                }
                members.values().for_each(|member| walk(member, visit));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &mut |target| {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
    });
}
