//! `/extractions/sessions`

use domain::role::Role;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::server::{HasId, Tenant, TestServer};

use super::{DOCENT, NOBODYS, TEXT, schema, server};

/// A session without documents: its address.
async fn session_of(tenant: &Tenant) -> String {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    format!("/extractions/sessions/{}", tenant.client.session(&template).await)
}

#[tokio::test]
async fn a_new_session_is_empty_and_pending() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let body =
        json!({ "extraction_template_id": template, "name": "March", "settings": { "colour": "red" } });
    let created = ada.client.post("/extractions/sessions", &body).await.expect(201);
    let time = "2026-03-04T12:00:00.000000Z";
    let expected = json!({
        "id": created["id"], "name": "March", "extraction_template_id": template, "workspace_id": ada.workspace,
        "settings": { "colour": "red" }, "status": "pending", "created_at": time, "updated_at": time,
        "documents": [], "results": [],
    });
    assert_eq!(created, expected);
    let got = ada
        .client
        .get(&format!("/extractions/sessions/{}", created.id()))
        .await
        .expect(200);
    assert_eq!(got, created);
    assert_eq!(
        server.events(ada.workspace).await,
        ["template.created", "session.created"]
    );
}

#[tokio::test]
async fn a_session_needs_a_template_that_is_there() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    for (body, field) in [
        (json!({}), "extraction_template_id"),
        (json!({ "extraction_template_id": "x" }), "extraction_template_id"),
        (
            json!({ "extraction_template_id": NOBODYS }),
            "extraction_template_id",
        ),
        (json!({ "extraction_template_id": template, "name": 1 }), "name"),
        (
            json!({ "extraction_template_id": template, "settings": [] }),
            "settings",
        ),
        (
            json!({ "extraction_template_id": template, "settings": { "auto_extract": 1 } }),
            "settings.auto_extract",
        ),
    ] {
        let error = ada
            .client
            .post("/extractions/sessions", &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{body} {error}");
    }
    ada.client
        .get(&format!("/extractions/sessions/{NOBODYS}"))
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn all_three_generations_of_upload_are_taken_at_both_addresses() {
    let server = server();
    let ada = server.tenant("ada").await;
    for tail in ["documents/upload", "documents"] {
        let session = session_of(&ada).await;
        let place = format!("{session}/{tail}");

        let keys = [
            ada.client.upload("a.txt", format!("a {tail}")).await,
            ada.client.upload("b.txt", format!("b {tail}")).await,
        ];
        let newest = ada
            .client
            .post(&place, &json!({ "keys": keys }))
            .await
            .expect(201);
        assert_eq!(
            (&newest["data"][0]["filename"], &newest["data"][1]["filename"]),
            (&json!("a.txt"), &json!("b.txt"))
        );
        assert!(newest.get("id").is_none(), "{newest}");

        let key = ada.client.upload("x.bin", format!("c {tail}")).await;
        let middle = ada
            .client
            .post(&place, &json!({ "key": key, "filename": "c.txt" }))
            .await
            .expect(201);
        assert_eq!(
            (&middle["filename"], &middle["data"][0]["id"]),
            (&json!("c.txt"), &middle["id"])
        );

        let part = Part::bytes(format!("d {tail}").into_bytes()).file_name("C:\\letters\\d.txt");
        let form = Form::new().text("note", "skipped").part("file", part);
        let request = ada.client.request(Method::POST, &place).multipart(form);
        let oldest = ada.client.send(request).await.expect(201);
        assert_eq!(
            (&oldest["filename"], &oldest["status"]),
            (&json!("d.txt"), &json!("queued"))
        );
        assert_eq!(
            session,
            format!(
                "/extractions/sessions/{}",
                oldest["extraction_session_id"].as_str().unwrap()
            )
        );

        let listed = ada.client.get(&format!("{session}/documents")).await.expect(200);
        let names: Vec<&Value> = listed["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|document| &document["filename"])
            .collect();
        assert_eq!(names, ["a.txt", "b.txt", "c.txt", "d.txt"]);
    }
}

#[tokio::test]
async fn a_document_has_the_newest_shape_and_the_older_names() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let uploaded = ada
        .client
        .post(&format!("{session}/documents/upload"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let document = &uploaded["data"][0];
    let time = "2026-03-04T12:00:00.000000Z";
    let expected = json!({
        "id": document["id"], "workspace_id": ada.workspace, "filename": "a.txt", "mime": "text/plain",
        "mime_type": "text/plain", "size": TEXT.len(),
        "sha256": domain::hash::ContentHash::of(TEXT.as_bytes()), "status": "queued", "source_type": "upload",
        "source_url": null, "source": { "type": "upload", "url": null },
        "meta": { "page_count": null, "file_size": TEXT.len() },
        "parsings": [{
            "id": document["parsings"][0]["id"], "config_hash": document["parsings"][0]["config_hash"],
            "status": "queued", "parser_version": parsing::PARSER_VERSION, "error": null, "updated_at": time,
        }],
        "error": null, "parent_id": null, "extraction_session_id": document["extraction_session_id"], "created_at": time, "updated_at": time,
    });
    assert_eq!(document, &expected);
}

#[tokio::test]
async fn a_session_without_a_name_takes_that_of_its_first_document() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    assert_eq!(ada.client.get(&session).await.expect(200)["name"], "Pending...");
    for name in ["first.txt", "second.txt"] {
        let key = ada.client.upload(name, name).await;
        ada.client
            .post(&format!("{session}/documents"), &json!({ "keys": [key] }))
            .await
            .expect(201);
    }
    assert_eq!(ada.client.get(&session).await.expect(200)["name"], "first.txt");
}

#[tokio::test]
async fn the_same_content_is_one_document() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (one, other) = (session_of(&ada).await, session_of(&ada).await);
    let mut ids = Vec::new();
    for session in [&one, &one, &other] {
        let key = ada.client.upload("again.txt", TEXT).await;
        let uploaded = ada
            .client
            .post(&format!("{session}/documents"), &json!({ "keys": [key] }))
            .await
            .expect(201);
        ids.push(uploaded["data"][0]["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let listed = ada.client.get(&format!("{one}/documents")).await.expect(200);
    assert_eq!(listed["meta"]["total"], 1);
    assert_eq!(server.run_jobs().await, 1, "parsed once");
    let created = server
        .events(ada.workspace)
        .await
        .iter()
        .filter(|action| *action == "document.created")
        .count();
    assert_eq!(created, 1);
}

#[tokio::test]
async fn bad_files_are_named_one_by_one_and_none_is_kept() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    let place = format!("{session}/documents/upload");
    let good = ada.client.upload("good.txt", TEXT).await;
    let unsent = ada.client.announce("unsent.txt").await["key"].clone();
    let program = ada
        .client
        .upload("letter.pdf", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec())
        .await;
    let keys = json!({ "keys": [good, "x", unsent, good] });
    let error = ada
        .client
        .post(&place, &keys)
        .await
        .expect_error(422, "validation_failed");
    let mut paths: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
    paths.sort();
    assert_eq!(paths, ["keys.1", "keys.2", "keys.3"], "{error}");
    let error = ada
        .client
        .post(&place, &json!({ "keys": [good, program] }))
        .await
        .expect_error(422, "validation_failed");
    let message = error["errors"]["keys.1"][0].as_str().unwrap();
    assert!(message.contains("are not read; supported are PDF"), "{message}");
    assert_eq!(
        ada.client.get(&format!("{session}/documents")).await.expect(200)["meta"]["total"],
        0
    );
    // What was good is still good.
    ada.client
        .post(&place, &json!({ "keys": [good] }))
        .await
        .expect(201);
    // And used up.
    ada.client
        .post(&place, &json!({ "keys": [good] }))
        .await
        .expect_error(422, "validation_failed");
}

#[tokio::test]
async fn requests_that_name_no_file_are_refused() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    let place = format!("{session}/documents/upload");
    for (body, field) in [
        (json!({}), "keys"),
        (json!({ "keys": [] }), "keys"),
        (json!({ "keys": "tmp/x" }), "keys"),
        (json!({ "keys": [1] }), "keys.0"),
        (json!({ "key": "tmp/x" }), "key"),
        (json!({ "key": "tmp/x", "filename": "" }), "filename"),
        (json!({ "keys": vec!["tmp/x"; 51] }), "keys"),
    ] {
        let error = ada
            .client
            .post(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{body} {error}");
    }
    let form = |form: Form| ada.client.request(Method::POST, &place).multipart(form);
    let error = ada
        .client
        .send(form(Form::new().text("other", "x")))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "file": ["is required"] }));
    let empty = Form::new().part("file", Part::bytes(Vec::new()).file_name("a.txt"));
    let error = ada
        .client
        .send(form(empty))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "file": ["the file is empty"] }));
    let broken = ada
        .client
        .request(Method::POST, &place)
        .header("content-type", "multipart/form-data; boundary=x");
    ada.client
        .send(broken.body("--x\r\nrubbish"))
        .await
        .expect_error(400, "body_unreadable");
    let other = ada
        .client
        .request(Method::POST, &place)
        .header("content-type", "text/plain")
        .body("x");
    ada.client
        .send(other)
        .await
        .expect_error(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_form_with_a_file_over_the_limit_is_refused() {
    let server = TestServer::start_with(DOCENT, |settings| settings.max_upload_bytes = 10_000);
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    let form = Form::new().part("file", Part::bytes(vec![b'x'; 10_001]).file_name("a.txt"));
    let request = ada
        .client
        .request(Method::POST, &format!("{session}/documents"))
        .multipart(form);
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
async fn documents_of_the_workspace_are_attached_in_the_order_given() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (from, to) = (session_of(&ada).await, session_of(&ada).await);
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let key = ada.client.upload(name, name).await;
        let uploaded = ada
            .client
            .post(&format!("{from}/documents"), &json!({ "keys": [key] }))
            .await
            .expect(201);
        ids.insert(0, uploaded["data"][0]["id"].clone());
    }
    let place = format!("{to}/documents/attach");
    let attached = ada
        .client
        .post(&place, &json!({ "document_ids": ids }))
        .await
        .expect(200);
    assert_eq!(attached["data"][0]["filename"], "b.txt");
    ada.client
        .post(&place, &json!({ "document_ids": [ids[0]] }))
        .await
        .expect(200);
    let listed = ada.client.get(&format!("{to}/documents")).await.expect(200);
    assert_eq!(listed["meta"]["total"], 2);
    assert_eq!(listed["data"][0]["id"], ids[0]);
    let error = ada
        .client
        .post(&place, &json!({ "document_ids": [ids[0], NOBODYS] }))
        .await;
    let error = error.expect_error(422, "validation_failed");
    assert!(error["errors"]["document_ids.1"].is_array(), "{error}");
    for body in [
        json!({}),
        json!({ "document_ids": [] }),
        json!({ "document_ids": ["x"] }),
        json!({ "document_ids": vec![NOBODYS; 101] }),
    ] {
        ada.client
            .post(&place, &body)
            .await
            .expect_error(422, "validation_failed");
    }
}

