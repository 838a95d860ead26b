//! Values as files.
//!
//! What counts is settled first, in one look at the database: which sessions, which result of each, hence which columns.
//! The values are then read a page at a time, when the client has taken the page before: no transaction waits for a
//! slow one, and memory does not grow with the number of sessions. Results do not change once they are completed; what
//! is deleted meanwhile has no values.

mod page;
mod plan;
mod schemas;
mod text;
mod workbook;

use bytes::Bytes;
use domain::id::{ResultId, SessionId, TemplateId};
use futures_util::stream::BoxStream;

use crate::error::ApiError;
use crate::export::Format;
use crate::extract::Requester;
use crate::state::AppState;

use self::plan::Plan;
use self::text::Shape;

pub use self::plan::{MOST_SESSIONS, NOT_COMPLETED};

/// A file that is being made.
pub struct Export {
    /// Its kind.
    pub format: Format,
    /// Its name without what it ends in.
    pub name: &'static str,
    /// Its length in bytes, where that is known before.
    pub length: Option<u64>,
    /// Its bytes. Breaks off with an error where they cannot be read any more.
    pub body: BoxStream<'static, Result<Bytes, ApiError>>,
}

/// One completed result of the caller's.
pub async fn of_result(
    state: &AppState,
    who: &Requester,
    id: ResultId,
    format: Format,
) -> Result<Export, ApiError> {
    let scope = who.scope().clone();
    let plan = state
        .db
        .read(move |conn| Plan::of_result(conn, scope, id))
        .await?;
    make(state, plan, format, "extraction_result", Extent::One).await
}

/// The latest completed result of each of these sessions of a template, in their order.
pub async fn of_sessions(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    sessions: Vec<SessionId>,
    format: Format,
) -> Result<Export, ApiError> {
    let scope = who.scope().clone();
    let plan = state
        .db
        .read(move |conn| Plan::of_sessions(conn, scope, template, &sessions))
        .await?;
    make(state, plan, format, "extraction_results", Extent::Many).await
}

/// Whether a file is about one result or about many sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    One,
    Many,
}

async fn make(
    state: &AppState,
    plan: Plan,
    format: Format,
    name: &'static str,
    extent: Extent,
) -> Result<Export, ApiError> {
    let shape = match (format, extent) {
        (Format::Csv, _) => Shape::Csv,
        (Format::Json, Extent::One) => Shape::JsonObject,
        (Format::Json, Extent::Many) => Shape::JsonList,
        (Format::Excel, _) => {
            let (length, body) = workbook::write(state, plan, extent).await?;
            return Ok(Export {
                format,
                name,
                length: Some(length),
                body,
            });
        }
    };
    Ok(Export {
        format,
        name,
        length: None,
        body: text::stream(state.db.clone(), plan, shape).await?,
    })
}
