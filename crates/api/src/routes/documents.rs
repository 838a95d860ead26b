//! `/extractions/documents`, and their list below the workspace.

mod chunks;
mod examples;
mod get;
mod list;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_workspace_documents)
        .service(get::get_document)
        .service(chunks::list_document_chunks);
}
