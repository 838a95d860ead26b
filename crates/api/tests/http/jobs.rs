//! What jobs do behind the addresses: no document is left out in silence, no run waits for ever, and what goes wrong is
//! told to its owner.

use std::sync::Arc;
use std::time::Duration;

use domain::access::Scope;
use domain::id::{DocumentId, ResultId, SessionId, UploadId};
use domain::parsing::Parsing;
use parsing::child::ParseChild;
use serde_json::{Value, json};
use storage::blobs::BlobKey;
use testkit::server::{HasId, Tenant, TestServer};

use super::{TEXT, schema, server};

/// Another text that can be read.
const OTHER: &str = "Invoice\nInvoice number: INV-8\nTotal: 99.00\n";

/// A session with documents of these bytes: its address.
async fn session_with(tenant: &Tenant, files: &[&str]) -> String {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    let place = format!("/extractions/sessions/{}", tenant.client.session(&template).await);
    let mut keys = Vec::new();
    for file in files {
        keys.push(tenant.client.upload("a.txt", *file).await);
    }
    tenant
        .client
        .post(&format!("{place}/documents/upload"), &json!({ "keys": keys }))
        .await
        .expect(201);
    place
}

/// Starts a run: its id and its address.
async fn run(tenant: &Tenant, session: &str) -> (ResultId, String) {
    let place = format!("{session}/results");
    let id = tenant.client.post(&place, &json!({})).await.expect(201).id();
    (id.parse().unwrap(), format!("/extractions/results/{id}"))
}

async fn inputs(server: &TestServer, tenant: &Tenant, run: ResultId) -> Vec<Parsing> {
    let scope = Scope::of_job(tenant.workspace);
    server
        .write(move |conn| storage::results::inputs_of(conn, &scope, run))
        .await
}

async fn parse_again(server: &TestServer, tenant: &Tenant, parsing: &Parsing) {
    let (workspace, id, now) = (tenant.workspace, parsing.id, server.context.now());
    let reset = server
        .write(move |conn| storage::parsings::parse_again(conn, workspace, id, now))
        .await;
    assert!(reset);
}

fn documents_of(result: &Value) -> usize {
    result["document_refs"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_run_whose_document_is_parsed_again_meanwhile_waits_for_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, &[TEXT, OTHER]).await;
    assert_eq!(server.run_jobs().await, 2);
    let (id, place) = run(&ada, &session).await;
    // The run's job is written; another run finds that a document cannot be read back.
    let parsings = inputs(&server, &ada, id).await;
    parse_again(&server, &ada, &parsings[0]).await;
    assert_eq!(server.run_jobs().await, 3, "in vain, the parsing, in earnest");
    let result = ada.client.get(&place).await.expect(200);
    assert_eq!(
        (&result["status"], &result["warnings"], documents_of(&result)),
        (&json!("completed"), &json!([]), 2),
        "{result}"
    );
    assert_eq!(result["data"]["fields"]["total"], 120.5, "{result}");
}

#[tokio::test]
async fn a_run_fails_when_what_it_reads_turns_out_to_be_unreadable() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, &[TEXT]).await;
    server.run_jobs().await;
    let (id, place) = run(&ada, &session).await;
    let parsing = inputs(&server, &ada, id).await.remove(0);
    parse_again(&server, &ada, &parsing).await;
    let (workspace, now) = (ada.workspace, server.context.now());
    server
        .write(move |conn| storage::parsings::fail(conn, workspace, parsing.id, "damaged", now))
        .await;
    server.run_jobs().await;
    let result = ada.client.get(&place).await.expect(200);
    assert_eq!(result["status"], "failed", "{result}");
    assert_eq!(result["error"], "none of the documents could be read");
}

#[tokio::test]
async fn a_parsed_document_that_is_gone_is_parsed_again_but_not_for_ever() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, &[TEXT]).await;
    server.run_jobs().await;
    for (before, status) in [(0, "completed"), (5, "failed")] {
        let (id, place) = run(&ada, &session).await;
        let parsing = inputs(&server, &ada, id).await.remove(0);
        let blob = BlobKey::parsed(ada.workspace, parsing.id);
        server.context.blobs.delete(&blob).await.unwrap();
        for _ in 0..before {
            let workspace = ada.workspace;
            server
                .write(move |conn| storage::results::count_rereading(conn, workspace, id))
                .await;
        }
        server.run_jobs().await;
        let result = ada.client.get(&place).await.expect(200);
        assert_eq!(result["status"], status, "{result}");
    }
}

