//! What is done at the command line while a server runs.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::docent::{Docent, Serving};

/// Sends a request, and returns status and body.
async fn send(serving: &Serving, token: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().request(method, format!("{}{path}", serving.address));
    let answer = request.bearer_auth(token).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn what_the_command_line_does_counts_within_a_second_and_stands_in_the_trail() {
    let docent = Docent::new();
    let token = docent.token();
    let serving = docent.serve(&["--workers", "0"]);
    let get = async |token: &str, path: &str| send(&serving, token, Method::GET, path, Value::Null).await;
    let name = json!({ "name": "Accounting" });
    let made = send(&serving, &token, Method::POST, "/workspaces/create", name).await;
    let workspace = made.1["id"].to_string();
    let confined = docent.ok(&[
        "token",
        "create",
        "ada@example.org",
        "--abilities",
        "*",
        "--workspace",
        &workspace,
    ]);
    let (status, user) = get(&confined, "/user").await;
    assert_eq!(status, 200, "{user}");
    let id = user["token"]["id"].as_str().unwrap();
    docent.ok(&["token", "revoke", id]);
    let revoked = Instant::now();
    loop {
        let asked = revoked.elapsed();
        let (status, body) = get(&confined, "/user").await;
        if status == 401 {
            break;
        }
        assert_eq!(status, 200, "{body}");
        assert!(
            asked < Duration::from_secs(1),
            "it still works {asked:?} after it was revoked"
        );
    }
    let (_, trail) = get(&token, &format!("/workspaces/{workspace}/events")).await;
    for (index, action) in [(0, "token.revoked"), (1, "token.created")] {
        let entry = &trail["data"][index];
        assert_eq!(
            (&entry["action"], &entry["object_id"]),
            (&json!(action), &json!(id))
        );
        assert_eq!(entry["actor"]["type"], "command_line");
    }
    assert_eq!(trail["data"][2]["action"], "workspace.created");
}
