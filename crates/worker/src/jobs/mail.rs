//! Mails an invitation.

use domain::access::Scope;
use domain::id::{InviteId, WorkspaceId};
use domain::invite::InviteStatus;
use domain::job::LeasedJob;
use domain::time::Timestamp;
use storage::{AnyConnection, invites, jobs, users, workspaces};

use super::JobError;
use crate::context::Context;
use crate::mail::Invitation;

/// Sends the mail, unless the invitation was accepted, taken back, or sent again meanwhile. A process that dies between
/// sending and writing that down sends it twice, with the same Message-ID.
pub(super) async fn run(
    context: &Context,
    job: &LeasedJob,
    id: InviteId,
    generation: u32,
) -> Result<(), JobError> {
    let mailer = context.mailer.as_ref().ok_or(JobError::Inconsistent(
        "a job for mail was taken by a process without a mail server",
    ))?;
    let (workspace, now) = (job.workspace_id, context.now());
    let find = move |conn: &mut AnyConnection| find(conn, workspace, id, generation, now);
    if let Some(invitation) = context.db.read(find).await? {
        mailer.send_invitation(&invitation).await?;
        tracing::info!(invite.id = %id, "an invitation was mailed");
    }
    let job = job.clone();
    context.db.write(move |conn| Ok(jobs::finish(conn, &job)?)).await
}

/// What is to be mailed. Nothing where there is nothing left to accept by this link.
fn find(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: InviteId,
    generation: u32,
    now: Timestamp,
) -> Result<Option<Invitation>, JobError> {
    let scope = Scope::of_job(workspace);
    let Some(invite) = invites::find(conn, &scope, workspace, id)? else {
        return Ok(None);
    };
    let Some(place) = workspaces::find(conn, &scope, workspace)? else {
        return Ok(None);
    };
    if invite.generation != generation || invite.status(now) != InviteStatus::Pending {
        return Ok(None);
    }
    let inviter = match invite.invited_by {
        Some(user) => users::find(conn, user)?,
        None => None,
    };
    Ok(Some(Invitation {
        id,
        generation,
        to: invite.email,
        role: invite.role,
        workspace: place.name,
        inviter: inviter.map(|user| user.name),
        valid_until: invite.valid_until,
        now,
    }))
}
