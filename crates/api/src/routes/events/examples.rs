//! Examples of `/workspaces/{workspaceId}/events`.

use domain::ability::Ability;
use domain::role::Role;

use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let events = story::growing("/workspaces/1/events", story::event());
    vec![
        Examples::of("list_events")
            .gives(200, events)
            .fails(ApiError::AbilityMissing(Ability::WorkspaceUsersRead))
            .fails(ApiError::AdminsOnly { role: Role::User }),
    ]
}
