//! What is deleted over HTTP, and many sessions at once.

use std::time::Duration;

use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Answer, Client, HasId, Tenant, TestServer};

use super::{NOBODYS, TEXT, schema, server};

/// Another text that can be read.
const OTHER: &str = "Invoice\nInvoice number: INV-8\nTotal: 99.00\n";

async fn delete(client: &Client, place: &str) -> Answer {
    client.send(client.request(Method::DELETE, place)).await
}

#[track_caller]
fn expect_gone(answer: &Answer) {
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
}

/// A session of a template, with documents of these bytes: its address, and those of the documents.
async fn session_with(tenant: &Tenant, template: &str, files: &[&str]) -> (String, Vec<String>) {
    let place = format!("/extractions/sessions/{}", tenant.client.session(template).await);
    let mut documents = Vec::new();
    for (file, name) in files.iter().zip(["one.txt", "two.txt", "three.txt"]) {
        let key = tenant.client.upload(name, *file).await;
        let uploaded = tenant
            .client
            .post(&format!("{place}/documents"), &json!({ "keys": [key] }))
            .await
            .expect(201);
        documents.push(format!("/extractions/documents/{}", uploaded["data"][0].id()));
    }
    (place, documents)
}

async fn new_session(tenant: &Tenant, files: &[&str]) -> (String, Vec<String>) {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    session_with(tenant, &template, files).await
}

async fn run(client: &Client, session: &str) -> String {
    let run = client
        .post(&format!("{session}/results"), &json!({}))
        .await
        .expect(201);
    format!("/extractions/results/{}", run.id())
}

fn id_of(place: &str) -> String {
    place.rsplit('/').next().unwrap().to_owned()
}

async fn total(client: &Client, place: &str) -> Value {
    client.get(place).await.expect(200)["meta"]["total"].clone()
}

async fn last_event(server: &TestServer, tenant: &Tenant) -> String {
    server.events(tenant.workspace).await.pop().unwrap()
}

/// Whoever only reads may not, and whoever names nothing finds nothing.
async fn check_refusals(server: &TestServer, tenant: &Tenant, name: &str, place: &str, missing: &str) {
    let reader = server.member(tenant.workspace, name, Role::Readonly).await;
    delete(&reader, place).await.expect_error(403, "role_forbids");
    delete(&tenant.client, missing)
        .await
        .expect_error(404, "not_found");
    let stranger = server.tenant(&format!("{name}-stranger")).await;
    delete(&stranger.client, place)
        .await
        .expect_error(404, "not_found");
    tenant.client.get(place).await.expect(200);
}

#[tokio::test]
async fn a_deleted_session_takes_its_results_along_and_leaves_documents() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, documents) = new_session(&ada, &[TEXT]).await;
    let result = run(&ada.client, &session).await;
    let missing = format!("/extractions/sessions/{NOBODYS}");
    check_refusals(&server, &ada, "reader", &session, &missing).await;
    expect_gone(&delete(&ada.client, &session).await);
    for gone in [&session, &result, &format!("{session}/results")] {
        ada.client.get(gone).await.expect_error(404, "not_found");
    }
    delete(&ada.client, &session).await.expect_error(404, "not_found");
    assert_eq!(last_event(&server, &ada).await, "session.deleted");
    let sessions = format!("/workspaces/{}/extractions/sessions", ada.workspace);
    assert_eq!(total(&ada.client, &sessions).await, 0);
    // The document is read all the same, and what was to be run comes to nothing.
    assert_eq!(server.run_jobs().await, 1);
    let document = ada.client.get(&documents[0]).await.expect(200);
    assert_eq!(document["status"], "parsed");
}

#[tokio::test]
async fn a_run_under_way_comes_to_nothing_when_its_session_is_deleted() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, _) = new_session(&ada, &[TEXT]).await;
    server.run_jobs().await;
    run(&ada.client, &session).await;
    expect_gone(&delete(&ada.client, &session).await);
    assert_eq!(server.run_jobs().await, 1, "the job ends by itself");
    assert_eq!(server.run_jobs().await, 0);
}

#[tokio::test]
async fn what_was_uploaded_for_a_batch_can_be_used_again_when_its_session_is_deleted() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let key = ada.client.upload("a.txt", TEXT).await;
    let body = json!({ "files": [key] });
    let made = ada.client.post(&batch, &body).await.expect(201);
    let session = format!("/extractions/sessions/{}", made[0].id());
    expect_gone(&delete(&ada.client, &session).await);
    assert_eq!(server.run_jobs().await, 1, "the job ends by itself");
    let sessions = format!("/extractions/templates/{template}/sessions");
    assert_eq!(total(&ada.client, &sessions).await, 0);
    ada.client.post(&batch, &body).await.expect(201);
    assert_eq!(server.run_jobs().await, 2, "it is taken in and read");
    assert_eq!(total(&ada.client, &sessions).await, 1);
}

