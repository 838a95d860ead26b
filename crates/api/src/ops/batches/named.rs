//! Sessions of a template that a request names: all of them are good, or the bad ones are named.

use std::collections::HashMap;

use domain::access::Scope;
use domain::id::{SessionId, TemplateId};
use storage::AnyConnection;
use storage::sessions::SessionHead;

use crate::error::{ApiError, FieldErrors};
use crate::ops::exports::MOST_SESSIONS;

/// Refuses a list that is empty or too long.
pub(in crate::ops) fn check_count(wanted: &[SessionId]) -> Result<(), ApiError> {
    if wanted.is_empty() || wanted.len() > MOST_SESSIONS {
        let message = format!("must name 1 to {MOST_SESSIONS} sessions");
        return Err(ApiError::field("session_ids", message));
    }
    Ok(())
}

/// The sessions, each once; all must be the template's.
pub(in crate::ops) fn find_sessions(
    conn: &mut AnyConnection,
    scope: &Scope,
    template: TemplateId,
    wanted: &[SessionId],
) -> Result<HashMap<SessionId, SessionHead>, ApiError> {
    check_count(wanted)?;
    let heads = storage::sessions::heads_in_template(conn, scope, template, wanted)?;
    let heads: HashMap<SessionId, SessionHead> = heads.into_iter().map(|head| (head.id, head)).collect();
    name_missing(wanted, |id| heads.contains_key(id))?;
    Ok(heads)
}

/// Names those that are not there.
pub(in crate::ops) fn name_missing(
    wanted: &[SessionId],
    is_there: impl Fn(&SessionId) -> bool,
) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    for (index, _) in wanted.iter().enumerate().filter(|(_, id)| !is_there(id)) {
        errors.add(format!("session_ids.{index}"), "the template has no such session");
    }
    errors.into_result()
}
