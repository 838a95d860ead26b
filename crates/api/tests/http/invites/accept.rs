//! Following the link of an invitation.

use std::time::Duration;

use domain::access::Scope;
use domain::event::{Action, Actor};
use domain::id::{UserId, WorkspaceId};
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Client, TestServer};

use super::{invited, list};
use crate::{DOCENT, server};

async fn accept(client: &Client, link: &str) -> testkit::server::Answer {
    client.post(link, &json!({})).await
}

async fn users(server: &TestServer, workspace: WorkspaceId) -> usize {
    let list = move |conn: &mut _| storage::members::list(conn, &Scope::of_job(workspace), workspace);
    server.context.db.read(list).await.unwrap().len()
}

#[tokio::test]
async fn looking_says_what_it_is_and_changes_nothing() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::Readonly).await;
    for _ in 0..2 {
        let answer = server.anonymous().get(&link).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let seen = answer.expect(200);
        assert_eq!(seen["workspace"], json!({ "id": ada.workspace, "name": "ada" }));
        for (key, value) in [
            ("email", json!("eve@example.org")),
            ("role", json!("readonly")),
            ("status", json!("pending")),
            ("valid_until", json!("2026-03-11T12:00:00.000000Z")),
            ("needs_token", json!(false)),
        ] {
            assert_eq!(seen[key], value, "{key}");
        }
    }
    assert_eq!(users(&server, ada.workspace).await, 1);
    server.user("eve").await;
    let seen = server.anonymous().get(&link).await.expect(200);
    assert_eq!(seen["needs_token"], true);
}

#[tokio::test]
async fn a_new_address_gets_an_account_and_one_token_with_the_roles_abilities() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let accepted = server
        .anonymous()
        .post(&link, &json!({ "name": "Eve" }))
        .await
        .expect(201);
    assert_eq!(accepted["user"]["name"], "Eve");
    assert_eq!(accepted["user"]["email"], "eve@example.org");
    assert_eq!(accepted["workspace"]["name"], "ada");
    assert_eq!(accepted["role"], "user");
    let eve = server.anonymous().with_token(accepted["token"].as_str().unwrap());
    let workspaces = eve.get("/workspaces").await.expect(200);
    assert_eq!(workspaces["data"][0]["id"], ada.workspace.0);
    let schema = crate::schema();
    eve.template(ada.workspace, &schema).await;
    eve.get(&format!("/workspaces/{}/invites", ada.workspace))
        .await
        .expect(200);
    eve.post("/workspaces/create", &json!({ "name": "x" }))
        .await
        .expect_error(403, "ability_missing");
    let expected: Vec<&str> = Role::User.abilities().names();
    assert_eq!(accepted["abilities"], json!(expected));
    let listed = list(&ada.client, ada.workspace).await;
    assert_eq!(listed[0]["status"], "accepted");
    assert_eq!(listed[0]["accepted_at"], "2026-03-04T12:00:00.000000Z");
    accept(&server.anonymous(), &link)
        .await
        .expect_error(409, "conflict");
    let seen = server.anonymous().get(&link).await.expect(200);
    assert_eq!(seen["status"], "accepted");
}

#[tokio::test]
async fn the_new_account_itself_is_who_did_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let answer = accept(&server.anonymous(), &link).await;
    let request_id = answer.header("x-request-id");
    let accepted = answer.expect(201);
    assert_eq!(accepted["user"]["name"], "eve");
    let eve = UserId(accepted["user"]["id"].as_i64().unwrap());
    let newest = domain::pagination::ListRequest::default();
    let workspace = ada.workspace;
    let events = server
        .context
        .db
        .read(move |conn| storage::events::list(conn, &Scope::of_job(workspace), workspace, &newest));
    let listed = events.await.unwrap().items;
    let mut events: Vec<_> = listed.into_iter().map(|listed| listed.event).collect();
    events.retain(|event| event.action != Action::InviteCreated);
    let actions: Vec<&str> = events.iter().map(|event| event.action.name()).collect();
    assert_eq!(actions, ["invite.accepted", "member.added"]);
    for event in events {
        assert!(
            matches!(event.actor, Actor::User { user, .. } if user == eve),
            "{event:?}"
        );
        assert_eq!(event.request_id.unwrap().to_string(), request_id);
    }
}

#[tokio::test]
async fn an_account_shows_that_it_is_the_one_that_is_meant() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = server.tenant("bob").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let eve = server.user("eve").await;
    let eves = server.workspace(eve, "eve").await;
    let anonymous = server.anonymous();
    accept(&anonymous, &link).await.expect_error(401, "token_missing");
    accept(&anonymous.with_token("dct_x"), &link)
        .await
        .expect_error(401, "token_invalid");
    accept(&bob.client, &link)
        .await
        .expect_error(403, "invite_for_another");
    accept(&server.client_of(eve, "*", Some(eves)).await, &link)
        .await
        .expect_error(403, "token_confined");
    let client = server.client_of(eve, "workspaces-read", None).await;
    // The caller was found good a moment ago, without this workspace.
    let before = client.get("/workspaces").await.expect(200);
    assert_eq!(before["data"].as_array().unwrap().len(), 1);
    let accepted = accept(&client, &link).await.expect(200);
    assert_eq!(accepted["token"], Value::Null);
    assert_eq!(accepted["abilities"], Value::Null);
    assert_eq!(accepted["user"]["id"], eve.0);
    let after = client.get("/workspaces").await.expect(200);
    assert_eq!(after["data"].as_array().unwrap().len(), 2);
    let events = server.events(ada.workspace).await;
    assert_eq!(events, ["invite.created", "member.added", "invite.accepted"]);
}

