//! `/extractions/sessions`, and lists and batches below their workspace and template.

mod attach;
mod create;
mod create_batch;
mod delete;
mod delete_batch;
mod detach;
mod examples;
mod execute_batch;
mod export_batch;
mod get;
mod list;
mod list_documents;
mod update;
mod upload;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_workspace_sessions)
        .service(list::list_template_sessions)
        .service(create::create_session)
        .service(get::get_session)
        .service(update::update_session)
        .service(delete::delete_session)
        .service(upload::upload_documents)
        .service(upload::create_document)
        .service(attach::attach_documents)
        .service(detach::detach_document)
        .service(list_documents::list_session_documents)
        .service(create_batch::create_session_batch)
        .service(execute_batch::execute_session_batch)
        .service(delete_batch::delete_session_batch)
        .service(delete_batch::delete_sessions)
        .service(export_batch::export_session_batch)
        .service(export_batch::export_session_batch_as);
}
