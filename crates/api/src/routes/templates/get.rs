//! `GET /extractions/templates/{templateId}`

use actix_web::{HttpResponse, get};
use domain::id::TemplateId;
use domain::template::Template;

use crate::error::ApiError;
use crate::extract::ability::TemplatesRead;
use crate::extract::{Caller, IfNoneMatch, PathId, State, etag};
use crate::ops;

/// Get a template
///
/// `ETag` names the state in which it is. Sent back as `If-None-Match` it saves the template from being sent again, as
/// `If-Match` with an update it keeps others' changes from being lost.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesRead::NAME])),
    params(
        ("templateId" = TemplateId, Path, description = "The template."),
        ("If-None-Match" = Option<String>, Header, max_length = 1000, description = "An `ETag` of an earlier answer: where it is still the \
            present one, the answer is 304."),
    ),
    responses(
        (status = 200, description = "The template with its newest schema.", body = Template,
            headers(("ETag" = String, description = "Names this state of the template."))),
        (status = 304, description = "It is in the state that was named.",
            headers(("ETag" = String, description = "Names this state of the template."))),
    ),
)]
#[get("/extractions/templates/{templateId}")]
pub(super) async fn get_template(
    caller: Caller<TemplatesRead>,
    state: State,
    PathId(template): PathId<TemplateId>,
    known: IfNoneMatch,
) -> Result<HttpResponse, ApiError> {
    let template = ops::templates::get(&state, caller.who(), template).await?;
    let revision = template.revision();
    if known.holds(&revision) {
        return Ok(HttpResponse::NotModified()
            .insert_header(etag(&revision))
            .finish());
    }
    Ok(HttpResponse::Ok().insert_header(etag(&revision)).json(template))
}
