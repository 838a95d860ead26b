//! Extracts the values of a run.

use domain::access::Scope;
use domain::extraction::Extraction;
use domain::id::{DocumentId, ResultId, WorkspaceId};
use domain::job::LeasedJob;
use domain::parsed::ParsedDocument;
use domain::parsing::{Parsing, ParsingStatus};
use domain::result::ExtractionResult;
use domain::schema::CompiledSchema;
use domain::time::Timestamp;
use extraction::Input;
use serde_json::Value;
use storage::blobs::BlobKey;
use storage::{AnyConnection, jobs, results, templates};

use super::JobError;
use crate::context::Context;

/// What a run is made of.
struct Work {
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
    let documents = load(context, job.workspace_id, &work).await?;
    let schema = work.schema;
    let mut extraction = Context::on_thread(move || extract(&documents, &schema)).await??;
    extraction.warnings.extend(failures);
    keep(context, job, id, extraction).await
}

/// Marks the run as begun. Nothing where it is gone or has ended: then the job is done.
async fn begin(context: &Context, job: &LeasedJob, id: ResultId) -> Result<Option<Work>, JobError> {
    let (job, now) = (job.clone(), context.now());
    let begun = context.db.write(move |conn| {
        if !results::mark_processing(conn, job.workspace_id, id, now)? {
            jobs::finish(conn, &job)?;
            return Ok(None);
        }
        let scope = Scope::of_job(job.workspace_id);
        let result = results::find(conn, &scope, id)?;
        let result = result.ok_or(JobError::Inconsistent("the result is gone"))?;
        let version = templates::find_version(conn, &scope, result.template_version_id)?;
        let version = version.ok_or(JobError::Inconsistent("the result's template version is gone"))?;
        let parsings = results::inputs_of(conn, &scope, id)?;
        Ok(Some(Work {
            result,
            schema: version.schema_json,
            parsings,
        }))
    });
    begun.await
}

/// Documents that could not be read, for the result's warnings.
fn failures(work: &Work) -> Vec<String> {
    let failed = work
        .parsings
        .iter()
        .filter(|parsing| parsing.status == ParsingStatus::Failed);
    failed
        .map(|parsing| {
            let reason = parsing.error.as_deref().unwrap_or("it could not be read");
            format!(
                "{} was left out: {reason}",
                name_of(&work.result, parsing.document_id)
            )
        })
        .collect()
}

fn name_of(result: &ExtractionResult, document: DocumentId) -> String {
    let found = result
        .document_refs
        .iter()
        .find(|reference| reference.document_id == document);
    found.map_or_else(|| document.to_string(), |reference| reference.filename.clone())
}

async fn load(context: &Context, workspace: WorkspaceId, work: &Work) -> Result<Vec<Document>, JobError> {
    let mut documents = Vec::new();
    for parsing in work
        .parsings
        .iter()
        .filter(|parsing| parsing.status == ParsingStatus::Parsed)
    {
        let stored = context.blobs.get(&BlobKey::parsed(workspace, parsing.id)).await?;
        let parsed = parsing::stored::decode(&stored)
            .map_err(|_error| JobError::Inconsistent("a parsed document cannot be read back"))?;
        documents.push(Document {
            id: parsing.document_id,
            name: name_of(&work.result, parsing.document_id),
            config_hash: parsing.config_hash.clone(),
            parsed,
        });
    }
    Ok(documents)
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

async fn keep(
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
