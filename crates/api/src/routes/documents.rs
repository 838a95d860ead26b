//! `/extractions/documents`

mod chunks;
mod get;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get::get_document)
        .service(chunks::list_document_chunks);
}
