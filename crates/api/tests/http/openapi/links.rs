//! What answers lead to.

use serde_json::Value;

use super::examples::{examples_of, named};
use super::{document, operations, resolved};

const WHERE: &str = "crates/api/src/openapi/links.rs";

/// The answers of success of all operations, with the operation's id.
fn successes(document: &Value) -> Vec<(&str, &Value)> {
    let operations = operations(document).into_iter();
    let all = operations.flat_map(|(_, operation)| {
        let id = operation["operationId"].as_str().unwrap();
        let answers = operation["responses"].as_object().unwrap().iter();
        let successes = answers.filter(|(status, _)| status.starts_with('2'));
        successes.map(move |(_, answer)| (id, answer))
    });
    all.collect()
}

fn example<'a>(document: &'a Value, answer: &'a Value) -> &'a Value {
    let examples = examples_of(document, &answer["content"]["application/json"]);
    examples.first().map_or(&Value::Null, |(_, example)| *example)
}

/// The expressions of a link, however deep in its body they stand.
fn expressions<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.starts_with('$') => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        Value::Object(members) => members.values().for_each(|member| expressions(member, found)),
        _ => {}
    }
}

fn takes(document: &Value, operation: &Value, parameter: &str) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut names = parameters.map(|taken| &resolved(document, taken)["name"]);
    names.any(|name| name == parameter)
}

#[test]
fn every_link_takes_what_is_there_to_where_it_is_taken() {
    let document = document();
    for (id, answer) in successes(&document) {
        let example = example(&document, answer);
        for (name, link) in answer["links"].as_object().into_iter().flatten() {
            let place = format!("{id} to {name} ({WHERE})");
            let target = named(&document, link["operationId"].as_str().unwrap());
            for parameter in link["parameters"].as_object().into_iter().flatten() {
                assert!(
                    takes(&document, target, parameter.0),
                    "{place}: takes no {}",
                    parameter.0
                );
            }
            let taken = &target["requestBody"]["content"]["application/json"]["schema"];
            let taken = resolved(&document, taken);
            for member in link["requestBody"].as_object().into_iter().flatten() {
                assert!(
                    taken["properties"][member.0].is_object(),
                    "{place}: takes no {}",
                    member.0
                );
            }
            let mut found = Vec::new();
            expressions(&link["parameters"], &mut found);
            expressions(&link["requestBody"], &mut found);
            assert!(!found.is_empty(), "{place}: takes nothing along");
            for expression in found {
                if let Some(name) = expression.strip_prefix("$request.path.") {
                    assert!(
                        takes(&document, named(&document, id), name),
                        "{place}: has no {name}"
                    );
                    continue;
                }
                let pointer = expression.strip_prefix("$response.body#").unwrap();
                assert!(
                    example.pointer(pointer).is_some(),
                    "{place}: the answer has no {pointer}"
                );
            }
        }
    }
}

#[test]
fn whatever_is_made_leads_on() {
    let document = document();
    for (id, answer) in successes(&document) {
        let has_id = ["id", "key"]
            .iter()
            .any(|name| example(&document, answer)[name].is_string());
        let is_made = id.starts_with("create_") || id.starts_with("duplicate_");
        assert!(
            !(has_id && is_made) || answer["links"].is_object(),
            "{id} leads nowhere: say in {WHERE} which operations take what it made"
        );
    }
}
