//! `POST /extractions/templates`

use actix_web::{HttpResponse, post};
use domain::id::WorkspaceId;
use domain::name::Name;
use domain::template::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::extract::ability::TemplatesWrite;
use crate::extract::{Caller, JsonBody, State, etag};
use crate::ops;
use crate::ops::templates::{Description, NewTemplate, SentSchema};

/// A template to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateTemplate {
    /// Its name.
    #[schema(example = "Supplier invoices")]
    name: Name,
    /// What it is for.
    #[schema(value_type = Option<String>, max_length = 10_000)]
    description: Option<Description>,
    /// The workspace it shall belong to. May be left out by a caller who has only one.
    #[schema(example = 1)]
    workspace_id: Option<WorkspaceId>,
    /// What to extract: `{config, groups, definitions}`, or the plain form `{fields}`.
    #[schema(value_type = Option<Object>, example = json!({"fields": {"invoice_number": {"type": "string"}}}))]
    schema_json: Option<Value>,
    /// The same as `schema_json`; older name.
    #[schema(value_type = Option<Object>)]
    schema: Option<Value>,
    /// Settings; `settings.parsing` is laid over the server's way of parsing.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// Create a template
///
/// The schema is checked as a whole: every mistake is one entry of `errors`, at its path
/// (`schema_json.groups.invoice.fields.total.type`). Keys that are not known are kept and returned unchanged.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesWrite::NAME])),
    request_body = CreateTemplate,
    responses((status = 201, description = "The template.", body = Template,
        headers(("ETag" = String, description = "Names this state of the template.")))),
)]
#[post("/extractions/templates")]
pub(super) async fn create_template(
    caller: Caller<TemplatesWrite>,
    state: State,
    JsonBody(body): JsonBody<CreateTemplate>,
) -> Result<HttpResponse, ApiError> {
    let new = NewTemplate {
        name: body.name,
        description: body.description,
        workspace: body.workspace_id,
        schema: SentSchema::choose(body.schema_json, body.schema)?,
        settings: body.settings,
    };
    let template = ops::templates::create(&state, caller.who(), new).await?;
    let tag = etag(&template.revision());
    Ok(HttpResponse::Created().insert_header(tag).json(template))
}
