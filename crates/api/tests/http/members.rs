//! `/workspaces/{workspaceId}/users`, and leaving.

use std::time::Duration;

use domain::id::{UserId, WorkspaceId};
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use storage::{AnyConnection, Error};
use testkit::databases::at;
use testkit::server::{Answer, Client, Tenant, TestServer};

use super::{DOCENT, schema, server};

/// A member of somebody's workspace.
struct Member {
    user: UserId,
    client: Client,
}

async fn member(server: &TestServer, place: &Tenant, name: &str, role: Role) -> Member {
    let (user, workspace) = (server.user(name).await, place.workspace);
    server
        .write(move |conn| storage::members::insert(conn, workspace, user, role, at(0)))
        .await;
    let client = server.client_of(user, "*", None).await;
    Member { user, client }
}

fn users(place: &Tenant) -> String {
    format!("/workspaces/{}/users", place.workspace)
}

async fn remove(client: &Client, place: &Tenant, user: UserId) -> Answer {
    let path = format!("{}/{user}/remove", users(place));
    client.send(client.request(Method::DELETE, &path)).await
}

async fn set_role(client: &Client, place: &Tenant, user: UserId, role: &str) -> Answer {
    let path = format!("{}/{user}/update-role", users(place));
    client.put(&path, &json!({ "role": role })).await
}

async fn leave(client: &Client, workspace: WorkspaceId) -> Answer {
    let path = format!("/workspaces/{workspace}/leave");
    client.post(&path, &json!({})).await
}

/// Makes a template, which readonly members may not and strangers cannot.
async fn make_template(client: &Client, workspace: WorkspaceId) -> Answer {
    let body = json!({ "name": "x", "workspace_id": workspace, "schema_json": schema() });
    client.post("/extractions/templates", &body).await
}

#[tokio::test]
async fn members_are_listed_for_members_of_every_role() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    let eve = member(&server, &ada, "eve", Role::Readonly).await;
    let expected = json!([
        { "id": ada.user, "name": "ada", "email": "ada@example.org", "role": "admin", "photo_url": null },
        { "id": bob.user, "name": "bob", "email": "bob@example.org", "role": "user", "photo_url": null },
        { "id": eve.user, "name": "eve", "email": "eve@example.org", "role": "readonly", "photo_url": null },
    ]);
    for client in [&ada.client, &bob.client, &eve.client] {
        assert_eq!(client.get(&users(&ada)).await.expect(200), expected);
    }
    let stranger = server.tenant("joe").await.client;
    stranger.get(&users(&ada)).await.expect_error(404, "not_found");
    stranger
        .get("/workspaces/999/users")
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_removed_member_sees_nothing_from_the_next_request_on() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::Admin).await;
    let confined = server.client_of(bob.user, "*", Some(ada.workspace)).await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let place = format!("/extractions/templates/{template}");
    for client in [&bob.client, &confined] {
        client.get(&place).await.expect(200);
    }
    let gone = remove(&ada.client, &ada, bob.user).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for client in [&bob.client, &confined] {
        for missing in [&place, &users(&ada), &format!("/workspaces/{}", ada.workspace)] {
            client.get(missing).await.expect_error(404, "not_found");
        }
        let left = client.get("/workspaces").await.expect(200);
        assert_eq!(left, json!({ "data": [] }));
        make_template(client, ada.workspace)
            .await
            .expect_error(422, "validation_failed");
        leave(client, ada.workspace).await.expect_error(404, "not_found");
        remove(client, &ada, ada.user)
            .await
            .expect_error(404, "not_found");
    }
    remove(&ada.client, &ada, bob.user)
        .await
        .expect_error(404, "not_found");
    let trail = server.events(ada.workspace).await;
    assert_eq!(trail, ["template.created", "member.removed"]);
    assert_eq!(
        object_of("member.removed", &ada).await,
        json!(bob.user.to_string())
    );
}

