//! Invitations in the mail, by a real mail server.

use std::time::Duration;

use domain::role::Role;
use serde_json::{Value, json};
use storage::jobs::Counts;
use testkit::server::TestServer;

use super::smtp::{SmtpServer, free_port};
use super::{add, list};
use crate::DOCENT;

async fn jobs(server: &TestServer) -> Counts {
    let count = |conn: &mut _| storage::jobs::count_of_all_tenants(conn);
    server.context.db.read(count).await.unwrap()
}

const WAITS: Counts = Counts {
    waiting: 1,
    running: 0,
    dead: 0,
};

#[tokio::test]
async fn an_invitation_arrives_and_its_link_is_accepted() {
    let smtp = SmtpServer::start();
    let server = TestServer::start_with_mail(DOCENT, &smtp.url());
    let ada = server.tenant("ada").await;
    let workspace = server.workspace(ada.user, "Büro 🧾").await;
    let answer = add(&ada.client, workspace, "eve@example.org", Role::User).await;
    let id = answer.body["invite_id"].as_i64().unwrap();
    assert_eq!(
        answer.expect(200),
        json!({ "message": "Invitation sent", "invite_id": id, "mailed": true })
    );
    assert_eq!(server.run_jobs().await, 1);
    let mail = smtp.only_mail();
    assert_eq!(mail.from, "Docent <docent@example.org>");
    assert_eq!(mail.to, "eve@example.org");
    assert_eq!(mail.subject, "Invitation to Büro 🧾");
    for part in ["ada invites you", "\"Büro 🧾\"", "user", "2026-03-11 12:00 UTC"] {
        assert!(mail.text.contains(part), "{part}\n{}", mail.text);
    }
    assert!(mail.link().starts_with(&format!("{}/invite/", server.address())));
    let seen = server.anonymous().get(mail.link()).await.expect(200);
    assert_eq!(seen["email"], "eve@example.org");
    let accepted = server.anonymous().post(mail.link(), &json!({})).await.expect(201);
    let eve = server.anonymous().with_token(accepted["token"].as_str().unwrap());
    let workspaces = eve.get("/workspaces").await.expect(200);
    assert_eq!(workspaces["data"][0]["name"], "Büro 🧾");
}

#[tokio::test]
async fn an_invitation_waits_for_a_mail_server_that_is_away() {
    let port = free_port();
    let server = TestServer::start_with_mail(DOCENT, &format!("smtp://127.0.0.1:{port}"));
    let ada = server.tenant("ada").await;
    add(&ada.client, ada.workspace, "eve@example.org", Role::User)
        .await
        .expect(200);
    assert_eq!(server.run_jobs().await, 1);
    assert_eq!(jobs(&server).await, WAITS);
    assert_eq!(server.run_jobs().await, 0, "it is not tried again at once");
    let smtp = SmtpServer::start_at(port);
    server.advance(Duration::from_secs(10));
    assert_eq!(server.run_jobs().await, 1);
    assert_eq!(smtp.only_mail().to, "eve@example.org");
    assert_eq!(jobs(&server).await, Counts::default());
}

#[tokio::test]
async fn an_address_that_the_mail_server_refuses_is_not_tried_again_and_the_invitation_stands() {
    let smtp = SmtpServer::start();
    let server = TestServer::start_with_mail(DOCENT, &smtp.url());
    let ada = server.tenant("ada").await;
    let answer = add(&ada.client, ada.workspace, "nobody@example.org", Role::User).await;
    assert!(!answer.text.contains("mailbox"), "{}", answer.text);
    answer.expect(200);
    assert_eq!(server.run_jobs().await, 1);
    let dead = Counts {
        dead: 1,
        ..Counts::default()
    };
    assert_eq!(jobs(&server).await, dead);
    server.advance(Duration::from_hours(1));
    assert_eq!(server.run_jobs().await, 0);
    assert!(smtp.mails().is_empty());
    let listed = list(&ada.client, ada.workspace).await;
    assert_eq!(listed[0]["status"], "pending");
    assert!(!listed.to_string().contains("mailbox"), "{listed}");
    // The admin finds out from the person, and hands the link over or sends it again.
    let place = format!("/workspaces/{}/invites/{}", ada.workspace, listed[0]["id"]);
    ada.client.get(&format!("{place}/link")).await.expect(200);
    ada.client
        .post(&format!("{place}/resend"), &Value::Null)
        .await
        .expect(200);
    assert_eq!(server.run_jobs().await, 1);
}

#[tokio::test]
async fn of_an_invitation_that_was_sent_again_only_the_newest_link_is_mailed() {
    let smtp = SmtpServer::start();
    let server = TestServer::start_with_mail(DOCENT, &smtp.url());
    let ada = server.tenant("ada").await;
    let added = add(&ada.client, ada.workspace, "eve@example.org", Role::User).await;
    let id = added.expect(200)["invite_id"].as_i64().unwrap();
    let place = format!("/workspaces/{}/invites/{id}", ada.workspace);
    let resent = ada.client.post(&format!("{place}/resend"), &Value::Null).await;
    assert_eq!(resent.expect(200)["message"], "Invitation resent successfully");
    assert_eq!(server.run_jobs().await, 2);
    let link = ada.client.get(&format!("{place}/link")).await.expect(200);
    assert_eq!(smtp.only_mail().link(), link["link"]);
}

#[tokio::test]
async fn nothing_is_mailed_once_there_is_nothing_to_accept() {
    let smtp = SmtpServer::start();
    let server = TestServer::start_with_mail(DOCENT, &smtp.url());
    let ada = server.tenant("ada").await;
    for (name, end) in [("eve", "cancel"), ("kim", "accept"), ("lee", "expire")] {
        let added = add(
            &ada.client,
            ada.workspace,
            &format!("{name}@example.org"),
            Role::User,
        )
        .await;
        let id = added.expect(200)["invite_id"].as_i64().unwrap();
        let place = format!("/workspaces/{}/invites/{id}", ada.workspace);
        let link = ada.client.get(&format!("{place}/link")).await.expect(200);
        match end {
            "cancel" => {
                let request = ada.client.request(reqwest::Method::DELETE, &place);
                ada.client.send(request).await.expect(204);
            }
            "accept" => {
                let link = link["link"].as_str().unwrap();
                server.anonymous().post(link, &json!({})).await.expect(201);
            }
            _ => server.advance(Duration::from_hours(7 * 24)),
        }
    }
    assert_eq!(server.run_jobs().await, 3);
    assert!(smtp.mails().is_empty());
    assert_eq!(jobs(&server).await, Counts::default());
}

#[tokio::test]
async fn mail_that_must_be_encrypted_is_given_to_nobody_who_does_not_or_is_not_trusted() {
    for smtp in [SmtpServer::start(), SmtpServer::start_untrusted()] {
        let server = TestServer::start_with_mail(DOCENT, &format!("{}?tls=required", smtp.url()));
        let ada = server.tenant("ada").await;
        add(&ada.client, ada.workspace, "eve@example.org", Role::User)
            .await
            .expect(200);
        assert_eq!(server.run_jobs().await, 1);
        assert_eq!(jobs(&server).await, WAITS);
        assert!(smtp.mails().is_empty());
    }
}
