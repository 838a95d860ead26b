//! A scope as a filter.

use domain::access::Scope;

/// The workspaces that a query may look into.
pub(crate) fn workspaces(scope: &Scope) -> Vec<i64> {
    scope
        .workspaces()
        .into_iter()
        .map(|workspace| workspace.0)
        .collect()
}
