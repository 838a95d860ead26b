//! `/extractions/templates/{templateId}/sessions/batch`

use domain::role::Role;
use serde_json::json;

use super::{NOBODYS, TEXT, schema, server};

#[tokio::test]
async fn a_batch_makes_a_session_for_each_file_and_runs_them_if_asked() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let mut files = Vec::new();
    for name in ["a.txt", "b.txt"] {
        files.push(ada.client.upload(name, format!("{name}\n{TEXT}")).await);
    }
    let place = format!("/extractions/templates/{template}/sessions/batch");
    let body = json!({ "files": files, "settings": { "auto_extract": true } });
    let created = ada.client.post(&place, &body).await.expect(201);
    let sessions = created.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let expected =
        json!({ "id": sessions[0]["id"], "name": "Pending...", "created_at": "2026-03-04T12:00:00.000000Z" });
    assert_eq!(sessions[0], expected);
    assert_eq!(
        server.run_jobs().await,
        6,
        "two files are ingested, parsed and extracted"
    );
    for (session, name) in sessions.iter().zip(["a.txt", "b.txt"]) {
        let place = format!("/extractions/sessions/{}", session["id"].as_str().unwrap());
        let session = ada.client.get(&place).await.expect(200);
        assert_eq!(
            (&session["name"], &session["status"]),
            (&json!(name), &json!("completed")),
            "{session}"
        );
        assert_eq!(
            session["results"][0]["data"]["fields"]["total"], 120.5,
            "{session}"
        );
    }
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_and_names_the_bad_keys() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let good = ada.client.upload("a.txt", TEXT).await;
    let unsent = ada.client.announce("unsent.txt").await["key"].clone();
    let place = format!("/extractions/templates/{template}/sessions/batch");
    let unknown = format!("tmp/{NOBODYS}");
    let body = json!({ "files": [good, unknown, "../x", unsent, good] });
    let error = ada
        .client
        .post(&place, &body)
        .await
        .expect_error(422, "validation_failed");
    let mut paths: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
    paths.sort();
    assert_eq!(paths, ["files.1", "files.2", "files.3", "files.4"]);
    assert_eq!(server.events(ada.workspace).await, ["template.created"]);
    assert_eq!(server.run_jobs().await, 0);
    ada.client
        .post(&place, &json!({ "files": [good] }))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_file_of_a_batch_is_of_no_use_to_another_request() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let session = ada.client.session(&template).await;
    let attach = format!("/extractions/sessions/{session}/documents");
    let key = ada.client.upload("a.txt", TEXT).await;
    let files = json!({ "files": [key] });
    let (first, second) = tokio::join!(ada.client.post(&batch, &files), ada.client.post(&batch, &files));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    let unknown = format!("no file was uploaded with the key {key:?}");
    for (place, body, path) in [
        (&batch, files, "files.0"),
        (&attach, json!({ "keys": [key] }), "keys.0"),
    ] {
        let error = ada
            .client
            .post(place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert_eq!(error["errors"], json!({ path: [unknown] }));
    }
    assert_eq!(server.run_jobs().await, 2, "the file is ingested and parsed");
}

#[tokio::test]
async fn a_batch_has_one_to_fifty_files() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let place = format!("/extractions/templates/{template}/sessions/batch");
    for files in [json!([]), json!(vec!["tmp/x"; 51])] {
        let error = ada
            .client
            .post(&place, &json!({ "files": files }))
            .await
            .expect_error(422, "validation_failed");
        assert_eq!(error["errors"], json!({ "files": ["must name 1 to 50 files"] }));
    }
    for (body, field) in [
        (json!({}), "files"),
        (json!({ "files": "x" }), "files"),
        (
            json!({ "files": [ada.client.upload("a.txt", TEXT).await], "settings": 1 }),
            "settings",
        ),
    ] {
        let error = ada
            .client
            .post(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{error}");
    }
    let unknown = format!("/extractions/templates/{NOBODYS}/sessions/batch");
    ada.client
        .post(&unknown, &json!({ "files": ["x"] }))
        .await
        .expect_error(404, "not_found");
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    reader
        .post(&place, &json!({ "files": ["x"] }))
        .await
        .expect_error(403, "role_forbids");
}
