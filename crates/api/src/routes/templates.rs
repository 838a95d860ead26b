//! `/extractions/templates`

mod create;
mod delete;
mod duplicate;
mod examples;
mod get;
mod list;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_templates)
        .service(create::create_template)
        .service(get::get_template)
        .service(update::update_template)
        .service(delete::delete_template)
        .service(duplicate::duplicate_template);
}
