//! Inviting people.

mod accept;
mod mail;
mod smtp;

use std::time::Duration;

use domain::id::WorkspaceId;
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Answer, Client, Tenant};

use super::server;

async fn add(client: &Client, workspace: WorkspaceId, email: &str, role: Role) -> Answer {
    let place = format!("/workspaces/{workspace}/users/add");
    client
        .post(&place, &json!({ "email": email, "role": role }))
        .await
}

async fn list(client: &Client, workspace: WorkspaceId) -> Value {
    let place = format!("/workspaces/{workspace}/invites");
    client.get(&place).await.expect(200)
}

/// Where the invitation is that was made by that answer.
fn place_of(workspace: WorkspaceId, added: Answer) -> String {
    let id = added.expect(200)["invite_id"].as_i64().unwrap();
    format!("/workspaces/{workspace}/invites/{id}")
}

async fn link_of(client: &Client, place: &str) -> String {
    let body = client.get(&format!("{place}/link")).await.expect(200);
    body["link"].as_str().unwrap().to_owned()
}

/// Invites somebody, and returns the link.
async fn invited(admin: &Tenant, email: &str, role: Role) -> String {
    let added = add(&admin.client, admin.workspace, email, role).await;
    link_of(&admin.client, &place_of(admin.workspace, added)).await
}

async fn delete(client: &Client, place: &str) -> Answer {
    client.send(client.request(Method::DELETE, place)).await
}

async fn resend(client: &Client, place: &str) -> Answer {
    client.post(&format!("{place}/resend"), &Value::Null).await
}

#[tokio::test]
async fn an_account_becomes_a_member_at_once() {
    let server = server();
    let ada = server.tenant("ada").await;
    let eve = server.tenant("eve").await;
    // The caller was found good a moment ago, without this workspace.
    eve.client.get("/workspaces").await.expect(200);
    let added = add(&ada.client, ada.workspace, "Eve@Example.org", Role::User).await;
    assert_eq!(added.expect(200), json!({ "message": "User added successfully" }));
    eve.client.template(ada.workspace, &super::schema()).await;
    assert_eq!(
        server.events(ada.workspace).await,
        ["member.added", "template.created"]
    );
    assert_eq!(list(&ada.client, ada.workspace).await, json!([]));
}

#[tokio::test]
async fn an_address_without_account_is_invited_and_nothing_is_said_to_be_mailed_that_is_not() {
    let server = server();
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "Eve@Example.org", Role::Readonly).await;
    let id = added.body["invite_id"].as_i64().unwrap();
    let message = "Invitation made; this server sends no mail, so hand its link over";
    assert_eq!(
        added.expect(200),
        json!({ "message": message, "invite_id": id, "mailed": false })
    );
    assert_eq!(server.run_jobs().await, 0);
    let now = "2026-03-04T12:00:00.000000Z";
    let expected = json!([{
        "id": id, "email": "eve@example.org", "role": "readonly", "status": "pending",
        "valid_until": "2026-03-11T12:00:00.000000Z", "invited_by": ada.user, "accepted_at": null,
        "created_at": now, "updated_at": now,
    }]);
    assert_eq!(list(&ada.client, ada.workspace).await, expected);
    assert_eq!(server.events(ada.workspace).await, ["invite.created"]);
}

#[tokio::test]
async fn who_is_a_member_or_invited_already_is_refused_by_the_field() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = server.workspace(ada.user, "second").await;
    add(&ada.client, ada.workspace, "eve@example.org", Role::User)
        .await
        .expect(200);
    for email in ["ada@example.org", "eve@example.org"] {
        let error = add(&ada.client, ada.workspace, email, Role::User)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"]["email"].is_array(), "{error}");
    }
    // Another workspace is another matter.
    add(&ada.client, second, "eve@example.org", Role::User)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_invitation_that_expired_is_sent_again_with_the_role_that_is_asked_for() {
    let server = server();
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let place = place_of(ada.workspace, added);
    let old = link_of(&ada.client, &place).await;
    server.advance(Duration::from_hours(7 * 24));
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::Readonly).await;
    assert_eq!(place_of(ada.workspace, added), place);
    let listed = list(&ada.client, ada.workspace).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(
        (&listed[0]["role"], &listed[0]["status"]),
        (&json!("readonly"), &json!("pending"))
    );
    server.anonymous().get(&old).await.expect_error(404, "not_found");
    assert_eq!(
        server.events(ada.workspace).await,
        ["invite.created", "invite.resent"]
    );
}

#[tokio::test]
async fn who_is_to_be_added_is_named_by_address_and_role() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = format!("/workspaces/{}/users/add", ada.workspace);
    for (body, field) in [
        (json!({ "role": "user" }), "email"),
        (json!({ "email": "eve", "role": "user" }), "email"),
        (json!({ "email": "eve@example.org" }), "role"),
        (json!({ "email": "eve@example.org", "role": "owner" }), "role"),
    ] {
        let error = ada
            .client
            .post(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{body} {error}");
    }
}

