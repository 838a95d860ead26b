//! `/vapor`

use std::time::Duration;

use domain::hash::ContentHash;
use serde_json::json;
use storage::blobs::BlobKey;
use testkit::server::TestServer;

use super::{DOCENT, NOBODYS, TEXT, server};

#[tokio::test]
async fn an_upload_address_is_given_for_every_form_of_the_request() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for body in [
        json!({}),
        json!({ "content_type": "application/pdf" }),
        json!({ "content_type": null, "visibility": null, "filename": null }),
        json!({ "visibility": "public-read" }),
        json!({ "visibility": "private", "content_type": "image/png", "filename": "a.png", "bucket": "x" }),
    ] {
        let announced = client.post("/vapor/signed-storage-url", &body).await.expect(200);
        let uuid = announced["uuid"].as_str().unwrap();
        assert_eq!(announced["key"], format!("tmp/{uuid}"));
        let prefix = format!("{}/vapor/uploads/{uuid}?expires=", server.address());
        assert!(
            announced["url"].as_str().unwrap().starts_with(&prefix),
            "{announced}"
        );
        let content_type = body["content_type"]
            .as_str()
            .unwrap_or("application/octet-stream");
        assert_eq!(announced["headers"], json!({ "Content-Type": content_type }));
    }
    for body in [
        json!({ "content_type": "pdf" }),
        json!({ "content_type": 1 }),
        json!({ "content_type": "a/b\n" }),
    ] {
        let error = client
            .post("/vapor/signed-storage-url", &body)
            .await
            .expect_error(422, "validation_failed");
        assert!(error["errors"]["content_type"].is_array(), "{error}");
    }
}

#[tokio::test]
async fn any_token_will_do_to_ask_for_an_upload_address() {
    let server = server();
    let user = server.user("ada").await;
    let weak = server.client_of(user, "workspaces-read", None).await;
    weak.upload("a.txt", TEXT).await;
    server
        .anonymous()
        .post("/vapor/signed-storage-url", &json!({}))
        .await
        .expect_error(401, "token_missing");
}

#[tokio::test]
async fn an_upload_address_is_good_for_five_minutes() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let in_time = client.announce("a.txt").await;
    let late = client.announce("b.txt").await;
    server.advance(Duration::from_mins(5));
    client
        .put_bytes(in_time["url"].as_str().unwrap(), TEXT)
        .await
        .expect(200);
    server.advance(Duration::from_secs(1));
    client
        .put_bytes(late["url"].as_str().unwrap(), TEXT)
        .await
        .expect_error(403, "upload_url_expired");
}

#[tokio::test]
async fn an_upload_address_that_was_changed_is_refused() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let announced = client.announce("a.txt").await;
    let other = client.announce("b.txt").await;
    let url = announced["url"].as_str().unwrap();
    let longer = url.replace("expires=1", "expires=2");
    let other_object = url.replace(
        announced["uuid"].as_str().unwrap(),
        other["uuid"].as_str().unwrap(),
    );
    let bare = url.split('?').next().unwrap();
    let unsigned = url.split("&signature").next().unwrap();
    let nonsense = url.replace(announced["uuid"].as_str().unwrap(), "x");
    for forged in [
        &longer,
        &other_object,
        bare,
        unsigned,
        &nonsense,
        &format!("{url}x"),
    ] {
        client
            .put_bytes(forged, TEXT)
            .await
            .expect_error(403, "upload_url_invalid");
    }
    let not_a_number = url.replace("expires=", "expires=x");
    client
        .put_bytes(&not_a_number, TEXT)
        .await
        .expect_error(400, "bad_parameter");
    client.put_bytes(url, TEXT).await.expect(200);
}

#[tokio::test]
async fn bytes_are_taken_once() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let url = client.announce("a.txt").await["url"].as_str().unwrap().to_owned();
    client.put_bytes(&url, TEXT).await.expect(200);
    client
        .put_bytes(&url, "something else")
        .await
        .expect_error(409, "upload_complete");
}

#[tokio::test]
async fn of_two_files_sent_to_one_address_at_once_one_is_taken_and_kept_whole() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &super::schema()).await;
    for round in 0..8 {
        let announced = ada.client.announce("a.txt").await;
        let url = announced["url"].as_str().unwrap();
        let files = [format!("{TEXT}{round} one"), format!("{TEXT}{round} another")];
        let (first, second) = tokio::join!(
            ada.client.put_bytes(url, files[0].clone()),
            ada.client.put_bytes(url, files[1].clone())
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let session = ada.client.session(&template).await;
        let place = format!("/extractions/sessions/{session}/documents");
        ada.client
            .post(&place, &json!({ "keys": [announced["key"]] }))
            .await
            .expect(201);
        let taken = if first.status == 200 { &files[0] } else { &files[1] };
        let key = BlobKey::document(ada.workspace, ContentHash::of(taken.as_bytes()));
        let kept = server.context.blobs.get(&key).await.unwrap();
        assert_eq!(kept, taken.as_bytes());
    }
}

#[tokio::test]
async fn of_two_requests_with_one_key_at_once_one_gets_the_file() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &super::schema()).await;
    let session = ada.client.session(&template).await;
    let place = format!("/extractions/sessions/{session}/documents");
    for round in 0..8 {
        let key = ada.client.upload("a.txt", format!("{TEXT}{round}")).await;
        let body = json!({ "keys": [key] });
        let attach = || ada.client.post(&place, &body);
        let (first, second, third) = tokio::join!(attach(), attach(), attach());
        let mut statuses = [first.status, second.status, third.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422], "{first:?} {second:?} {third:?}");
    }
}

#[tokio::test]
async fn an_empty_file_is_refused_and_may_be_sent_again() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let url = client.announce("a.txt").await["url"].as_str().unwrap().to_owned();
    let error = client
        .put_bytes(&url, "")
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"], json!({ "body": ["the file is empty"] }));
    client.put_bytes(&url, TEXT).await.expect(200);
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_the_limit_named() {
    let server = TestServer::start_with(DOCENT, |settings| settings.max_upload_bytes = 10_000);
    let client = server.tenant("ada").await.client;
    let url = client.announce("a.txt").await["url"].as_str().unwrap().to_owned();
    let error = client
        .put_bytes(&url, vec![b'x'; 10_001])
        .await
        .expect_error(413, "too_large");
    assert_eq!(
        error["message"],
        "the file is larger than the limit of 10000 bytes"
    );
    // Without an announced length, too.
    let pieces = (0..11).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let request = server.anonymous().request(reqwest::Method::PUT, &url).body(body);
    client.send(request).await.expect_error(413, "too_large");
    client.put_bytes(&url, vec![b'x'; 10_000]).await.expect(200);
}

#[tokio::test]
async fn a_key_is_of_no_use_to_anybody_else() {
    let server = server();
    let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
    let key = ada.client.upload("a.txt", TEXT).await;
    let template = bob.client.template(bob.workspace, &super::schema()).await;
    let session = bob.client.session(&template).await;
    let place = format!("/extractions/sessions/{session}/documents/upload");
    let unknown = format!("tmp/{NOBODYS}");
    for stranger in [&key, &unknown] {
        let error = bob
            .client
            .post(&place, &json!({ "keys": [stranger] }))
            .await
            .expect_error(422, "validation_failed");
        let message = format!("no file was uploaded with the key {stranger:?}");
        assert_eq!(error["errors"], json!({ "keys.0": [message] }));
    }
}