/// To whom that was done the last time, as the trail has it.
async fn object_of(action: &str, place: &Tenant) -> Value {
    let path = format!("/workspaces/{}/events?action={action}", place.workspace);
    place.client.get(&path).await.expect(200)["data"][0]["object_id"].take()
}

#[tokio::test]
async fn one_does_not_remove_oneself() {
    let server = server();
    let ada = server.tenant("ada").await;
    member(&server, &ada, "bob", Role::Admin).await;
    let error = remove(&ada.client, &ada, ada.user)
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        error["errors"],
        json!({ "userId": ["is your own id: leave the workspace instead"] })
    );
    ada.client.get(&users(&ada)).await.expect(200);
}

#[tokio::test]
async fn whoever_is_no_member_is_not_there() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    for user in [bob.user, UserId(999)] {
        let error = remove(&ada.client, &ada, user)
            .await
            .expect_error(404, "not_found");
        assert_eq!(error["message"], "there is no such member");
        set_role(&ada.client, &ada, user, "user")
            .await
            .expect_error(404, "not_found");
    }
    for id in ["x", "99999999999999999999"] {
        let path = format!("{}/{id}/remove", users(&ada));
        let answer = ada.client.send(ada.client.request(Method::DELETE, &path)).await;
        answer.expect_error(404, "not_found");
    }
    // Of a workspace that is not the caller's, members are not told from strangers.
    for user in [ada.user, bob.user, UserId(999)] {
        let error = remove(&ada.client, &bob, user)
            .await
            .expect_error(404, "not_found");
        assert_eq!(error["message"], "there is no such workspace");
    }
    assert_eq!(server.events(bob.workspace).await, [""; 0]);
}

#[tokio::test]
async fn a_role_counts_from_the_next_request_on() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    make_template(&bob.client, ada.workspace).await.expect(201);
    for (role, can_write, can_manage) in [
        ("readonly", false, false),
        ("admin", true, true),
        ("user", true, false),
    ] {
        let changed = set_role(&ada.client, &ada, bob.user, role).await.expect(200);
        assert_eq!(changed, json!({ "message": "Role updated successfully" }));
        let written = make_template(&bob.client, ada.workspace).await;
        assert_eq!(written.status == 201, can_write, "{role} {}", written.text);
        let managed = set_role(&bob.client, &ada, bob.user, role).await;
        assert_eq!(managed.status == 200, can_manage, "{role} {}", managed.text);
    }
    // What is so already is not written down.
    set_role(&ada.client, &ada, bob.user, "user").await.expect(200);
    let trail = server.events(ada.workspace).await;
    let changes = trail.iter().filter(|action| *action == "member.role_changed");
    assert_eq!(changes.count(), 3, "{trail:?}");
    let object = object_of("member.role_changed", &ada).await;
    assert_eq!(object, json!(bob.user.to_string()));
    for body in [
        json!({}),
        json!({ "role": "owner" }),
        json!({ "role": null }),
        json!({ "role": 1 }),
    ] {
        let path = format!("{}/{}/update-role", users(&ada), bob.user);
        let error = ada
            .client
            .put(&path, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"]["role"].is_array(), "{error}");
    }
}

#[tokio::test]
async fn only_an_admin_manages_members() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    let eve = member(&server, &ada, "eve", Role::Readonly).await;
    for client in [&bob.client, &eve.client] {
        for user in [ada.user, bob.user, eve.user] {
            remove(client, &ada, user).await.expect_error(403, "role_forbids");
            set_role(client, &ada, user, "admin")
                .await
                .expect_error(403, "role_forbids");
        }
    }
}

