//! Closed by proof: a walk over the OpenAPI document that tries every operation as somebody who may not.
//!
//! Without a token the answer is 401, without one of the abilities 403, in a role that forbids it 403, with another
//! tenant's ids 404 (or 422 at the member that names them). What is not tried stands in [`exceptions`], with reasons; what
//! is sent stands in [`samples`]. An operation that the walk does not know is a complaint, and complaints fail the test.

mod exceptions;
mod operation;
mod place;
mod samples;

use std::collections::BTreeSet;

use domain::ability::{Ability, AbilitySet};
use domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::server::{Client, Tenant, TestServer};

pub(crate) use self::exceptions::is_public;
use self::operation::Operation;
use self::place::Place;
use self::samples::{Named, Sample};
use super::server;

/// Who tries, and on what.
struct Walk<'a> {
    server: &'a TestServer,
    /// Somebody who owns `own` and has nothing to do with `other`.
    ada: Tenant,
    own: Place,
    /// What is tried.
    other: Place,
    /// Members of the workspace of `other`.
    readonly: Client,
    user: Client,
    complaints: Vec<String>,
    /// Operations that were tried.
    tried: BTreeSet<String>,
}

/// Parameters that name nothing that belongs to anybody: they are the same in every workspace.
const NOBODYS_THINGS: [&str; 2] = ["{format}", "{pageNumber}"];

impl<'a> Walk<'a> {
    async fn new(server: &'a TestServer) -> Self {
        let (ada, bob) = (server.tenant("ada").await, server.tenant("bob").await);
        let (own, other) = (Place::make(server, &ada).await, Place::make(server, &bob).await);
        Self {
            readonly: server.member(bob.workspace, "eve", Role::Readonly).await,
            user: server.member(bob.workspace, "mallory", Role::User).await,
            server,
            ada,
            own,
            other,
            complaints: Vec::new(),
            tried: BTreeSet::new(),
        }
    }

    /// Tries every operation of a document.
    async fn over(mut self, document: &Value) -> Self {
        for operation in Operation::all_of(document) {
            match samples::of(&operation.id) {
                Some(sample) => self.try_out(&operation, &sample).await,
                None => self.complain(&operation, "say in closed/samples.rs what is sent to it"),
            }
        }
        self
    }

    async fn try_out(&mut self, operation: &Operation, sample: &Sample) {
        if let Some(parameter) = self.other.missing(&operation.path) {
            let missing = format!("say in closed/place.rs what stands for {{{parameter}}}");
            return self.complain(operation, &missing);
        }
        self.tried.insert(operation.id.clone());
        let is_public = is_public(&operation.id);
        match &operation.abilities {
            None if is_public => {}
            None => self.complain(operation, "is open to everybody and not among the exceptions"),
            Some(_) if is_public => self.complain(operation, "is among the public ones and asks for a token"),
            Some(abilities) => {
                self.without_token(operation, sample).await;
                self.without_each_ability(operation, sample, abilities).await;
                self.in_each_role(operation, sample, abilities).await;
                self.as_a_stranger(operation, sample).await;
            }
        }
    }

    async fn without_token(&mut self, operation: &Operation, sample: &Sample) {
        let path = self.other.fill(&operation.path);
        let answer = call(
            &self.server.anonymous(),
            operation,
            &path,
            &sample.body(&self.other),
        )
        .await;
        self.expect(operation, "without a token", &answer, 401, "token_missing");
    }

