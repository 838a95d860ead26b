//! Examples of `/extractions/documents`, and of the list of a workspace.

use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let list = story::growing("/workspaces/1/documents", story::document());
    vec![
        Examples::of("list_workspace_documents").gives(200, list),
        Examples::of("get_document").gives(200, story::document()),
        Examples::of("list_document_chunks").gives(200, vec![story::chunk()]),
    ]
}