#[tokio::test]
async fn a_detached_document_stays_in_the_workspace_and_in_runs_that_have_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, documents) = new_session(&ada, &[TEXT, OTHER, "third"]).await;
    let result = run(&ada.client, &session).await;
    let place = |document: &str| format!("{session}/documents/{}", id_of(document));
    let second = place(&documents[1]);
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    delete(&reader, &second).await.expect_error(403, "role_forbids");
    expect_gone(&delete(&ada.client, &second).await);
    delete(&ada.client, &second).await.expect_error(404, "not_found");
    delete(&ada.client, &place(NOBODYS))
        .await
        .expect_error(404, "not_found");
    let nowhere = format!(
        "/extractions/sessions/{NOBODYS}/documents/{}",
        id_of(&documents[0])
    );
    delete(&ada.client, &nowhere).await.expect_error(404, "not_found");
    assert_eq!(last_event(&server, &ada).await, "document.detached");
    let names = async || {
        let listed = ada.client.get(&format!("{session}/documents")).await.expect(200);
        let listed = listed["data"].as_array().unwrap();
        listed
            .iter()
            .map(|document| document["filename"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["one.txt", "three.txt"]);
    ada.client.get(&documents[1]).await.expect(200);
    server.run_jobs().await;
    let result = ada.client.get(&result).await.expect(200);
    assert_eq!(
        (
            &result["status"],
            result["document_refs"].as_array().unwrap().len(),
            &result["warnings"]
        ),
        (&json!("completed"), 3, &json!([])),
        "{result}"
    );
    let again = json!({ "document_ids": [id_of(&documents[1])] });
    ada.client
        .post(&format!("{session}/documents/attach"), &again)
        .await
        .expect(200);
    assert_eq!(names().await, ["one.txt", "three.txt", "two.txt"]);
}

#[tokio::test]
async fn a_deleted_document_is_gone_with_what_was_read_of_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, documents) = new_session(&ada, &[TEXT, OTHER]).await;
    let result = run(&ada.client, &session).await;
    server.run_jobs().await;
    let before = ada.client.get(&result).await.expect(200);
    let missing = format!("/extractions/documents/{NOBODYS}");
    check_refusals(&server, &ada, "reader", &documents[0], &missing).await;
    expect_gone(&delete(&ada.client, &documents[0]).await);
    assert_eq!(last_event(&server, &ada).await, "document.deleted");
    for gone in [documents[0].clone(), format!("{}/chunks", documents[0])] {
        ada.client.get(&gone).await.expect_error(404, "not_found");
    }
    delete(&ada.client, &documents[0])
        .await
        .expect_error(404, "not_found");
    let all = format!("/workspaces/{}/documents", ada.workspace);
    assert_eq!(total(&ada.client, &all).await, 1);
    let attached = ada.client.get(&session).await.expect(200);
    assert_eq!(attached["documents"].as_array().unwrap().len(), 1);
    assert_eq!(attached["documents"][0]["filename"], "two.txt");
    assert_eq!(
        ada.client.get(&result).await.expect(200),
        before,
        "the result is what it was"
    );
    // The same file again, before its bytes are swept away and after.
    let key = ada.client.upload("one.txt", TEXT).await;
    let again = ada
        .client
        .post(&format!("{session}/documents"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let again = format!("/extractions/documents/{}", again["data"][0].id());
    assert_ne!(again, documents[0]);
    server.advance(Duration::from_hours(3));
    worker::sweep(&server.context).await.unwrap();
    assert_eq!(server.run_jobs().await, 1, "its bytes are there to be read");
    assert_eq!(ada.client.get(&again).await.expect(200)["status"], "parsed");
}

#[tokio::test]
async fn a_run_goes_on_without_a_document_that_is_deleted() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, documents) = new_session(&ada, &[TEXT, OTHER]).await;
    let waiting = run(&ada.client, &session).await;
    expect_gone(&delete(&ada.client, &documents[1]).await);
    server.run_jobs().await;
    let created = run(&ada.client, &session).await;
    let alone = async |place: &str, told: Value| {
        let result = ada.client.get(place).await.expect(200);
        assert_eq!(
            (&result["status"], &result["warnings"]),
            (&json!("completed"), &told),
            "{result}"
        );
        assert_eq!(result["data"]["fields"]["total"], 120.5, "{result}");
        result
    };
    let result = alone(&waiting, json!(["two.txt was left out: it was deleted"])).await;
    assert_eq!(result["document_refs"].as_array().unwrap().len(), 2);
    server.run_jobs().await;
    let result = alone(&created, json!([])).await;
    assert_eq!(result["document_refs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_fails_with_a_reason_when_all_its_documents_are_deleted() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, documents) = new_session(&ada, &[TEXT]).await;
    // One waits for the document, the other for a worker.
    for is_parsed in [false, true] {
        let key = ada.client.upload("one.txt", TEXT).await;
        let keys = json!({ "keys": [key] });
        let uploaded = ada
            .client
            .post(&format!("{session}/documents"), &keys)
            .await
            .expect(201);
        if is_parsed {
            server.run_jobs().await;
        }
        let result = run(&ada.client, &session).await;
        let document = format!("/extractions/documents/{}", uploaded["data"][0].id());
        expect_gone(&delete(&ada.client, &document).await);
        server.run_jobs().await;
        let result = ada.client.get(&result).await.expect(200);
        assert_eq!(
            (&result["status"], &result["error"]),
            (&json!("failed"), &json!("all of its documents have been deleted")),
            "{result}"
        );
        assert_eq!(ada.client.get(&session).await.expect(200)["status"], "failed");
    }
    ada.client.get(&documents[0]).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_deleted_result_is_gone_and_its_session_follows_the_others() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (session, _) = new_session(&ada, &[TEXT]).await;
    let first = run(&ada.client, &session).await;
    server.run_jobs().await;
    let second = run(&ada.client, &session).await;
    let status = async || ada.client.get(&session).await.expect(200)["status"].clone();
    assert_eq!(status().await, "processing");
    let missing = format!("/extractions/results/{NOBODYS}");
    check_refusals(&server, &ada, "reader", &second, &missing).await;
    expect_gone(&delete(&ada.client, &second).await);
    ada.client.get(&second).await.expect_error(404, "not_found");
    delete(&ada.client, &second).await.expect_error(404, "not_found");
    assert_eq!(last_event(&server, &ada).await, "result.deleted");
    assert_eq!(status().await, "completed");
    assert_eq!(server.run_jobs().await, 1, "its job ends by itself");
    assert_eq!(status().await, "completed");
    assert_eq!(total(&ada.client, &format!("{session}/results")).await, 1);
    expect_gone(&delete(&ada.client, &first).await);
    assert_eq!(status().await, "pending");
}

#[tokio::test]
async fn many_sessions_are_run_at_once() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let (one, _) = session_with(&ada, &template, &[TEXT]).await;
    server.run_jobs().await;
    let (two, _) = session_with(&ada, &template, &[TEXT, OTHER]).await;
    let place = format!("/extractions/templates/{template}/sessions/batch/execute");
    let ids = [&two, &one, &two].map(|session| id_of(session));
    let queued = ada
        .client
        .post(&place, &json!({ "session_ids": ids }))
        .await
        .expect(200);
    assert_eq!(
        queued,
        json!({ "message": "Extractions queued", "queued_count": 2 })
    );
    let status = async |session: &str| {
        let contents = ada.client.get(session).await.expect(200);
        assert_eq!(contents["results"].as_array().unwrap().len(), 1);
        contents["results"][0]["status"].clone()
    };
    assert_eq!(status(&one).await, "created");
    assert_eq!(status(&two).await, "parsing_pending");
    let events = server.events(ada.workspace).await;
    let started = events.iter().filter(|event| *event == "result.created");
    assert_eq!(started.count(), 2);
    server.run_jobs().await;
    for session in [&one, &two] {
        assert_eq!(status(session).await, "completed");
    }
}

