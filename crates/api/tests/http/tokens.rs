//! `/tokens`

use std::time::Duration;

use domain::ability::Ability;
use domain::id::{TokenId, WorkspaceId};
use domain::token::PlainToken;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::databases::at;
use testkit::server::{Answer, Client, HasId, Tenant, TestServer};

use super::{NOBODYS, server};

async fn create(client: &Client, body: Value) -> Answer {
    client.post("/tokens", &body).await
}

async fn revoke(client: &Client, id: &str) -> Answer {
    client
        .send(client.request(Method::DELETE, &format!("/tokens/{id}")))
        .await
}

/// The ids in a list.
async fn listed(client: &Client) -> Vec<String> {
    let list = client.get("/tokens").await.expect(200);
    list["data"].as_array().unwrap().iter().map(HasId::id).collect()
}

/// A token of that tenant's with these abilities, confined, and ending then.
async fn token(
    server: &TestServer,
    tenant: &Tenant,
    abilities: &str,
    workspace: Option<WorkspaceId>,
    ends: Option<u64>,
) -> Client {
    let secret = PlainToken::mint([u8::try_from(ends.unwrap_or(0) % 251).unwrap(); 32]);
    let new = storage::tokens::NewToken {
        user_id: tenant.user,
        name: "minter".parse().unwrap(),
        hash: secret.hash(),
        abilities: abilities.parse().unwrap(),
        workspace_id: workspace,
        expires_at: ends.map(at),
    };
    server
        .write(move |conn| storage::tokens::insert(conn, new, at(0)))
        .await;
    server.anonymous().with_token(secret.reveal())
}

#[tokio::test]
async fn a_token_is_made_shown_once_listed_and_revoked() {
    let server = server();
    let ada = server.tenant("ada").await;
    let body =
        json!({ "name": " laptop ", "abilities": ["sessions-read", "workspaces-read", "sessions-read"] });
    let mut made = create(&ada.client, body).await.expect(201);
    let secret = made["token"].take().as_str().unwrap().to_owned();
    let expected = json!({
        "id": made.id(), "name": "laptop", "abilities": ["workspaces-read", "sessions-read"], "workspace_id": null,
        "expires_at": null, "last_used_at": null, "created_at": "2026-03-04T12:00:00.000000Z", "revoked_at": null,
        "current": false, "token": null,
    });
    assert_eq!(made, expected);
    let client = server.anonymous().with_token(&secret);
    client.get("/workspaces").await.expect(200);
    client.get("/tokens").await.expect_error(403, "ability_missing");
    let list = ada.client.get("/tokens").await;
    assert!(!list.text.contains("dct_"), "{}", list.text);
    let list = list.expect(200);
    assert_eq!(list["meta"]["total"], 2);
    assert_eq!(list["data"][0].id(), made.id());
    assert_eq!(list["data"][0]["current"], false);
    assert_eq!(list["data"][1]["current"], true);
    let gone = revoke(&ada.client, &made.id()).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    // From the next request on, though it was found good a moment ago.
    client.get("/workspaces").await.expect_error(401, "token_invalid");
    revoke(&ada.client, &made.id())
        .await
        .expect_error(404, "not_found");
    let list = ada.client.get("/tokens").await.expect(200);
    assert_eq!(list["data"][0]["revoked_at"], "2026-03-04T12:00:00.000000Z");
}

#[tokio::test]
async fn tokens_are_listed_page_by_page() {
    let server = server();
    let ada = server.tenant("ada").await;
    for number in 0..3 {
        let body = json!({ "name": format!("t{number}"), "abilities": ["*"] });
        create(&ada.client, body).await.expect(201);
    }
    let page = ada.client.get("/tokens?page=2&per_page=2").await.expect(200);
    assert_eq!(
        page["meta"],
        json!({ "current_page": 2, "last_page": 2, "per_page": 2, "total": 4 })
    );
    assert_eq!(page["data"][0]["name"], "t0");
    ada.client
        .get("/tokens?per_page=101")
        .await
        .expect_error(422, "validation_failed");
}

