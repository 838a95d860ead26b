//! `/workspaces/{workspaceId}/events`

mod examples;
mod list;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list::list_events);
}
