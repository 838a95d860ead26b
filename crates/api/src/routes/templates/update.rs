//! `PUT /extractions/templates/{templateId}`

use actix_web::put;
use actix_web::web::Json;
use domain::id::TemplateId;
use domain::name::Name;
use domain::template::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::ability::TemplatesWrite;
use crate::extract::{Caller, JsonBody, Patch, PathId, State};
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
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = UpdateTemplate,
    responses((status = 200, description = "The template as it is now.", body = Template)),
)]
#[put("/extractions/templates/{templateId}")]
pub(super) async fn update_template(
    caller: Caller<TemplatesWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<UpdateTemplate>,
) -> Result<Json<Template>, ApiError> {
    let changes = TemplateChanges {
        name: body.name,
        description: body.description,
        schema: SentSchema::choose(body.schema_json, body.schema),
        settings: body.settings,
    };
    ops::templates::update(&state, caller.who(), template, changes)
        .await
        .map(Json)
}
