//! What a client of the API does, in few words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use domain::id::WorkspaceId;
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Sends requests, with a token or without.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    address: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

impl Client {
    pub(super) fn new(address: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            address: address.to_owned(),
            token: None,
        }
    }

    /// The same with a token, whatever it is.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// A request to be completed and passed to [`Client::send`]. `place` is a path, or a whole address.
    pub fn request(&self, method: Method, place: &str) -> RequestBuilder {
        let url = if place.starts_with("http") {
            place.to_owned()
        } else {
            format!("{}{place}", self.address)
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            bytes,
            text,
            body,
        }
    }

    /// `GET`
    pub async fn get(&self, place: &str) -> Answer {
        self.send(self.request(Method::GET, place)).await
    }

    /// GET with headers.
    pub async fn get_with(&self, place: &str, headers: &[(HeaderName, &str)]) -> Answer {
        let mut request = self.request(Method::GET, place);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.send(request).await
    }

    /// POST of a form with a file in it.
    pub async fn post_form(&self, place: &str, form: Form) -> Answer {
        self.send(self.request(Method::POST, place).multipart(form)).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, place: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, place).json(body)).await
    }

    /// `PUT` of JSON.
    pub async fn put(&self, place: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, place).json(body)).await
    }

    /// `PUT` of bytes to a signed address, as a client does it: without the token.
    pub async fn put_bytes(&self, url: &str, bytes: impl Into<Vec<u8>>) -> Answer {
        let anonymous = Self {
            token: None,
            ..self.clone()
        };
        self.send(anonymous.request(Method::PUT, url).body(bytes.into()))
            .await
    }

    /// Asks for an upload address.
    pub async fn announce(&self, filename: &str) -> Value {
        self.post("/vapor/signed-storage-url", &json!({ "filename": filename }))
            .await
            .expect(200)
    }

    /// Uploads a file and returns its key.
    pub async fn upload(&self, filename: &str, bytes: impl Into<Vec<u8>>) -> String {
        let announced = self.announce(filename).await;
        self.put_bytes(announced["url"].as_str().unwrap(), bytes)
            .await
            .expect(200);
        announced["key"].as_str().unwrap().to_owned()
    }

    /// Makes a template and returns its id.
    pub async fn template(&self, workspace: WorkspaceId, schema: &Value) -> String {
        let body = json!({ "name": "Invoices", "workspace_id": workspace, "schema_json": schema });
        self.post("/extractions/templates", &body).await.expect(201).id()
    }

    /// Makes a session and returns its id.
    pub async fn session(&self, template: &str) -> String {
        self.post(
            "/extractions/sessions",
            &json!({ "extraction_template_id": template }),
        )
        .await
        .expect(201)
        .id()
    }
}

impl Answer {
    /// The body, if the status is the one expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// Checks that it is an error of that status and code, in the shape of all errors, and returns its body.
    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        assert!(
            self.body["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{}",
            self.text
        );
        assert_eq!(
            self.body["request_id"],
            self.header("x-request-id"),
            "{}",
            self.text
        );
        self.body
    }

    /// A header's value; empty where it is not there.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }
}

/// The `id` of a body.
pub trait HasId {
    /// The `id` as text.
    fn id(&self) -> String;
}

impl HasId for Value {
    fn id(&self) -> String {
        self["id"].as_str().unwrap().to_owned()
    }
}