/// By another node, which this one has not heard of yet.
#[tokio::test]
async fn whoever_was_an_admin_a_moment_ago_manages_nobody() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::Admin).await;
    let eve = member(&server, &ada, "eve", Role::Admin).await;
    for client in [&bob.client, &eve.client] {
        client.get(&users(&ada)).await.expect(200);
    }
    let (workspace, lowered, gone) = (ada.workspace, bob.user, eve.user);
    server
        .write(move |conn| {
            storage::members::set_role(conn, workspace, lowered, Role::User)?;
            storage::members::remove(conn, workspace, gone)
        })
        .await;
    let place = format!("/workspaces/{workspace}");
    for (client, status, code) in [
        (&bob.client, 403, "role_forbids"),
        (&eve.client, 404, "not_found"),
    ] {
        remove(client, &ada, ada.user).await.expect_error(status, code);
        set_role(client, &ada, ada.user, "user")
            .await
            .expect_error(status, code);
        client
            .send(client.request(Method::DELETE, &place))
            .await
            .expect_error(status, code);
    }
    ada.client.get(&place).await.expect(200);
}

#[tokio::test]
async fn members_of_every_role_may_leave() {
    let server = server();
    let ada = server.tenant("ada").await;
    for (name, role) in [("bob", Role::Admin), ("eve", Role::User), ("joe", Role::Readonly)] {
        let member = member(&server, &ada, name, role).await;
        member.client.get(&users(&ada)).await.expect(200);
        let left = leave(&member.client, ada.workspace).await.expect(200);
        assert_eq!(left, json!({ "message": "You have left the workspace" }));
        member
            .client
            .get(&users(&ada))
            .await
            .expect_error(404, "not_found");
        leave(&member.client, ada.workspace)
            .await
            .expect_error(404, "not_found");
        let object = object_of("member.left", &ada).await;
        assert_eq!(object, json!(member.user.to_string()));
    }
    assert_eq!(server.events(ada.workspace).await, ["member.left"; 3]);
    leave(&ada.client, WorkspaceId(999))
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn the_only_admin_stays() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    let error = leave(&ada.client, ada.workspace)
        .await
        .expect_error(403, "last_admin");
    assert_eq!(error["message"], "the workspace would be left without an admin");
    for role in ["user", "readonly"] {
        set_role(&ada.client, &ada, ada.user, role)
            .await
            .expect_error(403, "last_admin");
    }
    set_role(&ada.client, &ada, ada.user, "admin").await.expect(200);
    assert_eq!(server.events(ada.workspace).await, [""; 0]);
    set_role(&ada.client, &ada, bob.user, "admin").await.expect(200);
    leave(&ada.client, ada.workspace).await.expect(200);
    leave(&bob.client, ada.workspace)
        .await
        .expect_error(403, "last_admin");
}

/// Each admin at the same time: leaves, takes the role of the next or of itself, or removes the next.
async fn one_admin_stays(server: &TestServer) {
    for round in 0..6 {
        let ada = server.tenant(&format!("ada{round}")).await;
        let mut admins = vec![Member {
            user: ada.user,
            client: ada.client.clone(),
        }];
        for name in ["b", "c", "d"] {
            admins.push(member(server, &ada, &format!("{name}{round}"), Role::Admin).await);
        }
        let all = admins.iter().zip(admins.iter().cycle().skip(1)).enumerate();
        let acts = all.map(async |(index, (admin, next))| match (index + round) % 4 {
            0 => leave(&admin.client, ada.workspace).await,
            1 => set_role(&admin.client, &ada, next.user, "user").await,
            2 => set_role(&admin.client, &ada, admin.user, "readonly").await,
            _ => remove(&admin.client, &ada, next.user).await,
        });
        let answers = futures_util::future::join_all(acts).await;
        for answer in &answers {
            assert!(
                [200, 204, 403, 404].contains(&answer.status),
                "{} {}",
                answer.status,
                answer.text
            );
        }
        let workspace = ada.workspace;
        let left = server
            .write(move |conn| storage::members::hold_admins(conn, workspace))
            .await;
        assert!(!left.is_empty(), "{answers:?}");
    }
}

