//! Sending a request, again where that may help, and reading the answer.

use std::time::Duration;

use domain::id::RequestId;
use reqwest::header::{ACCEPT, AUTHORIZATION, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backoff::Backoff;
use crate::docent::Docent;
use crate::error::{Error, Refusal};

/// So often a request is sent at most.
const ATTEMPTS: u32 = 8;
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Docent {
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let body = self.get_bytes(path).await?;
        read(&format!("GET {path}"), &body)
    }

    pub(crate) async fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Error> {
        let build = || self.request(Method::GET, path);
        self.in_time(self.send(build)).await
    }

    /// Every POST of this client creates something: its key makes the server answer a repetition with what it
    /// answered first.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Error> {
        let key = RequestId::generate().to_string();
        let build = || {
            let request = self.request(Method::POST, path)?;
            Ok(request.header("Idempotency-Key", &key).json(body))
        };
        let body = self.in_time(self.send(build)).await?;
        read(&format!("POST {path}"), &body)
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Error> {
        let refused = || Error::Address(path.to_owned());
        let url = self.base.join(path).map_err(|_unreadable| refused())?;
        let request = self.http.request(method, url);
        Ok(request
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json"))
    }

    /// Sends what `build` makes, again after a failure that may pass, and returns the answer's body.
    async fn send(
        &self,
        build: impl Fn() -> Result<RequestBuilder, Error> + Send + Sync,
    ) -> Result<Vec<u8>, Error> {
        let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
        for _ in 1..ATTEMPTS {
            match receive(build()?).await {
                Err(error) => self.pause(error, &mut backoff).await?,
                done => return done,
            }
        }
        receive(build()?).await
    }

    /// Waits after a failure that may pass, at least as long as the server asks. Where the deadline would be over by
    /// then, or the same request has no better chance, the failure is the outcome.
    pub(crate) async fn pause(&self, error: Error, backoff: &mut Backoff) -> Result<(), Error> {
        let asked = error.refusal().and_then(|refusal| refusal.retry_after);
        if !may_pass(&error) || asked.is_some_and(|asked| asked >= self.deadline) {
            return Err(error);
        }
        tokio::time::sleep(backoff.next(asked)).await;
        Ok(())
    }
}

/// One request with the body of its answer: a connection that is lost on the way there is repeated like one before.
async fn receive(request: RequestBuilder) -> Result<Vec<u8>, Error> {
    let body = send_once(request).await?.bytes().await;
    Ok(body.map_err(Error::transport)?.to_vec())
}

/// One request; an answer that is no success is an error.
pub(crate) async fn send_once(request: RequestBuilder) -> Result<Response, Error> {
    let response = request.send().await.map_err(Error::transport)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let (status, retry_after) = (response.status().as_u16(), retry_after(&response));
    let body = response.text().await.map_err(Error::transport)?;
    Err(Box::new(Refusal::new(status, &body, retry_after)).into())
}

/// Whether the same request may succeed later.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Transport(_) => true,
        Error::Refused(refusal) => refusal.is_passing(),
        _ => false,
    }
}

/// In seconds, as Docent says it. A date, which others may send, is left to the back-off.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

fn read<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|source| Error::NotUnderstood {
        what: what.to_owned(),
        source,
    })
}
