//! What operations are shown to take and answer.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};
use testkit::server::HasId;

use super::{document, operations, resolved, server};

const JSON: &str = "application/json";

/// The examples of a body or an answer, each with its name.
pub(super) fn examples_of<'a>(document: &'a Value, content: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(name, example)| (name.as_str(), &resolved(document, example)["value"]));
    let only = content.get("example").map(|example| ("example", example));
    named.chain(only).collect()
}

/// Holds values against a schema of the document.
pub(super) fn validator(document: &Value, schema: &Value) -> Validator {
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": document["components"],
        "allOf": [schema],
    });
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&whole).unwrap()
}

/// What is wrong with a value.
pub(super) fn mistakes(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The file in which the examples of an operation belong: it lies beside that of the handler.
pub(super) fn file_of(operation: &str) -> String {
    fn search(folder: &Path, handler: &str) -> Option<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths.into_iter().find_map(|path| {
            if path.is_dir() {
                return search(&path, handler);
            }
            fs::read_to_string(&path)
                .unwrap()
                .contains(handler)
                .then_some(path)
        })
    }
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let routes = crate_folder.join("src/routes");
    let found = search(&routes, &format!("fn {operation}(")).unwrap();
    let file = match found.parent().unwrap() {
        folder if folder == routes => found,
        folder => folder.join("examples.rs"),
    };
    format!(
        "crates/api/{}",
        file.strip_prefix(crate_folder).unwrap().display()
    )
}

fn check(document: &Value, id: &str, what: &str, advice: &str, content: &Value) {
    let examples = examples_of(document, content);
    assert!(
        !examples.is_empty(),
        "{id} shows no example of {what}: add {advice} in {}",
        file_of(id)
    );
    let validator = validator(document, &content["schema"]);
    for (name, example) in examples {
        let mistakes = mistakes(&validator, example);
        assert!(
            mistakes.is_empty(),
            "{id}: the example {name} of {what} is not what the document says; see {}\n{}\n{example}",
            file_of(id),
            mistakes.join("\n")
        );
    }
}

#[test]
fn every_body_and_every_success_has_an_example_of_its_schema() {
    let document = document();
    for (_, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let taken = &operation["requestBody"]["content"][JSON];
        if taken.is_object() {
            let advice = format!("`Examples::of({id:?}).takes::<Body>(json!(..))`");
            check(&document, id, "its body", &advice, taken);
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let content = &answer["content"][JSON];
            if status.starts_with('2') && content.is_object() {
                let advice = format!("`Examples::of({id:?}).gives({status}, ..)`");
                check(&document, id, &format!("its answer {status}"), &advice, content);
            }
        }
    }
}

#[test]
fn no_example_of_a_body_has_a_member_that_nobody_reads() {
    let document = document();
    for (name, operation) in operations(&document) {
        let content = &operation["requestBody"]["content"][JSON];
        let schema = resolved(&document, &content["schema"]);
        for (_, example) in examples_of(&document, content) {
            for member in example.as_object().unwrap().keys() {
                assert!(schema["properties"][member].is_object(), "{name}: {member}");
            }
        }
    }
}

/// The example of what an operation takes; the first where it takes several forms.
fn taken(document: &Value, operation: &str) -> Value {
    let content = |operation: &Value| operation["requestBody"]["content"][JSON].clone();
    let content = content(named(document, operation));
    examples_of(document, &content)[0].1.clone()
}

fn given(document: &Value, operation: &str, status: u16) -> Value {
    let answer = &named(document, operation)["responses"][status.to_string()];
    examples_of(document, &answer["content"][JSON])[0].1.clone()
}

pub(super) fn named<'a>(document: &'a Value, id: &str) -> &'a Value {
    let all = operations(document).into_iter();
    let mut found = all.filter(|(_, operation)| operation["operationId"] == id);
    found
        .next()
        .unwrap_or_else(|| panic!("there is no operation {id}"))
        .1
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

/// The examples are no more than a story if it does not come to pass.
#[tokio::test]
async fn the_story_of_the_examples_comes_to_pass() {
    let document = document();
    let server = server();
    let ada = server.tenant("ada").await.client;
    let take = |operation| taken(&document, operation);

    let made = ada
        .post("/workspaces/create", &take("create_workspace"))
        .await
        .expect(201);
    let template = with(take("create_template"), "workspace_id", made["id"].clone());
    let template = ada.post("/extractions/templates", &template).await.expect(201);
    let upload = ada
        .post("/vapor/signed-storage-url", &take("create_upload_url"))
        .await
        .expect(200);
    let invoice = include_bytes!("../../../assets/sample-invoice.pdf");
    let sent = ada.put_bytes(upload["url"].as_str().unwrap(), &invoice[..]).await;
    assert_eq!(sent.status, 200);
    let session = with(
        take("create_session"),
        "extraction_template_id",
        template["id"].clone(),
    );
    let session = ada.post("/extractions/sessions", &session).await.expect(201);
    let place = format!("/extractions/sessions/{}", session.id());
    let keys = with(take("upload_documents"), "keys", json!([upload["key"]]));
    let came = ada
        .post(&format!("{place}/documents/upload"), &keys)
        .await
        .expect(201);
    let document_shown = &given(&document, "upload_documents", 201)["data"][0];
    for same in ["filename", "mime", "size", "sha256", "status", "source"] {
        assert_eq!(came["data"][0][same], document_shown[same], "{same}");
    }
    let run = ada
        .post(&format!("{place}/results"), &Value::Null)
        .await
        .expect(201);
    server.run_jobs().await;
    let result = ada
        .get(&format!("/extractions/results/{}", run.id()))
        .await
        .expect(200);
    let shown = given(&document, "get_result", 200);
    for same in ["status", "title", "data", "checks", "warnings"] {
        assert_eq!(result[same], shown[same], "{same}");
    }
    let leaf = |result: &Value| result["audit_data"]["invoice"]["issue_date"].clone();
    for same in ["verdict", "engine"] {
        assert_eq!(leaf(&result)[same], leaf(&shown)[same], "{same}");
    }
    for same in ["page", "text", "bbox", "place"] {
        assert_eq!(
            leaf(&result)["sources"][0][same],
            leaf(&shown)["sources"][0][same],
            "{same}"
        );
    }
}
