//! `/workspaces`

mod create;
mod delete;
mod examples;
mod get;
mod list;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

/// Those of one workspace take numbers alone: `/workspaces/create` is an address of its own.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_workspaces)
        .service(create::create_workspace)
        .service(get::get_workspace)
        .service(update::update_workspace)
        .service(delete::delete_workspace);
}
