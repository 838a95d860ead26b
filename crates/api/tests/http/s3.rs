//! With the files in a bucket: clients send and fetch them there, the server signs the addresses.

use domain::hash::ContentHash;
use reqwest::Method;
use serde_json::{Value, json};
use storage::blobs::BlobKey;
use testkit::documents::Invoice;
use testkit::s3::S3Server;
use testkit::server::{HasId, Tenant, TestServer};

use super::{DOCENT, TEXT};

async fn on_bucket() -> (S3Server, TestServer, Tenant) {
    let bucket = S3Server::start().await;
    let server = TestServer::start_with_blobs(DOCENT, bucket.blobs());
    let ada = server.tenant("ada").await;
    (bucket, server, ada)
}

/// Announces a file and sends it to the bucket, as a client does it: with the headers that it was told.
async fn send(ada: &Tenant, filename: &str, bytes: impl Into<Vec<u8>>) -> Value {
    let announced = ada.client.announce(filename).await;
    let http = reqwest::Client::new();
    let mut request = http.put(announced["url"].as_str().unwrap()).body(bytes.into());
    for (name, value) in announced["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    assert_eq!(request.send().await.unwrap().status(), 200);
    announced
}

#[tokio::test]
async fn a_file_goes_through_the_bucket_and_its_values_come_out() {
    let (bucket, server, ada) = on_bucket().await;
    let pdf = Invoice::default().to_pdf();
    let announced = send(&ada, "invoice.pdf", pdf.clone()).await;
    assert!(
        announced["url"].as_str().unwrap().starts_with(bucket.address()),
        "{announced}"
    );
    let schema = json!({ "groups": { "invoice": { "fields": { "issue_date": { "type": "date" } } } } });
    let template = ada.client.template(ada.workspace, &schema).await;
    let session = format!("/extractions/sessions/{}", ada.client.session(&template).await);
    let uploaded = ada
        .client
        .post(
            &format!("{session}/documents/upload"),
            &json!({ "keys": [announced["key"]] }),
        )
        .await
        .expect(201);
    let document = &uploaded["data"][0];
    assert_eq!(
        (&document["filename"], &document["sha256"]),
        (&json!("invoice.pdf"), &json!(ContentHash::of(&pdf)))
    );
    let run = ada
        .client
        .post(&format!("{session}/results"), &json!({}))
        .await
        .expect(201);
    assert_eq!(server.run_jobs().await, 2);
    let result = ada
        .client
        .get(&format!("/extractions/results/{}", run.id()))
        .await
        .expect(200);
    assert_eq!(result["data"]["invoice"]["issue_date"], "2026-03-12", "{result}");
    assert_eq!(bucket.objects(), 2, "the document, and what was read out of it");
}

#[tokio::test]
async fn a_document_is_fetched_from_the_bucket_as_an_attachment() {
    let (bucket, _server, ada) = on_bucket().await;
    let announced = send(&ada, "a.txt", TEXT).await;
    let place = format!("/workspaces/{}/documents", ada.workspace);
    let body = json!({ "key": announced["key"], "filename": "Räch\"nung 100%.txt" });
    let created = ada.client.post(&place, &body).await.expect(201);
    let id = created["document"]["id"].as_str().unwrap();
    for place in [
        format!("{place}/{id}/url"),
        format!("/extractions/documents/{id}/url"),
    ] {
        let given = ada.client.get(&place).await.expect(200);
        assert_eq!(given["expires_at"], "2026-03-04T12:10:00.000000Z");
        let url = given["url"].as_str().unwrap();
        assert!(
            url.starts_with(bucket.address()) && url.contains("X-Amz-Expires=600"),
            "{url}"
        );
        let answer = reqwest::get(url).await.unwrap();
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/plain");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"R_ch_nung 100_.txt\"; filename*=UTF-8''R%C3%A4ch%22nung%20100%25.txt"
        );
        assert_eq!(answer.text().await.unwrap(), TEXT);
    }
}

#[tokio::test]
async fn what_is_sent_again_after_it_became_a_document_changes_nothing() {
    let (_bucket, server, ada) = on_bucket().await;
    let announced = send(&ada, "a.txt", TEXT).await;
    let place = format!("/workspaces/{}/documents", ada.workspace);
    let body = json!({ "key": announced["key"] });
    ada.client.post(&place, &body).await.expect(201);
    let again = reqwest::Client::new()
        .put(announced["url"].as_str().unwrap())
        .header("content-type", "application/octet-stream")
        .body("something else");
    assert_eq!(again.send().await.unwrap().status(), 200);
    let key = BlobKey::document(ada.workspace, ContentHash::of(TEXT.as_bytes()));
    assert_eq!(server.context.blobs.get(&key).await.unwrap(), TEXT);
    ada.client
        .post(&place, &body)
        .await
        .expect_error(422, "validation_failed");
}

