//! `POST /workspaces/{workspaceId}/documents`

use domain::hash::ContentHash;
use domain::role::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::server::{Tenant, TestServer};

use crate::{DOCENT, NOBODYS, TEXT, schema, server};

fn place_of(tenant: &Tenant) -> String {
    format!("/workspaces/{}/documents", tenant.workspace)
}

#[tokio::test]
async fn an_uploaded_file_becomes_a_document_of_the_workspace_and_is_read() {
    let server = server();
    let ada = server.tenant("ada").await;
    let key = ada.client.upload("a.bin", TEXT).await;
    let body = json!({ "key": key, "filename": "Invoice 7.pdf", "mime": "application/pdf" });
    let created = ada.client.post(&place_of(&ada), &body).await.expect(201);
    let document = &created["document"];
    let time = "2026-03-04T12:00:00.000000Z";
    let sha256 = ContentHash::of(TEXT.as_bytes());
    let expected = json!({
        "document": {
            // The type is what the bytes are, whatever was said.
            "id": document["id"], "workspace_id": ada.workspace, "filename": "Invoice 7.pdf", "mime": "text/plain",
            "mime_type": "text/plain", "size": TEXT.len(), "sha256": sha256, "status": "queued",
            "source_type": "upload", "source_url": null, "source": { "type": "upload", "url": null },
            "meta": { "page_count": null, "file_size": TEXT.len() }, "parsings": document["parsings"],
            "error": null, "parent_id": null, "created_at": time, "updated_at": time,
        },
        "dedup": { "reused": false, "matched_by": "sha256" },
        "document_ref": {
            "kind": "documentRef", "documentId": document["id"], "workspaceId": ada.workspace,
            "filename": "Invoice 7.pdf", "mime": "text/plain", "size": TEXT.len(), "sha256": sha256,
            "source": { "type": "upload", "url": null }, "createdAt": time,
        },
    });
    assert_eq!(created, expected);
    assert_eq!(document["parsings"].as_array().unwrap().len(), 1);
    assert_eq!(server.events(ada.workspace).await, ["document.created"]);
    assert_eq!(server.run_jobs().await, 1, "read by itself");
    let place = format!("/extractions/documents/{}", document["id"].as_str().unwrap());
    assert_eq!(ada.client.get(&place).await.expect(200)["status"], "parsed");
    let listed = ada.client.get(&place_of(&ada)).await.expect(200);
    assert_eq!(listed["data"][0]["id"], document["id"]);
}

#[tokio::test]
async fn a_content_that_the_workspace_has_is_reused() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let mut created = Vec::new();
    for (tenant, name, status) in [(&ada, "a.txt", 201), (&ada, "b.txt", 200), (&bob, "c.txt", 201)] {
        let key = tenant.client.upload(name, TEXT).await;
        let answer = tenant
            .client
            .post(&place_of(tenant), &json!({ "key": key }))
            .await;
        created.push(answer.expect(status));
    }
    assert_eq!(
        created[1]["dedup"],
        json!({ "reused": true, "matched_by": "sha256" })
    );
    assert_eq!(created[1]["document"], created[0]["document"]);
    assert_eq!(created[1]["document_ref"], created[0]["document_ref"]);
    assert_eq!(created[0]["document"]["filename"], "a.txt");
    // Another workspace has documents of its own.
    assert_ne!(created[2]["document"]["id"], created[0]["document"]["id"]);
    assert_eq!(server.events(ada.workspace).await, ["document.created"]);
    assert_eq!(server.run_jobs().await, 2, "each is read once");
}

#[tokio::test]
async fn of_two_requests_with_one_content_at_once_one_makes_the_document() {
    let server = server();
    let ada = server.tenant("ada").await;
    for round in 0..4 {
        let text = format!("{TEXT}{round}");
        let keys = [
            ada.client.upload("a.txt", text.clone()).await,
            ada.client.upload("b.txt", text).await,
        ];
        let create = async |key: &str| ada.client.post(&place_of(&ada), &json!({ "key": key })).await;
        let (first, second) = tokio::join!(create(&keys[0]), create(&keys[1]));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
        assert_eq!(first.body["document"]["id"], second.body["document"]["id"]);
    }
}

#[tokio::test]
async fn a_document_may_be_attached_to_a_session_on_its_way() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    for (member, name) in [("session_id", "a.txt"), ("extraction_session_id", "b.txt")] {
        let session = ada.client.session(&template).await;
        let key = ada.client.upload(name, name).await;
        let created = ada
            .client
            .post(&place_of(&ada), &json!({ "key": key, member: session }))
            .await
            .expect(201);
        assert_eq!(created["document"]["extraction_session_id"], session);
        let session = ada
            .client
            .get(&format!("/extractions/sessions/{session}"))
            .await
            .expect(200);
        assert_eq!(
            session["name"], name,
            "a session without a name takes the document's"
        );
        assert_eq!(session["documents"][0]["id"], created["document"]["id"]);
    }
    let events = server.events(ada.workspace).await;
    let tail = &events[events.len() - 2..];
    assert_eq!(tail, ["document.created", "document.attached"]);
}

