//! What holds for every request: errors, headers, limits, shutting down.

use std::io::Read;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::TestServer;

use super::{DOCENT, schema, server};

#[tokio::test]
async fn the_server_says_that_it_is_up() {
    let answer = server().anonymous().get("/livez").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.expect(200),
        json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })
    );
}

#[tokio::test]
async fn every_answer_carries_its_request_id_and_the_security_headers() {
    let server = server();
    let answer = server.anonymous().get("/livez").await;
    assert!(
        answer
            .header("x-request-id")
            .parse::<domain::id::RequestId>()
            .is_ok()
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'"
    );
    let sent = "0198c0de-7e57-7000-8000-00000000abcd";
    let request = server
        .anonymous()
        .request(Method::GET, "/workspaces")
        .header("x-request-id", sent);
    let answer = server.anonymous().send(request).await;
    assert_eq!(answer.header("x-request-id"), sent);
    assert_eq!(answer.body["request_id"], sent);
    let request = server
        .anonymous()
        .request(Method::GET, "/livez")
        .header("x-request-id", "' or 1=1");
    let answer = server.anonymous().send(request).await;
    assert_ne!(answer.header("x-request-id"), "' or 1=1");
}

#[tokio::test]
async fn the_request_id_stands_in_the_audit_trail() {
    let server = server();
    let ada = server.tenant("ada").await;
    let sent: domain::id::RequestId = "0198c0de-7e57-7000-8000-00000000abcd".parse().unwrap();
    let request = ada
        .client
        .request(Method::POST, "/workspaces/create")
        .header("x-request-id", sent.to_string());
    let created = ada
        .client
        .send(request.json(&json!({ "name": "x" })))
        .await
        .expect(201);
    let workspace = domain::id::WorkspaceId(created["id"].as_i64().unwrap());
    let events = ada
        .client
        .get(&format!("/workspaces/{workspace}/events"))
        .await
        .expect(200);
    let made = &events["data"][0];
    assert_eq!(made["request_id"], json!(sent));
    assert_eq!(made["actor"]["user_id"], ada.user.0);
}

#[tokio::test]
async fn malformed_json_is_told_from_json_of_the_wrong_shape() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let send = |body: &'static str| {
        let request = client
            .request(Method::POST, "/workspaces/create")
            .header("content-type", "application/json");
        client.send(request.body(body))
    };
    for malformed in [
        " ",
        "{",
        "{\"name\": }",
        "{\"name\": \"\\ud800\"}",
        "nul",
        "\u{feff}{}",
    ] {
        send(malformed).await.expect_error(400, "malformed_json");
    }
    let deep: &'static str = "[".repeat(100_000).leak();
    send(deep).await.expect_error(400, "malformed_json");
    for wrong in ["[]", "null", "7", "{\"name\": []}"] {
        send(wrong).await.expect_error(422, "validation_failed");
    }
    // No body at all lacks every member: the answer says which are wanted.
    let error = send("").await.expect_error(422, "validation_failed");
    assert_eq!(error["errors"]["name"], serde_json::json!(["is required"]));
}

#[tokio::test]
async fn an_upload_address_needs_no_body_for_every_member_is_optional() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let request = client.request(Method::POST, "/vapor/signed-storage-url");
    let answer = client.send(request).await.expect(200);
    assert_eq!(answer["headers"]["Content-Type"], "application/octet-stream");
}

