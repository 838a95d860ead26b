//! Extracts the values of a run.

use domain::access::Scope;
use domain::extraction::Extraction;
use domain::id::{DocumentId, ParsingId, ResultId, WorkspaceId};
use domain::job::LeasedJob;
use domain::parsed::ParsedDocument;
use domain::parsing::{Parsing, ParsingStatus};
use domain::result::ExtractionResult;
use domain::schema::CompiledSchema;
use domain::time::Timestamp;
use extraction::Input;
use serde_json::Value;
use storage::blobs::{BlobError, BlobKey};
use storage::{AnyConnection, jobs, parsings, results, templates};

use super::JobError;
use crate::context::Context;

/// So often a run has documents parsed again that cannot be read back.
const MOST_REREADINGS: u32 = 5;
/// Why a run failed that would have to do so once more.
const UNREADABLE: &str =
    "what was read out of a document cannot be read back; the server's operator finds why in the log";

/// What a run is made of.
pub(super) struct Work {
    result: ExtractionResult,
    schema: Value,
    parsings: Vec<Parsing>,
}

/// A document of the run, read back from the store.
struct Document {
    id: DocumentId,
    name: String,
    config_hash: String,
    parsed: ParsedDocument,
}

/// Reads the parsed documents in the order of attachment, runs the engine, keeps what it found.
pub(super) async fn run(context: &Context, job: &LeasedJob, id: ResultId) -> Result<(), JobError> {
    let Some(work) = begin(context, job, id).await? else {
        return Ok(());
    };
    let failures = failures(&work);
    let documents = match load(context, job.workspace_id, &work).await? {
        Loaded::All(documents) => documents,
        Loaded::Unreadable(parsing) => return parse_again(context, job, id, parsing).await,
    };
    let schema = work.schema;
    let mut extraction = Context::on_thread(move || extract(&documents, &schema)).await??;
    extraction.warnings.extend(failures);
    keep(context, job, id, extraction).await
}

/// Marks the run as begun. Nothing where it is gone or has ended: then the job is done.
pub(super) async fn begin(
    context: &Context,
    job: &LeasedJob,
    id: ResultId,
) -> Result<Option<Work>, JobError> {
    let (job, now) = (job.clone(), context.now());
    let begun = context.db.write(move |conn| {
        let workspace = job.workspace_id;
        let parsings = results::lock_inputs(conn, workspace, id)?;
        let has = |wanted| parsings.iter().any(|parsing| parsing.status == wanted);
        // Another run found one that cannot be read back, and has it parsed again.
        if has(ParsingStatus::Queued) || has(ParsingStatus::Parsing) {
            jobs::finish(conn, &job)?;
            results::wait_again(conn, workspace, id, now)?;
            return Ok(None);
        }
        if !has(ParsingStatus::Parsed) {
            jobs::finish(conn, &job)?;
            let reason = results::why_nothing(&parsings);
            results::fail(conn, workspace, id, reason, now)?;
            return Ok(None);
        }
        if !results::mark_processing(conn, workspace, id, now)? {
            jobs::finish(conn, &job)?;
            return Ok(None);
        }
        let scope = Scope::of_job(workspace);
        let result = results::find(conn, &scope, id)?;
        let result = result.ok_or(JobError::Inconsistent("the result is gone"))?;
        let version = templates::find_version(conn, &scope, result.template_version_id)?;
        let version = version.ok_or(JobError::Inconsistent("the result's template version is gone"))?;
        Ok(Some(Work {
            result,
            schema: version.schema_json,
            parsings,
        }))
    });
    begun.await
}

/// Documents that were deleted or could not be read, for the result's warnings.
pub(super) fn failures(work: &Work) -> Vec<String> {
    let is_there = |document| {
        let mut there = work.parsings.iter();
        there.any(|parsing| parsing.document_id == document)
    };
    let references = work.result.document_refs.iter();
    let deleted = references.filter(|reference| !is_there(reference.document_id));
    let deleted = deleted.map(|reference| format!("{} was left out: it was deleted", reference.filename));
    let failed = work
        .parsings
        .iter()
        .filter(|parsing| parsing.status == ParsingStatus::Failed);
    let failed = failed.map(|parsing| {
        let reason = parsing.error.as_deref().unwrap_or("it could not be read");
        format!(
            "{} was left out: {reason}",
            name_of(&work.result, parsing.document_id)
        )
    });
    deleted.chain(failed).collect()
}

