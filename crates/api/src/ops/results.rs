//! Runs and their results.

use domain::event::Action;
use domain::id::{ResultId, SessionId};
use domain::pagination::{Page, PageRequest};
use domain::result::{ExtractionResult, ResultStatus};
use worker::runs::{self, StartError};

use super::audit::record;
use super::sessions::find_writable;
use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// Starts a run over the documents that are attached now. It waits by itself for those that are still being read.
pub async fn run(
    state: &AppState,
    who: &Requester,
    session: SessionId,
) -> Result<ExtractionResult, ApiError> {
    let (who, defaults, now) = (who.clone(), state.parse.clone(), state.now());
    let result = state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, session)?.workspace_id;
            let result = runs::start(conn, workspace, session, &defaults, now)?;
            record(
                conn,
                &who,
                Some(workspace),
                Action::ResultCreated,
                &result.id,
                now,
            )?;
            Ok::<_, ApiError>(result)
        })
        .await?;
    state.wake.ring();
    Ok(result)
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            error @ (StartError::NoDocuments | StartError::AllFailed) => {
                Self::field("documents", error.to_string())
            }
            StartError::NoSession => Self::NotFound("session"),
            StartError::Storage(error) => error.into(),
        }
    }
}

/// One page of the results of a session, only those of that status if one is given.
pub async fn list(
    state: &AppState,
    who: &Requester,
    session: SessionId,
    status: Option<ResultStatus>,
    page: PageRequest,
) -> Result<Page<ExtractionResult>, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            storage::sessions::find(conn, &scope, session)?.ok_or(ApiError::NotFound("session"))?;
            Ok(storage::results::list_for_session(
                conn, &scope, session, status, page,
            )?)
        })
        .await
}

/// A result of the caller's.
pub async fn get(state: &AppState, who: &Requester, id: ResultId) -> Result<ExtractionResult, ApiError> {
    let scope = who.scope().clone();
    let found = state
        .db
        .read(move |conn| storage::results::find(conn, &scope, id))
        .await?;
    found.ok_or(ApiError::NotFound("result"))
}

/// Deletes a result, be it under way.
pub async fn delete(state: &AppState, who: &Requester, id: ResultId) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let gone = ApiError::NotFound("result");
            let Some(result) = storage::results::find(conn, who.scope(), id)? else {
                return Err(gone);
            };
            let workspace = result.workspace_id;
            who.may_in(workspace, "result")?;
            if !storage::results::delete(conn, workspace, id, now)? {
                return Err(gone);
            }
            record(conn, &who, Some(workspace), Action::ResultDeleted, &id, now)?;
            Ok(())
        })
        .await
}
