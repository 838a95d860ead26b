//! `GET /extractions/templates/{templateId}`

use actix_web::get;
use actix_web::web::Json;
use domain::id::TemplateId;
use domain::template::Template;

use crate::error::ApiError;
use crate::extract::ability::TemplatesRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Get a template
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesRead::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    responses((status = 200, description = "The template with its newest schema.", body = Template)),
)]
#[get("/extractions/templates/{templateId}")]
pub(super) async fn get_template(
    caller: Caller<TemplatesRead>,
    state: State,
    PathId(template): PathId<TemplateId>,
) -> Result<Json<Template>, ApiError> {
    ops::templates::get(&state, caller.who(), template)
        .await
        .map(Json)
}
