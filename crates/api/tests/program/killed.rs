//! A server that is killed loses nothing.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use testkit::documents::Invoice;

use crate::docent::Docent;

const DOCUMENTS: usize = 50;

/// Speaks to whichever process serves now.
struct Api<'a> {
    http: Client,
    address: &'a str,
    token: &'a str,
}

impl Api<'_> {
    async fn get(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.address))
            .bearer_auth(self.token);
        request
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self
            .http
            .post(format!("{}{path}", self.address))
            .bearer_auth(self.token)
            .json(body);
        request
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn upload(&self, number: usize) -> Value {
        let announced = self
            .post(
                "/vapor/signed-storage-url",
                &json!({"filename": format!("{number}.pdf")}),
            )
            .await;
        let pdf = Invoice::numbered(format!("INV-{number:04}")).to_pdf();
        let sent = self
            .http
            .put(announced["url"].as_str().unwrap())
            .body(pdf)
            .send()
            .await
            .unwrap();
        sent.error_for_status().unwrap();
        announced["key"].clone()
    }

    async fn template(&self) -> String {
        let workspace = self
            .post("/workspaces/create", &json!({"name": "Accounting"}))
            .await;
        let schema =
            json!({"fields": {"invoice_number": {"type": "string"}, "grand_total": {"type": "number"}}});
        let template = json!({"name": "Invoices", "workspace_id": workspace["id"], "schema_json": schema});
        let template = self.post("/extractions/templates", &template).await;
        template["id"].as_str().unwrap().to_owned()
    }

    /// How many of the sessions are at their end.
    async fn ended(&self, sessions: &[String]) -> usize {
        let mut ended = 0;
        for session in sessions {
            let status = self.get(&format!("/extractions/sessions/{session}")).await["status"].clone();
            ended += usize::from(status == "completed" || status == "failed");
        }
        ended
    }

    /// Waits until at least so many sessions are at their end; looks on a little later each time.
    async fn wait_until_ended(&self, sessions: &[String], at_least: usize) -> usize {
        for _ in 0..1200 {
            let ended = self.ended(sessions).await;
            if ended >= at_least {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the sessions did not end");
    }
}

#[tokio::test]
async fn a_killed_server_completes_every_result_once_when_it_comes_back() {
    let docent = Docent::new();
    let token = docent.token();
    let options = ["--lease", "2s", "--workers", "2"];

    let first = docent.serve(&options);
    let address = first.address.clone();
    let api = Api {
        http: Client::new(),
        address: &address,
        token: &token,
    };
    let template = api.template().await;
    let mut keys = Vec::new();
    for number in 0..DOCUMENTS {
        keys.push(api.upload(number).await);
    }
    let batch = json!({"files": keys, "settings": {"auto_extract": true}});
    let batch = api
        .post(
            &format!("/extractions/templates/{template}/sessions/batch"),
            &batch,
        )
        .await;
    let sessions: Vec<String> = batch
        .as_array()
        .unwrap()
        .iter()
        .map(|session| session["id"].as_str().unwrap().to_owned())
        .collect();
    let ended = api.wait_until_ended(&sessions, 3).await;
    first.kill();
    assert!(
        ended < DOCUMENTS,
        "everything was done before the kill: the test proves nothing"
    );

    let second = docent.serve(&options);
    let api = Api {
        http: Client::new(),
        address: &second.address,
        token: &token,
    };
    api.wait_until_ended(&sessions, DOCUMENTS).await;
    for (number, session) in sessions.iter().enumerate() {
        let results = api.get(&format!("/extractions/sessions/{session}/results")).await;
        let results = results["data"].as_array().unwrap();
        assert_eq!(results.len(), 1, "session {number} has one result");
        let result = api
            .get(&format!(
                "/extractions/results/{}",
                results[0]["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(
            result["status"], "completed",
            "session {number}: {}",
            result["error"]
        );
        assert_eq!(
            result["data"]["fields"]["invoice_number"],
            format!("INV-{number:04}")
        );
    }
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_ends_well() {
    let docent = Docent::new();
    let serving = docent.serve(&[]);
    let answer = reqwest::get(format!("{}/livez", serving.address)).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(serving.terminate());
}
