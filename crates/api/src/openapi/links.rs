//! What one does next: from the answer of an operation to those that take what it gave, as OpenAPI links. Readers follow
//! them, and so do programs that try the API out.

use std::collections::HashMap;

use serde_json::{Value, json};
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::common::operations;

/// Answers that hold the id of a thing, and the operations that take it.
struct Thing {
    /// The operations that answer with it.
    from: &'static [&'static str],
    /// The parameter that takes the id.
    parameter: &'static str,
    /// Where in the answer it stands.
    place: &'static str,
    /// The operations, in the order in which they are of use. One that leads to itself is left out.
    to: &'static [&'static str],
}

/// Answers of which something goes into the body of another operation.
struct Part {
    from: &'static str,
    to: &'static str,
    body: fn() -> Value,
}

const THINGS: [Thing; 15] = [
    Thing {
        from: &["create_workspace", "get_workspace", "update_workspace"],
        parameter: "workspaceId",
        place: "/id",
        to: &[
            "get_workspace",
            "update_workspace",
            "list_members",
            "list_invites",
            "list_templates",
            "list_workspace_sessions",
            "list_workspace_documents",
            "list_events",
        ],
    },
    Thing {
        from: &["list_workspaces"],
        parameter: "workspaceId",
        place: "/data/0/id",
        to: &[
            "get_workspace",
            "list_templates",
            "list_workspace_sessions",
            "list_workspace_documents",
        ],
    },
    Thing {
        from: &[
            "create_template",
            "duplicate_template",
            "get_template",
            "update_template",
        ],
        parameter: "templateId",
        place: "/id",
        to: &[
            "get_template",
            "update_template",
            "duplicate_template",
            "delete_template",
            "list_template_sessions",
        ],
    },
    Thing {
        from: &["list_templates"],
        parameter: "templateId",
        place: "/data/0/id",
        to: &["get_template", "list_template_sessions"],
    },
    Thing {
        from: &["create_session", "get_session", "update_session"],
        parameter: "sessionId",
        place: "/id",
        to: &[
            "get_session",
            "update_session",
            "list_session_documents",
            "create_result",
            "list_results",
            "delete_session",
        ],
    },
    Thing {
        from: &["list_workspace_sessions", "list_template_sessions"],
        parameter: "sessionId",
        place: "/data/0/id",
        to: &["get_session", "list_results"],
    },
    Thing {
        from: &["create_session_batch"],
        parameter: "sessionId",
        place: "/0/id",
        to: &["get_session", "list_results"],
    },
    Thing {
        from: &["upload_documents", "create_document", "attach_documents"],
        parameter: "sessionId",
        place: "/data/0/extraction_session_id",
        to: &["create_result", "get_session"],
    },
    Thing {
        from: &[
            "upload_documents",
            "create_document",
            "attach_documents",
            "list_session_documents",
            "list_workspace_documents",
        ],
        parameter: "documentId",
        place: "/data/0/id",
        to: &["get_document", "list_document_chunks"],
    },
    Thing {
        from: &["create_workspace_document"],
        parameter: "documentId",
        place: "/document/id",
        to: &["get_document", "list_document_chunks", "get_document_url"],
    },
    Thing {
        from: &["get_document"],
        parameter: "documentId",
        place: "/id",
        to: &["list_document_chunks", "get_document_url", "delete_document"],
    },
    Thing {
        from: &["create_result", "get_result"],
        parameter: "resultId",
        place: "/id",
        to: &[
            "get_result",
            "export_result_json",
            "export_result_csv",
            "export_result_excel",
            "delete_result",
        ],
    },
    Thing {
        from: &["list_results"],
        parameter: "resultId",
        place: "/data/0/id",
        to: &["get_result", "export_result_json"],
    },
    Thing {
        from: &["add_workspace_user"],
        parameter: "inviteId",
        place: "/invite_id",
        to: &["get_invite_link", "resend_invite", "cancel_invite"],
    },
    Thing {
        from: &["create_token"],
        parameter: "tokenId",
        place: "/id",
        to: &["revoke_token"],
    },
];

