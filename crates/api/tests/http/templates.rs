//! `/extractions/templates`

use domain::role::Role;
use reqwest::Method;
use serde_json::json;
use testkit::server::{Answer, Client, HasId};

use super::{NOBODYS, TEXT, schema, server};

#[tokio::test]
async fn a_template_is_kept_as_it_was_sent() {
    let server = server();
    let ada = server.tenant("ada").await;
    let schema = json!({
        "config": { "reasoning_enabled": true, "of_a_later_version": [1, 2.50, "x"] },
        "groups": { "invoice": { "zebra": 1, "fields": { "total": { "type": "number", "ui": { "width": 3 } } } } },
        "definitions": {},
    });
    let settings = json!({ "parsing": { "contextual_embedding": true } });
    let sent = json!({
        "name": "Invoices", "description": "of suppliers", "workspace_id": ada.workspace,
        "schema_json": schema, "settings": settings,
    });
    let created = ada.client.post("/extractions/templates", &sent).await.expect(201);
    assert_eq!(
        created["schema_json"].to_string(),
        schema.to_string(),
        "also the order of keys"
    );
    let got = ada
        .client
        .get(&format!("/extractions/templates/{}", created.id()))
        .await
        .expect(200);
    assert_eq!(got, created);
    assert_eq!(
        (&got["settings"], &got["description"]),
        (&settings, &json!("of suppliers"))
    );
    assert_eq!(server.events(ada.workspace).await, ["template.created"]);
}

#[tokio::test]
async fn the_older_name_of_the_schema_is_taken_too() {
    let server = server();
    let ada = server.tenant("ada").await;
    let sent = json!({ "name": "Invoices", "workspace_id": ada.workspace, "schema": schema() });
    let created = ada.client.post("/extractions/templates", &sent).await.expect(201);
    assert_eq!(created["schema_json"], schema());
    let place = format!("/extractions/templates/{}", created.id());
    let changed = json!({ "fields": { "iban": { "type": "string" } } });
    let updated = ada
        .client
        .put(&place, &json!({ "schema": changed }))
        .await
        .expect(200);
    assert_eq!(updated["schema_json"], changed);
    let both = json!({ "schema_json": schema(), "schema": changed });
    let updated = ada.client.put(&place, &both).await.expect(200);
    assert_eq!(updated["schema_json"], schema());
    let error = ada
        .client
        .put(&place, &json!({ "schema_json": schema(), "schema": [] }))
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["schema"].is_array(), "{error}");
}

#[tokio::test]
async fn a_schema_with_five_mistakes_is_answered_with_five_paths() {
    let server = server();
    let ada = server.tenant("ada").await;
    let schema = json!({
        "groups": {
            "a": {
                "fields": {
                    "money": { "type": "money" },
                    "ghost": { "$ref": "#/definitions/nobody" },
                    "code": { "type": "string", "pattern": "(" },
                },
                "checks": { "sum": "money + nothing == 1" },
            },
            "b": { "config": { "iterates_on": "a.nowhere" }, "fields": { "x": { "type": "string" } } },
        },
    });
    let body = json!({ "name": "x", "workspace_id": ada.workspace, "schema_json": schema });
    let error = ada
        .client
        .post("/extractions/templates", &body)
        .await
        .expect_error(422, "validation_failed");
    let mut paths: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
    paths.sort();
    assert_eq!(paths.len(), 5, "{error}");
    assert!(
        paths.contains(&&"schema_json.groups.a.fields.money.type".to_owned()),
        "{error}"
    );
    assert!(
        paths.iter().all(|path| path.starts_with("schema_json.groups.")),
        "{error}"
    );
    assert!(server.events(ada.workspace).await.is_empty(), "nothing was made");
}

