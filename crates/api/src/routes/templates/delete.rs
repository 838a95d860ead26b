//! `DELETE /extractions/templates/{templateId}`

use actix_web::{HttpResponse, delete};
use domain::id::TemplateId;

use crate::error::{ApiError, ErrorBody};
use crate::extract::ability::TemplatesWrite;
use crate::extract::{Caller, IfMatch, PathId, State};
use crate::ops;

/// Delete a template
///
/// Its sessions and their results go with it, runs that are under way come to nothing. The documents stay in the
/// workspace.
#[utoipa::path(
    tag = "Templates",
    security(("bearer" = [TemplatesWrite::NAME])),
    params(
        ("templateId" = TemplateId, Path, description = "The template."),
        ("If-Match" = Option<String>, Header, max_length = 1000, description = "An `ETag` of an earlier answer: the template is deleted only \
            where it is still in that state."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 412, description = "It was changed meanwhile: `If-Match` does not name its state.", body = ErrorBody),
    ),
)]
#[delete("/extractions/templates/{templateId}")]
pub(super) async fn delete_template(
    caller: Caller<TemplatesWrite>,
    state: State,
    PathId(template): PathId<TemplateId>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    ops::templates::delete(&state, caller.who(), template, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