#[tokio::test]
async fn no_session_is_run_where_one_cannot_be() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let (good, _) = session_with(&ada, &template, &[TEXT]).await;
    let (empty, _) = session_with(&ada, &template, &[]).await;
    let (broken, _) = session_with(&ada, &template, &["%PDF-1.7\nrubbish"]).await;
    let (elsewhere, _) = new_session(&ada, &[TEXT]).await;
    server.run_jobs().await;
    let place = format!("/extractions/templates/{template}/sessions/batch/execute");
    let refused = async |ids: Value| {
        let body = json!({ "session_ids": ids });
        let error = ada.client.post(&place, &body).await;
        error.expect_error(422, "validation_failed")["errors"].clone()
    };
    let [good_id, empty, broken, elsewhere] =
        [&good, &empty, &broken, &elsewhere].map(|session| id_of(session));
    assert_eq!(
        refused(json!([good_id, NOBODYS, elsewhere])).await,
        json!({
            "session_ids.1": ["the template has no such session"],
            "session_ids.2": ["the template has no such session"],
        })
    );
    assert_eq!(
        refused(json!([empty, good_id, broken])).await,
        json!({
            "session_ids.0": ["the session has no documents"],
            "session_ids.2": ["none of the session's documents could be read"],
        })
    );
    for wrong in [json!([]), json!(vec![NOBODYS; 1001]), json!(["x"]), json!(null)] {
        refused(wrong).await;
    }
    let contents = ada.client.get(&good).await.expect(200);
    assert_eq!(contents["results"], json!([]), "none was started");
    let body = json!({ "session_ids": [good_id] });
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    reader.post(&place, &body).await.expect_error(403, "role_forbids");
    let nowhere = format!("/extractions/templates/{NOBODYS}/sessions/batch/execute");
    ada.client
        .post(&nowhere, &body)
        .await
        .expect_error(404, "not_found");
}

