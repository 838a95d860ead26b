//! Running many sessions.

use std::collections::HashMap;

use domain::event::Action;
use domain::id::{SessionId, TemplateId, WorkspaceId};
use domain::parsing::ParseConfig;
use storage::AnyConnection;
use worker::runs::{self, Plan, StartError};

use super::{find_sessions, find_writable};
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::ops::audit::record;
use crate::state::AppState;

/// Starts a run of each of these sessions of a template; all or none. One that is named twice is run once. Returns how
/// many runs were started.
pub async fn execute(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    sessions: Vec<SessionId>,
) -> Result<usize, ApiError> {
    let (who, defaults, now) = (who.clone(), state.parse.clone(), state.now());
    let started = state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, template)?;
            find_sessions(conn, who.scope(), template, &sessions)?;
            let plans = plan_all(conn, workspace, &sessions, &defaults)?;
            let results = runs::start_all(conn, workspace, plans, now).map_err(gone_meanwhile)?;
            for result in &results {
                let done = Action::ResultCreated;
                record(conn, &who, Some(workspace), done, &result.id, now)?;
            }
            Ok::<_, ApiError>(results.len())
        })
        .await?;
    state.wake.ring();
    Ok(started)
}

/// What each session would run over; those that cannot be run are named.
fn plan_all(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    sessions: &[SessionId],
    defaults: &ParseConfig,
) -> Result<Vec<Plan>, ApiError> {
    let mut plans: HashMap<SessionId, Plan> = HashMap::with_capacity(sessions.len());
    let mut errors = FieldErrors::default();
    for (index, session) in sessions.iter().enumerate() {
        if plans.contains_key(session) {
            continue;
        }
        match runs::plan(conn, workspace, *session, defaults) {
            Ok(plan) => {
                plans.insert(*session, plan);
            }
            Err(StartError::Storage(error)) => return Err(error.into()),
            Err(refusal) => errors.add(format!("session_ids.{index}"), refusal.to_string()),
        }
    }
    errors.into_result()?;
    Ok(plans.into_values().collect())
}

/// Something was deleted between the look and the run: asked again, the answer names it.
fn gone_meanwhile(error: StartError) -> ApiError {
    match error {
        StartError::Storage(error) => error.into(),
        StartError::NoDocuments | StartError::AllFailed | StartError::NoSession => ApiError::Busy,
    }
}
