//! Documents behind passwords

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::documents::locked_pdf;
use testkit::server::{Tenant, TestServer};

use super::server;
use crate::schema;

const PASSWORD: &str = "open sesame";

struct Scene {
    server: TestServer,
    ada: Tenant,
    session: String,
    file: Vec<u8>,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let server = server();
        let ada = server.tenant("ada").await;
        let template = ada.client.template(ada.workspace, &schema()).await;
        let session = ada.client.session(&template).await;
        let folder = tempfile::tempdir().unwrap();
        let file = locked_pdf(folder.path(), PASSWORD);
        Self {
            server,
            ada,
            session: format!("/extractions/sessions/{session}"),
            file,
            _folder: folder,
        }
    }

    /// Sends the file by key, has it read, and returns the document.
    async fn send(&self, password: Option<&str>) -> Value {
        let key = self.ada.client.upload("locked.pdf", self.file.clone()).await;
        let place = format!("{}/documents/upload", self.session);
        let body = json!({ "keys": [key], "password": password });
        let sent = self.ada.client.post(&place, &body).await.expect(201);
        self.read(&sent["data"][0]["id"]).await
    }

    async fn read(&self, id: &Value) -> Value {
        self.server.run_jobs().await;
        let place = format!("/extractions/documents/{}", id.as_str().unwrap());
        self.ada.client.get(&place).await.expect(200)
    }
}

#[tokio::test]
async fn a_locked_document_says_that_it_needs_a_password_and_opens_with_it_when_attached_again() {
    let scene = Scene::new().await;
    let document = scene.send(None).await;
    assert_eq!(document["status"], "failed");
    let needed =
        "the file is protected by a password; give it, or save the file without one and upload it again";
    assert_eq!(document["error"], needed);

    let place = format!("{}/documents/attach", scene.session);
    for (password, error) in [
        ("wrong", json!("the password does not open the file")),
        (PASSWORD, Value::Null),
    ] {
        let body = json!({ "document_ids": [document["id"]], "password": password });
        scene.ada.client.post(&place, &body).await.expect(200);
        assert_eq!(scene.read(&document["id"]).await["error"], error, "{password}");
    }
    let chunks = format!(
        "/extractions/documents/{}/chunks",
        document["id"].as_str().unwrap()
    );
    let chunks = scene.ada.client.get(&chunks).await.expect(200);
    assert!(chunks.to_string().contains("168"), "{chunks}");
}

#[tokio::test]
async fn a_password_is_no_part_of_what_a_reading_is_known_by() {
    let scene = Scene::new().await;
    let document = scene.send(Some(PASSWORD)).await;
    assert_eq!(document["status"], "parsed");
    // Sent again without: it is read already.
    let again = scene.send(None).await;
    assert_eq!(
        (&again["id"], &again["status"]),
        (&document["id"], &json!("parsed"))
    );
    assert_eq!(again["parsings"], document["parsings"]);
    assert!(!document.to_string().contains(PASSWORD));
}

#[tokio::test]
async fn a_password_comes_with_a_form_and_with_a_document_of_the_workspace_too() {
    let scene = Scene::new().await;
    let client = &scene.ada.client;
    let behind = |password: &str| {
        let file = Part::bytes(scene.file.clone()).file_name("locked.pdf");
        Form::new()
            .part("file", file)
            .text("note", "x")
            .text("password", password.to_owned())
    };
    let form = |password: &str| {
        let file = Part::bytes(scene.file.clone()).file_name("locked.pdf");
        Form::new()
            .text("password", password.to_owned())
            .part("file", file)
    };
    let place = format!("{}/documents", scene.session);
    let too_long = client.post_form(&place, form(&"x".repeat(257))).await.expect(422);
    assert_eq!(
        too_long["errors"]["password"],
        json!(["must have 1 to 256 characters"])
    );
    client
        .post_form(&place, behind(&"x".repeat(257)))
        .await
        .expect(422);
    let sent = client.post_form(&place, behind("wrong")).await.expect(201);
    assert_eq!(
        scene.read(&sent["id"]).await["error"],
        "the password does not open the file"
    );
    // Before the file or behind it.
    let sent = client.post_form(&place, form(PASSWORD)).await.expect(201);
    assert_eq!(scene.read(&sent["id"]).await["status"], "parsed");

    let bob = scene.server.tenant("bob").await;
    let key = bob.client.upload("locked.pdf", scene.file.clone()).await;
    let place = format!("/workspaces/{}/documents", bob.workspace);
    let body = json!({ "key": key, "password": PASSWORD });
    let created = bob.client.post(&place, &body).await.expect(201);
    scene.server.run_jobs().await;
    let place = format!(
        "/extractions/documents/{}",
        created["document"]["id"].as_str().unwrap()
    );
    assert_eq!(bob.client.get(&place).await.expect(200)["status"], "parsed");
}

#[tokio::test]
async fn pages_of_a_locked_document_are_not_drawn_for_its_password_is_gone() {
    let scene = Scene::new().await;
    let document = scene.send(Some(PASSWORD)).await;
    let place = format!(
        "/extractions/documents/{}/pages",
        document["id"].as_str().unwrap()
    );
    let pages = scene.ada.client.get(&place).await.expect(200);
    assert_eq!(pages["data"][0]["number"], 1);
    let refused = scene.ada.client.get(&format!("{place}/1")).await.expect(422);
    assert_eq!(
        refused["message"],
        "the document is locked: its pages cannot be drawn"
    );
}
