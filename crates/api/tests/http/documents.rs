//! `/extractions/documents` and `/workspaces/{workspaceId}/documents`

mod attached;
mod create;
mod download;
mod locked;
mod pages;
mod refused;

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
    let members: Vec<&String> = chunk.as_object().unwrap().keys().collect();
    let expected = [
        "id",
        "document_id",
        "chunk_index",
        "blocks",
        "page_range",
        "content",
        "page_number",
        "page_numbers",
        "token_count",
        "metadata",
    ];
    assert_eq!(members, expected);
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
async fn a_document_that_is_not_read_has_no_list_of_chunks() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = document_of(&ada, TEXT.as_bytes()).await;
    for part in ["", "?page=1"] {
        let error = ada
            .client
            .get(&format!("{place}/chunks{part}"))
            .await
            .expect_error(409, "conflict");
        assert_eq!(
            error["message"],
            "the document is not read yet; ask again when its status is parsed"
        );
    }
    server.run_jobs().await;
    let chunks = ada.client.get(&format!("{place}/chunks")).await.expect(200);
    assert_eq!(chunks.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_document_without_text_has_an_empty_list_of_chunks() {
    let server = server();
    let (ada, place, document) = parsed(&server, b"\n \n").await;
    assert_eq!(document["status"], "parsed", "{document}");
    for part in ["", "?page=1"] {
        let chunks = ada.client.get(&format!("{place}/chunks{part}")).await.expect(200);
        assert_eq!(chunks, json!([]));
    }
}

#[tokio::test]
async fn all_chunks_of_a_long_document_come_at_once_and_page_by_page() {
    let server = server();
    let pages: Vec<String> = (0..120).map(|page| format!("page {page}")).collect();
    let (ada, place, document) = parsed(&server, pages.join("\u{c}").as_bytes()).await;
    assert_eq!(document["status"], "parsed", "{document}");
    let answer = ada.client.get(&format!("{place}/chunks")).await;
    assert_eq!(
        (answer.header("content-type"), answer.header("link")),
        ("application/json".to_owned(), String::new())
    );
    let all = answer.expect(200);
    let indexes: Vec<u64> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|chunk| chunk["chunk_index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, (0..120).collect::<Vec<u64>>());
    assert_eq!(all[119]["content"], "page 119");

    let page = ada
        .client
        .get(&format!("{place}/chunks?page=2&per_page=50"))
        .await;
    let at = |number: u8| {
        let address = server.address();
        format!("<{address}{place}/chunks?page={number}&per_page=50>")
    };
    let link = format!(
        "{one}; rel=\"first\", {one}; rel=\"prev\", {three}; rel=\"next\", {three}; rel=\"last\"",
        one = at(1),
        three = at(3)
    );
    assert_eq!(page.header("link"), link);
    assert_eq!(
        page.expect(200).as_array().unwrap()[..],
        all.as_array().unwrap()[50..100]
    );
    let by_default = ada
        .client
        .get(&format!("{place}/chunks?page=1"))
        .await
        .expect(200);
    assert_eq!(by_default.as_array().unwrap().len(), 15);
    let behind = ada
        .client
        .get(&format!("{place}/chunks?page=1000000"))
        .await
        .expect(200);
    assert_eq!(behind, json!([]));
    for (part, field) in [("page=0", "page"), ("per_page=101", "per_page")] {
        let error = ada
            .client
            .get(&format!("{place}/chunks?{part}"))
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{error}");
    }
    ada.client
        .get(&format!("{place}/chunks?page=x"))
        .await
        .expect_error(400, "bad_parameter");
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
    let error = ada
        .client
        .get(&format!("{place}/chunks"))
        .await
        .expect_error(409, "conflict");
    assert_eq!(
        error["message"],
        "the document could not be read; its error says why"
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
        client
            .get(&format!("/extractions/documents/{id}/url"))
            .await
            .expect_error(404, "not_found");
    }
}
