//! Lists that grow: pages, cursors, filters and orders.

use domain::id::WorkspaceId;
use serde_json::{Value, json};
use testkit::server::{Client, HasId, Tenant};

use super::{NOBODYS, TEXT, schema, server};

/// A template with sessions of these names, made in this order.
async fn sessions(tenant: &Tenant, names: &[&str]) -> String {
    let template = tenant.client.template(tenant.workspace, &schema()).await;
    for name in names {
        let body = json!({ "extraction_template_id": template, "name": name });
        tenant
            .client
            .post("/extractions/sessions", &body)
            .await
            .expect(201);
    }
    template
}

fn of_workspace(workspace: WorkspaceId) -> String {
    format!("/workspaces/{workspace}/extractions/sessions")
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["data"].as_array().unwrap().iter();
    items.map(|session| session["name"].as_str().unwrap()).collect()
}

/// Follows `links.next` to the end.
async fn walk(client: &Client, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut next = Some(place.to_owned());
    while let Some(place) = next {
        let page = client.get(&place).await.expect(200);
        found.extend(names(&page).into_iter().map(str::to_owned));
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    found
}

#[tokio::test]
async fn sessions_are_listed_without_what_is_in_them() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = sessions(&ada, &["one", "two", "three"]).await;
    let place = format!("/extractions/templates/{template}/sessions");
    let whole = ada.client.get(&place).await.expect(200);
    let meta = json!({ "current_page": 1, "last_page": 1, "per_page": 15, "total": 3, "next_cursor": null });
    assert_eq!(whole["meta"], meta);
    assert_eq!(names(&whole), ["three", "two", "one"]);
    let first = &whole["data"][0];
    let session = ada
        .client
        .get(&format!("/extractions/sessions/{}", first.id()))
        .await
        .expect(200);
    assert_eq!(first["extraction_template_id"], session["extraction_template_id"]);
    assert!(
        first.get("documents").is_none() && first.get("results").is_none(),
        "{first}"
    );
    let by_workspace = ada.client.get(&of_workspace(ada.workspace)).await.expect(200);
    assert_eq!(by_workspace["data"], whole["data"]);
}

