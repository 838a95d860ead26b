//! `/extractions/sessions/{sessionId}/results` and `/extractions/results`

use serde_json::{Value, json};
use testkit::server::{HasId, Tenant};

use super::{NOBODYS, TEXT, schema, server};

/// A session with one document of these bytes: its address.
async fn session_with(tenant: &Tenant, bytes: &[u8]) -> String {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    let place = format!("/extractions/sessions/{}", tenant.client.session(&template).await);
    let key = tenant.client.upload("a.txt", bytes).await;
    tenant
        .client
        .post(&format!("{place}/documents"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    place
}

#[tokio::test]
async fn a_run_before_parsing_waits_and_then_completes() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, TEXT.as_bytes()).await;
    let run = ada
        .client
        .post(&format!("{session}/results"), &json!({}))
        .await
        .expect(201);
    assert_eq!(run["status"], "parsing_pending");
    assert!(
        run.get("data").is_none() && run.get("audit_data").is_none(),
        "{run}"
    );
    assert_eq!(run["document_refs"][0]["kind"], "documentRef");
    assert_eq!(ada.client.get(&session).await.expect(200)["status"], "processing");
    assert_eq!(server.run_jobs().await, 2);
    let place = format!("/extractions/results/{}", run.id());
    let result = ada.client.get(&place).await.expect(200);
    assert_eq!(
        (&result["status"], &result["error"]),
        (&json!("completed"), &Value::Null),
        "{result}"
    );
    assert_eq!(result["data"]["fields"]["total"], 120.5, "{result}");
    assert_eq!(result["audit_data"], result["reasoning"]);
    let evidence = &result["audit_data"]["fields"]["total"];
    assert!(
        evidence["verdict"].is_string() && evidence["sources"].is_array(),
        "{evidence}"
    );
    assert!(
        result["checks"].is_object() && result["warnings"].is_array() && result["completed_at"].is_string()
    );
    let listed = ada.client.get(&format!("{session}/results")).await.expect(200);
    assert_eq!(
        (&listed["data"], &listed["meta"]["total"]),
        (&json!([result]), &json!(1))
    );
    for (status, expected) in [("completed", 1), ("failed", 0), ("parsing_pending", 0)] {
        let place = format!("{session}/results?status={status}");
        let filtered = ada.client.get(&place).await.expect(200);
        assert_eq!(filtered["meta"]["total"], expected, "{status}");
        assert_eq!(filtered["data"].as_array().unwrap().len(), expected, "{status}");
    }
    ada.client
        .get(&format!("{session}/results?status=finished"))
        .await
        .expect_error(400, "bad_parameter");
    let whole = ada.client.get(&session).await.expect(200);
    assert_eq!(
        (&whole["status"], &whole["results"]),
        (&json!("completed"), &json!([result]))
    );
}

#[tokio::test]
async fn a_run_after_parsing_is_created_at_once() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, TEXT.as_bytes()).await;
    assert_eq!(server.run_jobs().await, 1);
    let empty = ada
        .client
        .request(reqwest::Method::POST, &format!("{session}/results"));
    let run = ada.client.send(empty).await.expect(201);
    assert_eq!(run["status"], "created");
    assert_eq!(
        server.events(ada.workspace).await.last().unwrap(),
        "result.created"
    );
}

#[tokio::test]
async fn a_run_needs_documents_that_can_be_read() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let empty = format!(
        "/extractions/sessions/{}/results",
        ada.client.session(&template).await
    );
    let error = ada
        .client
        .post(&empty, &json!({}))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        error["errors"],
        json!({ "documents": ["the session has no documents"] })
    );
    let broken = session_with(&ada, b"%PDF-1.7\nrubbish").await;
    server.run_jobs().await;
    let error = ada
        .client
        .post(&format!("{broken}/results"), &json!({}))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        error["errors"],
        json!({ "documents": ["none of the session's documents could be read"] })
    );
    let unknown = format!("/extractions/sessions/{NOBODYS}/results");
    ada.client
        .post(&unknown, &json!({}))
        .await
        .expect_error(404, "not_found");
    ada.client.get(&unknown).await.expect_error(404, "not_found");
    ada.client
        .get(&format!("/extractions/results/{NOBODYS}"))
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_run_over_documents_of_which_none_could_be_read_fails_with_a_reason() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_with(&ada, b"%PDF-1.7\nrubbish").await;
    let run = ada
        .client
        .post(&format!("{session}/results"), &json!({}))
        .await
        .expect(201);
    server.run_jobs().await;
    let result = ada
        .client
        .get(&format!("/extractions/results/{}", run.id()))
        .await
        .expect(200);
    assert_eq!(result["status"], "failed");
    assert!(
        result["error"].as_str().is_some_and(|reason| !reason.is_empty()),
        "{result}"
    );
    assert_eq!(ada.client.get(&session).await.expect(200)["status"], "failed");
}