#[tokio::test]
async fn to_attach_takes_what_changing_sessions_takes() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let other = Tenant {
        workspace: server.workspace(ada.user, "other").await,
        user: ada.user,
        client: server.client_of(ada.user, "*", None).await,
    };
    let session = |tenant: &Tenant| {
        let (client, workspace) = (tenant.client.clone(), tenant.workspace);
        async move {
            let template = client.template(workspace, &schema()).await;
            client.session(&template).await
        }
    };
    let own = session(&ada).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    // Of another tenant, of another workspace of the caller's, of nobody.
    for id in [session(&bob).await, session(&other).await, NOBODYS.to_owned()] {
        for member in ["session_id", "extraction_session_id"] {
            let error = ada
                .client
                .post(&place_of(&ada), &json!({ "key": key, member: id }))
                .await
                .expect_error(422, "validation_failed");
            assert_eq!(
                error["errors"],
                json!({ member: ["the workspace has no such session"] })
            );
        }
    }
    let weak = server.client_of(ada.user, "documents-write", None).await;
    let error = weak
        .post(&place_of(&ada), &json!({ "key": key, "session_id": own }))
        .await
        .expect_error(403, "ability_missing");
    assert_eq!(
        error["message"],
        "the token does not hold the ability sessions-write"
    );
    assert!(
        !server
            .events(ada.workspace)
            .await
            .contains(&"document.created".to_owned())
    );
    weak.post(&place_of(&ada), &json!({ "key": key }))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_form_with_the_file_is_taken_too() {
    let server = server();
    let ada = server.tenant("ada").await;
    let send = |bytes: &'static [u8]| {
        let form = Form::new().part("file", Part::bytes(bytes).file_name("a.txt"));
        ada.client.request(Method::POST, &place_of(&ada)).multipart(form)
    };
    let created = ada.client.send(send(TEXT.as_bytes())).await.expect(201);
    assert_eq!(created["document"]["filename"], "a.txt");
    let again = ada.client.send(send(TEXT.as_bytes())).await.expect(200);
    assert_eq!(again["document"]["id"], created["document"]["id"]);
    let error = ada
        .client
        .send(send(b""))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "file": ["the file is empty"] }));
    let other = Form::new().text("other", "x");
    let request = ada.client.request(Method::POST, &place_of(&ada)).multipart(other);
    let error = ada
        .client
        .send(request)
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "file": ["is required"] }));
}

#[tokio::test]
async fn a_file_that_makes_no_document_is_named() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let good = ada.client.upload("a.txt", TEXT).await;
    let unsent = ada.client.announce("b.txt").await["key"].clone();
    let program = ada
        .client
        .upload("c.pdf", b"\x7fELF\x02\x01\x01\0\0\0\0".to_vec())
        .await;
    let theirs = bob.client.upload("d.txt", TEXT).await;
    for (body, field) in [
        (json!({}), "key"),
        (json!({ "key": 1 }), "key"),
        (json!({ "key": "../x" }), "key"),
        (json!({ "key": format!("tmp/{NOBODYS}") }), "key"),
        (json!({ "key": unsent }), "key"),
        (json!({ "key": program }), "key"),
        (json!({ "key": theirs }), "key"),
        (json!({ "key": good, "filename": "" }), "filename"),
        (json!({ "key": good, "mime": 1 }), "mime"),
        (json!({ "key": good, "session_id": "x" }), "session_id"),
    ] {
        let error = ada
            .client
            .post(&place_of(&ada), &body)
            .await
            .expect_error(422, "validation_failed");
        let fields: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
        assert_eq!(fields, [field], "{body} {error}");
    }
    assert_eq!(server.events(ada.workspace).await, [""; 0]);
    ada.client
        .post(&place_of(&ada), &json!({ "key": good }))
        .await
        .expect(201);
    // A key is used once.
    ada.client
        .post(&place_of(&ada), &json!({ "key": good }))
        .await
        .expect_error(422, "validation_failed");
}

#[tokio::test]
async fn a_form_with_a_file_over_the_limit_makes_no_document() {
    let server = TestServer::start_with(DOCENT, |settings| settings.max_upload_bytes = 10_000);
    let ada = server.tenant("ada").await;
    let form = Form::new().part("file", Part::bytes(vec![b'x'; 10_001]).file_name("a.txt"));
    let request = ada.client.request(Method::POST, &place_of(&ada)).multipart(form);
    let error = ada
        .client
        .send(request)
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(
        error["errors"],
        json!({ "file": ["the file is larger than the limit of 10000 bytes"] })
    );
}

#[tokio::test]
async fn a_document_that_could_not_be_read_is_tried_again_when_it_is_sent_again() {
    let server = server();
    let ada = server.tenant("ada").await;
    let mut documents = Vec::new();
    for status in [201, 200] {
        let key = ada.client.upload("a.pdf", b"%PDF-1.7\nrubbish".to_vec()).await;
        let created = ada.client.post(&place_of(&ada), &json!({ "key": key })).await;
        let document = created.expect(status)["document"].clone();
        assert_eq!(
            (&document["status"], &document["error"]),
            (&json!("queued"), &Value::Null)
        );
        assert_eq!(server.run_jobs().await, 1);
        let place = format!("/extractions/documents/{}", document["id"].as_str().unwrap());
        let read = ada.client.get(&place).await.expect(200);
        assert_eq!(
            (&read["status"], &read["id"]),
            (&json!("failed"), &document["id"])
        );
        documents.push(document["id"].clone());
    }
    assert_eq!(documents[0], documents[1]);
}

#[tokio::test]
async fn who_may_not_write_documents_makes_none() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    let writer = server.member(ada.workspace, "writer", Role::User).await;
    let key = reader.upload("a.txt", TEXT).await;
    reader
        .post(&place_of(&ada), &json!({ "key": key }))
        .await
        .expect_error(403, "role_forbids");
    let key = bob.client.upload("a.txt", TEXT).await;
    bob.client
        .post(&place_of(&ada), &json!({ "key": key }))
        .await
        .expect_error(404, "not_found");
    let key = writer.upload("a.txt", TEXT).await;
    writer
        .post(&place_of(&ada), &json!({ "key": key }))
        .await
        .expect(201);
}
