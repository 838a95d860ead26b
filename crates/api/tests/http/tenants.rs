//! Closed by default: one walk over the OpenAPI document, and what one tenant sees of another.

use domain::ability::{Ability, AbilitySet};
use domain::id::WorkspaceId;
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Client, TestServer};

use super::{TEXT, schema, server};

/// Operations that need no token, each with the reason.
const PUBLIC: [(&str, &str); 4] = [
    (
        "accept_invitation",
        "the link is the permission; who has an account shows its token, and others have none",
    ),
    ("get_invitation", "the link is the permission"),
    ("get_liveness", "probes have no token"),
    ("receive_upload", "the signed address is the permission"),
];

struct Operation {
    id: String,
    method: Method,
    path: String,
    ability: Option<Ability>,
    is_secured: bool,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(api::openapi::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else {
                continue;
            };
            let security = &operation["security"];
            let ability = security[0]["bearer"][0]
                .as_str()
                .map(|name| name.parse().unwrap());
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method,
                path: path.clone(),
                ability,
                // An empty way to be let in is one without a token.
                is_secured: security.as_array().is_some_and(|ways| !ways.contains(&json!({}))),
            });
        }
    }
    assert!(operations.len() >= 18, "{}", operations.len());
    operations
}

/// What is another tenant's.
struct Foreign {
    workspace_id: WorkspaceId,
    workspace: String,
    template: String,
    invite: String,
    session: String,
    document: String,
    result: String,
}

impl Foreign {
    async fn make(server: &TestServer) -> Self {
        let bob = server.tenant("bob").await;
        let template = bob.client.template(bob.workspace, &schema()).await;
        let invited = json!({ "email": "kim@example.org", "role": "user" });
        let users = format!("/workspaces/{}/users/add", bob.workspace);
        let invite = bob.client.post(&users, &invited).await.expect(200)["invite_id"].to_string();
        let session = bob.client.session(&template).await;
        let key = bob.client.upload("a.txt", TEXT).await;
        let place = format!("/extractions/sessions/{session}");
        let uploaded = bob
            .client
            .post(&format!("{place}/documents/upload"), &json!({ "keys": [key] }))
            .await;
        let document = uploaded.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
        let run = bob
            .client
            .post(&format!("{place}/results"), &Value::Null)
            .await
            .expect(201);
        let result = run["id"].as_str().unwrap().to_owned();
        Self {
            workspace_id: bob.workspace,
            workspace: bob.workspace.to_string(),
            template,
            invite,
            session,
            document,
            result,
        }
    }

    fn fill(&self, path: &str) -> String {
        path.replace("{workspaceId}", &self.workspace)
            .replace("{templateId}", &self.template)
            .replace("{inviteId}", &self.invite)
            .replace("{sessionId}", &self.session)
            .replace("{documentId}", &self.document)
            .replace("{resultId}", &self.result)
            .replace("{format}", "csv")
            .replace("{uploadId}", super::NOBODYS)
    }
}

/// A body that is good as far as one can tell without knowing what is there.
fn body_for(operation: &Operation) -> Value {
    match operation.id.as_str() {
        "create_session_batch" => json!({ "files": ["tmp/x"] }),
        "export_session_batch" | "export_session_batch_as" => json!({ "session_ids": [super::NOBODYS] }),
        "upload_documents" | "create_document" => json!({ "keys": ["tmp/x"] }),
        "add_workspace_user" => json!({ "email": "lee@example.org", "role": "user" }),
        "attach_documents" => json!({ "document_ids": [super::NOBODYS] }),
        "create_template" => json!({ "name": "x", "schema_json": schema() }),
        "update_template" => json!({ "name": "x" }),
        _ => json!({}),
    }
}

