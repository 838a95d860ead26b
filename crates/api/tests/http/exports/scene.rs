//! Sessions with results of any content, written as a worker would.

use domain::access::Scope;
use domain::evidence::{Alternative, Audit, Engine, Evidence, Place, Source, Verdict};
use domain::extraction::Extraction;
use domain::geometry::BBox;
use domain::id::{DocumentId, ResultId, SessionId, TemplateId};
use domain::schema::check::{CheckResult, Origin, Outcome};
use indexmap::IndexMap;
use serde_json::{Value, json};
use storage::results::NewResult;
use storage::sessions::NewSession;
use storage::{AnyConnection, Error, documents, parsings, results, sessions, templates};
use testkit::databases::at;
use testkit::server::{Tenant, TestServer};

/// A tenant with a template and two documents that were read.
pub(super) struct Scene {
    pub(super) server: TestServer,
    pub(super) ada: Tenant,
    pub(super) template: String,
    pub(super) documents: Vec<DocumentId>,
}

/// A session with its latest result.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) session: String,
    pub(super) result: String,
}

impl Scene {
    pub(super) async fn new(schema: &Value) -> Self {
        Self::on(super::server(), schema).await
    }

    pub(super) async fn on(server: TestServer, schema: &Value) -> Self {
        let ada = server.tenant("ada").await;
        let template = ada.client.template(ada.workspace, schema).await;
        let session = ada.client.session(&template).await;
        let mut keys = Vec::new();
        for name in ["one.txt", "two.txt"] {
            keys.push(ada.client.upload(name, format!("{name}\n{}", super::TEXT)).await);
        }
        let place = format!("/extractions/sessions/{session}/documents/upload");
        let uploaded = ada
            .client
            .post(&place, &json!({ "keys": keys }))
            .await
            .expect(201);
        server.run_jobs().await;
        let ids = uploaded["data"].as_array().unwrap();
        let documents = ids
            .iter()
            .map(|document| document["id"].as_str().unwrap().parse().unwrap());
        Self {
            documents: documents.collect(),
            server,
            ada,
            template,
        }
    }

    /// A session with a completed result of these values.
    pub(super) async fn completed(&self, name: &str, data: Value) -> Made {
        let audit = audit_of(&data, &self.documents);
        self.with_audit(name, data, audit).await
    }

    /// The same with evidence of one's own.
    pub(super) async fn with_audit(&self, name: &str, data: Value, audit: Audit) -> Made {
        let (session, result) = self.started(name).await;
        self.complete(result, data, audit).await;
        Made {
            session: session.to_string(),
            result: result.to_string(),
        }
    }

    /// A session with a run that has not ended.
    pub(super) async fn started(&self, name: &str) -> (SessionId, ResultId) {
        let (workspace, name, template) = (self.ada.workspace, name.to_owned(), self.template_id());
        let session = self
            .server
            .write(move |conn| {
                let new = NewSession {
                    template_id: template,
                    name: name.parse().unwrap(),
                    settings: json!({}),
                };
                sessions::insert(conn, workspace, new, at(1))
            })
            .await;
        (session.id, self.run(session.id, 1).await)
    }

    /// Another run of a session, of that second.
    pub(super) async fn run(&self, session: SessionId, second: u64) -> ResultId {
        let (workspace, template, wanted) = (self.ada.workspace, self.template_id(), self.documents.clone());
        self.server
            .write(move |conn| {
                let scope = Scope::of_job(workspace);
                let version = templates::find(conn, &scope, template)?.ok_or(Error::MissingReference)?;
                let new = NewResult {
                    session_id: session,
                    template_version_id: version.version_id,
                    config_hash: "cfg".to_owned(),
                    inputs: inputs(conn, &scope, &wanted)?,
                };
                results::insert(conn, workspace, new, at(second))
            })
            .await
            .id
    }

