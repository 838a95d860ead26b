//! Just enough of a client for the demo.

use std::time::Duration;

use anyhow::Context;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// How often the result is asked for.
const POLL: Duration = Duration::from_millis(100);
/// Asked for so many times, a result should be there.
const POLLS: usize = 600;

/// Speaks to one server with one token.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    pub(super) fn new(base: &str, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Posts JSON, returns JSON.
    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Sends bytes to a signed address: without the token, which is nobody's business there.
    pub(super) async fn put(&self, url: &str, bytes: &'static [u8]) -> anyhow::Result<()> {
        let sent = self
            .http
            .put(url)
            .header("Content-Type", "application/pdf")
            .body(bytes)
            .send()
            .await?;
        sent.error_for_status().context("the upload was refused")?;
        Ok(())
    }

    /// Asks for the result until it is complete.
    pub(super) async fn wait_for(&self, result: &str) -> anyhow::Result<Value> {
        let path = format!("/extractions/results/{result}");
        for _ in 0..POLLS {
            let answer = self.send(self.request(Method::GET, &path)).await?;
            match answer.get("status").and_then(Value::as_str) {
                Some("completed") => return Ok(answer),
                Some("failed") => anyhow::bail!("the run failed: {answer}"),
                _ => tokio::time::sleep(POLL).await,
            }
        }
        anyhow::bail!("the run did not end in time")
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let response = request.header("Accept", "application/json").send().await?;
        let (status, url) = (response.status(), response.url().clone());
        let body = response.text().await?;
        anyhow::ensure!(status.is_success(), "{url} answered {status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }
}
