//! The Rust client where things do not go smoothly. The smooth way is [`super::flow`].

use std::time::{Duration, Instant};

use client::{Docent, Error, NewTemplate};
use serde_json::json;
use testkit::server::{Tenant, TestServer};

use super::{DOCENT, NOBODYS, TEXT, schema, server};

async fn docent(server: &TestServer, tenant: &Tenant) -> Docent {
    let (token, _) = server.token(tenant.user, "*", None).await;
    Docent::new(server.address(), token.reveal()).unwrap()
}

fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[tokio::test]
async fn a_refusal_carries_code_fields_and_request_id() {
    let server = server();
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let template = NewTemplate::new(
        ada.workspace,
        "Invoices",
        json!({ "fields": { "total": { "type": "money" } } }),
    );
    let error = docent.create_template(&template).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.status, refusal.code.as_deref()),
        (422, Some("validation_failed"))
    );
    assert!(
        refusal.errors.contains_key("schema_json.fields.total.type"),
        "{refusal:?}"
    );
    assert!(refusal.request_id.is_some());

    let error = docent.template(NOBODYS.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.refusal().unwrap().code.as_deref(), Some("not_found"));
    let stranger = Docent::new(server.address(), "dct_wrong").unwrap();
    assert_eq!(
        stranger.workspaces().await.unwrap_err().refusal().unwrap().status,
        401
    );
}

#[tokio::test]
async fn a_client_that_is_too_fast_waits_as_long_as_it_is_told() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 60);
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let started = Instant::now();
    for _ in 0..61 {
        docent.workspaces().await.unwrap();
    }
    assert!(
        started.elapsed() >= Duration::from_millis(900),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_client_that_must_wait_longer_than_its_deadline_is_told_so_at_once() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 1);
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await.with_deadline(Duration::from_secs(30));
    docent.workspaces().await.unwrap();
    let started = Instant::now();
    let refused = docent.workspaces().await.unwrap_err();
    let refusal = refused.refusal().unwrap();
    assert_eq!(
        (refusal.status, refusal.code.as_deref()),
        (429, Some("rate_limited"))
    );
    assert!(refusal.retry_after > Some(Duration::from_secs(30)), "{refusal:?}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_wait_ends_at_its_deadline_and_the_run_goes_on() {
    let server = server();
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let template = NewTemplate::new(ada.workspace, "Invoices", schema());
    let template = docent.create_template(&template).await.unwrap();
    let (_folder, file) = file("invoice.txt", TEXT);
    let hasty = docent.clone().with_deadline(Duration::from_secs(1));
    let ended = hasty.extract(&file, template.id).await;
    assert!(matches!(ended, Err(Error::Deadline(_))), "{ended:?}");
    assert_eq!(server.run_jobs().await, 2, "one reading and one run");
}

#[tokio::test]
async fn every_file_of_a_batch_is_extracted() {
    let server = server();
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let template = NewTemplate::new(ada.workspace, "Invoices", schema());
    let template = docent.create_template(&template).await.unwrap();
    let (_first, one) = file("one.txt", TEXT);
    let (_second, other) = file("other.txt", "Invoice number: INV-8\nTotal: 7.25\n");
    let keys = [
        docent.upload(one).await.unwrap(),
        docent.upload(other).await.unwrap(),
    ];
    let sessions = docent.create_batch(template.id, &keys).await.unwrap();
    server.run_jobs().await;
    let mut numbers = Vec::new();
    for session in sessions {
        let result = docent.wait_for_session(session.id).await.unwrap();
        numbers.push(result.value("/fields/invoice_number").cloned().unwrap());
    }
    assert_eq!(numbers, ["INV-7", "INV-8"]);
}

#[tokio::test]
async fn a_run_that_fails_says_why() {
    let server = server();
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let template = NewTemplate::new(ada.workspace, "Invoices", schema());
    let template = docent.create_template(&template).await.unwrap();
    let (_folder, file) = file("broken.pdf", "%PDF-1.7 and nothing more");
    let key = docent.upload(file).await.unwrap();
    let session = docent.create_session(template.id).await.unwrap();
    docent.add_uploads(session.id, &[key]).await.unwrap();
    let run = docent.run(session.id).await.unwrap();
    server.run_jobs().await;
    let Err(Error::RunFailed { result, reason }) = docent.wait(run.id).await else {
        panic!("the run did not fail");
    };
    assert_eq!(result, Some(run.id));
    assert!(!reason.is_empty());
}

#[tokio::test]
async fn a_file_that_is_not_there_and_a_server_that_is_away_are_told_apart() {
    let server = server();
    let ada = server.tenant("ada").await;
    let docent = docent(&server, &ada).await;
    let missing = docent.upload("no/such/file.pdf").await;
    assert!(matches!(missing, Err(Error::File { .. })), "{missing:?}");
    server.stop().await;
    let away = docent.with_deadline(Duration::from_secs(1)).workspaces().await;
    assert!(
        matches!(away, Err(Error::Deadline(_) | Error::Transport(_))),
        "{away:?}"
    );
}