    async fn without_each_ability(&mut self, operation: &Operation, sample: &Sample, abilities: &[Ability]) {
        if abilities.is_empty() && !exceptions::takes_any_token(&operation.id) {
            self.complain(operation, "asks for no ability and is not among the exceptions");
        }
        let path = self.other.fill(&operation.path);
        for ability in abilities {
            let others: AbilitySet = Ability::ALL
                .iter()
                .copied()
                .filter(|other| other != ability)
                .collect();
            let client = self
                .server
                .client_of(self.ada.user, &others.to_string(), None)
                .await;
            let answer = call(&client, operation, &path, &sample.body(&self.other)).await;
            let without = format!("without {ability}");
            self.expect(operation, &without, &answer, 403, "ability_missing");
            let message = answer.1["message"].as_str().unwrap_or_default();
            if !message.contains(ability.name()) {
                self.complain(
                    operation,
                    &format!("{without}: the message does not name it: {message}"),
                );
            }
        }
    }

    /// A member in whose role it is forbidden; and one who may read does read.
    async fn in_each_role(&mut self, operation: &Operation, sample: &Sample, abilities: &[Ability]) {
        if exceptions::asks_for_no_role(&operation.id) {
            return;
        }
        let path = self.other.fill(&operation.path);
        for (role, client) in [
            (Role::Readonly, self.readonly.clone()),
            (Role::User, self.user.clone()),
        ] {
            let is_allowed = abilities.iter().all(|ability| role.allows(*ability))
                && !exceptions::is_for_admins(&operation.id);
            if is_allowed && operation.method != Method::GET {
                continue;
            }
            let answer = call(&client, operation, &path, &sample.body(&self.other)).await;
            let who = format!("as a {role} member");
            if !is_allowed {
                self.expect(operation, &who, &answer, 403, "role_forbids");
            } else if !(200..300).contains(&answer.0) {
                self.complain(operation, &format!("{who}: {} {}", answer.0, answer.1));
            }
        }
    }

    async fn as_a_stranger(&mut self, operation: &Operation, sample: &Sample) {
        let ada = self.ada.client.clone();
        if operation.path.contains('{') {
            let path = self.other.fill(&operation.path);
            let answer = call(&ada, operation, &path, &sample.body(&self.other)).await;
            self.expect(operation, "with another tenant's ids", &answer, 404, "not_found");
        }
        if operation.path.matches('{').count() > 1
            && !NOBODYS_THINGS.iter().any(|end| operation.path.ends_with(end))
        {
            let path = self.other.fill(&self.own.fill_first(&operation.path));
            let answer = call(&ada, operation, &path, &sample.body(&self.other)).await;
            let within = "with another tenant's id under one's own";
            self.expect(operation, within, &answer, 404, "not_found");
        }
        if let Some(Named { member, .. }) = sample.named {
            let path = self.own.fill(&operation.path);
            let answer = call(&ada, operation, &path, &sample.body(&self.other)).await;
            self.expect(
                operation,
                "with another tenant's id in the body",
                &answer,
                422,
                "validation_failed",
            );
            if !answer.1["errors"][member].is_array() {
                self.complain(
                    operation,
                    &format!("the error does not name {member}: {}", answer.1),
                );
            }
        }
    }

    fn expect(&mut self, operation: &Operation, how: &str, answer: &(u16, Value), status: u16, code: &str) {
        let (got, body) = answer;
        if (*got, body["code"].as_str()) != (status, Some(code)) {
            self.complain(
                operation,
                &format!("{how}: {got} {body} in place of {status} {code}"),
            );
        }
    }

    fn complain(&mut self, operation: &Operation, what: &str) {
        self.complaints.push(format!("{}: {what}", operation.id));
    }
}