#[tokio::test]
async fn a_parameter_that_is_given_twice_is_told_as_one_of_the_query() {
    let server = server();
    let ada = server.tenant("ada").await;
    let path = format!(
        "/workspaces/{}/extractions/templates?page=1&page=2",
        ada.workspace
    );
    let error = ada.client.get(&path).await.expect_error(400, "bad_parameter");
    assert!(error["errors"]["query"].is_array(), "{error}");
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let post = |content_type: &str| {
        let request = client
            .request(Method::POST, "/workspaces/create")
            .header("content-type", content_type);
        client.send(request.body("{\"name\":\"x\"}"))
    };
    post("application/x-www-form-urlencoded")
        .await
        .expect_error(415, "unsupported_media_type");
    post("text/plain")
        .await
        .expect_error(415, "unsupported_media_type");
    post("application/json; charset=utf-8").await.expect(201);
    post("application/vnd.api+json").await.expect(201);
    let without = client
        .request(Method::POST, "/workspaces/create")
        .body("{\"name\":\"x\"}");
    client.send(without).await.expect(201);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_and_the_limit_named() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for size in [200_000, 3_000_000] {
        let body = json!({ "name": "x".repeat(size) });
        let error = client
            .post("/workspaces/create", &body)
            .await
            .expect_error(413, "too_large");
        assert_eq!(
            error["message"],
            "the body is larger than the limit of 200000 bytes"
        );
    }
    let pieces = (0..300).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1000]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let request = client
        .request(Method::POST, "/workspaces/create")
        .header("content-type", "application/json");
    client
        .send(request.body(body))
        .await
        .expect_error(413, "too_large");
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_answered_in_json() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for place in [
        "/nothing",
        "/workspaces/",
        "/workspaces/1/extractions",
        "/docs/nothing.js",
        "/..%2f..%2fetc/passwd",
    ] {
        client.get(place).await.expect_error(404, "route_unknown");
    }
    for (method, place, allowed) in [
        (Method::DELETE, "/workspaces", "GET, HEAD, OPTIONS"),
        (Method::GET, "/workspaces/create", "POST, OPTIONS"),
        (Method::PATCH, "/workspaces/1", "GET, HEAD, PUT, DELETE, OPTIONS"),
        (
            Method::PUT,
            "/extractions/sessions/x/documents/attach",
            "POST, OPTIONS",
        ),
        (
            Method::PATCH,
            "/extractions/templates/x",
            "GET, HEAD, PUT, DELETE, OPTIONS",
        ),
        (Method::POST, "/livez", "GET, HEAD, OPTIONS"),
        (Method::PUT, "/openapi.json", "GET, HEAD, OPTIONS"),
        (
            Method::from_bytes(b"BREW").unwrap(),
            "/workspaces",
            "GET, HEAD, OPTIONS",
        ),
        (
            Method::DELETE,
            "/extractions/sessions/x/documents",
            "GET, HEAD, POST, OPTIONS",
        ),
    ] {
        let answer = client.send(client.request(method, place)).await;
        assert_eq!(answer.header("allow"), allowed, "{place}");
        answer.expect_error(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn options_says_what_an_address_takes() {
    let server = server();
    let client = server.tenant("ada").await.client;
    for (place, allowed) in [
        ("/workspaces", "GET, HEAD, OPTIONS"),
        ("/workspaces/create", "POST, OPTIONS"),
        ("/extractions/templates/x", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("/livez", "GET, HEAD, OPTIONS"),
        ("/docs/", "GET, HEAD, OPTIONS"),
    ] {
        let answer = client.send(client.request(Method::OPTIONS, place)).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{place}");
        assert_eq!(answer.header("allow"), allowed, "{place}");
    }
    let nothing = client.send(client.request(Method::OPTIONS, "/nothing")).await;
    nothing.expect_error(404, "route_unknown");
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &schema()).await;
    for place in [
        "/livez",
        "/workspaces",
        "/openapi.json",
        "/nothing",
        &format!("/extractions/templates/{template}"),
    ] {
        let got = ada.client.get(place).await;
        let head = ada.client.send(ada.client.request(Method::HEAD, place)).await;
        assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{place}");
        for name in ["content-type", "content-length", "etag", "vary"] {
            assert_eq!(head.header(name), got.header(name), "{place} {name}");
        }
    }
    let create = ada
        .client
        .send(ada.client.request(Method::HEAD, "/workspaces/create"))
        .await;
    assert_eq!(
        (create.status, create.header("allow")),
        (405, "POST, OPTIONS".to_owned())
    );
}

#[tokio::test]
async fn every_kind_of_error_is_a_problem_to_whoever_asks_for_it() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 4);
    let client = server.tenant("ada").await.client;
    let ask = async |request: reqwest::RequestBuilder, status: u16| {
        let accept = "application/problem+json, application/json;q=0.9";
        let answer = client.send(request.header("accept", accept)).await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("x-ratelimit-limit"), "4", "{status}");
        assert!(!answer.header("ratelimit").is_empty() && !answer.header("x-request-id").is_empty());
        assert_eq!((answer.status, &answer.body["status"]), (status, &json!(status)));
    };
    ask(server.anonymous().request(Method::GET, "/workspaces"), 401).await;
    ask(client.request(Method::GET, "/nothing"), 404).await;
    ask(client.request(Method::DELETE, "/workspaces"), 405).await;
    let large = json!({ "name": "x".repeat(300_000) });
    ask(
        client.request(Method::POST, "/workspaces/create").json(&large),
        413,
    )
    .await;
    ask(client.request(Method::GET, "/workspaces"), 429).await;
}

