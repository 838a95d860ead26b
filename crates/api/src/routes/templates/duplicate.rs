//! `POST /extractions/templates/{templateId}/duplicate`

use actix_web::{HttpResponse, post};
use domain::id::TemplateId;
use domain::name::Name;
use domain::template::Template;
use serde::Deserialize;

use crate::error::ApiError;
use crate::extract::ability::TemplatesWrite;
use crate::extract::{Caller, JsonBody, PathId, State, etag};
use crate::ops;

/// What the copy is to be called.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DuplicateTemplate {
    /// Its name; that of the original with ` (Copy)` behind it where it is left out.
    #[schema(example = "Supplier invoices, abroad")]
    name: Option<Name>,
}

/// Duplicate a template
///
/// The copy has schema, settings and description of the original as it is now, and no sessions. The body may be left
/// out.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesWrite::NAME])),
    params(("templateId" = TemplateId, Path, description = "The original.")),
    request_body = Option<DuplicateTemplate>,
    responses((status = 201, description = "The copy.", body = Template,
        headers(("ETag" = String, description = "Names this state of the template.")))),
)]
#[post("/extractions/templates/{templateId}/duplicate")]
pub(super) async fn duplicate_template(
    caller: Caller<TemplatesWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<DuplicateTemplate>,
) -> Result<HttpResponse, ApiError> {
    let copy = ops::templates::duplicate(&state, caller.who(), template, body.name).await?;
    let tag = etag(&copy.revision());
    Ok(HttpResponse::Created().insert_header(tag).json(copy))
}
