//! Workspaces.

use domain::workspace::Workspace;
use serde_json::json;

use crate::docent::Docent;
use crate::error::Error;
use crate::wire::Data;

impl Docent {
    /// The workspaces that the token may see.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>, Error> {
        let list: Data<Workspace> = self.get("workspaces").await?;
        Ok(list.data)
    }

    /// Makes a workspace.
    pub async fn create_workspace(&self, name: &str) -> Result<Workspace, Error> {
        self.post("workspaces/create", &json!({ "name": name })).await
    }
}
