//! What is sent to each operation: good as far as one can tell without knowing what is there.

use serde_json::{Value, json};

use super::place::Place;
use crate::{NOBODYS, schema};

/// What is sent.
#[derive(Default)]
pub(super) struct Sample {
    body: Value,
    /// A member of the body that names a thing.
    pub(super) named: Option<Named>,
}

/// A member that names a thing, or a list that names it.
#[derive(Clone, Copy)]
pub(super) struct Named {
    /// Where the error is to be found.
    pub(super) member: &'static str,
    /// The parameter of paths that means the same thing.
    parameter: &'static str,
}

impl Sample {
    /// The body as it names things of that place.
    pub(super) fn body(&self, place: &Place) -> Value {
        let mut body = self.body.clone();
        if let Some(Named { member, parameter }) = self.named {
            let thing = place.get(parameter);
            match member.split_once('.') {
                None => body[member] = thing,
                Some((list, _first)) => body[list] = json!([thing]),
            }
        }
        body
    }

    fn naming(self, member: &'static str, parameter: &'static str) -> Self {
        let Self { body, named: _ } = self;
        let named = Some(Named { member, parameter });
        Self { body, named }
    }
}

fn sending(body: Value) -> Sample {
    Sample { body, named: None }
}

/// What is sent to an operation. Every operation stands here, those that take nothing too.
pub(super) fn of(id: &str) -> Option<Sample> {
    let sample = match id {
        "get_liveness" | "receive_upload" => Sample::default(),
        "list_workspaces" => Sample::default(),
        "create_workspace" => sending(json!({ "name": "x" })),
        "list_templates" | "get_template" | "delete_template" => Sample::default(),
        "create_template" => {
            sending(json!({ "name": "x", "schema_json": schema() })).naming("workspace_id", "workspaceId")
        }
        "update_template" | "duplicate_template" => sending(json!({ "name": "x" })),
        "create_upload_url" => sending(json!({})),
        "list_workspace_sessions" | "list_template_sessions" | "get_session" => Sample::default(),
        "create_session" => sending(json!({})).naming("extraction_template_id", "templateId"),
        "update_session" => sending(json!({ "name": "x" })),
        "upload_documents" | "create_document" => sending(json!({ "keys": ["tmp/x"] })),
        "attach_documents" => sending(json!({})).naming("document_ids.0", "documentId"),
        "list_session_documents" => Sample::default(),
        "create_session_batch" => sending(json!({ "files": ["tmp/x"] })),
        "export_session_batch" | "export_session_batch_as" => sending(json!({ "session_ids": [NOBODYS] })),
        "list_workspace_documents" | "get_document" | "list_document_chunks" => Sample::default(),
        "list_document_pages" | "get_page_picture" => Sample::default(),
        "get_document_url" | "get_workspace_document_url" | "download_document" => Sample::default(),
        "create_workspace_document" => sending(json!({ "key": "tmp/x" })),
        "list_results" | "create_result" | "get_result" => Sample::default(),
        "export_result_excel" | "export_result_csv" | "export_result_json" => Sample::default(),
        "delete_session" | "detach_document" | "delete_document" | "delete_result" => Sample::default(),
        "execute_session_batch" | "delete_session_batch" | "delete_sessions" => {
            sending(json!({ "session_ids": [NOBODYS] }))
        }
        "get_workspace" | "delete_workspace" | "list_events" | "get_user" => Sample::default(),
        "update_workspace" => sending(json!({ "name": "x" })),
        "list_members" | "remove_member" | "leave_workspace" => Sample::default(),
        "update_member_role" => sending(json!({ "role": "user" })),
        "list_tokens" | "revoke_token" => Sample::default(),
        "create_token" => sending(json!({ "name": "x", "abilities": [] })),
        "add_workspace_user" => sending(json!({ "email": "lee@example.org", "role": "user" })),
        "list_invites" | "resend_invite" | "get_invite_link" => Sample::default(),
        "cancel_invite" | "cancel_invite_by_cancel" => Sample::default(),
        "get_invitation" | "accept_invitation" => Sample::default(),
        _ => return None,
    };
    Some(sample)
}
