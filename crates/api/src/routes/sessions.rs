//! `/extractions/sessions`, and batches below their template.

mod attach;
mod create;
mod create_batch;
mod get;
mod list_documents;
mod upload;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create_session)
        .service(get::get_session)
        .service(upload::upload_documents)
        .service(upload::create_document)
        .service(attach::attach_documents)
        .service(list_documents::list_session_documents)
        .service(create_batch::create_session_batch);
}
