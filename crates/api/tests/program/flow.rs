//! The main flow over HTTP, as far as these tests need it.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use testkit::documents::Invoice;

/// Speaks to whichever process serves now.
pub(crate) struct Api<'a> {
    http: Client,
    address: &'a str,
    token: &'a str,
}

impl<'a> Api<'a> {
    pub(crate) fn new(address: &'a str, token: &'a str) -> Self {
        Self {
            http: Client::new(),
            address,
            token,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
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

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
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

    pub(crate) async fn upload(&self, number: usize) -> Value {
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

    pub(crate) async fn template(&self) -> String {
        let workspace = self
            .post("/workspaces/create", &json!({"name": "Accounting"}))
            .await;
        let schema =
            json!({"fields": {"invoice_number": {"type": "string"}, "grand_total": {"type": "number"}}});
        let template = json!({"name": "Invoices", "workspace_id": workspace["id"], "schema_json": schema});
        let template = self.post("/extractions/templates", &template).await;
        template["id"].as_str().unwrap().to_owned()
    }

    /// A session for each upload, extracted by itself.
    pub(crate) async fn batch(&self, template: &str, keys: &[Value]) -> Vec<String> {
        let batch = json!({"files": keys, "settings": {"auto_extract": true}});
        let batch = self
            .post(
                &format!("/extractions/templates/{template}/sessions/batch"),
                &batch,
            )
            .await;
        batch
            .as_array()
            .unwrap()
            .iter()
            .map(|session| session["id"].as_str().unwrap().to_owned())
            .collect()
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
    pub(crate) async fn wait_until_ended(&self, sessions: &[String], at_least: usize) -> usize {
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
