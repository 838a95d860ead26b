//! `/tokens`

mod create;
mod examples;
mod list;
mod revoke;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_tokens)
        .service(create::create_token)
        .service(revoke::revoke_token);
}
