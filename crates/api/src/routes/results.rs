//! `/extractions/sessions/{sessionId}/results` and `/extractions/results`

mod get;
mod list;
mod run;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(run::create_result)
        .service(list::list_results)
        .service(get::get_result);
}