#[tokio::test]
async fn long_texts_are_packed_for_those_who_take_it() {
    let server = server();
    let client = server.anonymous();
    let get = |place: &'static str, accept: &'static str| {
        client.send(
            client
                .request(Method::GET, place)
                .header("accept-encoding", accept),
        )
    };
    let plain = client.get("/openapi.json").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("content-length"), plain.text.len().to_string());
    assert_eq!(plain.header("vary"), "accept-encoding");
    for accept in ["gzip", "deflate, gzip, br", "br;q=1.0, gzip;q=0.8, *;q=0.1"] {
        let packed = get("/openapi.json", accept).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{accept}");
        assert_eq!(packed.header("vary"), "accept-encoding");
        assert_eq!(packed.header("content-length"), "");
        let mut text = String::new();
        let read = flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut text);
        assert_eq!((read.unwrap(), &text), (plain.text.len(), &plain.text));
    }
    for accept in [
        "identity",
        "gzip;q=0",
        "br",
        "identity;q=0",
        "*;q=0",
        "nonsense;;",
    ] {
        let answer = get("/openapi.json", accept).await;
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (200, String::new())
        );
    }
    // Small ones go as they are.
    assert_eq!(get("/livez", "gzip").await.header("content-encoding"), "");
    let head = client
        .request(Method::HEAD, "/openapi.json")
        .header("accept-encoding", "gzip");
    let head = client.send(head).await;
    assert_eq!(
        (head.status, head.header("content-encoding")),
        (200, "gzip".to_owned())
    );
}

#[tokio::test]
async fn whoever_asks_for_it_gets_problem_json() {
    let server = server();
    let client = server.tenant("ada").await.client;
    let ask =
        |request: reqwest::RequestBuilder| client.send(request.header("accept", "application/problem+json"));
    let answer = ask(client
        .request(Method::POST, "/workspaces/create")
        .json(&json!({})))
    .await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let expected = json!({
        "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "detail": "name: is required",
        "errors": { "name": ["is required"] }, "code": "validation_failed",
        "request_id": answer.header("x-request-id"),
    });
    assert_eq!(answer.expect(422), expected);
    let answer = ask(client.request(Method::GET, "/nothing")).await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_client_over_the_rate_limit_is_told_when_to_come_back() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 2);
    let client = server.tenant("ada").await.client;
    let first = client.get("/workspaces").await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("x-ratelimit-limit"), "2");
    assert_eq!(first.header("x-ratelimit-remaining"), "1");
    assert_eq!(
        first.header("x-ratelimit-reset"),
        (testkit::databases::at(30).unix_seconds()).to_string()
    );
    assert_eq!(first.header("ratelimit-policy"), "\"default\";q=2;w=60");
    assert_eq!(first.header("ratelimit"), "\"default\";r=1;t=30");
    client.get("/workspaces").await.expect(200);
    let refused = client.get("/workspaces").await;
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    refused.expect_error(429, "rate_limited");
    // A guess at a token is a request, too.
    server
        .anonymous()
        .with_token("x")
        .get("/workspaces")
        .await
        .expect_error(429, "rate_limited");
    // Probes are none.
    client.get("/livez").await.expect(200);
}