#[tokio::test]
async fn an_account_that_was_made_meanwhile_is_added_and_its_invitation_ends() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    server.user("eve").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    assert_eq!(added.expect(200)["message"], "User added successfully");
    assert_eq!(list(&ada.client, ada.workspace).await, json!([]));
    server.anonymous().get(&link).await.expect_error(404, "not_found");
    assert_eq!(
        server.events(ada.workspace).await,
        ["invite.created", "member.added", "invite.cancelled"]
    );
}

#[tokio::test]
async fn only_an_admin_invites_and_sees_links_though_all_members_see_invitations() {
    let server = server();
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let place = place_of(ada.workspace, added);
    for (name, role) in [("kim", Role::User), ("lee", Role::Readonly)] {
        let member = server.member(ada.workspace, name, role).await;
        assert_eq!(list(&member, ada.workspace).await.as_array().unwrap().len(), 1);
        let refused = [
            add(&member, ada.workspace, "x@example.org", Role::User).await,
            resend(&member, &place).await,
            member.get(&format!("{place}/link")).await,
            delete(&member, &place).await,
            delete(&member, &format!("{place}/cancel")).await,
        ];
        for answer in refused {
            answer.expect_error(403, "role_forbids");
        }
    }
}

#[tokio::test]
async fn a_link_is_an_address_of_this_server_and_is_not_kept_on_the_way() {
    let server = server();
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let place = place_of(ada.workspace, added);
    let reader = server.client_of(ada.user, "workspace-users-read", None).await;
    let answer = reader.get(&format!("{place}/link")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.expect(200);
    let link = body["link"].as_str().unwrap();
    let token = link
        .strip_prefix(&format!("{}/invite/", server.address()))
        .unwrap();
    assert_eq!(token.len(), 59);
    assert_eq!(body["valid_until"], "2026-03-11T12:00:00.000000Z");
}

#[tokio::test]
async fn sending_again_ends_the_links_of_before() {
    let server = server();
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let place = place_of(ada.workspace, added);
    let old = link_of(&ada.client, &place).await;
    server.advance(Duration::from_hours(24));
    let resent = resend(&ada.client, &place).await.expect(200);
    assert_eq!(resent["valid_until"], "2026-03-12T12:00:00.000000Z");
    assert_eq!(resent["mailed"], false);
    let new = link_of(&ada.client, &place).await;
    assert_ne!(old, new);
    let anonymous = server.anonymous();
    anonymous.get(&old).await.expect_error(404, "not_found");
    anonymous
        .post(&old, &json!({}))
        .await
        .expect_error(404, "not_found");
    anonymous.post(&new, &json!({})).await.expect(201);
    assert_eq!(
        server.events(ada.workspace).await,
        [
            "invite.created",
            "invite.resent",
            "member.added",
            "invite.accepted"
        ]
    );
}

#[tokio::test]
async fn an_invitation_is_cancelled_by_both_addresses() {
    let server = server();
    let ada = server.tenant("ada").await;
    for ending in ["", "/cancel"] {
        let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
        let place = place_of(ada.workspace, added);
        let link = link_of(&ada.client, &place).await;
        let cancelled = delete(&ada.client, &format!("{place}{ending}")).await;
        assert_eq!((cancelled.status, cancelled.text.as_str()), (204, ""));
        server
            .anonymous()
            .post(&link, &json!({}))
            .await
            .expect_error(404, "not_found");
        delete(&ada.client, &format!("{place}{ending}"))
            .await
            .expect_error(404, "not_found");
    }
    assert_eq!(list(&ada.client, ada.workspace).await, json!([]));
    assert_eq!(
        server.events(ada.workspace).await,
        [
            "invite.created",
            "invite.cancelled",
            "invite.created",
            "invite.cancelled"
        ]
    );
}

#[tokio::test]
async fn an_invitation_that_was_accepted_or_is_another_workspaces_is_not_there() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = server.tenant("bob").await;
    let added = add(&bob.client, bob.workspace, "kim@example.org", Role::User).await;
    let foreign = place_of(bob.workspace, added);
    let foreign_id = foreign.rsplit('/').next().unwrap();
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let accepted = place_of(ada.workspace, added);
    let link = link_of(&ada.client, &accepted).await;
    server.anonymous().post(&link, &json!({})).await.expect(201);
    let own = format!("/workspaces/{}/invites", ada.workspace);
    for place in [
        accepted,
        format!("{own}/{foreign_id}"),
        format!("{own}/999"),
        format!("{own}/x"),
        foreign.clone(),
    ] {
        let answers = [
            resend(&ada.client, &place).await,
            ada.client.get(&format!("{place}/link")).await,
            delete(&ada.client, &place).await,
            delete(&ada.client, &format!("{place}/cancel")).await,
        ];
        for answer in answers {
            answer.expect_error(404, "not_found");
        }
    }
    link_of(&bob.client, &foreign).await;
}
