//! Many files or sessions at once.

mod delete;
mod execute;
mod named;

use domain::event::Action;
use domain::id::TemplateId;
use domain::job::Task;
use domain::session::Session;
use serde_json::Value;
use storage::AnyConnection;

use super::audit::record;
use super::sessions::{check_settings, pending_name, without_template};
use super::uploads::{Found, Named, check_received, find_all, unknown_key};
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::state::AppState;

pub use self::delete::delete;
pub use self::execute::execute;
pub(super) use self::named::{check_count, find_sessions, name_missing};

/// Makes a session for each file; all or none. The files are only checked to be there: a job makes documents of them.
pub async fn create(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    files: Vec<Named>,
    settings: Option<Value>,
) -> Result<Vec<Session>, ApiError> {
    let found = find_files(state, who, template, files).await?;
    check_settings(settings.as_ref())?;
    let settings = settings.unwrap_or_else(|| serde_json::json!({}));
    let (who, now) = (who.clone(), state.now());
    let sessions = state
        .db
        .write(move |conn| {
            let workspace = find_writable(conn, &who, template)?;
            let mut sessions = Vec::with_capacity(found.len());
            for Found { named, upload } in found {
                let new = storage::sessions::NewSession {
                    template_id: template,
                    name: pending_name(),
                    settings: settings.clone(),
                };
                let session = storage::sessions::insert(conn, workspace, new, now)
                    .map_err(|error| without_template(error, || ApiError::NotFound("template")))?;
                // From here on the key is the job's alone.
                if !storage::uploads::bind(conn, who.user(), upload.id, session.id)? {
                    return Err(ApiError::field(&named.path, unknown_key(&named.key)));
                }
                let task = Task::Ingest {
                    upload_id: upload.id,
                    session_id: session.id,
                    user_id: who.user(),
                };
                storage::jobs::enqueue(conn, workspace, task, now, now)?;
                record(
                    conn,
                    &who,
                    Some(workspace),
                    Action::SessionCreated,
                    &session.id,
                    now,
                )?;
                sessions.push(session);
            }
            Ok::<_, ApiError>(sessions)
        })
        .await?;
    state.wake.ring();
    Ok(sessions)
}

/// The files, where the template and every one of them is good.
async fn find_files(
    state: &AppState,
    who: &Requester,
    template: TemplateId,
    files: Vec<Named>,
) -> Result<Vec<Found>, ApiError> {
    let most = state.settings.max_batch_files;
    let asker = who.clone();
    let (found, mut errors) = state
        .db
        .read(move |conn| {
            find_writable(conn, &asker, template)?;
            if files.is_empty() || files.len() > most {
                return Err(ApiError::field("files", format!("must name 1 to {most} files")));
            }
            let mut errors = FieldErrors::default();
            let found = find_all(conn, asker.user(), files, &mut errors)?;
            Ok((found, errors))
        })
        .await?;
    check_received(state, &found, &mut errors).await?;
    errors.into_result()?;
    Ok(found)
}

/// The workspace of the template, where the caller may make and delete sessions.
fn find_writable(
    conn: &mut AnyConnection,
    who: &Requester,
    template: TemplateId,
) -> Result<domain::id::WorkspaceId, ApiError> {
    let template = storage::templates::find(conn, who.scope(), template)?;
    let workspace = template.ok_or(ApiError::NotFound("template"))?.workspace_id;
    who.may_in(workspace, "template")?;
    Ok(workspace)
}
