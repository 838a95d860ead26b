//! `/workspaces/{workspaceId}/users`, and leaving.

mod examples;
mod leave;
mod list;
mod remove;
mod update_role;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_members)
        .service(update_role::update_member_role)
        .service(remove::remove_member)
        .service(leave::leave_workspace);
}