#[tokio::test]
async fn a_token_that_cannot_be_is_refused_with_its_fields() {
    let server = server();
    let ada = server.tenant("ada").await;
    let good = json!({ "name": "x", "abilities": ["sessions-read"] });
    for (member, value) in [
        ("name", json!("")),
        ("name", json!(null)),
        ("abilities", json!([])),
        ("abilities", json!(["fly"])),
        ("abilities", json!("*")),
        ("abilities", json!(null)),
        ("workspace_id", json!(999_999)),
        ("workspace_id", json!("x")),
        ("expires_at", json!("2026-03-04T12:00:00Z")),
        ("expires_at", json!("2126-03-05T12:00:00Z")),
        ("expires_at", json!("9999-12-31T23:59:59-23:59")),
        ("expires_at", json!("tomorrow")),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let error = create(&ada.client, body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][member].is_array(), "{error}");
    }
    let error = create(&ada.client, json!({}))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"]["name"], json!(["is required"]));
    assert_eq!(listed(&ada.client).await.len(), 1, "nothing was made");
}

#[tokio::test]
async fn a_token_reaches_no_further_than_the_one_that_makes_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = server.workspace(ada.user, "second").await;
    let minter = token(
        &server,
        &ada,
        "tokens-write,sessions-read",
        Some(second),
        Some(3600),
    )
    .await;
    let end = "2026-03-04T13:00:00.000000Z";
    let wider = json!({
        "name": "x", "abilities": ["sessions-read", "sessions-write", "tokens-read"], "workspace_id": ada.workspace,
        "expires_at": "2026-03-04T13:00:00.000001Z",
    });
    let error = create(&minter, wider)
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        error["errors"],
        json!({
            "abilities": ["must not hold what the token that makes it does not: sessions-write, tokens-read"],
            "workspace_id": ["there is no such workspace"],
            "expires_at": [format!("must not be after the end of the token that makes it, {end}")],
        })
    );
    let star = json!({ "name": "x", "abilities": ["*"] });
    let error = create(&minter, star).await.expect_error(422, "validation_failed");
    assert!(error["errors"]["abilities"].is_array(), "{error}");
    // What is not said is not wider either.
    let bare = json!({ "name": "x", "abilities": ["tokens-write", "sessions-read"] });
    let bare = create(&minter, bare).await.expect(201);
    assert_eq!(
        (&bare["workspace_id"], &bare["expires_at"]),
        (&json!(second), &json!(end))
    );
    let null =
        json!({ "name": "x", "abilities": ["sessions-read"], "workspace_id": null, "expires_at": null });
    let null = create(&minter, null).await.expect(201);
    assert_eq!(
        (&null["workspace_id"], &null["expires_at"]),
        (&json!(second), &json!(end))
    );
    let child = server.anonymous().with_token(bare["token"].as_str().unwrap());
    let grandchild = json!({ "name": "x", "abilities": ["sessions-read"], "workspace_id": ada.workspace });
    create(&child, grandchild)
        .await
        .expect_error(422, "validation_failed");
    let narrower = json!({
        "name": "x", "abilities": ["sessions-read"], "workspace_id": second, "expires_at": "2026-03-04T12:30:00Z",
    });
    create(&child, narrower).await.expect(201);
}

#[tokio::test]
async fn every_ability_beyond_those_of_its_maker_is_refused() {
    let server = server();
    let ada = server.tenant("ada").await;
    let minter = server.client_of(ada.user, "tokens-write", None).await;
    for ability in Ability::ALL.iter().map(|ability| ability.name()).chain(["*"]) {
        let answer = create(&minter, json!({ "name": "x", "abilities": [ability] })).await;
        let expected = if ability == "tokens-write" { 201 } else { 422 };
        assert_eq!(answer.status, expected, "{ability} {}", answer.text);
    }
    let full = create(&ada.client, json!({ "name": "x", "abilities": ["*"] })).await;
    full.expect(201);
}

