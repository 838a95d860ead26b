//! The headers that the document names, against those that are sent.

use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Answer, TestServer};

use super::super::{DOCENT, NOBODYS, schema};
use super::{document, resolved};

/// Headers that tell callers something. Others (of caches, browsers, the body) are those of HTTP itself.
const TELLING: [&str; 12] = [
    "x-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "idempotency-replayed",
    "etag",
    "location",
    "content-disposition",
];

/// Everything that was sent is named, and nothing that is always sent is left unnamed.
fn assert_named(document: &Value, method: &str, path: &str, answer: &Answer) {
    let operation = &document["paths"][path][method];
    let response = resolved(document, &operation["responses"][answer.status.to_string()]);
    let named = response["headers"].as_object().unwrap();
    let named: Vec<String> = named.keys().map(|name| name.to_lowercase()).collect();
    let place = format!("{method} {path} {}", answer.status);
    for name in TELLING {
        let is_sent = !answer.header(name).is_empty();
        let is_named = named.iter().any(|known| known == name);
        // Of an error only what is its own is said again.
        let is_said_elsewhere = name.contains("ratelimit") && answer.status >= 400 && answer.status != 429;
        assert!(is_named || !is_sent || is_said_elsewhere, "{place} sends {name}");
        let is_for_some = ["idempotency-replayed", "retry-after"].contains(&name);
        assert!(
            is_sent || !is_named || is_for_some,
            "{place} does not send {name}"
        );
    }
}

#[tokio::test]
async fn the_headers_that_are_sent_are_those_of_the_document() {
    let document = document();
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 8);
    let tenant = server.tenant("ada").await;
    let ada = &tenant.client;

    let body = json!({ "name": "x", "workspace_id": tenant.workspace, "schema_json": schema() });
    let create = || {
        let request = ada.request(Method::POST, "/extractions/templates");
        request.header("Idempotency-Key", "once").json(&body)
    };
    let made = ada.send(create()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_named(&document, "post", "/extractions/templates", &made);
    let again = ada.send(create()).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed").as_str()),
        (201, "true")
    );
    assert_named(&document, "post", "/extractions/templates", &again);
    let bad = ada.post("/extractions/templates", &json!({})).await;
    assert_eq!(bad.status, 422);
    assert_named(&document, "post", "/extractions/templates", &bad);

    let template = "/extractions/templates/{templateId}";
    let id = made.body["id"].as_str().unwrap();
    let present = ada.get(&template.replace("{templateId}", id)).await;
    assert_eq!(present.status, 200);
    assert_named(&document, "get", template, &present);
    let absent = ada.get(&template.replace("{templateId}", NOBODYS)).await;
    assert_eq!(absent.status, 404);
    assert_named(&document, "get", template, &absent);

    let probe = ada.get("/livez").await;
    assert_named(&document, "get", "/livez", &probe);
    let stranger = server.anonymous().get("/workspaces").await;
    assert_eq!(stranger.status, 401);
    assert_named(&document, "get", "/workspaces", &stranger);
    for _ in 0..8 {
        ada.get("/workspaces").await;
    }
    let refused = ada.get("/workspaces").await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    assert_named(&document, "get", "/workspaces", &refused);
}
