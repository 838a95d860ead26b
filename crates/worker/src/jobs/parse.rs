//! Reads a document and keeps what was read.

mod attached;

use std::sync::Arc;

use bytes::Bytes;
use domain::access::Scope;
use domain::id::{ParsingId, WorkspaceId};
use domain::job::LeasedJob;
use domain::parsed::ParsedDocument;
use domain::parsing::ParseConfig;
use domain::password::DocumentPassword;
use domain::time::Timestamp;
use parsing::child::ReadDocument;
use parsing::{Attachment, ParseError, Source};
use storage::blobs::BlobKey;
use storage::parsings::{self, PageFacts, ParsingWork};
use storage::{AnyConnection, jobs};

use super::JobError;
use crate::context::Context;

/// Bytes from the store, through the child, back into the store; chunks and page facts into the database.
pub(super) async fn run(context: &Context, job: &LeasedJob, id: ParsingId) -> Result<(), JobError> {
    let Some(work) = begin(context, job, id).await? else {
        return Ok(());
    };
    let key = BlobKey::document(job.workspace_id, work.document.sha256);
    let bytes = context.blobs.get(&key).await?;
    let sealed = work.password.as_deref();
    let password = sealed.and_then(|sealed| context.passwords.open(job.workspace_id, sealed));
    match parse(context, bytes, work.config.clone(), password).await {
        Ok(read) => keep(context, job, &work, read).await,
        Err(JobError::Parse(refusal)) if refusal.is_refusal() => refuse(context, job, id, &refusal).await,
        Err(error) => Err(error),
    }
}

/// Marks the parsing as begun. Nothing where it is gone or has ended: then the job is done.
pub(super) async fn begin(
    context: &Context,
    job: &LeasedJob,
    id: ParsingId,
) -> Result<Option<ParsingWork>, JobError> {
    let (job, now) = (job.clone(), context.now());
    let begun = context.db.write(move |conn| {
        let scope = Scope::of_job(job.workspace_id);
        if let Some(work) = parsings::find(conn, &scope, id)?
            && parsings::mark_parsing(conn, job.workspace_id, id, now)?
        {
            return Ok(Some(work));
        }
        jobs::finish(conn, &job)?;
        Ok::<_, JobError>(None)
    });
    begun.await
}

/// A document that was read.
pub(super) struct Read {
    pub(super) stored: Vec<u8>,
    pub(super) document: ParsedDocument,
    pub(super) attached: Vec<Attachment>,
}

async fn parse(
    context: &Context,
    bytes: Bytes,
    config: ParseConfig,
    password: Option<DocumentPassword>,
) -> Result<Read, JobError> {
    let (parser, limit) = (Arc::clone(&context.parser), context.parse_timeout);
    let parsed = Context::on_thread(move || {
        let source = Source {
            bytes: &bytes,
            config: &config,
            password: password.as_ref().map(DocumentPassword::reveal),
        };
        let ReadDocument { stored, attachments } = parser.parse_to_stored(&source, limit)?;
        // The child wrote what this very program cannot read: it is broken, however it came to that.
        let document = parsing::stored::decode(&stored).map_err(|_error| ParseError::Crashed)?;
        Ok::<_, ParseError>(Read {
            stored,
            document,
            attached: attachments,
        })
    });
    Ok(parsed.await??)
}

/// The blob comes first: what the database says is parsed can be read.
pub(super) async fn keep(
    context: &Context,
    job: &LeasedJob,
    work: &ParsingWork,
    read: Read,
) -> Result<(), JobError> {
    let Read {
        stored,
        document,
        attached,
    } = read;
    let (id, workspace) = (work.parsing.id, job.workspace_id);
    context
        .blobs
        .put(&BlobKey::parsed(workspace, id), stored.into())
        .await?;
    let attached = attached::store(context, workspace, work.document.id, attached).await?;
    let pages: Vec<PageFacts> = document.pages.iter().map(PageFacts::from).collect();
    let (job, config, now) = (job.clone(), work.config.clone(), context.now());
    let kept = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        if !attached.is_empty() {
            attached::record(conn, workspace, id, &config, attached, now)?;
        }
        parsings::complete(conn, workspace, id, &pages, &document.chunks, now)?;
        Ok::<_, JobError>(())
    });
    kept.await
}

/// The document is at fault: reading it again would give the same answer.
async fn refuse(
    context: &Context,
    job: &LeasedJob,
    id: ParsingId,
    refusal: &ParseError,
) -> Result<(), JobError> {
    tracing::info!(reason = %refusal, "the document cannot be read");
    let (job, reason, now) = (job.clone(), refusal.to_string(), context.now());
    let refused = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        parsings::fail(conn, job.workspace_id, id, &reason, now)?;
        Ok::<_, JobError>(())
    });
    refused.await
}

/// The job is dead: the document counts as one that cannot be read.
pub(super) fn give_up(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    reason: &str,
    now: Timestamp,
) -> Result<(), storage::Error> {
    parsings::fail(conn, workspace, id, reason, now).map(drop)
}
