//! Makes a document of an upload that came with a batch, and starts the run if that was asked for.

use domain::access::Scope;
use domain::event::Action;
use domain::id::{SessionId, UploadId, WorkspaceId};
use domain::job::LeasedJob;
use domain::parsing::ParseConfig;
use domain::session::Session;
use domain::template::Template;
use domain::time::Timestamp;
use domain::upload::Upload;
use serde_json::Value;
use storage::blobs::BlobError;
use storage::sessions::Attached;
use storage::{AnyConnection, jobs, sessions, templates, uploads};

use super::{JobError, note};
use crate::context::Context;
use crate::intake::{self, Examined, Secured};
use crate::runs::{self, StartError, parse_config};

/// Why nothing came of an upload whose bytes are gone.
const NOT_THERE: &str = "the uploaded file is no longer there; upload it again";

/// Examines the bytes, keeps them as a document of the workspace, attaches it to the batch's session.
pub(super) async fn run(
    context: &Context,
    job: &LeasedJob,
    upload: UploadId,
    session: SessionId,
) -> Result<(), JobError> {
    let find = move |conn: &mut AnyConnection| Ok::<_, JobError>(uploads::find_bound(conn, session, upload)?);
    let Some(found) = context.db.read(find).await? else {
        return refuse(context, job, upload, session, NOT_THERE).await;
    };
    let done = take_in(context, job, session, found).await;
    match done.as_ref().err().and_then(refusal) {
        Some(reason) => refuse(context, job, upload, session, &reason).await,
        None => done,
    }
}

/// Why a file can never become a document, where that is what the error says.
fn refusal(error: &JobError) -> Option<String> {
    match error {
        JobError::Blobs(BlobError::NotFound) => Some(NOT_THERE.to_owned()),
        JobError::Blobs(BlobError::TooLarge { max }) => {
            Some(format!("the file is larger than the limit of {max} bytes"))
        }
        _ => None,
    }
}

pub(super) async fn take_in(
    context: &Context,
    job: &LeasedJob,
    session: SessionId,
    upload: Upload,
) -> Result<(), JobError> {
    let secured = intake::secure(&context.blobs, &upload).await?;
    let kept = keep_bytes(context, job, session, upload, &secured).await;
    // Where the session was deleted meanwhile the upload is its owner's again.
    if let Ok(Outcome::Kept) = kept {
        secured.use_up(&context.blobs).await;
    } else {
        secured.let_go(&context.blobs).await;
    }
    kept.map(drop)
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is a document.
    Kept,
    /// Nobody wants it here any more.
    NotWanted,
}

async fn keep_bytes(
    context: &Context,
    job: &LeasedJob,
    session: SessionId,
    upload: Upload,
    secured: &Secured,
) -> Result<Outcome, JobError> {
    let mut examined = intake::examine(&context.blobs, secured, context.max_upload_bytes).await?;
    let workspace = job.workspace_id;
    intake::adopt(
        &context.db,
        &context.blobs,
        secured,
        workspace,
        &mut examined,
        context.now(),
    )
    .await?;
    let (job, defaults, now) = (job.clone(), context.parse_config.clone(), context.now());
    let kept = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        if !uploads::claim_bound(conn, session, upload.id)? {
            return Ok(Outcome::NotWanted);
        }
        keep(conn, workspace, session, &upload, &examined, &defaults, now)?;
        Ok(Outcome::Kept)
    });
    kept.await
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
    let runs_at_once = session.settings.get("auto_extract") == Some(&Value::Bool(true));
    let name = intake::name_of(None, upload, examined.mime);
    let (document, reused) = intake::record(conn, workspace, name.clone(), examined, now)?;
    if !reused {
        note(conn, workspace, Action::DocumentCreated, &document.id, now)?;
    }
    if runs_at_once {
        // The run wants those of the other documents, too, and parsings are taken before the session.
        let others = sessions::documents_of(conn, &scope, session.id)?;
        let all = others.iter().map(|other| other.id).chain([document.id]);
        runs::ensure_all(conn, workspace, all, &parse_config(defaults, &template), now)?;
    }
    let attached = intake::attach(
        conn,
        workspace,
        session.id,
        &template,
        &[document.id],
        defaults,
        now,
    )?;
    if let Attached::Unknown(_) = attached {
        // There was one of the same content, which was deleted this moment: this file is to be the next.
        return Err(JobError::Database(storage::Error::Busy));
    }
    intake::name_after(conn, workspace, session.id, name, now)?;
    if runs_at_once {
        start(conn, workspace, session.id, defaults, now)?;
    }
    Ok(())
}

fn start(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<(), JobError> {
    match runs::start(conn, workspace, session, defaults, now) {
        Ok(result) => Ok(note(conn, workspace, Action::ResultCreated, &result.id, now)?),
        Err(StartError::Storage(error)) => Err(error.into()),
        // A content that was known to be unreadable: the session shall not look as if it were still under way.
        Err(refusal) => {
            let reason = refusal.to_string();
            Ok(runs::record_failure(conn, workspace, session, &reason, now)?)
        }
    }
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

/// There is nothing to make a document of, and trying again would not change that.
async fn refuse(
    context: &Context,
    job: &LeasedJob,
    upload: UploadId,
    session: SessionId,
    reason: &str,
) -> Result<(), JobError> {
    let (job, reason, now) = (job.clone(), reason.to_owned(), context.now());
    let ended = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        give_up(conn, job.workspace_id, upload, session, &reason, now)?;
        Ok::<_, JobError>(())
    });
    ended.await
}

/// Nothing comes of the upload, and nobody else may use it: its bytes are swept away. The session gets a failed result,
/// so that its owner sees it.
pub(super) fn give_up(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    upload: UploadId,
    session: SessionId,
    reason: &str,
    now: Timestamp,
) -> Result<(), storage::Error> {
    uploads::claim_bound(conn, session, upload)?;
    runs::record_failure(conn, workspace, session, reason, now)
}