#[tokio::test]
async fn what_was_not_sent_or_is_too_large_in_the_bucket_is_refused() {
    let (_bucket, server, ada) = on_bucket().await;
    let place = format!("/workspaces/{}/documents", ada.workspace);
    let unsent = ada.client.announce("a.txt").await;
    let empty = send(&ada, "b.txt", "").await;
    let large = send(&ada, "c.txt", vec![b'x'; 1_000_001]).await;
    for (announced, message) in [
        (&unsent, "no file was uploaded with the key"),
        (&empty, "the file is empty"),
        (&large, "the file is larger than the limit of 1000000 bytes"),
    ] {
        let error = ada
            .client
            .post(&place, &json!({ "key": announced["key"] }))
            .await
            .expect_error(422, "validation_failed");
        let told = error["errors"]["key"][0].as_str().unwrap();
        assert!(told.starts_with(message), "{told}");
    }
    let template = ada.client.template(ada.workspace, &super::schema()).await;
    let keys = [&unsent, &empty, &large].map(|announced| announced["key"].clone());
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let error = ada
        .client
        .post(&batch, &json!({ "files": keys }))
        .await
        .expect_error(422, "validation_failed");
    assert_eq!(error["errors"].as_object().unwrap().len(), 3, "{error}");
    assert_eq!(server.run_jobs().await, 0);
}

#[tokio::test]
async fn a_batch_and_a_form_go_through_the_bucket_too() {
    let (bucket, server, ada) = on_bucket().await;
    let template = ada.client.template(ada.workspace, &super::schema()).await;
    let announced = send(&ada, "a.txt", TEXT).await;
    let batch = format!("/extractions/templates/{template}/sessions/batch");
    let body = json!({ "files": [announced["key"]], "settings": { "auto_extract": true } });
    let created = ada.client.post(&batch, &body).await.expect(201);
    assert_eq!(server.run_jobs().await, 3);
    let place = format!("/extractions/sessions/{}", created[0].id());
    let session = ada.client.get(&place).await.expect(200);
    assert_eq!(
        session["results"][0]["data"]["fields"]["total"], 120.5,
        "{session}"
    );

    let part = reqwest::multipart::Part::bytes(b"another text".to_vec()).file_name("b.txt");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = ada
        .client
        .request(Method::POST, &format!("{place}/documents"))
        .multipart(form);
    ada.client.send(request).await.expect(201);
    assert_eq!(server.run_jobs().await, 1);
    assert_eq!(
        bucket.objects(),
        4,
        "two documents, each with what was read out of it"
    );
}

#[tokio::test]
async fn what_is_deleted_goes_from_the_bucket_in_the_end() {
    let (bucket, server, ada) = on_bucket().await;
    let template = ada.client.template(ada.workspace, &super::schema()).await;
    let session = format!("/extractions/sessions/{}", ada.client.session(&template).await);
    let announced = send(&ada, "a.txt", TEXT).await;
    let uploaded = ada
        .client
        .post(
            &format!("{session}/documents"),
            &json!({ "keys": [announced["key"]] }),
        )
        .await
        .expect(201);
    server.run_jobs().await;
    assert_eq!(bucket.objects(), 2, "the document, and what was read of it");
    let document = format!("/extractions/documents/{}", uploaded["data"][0].id());
    let delete = async |place: &str| {
        let request = ada.client.request(Method::DELETE, place);
        assert_eq!(ada.client.send(request).await.status, 204);
    };
    delete(&document).await;
    server.advance(std::time::Duration::from_hours(3));
    assert_eq!(worker::sweep(&server.context).await.unwrap(), 2);
    assert_eq!(bucket.objects(), 0);
    let announced = send(&ada, "a.txt", TEXT).await;
    ada.client
        .post(
            &format!("{session}/documents"),
            &json!({ "keys": [announced["key"]] }),
        )
        .await
        .expect(201);
    server.run_jobs().await;
    assert_eq!(bucket.objects(), 2);
    delete(&format!("/workspaces/{}", ada.workspace)).await;
    server.advance(std::time::Duration::from_hours(3));
    assert_eq!(worker::sweep(&server.context).await.unwrap(), 2);
    assert_eq!(bucket.objects(), 0);
}