async fn call(client: &Client, operation: &Operation, path: &str, body: &Value) -> (u16, Value) {
    let mut request = client.request(operation.method.clone(), path);
    if operation.method != Method::GET {
        request = request.json(body);
    }
    let answer = client.send(request).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn every_operation_is_closed_to_whoever_may_not() {
    let server = server();
    let document = serde_json::to_value(api::openapi::document()).unwrap();
    let walk = Walk::new(&server).await.over(&document).await;
    assert!(walk.complaints.is_empty(), "{:#?}", walk.complaints);
    let all: BTreeSet<String> = Operation::all_of(&document)
        .map(|operation| operation.id)
        .collect();
    assert_eq!(walk.tried, all);
    // What is excepted or sent is there: nothing is left over from operations of before.
    let left_over: Vec<&str> = exceptions::ids().filter(|id| !all.contains(*id)).collect();
    assert!(left_over.is_empty(), "{left_over:?}");
}

#[tokio::test]
async fn a_token_confined_to_a_workspace_reads_nothing_of_its_owners_others() {
    let server = server();
    let ada = server.tenant("ada").await;
    let second = Tenant {
        workspace: server.workspace(ada.user, "second").await,
        user: ada.user,
        client: ada.client.clone(),
    };
    let (other, own) = (
        Place::make(&server, &ada).await,
        Place::make(&server, &second).await,
    );
    let confined = server.client_of(ada.user, "*", Some(second.workspace)).await;
    let document = serde_json::to_value(api::openapi::document()).unwrap();
    let reads = Operation::all_of(&document).filter(|operation| {
        operation.method == Method::GET && operation.path.contains('{') && operation.abilities.is_some()
    });
    for operation in reads {
        let hidden = confined.get(&other.fill(&operation.path)).await;
        hidden.expect_error(404, "not_found");
        let shown = confined.get(&own.fill(&operation.path)).await;
        assert_eq!(shown.status, 200, "{} {}", operation.id, shown.text);
    }
    for (place, members) in [
        ("/workspaces", "/data/0/id"),
        ("/user", "/workspaces/0/id"),
        ("/tokens", "/data/0/workspace_id"),
    ] {
        let body = confined.get(place).await.expect(200);
        assert_eq!(body.pointer(members), Some(&json!(second.workspace)), "{body}");
        assert_eq!(body.pointer(&members.replace('0', "1")), None, "{body}");
    }
}

/// The complaints about a document of one operation.
async fn complaints_about(path: &str, operation: Value) -> String {
    let server = server();
    let document = json!({ "paths": { path: { "get": operation } } });
    let walk = Walk::new(&server).await.over(&document).await;
    walk.complaints.join("\n")
}

#[tokio::test]
async fn an_operation_that_is_added_without_a_guard_fails_the_walk() {
    let secured = json!([{ "bearer": ["workspaces-read"] }]);
    // The walk does not know it.
    let new = json!({ "operationId": "list_secrets", "security": secured });
    let complaints = complaints_about("/workspaces/{workspaceId}/secrets", new).await;
    assert_eq!(
        complaints,
        "list_secrets: say in closed/samples.rs what is sent to it"
    );
    // Its path has a parameter that nothing stands for.
    let new = json!({ "operationId": "list_workspaces", "security": secured });
    let complaints = complaints_about("/secrets/{secretId}", new).await;
    assert_eq!(
        complaints,
        "list_workspaces: say in closed/place.rs what stands for {secretId}"
    );
    // It asks for no token.
    let new = json!({ "operationId": "list_workspaces" });
    let complaints = complaints_about("/workspaces", new).await;
    assert!(complaints.contains("is open to everybody"), "{complaints}");
    // It says that it asks for one, and does not.
    let new = json!({ "operationId": "list_workspaces", "security": secured });
    let complaints = complaints_about("/livez", new).await;
    for part in ["without a token: 200", "without workspaces-read: 200"] {
        assert!(complaints.contains(part), "{complaints}");
    }
    // It asks for another ability than it says.
    let other = json!([{ "bearer": ["templates-read"] }]);
    let new = json!({ "operationId": "list_workspaces", "security": other });
    let complaints = complaints_about("/workspaces", new).await;
    assert!(complaints.contains("without templates-read: 200"), "{complaints}");
    // It shows anybody's things.
    let new = json!({ "operationId": "list_workspaces", "security": secured });
    let complaints = complaints_about("/workspaces?of={workspaceId}", new).await;
    assert!(
        complaints.contains("with another tenant's ids: 200"),
        "{complaints}"
    );
}
