//! `/extractions/sessions/{sessionId}/results` and `/extractions/results`

mod delete;
mod examples;
mod export;
mod get;
mod list;
mod run;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(run::create_result)
        .service(list::list_results)
        .service(get::get_result)
        .service(delete::delete_result)
        .service(export::export_result_excel)
        .service(export::export_result_csv)
        .service(export::export_result_json);
}
