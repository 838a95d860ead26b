//! Examples of `/workspaces`.

use serde_json::json;

use super::create::CreateWorkspace;
use crate::openapi::examples::{Examples, story};
use crate::wire::Data;

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let workspaces = Data {
        data: vec![story::workspace()],
    };
    vec![
        Examples::of("list_workspaces").gives(200, workspaces),
        Examples::of("create_workspace")
            .takes::<CreateWorkspace>(json!({ "name": "Accounting", "icon": "🧾" }))
            .gives(201, story::workspace()),
    ]
}
