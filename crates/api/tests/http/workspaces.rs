//! `/workspaces`

use std::time::Duration;

use domain::hash::ContentHash;
use domain::role::Role;
use reqwest::Method;
use serde_json::json;
use storage::blobs::BlobKey;
use testkit::server::{Answer, Client, HasId};

use super::{TEXT, schema, server};

async fn delete(client: &Client, place: &str) -> Answer {
    client.send(client.request(Method::DELETE, place)).await
}

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
    let template = json!({ "name": "x", "workspace_id": ada.workspace, "schema": schema() });
    confined
        .post("/extractions/templates", &template)
        .await
        .expect_error(422, "validation_failed");
    let template = json!({ "name": "x", "schema": schema() });
    let created = confined
        .post("/extractions/templates", &template)
        .await
        .expect(201);
    assert_eq!(created["workspace_id"], second.0);
    assert!(!created.id().is_empty());
}

#[tokio::test]
async fn a_workspace_is_got_and_changed() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = format!("/workspaces/{}", ada.workspace);
    let before = ada.client.get(&place).await.expect(200);
    assert_eq!(before, ada.client.get("/workspaces").await.expect(200)["data"][0]);
    server.advance(Duration::from_secs(1));
    let changed = ada
        .client
        .put(&place, &json!({ "name": " Books ", "icon": "🧾" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["icon"]),
        (&json!("Books"), &json!("🧾"))
    );
    assert_eq!(changed["created_at"], before["created_at"]);
    assert_ne!(changed["updated_at"], before["updated_at"]);
    let named = ada.client.put(&place, &json!({ "name": "B" })).await.expect(200);
    assert_eq!((&named["name"], &named["icon"]), (&json!("B"), &json!("🧾")));
    let cleared = ada.client.put(&place, &json!({ "icon": null })).await.expect(200);
    assert_eq!((&cleared["name"], &cleared["icon"]), (&json!("B"), &json!(null)));
    assert_eq!(ada.client.get(&place).await.expect(200), cleared);
    assert_eq!(server.events(ada.workspace).await, ["workspace.updated"; 3]);
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "icon": "x".repeat(33) }), "icon"),
        (json!({ "icon": "\n" }), "icon"),
    ] {
        let error = ada
            .client
            .put(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{error}");
    }
    assert_eq!(ada.client.get(&place).await.expect(200), cleared);
}

#[tokio::test]
async fn an_unknown_workspace_is_not_there() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for place in ["/workspaces/999", "/workspaces/99999999999999999999"] {
        client.get(place).await.expect_error(404, "not_found");
        client
            .put(place, &json!({ "name": "x" }))
            .await
            .expect_error(404, "not_found");
        delete(&client, place).await.expect_error(404, "not_found");
    }
    for place in ["/workspaces/x", "/workspaces/-1"] {
        client.get(place).await.expect_error(404, "route_unknown");
    }
}

#[tokio::test]
async fn only_an_admin_changes_or_deletes_a_workspace() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = format!("/workspaces/{}", ada.workspace);
    for (name, role) in [("bob", Role::User), ("eve", Role::Readonly)] {
        let member = server.member(ada.workspace, name, role).await;
        member.get(&place).await.expect(200);
        member
            .put(&place, &json!({ "name": "x" }))
            .await
            .expect_error(403, "role_forbids");
        delete(&member, &place).await.expect_error(403, "role_forbids");
    }
    assert_eq!(ada.client.get(&place).await.expect(200)["name"], "ada");
}

#[tokio::test]
async fn a_deleted_workspace_takes_everything_along() {
    let server = server();
    let ada = server.tenant("ada").await;
    let member = server.member(ada.workspace, "bob", Role::User).await;
    let confined = server.client_of(ada.user, "*", Some(ada.workspace)).await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let inside = format!("/extractions/sessions/{session}");
    let uploaded = ada
        .client
        .post(&format!("{inside}/documents"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let run = ada
        .client
        .post(&format!("{inside}/results"), &json!({}))
        .await
        .expect(201);
    let batch = ada.client.upload("b.txt", "not taken in yet").await;
    ada.client
        .post(
            &format!("/extractions/templates/{template}/sessions/batch"),
            &json!({ "files": [batch], "settings": { "auto_extract": true } }),
        )
        .await
        .expect(201);
    let bytes = BlobKey::document(ada.workspace, ContentHash::of(TEXT.as_bytes()));
    let kept = || server.context.blobs.size(&bytes);
    assert!(kept().await.unwrap().is_some());
    let place = format!("/workspaces/{}", ada.workspace);
    let gone = delete(&ada.client, &place).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for client in [&ada.client, &member] {
        for missing in [
            place.clone(),
            format!("{place}/users"),
            format!("{place}/events"),
            format!("{place}/documents"),
            format!("/extractions/templates/{template}"),
            inside.clone(),
            format!("/extractions/results/{}", run.id()),
            format!("/extractions/documents/{}", uploaded["data"][0].id()),
        ] {
            client.get(&missing).await.expect_error(404, "not_found");
        }
        let left = client.get("/workspaces").await.expect(200);
        assert_eq!(left, json!({ "data": [] }));
    }
    delete(&ada.client, &place).await.expect_error(404, "not_found");
    // A token that was confined to it went along.
    confined.get("/user").await.expect_error(401, "token_invalid");
    assert_eq!(
        server.events(ada.workspace).await.last().unwrap(),
        "workspace.deleted"
    );
    // There is nothing to be done any more, and a little later no byte is left.
    assert_eq!(server.run_jobs().await, 0);
    server.advance(Duration::from_hours(3));
    worker::sweep(&server.context).await.unwrap();
    assert_eq!(kept().await.unwrap(), None);
}

#[tokio::test]
async fn a_workspace_that_went_a_moment_ago_takes_nothing_in() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = format!("/workspaces/{}", ada.workspace);
    ada.client.get(&place).await.expect(200);
    let workspace = ada.workspace;
    // By another node: this one still thinks that ada has it.
    server
        .write(move |conn| storage::workspaces::delete(conn, workspace, testkit::databases::at(0)))
        .await;
    ada.client.get(&place).await.expect_error(404, "not_found");
    let template = json!({ "name": "x", "workspace_id": workspace, "schema_json": schema() });
    ada.client
        .post("/extractions/templates", &template)
        .await
        .expect_error(409, "conflict");
    ada.client
        .put(&place, &json!({ "name": "x" }))
        .await
        .expect_error(404, "not_found");
    delete(&ada.client, &place).await.expect_error(404, "not_found");
    for path in [format!("{place}/leave"), "/extractions/templates".to_owned()] {
        server.advance(Duration::from_secs(1));
        let answer = ada.client.post(&path, &template).await;
        assert!([404, 422].contains(&answer.status), "{}", answer.text);
    }
}
