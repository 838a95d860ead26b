//! Examples of `/workspaces/{workspaceId}/users`.

use domain::ability::Ability;
use domain::role::Role;
use serde_json::json;

use super::leave::LEFT;
use super::update_role::{UPDATED, UpdateMemberRole};
use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let without_ability = || ApiError::AbilityMissing(Ability::WorkspaceUsersWrite);
    vec![
        Examples::of("list_members").gives(200, story::member().map(|member| vec![member])),
        Examples::of("update_member_role")
            .takes::<UpdateMemberRole>(json!({ "role": Role::User }))
            .gives(200, UPDATED)
            .fails(without_ability())
            .fails(ApiError::AdminsOnly { role: Role::User })
            .fails(ApiError::LastAdmin),
        Examples::of("remove_member").fails(crate::ops::members::own_id()),
        Examples::of("leave_workspace")
            .gives(200, LEFT)
            .fails(without_ability())
            .fails(ApiError::LastAdmin),
    ]
}
