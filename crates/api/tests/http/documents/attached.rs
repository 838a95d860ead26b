//! Files that come within others: mails

use serde_json::{Value, json};
use testkit::documents::{Invoice, mail};
use testkit::server::{Tenant, TestServer};

use super::server;

struct Scene {
    server: TestServer,
    ada: Tenant,
    template: String,
}

impl Scene {
    async fn new() -> Self {
        let server = server();
        let ada = server.tenant("ada").await;
        let fields = json!({ "fields": { "invoice_number": { "type": "string" } } });
        let template = ada.client.template(ada.workspace, &fields).await;
        Self {
            server,
            ada,
            template,
        }
    }

    /// A session with these bytes attached.
    async fn session_with(&self, bytes: &[u8]) -> String {
        let session = self.ada.client.session(&self.template).await;
        let key = self.ada.client.upload("post.eml", bytes).await;
        let place = format!("/extractions/sessions/{session}/documents/upload");
        self.ada
            .client
            .post(&place, &json!({ "keys": [key] }))
            .await
            .expect(201);
        session
    }

    async fn documents_of(&self, session: &str) -> Vec<Value> {
        let place = format!("/extractions/sessions/{session}/documents");
        let list = self.ada.client.get(&place).await.expect(200);
        list["data"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_file_attached_to_a_mail_is_a_document_of_the_session_and_is_read() {
    let scene = Scene::new().await;
    let pdf = Invoice::default().to_pdf();
    let session = scene
        .session_with(&mail("invoice.pdf", "application/pdf", &pdf))
        .await;
    scene.server.run_jobs().await;
    let documents = scene.documents_of(&session).await;
    let facts: Vec<(&str, &str, &str)> = documents
        .iter()
        .map(|document| {
            let text = |key: &str| document[key].as_str().unwrap();
            (text("filename"), text("mime"), text("status"))
        })
        .collect();
    assert_eq!(
        facts,
        [
            ("post.eml", "message/rfc822", "parsed"),
            ("invoice.pdf", "application/pdf", "parsed")
        ]
    );
    assert_eq!(documents[0]["parent_id"], Value::Null);
    assert_eq!(documents[1]["parent_id"], documents[0]["id"]);
}

#[tokio::test]
async fn a_run_that_was_started_before_reads_what_is_attached_too() {
    let scene = Scene::new().await;
    let pdf = Invoice::numbered("INV-2026-0999").to_pdf();
    let session = scene
        .session_with(&mail("scan.bin", "application/octet-stream", &pdf))
        .await;
    let place = format!("/extractions/sessions/{session}/results");
    let run = scene.ada.client.post(&place, &Value::Null).await.expect(201);
    scene.server.run_jobs().await;
    let place = format!("/extractions/results/{}", run["id"].as_str().unwrap());
    let result = scene.ada.client.get(&place).await.expect(200);
    assert_eq!(result["status"], "completed");
    let documents = scene.documents_of(&session).await;
    let source = &result["audit_data"]["fields"]["invoice_number"]["sources"][0];
    assert_eq!(result["data"]["fields"]["invoice_number"], "INV-2026-0999");
    assert_eq!(source["document_id"], documents[1]["id"]);
}

#[tokio::test]
async fn a_mail_that_is_read_already_brings_its_files_into_another_session() {
    let scene = Scene::new().await;
    let bytes = mail("invoice.pdf", "application/pdf", &Invoice::default().to_pdf());
    let first = scene.session_with(&bytes).await;
    scene.server.run_jobs().await;
    let second = scene.session_with(&bytes).await;
    let ids = |documents: Vec<Value>| -> Vec<Value> {
        documents
            .into_iter()
            .map(|document| document["id"].clone())
            .collect()
    };
    assert_eq!(
        ids(scene.documents_of(&second).await),
        ids(scene.documents_of(&first).await)
    );
}

#[tokio::test]
async fn files_within_files_are_taken_out_down_to_the_third() {
    let scene = Scene::new().await;
    let mut bytes = Invoice::default().to_pdf();
    let mut name = "invoice.pdf".to_owned();
    for level in 0..5 {
        let media_type = if level == 0 {
            "application/pdf"
        } else {
            "application/octet-stream"
        };
        bytes = mail(&name, media_type, &bytes);
        name = format!("{level}.eml");
    }
    let session = scene.session_with(&bytes).await;
    scene.server.run_jobs().await;
    let documents = scene.documents_of(&session).await;
    let names: Vec<&str> = documents
        .iter()
        .map(|document| document["filename"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["post.eml", "3.eml", "2.eml", "1.eml"]);
}