const PARTS: [Part; 6] = [
    Part {
        from: "create_workspace",
        to: "create_template",
        // As a whole: programs that try the API out make no schema by themselves.
        body: || {
            json!({
                "name": "Supplier invoices",
                "workspace_id": "$response.body#/id",
                "schema_json": { "fields": { "invoice_number": { "type": "string" } } },
            })
        },
    },
    Part {
        from: "create_template",
        to: "create_session",
        body: || json!({ "extraction_template_id": "$response.body#/id" }),
    },
    Part {
        from: "create_upload_url",
        to: "upload_documents",
        body: || json!({ "keys": ["$response.body#/key"] }),
    },
    Part {
        from: "create_upload_url",
        to: "create_workspace_document",
        body: || json!({ "key": "$response.body#/key" }),
    },
    Part {
        from: "create_upload_url",
        to: "create_session_batch",
        body: || json!({ "files": ["$response.body#/key"] }),
    },
    Part {
        from: "get_document",
        to: "attach_documents",
        body: || json!({ "document_ids": ["$response.body#/id"] }),
    },
];

/// Adds the links to the answers of success.
pub(super) fn complete(document: &mut OpenApi) {
    let taken = path_parameters(document);
    let taken_by = |id: &str| taken.get(id).map(Vec::as_slice).unwrap_or_default();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let id = operation.operation_id.clone().unwrap_or_default();
            for response in successes(operation) {
                let links = links_from(&id).map(|(to, mut link)| {
                    pass_on(&mut link, taken_by(&id), taken_by(to));
                    (to.to_owned(), RefOr::T(link))
                });
                response.links.extend(links);
            }
        }
    }
}

fn successes(operation: &mut Operation) -> impl Iterator<Item = &mut Response> {
    let answers = operation.responses.responses.iter_mut();
    answers.filter_map(|(status, response)| match response {
        RefOr::T(response) if status.starts_with('2') => Some(response),
        RefOr::T(_) | RefOr::Ref(_) => None,
    })
}

/// What operations take in their paths, by their ids.
fn path_parameters(document: &mut OpenApi) -> HashMap<String, Vec<String>> {
    let items = document.paths.paths.values_mut();
    let all = items.flat_map(operations).map(|operation| {
        let parameters = operation.parameters.iter().flatten();
        let names = parameters.filter_map(|parameter| match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path => {
                Some(parameter.name.clone())
            }
            RefOr::T(_) | RefOr::Ref(_) => None,
        });
        (
            operation.operation_id.clone().unwrap_or_default(),
            names.collect(),
        )
    });
    all.collect()
}

/// What both take in their paths is the same for both.
fn pass_on(link: &mut Link, from: &[String], to: &[String]) {
    for name in to.iter().filter(|name| from.contains(name)) {
        let value = format!("$request.path.{name}");
        link.parameters.entry(name.clone()).or_insert(value.into());
    }
}

/// The links of an operation, each with the operation that it leads to.
fn links_from(id: &str) -> impl Iterator<Item = (&'static str, Link)> {
    let things = THINGS.iter().filter(move |thing| thing.from.contains(&id));
    let by_id = things.flat_map(move |thing| {
        let others = thing.to.iter().filter(move |to| **to != id);
        others.map(|to| {
            let value = format!("$response.body#{}", thing.place);
            let link = LinkBuilder::new()
                .operation_id(*to)
                .parameter(thing.parameter, value);
            (*to, link.build())
        })
    });
    let parts = PARTS.iter().filter(move |part| part.from == id);
    let by_body = parts.map(|part| {
        let link = LinkBuilder::new()
            .operation_id(part.to)
            .request_body(Some((part.body)()));
        (part.to, link.build())
    });
    by_id.chain(by_body)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::openapi;

    #[test]
    fn every_link_leads_from_an_operation_that_there_is() {
        let mut document = openapi::document();
        let items = document.paths.paths.values_mut();
        let ids: HashSet<String> = items
            .flat_map(operations)
            .filter_map(|operation| operation.operation_id.clone())
            .collect();
        let named = THINGS.iter().flat_map(|thing| thing.from.iter().chain(thing.to));
        let parts = PARTS.iter().flat_map(|part| [&part.from, &part.to]);
        for id in named.chain(parts) {
            assert!(ids.contains(*id), "links.rs: there is no operation {id}");
        }
    }
}