async fn call(client: &Client, operation: &Operation, path: &str) -> (u16, Value) {
    let mut request = client.request(operation.method.clone(), path);
    if operation.method != Method::GET {
        request = request.json(&body_for(operation));
    }
    let answer = client.send(request).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn every_operation_is_closed_to_whoever_lacks_token_or_ability() {
    let server = server();
    let ada = server.tenant("ada").await;
    let foreign = Foreign::make(&server).await;
    for operation in operations() {
        if PUBLIC.iter().any(|(id, _reason)| *id == operation.id) {
            assert!(!operation.is_secured, "{}", operation.id);
            continue;
        }
        let path = foreign.fill(&operation.path);
        let (status, body) = call(&server.anonymous(), &operation, &path).await;
        assert_eq!(
            (status, body["code"].as_str()),
            (401, Some("token_missing")),
            "{}",
            operation.id
        );
        let Some(ability) = operation.ability else {
            assert!(operation.is_secured, "{} must name its security", operation.id);
            continue;
        };
        let others: AbilitySet = Ability::ALL
            .iter()
            .copied()
            .filter(|other| *other != ability)
            .collect();
        let without = server.client_of(ada.user, &others.to_string(), None).await;
        let (status, body) = call(&without, &operation, &path).await;
        assert_eq!(
            (status, body["code"].as_str()),
            (403, Some("ability_missing")),
            "{}",
            operation.id
        );
        let message = body["message"].as_str().unwrap();
        assert!(message.contains(ability.name()), "{message}");
    }
}

/// A body that names what the path does not.
fn body_within(operation: &Operation, place: &Foreign) -> Value {
    match operation.id.as_str() {
        "create_template" => {
            json!({ "name": "x", "workspace_id": place.workspace_id.0, "schema_json": schema() })
        }
        "create_session" => json!({ "extraction_template_id": place.template }),
        _ => body_for(operation),
    }
}

#[tokio::test]
async fn a_readonly_member_may_change_nothing() {
    let server = server();
    let place = Foreign::make(&server).await;
    let reader = server.member(place.workspace_id, "eve", Role::Readonly).await;
    for operation in operations() {
        let Some(ability) = operation.ability else {
            continue;
        };
        // Whoever may make a workspace is its admin: no role stands in the way.
        if Role::Readonly.allows(ability) || operation.id == "create_workspace" {
            continue;
        }
        let request = reader.request(operation.method.clone(), &place.fill(&operation.path));
        let answer = reader.send(request.json(&body_within(&operation, &place))).await;
        assert_eq!(
            (answer.status, answer.body["code"].as_str()),
            (403, Some("role_forbids")),
            "{} {}",
            operation.id,
            answer.body
        );
    }
}

#[tokio::test]
async fn what_is_another_tenants_is_not_there() {
    let server = server();
    let ada = server.tenant("ada").await;
    let foreign = Foreign::make(&server).await;
    for operation in operations() {
        let is_of_an_object = operation.path.contains('{') && operation.ability.is_some();
        if !is_of_an_object {
            continue;
        }
        let path = foreign.fill(&operation.path);
        let (status, body) = call(&ada.client, &operation, &path).await;
        assert_eq!(
            (status, body["code"].as_str()),
            (404, Some("not_found")),
            "{} {body}",
            operation.id
        );
    }
}

#[tokio::test]
async fn another_tenants_things_cannot_be_named_in_a_body() {
    let server = server();
    let ada = server.tenant("ada").await;
    let foreign = Foreign::make(&server).await;
    let body = json!({ "extraction_template_id": foreign.template });
    let error = ada
        .client
        .post("/extractions/sessions", &body)
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["extraction_template_id"].is_array(), "{error}");
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    let place = format!("/extractions/sessions/{session}/documents/attach");
    let error = ada
        .client
        .post(&place, &json!({ "document_ids": [foreign.document] }))
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["document_ids.0"].is_array(), "{error}");
}

#[tokio::test]
async fn a_revoked_token_works_for_a_second_at_most() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (plain, id) = server.token(ada.user, "*", None).await;
    let client = server.anonymous().with_token(plain.reveal());
    client.get("/workspaces").await.expect(200);
    let user = ada.user;
    // As the command line does it, in another process.
    server
        .write(move |conn| storage::tokens::revoke(conn, user, id, testkit::databases::at(0)))
        .await;
    server.advance(std::time::Duration::from_secs(1));
    client.get("/workspaces").await.expect_error(401, "token_invalid");
}

#[tokio::test]
async fn a_token_that_is_none_is_told_what_is_wrong_with_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (plain, _) = server.token(ada.user, "*", None).await;
    let cut = plain.reveal().split_at(50).0;
    let other = plain.reveal().replace(
        [
            'a', 'b', 'c', 'd', 'e', 'f', 'A', 'B', 'C', 'D', 'E', 'F', '1', '2',
        ],
        "x",
    );
    for token in ["x", cut, &other] {
        let answer = server.anonymous().with_token(token).get("/workspaces").await;
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer error=\"invalid_token\""
        );
        answer.expect_error(401, "token_invalid");
    }
    let never_given = domain::token::PlainToken::mint([7; 32]);
    server
        .anonymous()
        .with_token(never_given.reveal())
        .get("/workspaces")
        .await
        .expect_error(401, "token_invalid");
    let answer = server.anonymous().get("/workspaces").await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}