#[tokio::test]
async fn the_client_behind_a_trusted_proxy_is_the_one_that_is_limited() {
    let server = TestServer::start_with(DOCENT, |settings| {
        settings.rate_limit = 1;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let client = server.tenant("ada").await.client;
    let from = |address: &'static str| {
        client.send(
            client
                .request(Method::GET, "/workspaces")
                .header("x-forwarded-for", address),
        )
    };
    from("203.0.113.1").await.expect(200);
    from("203.0.113.2").await.expect(200);
    from("198.51.100.7, 203.0.113.1")
        .await
        .expect_error(429, "rate_limited");
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_chooses_his_address() {
    let server = TestServer::start_with(DOCENT, |settings| settings.rate_limit = 1);
    let client = server.tenant("ada").await.client;
    let from = |address: &'static str| {
        client.send(
            client
                .request(Method::GET, "/workspaces")
                .header("x-forwarded-for", address),
        )
    };
    from("203.0.113.1").await.expect(200);
    from("203.0.113.2").await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn the_constant_for_benchmarks_is_there_on_request_only() {
    server()
        .anonymous()
        .get("/bench/constant")
        .await
        .expect_error(404, "route_unknown");
    let server = TestServer::start_with(DOCENT, |settings| {
        settings.bench_routes = true;
        settings.rate_limit = 1;
    });
    for _ in 0..2 {
        let answer = server.anonymous().get("/bench/constant?bytes=321").await;
        assert_eq!((answer.status, answer.text.len()), (200, 321));
        assert!(!answer.header("x-request-id").is_empty());
        assert!(answer.header("x-ratelimit-limit").is_empty());
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_stops() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (client, user) = (ada.client, ada.user);
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let rest = async move {
        let _ = receiver.await;
        Ok::<_, std::io::Error>("\"x\"}")
    };
    let begin = futures_util::stream::once(async { Ok::<_, std::io::Error>("{\"name\":") });
    let body = reqwest::Body::wrap_stream(futures_util::StreamExt::chain(
        begin,
        futures_util::stream::once(rest),
    ));
    let request = client
        .request(Method::POST, "/workspaces/create")
        .header("content-type", "application/json");
    let answer = tokio::spawn(async move { client.send(request.body(body)).await });
    // The request is under way once the server has looked at its token.
    let page = domain::pagination::PageRequest::default();
    let tokens = || server.write(move |conn| storage::tokens::list_for_user(conn, user, None, page));
    while tokens().await.items[0].last_used_at.is_none() {}
    let stopping = tokio::spawn(server.stop());
    sender.send(()).unwrap();
    assert_eq!(answer.await.unwrap().status, 201);
    tokio::time::timeout(Duration::from_secs(10), stopping)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn swagger_ui_comes_from_the_binary_and_loads_nothing_from_elsewhere() {
    let server = server();
    let client = server.anonymous();
    let page = client.get("/docs").await;
    assert_eq!(page.status, 200, "redirected to /docs/");
    assert!(page.text.contains("swagger-ui"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"),
        "{policy}"
    );
    for attribute in ["src=\"", "href=\""] {
        for rest in page.text.split(attribute).skip(1) {
            let address = rest.split('"').next().unwrap();
            assert!(!address.contains("//"), "{address}");
            let file = client.get(&format!("/docs/{address}")).await;
            assert_eq!(file.status, 200, "{address}");
        }
    }
    let script = client.get("/docs/swagger-initializer.js").await.text;
    assert!(
        script.contains("\"/openapi.json\"") && !script.contains("http"),
        "{script}"
    );
    assert!(script.contains("\"validatorUrl\": \"none\""), "{script}");
    assert_ne!(client.get("/openapi.json").await.body, Value::Null);
}