#[tokio::test]
async fn of_admins_who_go_at_once_one_stays() {
    one_admin_stays(&server()).await;
}

#[tokio::test]
async fn of_admins_who_go_at_once_one_stays_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        one_admin_stays(&server).await;
    }
}

async fn keyed(client: &Client, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path).header("idempotency-key", "k");
    client.send(request.json(body)).await
}

#[tokio::test]
async fn answers_that_were_kept_for_a_member_die_with_the_membership() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    let body = json!({ "name": "x", "workspace_id": ada.workspace, "schema_json": schema() });
    let ask = async |client: &Client| keyed(client, "/extractions/templates", &body).await;
    ask(&bob.client).await.expect(201);
    assert_eq!(ask(&bob.client).await.header("idempotency-replayed"), "true");
    set_role(&ada.client, &ada, bob.user, "admin").await.expect(200);
    assert_eq!(
        ask(&bob.client).await.header("idempotency-replayed"),
        "true",
        "who may do more keeps them"
    );
    set_role(&ada.client, &ada, bob.user, "readonly")
        .await
        .expect(200);
    ask(&bob.client).await.expect_error(403, "role_forbids");
    set_role(&ada.client, &ada, bob.user, "user").await.expect(200);
    ask(&bob.client).await.expect(201);
    assert_eq!(remove(&ada.client, &ada, bob.user).await.status, 204);
    ask(&bob.client).await.expect_error(422, "validation_failed");
    ask(&ada.client).await.expect(201);
    assert_eq!(
        ask(&ada.client).await.header("idempotency-replayed"),
        "true",
        "others keep theirs"
    );
    let place = format!("/workspaces/{}", ada.workspace);
    let gone = ada.client.send(ada.client.request(Method::DELETE, &place)).await;
    assert_eq!(gone.status, 204);
    ask(&ada.client).await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn leaving_with_a_key_ends_the_membership_once() {
    let server = server();
    let ada = server.tenant("ada").await;
    let bob = member(&server, &ada, "bob", Role::User).await;
    let path = format!("/workspaces/{}/leave", ada.workspace);
    keyed(&bob.client, &path, &json!({})).await.expect(200);
    keyed(&bob.client, &path, &json!({}))
        .await
        .expect_error(404, "not_found");
    assert_eq!(server.events(ada.workspace).await, ["member.left"]);
}

/// What another node, or the command line, does to a member.
type Change = fn(&mut AnyConnection, WorkspaceId, UserId) -> Result<(), Error>;

#[tokio::test]
async fn what_is_changed_elsewhere_counts_within_a_second() {
    let server = server();
    let changes: [(&str, Change, u16, u16); 3] = [
        (
            "removed",
            |conn, workspace, user| storage::members::remove(conn, workspace, user).map(drop),
            404,
            422,
        ),
        (
            "lowered",
            |conn, workspace, user| {
                storage::members::set_role(conn, workspace, user, Role::Readonly).map(drop)
            },
            200,
            403,
        ),
        (
            "deleted",
            |conn, workspace, _| storage::workspaces::delete(conn, workspace, at(0)).map(drop),
            404,
            422,
        ),
    ];
    for (name, change, reads, writes) in changes {
        let ada = server.tenant(&format!("ada-{name}")).await;
        let bob = member(&server, &ada, &format!("bob-{name}"), Role::User).await;
        let place = format!("/workspaces/{}", ada.workspace);
        bob.client.get(&place).await.expect(200);
        make_template(&bob.client, ada.workspace).await.expect(201);
        let (workspace, user) = (ada.workspace, bob.user);
        server.write(move |conn| change(conn, workspace, user)).await;
        server.advance(Duration::from_secs(1));
        assert_eq!(bob.client.get(&place).await.status, reads, "{name}");
        let written = make_template(&bob.client, ada.workspace).await;
        assert_eq!(written.status, writes, "{name} {}", written.text);
    }
}
