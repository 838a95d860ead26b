//! `/user`

use domain::role::Role;
use serde_json::json;

use super::server;

#[tokio::test]
async fn a_token_says_whose_it_is_and_how_far_it_reaches() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = server.tenant("bob").await;
    let (workspace, user) = (bob.workspace, ada.user);
    server
        .write(move |conn| {
            let now = testkit::databases::at(0);
            storage::members::insert(conn, workspace, user, Role::Readonly, now)
        })
        .await;
    let (plain, id) = server.token(ada.user, "sessions-read", None).await;
    let client = server.anonymous().with_token(plain.reveal());
    let time = "2026-03-04T12:00:00.000000Z";
    let mut body = client.get("/user").await.expect(200);
    // Recorded beside the request.
    body["token"]["last_used_at"] = json!(null);
    let expected = json!({
        "id": ada.user, "name": "ada", "email": "ada@example.org", "created_at": time, "photo_url": null,
        "token": {
            "id": id, "name": "test", "abilities": ["sessions-read"], "workspace_id": null, "expires_at": null,
            "last_used_at": null, "created_at": time, "revoked_at": null, "current": true,
        },
        "workspaces": [
            { "id": ada.workspace, "name": "ada", "icon": null, "role": "admin" },
            { "id": bob.workspace, "name": "bob", "icon": null, "role": "readonly" },
        ],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_confined_token_names_its_own_workspace_only() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = server.workspace(ada.user, "second").await;
    let confined = server.client_of(ada.user, "templates-read", Some(second)).await;
    let body = confined.get("/user").await.expect(200);
    assert_eq!(body["token"]["workspace_id"], json!(second));
    assert_eq!(
        body["workspaces"],
        json!([{ "id": second, "name": "second", "icon": null, "role": "admin" }])
    );
}