#[tokio::test]
async fn a_parser_that_cannot_be_run_for_a_while_costs_no_document() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, &[TEXT]).await;
    let mut broken = server.context.clone();
    broken.parser = Arc::new(ParseChild::of_docent("/no/such/program", 1 << 30));
    for _ in 0..=storage::jobs::MAX_ATTEMPTS {
        assert_eq!(worker::run_until_idle(&broken).await.unwrap(), 1);
        server.advance(Duration::from_mins(15));
    }
    assert_eq!(server.run_jobs().await, 1);
    let documents = ada.client.get(&format!("{session}/documents")).await.expect(200);
    assert!(
        documents.to_string().contains(r#""status":"parsed""#),
        "{documents}"
    );
}

#[tokio::test]
async fn a_batch_file_that_is_gone_fails_its_session_with_a_reason() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let place = format!("/extractions/templates/{template}/sessions/batch");
    let created = ada
        .client
        .post(&place, &json!({ "files": [key] }))
        .await
        .expect(201);
    let id: UploadId = key.trim_start_matches("tmp/").parse().unwrap();
    let upload = server
        .write(move |conn| storage::uploads::find_signed(conn, id))
        .await
        .unwrap();
    let blob = BlobKey::received(id, upload.blob.unwrap());
    server.context.blobs.delete(&blob).await.unwrap();
    assert_eq!(server.run_jobs().await, 1);
    let session = format!("/extractions/sessions/{}", created[0]["id"].as_str().unwrap());
    let session = ada.client.get(&session).await.expect(200);
    assert_eq!(session["status"], "failed", "{session}");
    assert_eq!(
        session["results"][0]["error"], "the uploaded file is no longer there; upload it again",
        "{session}"
    );
    let upload = server
        .write(move |conn| storage::uploads::find_signed(conn, id))
        .await;
    assert_eq!(upload, None, "what nobody can use any more is not kept");
}

#[tokio::test]
async fn a_name_that_was_given_meanwhile_is_not_replaced_by_a_files() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let id: SessionId = ada.client.session(&template).await.parse().unwrap();
    let place = format!("/extractions/sessions/{id}");
    let rename = async |name: &'static str| {
        let (workspace, now) = (ada.workspace, server.context.now());
        let name = name.parse().unwrap();
        server
            .write(move |conn| worker::intake::name_after(conn, workspace, id, name, now))
            .await;
        ada.client.get(&place).await.expect(200)["name"].clone()
    };
    assert_eq!(rename("first.txt").await, "first.txt");
    assert_eq!(rename("second.txt").await, "first.txt");
}

#[tokio::test]
async fn files_come_back_in_the_order_in_which_they_were_named() {
    let server = server();
    let ada = server.tenant("ada").await;
    let texts: Vec<String> = (0..8).map(|number| format!("{TEXT}{number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let session = session_with(&ada, &texts).await;
    let (id, _) = run(&ada, &session).await;
    let order: Vec<DocumentId> = inputs(&server, &ada, id)
        .await
        .iter()
        .map(|parsing| parsing.document_id)
        .collect();
    let scope = Scope::of_job(ada.workspace);
    for (text, document) in texts.into_iter().zip(order) {
        let scope = scope.clone();
        let found = server
            .write(move |conn| storage::documents::find(conn, &scope, document))
            .await
            .unwrap();
        assert_eq!(found.sha256, domain::hash::ContentHash::of(text.as_bytes()));
    }
}

#[tokio::test]
async fn uploads_that_nobody_made_use_of_are_swept_away() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let bound = ada.client.upload("bound.txt", TEXT).await;
    ada.client
        .post(&batch, &json!({ "files": [bound] }))
        .await
        .expect(201);
    let unused = ada.client.upload("unused.txt", OTHER).await;
    // What a request leaves that broke off.
    let nobodys = BlobKey::received(UploadId::generate(), domain::id::UploadBlobId::generate());
    server.context.blobs.put(&nobodys, TEXT.into()).await.unwrap();
    let swept = async || worker::sweep(&server.context).await.unwrap();
    assert_eq!(swept().await, 1, "what is nobody's");
    server.advance(Duration::from_hours(24));
    assert_eq!(swept().await, 0);
    server.advance(Duration::from_hours(1));
    assert_eq!(swept().await, 1, "what nobody named");
    ada.client
        .post(&batch, &json!({ "files": [unused] }))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        server.run_jobs().await,
        2,
        "the bound file is ingested and parsed"
    );
    assert_eq!(swept().await, 0);
}