#[tokio::test]
async fn the_documents_of_a_session_are_listed_page_by_page() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    for name in ["a.txt", "b.txt", "c.txt"] {
        let key = ada.client.upload(name, name).await;
        ada.client
            .post(&format!("{session}/documents"), &json!({ "keys": [key] }))
            .await
            .expect(201);
    }
    let page = ada
        .client
        .get(&format!("{session}/documents?per_page=2&page=2"))
        .await
        .expect(200);
    assert_eq!(page["data"][0]["filename"], "c.txt");
    assert_eq!(
        page["meta"],
        json!({ "current_page": 2, "last_page": 2, "per_page": 2, "total": 3 })
    );
    ada.client
        .get(&format!("/extractions/sessions/{NOBODYS}/documents"))
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_readonly_member_looks_at_sessions_and_changes_nothing() {
    let server = server();
    let ada = server.tenant("ada").await;
    let session = session_of(&ada).await;
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    let template = ada.client.get(&session).await.expect(200)["extraction_template_id"].clone();
    reader.get(&session).await.expect(200);
    reader.get(&format!("{session}/documents")).await.expect(200);
    let key = reader.upload("a.txt", TEXT).await;
    for (place, body) in [
        (
            "/extractions/sessions".to_owned(),
            json!({ "extraction_template_id": template }),
        ),
        (format!("{session}/documents"), json!({ "keys": [key] })),
        (format!("{session}/documents/upload"), json!({ "keys": [key] })),
        (
            format!("{session}/documents/attach"),
            json!({ "document_ids": [NOBODYS] }),
        ),
        (format!("{session}/results"), json!({})),
    ] {
        reader.post(&place, &body).await.expect_error(403, "role_forbids");
    }
}