    pub(super) async fn complete(&self, result: ResultId, data: Value, audit: Audit) {
        let workspace = self.ada.workspace;
        let check = CheckResult {
            name: "sum".to_owned(),
            expression: "net == total".to_owned(),
            outcome: Outcome::Failed,
            detail: "1 == 2".to_owned(),
            origin: Origin::Schema,
        };
        let extraction = Extraction {
            title: Some("=Invoice 17".to_owned()),
            data,
            audit,
            checks: IndexMap::from([("invoice".to_owned(), vec![check])]),
            warnings: vec!["page 3 is empty".to_owned()],
        };
        let done = self
            .server
            .write(move |conn| results::complete(conn, workspace, result, extraction, at(9)))
            .await;
        assert!(done);
    }

    pub(super) async fn fail(&self, result: ResultId) {
        let workspace = self.ada.workspace;
        let done = self
            .server
            .write(move |conn| results::fail(conn, workspace, result, "too slow", at(9)))
            .await;
        assert!(done);
    }

    fn template_id(&self) -> TemplateId {
        self.template.parse().unwrap()
    }

    /// `/extractions/templates/{templateId}/sessions/batch/export`
    pub(super) fn batch(&self) -> String {
        format!("/extractions/templates/{}/sessions/batch/export", self.template)
    }

    /// The bytes of a file, and its headers.
    pub(super) async fn get(&self, place: &str) -> (reqwest::header::HeaderMap, Vec<u8>) {
        bytes(self.ada.client.request(reqwest::Method::GET, place)).await
    }

    /// The file of a batch.
    pub(super) async fn post(&self, place: &str, body: &Value) -> (reqwest::header::HeaderMap, Vec<u8>) {
        bytes(self.ada.client.request(reqwest::Method::POST, place).json(body)).await
    }
}

async fn bytes(request: reqwest::RequestBuilder) -> (reqwest::header::HeaderMap, Vec<u8>) {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    (headers, response.bytes().await.unwrap().to_vec())
}

fn inputs(
    conn: &mut AnyConnection,
    scope: &Scope,
    wanted: &[DocumentId],
) -> Result<Vec<(domain::document::Document, domain::id::ParsingId)>, Error> {
    let parsings = parsings::list_for_documents(conn, scope, wanted)?;
    let mut inputs = Vec::new();
    for id in wanted {
        let document = documents::find(conn, scope, *id)?.ok_or(Error::MissingReference)?;
        let parsing = parsings
            .iter()
            .find(|parsing| parsing.document_id == *id)
            .unwrap();
        inputs.push((document, parsing.id));
    }
    Ok(inputs)
}

/// Evidence for every value: a box in the first document, and a cell in the second.
pub(super) fn audit_of(data: &Value, documents: &[DocumentId]) -> Audit {
    match data {
        Value::Object(members) => {
            let members = members.iter();
            Audit::Object(
                members
                    .map(|(name, member)| (name.clone(), audit_of(member, documents)))
                    .collect(),
            )
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            Audit::List(items.iter().map(|item| audit_of(item, documents)).collect())
        }
        value => Audit::Leaf(Box::new(evidence(value, documents))),
    }
}

fn evidence(value: &Value, documents: &[DocumentId]) -> Evidence {
    let source = |document_id, bbox, place| Source {
        chunk_id: None,
        document_id,
        page: 1,
        text: format!("={value}"),
        bbox,
        place,
    };
    let cell = Place::Cell {
        sheet: "May".to_owned(),
        address: "B7".to_owned(),
    };
    Evidence {
        reasoning: "stands beside its label".to_owned(),
        confidence: 0.75,
        verdict: Verdict::Grounded,
        engine: Engine::Layout,
        sources: vec![
            source(documents[0], Some(BBox::new(0.1, 0.2, 0.3, 0.4)), Place::Box),
            source(documents[1], None, cell),
        ],
        alternatives: vec![Alternative {
            value: json!("other"),
            confidence: 0.25,
            sources: Vec::new(),
        }],
    }
}
