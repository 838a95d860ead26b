//! Examples of results.

use worker::runs::StartError;

use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};
use crate::ops::exports::NOT_COMPLETED;

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let place = format!("/extractions/sessions/{}/results", story::SESSION);
    let export = |operation| Examples::of(operation).fails(ApiError::Conflict(NOT_COMPLETED));
    vec![
        Examples::of("create_result")
            .gives(201, story::run())
            .fails(StartError::NoDocuments.into())
            .fails(ApiError::IdempotencyKeyReused),
        Examples::of("list_results").gives(200, story::page(&place, story::result())),
        Examples::of("get_result").gives(200, story::result()),
        export("export_result_excel"),
        export("export_result_csv").gives_text(200, "text/csv", &story::csv()),
        export("export_result_json").gives(200, story::exported()),
    ]
}
