//! Pages of other origins in browsers.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use testkit::server::{Answer, Client, TestServer};

use super::{DOCENT, server};

const PAGE: &str = "https://app.example.com";

fn server_for(origins: &[&str]) -> TestServer {
    let origins = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    TestServer::start_with(DOCENT, |settings| {
        settings.cors_origins = origins;
        settings.rate_limit = 3;
    })
}

fn from(client: &Client, origin: &str, method: Method, place: &str) -> RequestBuilder {
    client.request(method, place).header("origin", origin)
}

/// What a browser asks before it lets a page call.
async fn preflight(client: &Client, origin: &str, place: &str, method: &str) -> Answer {
    let request = from(client, origin, Method::OPTIONS, place)
        .header("access-control-request-method", method)
        .header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key,if-match",
        );
    client.send(request).await
}

#[tokio::test]
async fn a_page_of_a_named_origin_may_call_and_read_the_answers() {
    let server = server_for(&[PAGE, "http://localhost:5173"]);
    let client = server.tenant("ada").await.client;
    // A browser sends no token with it, and may ask as often as it likes.
    for (place, method) in [
        ("/workspaces", "GET"),
        ("/workspaces/create", "POST"),
        ("/extractions/templates/x", "PUT"),
        ("/extractions/templates/x", "DELETE"),
        ("/vapor/uploads/x", "PUT"),
    ] {
        let answer = preflight(&server.anonymous(), PAGE, place, method).await;
        assert_eq!(answer.status, 200, "{place} {}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), PAGE);
        let methods = answer.header("access-control-allow-methods");
        assert!(methods.contains(method), "{methods}");
        let headers = answer.header("access-control-allow-headers").to_lowercase();
        assert!(
            headers.contains("authorization") && headers.contains("if-match"),
            "{headers}"
        );
        assert!(answer.header("x-ratelimit-limit").is_empty());
    }
    let answer = client.send(from(&client, PAGE, Method::GET, "/workspaces")).await;
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    let exposed = answer.header("access-control-expose-headers").to_lowercase();
    for name in [
        "etag",
        "x-request-id",
        "retry-after",
        "ratelimit",
        "idempotency-replayed",
        "location",
    ] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }
    answer.expect(200);
}

#[tokio::test]
async fn a_page_can_read_errors_too() {
    let server = server_for(&[PAGE]);
    let client = server.tenant("ada").await.client;
    let readable = async |request: RequestBuilder, status: u16| {
        let answer = client.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), PAGE, "{status}");
        assert!(answer.body["code"].is_string());
    };
    let anonymous = server.anonymous();
    readable(from(&anonymous, PAGE, Method::PUT, "/vapor/uploads/x"), 403).await;
    readable(from(&anonymous, PAGE, Method::GET, "/workspaces"), 401).await;
    let empty = from(&client, PAGE, Method::POST, "/workspaces/create").json(&json!({}));
    readable(empty, 422).await;
    readable(from(&client, PAGE, Method::GET, "/workspaces"), 429).await;
}

#[tokio::test]
async fn other_origins_are_refused_before_they_call() {
    let server = server_for(&[PAGE]);
    let client = server.tenant("ada").await.client;
    for origin in ["https://evil.example", "http://app.example.com", "null"] {
        let answer = preflight(&client, origin, "/workspaces", "GET").await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
        answer.expect_error(403, "cross_origin_refused");
    }
    // What is no page's request is not the browser's to stop, nor ours.
    let answer = client
        .send(from(&client, "https://evil.example", Method::GET, "/workspaces"))
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    answer.expect(200);
}

#[tokio::test]
async fn a_star_lets_every_page_call() {
    let server = server_for(&["*"]);
    let client = server.tenant("ada").await.client;
    let answer = preflight(&client, "https://any.example", "/workspaces", "GET").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let answer = client
        .send(from(&client, "https://any.example", Method::GET, "/workspaces"))
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    // Never with cookies.
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn without_configuration_no_page_may_call() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let answer = preflight(&client, PAGE, "/workspaces", "GET").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let answer = client.send(from(&client, PAGE, Method::GET, "/workspaces")).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    answer.expect(200);
}