#[tokio::test]
async fn nobody_accepts_for_a_new_address_with_the_token_of_another() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = server.tenant("bob").await;
    let link = invited(&ada, "eve@example.org", Role::Admin).await;
    for client in [&ada.client, &bob.client] {
        accept(client, &link)
            .await
            .expect_error(403, "invite_for_another");
    }
    let seen = server.anonymous().get(&link).await.expect(200);
    assert_eq!(
        (&seen["needs_token"], &seen["status"]),
        (&json!(false), &json!("pending"))
    );
}

#[tokio::test]
async fn who_is_a_member_already_accepts_nothing() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::Admin).await;
    // As the command line might do it, beside the API.
    let eve = server.member(ada.workspace, "eve", Role::Readonly).await;
    accept(&eve, &link).await.expect_error(409, "conflict");
    let template = json!({ "name": "x", "workspace_id": ada.workspace, "schema_json": crate::schema() });
    eve.post("/extractions/templates", &template)
        .await
        .expect_error(403, "role_forbids");
}

#[tokio::test]
async fn an_invitation_ends_after_seven_days() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    server.advance(Duration::from_hours(7 * 24));
    accept(&server.anonymous(), &link)
        .await
        .expect_error(410, "invite_expired");
    let seen = server.anonymous().get(&link).await.expect(200);
    assert_eq!(seen["status"], "expired");
    assert_eq!(list(&ada.client, ada.workspace).await[0]["status"], "expired");
    assert_eq!(users(&server, ada.workspace).await, 1);
}

#[tokio::test]
async fn a_link_that_was_made_up_leads_nowhere() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let (place, token) = link.rsplit_once('/').unwrap();
    let changed = token.replacen(token.chars().nth(5).unwrap(), "-", 1);
    let client = server.anonymous();
    for forged in ["x", "%00", &changed, &"A".repeat(59), &format!("{token}A")] {
        let link = format!("{place}/{forged}");
        client.get(&link).await.expect_error(404, "not_found");
        accept(&client, &link).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_name_that_is_none_is_refused_and_the_invitation_is_still_there() {
    let server = server();
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let client = server.anonymous();
    let error = client
        .post(&link, &json!({ "name": "two\nlines" }))
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["name"].is_array(), "{error}");
    let request = client.request(Method::POST, &link);
    client.send(request).await.expect(201);
}

#[tokio::test]
async fn a_repetition_with_an_idempotency_key_shows_no_token_again() {
    let server = server();
    let ada = server.tenant("ada").await;
    let send = async |client: &Client, link: &str| {
        let request = client.request(Method::POST, link).header("idempotency-key", "k");
        client.send(request).await
    };
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let made = send(&server.anonymous(), &link).await.expect(201);
    let again = send(&server.anonymous(), &link).await;
    assert!(!again.text.contains("dct_"), "{}", again.text);
    again.expect_error(409, "conflict");
    // An account's own request is done once, and its answer holds no secret.
    let bob = server.tenant("bob").await;
    let link = invited(&bob, "kim@example.org", Role::User).await;
    let kim = server.user("kim").await;
    let kim = server.client_of(kim, "*", None).await;
    let first = send(&kim, &link).await;
    let again = send(&kim, &link).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert!(made["token"].is_string());
}

async fn of_many_at_once_one_is_accepted(server: &TestServer) {
    let ada = server.tenant("ada").await;
    let link = invited(&ada, "eve@example.org", Role::User).await;
    let client = server.anonymous();
    let answers = futures_util::future::join_all((0..6).map(|_| accept(&client, &link))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        assert_eq!((answer.status, &answer.body["code"]), (409, &json!("conflict")));
    }
    assert_eq!(users(server, ada.workspace).await, 2);
}

#[tokio::test]
async fn of_many_who_accept_at_once_one_does() {
    of_many_at_once_one_is_accepted(&server()).await;
}

#[tokio::test]
async fn of_many_who_accept_at_once_one_does_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        of_many_at_once_one_is_accepted(&server).await;
    }
}

/// The address is invited to two workspaces, and both links are followed at once.
async fn an_address_gets_one_account(server: &TestServer) {
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let client = server.anonymous();
    for round in 0..6 {
        let email = format!("eve{round}@example.org");
        let one = invited(&ada, &email, Role::User).await;
        let other = invited(&bob, &email, Role::User).await;
        let (one, other) = futures_util::join!(accept(&client, &one), accept(&client, &other));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 401], "{} {}", one.text, other.text);
    }
}

#[tokio::test]
async fn an_address_that_follows_two_links_at_once_gets_one_account() {
    an_address_gets_one_account(&server()).await;
}

#[tokio::test]
async fn an_address_that_follows_two_links_at_once_gets_one_account_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        an_address_gets_one_account(&server).await;
    }
}

#[tokio::test]
async fn following_links_is_limited_in_rate() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 2);
    let client = server.anonymous();
    for _ in 0..2 {
        client.get("/invite/x").await.expect_error(404, "not_found");
    }
    client.get("/invite/x").await.expect_error(429, "rate_limited");
}
