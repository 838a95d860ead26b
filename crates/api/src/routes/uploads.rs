//! `/vapor`

mod announce;
mod examples;
mod receive;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(announce::create_upload_url)
        .service(receive::receive_upload);
}