#[tokio::test]
async fn pages_and_cursors_lead_through_the_whole_list() {
    let server = server();
    let ada = server.tenant("ada").await;
    sessions(&ada, &["c", "B", "a", "A", "d"]).await;
    let place = of_workspace(ada.workspace);
    let second = ada
        .client
        .get(&format!("{place}?page=2&per_page=2"))
        .await
        .expect(200);
    let at = |page: u32| json!(format!("{}{place}?page={page}&per_page=2", server.address()));
    assert_eq!(
        second["links"],
        json!({ "first": at(1), "last": at(3), "prev": at(1), "next": at(3) })
    );
    let cursor = second["meta"]["next_cursor"].as_str().unwrap();
    let rest = ada
        .client
        .get(&format!("{place}?per_page=2&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(
        rest["meta"],
        json!({ "current_page": null, "last_page": null, "per_page": 2, "total": 5, "next_cursor": null })
    );
    assert_eq!(
        rest["links"],
        json!({ "first": at(1), "last": null, "prev": null, "next": null })
    );
    for (sort, expected) in [
        ("-created_at", ["d", "A", "a", "B", "c"]),
        ("created_at", ["c", "B", "a", "A", "d"]),
        ("name", ["a", "A", "B", "c", "d"]),
        ("-name", ["d", "c", "B", "A", "a"]),
    ] {
        let by_number = walk(&ada.client, &format!("{place}?per_page=2&sort={sort}")).await;
        assert_eq!(by_number, expected, "{sort}");
        let first = ada
            .client
            .get(&format!("{place}?per_page=1&sort={sort}"))
            .await
            .expect(200);
        let cursor = first["meta"]["next_cursor"].as_str().unwrap();
        let on = format!("{place}?per_page=3&sort={sort}&cursor={cursor}");
        assert_eq!(walk(&ada.client, &on).await, expected[1..], "{sort}");
        let page = ada.client.get(&on).await.expect(200);
        assert!(
            page["links"]["next"].as_str().unwrap().contains("cursor="),
            "{page}"
        );
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_list_alone() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = sessions(&ada, &["one", "two"]).await;
    let place = of_workspace(ada.workspace);
    let first = ada
        .client
        .get(&format!("{place}?per_page=1&name=t&sort=name"))
        .await
        .expect(200);
    assert_eq!(
        first["meta"]["next_cursor"],
        json!(null),
        "only one begins with t"
    );
    let first = ada
        .client
        .get(&format!("{place}?per_page=1&status=pending"))
        .await
        .expect(200);
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let (head, tail) = cursor.split_at(10);
    let changed = format!(
        "{head}{}{}",
        if tail.starts_with('A') { "B" } else { "A" },
        tail.split_at(1).1
    );
    ada.client
        .get(&format!("{place}?per_page=2&status=pending&cursor={cursor}"))
        .await
        .expect(200);
    let elsewhere = format!("/extractions/templates/{template}/sessions");
    for refused in [
        format!("{place}?cursor={cursor}"),
        format!("{place}?status=failed&cursor={cursor}"),
        format!("{place}?status=pending&name=o&cursor={cursor}"),
        format!("{place}?status=pending&sort=created_at&cursor={cursor}"),
        format!("{place}?status=pending&page=1&cursor={cursor}"),
        format!("{place}?status=pending&cursor={changed}"),
        format!("{place}?status=pending&cursor=x"),
        format!("{place}?status=pending&cursor="),
        format!("{elsewhere}?status=pending&cursor={cursor}"),
    ] {
        let error = ada
            .client
            .get(&refused)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"]["cursor"].is_array(), "{refused} {error}");
    }
}

#[tokio::test]
async fn lists_are_filtered_by_name_and_status() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = sessions(&ada, &["March 1", "march 2", "In March"]).await;
    let place = format!("/extractions/templates/{template}/sessions");
    for (query, expected) in [
        ("name=MARCH", vec!["march 2", "March 1"]),
        ("name=march&status=pending&sort=name", vec!["March 1", "march 2"]),
        ("name=march&status=failed", vec![]),
        ("status=completed", vec![]),
        ("name=%00", vec![]),
        ("name=%25", vec![]),
    ] {
        let found = ada.client.get(&format!("{place}?{query}")).await.expect(200);
        assert_eq!(names(&found), expected, "{query}");
        assert_eq!(found["meta"]["total"], expected.len(), "{query}");
    }
    let templates = format!("/workspaces/{}/extractions/templates", ada.workspace);
    for (query, expected) in [("name=VOIC", 1), ("name=x", 0), ("sort=-name", 1)] {
        let found = ada.client.get(&format!("{templates}?{query}")).await.expect(200);
        assert_eq!(found["meta"]["total"], expected, "{query}");
    }
}

#[tokio::test]
async fn what_a_list_cannot_be_asked_is_named() {
    let server = server();
    let ada = server.tenant("ada").await;
    let own = ada.workspace;
    let documents = format!("/workspaces/{own}/documents");
    for list in [of_workspace(own), documents] {
        for query in ["page=0", "per_page=0", "per_page=101", "page=1000001", "name="] {
            let error = ada
                .client
                .get(&format!("{list}?{query}"))
                .await
                .expect_error(422, "validation_failed");
            let field = query.split('=').next().unwrap();
            assert!(error["errors"][field].is_array(), "{error}");
        }
        for query in ["page=x", "sort=size", "status=unheard_of", "status=", "sort="] {
            ada.client
                .get(&format!("{list}?{query}"))
                .await
                .expect_error(400, "bad_parameter");
        }
    }
    let templates = format!("/workspaces/{own}/extractions/templates");
    let long = "x".repeat(256);
    ada.client
        .get(&format!("{templates}?name={long}"))
        .await
        .expect_error(422, "validation_failed");
    ada.client
        .get(&format!("{templates}?sort=size"))
        .await
        .expect_error(400, "bad_parameter");
    for missing in [
        of_workspace(WorkspaceId(999)),
        "/workspaces/999/documents".to_owned(),
        format!("/extractions/templates/{NOBODYS}/sessions"),
    ] {
        ada.client.get(&missing).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn documents_of_a_workspace_come_with_their_parsings() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    let mut keys = Vec::new();
    for (name, text) in [("a.txt", TEXT), ("B.txt", "another")] {
        keys.push(ada.client.upload(name, text).await);
    }
    let attached = format!("/extractions/sessions/{session}/documents");
    ada.client
        .post(&attached, &json!({ "keys": keys }))
        .await
        .expect(201);
    let place = format!("/workspaces/{}/documents", ada.workspace);
    let listed = ada.client.get(&format!("{place}?sort=name")).await.expect(200);
    assert_eq!(listed["meta"]["total"], 2);
    assert_eq!(listed["data"][0]["filename"], "a.txt");
    assert_eq!(listed["data"][0]["parsings"][0]["status"], "queued");
    assert!(
        listed["data"][0].get("extraction_session_id").is_none(),
        "{listed}"
    );
    let found = ada
        .client
        .get(&format!("{place}?name=b&status=queued"))
        .await
        .expect(200);
    assert_eq!(
        (&found["meta"]["total"], &found["data"][0]["filename"]),
        (&json!(1), &json!("B.txt"))
    );
    let second = ada
        .client
        .get(&format!("{attached}?page=2&per_page=1"))
        .await
        .expect(200);
    assert_eq!(
        (&second["data"][0]["filename"], &second["meta"]["total"]),
        (&json!("B.txt"), &json!(2))
    );
}