/// Both forms: POST to an address of its own, DELETE with a body.
async fn delete_batch(client: &Client, template: &str, by: &Method, ids: &Value) -> Answer {
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let place = match *by {
        Method::POST => format!("{batch}/delete"),
        _ => batch,
    };
    let request = client.request(by.clone(), &place);
    client.send(request.json(&json!({ "session_ids": ids }))).await
}

#[tokio::test]
async fn many_sessions_are_deleted_at_once_in_either_form() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let sessions = format!("/extractions/templates/{template}/sessions");
    for by in [Method::POST, Method::DELETE] {
        let (one, documents) = session_with(&ada, &template, &[TEXT]).await;
        let (two, _) = session_with(&ada, &template, &[]).await;
        let (left, _) = session_with(&ada, &template, &[]).await;
        run(&ada.client, &one).await;
        let ids = json!([id_of(&one), id_of(&two), id_of(&one)]);
        let reader = server
            .member(ada.workspace, &format!("reader-{by}"), Role::Readonly)
            .await;
        delete_batch(&reader, &template, &by, &ids)
            .await
            .expect_error(403, "role_forbids");
        expect_gone(&delete_batch(&ada.client, &template, &by, &ids).await);
        for gone in [&one, &two] {
            ada.client.get(gone).await.expect_error(404, "not_found");
        }
        ada.client.get(&left).await.expect(200);
        ada.client.get(&documents[0]).await.expect(200);
        assert_eq!(total(&ada.client, &sessions).await, 1);
        let events = server.events(ada.workspace).await;
        assert_eq!(events[events.len() - 2..], ["session.deleted"; 2]);
        // A second time they are not there.
        let error = delete_batch(&ada.client, &template, &by, &ids).await;
        let error = error.expect_error(422, "validation_failed");
        assert_eq!(error["errors"].as_object().unwrap().len(), 3, "{error}");
        expect_gone(&delete(&ada.client, &left).await);
    }
    server.run_jobs().await;
    assert_eq!(server.run_jobs().await, 0);
}

#[tokio::test]
async fn no_session_is_deleted_where_one_is_not_the_templates() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let (good, _) = session_with(&ada, &template, &[]).await;
    let (elsewhere, _) = new_session(&ada, &[]).await;
    for by in [Method::POST, Method::DELETE] {
        let ids = json!([id_of(&good), id_of(&elsewhere), NOBODYS]);
        let error = delete_batch(&ada.client, &template, &by, &ids).await;
        let error = error.expect_error(422, "validation_failed");
        assert_eq!(
            error["errors"],
            json!({
                "session_ids.1": ["the template has no such session"],
                "session_ids.2": ["the template has no such session"],
            })
        );
        for wrong in [json!([]), json!(vec![NOBODYS; 1001]), json!(["x"]), json!(null)] {
            delete_batch(&ada.client, &template, &by, &wrong)
                .await
                .expect_error(422, "validation_failed");
        }
        let ids = json!([id_of(&good)]);
        delete_batch(&ada.client, NOBODYS, &by, &ids)
            .await
            .expect_error(404, "not_found");
    }
    for session in [&good, &elsewhere] {
        ada.client.get(session).await.expect(200);
    }
    let events = server.events(ada.workspace).await;
    assert!(!events.contains(&"session.deleted".to_owned()), "{events:?}");
}
