//! Whatever is sent, the server answers, and not that it failed.

use domain::id::WorkspaceId;
use reqwest::Method;
use serde_json::{Map, Value, json};
use testkit::server::{Client, HasId, TestServer};

use super::{DOCENT, NOBODYS, TEXT, schema, server};

/// Values that are hardly ever expected.
fn nonsense() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(0.1),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{feff}\u{202e}\u{1f9fe}\u{301}"),
        json!("'; drop table workspaces; --"),
        json!("../../etc/passwd"),
        json!(NOBODYS),
        json!(format!("tmp/{NOBODYS}")),
        json!("x".repeat(20_000)),
        json!([]),
        json!([null]),
        json!([[]]),
        json!(["", "", ""]),
        json!({}),
        json!({ "": {} }),
        json!({ "fields": { "\u{0}": { "type": "string" } } }),
        json!({ "parsing": { "ocr": [], "max_pages": -1 }, "auto_extract": "x" }),
    ]
}

/// Bodies with nonsense in one member each, beside what is otherwise good.
fn bodies(good: &Map<String, Value>, members: &[String]) -> Vec<Value> {
    let spoilt = members.iter().flat_map(|member| {
        nonsense().into_iter().map(|value| {
            let mut body = good.clone();
            body.insert(member.clone(), value);
            Value::Object(body)
        })
    });
    nonsense().into_iter().chain(spoilt).collect()
}

/// A workspace with a template and a session, and its only admin.
struct Things {
    workspace: String,
    user: String,
    template: String,
    session: String,
}

impl Things {
    async fn make(client: &Client) -> Self {
        let body = json!({ "name": "Nonsense" });
        let made = client.post("/workspaces/create", &body).await.expect(201);
        let workspace = WorkspaceId(made["id"].as_i64().unwrap());
        let template = client.template(workspace, &schema()).await;
        let session = client.session(&template).await;
        Self {
            workspace: workspace.to_string(),
            user: client.get("/user").await.expect(200)["id"].to_string(),
            template,
            session,
        }
    }

    fn fill(&self, path: &str) -> String {
        path.replace("{workspaceId}", &self.workspace)
            .replace("{templateId}", &self.template)
            .replace("{sessionId}", &self.session)
            .replace("{documentId}", NOBODYS)
            .replace("{resultId}", NOBODYS)
            .replace("{uploadId}", NOBODYS)
            .replace("{userId}", &self.user)
            .replace("{tokenId}", NOBODYS)
            .replace("{inviteId}", "1")
            .replace("{token}", "x")
    }
}

async fn nothing_makes_it_fail(server: &TestServer) {
    let ada = server.tenant("ada").await;
    let lasting = Things::make(&ada.client).await;
    let template = &lasting.template;
    let key = ada.client.upload("a.txt", TEXT).await;
    let document = json!(api::openapi::document());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let place = match method {
                // What is deleted here is of no use to the other operations.
                Method::DELETE => Things::make(&ada.client).await.fill(path),
                _ => lasting.fill(path),
            };
            for odd in [
                "?page=%00&per_page=%ff",
                "?page[]=1&expires=x&signature=%00",
                "?%",
            ] {
                check(&ada.client, &method, &format!("{place}{odd}"), &json!({})).await;
            }
            let good = json!({
                "name": "x", "key": key, "schema_json": schema(), "extraction_template_id": template, "keys": [key],
                "files": [key], "document_ids": [NOBODYS], "session_ids": [NOBODYS], "email": "eve@example.org",
                "role": "readonly",
            });
            let members = members_of(&document, operation);
            for body in bodies(good.as_object().unwrap(), &members) {
                check(&ada.client, &method, &place, &body).await;
            }
        }
        for odd in ["%00", "%2e%2e", "99999999999999999999", "-1", "%f0%9f%a7%be"] {
            let place = path.split('{').next().unwrap().to_owned() + odd;
            check(&ada.client, &Method::GET, &place, &json!({})).await;
        }
    }
    // And it still works.
    ada.client.get("/workspaces").await.expect(200);
    let next = ada.client.session(template).await;
    assert!(
        !ada.client
            .get(&format!("/extractions/sessions/{next}"))
            .await
            .expect(200)
            .id()
            .is_empty()
    );
}

/// The members of the JSON that an operation takes.
fn members_of(document: &Value, operation: &Value) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let Some(target) = schema.as_str() else {
        return Vec::new();
    };
    let schema = document.pointer(target.trim_start_matches('#')).unwrap();
    schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

async fn check(client: &Client, method: &Method, place: &str, body: &Value) {
    let request = client.request(method.clone(), place).json(body);
    let answer = client.send(request).await;
    assert!(answer.status < 500, "{method} {place} {body}\n{}", answer.text);
    if answer.status >= 400 {
        assert!(
            answer.body["code"].is_string(),
            "{method} {place} {body}\n{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn nothing_that_is_sent_makes_the_server_fail() {
    nothing_makes_it_fail(&server()).await;
}

#[tokio::test]
async fn nothing_that_is_sent_makes_the_server_fail_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        nothing_makes_it_fail(&server).await;
    }
}
