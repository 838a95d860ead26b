//! `/workspaces`

use serde_json::json;
use testkit::server::HasId;

use super::server;

#[tokio::test]
async fn the_members_workspaces_are_listed_and_no_others() {
    let server = server();
    let (ada, _bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let body = ada.client.get("/workspaces").await.expect(200);
    let id = ada.workspace.0;
    let time = "2026-03-04T12:00:00.000000Z";
    let expected = json!({ "data": [
        { "id": id, "name": "ada", "icon": null, "settings": {}, "created_at": time, "updated_at": time },
    ]});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_created_workspace_is_listed_at_once_and_audited() {
    let server = server();
    let ada = server.tenant("ada").await;
    ada.client.get("/workspaces").await.expect(200);
    let created = ada
        .client
        .post("/workspaces/create", &json!({ "name": " Books ", "icon": "🧾" }))
        .await
        .expect(201);
    assert_eq!(
        (&created["name"], &created["icon"]),
        (&json!("Books"), &json!("🧾"))
    );
    // The caller was found good a moment ago, without this workspace.
    let listed = ada.client.get("/workspaces").await.expect(200);
    assert_eq!(listed["data"][1], created);
    let id = domain::id::WorkspaceId(created["id"].as_i64().unwrap());
    assert_eq!(server.events(id).await, ["workspace.created"]);
}

#[tokio::test]
async fn a_workspace_needs_a_name_of_one_line() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "two\nlines" }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "x", "icon": "🧾".repeat(33) }), "icon"),
        (json!({ "name": "x\u{0}" }), "name"),
    ] {
        let error = client
            .post("/workspaces/create", &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field][0].is_string(), "{body} {error}");
    }
    // What is not known is not minded.
    client
        .post("/workspaces/create", &json!({ "name": "x", "colour": "red" }))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_token_confined_to_a_workspace_sees_that_one_and_makes_no_other() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = server.workspace(ada.user, "second").await;
    let confined = server.client_of(ada.user, "*", Some(second)).await;
    let listed = confined.get("/workspaces").await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"][0]["id"], second.0);
    confined
        .post("/workspaces/create", &json!({ "name": "x" }))
        .await
        .expect_error(403, "token_confined");
    let template = json!({ "name": "x", "workspace_id": ada.workspace, "schema": super::schema() });
    confined
        .post("/extractions/templates", &template)
        .await
        .expect_error(422, "validation_failed");
    let template = json!({ "name": "x", "schema": super::schema() });
    let created = confined
        .post("/extractions/templates", &template)
        .await
        .expect(201);
    assert_eq!(created["workspace_id"], second.0);
    assert!(!created.id().is_empty());
}