#[tokio::test]
async fn of_two_requests_with_one_key_one_gets_the_file() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (one, other) = (session_of(&ada).await, session_of(&ada).await);
    for round in 0..5 {
        let key = ada.client.upload("a.txt", format!("round {round}")).await;
        let body = json!({ "keys": [key] });
        let (one, other) = (format!("{one}/documents"), format!("{other}/documents"));
        let answers = tokio::join!(ada.client.post(&one, &body), ada.client.post(&other, &body));
        let mut statuses = [answers.0.status, answers.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "{} {}", answers.0.text, answers.1.text);
    }
}

#[tokio::test]
async fn a_session_is_renamed_and_its_settings_replaced() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = session_of(&ada).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    ada.client
        .post(&format!("{place}/documents"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let renamed = ada
        .client
        .put(&place, &json!({ "name": "April" }))
        .await
        .expect(200);
    assert_eq!(renamed["name"], "April");
    assert_eq!(renamed["documents"][0]["filename"], "a.txt");
    assert_eq!(renamed["results"], json!([]));
    let settings = json!({ "auto_extract": true, "colour": "red" });
    let changed = ada
        .client
        .put(&place, &json!({ "settings": settings }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["settings"]),
        (&json!("April"), &settings)
    );
    assert_eq!(ada.client.get(&place).await.expect(200), changed);
    let events = server.events(ada.workspace).await;
    assert_eq!(
        events.iter().filter(|event| *event == "session.updated").count(),
        2
    );
    let list = format!("/workspaces/{}/extractions/sessions?name=apr", ada.workspace);
    assert_eq!(ada.client.get(&list).await.expect(200)["meta"]["total"], 1);
}

#[tokio::test]
async fn what_a_session_cannot_be_changed_to_is_named() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = session_of(&ada).await;
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "settings": [] }), "settings"),
        (
            json!({ "settings": { "auto_extract": "yes" } }),
            "settings.auto_extract",
        ),
    ] {
        let error = ada
            .client
            .put(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"][field].is_array(), "{body} {error}");
    }
    ada.client
        .put(
            &format!("/extractions/sessions/{NOBODYS}"),
            &json!({ "name": "x" }),
        )
        .await
        .expect_error(404, "not_found");
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    reader
        .put(&place, &json!({ "name": "x" }))
        .await
        .expect_error(403, "role_forbids");
}