#[tokio::test]
async fn a_check_that_names_no_field_is_named() {
    let server = server();
    let ada = server.tenant("ada").await;
    let group = json!({ "fields": { "net": { "type": "number" } }, "checks": { "sum": "net + ghost == 1" } });
    let body = json!({ "name": "x", "workspace_id": ada.workspace, "schema": { "groups": { "a": group } } });
    let error = ada
        .client
        .post("/extractions/templates", &body)
        .await
        .expect_error(422, "validation_failed");
    assert!(
        error["errors"]["schema.groups.a.checks.sum"][0].is_string(),
        "{error}"
    );
}

#[tokio::test]
async fn mistakes_beside_the_schema_are_named_in_the_same_answer() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let body = json!({
        "name": "x", "workspace_id": 999_999, "schema_json": { "fields": { "a": { "type": "x" } } },
        "settings": { "parsing": { "ocr": "perhaps" } },
    });
    let error = client
        .post("/extractions/templates", &body)
        .await
        .expect_error(422, "validation_failed");
    let paths: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "workspace_id",
            "schema_json.fields.a.type",
            "settings.parsing.ocr"
        ]
    );
    let error = client
        .post("/extractions/templates", &json!({ "name": "x" }))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "schema_json": ["is required"] }));
    for settings in [json!([]), json!({ "parsing": 1 })] {
        let body = json!({ "name": "x", "schema_json": schema(), "settings": settings });
        client
            .post("/extractions/templates", &body)
            .await
            .expect_error(422, "validation_failed");
    }
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let place = format!("/extractions/templates/{template}");
    let before = ada.client.get(&place).await.expect(200);
    let renamed = ada
        .client
        .put(&place, &json!({ "name": "Bills", "description": "x" }))
        .await
        .expect(200);
    assert_eq!(
        (&renamed["name"], &renamed["description"]),
        (&json!("Bills"), &json!("x"))
    );
    assert_eq!(
        renamed["version_id"], before["version_id"],
        "the schema is the same"
    );
    let cleared = ada
        .client
        .put(&place, &json!({ "description": null }))
        .await
        .expect(200);
    assert_eq!(
        (&cleared["name"], &cleared["description"]),
        (&json!("Bills"), &json!(null))
    );
    let other = json!({ "fields": { "iban": { "type": "string" } } });
    let changed = ada
        .client
        .put(&place, &json!({ "schema_json": other }))
        .await
        .expect(200);
    assert_ne!(changed["version_id"], before["version_id"]);
    assert_eq!(ada.client.get(&place).await.expect(200), changed);
    let wrong = json!({ "schema_json": { "fields": {} }, "name": "not taken" });
    ada.client
        .put(&place, &wrong)
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(ada.client.get(&place).await.expect(200), changed);
}

