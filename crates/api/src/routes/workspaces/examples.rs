//! Examples of `/workspaces`.

use domain::workspace::Workspace;
use serde_json::json;

use super::create::CreateWorkspace;
use super::update::UpdateWorkspace;
use crate::openapi::examples::{Examples, story};
use crate::wire::Data;

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let workspaces = Data {
        data: vec![story::workspace()],
    };
    let renamed = Workspace {
        name: "Accounts payable".to_owned(),
        updated_at: story::now(),
        ..story::workspace()
    };
    vec![
        Examples::of("list_workspaces").gives(200, workspaces),
        Examples::of("create_workspace")
            .takes::<CreateWorkspace>(json!({ "name": "Accounting", "icon": "🧾" }))
            .gives(201, story::workspace()),
        Examples::of("get_workspace").gives(200, story::workspace()),
        Examples::of("update_workspace")
            .takes::<UpdateWorkspace>(json!({ "name": "Accounts payable" }))
            .gives(200, renamed),
    ]
}