fn name_of(result: &ExtractionResult, document: DocumentId) -> String {
    let found = result
        .document_refs
        .iter()
        .find(|reference| reference.document_id == document);
    found.map_or_else(|| document.to_string(), |reference| reference.filename.clone())
}

/// What came of reading the parsed documents back.
enum Loaded {
    All(Vec<Document>),
    /// This one is gone, or was written in a form that this version of the program does not know.
    Unreadable(ParsingId),
}

async fn load(context: &Context, workspace: WorkspaceId, work: &Work) -> Result<Loaded, JobError> {
    let mut documents = Vec::new();
    for parsing in work
        .parsings
        .iter()
        .filter(|parsing| parsing.status == ParsingStatus::Parsed)
    {
        let stored = match context.blobs.get(&BlobKey::parsed(workspace, parsing.id)).await {
            Ok(stored) => stored,
            Err(BlobError::NotFound) => return Ok(Loaded::Unreadable(parsing.id)),
            Err(error) => return Err(error.into()),
        };
        let Ok(parsed) = parsing::stored::decode(&stored) else {
            return Ok(Loaded::Unreadable(parsing.id));
        };
        documents.push(Document {
            id: parsing.document_id,
            name: name_of(&work.result, parsing.document_id),
            config_hash: parsing.config_hash.clone(),
            parsed,
        });
    }
    Ok(Loaded::All(documents))
}

/// The document is parsed once more, and the run waits for it as it did the first time. Not for ever: two versions of
/// this program that share a ledger, each with a form of its own, would do this to each other.
pub(super) async fn parse_again(
    context: &Context,
    job: &LeasedJob,
    id: ResultId,
    parsing: ParsingId,
) -> Result<(), JobError> {
    tracing::info!(%parsing, "a parsed document cannot be read back and is parsed again");
    let (job, now) = (job.clone(), context.now());
    let waits = context.db.write(move |conn| {
        let workspace = job.workspace_id;
        jobs::finish(conn, &job)?;
        results::lock_inputs(conn, workspace, id)?;
        match results::count_rereading(conn, workspace, id)? {
            None => {}
            Some(times) if times > MOST_REREADINGS => {
                results::fail(conn, workspace, id, UNREADABLE, now)?;
            }
            Some(_) => {
                parsings::parse_again(conn, workspace, parsing, now)?;
                results::wait_again(conn, workspace, id, now)?;
            }
        }
        Ok::<_, JobError>(())
    });
    waits.await
}

fn extract(documents: &[Document], schema: &Value) -> Result<Extraction, JobError> {
    let schema = CompiledSchema::compile(schema)
        .map_err(|_errors| JobError::Inconsistent("a saved schema does not compile"))?;
    let inputs: Vec<Input<'_>> = documents
        .iter()
        .map(|document| Input {
            id: document.id,
            name: &document.name,
            config_hash: &document.config_hash,
            parsed: &document.parsed,
        })
        .collect();
    Ok(extraction::extract(&inputs, &schema))
}

pub(super) async fn keep(
    context: &Context,
    job: &LeasedJob,
    id: ResultId,
    extraction: Extraction,
) -> Result<(), JobError> {
    let (job, now) = (job.clone(), context.now());
    let kept = context.db.write(move |conn| {
        jobs::finish(conn, &job)?;
        results::complete(conn, job.workspace_id, id, extraction, now)?;
        Ok::<_, JobError>(())
    });
    kept.await
}

/// The job is dead: so is the run.
pub(super) fn give_up(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ResultId,
    reason: &str,
    now: Timestamp,
) -> Result<(), storage::Error> {
    results::fail(conn, workspace, id, reason, now).map(drop)
}
