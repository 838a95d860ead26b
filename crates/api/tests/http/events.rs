//! `/workspaces/{workspaceId}/events`

use domain::event::{Action, Actor, Event};
use domain::id::EventId;
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::databases::at;
use testkit::server::{HasId, Tenant, TestServer};

use super::{schema, server};

fn place(tenant: &Tenant) -> String {
    format!("/workspaces/{}/events", tenant.workspace)
}

fn actions(list: &Value) -> Vec<&str> {
    let items = list["data"].as_array().unwrap().iter();
    items.map(|event| event["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_admin_sees_who_did_what() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (plain, token) = server.token(ada.user, "*", None).await;
    let client = server.anonymous().with_token(plain.reveal());
    let body = json!({ "name": "Invoices", "workspace_id": ada.workspace, "schema_json": schema() });
    let made = client.post("/extractions/templates", &body).await;
    let request_id = made.header("x-request-id");
    let template = made.expect(201).id();
    // As the command line writes it.
    let event = Event {
        id: EventId::generate(),
        workspace_id: Some(ada.workspace),
        actor: Actor::CommandLine,
        action: Action::TokenCreated,
        object_id: token.to_string(),
        request_id: None,
        created_at: at(1),
    };
    let entry = event.clone();
    server
        .write(move |conn| storage::events::insert(conn, &entry))
        .await;
    let list = ada.client.get(&place(&ada)).await.expect(200);
    assert_eq!(
        list["meta"],
        json!({ "current_page": 1, "last_page": 1, "per_page": 15, "total": 2, "next_cursor": null })
    );
    let nobody =
        json!({ "type": "command_line", "user_id": null, "name": null, "email": null, "token_id": null });
    assert_eq!(
        list["data"][0],
        json!({
            "id": event.id, "action": "token.created", "object_id": token, "actor": nobody, "request_id": null,
            "created_at": "2026-03-04T12:00:01.000000Z",
        })
    );
    let her = json!({
        "type": "user", "user_id": ada.user, "name": "ada", "email": "ada@example.org", "token_id": token,
    });
    let first = &list["data"][1];
    assert_eq!(
        (&first["action"], &first["object_id"], &first["actor"]),
        (&json!("template.created"), &json!(template), &her)
    );
    assert_eq!(first["request_id"], request_id);
}

#[tokio::test]
async fn what_the_server_does_by_itself_is_listed_too() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let key = ada.client.upload("a.txt", super::TEXT).await;
    ada.client
        .post(
            &format!("/extractions/templates/{template}/sessions/batch"),
            &json!({ "files": [key] }),
        )
        .await
        .expect(201);
    server.run_jobs().await;
    let made = format!("{}?action=document.created", place(&ada));
    let list = ada.client.get(&made).await.expect(200);
    assert_eq!(actions(&list), ["document.created"]);
    assert_eq!(list["data"][0]["actor"]["type"], "system");
}

#[tokio::test]
async fn the_trail_is_for_admins() {
    let server = server();
    let ada = server.tenant("ada").await;
    for (name, role) in [("bob", Role::User), ("eve", Role::Readonly)] {
        let member = server.member(ada.workspace, name, role).await;
        let error = member.get(&place(&ada)).await.expect_error(403, "role_forbids");
        let words =
            format!("only admins of the workspace may do this; the token's owner has the role {role} there");
        assert_eq!(error["message"], words);
    }
    let stranger = server.tenant("joe").await.client;
    stranger.get(&place(&ada)).await.expect_error(404, "not_found");
    ada.client
        .get("/workspaces/999/events")
        .await
        .expect_error(404, "not_found");
}

/// A trail of so many changes of the workspace, and one of a template.
async fn trail(server: &TestServer, ada: &Tenant, changes: usize) {
    for number in 0..changes {
        server.advance(std::time::Duration::from_secs(1));
        let body = json!({ "name": format!("{number}") });
        ada.client
            .put(&format!("/workspaces/{}", ada.workspace), &body)
            .await
            .expect(200);
    }
    ada.client.template(ada.workspace, &schema()).await;
}

#[tokio::test]
async fn the_trail_is_read_from_cursor_to_cursor() {
    let server = server();
    let ada = server.tenant("ada").await;
    trail(&server, &ada, 5).await;
    let whole = ada.client.get(&place(&ada)).await.expect(200);
    assert_eq!(actions(&whole)[0], "template.created", "the newest first");
    let mut found = Vec::new();
    let mut next = format!("{}?per_page=2", place(&ada));
    loop {
        let page = ada.client.get(&next).await.expect(200);
        found.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["meta"]["next_cursor"].as_str() else {
            break;
        };
        next = format!("{}?per_page=2&cursor={cursor}", place(&ada));
    }
    assert_eq!(json!(found), whole["data"]);
    let second = ada
        .client
        .get(&format!("{}?per_page=2&page=2", place(&ada)))
        .await
        .expect(200);
    assert_eq!(second["data"], json!(whole["data"].as_array().unwrap()[2..4]));
    assert_eq!(second["meta"]["last_page"], 3);
}

#[tokio::test]
async fn the_trail_is_searched_by_what_was_done() {
    let server = server();
    let ada = server.tenant("ada").await;
    trail(&server, &ada, 3).await;
    let get = async |query: &str| ada.client.get(&format!("{}?{query}", place(&ada))).await;
    let changes = get("action=workspace.updated&per_page=2").await.expect(200);
    assert_eq!(actions(&changes), ["workspace.updated"; 2]);
    assert_eq!(changes["meta"]["total"], 3);
    assert!(
        changes["links"]["next"]
            .as_str()
            .unwrap()
            .contains("action=workspace.updated")
    );
    let none = get("action=invite.created").await.expect(200);
    assert_eq!((&none["data"], &none["meta"]["total"]), (&json!([]), &json!(0)));
    let error = get("action=template.painted")
        .await
        .expect_error(400, "bad_parameter");
    assert!(error["errors"]["action"].is_array(), "{error}");
    // A cursor is good for the filter it came with.
    let cursor = changes["meta"]["next_cursor"].as_str().unwrap();
    get(&format!("action=workspace.updated&cursor={cursor}"))
        .await
        .expect(200);
    for other in [
        format!("cursor={cursor}"),
        format!("action=workspace.updated&page=1&cursor={cursor}"),
        "cursor=x".to_owned(),
    ] {
        let error = get(&other).await.expect_error(422, "validation_failed");
        assert!(error["errors"]["cursor"].is_array(), "{error}");
    }
    for (query, field) in [("page=0", "page"), ("per_page=101", "per_page")] {
        let error = get(query).await.expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{error}");
    }
}

#[tokio::test]
async fn nothing_of_the_trail_is_changed() {
    let server = server();
    let ada = server.tenant("ada").await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        ada.client
            .send(ada.client.request(method, &place(&ada)))
            .await
            .expect_error(405, "method_not_allowed");
    }
}
