//! `.../documents/{documentId}/url`, and what the address is good for.

use std::time::Duration;

use api::signing::{Grant, UrlSigner};
use domain::hash::ContentHash;
use reqwest::Method;
use serde_json::{Value, json};
use storage::blobs::BlobKey;
use testkit::databases::at;
use testkit::server::{Answer, Tenant, TestServer};

use crate::{NOBODYS, TEXT, server};

/// A document of a name and content.
async fn document(tenant: &Tenant, name: &str, bytes: impl Into<Vec<u8>>) -> Value {
    let key = tenant.client.upload("x", bytes).await;
    let place = format!("/workspaces/{}/documents", tenant.workspace);
    let body = json!({ "key": key, "filename": name });
    tenant.client.post(&place, &body).await.expect(201)["document"].clone()
}

fn id_of(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

/// The address of its bytes.
async fn url_of(tenant: &Tenant, document: &Value) -> String {
    let place = format!("/extractions/documents/{}/url", id_of(document));
    tenant.client.get(&place).await.expect(200)["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Calls an address as whoever has it does: without a token.
async fn call(server: &TestServer, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
    let client = server.anonymous();
    let mut request = client.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request).await
}

async fn get(server: &TestServer, url: &str, headers: &[(&str, &str)]) -> Answer {
    call(server, Method::GET, url, headers).await
}

#[tokio::test]
async fn a_document_is_downloaded_from_the_address_that_either_endpoint_gives() {
    let server = server();
    let ada = server.tenant("ada").await;
    let document = document(&ada, "a.txt", TEXT).await;
    let id = id_of(&document);
    for place in [
        format!("/workspaces/{}/documents/{id}/url", ada.workspace),
        format!("/extractions/documents/{id}/url"),
    ] {
        let given = ada.client.get(&place).await.expect(200);
        assert_eq!(given["expires_at"], "2026-03-04T12:10:00.000000Z");
        let url = given["url"].as_str().unwrap();
        let prefix = format!("{}/vapor/documents/{id}?expires=", server.address());
        assert!(url.starts_with(&prefix), "{url}");
        let answer = get(&server, url, &[]).await;
        for (name, value) in [
            ("content-type", "text/plain"),
            ("content-length", &TEXT.len().to_string()),
            ("content-disposition", "attachment; filename=\"a.txt\""),
            ("x-content-type-options", "nosniff"),
            (
                "content-security-policy",
                "sandbox; default-src 'none'; frame-ancestors 'none'",
            ),
            ("accept-ranges", "bytes"),
            ("cache-control", "private, no-cache"),
            ("etag", &format!("{:?}", document["sha256"].as_str().unwrap())),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        assert_eq!((answer.status, answer.text.as_str()), (200, TEXT));
    }
}

#[tokio::test]
async fn a_file_of_any_bytes_and_name_comes_back_as_it_was() {
    let server = server();
    let ada = server.tenant("ada").await;
    // Larger than what is read at a time, and nothing that could be told from its name.
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..700_000_u32).map(|n| u8::try_from(n * 7 % 251).unwrap()));
    let document = document(&ada, "Räch\"nung 🧾.html", bytes.clone()).await;
    let answer = get(&server, &url_of(&ada, &document).await, &[]).await;
    assert_eq!(
        (answer.header("content-type"), answer.header("content-disposition")),
        (
            "application/pdf".to_owned(),
            "attachment; filename=\"R_ch_nung _.html\"; filename*=UTF-8''R%C3%A4ch%22nung%20%F0%9F%A7%BE.html"
                .to_owned()
        )
    );
    assert!(answer.bytes == bytes);
}

#[tokio::test]
async fn head_tells_what_get_would_send() {
    let server = server();
    let ada = server.tenant("ada").await;
    let url = url_of(&ada, &document(&ada, "a.txt", TEXT).await).await;
    let (head, got) = (
        call(&server, Method::HEAD, &url, &[]).await,
        get(&server, &url, &[]).await,
    );
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for name in [
        "content-length",
        "content-type",
        "content-disposition",
        "etag",
        "accept-ranges",
    ] {
        assert_eq!(head.header(name), got.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_range_of_the_bytes_is_sent_alone() {
    let server = server();
    let ada = server.tenant("ada").await;
    let document = document(&ada, "a.txt", "0123456789").await;
    let url = url_of(&ada, &document).await;
    for (range, content_range, expected) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=0-99", "bytes 0-9/10", "0123456789"),
    ] {
        let answer = get(&server, &url, &[("range", range)]).await;
        assert_eq!(
            (
                answer.status,
                answer.header("content-range"),
                answer.text.as_str()
            ),
            (206, content_range.to_owned(), expected),
            "{range}"
        );
        assert_eq!(answer.header("content-length"), expected.len().to_string());
    }
    let beyond = get(&server, &url, &[("range", "bytes=10-")]).await;
    assert_eq!(beyond.header("content-range"), "bytes */10");
    beyond.expect_error(416, "range_not_satisfiable");
    let etag = format!("\"{}\"", document["sha256"].as_str().unwrap());
    for (headers, status) in [
        (vec![("range", "bytes=0-1,3-4")], 200),
        (vec![("range", "rows=0-1")], 200),
        (vec![("range", "bytes=0-1"), ("if-range", "\"x\"")], 200),
        (vec![("range", "bytes=0-1"), ("if-range", etag.as_str())], 206),
    ] {
        assert_eq!(get(&server, &url, &headers).await.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_file_that_the_client_has_is_not_sent_again() {
    let server = server();
    let ada = server.tenant("ada").await;
    let document = document(&ada, "a.txt", TEXT).await;
    let url = url_of(&ada, &document).await;
    let etag = format!("\"{}\"", document["sha256"].as_str().unwrap());
    let known = get(&server, &url, &[("if-none-match", &etag), ("range", "bytes=0-1")]).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    assert_eq!(known.header("etag"), etag);
    assert_eq!(
        get(&server, &url, &[("if-none-match", "\"other\"")]).await.status,
        200
    );
}

#[tokio::test]
async fn an_address_is_good_for_ten_minutes() {
    let server = server();
    let ada = server.tenant("ada").await;
    let url = url_of(&ada, &document(&ada, "a.txt", TEXT).await).await;
    server.advance(Duration::from_mins(10));
    assert_eq!(get(&server, &url, &[]).await.status, 200);
    server.advance(Duration::from_secs(1));
    get(&server, &url, &[])
        .await
        .expect_error(403, "download_url_expired");
}

#[tokio::test]
async fn an_address_that_was_changed_is_refused() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (one, other) = (
        document(&ada, "a.txt", "one").await,
        document(&ada, "b.txt", "other").await,
    );
    let url = url_of(&ada, &one).await;
    let longer = url.replace("expires=1", "expires=2");
    let of_another = url.replace(id_of(&one), id_of(&other));
    let of_nothing = url.replace(id_of(&one), "x");
    let bare = url.split('?').next().unwrap();
    let unsigned = url.split("&signature").next().unwrap();
    for forged in [
        &longer,
        &of_another,
        &of_nothing,
        bare,
        unsigned,
        &format!("{url}x"),
    ] {
        get(&server, forged, &[])
            .await
            .expect_error(403, "download_url_invalid");
    }
    get(&server, &url.replace("expires=", "expires=x"), &[])
        .await
        .expect_error(400, "bad_parameter");
    // An address for sending is none for reading, nor the other way round.
    let upload = ada.client.announce("c.txt").await["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let query = upload.split('?').nth(1).unwrap();
    get(&server, &format!("{bare}?{query}"), &[])
        .await
        .expect_error(403, "download_url_invalid");
    call(&server, Method::PUT, &url, &[])
        .await
        .expect_error(405, "method_not_allowed");
    // It needs no token, and a token does not replace it.
    ada.client
        .get(bare)
        .await
        .expect_error(403, "download_url_invalid");
}

#[tokio::test]
async fn the_address_of_a_document_that_is_gone_leads_nowhere() {
    let server = server();
    let ada = server.tenant("ada").await;
    // As the server signs with the key of tests.
    let object = format!("documents/{NOBODYS}");
    let grant = Grant {
        method: "GET",
        object: &object,
    };
    let signed = UrlSigner::new(b"a key for tests").sign(grant, at(60));
    let url = format!(
        "/vapor/documents/{NOBODYS}?expires={}&signature={}",
        signed.expires, signed.signature
    );
    get(&server, &url, &[]).await.expect_error(404, "not_found");
    // The bytes of a deleted document go after its row; another may hold the row for a moment.
    let url = url_of(&ada, &document(&ada, "a.txt", TEXT).await).await;
    let key = BlobKey::document(ada.workspace, ContentHash::of(TEXT.as_bytes()));
    server.context.blobs.delete(&key).await.unwrap();
    get(&server, &url, &[]).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn the_address_is_given_to_those_only_who_see_the_document_there() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let other = server.workspace(ada.user, "other").await;
    let document = document(&ada, "a.txt", TEXT).await;
    let id = id_of(&document);
    let within = |workspace| format!("/workspaces/{workspace}/documents/{id}/url");
    // The caller's document, and the caller's workspace, but not of that workspace.
    ada.client
        .get(&within(other))
        .await
        .expect_error(404, "not_found");
    ada.client
        .get(&format!("/workspaces/{}/documents/{NOBODYS}/url", ada.workspace))
        .await
        .expect_error(404, "not_found");
    for place in [
        within(ada.workspace),
        within(bob.workspace),
        format!("/extractions/documents/{id}/url"),
    ] {
        bob.client.get(&place).await.expect_error(404, "not_found");
    }
    let reader = server
        .member(ada.workspace, "reader", domain::role::Role::Readonly)
        .await;
    reader.get(&within(ada.workspace)).await.expect(200);
    for (abilities, status) in [
        ("workspaces-read", 403),
        ("documents-read", 403),
        ("workspaces-read,documents-read", 200),
    ] {
        let client = server.client_of(ada.user, abilities, None).await;
        assert_eq!(
            client.get(&within(ada.workspace)).await.status,
            status,
            "{abilities}"
        );
    }
}
