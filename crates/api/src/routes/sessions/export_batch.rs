//! `POST /extractions/templates/{templateId}/sessions/batch/export`, and the same with the format in the path.

use actix_web::{HttpResponse, post};
use domain::id::{SessionId, TemplateId};
use serde::Deserialize;

use crate::error::ApiError;
use crate::export::Format;
use crate::export::json::ExportedSession;
use crate::export::xlsx::WorkbookFile;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, JsonBody, PathId, PathIds, State};
use crate::ops;
use crate::wire::download;

/// Sessions to be exported.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ExportSessionBatch {
    /// Sessions of the template. One that is named twice is exported once.
    #[schema(min_items = 1, max_items = 1000)]
    session_ids: Vec<SessionId>,
    /// The kind of file; `json` where nothing is said, `xlsx` is another name of `excel`.
    #[serde(default)]
    #[schema(value_type = String, default = "json", pattern = "^(json|csv|excel|xlsx)$")]
    format: Option<Format>,
}

/// Sessions to be exported in the format that the address names.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct ExportSessionBatchAs {
    /// Sessions of the template. One that is named twice is exported once.
    #[schema(min_items = 1, max_items = 1000)]
    session_ids: Vec<SessionId>,
}

/// Export many sessions
///
/// The latest completed result of each session, in the order in which they are named; all or nothing: where one is not the
/// template's, the answer names it. A session that has no completed result yet stands there without values.
///
/// JSON is a list of objects. CSV is one table: a row a session; where its result has lists, a row for each of their
/// elements, `list` and `row` saying which, with the values that occur once repeated. A text that begins like a formula has
/// an apostrophe in front. Excel is a workbook: Data is the same table, Audit the evidence of every value, Metadata what
/// else is known of each result.
///
/// The answer is written while it is sent. Where it breaks off, the connection is closed before its end.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(("templateId" = TemplateId, Path, description = "The template.")),
    request_body = ExportSessionBatch,
    responses((status = 200, description = "The values, in the format that was asked for.",
        content(
            (Vec<ExportedSession> = "application/json"),
            (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("Content-Disposition" = String, description = "`attachment; filename=\"extraction_results.json\"`")),
    )),
)]
#[post("/extractions/templates/{templateId}/sessions/batch/export")]
pub(super) async fn export_session_batch(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(template): PathId<TemplateId>,
    JsonBody(body): JsonBody<ExportSessionBatch>,
) -> Result<HttpResponse, ApiError> {
    let format = body.format.unwrap_or_default();
    let export = ops::exports::of_sessions(&state, caller.who(), template, body.session_ids, format).await?;
    Ok(download(export))
}

/// Export many sessions in a format
///
/// The same as `POST /extractions/templates/{templateId}/sessions/batch/export`.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [SessionsRead::NAME])),
    params(
        ("templateId" = TemplateId, Path, description = "The template."),
        ("format" = inline(Format), Path, description = "The kind of file; `xlsx` is another name of `excel`."),
    ),
    request_body = ExportSessionBatchAs,
    responses((status = 200, description = "The values, in the format that was asked for.",
        content(
            (Vec<ExportedSession> = "application/json"),
            (String = "text/csv"),
            (WorkbookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
        headers(("Content-Disposition" = String, description = "`attachment; filename=\"extraction_results.json\"`")),
    )),
)]
#[post("/extractions/templates/{templateId}/sessions/batch/export/{format}")]
pub(super) async fn export_session_batch_as(
    caller: Caller<SessionsRead>,
    state: State,
    PathIds(template, format): PathIds<TemplateId, Format>,
    JsonBody(body): JsonBody<ExportSessionBatchAs>,
) -> Result<HttpResponse, ApiError> {
    let export = ops::exports::of_sessions(&state, caller.who(), template, body.session_ids, format).await?;
    Ok(download(export))
}
