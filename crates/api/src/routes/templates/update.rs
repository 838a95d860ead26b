//! `PUT /extractions/templates/{templateId}`

use actix_web::{HttpResponse, put};
use domain::id::TemplateId;
use domain::name::Name;
use domain::template::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::TemplatesWrite;
use crate::extract::{Caller, IfMatch, JsonBody, Patch, PathId, State, etag};
use crate::ops;
use crate::ops::templates::{Description, SentSchema, TemplateChanges};

/// What is to be different. What is left out stays as it is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct UpdateTemplate {
    /// Its name.
    #[schema(example = "Supplier invoices")]
    name: Option<Name>,
    /// What it is for; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Patch<Description>,
    /// What to extract.
    #[schema(value_type = Option<Object>)]
    schema_json: Option<Value>,
    /// The same as `schema_json`; older name.
    #[schema(value_type = Option<Object>)]
    schema: Option<Value>,
    /// Settings; they replace the present ones.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// Update a template
///
/// A changed schema becomes a new version. Results keep the version that they were made by.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesWrite::NAME])),
    params(
        ("templateId" = TemplateId, Path, description = "The template."),
        ("If-Match" = Option<String>, Header, max_length = 1000, description = "An `ETag` of an earlier answer: the template is changed only \
            where it is still in that state."),
    ),
    request_body = Option<UpdateTemplate>,
    responses(
        (status = 200, description = "The template as it is now.", body = Template,
            headers(("ETag" = String, description = "Names this state of the template."))),
        (status = 412, description = "It was changed meanwhile: `If-Match` does not name its state.", body = ErrorBody),
    ),
)]
#[put("/extractions/templates/{templateId}")]
pub(super) async fn update_template(
    caller: Caller<TemplatesWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    expected: IfMatch,
    JsonBody(body): JsonBody<UpdateTemplate>,
) -> Result<HttpResponse, ApiError> {
    let changes = TemplateChanges {
        name: body.name,
        description: body.description,
        schema: SentSchema::choose(body.schema_json, body.schema)?,
        settings: body.settings,
    };
    let template = ops::templates::update(&state, caller.who(), template, expected, changes).await?;
    let tag = etag(&template.revision());
    Ok(HttpResponse::Ok().insert_header(tag).json(template))
}
