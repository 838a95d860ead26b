//! Requests that are done once however often they are sent.

use std::io::Write;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Method, RequestBuilder};
use serde_json::{Value, json};
use storage::{AnyConnection, idempotency};
use testkit::databases::at;
use testkit::server::{Answer, Client, TestServer};

use super::{TEXT, schema, server};

const CREATE: &str = "/workspaces/create";

fn keyed(client: &Client, place: &str, key: &str) -> RequestBuilder {
    client.request(Method::POST, place).header("idempotency-key", key)
}

async fn create(client: &Client, key: &str, name: &str) -> Answer {
    let request = keyed(client, CREATE, key).json(&json!({ "name": name }));
    client.send(request).await
}

async fn workspaces_of(client: &Client) -> usize {
    let list = client.get("/workspaces").await.expect(200);
    list["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_done_once_and_gets_the_same_answer() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let first = create(&client, "k 1", "Accounting").await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = create(&client, "k 1", "Accounting").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("content-type"), "application/json");
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(workspaces_of(&client).await, 2);
    let made = domain::id::WorkspaceId(first.body["id"].as_i64().unwrap());
    assert_eq!(server.events(made).await, ["workspace.created"]);
    // Another key is another request.
    create(&client, "k 2", "Accounting").await.expect(201);
    assert_eq!(workspaces_of(&client).await, 3);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let server = server();
    let client = server.tenant("ada").await.client;
    create(&client, "k", "Accounting").await.expect(201);
    create(&client, "k", "Purchasing")
        .await
        .expect_error(422, "idempotency_key_reused");
    assert_eq!(workspaces_of(&client).await, 2);
}

#[tokio::test]
async fn a_key_belongs_to_one_token_and_one_address() {
    let server = server();
    let ada = server.tenant("ada").await;
    create(&ada.client, "k", "x").await.expect(201);
    let other = server.client_of(ada.user, "*", None).await;
    let answer = create(&other, "k", "x").await;
    assert_eq!(answer.header("idempotency-replayed"), "");
    answer.expect(201);
    let elsewhere = keyed(&ada.client, "/vapor/signed-storage-url", "k").json(&json!({ "name": "x" }));
    let answer = ada.client.send(elsewhere).await;
    assert_eq!(answer.header("idempotency-replayed"), "");
    answer.expect(200);
    let query = keyed(&ada.client, "/workspaces/create?x=1", "k").json(&json!({ "name": "y" }));
    ada.client.send(query).await.expect(201);
}

#[tokio::test]
async fn what_was_refused_may_be_corrected_under_the_same_key() {
    let server = server();
    let ada = server.tenant("ada").await;
    let client = &ada.client;
    create(client, "k", "")
        .await
        .expect_error(422, "validation_failed");
    create(client, "k", "x").await.expect(201);
    let reader = server.client_of(ada.user, "workspaces-read", None).await;
    create(&reader, "k", "x")
        .await
        .expect_error(403, "ability_missing");
    let anonymous = create(&server.anonymous(), "k", "x").await;
    anonymous.expect_error(401, "token_missing");
}

#[tokio::test]
async fn a_key_that_cannot_be_is_named_by_its_header() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let longest = "x".repeat(255);
    create(&client, &longest, "x").await.expect(201);
    let too_long = "x".repeat(256);
    for bad in ["", too_long.as_str(), "é"] {
        let error = create(&client, bad, "x").await.expect_error(400, "bad_parameter");
        assert!(error["errors"]["Idempotency-Key"].is_array(), "{error}");
    }
    let twice = keyed(&client, CREATE, "a").header("idempotency-key", "b");
    let error = client.send(twice.json(&json!({ "name": "x" }))).await;
    error.expect_error(400, "bad_parameter");
    let too_large = create(&client, "large", &"x".repeat(300_000)).await;
    too_large.expect_error(413, "too_large");
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_then_swept_away() {
    let server = server();
    let client = server.tenant("ada").await.client;
    create(&client, "k", "x").await.expect(201);
    server.advance(Duration::from_hours(24) - Duration::from_secs(1));
    worker::sweep(&server.context).await.unwrap();
    assert_eq!(
        create(&client, "k", "x").await.header("idempotency-replayed"),
        "true"
    );
    server.advance(Duration::from_secs(1));
    worker::sweep(&server.context).await.unwrap();
    let answer = create(&client, "k", "y").await;
    assert_eq!(answer.header("idempotency-replayed"), "");
    answer.expect(201);
}

#[tokio::test]
async fn two_that_come_at_once_make_one_thing() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let all = (0..8).map(|_| create(&client, "k", "x"));
    let answers: Vec<Answer> = futures_util::future::join_all(all).await;
    let (made, busy): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 201);
    assert!(!made.is_empty());
    for answer in busy {
        assert_eq!(answer.body["code"], "idempotency_key_in_use");
        assert_eq!(answer.status, 409);
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(workspaces_of(&client).await, 2);
}