#[tokio::test]
async fn templates_are_listed_page_by_page() {
    let server = server();
    let ada = server.tenant("ada").await;
    for _ in 0..3 {
        ada.client.template(ada.workspace, &schema()).await;
    }
    let place = format!("/workspaces/{}/extractions/templates", ada.workspace);
    let whole = ada.client.get(&place).await.expect(200);
    assert_eq!(
        whole["meta"],
        json!({ "current_page": 1, "last_page": 1, "per_page": 15, "total": 3 })
    );
    assert_eq!(whole["data"].as_array().unwrap().len(), 3);
    let page = ada
        .client
        .get(&format!("{place}?page=2&per_page=2"))
        .await
        .expect(200);
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    let first = format!("{}{place}?page=1&per_page=2", server.address());
    assert_eq!(page["links"]["prev"], first);
    assert_eq!(page["links"]["next"], json!(null));
    let back = ada
        .client
        .get(page["links"]["prev"].as_str().unwrap())
        .await
        .expect(200);
    assert_eq!(back["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_outside_the_limits_is_refused() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = format!("/workspaces/{}/extractions/templates", ada.workspace);
    for query in ["page=0", "per_page=0", "per_page=101", "page=1000001"] {
        let error = ada
            .client
            .get(&format!("{place}?{query}"))
            .await
            .expect_error(422, "validation_failed");
        let field = query.split('=').next().unwrap();
        assert!(error["errors"][field].is_array(), "{error}");
    }
    for query in ["page=x", "per_page=-1", "page=99999999999"] {
        ada.client
            .get(&format!("{place}?{query}"))
            .await
            .expect_error(400, "bad_parameter");
    }
}

#[tokio::test]
async fn an_unknown_template_is_not_there() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for id in [NOBODYS, "12", "x"] {
        let place = format!("/extractions/templates/{id}");
        let error = client.get(&place).await.expect_error(404, "not_found");
        assert_eq!(error["message"], "there is no such template");
        client
            .put(&place, &json!({ "name": "x" }))
            .await
            .expect_error(404, "not_found");
        client
            .post(&format!("{place}/duplicate"), &json!({}))
            .await
            .expect_error(404, "not_found");
        client
            .send(client.request(Method::DELETE, &place))
            .await
            .expect_error(404, "not_found");
    }
    client
        .get("/workspaces/999/extractions/templates")
        .await
        .expect_error(404, "not_found");
    client
        .get("/workspaces/x/extractions/templates")
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_readonly_member_looks_and_changes_nothing() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let reader = server.member(ada.workspace, "reader", Role::Readonly).await;
    let place = format!("/extractions/templates/{template}");
    reader.get(&place).await.expect(200);
    reader
        .get(&format!("/workspaces/{}/extractions/templates", ada.workspace))
        .await
        .expect(200);
    let error = reader
        .put(&place, &json!({ "name": "x" }))
        .await
        .expect_error(403, "role_forbids");
    assert_eq!(
        error["message"],
        "the role readonly does not allow templates-write in this workspace"
    );
    let body = json!({ "name": "x", "workspace_id": ada.workspace, "schema_json": schema() });
    reader
        .post("/extractions/templates", &body)
        .await
        .expect_error(403, "role_forbids");
}

#[tokio::test]
async fn a_deleted_template_takes_its_sessions_along_and_leaves_documents() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let inside = format!("/extractions/sessions/{session}");
    let uploaded = ada
        .client
        .post(&format!("{inside}/documents"), &json!({ "keys": [key] }))
        .await
        .expect(201);
    let run = ada
        .client
        .post(&format!("{inside}/results"), &json!({}))
        .await
        .expect(201);
    let batch = ada.client.upload("b.txt", "not taken in yet").await;
    ada.client
        .post(
            &format!("/extractions/templates/{template}/sessions/batch"),
            &json!({ "files": [batch], "settings": { "auto_extract": true } }),
        )
        .await
        .expect(201);
    let place = format!("/extractions/templates/{template}");
    let gone = ada.client.send(ada.client.request(Method::DELETE, &place)).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for missing in [
        place.clone(),
        inside,
        format!("{place}/sessions"),
        format!("/extractions/results/{}", run.id()),
    ] {
        ada.client.get(&missing).await.expect_error(404, "not_found");
    }
    ada.client
        .send(ada.client.request(Method::DELETE, &place))
        .await
        .expect_error(404, "not_found");
    // What was to be done for the sessions ends without a trace; the document is read all the same.
    server.run_jobs().await;
    assert_eq!(server.run_jobs().await, 0);
    let document = format!("/extractions/documents/{}", uploaded["data"][0].id());
    let document = ada.client.get(&document).await.expect(200);
    assert_eq!(document["status"], "parsed");
    let sessions = format!("/workspaces/{}/extractions/sessions", ada.workspace);
    let left = ada.client.get(&sessions).await.expect(200);
    assert_eq!(left["meta"]["total"], 0);
    assert_eq!(
        server.events(ada.workspace).await.last().unwrap(),
        "template.deleted"
    );
}

