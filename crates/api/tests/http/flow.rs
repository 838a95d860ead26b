//! The main flow, from a workspace to proven values, on both databases.

use serde_json::json;
use testkit::documents::Invoice;
use testkit::server::{HasId, TestServer};

use super::{DOCENT, server};

#[tokio::test]
async fn an_invoice_goes_in_and_proven_values_come_out() {
    invoice_to_values(server()).await;
}

#[tokio::test]
async fn an_invoice_goes_in_and_proven_values_come_out_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        invoice_to_values(server).await;
    }
}

async fn invoice_to_values(server: TestServer) {
    let client = server.tenant("ada").await.client;
    let workspace = client
        .post("/workspaces/create", &json!({ "name": "Books" }))
        .await
        .expect(201)["id"]
        .clone();
    let schema = json!({ "groups": { "invoice": { "fields": {
        "invoice_number": { "type": "string" },
        "issue_date": { "type": "date" },
        "total": { "type": "number", "aliases": ["Total"] },
    }}}});
    let template = json!({ "name": "Invoices", "workspace_id": workspace, "schema": schema });
    let template = client
        .post("/extractions/templates", &template)
        .await
        .expect(201)
        .id();
    let session = format!("/extractions/sessions/{}", client.session(&template).await);
    let key = client.upload("invoice.pdf", Invoice::default().to_pdf()).await;
    let uploaded = client
        .post(&format!("{session}/documents/upload"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let run = client
        .post(&format!("{session}/results"), &json!({}))
        .await
        .expect(201);
    assert_eq!(server.run_jobs().await, 2);
    let result = client
        .get(&format!("/extractions/results/{}", run.id()))
        .await
        .expect(200);
    assert_eq!(result["status"], "completed", "{result}");
    let source = &result["audit_data"]["invoice"]["issue_date"]["sources"][0];
    assert_eq!(result["data"]["invoice"]["issue_date"], "2026-03-12", "{result}");
    assert_eq!(
        (&source["page"], &source["document_id"]),
        (&json!(1), &uploaded["data"][0]["id"])
    );
    let bbox = &source["bbox"];
    assert!(
        bbox["x0"].as_f64().unwrap() < bbox["x1"].as_f64().unwrap(),
        "{source}"
    );
    let document = uploaded["data"][0]["id"].as_str().unwrap();
    let chunks = client
        .get(&format!("/extractions/documents/{document}/chunks"))
        .await
        .expect(200);
    assert!(
        chunks
            .as_array()
            .unwrap()
            .iter()
            .any(|chunk| chunk["id"] == source["chunk_id"]),
        "{source}"
    );
}