#[tokio::test]
async fn a_confined_token_knows_of_tokens_confined_like_it_only() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = server.workspace(ada.user, "second").await;
    let (_, wide) = server.token(ada.user, "*", None).await;
    let (_, elsewhere) = server.token(ada.user, "*", Some(ada.workspace)).await;
    let (_, beside) = server.token(ada.user, "*", Some(second)).await;
    let (secret, own) = server.token(ada.user, "*", Some(second)).await;
    let confined = server.anonymous().with_token(secret.reveal());
    let mut found = listed(&confined).await;
    found.sort();
    assert_eq!(found, [beside.to_string(), own.to_string()]);
    for other in [wide, elsewhere] {
        revoke(&confined, &other.to_string())
            .await
            .expect_error(404, "not_found");
    }
    assert_eq!(listed(&ada.client).await.len(), 5);
    assert_eq!(revoke(&confined, &beside.to_string()).await.status, 204);
    assert_eq!(
        revoke(&confined, &own.to_string()).await.status,
        204,
        "also its own"
    );
    confined.get("/user").await.expect_error(401, "token_invalid");
    // What concerns a workspace is in its trail.
    assert_eq!(server.events(second).await, ["token.revoked"; 2]);
    assert_eq!(server.events(ada.workspace).await, [""; 0]);
}

#[tokio::test]
async fn a_confined_token_of_somebody_who_is_no_member_any_more_makes_none() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let (workspace, user) = (ada.workspace, bob.user);
    let confined = server.client_of(bob.user, "*", Some(ada.workspace)).await;
    let body = json!({ "name": "x", "abilities": ["*"] });
    let error = create(&confined, body.clone())
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["workspace_id"].is_array(), "{error}");
    server
        .write(move |conn| {
            storage::members::insert(conn, workspace, user, domain::role::Role::Readonly, at(0))
        })
        .await;
    server.advance(Duration::from_secs(1));
    create(&confined, body).await.expect(201);
    assert_eq!(server.events(ada.workspace).await, ["token.created"]);
}

#[tokio::test]
async fn somebody_elses_token_is_not_there() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let (secret, id) = server.token(bob.user, "*", None).await;
    assert_eq!(listed(&ada.client).await.len(), 1);
    for id in [id.to_string(), NOBODYS.to_owned(), "x".to_owned()] {
        let error = revoke(&ada.client, &id).await.expect_error(404, "not_found");
        assert_eq!(error["message"], "there is no such token");
    }
    let his = server.anonymous().with_token(secret.reveal());
    his.get("/workspaces").await.expect(200);
}

#[tokio::test]
async fn a_token_that_was_revoked_elsewhere_a_moment_ago_makes_none() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (secret, id) = server.token(ada.user, "*", None).await;
    let client = server.anonymous().with_token(secret.reveal());
    client.get("/tokens").await.expect(200);
    let user = ada.user;
    server
        .write(move |conn| storage::tokens::revoke(conn, user, id, at(0)))
        .await;
    // This node still believes it for a second; what lasts longer than that is not to be had.
    create(&client, json!({ "name": "x", "abilities": ["*"] }))
        .await
        .expect_error(401, "token_invalid");
}

#[tokio::test]
async fn the_secret_is_not_kept_for_whoever_asks_again() {
    let server = server();
    let ada = server.tenant("ada").await;
    let send = async || {
        let request = ada.client.request(Method::POST, "/tokens");
        let body = json!({ "name": "x", "abilities": ["*"] });
        ada.client
            .send(request.header("idempotency-key", "k").json(&body))
            .await
    };
    let mut first = send().await.expect(201);
    assert!(PlainToken::parse(first["token"].as_str().unwrap()).is_ok());
    let again = send().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    first["token"] = Value::Null;
    assert_eq!(again.expect(201), first);
    assert_eq!(listed(&ada.client).await.len(), 2);
}

#[tokio::test]
async fn what_is_done_with_tokens_is_written_down() {
    let server = server();
    let ada = server.tenant("ada").await;
    let body = json!({ "name": "x", "abilities": ["*"], "workspace_id": ada.workspace });
    let made = create(&ada.client, body).await.expect(201);
    assert_eq!(revoke(&ada.client, &made.id()).await.status, 204);
    let place = format!("/workspaces/{}/events", ada.workspace);
    let trail = ada.client.get(&place).await.expect(200);
    for (index, action) in [(0, "token.revoked"), (1, "token.created")] {
        let entry = &trail["data"][index];
        assert_eq!(
            (&entry["action"], &entry["object_id"]),
            (&json!(action), &made["id"])
        );
    }
    assert!(made.id().parse::<TokenId>().is_ok());
}