#[tokio::test]
async fn a_copy_has_what_the_original_has() {
    let server = server();
    let ada = server.tenant("ada").await;
    let sent = json!({
        "name": "Invoices", "description": "of suppliers", "workspace_id": ada.workspace,
        "schema_json": schema(), "settings": { "parsing": { "contextual_embedding": true } },
    });
    let original = ada.client.post("/extractions/templates", &sent).await.expect(201);
    let place = format!("/extractions/templates/{}/duplicate", original.id());
    let bare = ada.client.send(ada.client.request(Method::POST, &place)).await;
    assert!(!bare.header("etag").is_empty());
    let copy = bare.expect(201);
    assert_eq!(copy["name"], "Invoices (Copy)");
    assert_ne!(copy["id"], original["id"]);
    for member in ["description", "schema_json", "settings", "workspace_id"] {
        assert_eq!(copy[member], original[member], "{member}");
    }
    let named = ada
        .client
        .post(&place, &json!({ "name": "Bills" }))
        .await
        .expect(201);
    assert_eq!(named["name"], "Bills");
    let long = ada
        .client
        .post(&place, &json!({ "name": "x".repeat(255) }))
        .await
        .expect(201);
    let place = format!("/extractions/templates/{}/duplicate", long.id());
    let copy = ada.client.post(&place, &json!({})).await.expect(201);
    let name = copy["name"].as_str().unwrap();
    assert!(name.ends_with("x (Copy)") && name.len() == 255, "{name}");
    for wrong in [json!({ "name": "" }), json!({ "name": 7 })] {
        let error = ada
            .client
            .post(&place, &wrong)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"]["name"].is_array(), "{error}");
    }
}

async fn with(client: &Client, method: Method, place: &str, header: (&str, &str)) -> Answer {
    let request = client.request(method.clone(), place).header(header.0, header.1);
    let request = match method {
        Method::PUT => request.json(&json!({ "description": header.1 })),
        _ => request,
    };
    client.send(request).await
}

#[tokio::test]
async fn a_template_that_the_client_has_is_not_sent_again() {
    let server = server();
    let ada = server.tenant("ada").await;
    let body = json!({ "name": "Invoices", "workspace_id": ada.workspace, "schema_json": schema() });
    let created = ada.client.post("/extractions/templates", &body).await;
    let first = created.header("etag");
    let place = format!("/extractions/templates/{}", created.expect(201).id());
    assert_eq!(ada.client.get(&place).await.header("etag"), first);
    let known = format!("\"other\", W/{first}");
    for sent in [first.as_str(), known.as_str(), "*"] {
        let answer = with(&ada.client, Method::GET, &place, ("if-none-match", sent)).await;
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{sent}");
        assert_eq!(answer.header("etag"), first);
    }
    let updated = ada.client.put(&place, &json!({ "name": "Bills" })).await;
    let second = updated.header("etag");
    assert_ne!(second, first, "also within one tick of the clock");
    let answer = with(&ada.client, Method::GET, &place, ("if-none-match", &first)).await;
    assert_eq!(answer.header("etag"), second);
    assert_eq!(answer.expect(200)["name"], "Bills");
}

#[tokio::test]
async fn a_change_of_somebody_else_is_not_lost() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let place = format!("/extractions/templates/{template}");
    let first = ada.client.get(&place).await.header("etag");
    let answer = with(&ada.client, Method::PUT, &place, ("if-match", &first)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let second = answer.header("etag");
    for method in [Method::PUT, Method::DELETE] {
        for outdated in [first.as_str(), "\"x\"", "not quoted", &format!("W/{second}")] {
            with(&ada.client, method.clone(), &place, ("if-match", outdated))
                .await
                .expect_error(412, "precondition_failed");
        }
    }
    let present = ada.client.get(&place).await;
    assert_eq!(present.header("etag"), second, "nothing was changed");
    with(&ada.client, Method::PUT, &place, ("if-match", "*"))
        .await
        .expect(200);
    let third = ada.client.get(&place).await.header("etag");
    let answer = with(&ada.client, Method::DELETE, &place, ("if-match", &third)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    with(&ada.client, Method::PUT, &place, ("if-match", "*"))
        .await
        .expect_error(404, "not_found");
}