/// A session, and where files are sent to it.
async fn session_place(server: &TestServer) -> (Client, String) {
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    (ada.client, format!("/extractions/sessions/{session}/documents"))
}

fn form(filename: &str, text: &str) -> Form {
    let part = Part::bytes(text.as_bytes().to_vec()).file_name(filename.to_owned());
    Form::new().part("file", part)
}

#[tokio::test]
async fn a_form_is_known_again_whatever_its_boundary() {
    let server = server();
    let (client, place) = session_place(&server).await;
    let send = |form: Form| client.send(keyed(&client, &place, "k").multipart(form));
    // More than one piece, and more than a reader takes in at a time.
    let long = TEXT.repeat(20_000);
    let first = send(form("a.txt", &long)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = send(form("a.txt", &long)).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.text, first.text);
    for other in [form("b.txt", &long), form("a.txt", TEXT)] {
        send(other).await.expect_error(422, "idempotency_key_reused");
    }
    let by_key = keyed(&client, &place, "k").json(&json!({ "keys": ["tmp/x"] }));
    client
        .send(by_key)
        .await
        .expect_error(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_form_that_was_refused_or_broke_off_frees_its_key() {
    let server = server();
    let (client, place) = session_place(&server).await;
    let nothing = keyed(&client, &place, "k").multipart(Form::new().text("other", "x"));
    client.send(nothing).await.expect_error(422, "validation_failed");
    let broken = keyed(&client, &place, "k")
        .header("content-type", "multipart/form-data; boundary=b")
        .body("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nText");
    client.send(broken).await.expect_error(400, "body_unreadable");
    let good = keyed(&client, &place, "k").multipart(form("a.txt", TEXT));
    client.send(good).await.expect(201);
}

#[tokio::test]
async fn a_client_that_goes_away_finds_the_answer_when_it_comes_back() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (client, body) = (&ada.client, json!({ "name": "x" }).to_string());
    // Up to the last byte of its body, and then it hangs up.
    let address = server.address().strip_prefix("http://").unwrap().to_owned();
    let (plain, _) = server.token(ada.user, "*", None).await;
    let client_of_token = client.with_token(plain.reveal());
    let head = format!(
        "POST {CREATE} HTTP/1.1\r\nhost: docent\r\nauthorization: Bearer {}\r\nidempotency-key: k\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        plain.reveal(),
        body.len()
    );
    let mut line = std::net::TcpStream::connect(address).unwrap();
    line.write_all(head.as_bytes()).unwrap();
    drop(line);
    while workspaces_of(&client_of_token).await == 1 {}
    let mut answer = create(&client_of_token, "k", "x").await;
    while answer.status == 409 {
        answer = create(&client_of_token, "k", "x").await;
    }
    assert_eq!(answer.header("idempotency-replayed"), "true");
    assert_eq!(workspaces_of(&client_of_token).await, 2);
}

#[tokio::test]
async fn a_request_under_way_holds_its_key() {
    let server = server();
    let (client, place) = session_place(&server).await;
    let (go_on, wait) = tokio::sync::oneshot::channel::<()>();
    let begin = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nInvoice";
    let begin = futures_util::stream::once(async move { Ok::<_, std::io::Error>(begin) });
    let end = futures_util::stream::once(async move {
        let _ = wait.await;
        Ok("number 7\r\n--b--\r\n")
    });
    let slow = keyed(&client, &place, "k")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(Body::wrap_stream(begin.chain(end)));
    let slow = tokio::spawn({
        let client = client.clone();
        async move { client.send(slow).await }
    });
    let other = || client.send(keyed(&client, &place, "k").json(&json!({ "keys": ["tmp/x"] })));
    // Once there is a key at all, the first one has come.
    let any = |conn: &mut AnyConnection| idempotency::any_expired_of_all_tokens(conn, at(1_000_000));
    while !server.context.db.read(any).await.unwrap() {}
    other().await.expect_error(409, "idempotency_key_in_use");
    go_on.send(()).unwrap();
    let done = slow.await.unwrap();
    assert_eq!(done.status, 201, "{}", done.text);
    let again = client
        .send(keyed(&client, &place, "k").multipart(form("a.txt", "Invoicenumber 7")))
        .await;
    assert_eq!(again.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_request_without_a_body_and_one_of_each_kind_may_carry_a_key() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    let session = ada.client.session(&template).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let place = format!("/extractions/sessions/{session}");
    let send = async |path: &str, body: Value| {
        let request = || keyed(&ada.client, path, "k").json(&body);
        let first = ada.client.send(request()).await;
        assert!((200..300).contains(&first.status), "{path} {}", first.text);
        let again = ada.client.send(request()).await;
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        assert_eq!(again.text, first.text);
    };
    send(&format!("{place}/documents/upload"), json!({ "keys": [key] })).await;
    send(&format!("{place}/results"), Value::Null).await;
    send("/vapor/signed-storage-url", json!({})).await;
    let results = ada.client.get(&format!("{place}/results")).await.expect(200);
    assert_eq!(results["data"].as_array().unwrap().len(), 1);
}
