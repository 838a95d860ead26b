//! A tenant's workspace with one of everything in it.

use serde_json::{Value, json};
use testkit::documents::Invoice;
use testkit::server::{HasId, Tenant, TestServer};

use crate::schema;

/// What stands for the parameters of paths.
pub(super) struct Place {
    /// By the name of the parameter.
    things: Vec<(&'static str, String)>,
}

impl Place {
    pub(super) async fn make(server: &TestServer, tenant: &Tenant) -> Self {
        let client = &tenant.client;
        let template = client.template(tenant.workspace, &schema()).await;
        let session = client.session(&template).await;
        let key = client.upload("a.pdf", Invoice::default().to_pdf()).await;
        let at = format!("/extractions/sessions/{session}");
        let uploaded = client
            .post(&format!("{at}/documents/upload"), &json!({ "keys": [key] }))
            .await;
        let document = uploaded.expect(201)["data"][0].id();
        let run = client.post(&format!("{at}/results"), &Value::Null).await;
        let result = run.expect(201).id();
        server.run_jobs().await;
        let (_, token) = server.token(tenant.user, "*", None).await;
        let invited = json!({ "email": "kim@example.org", "role": "user" });
        let add = format!("/workspaces/{}/users/add", tenant.workspace);
        let invite = client.post(&add, &invited).await.expect(200)["invite_id"].to_string();
        Self {
            things: vec![
                ("workspaceId", tenant.workspace.to_string()),
                ("templateId", template),
                ("sessionId", session),
                ("documentId", document),
                ("resultId", result),
                ("userId", tenant.user.to_string()),
                ("tokenId", token.to_string()),
                ("inviteId", invite),
                ("token", "x".to_owned()),
                ("uploadId", crate::NOBODYS.to_owned()),
                ("format", "csv".to_owned()),
                ("pageNumber", "1".to_owned()),
            ],
        }
    }

    /// The thing that stands for a parameter.
    pub(super) fn get(&self, parameter: &str) -> Value {
        let thing = self.things.iter().find(|(name, _)| *name == parameter).unwrap();
        // Those of workspaces are numbers.
        let number = thing.1.parse::<i64>().map(Value::from);
        number.unwrap_or_else(|_text| Value::from(thing.1.clone()))
    }

    /// The first parameter for which nothing stands.
    pub(super) fn missing(&self, path: &str) -> Option<String> {
        let mut parameters = path
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap());
        let missing = parameters.find(|wanted| self.things.iter().all(|(name, _)| name != wanted));
        missing.map(str::to_owned)
    }

    pub(super) fn fill(&self, path: &str) -> String {
        let fill = |path: String, (name, thing): &(&str, String)| path.replace(&format!("{{{name}}}"), thing);
        self.things.iter().fold(path.to_owned(), fill)
    }

    /// The path with its first parameter filled in.
    pub(super) fn fill_first(&self, path: &str) -> String {
        let end = path.find('}').map_or(path.len(), |end| end + 1);
        let (first, rest) = path.split_at(end);
        self.fill(first) + rest
    }
}
