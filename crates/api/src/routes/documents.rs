//! `/extractions/documents`, and their list below the workspace.

mod chunks;
mod create;
mod delete;
mod download;
mod examples;
mod get;
mod list;
mod pages;
mod url;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create_workspace_document)
        .service(list::list_workspace_documents)
        .service(get::get_document)
        .service(delete::delete_document)
        .service(chunks::list_document_chunks)
        .service(pages::list_document_pages)
        .service(pages::get_page_picture)
        .service(url::get_workspace_document_url)
        .service(url::get_document_url)
        .service(download::download_document);
}
