//! `GET /extractions/results/{resultId}/export/excel`, `.../csv` and `.../json`

use actix_web::{HttpResponse, get};
use domain::id::ResultId;

use crate::error::{ApiError, ErrorBody};
use crate::export::Format;
use crate::export::json::ExportedSession;
use crate::export::xlsx::WorkbookFile;
use crate::extract::ability::SessionsRead;
use crate::extract::{Caller, PathId, State};
use crate::ops;
use crate::wire::download;

/// Export a result as a workbook
///
/// An XLSX file with three sheets. Data: the values that occur once, a row each, and the lists below as tables. Audit: the
/// evidence, a row a source, with verdict, confidence, page, box in fractions of the page, and the text that stands there.
/// Metadata: times, template, documents, checks and warnings. Text is always written as text: nothing in it is run. Days
/// are dates; whole numbers of more than 15 digits, which a spreadsheet would round, are text.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("resultId" = ResultId, Path, description = "The result.")),
    responses(
        (status = 200, description = "The workbook.", body = WorkbookFile,
            content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers(("Content-Disposition" = String, description = "`attachment; filename=\"extraction_result.xlsx\"`"))),
        (status = 409, description = "The run is not completed, or has failed.", body = ErrorBody),
    ),
)]
#[get("/extractions/results/{resultId}/export/excel")]
pub(super) async fn export_result_excel(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(result): PathId<ResultId>,
) -> Result<HttpResponse, ApiError> {
    export(&caller, &state, result, Format::Excel).await
}

/// Export a result as CSV
///
/// UTF-8 with a byte order mark, comma separated. One row; where the result has lists, a row for each of their elements,
/// `list` and `row` saying which, with the values that occur once repeated. A text that begins like a formula has an
/// apostrophe in front.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("resultId" = ResultId, Path, description = "The result.")),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv",
            headers(("Content-Disposition" = String, description = "`attachment; filename=\"extraction_result.csv\"`"))),
        (status = 409, description = "The run is not completed, or has failed.", body = ErrorBody),
    ),
)]
#[get("/extractions/results/{resultId}/export/csv")]
pub(super) async fn export_result_csv(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(result): PathId<ResultId>,
) -> Result<HttpResponse, ApiError> {
    export(&caller, &state, result, Format::Csv).await
}

/// Export a result as JSON
///
/// The values alone, in the shape of the batch export's items. `GET /extractions/results/{resultId}` has their evidence,
/// too.
#[utoipa::path(
    tag = "Results",
    security(("bearer" = [SessionsRead::NAME])),
    params(("resultId" = ResultId, Path, description = "The result.")),
    responses(
        (status = 200, description = "The values.", body = ExportedSession,
            headers(("Content-Disposition" = String, description = "`attachment; filename=\"extraction_result.json\"`"))),
        (status = 409, description = "The run is not completed, or has failed.", body = ErrorBody),
    ),
)]
#[get("/extractions/results/{resultId}/export/json")]
pub(super) async fn export_result_json(
    caller: Caller<SessionsRead>,
    state: State,
    PathId(result): PathId<ResultId>,
) -> Result<HttpResponse, ApiError> {
    export(&caller, &state, result, Format::Json).await
}

async fn export(
    caller: &Caller<SessionsRead>,
    state: &State,
    result: ResultId,
    format: Format,
) -> Result<HttpResponse, ApiError> {
    let export = ops::exports::of_result(state, caller.who(), result, format).await?;
    Ok(download(export))
}
