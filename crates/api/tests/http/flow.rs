//! The main flow, from a workspace to proven values, on both databases, as the Rust client walks it.

use client::{Docent, NewTemplate};
use serde_json::json;
use testkit::documents::Invoice;
use testkit::server::TestServer;

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
    let ada = server.tenant("ada").await;
    let (token, _) = server.token(ada.user, "*", None).await;
    let docent = Docent::new(server.address(), token.reveal()).unwrap();
    let workspace = docent.create_workspace("Books").await.unwrap();
    assert!(docent.workspaces().await.unwrap().contains(&workspace));
    let schema = json!({ "groups": { "invoice": { "fields": {
        "invoice_number": { "type": "string" },
        "issue_date": { "type": "date" },
        "total": { "type": "number", "aliases": ["Total"] },
    }}}});
    let template = NewTemplate::new(workspace.id, "Invoices", schema);
    let template = docent.create_template(&template).await.unwrap();
    assert_eq!(docent.template(template.id).await.unwrap(), template);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("invoice.pdf");
    std::fs::write(&file, Invoice::default().to_pdf()).unwrap();
    let key = docent.upload(&file).await.unwrap();
    let session = docent.create_session(template.id).await.unwrap();
    let documents = docent.add_uploads(session.id, &[key]).await.unwrap();
    assert_eq!(documents[0].filename, "invoice.pdf");
    let run = docent.run(session.id).await.unwrap();
    assert_eq!(server.run_jobs().await, 2);
    let result = docent.wait(run.id).await.unwrap();

    assert_eq!(
        result.value("/invoice/issue_date"),
        Some(&json!("2026-03-12")),
        "{result:?}"
    );
    let source = &result.evidence("/invoice/issue_date").unwrap().sources[0];
    assert_eq!((source.page, source.document_id), (1, documents[0].id));
    let bbox = source.bbox.unwrap();
    assert!(bbox.x0() < bbox.x1(), "{source:?}");
    let chunks = format!("/extractions/documents/{}/chunks", documents[0].id);
    let chunks = ada.client.get(&chunks).await.expect(200);
    let holds_it = |chunk: &serde_json::Value| chunk["id"] == json!(source.chunk_id);
    assert!(chunks.as_array().unwrap().iter().any(holds_it), "{source:?}");
}
