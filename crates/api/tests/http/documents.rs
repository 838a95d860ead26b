//! `/extractions/documents`

use serde_json::{Value, json};
use testkit::server::{Tenant, TestServer};

use super::{NOBODYS, TEXT, schema, server};

/// A document that came in: its address.
async fn document_of(tenant: &Tenant, bytes: &[u8]) -> String {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    let session = tenant.client.session(&template).await;
    let key = tenant.client.upload("a.txt", bytes).await;
    let place = format!("/extractions/sessions/{session}/documents");
    let uploaded = tenant
        .client
        .post(&place, &json!({ "keys": [key] }))
        .await
        .expect(201);
    format!(
        "/extractions/documents/{}",
        uploaded["data"][0]["id"].as_str().unwrap()
    )
}

async fn parsed(server: &TestServer, bytes: &[u8]) -> (Tenant, String, Value) {
    let ada = server.tenant("ada").await;
    let place = document_of(&ada, bytes).await;
    assert_eq!(server.run_jobs().await, 1);
    let document = ada.client.get(&place).await.expect(200);
    (ada, place, document)
}

#[tokio::test]
async fn a_parsed_document_says_so_and_has_chunks() {
    let server = server();
    let (ada, place, document) = parsed(&server, TEXT.as_bytes()).await;
    assert_eq!(
        (&document["status"], &document["meta"]["page_count"]),
        (&json!("parsed"), &json!(1))
    );
    assert_eq!(document["parsings"][0]["status"], "parsed");
    let chunks = ada.client.get(&format!("{place}/chunks")).await.expect(200);
    let chunk = &chunks[0];
    assert_eq!(
        (&chunk["document_id"], &chunk["chunk_index"]),
        (&document["id"], &json!(0))
    );
    assert_eq!(chunk["page_range"], json!({ "from": 1, "to": 1 }));
    assert_eq!(chunk["blocks"][0]["block_id"], "doc:page:1:block:0");
    assert!(
        chunk["content"]
            .as_str()
            .unwrap()
            .contains("Invoice number: INV-7"),
        "{chunk}"
    );
}

#[tokio::test]
async fn chunks_are_empty_until_the_document_is_read() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = document_of(&ada, TEXT.as_bytes()).await;
    assert_eq!(
        ada.client.get(&format!("{place}/chunks")).await.expect(200),
        json!([])
    );
}

#[tokio::test]
async fn a_broken_pdf_is_a_failed_document_with_a_reason() {
    let server = server();
    let (ada, place, document) = parsed(&server, b"%PDF-1.7\nnothing of a PDF follows").await;
    assert_eq!(
        (&document["status"], &document["mime"]),
        (&json!("failed"), &json!("application/pdf"))
    );
    assert!(
        document["error"].as_str().unwrap().contains("cannot be read"),
        "{document}"
    );
    assert_eq!(
        ada.client.get(&format!("{place}/chunks")).await.expect(200),
        json!([])
    );
}

#[tokio::test]
async fn an_unknown_document_is_not_there() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for id in [NOBODYS, "x"] {
        client
            .get(&format!("/extractions/documents/{id}"))
            .await
            .expect_error(404, "not_found");
        client
            .get(&format!("/extractions/documents/{id}/chunks"))
            .await
            .expect_error(404, "not_found");
    }
}
