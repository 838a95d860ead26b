//! Makes a document of an upload that came with a batch, and starts the run if that was asked for.

use domain::access::Scope;
use domain::event::{Action, Actor, Event};
use domain::id::{EventId, SessionId, UploadId, UserId, WorkspaceId};
use domain::job::LeasedJob;
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::session::{PENDING_NAME, Session};
use domain::template::Template;
use domain::time::Timestamp;
use domain::upload::Upload;
use storage::blobs::BlobKey;
use storage::sessions::SessionChange;
use storage::{AnyConnection, events, jobs, sessions, templates, uploads};

use super::{JobError, with_causes};
use crate::context::Context;
use crate::intake::{self, Examined};
use crate::runs::{self, StartError, parse_config};

/// Examines the bytes, keeps them as a document of the workspace, attaches it to the batch's session.
pub(super) async fn run(
    context: &Context,
    job: &LeasedJob,
    upload: UploadId,
    session: SessionId,
    user: UserId,
) -> Result<(), JobError> {
    let workspace = job.workspace_id;
    let find = move |conn: &mut AnyConnection| Ok::<_, JobError>(uploads::find_for_user(conn, user, upload)?);
    let Some(found) = context.db.read(find).await? else {
        return gone(context, job, session).await;
    };
    let examined = intake::examine(&context.blobs, upload).await?;
    intake::adopt(&context.blobs, upload, workspace, &examined).await?;

    let (job, defaults, now) = (job.clone(), context.parse_config.clone(), context.now());
    let kept = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        uploads::claim(conn, user, upload)?;
        keep(conn, workspace, session, &found, &examined, &defaults, now)
    });
    kept.await?;
    // The document has its own copy now. What is left behind by a failure here is swept away later.
    if let Err(error) = context.blobs.delete(&BlobKey::upload(upload)).await {
        tracing::warn!(error = with_causes(&error), "cannot delete a claimed upload");
    }
    Ok(())
}

fn keep(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    upload: &Upload,
    examined: &Examined,
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<(), JobError> {
    let scope = Scope::of_job(workspace);
    let Some((session, template)) = session_of(conn, &scope, session)? else {
        return Ok(());
    };
    let name = intake::name_of(None, upload, examined.mime);
    let config = parse_config(defaults, &template);
    let (document, reused) = intake::record(conn, workspace, name.clone(), examined, &config, now)?;
    intake::attach(
        conn,
        workspace,
        session.id,
        &template,
        &[document.id],
        defaults,
        now,
    )?;
    if !reused {
        note(conn, workspace, Action::DocumentCreated, &document.id, now)?;
    }
    name_after(conn, &session, name, now)?;
    if session
        .settings
        .get("auto_extract")
        .and_then(serde_json::Value::as_bool)
        == Some(true)
    {
        let result = runs::start(conn, workspace, session.id, defaults, now);
        let result = match result {
            Ok(result) => result,
            Err(StartError::Storage(error)) => return Err(error.into()),
            // A content that was known to be unreadable: the session shall not look as if it were still under way.
            Err(_) => return Ok(runs::record_failure(conn, workspace, session.id, now)?),
        };
        note(conn, workspace, Action::ResultCreated, &result.id, now)?;
    }
    Ok(())
}

fn session_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    session: SessionId,
) -> Result<Option<(Session, Template)>, storage::Error> {
    let Some(session) = sessions::find(conn, scope, session)? else {
        return Ok(None);
    };
    let template = templates::find(conn, scope, session.template_id)?;
    Ok(template.map(|template| (session, template)))
}

/// The name of the file is better than none.
fn name_after(
    conn: &mut AnyConnection,
    session: &Session,
    name: Name,
    now: Timestamp,
) -> Result<(), storage::Error> {
    if session.name != PENDING_NAME {
        return Ok(());
    }
    let change = SessionChange {
        name: Some(name),
        ..SessionChange::default()
    };
    sessions::update(conn, session.workspace_id, session.id, change, now).map(drop)
}

fn note(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    action: Action,
    object: &dyn std::fmt::Display,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let event = Event {
        id: EventId::generate(),
        workspace_id: Some(workspace),
        actor: Actor::System,
        action,
        object_id: object.to_string(),
        request_id: None,
        created_at: now,
    };
    events::insert(conn, &event)
}

/// The upload was claimed by another call meanwhile: there is nothing to make a document of.
async fn gone(context: &Context, job: &LeasedJob, session: SessionId) -> Result<(), JobError> {
    let (job, now) = (job.clone(), context.now());
    let ended = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        runs::record_failure(conn, job.workspace_id, session, now)?;
        Ok::<_, JobError>(())
    });
    ended.await
}

/// The job is dead: the session gets a failed result, so that its owner sees it.
pub(super) fn give_up(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    _reason: &str,
    now: Timestamp,
) -> Result<(), storage::Error> {
    runs::record_failure(conn, workspace, session, now)
}
