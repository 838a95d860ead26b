//! Starting a run: from a session to a result that waits for its documents or for a worker.
//!
//! Shared with the API: a run is started by a request, or by the end of an upload (`auto_extract`).

use std::collections::{BTreeSet, HashMap};

use domain::access::Scope;
use domain::document::Document;
use domain::id::{DocumentId, ParsingId, SessionId, WorkspaceId};
use domain::parsing::{ParseConfig, ParsingStatus};
use domain::result::{ExtractionResult, config_hash};
use domain::session::Session;
use domain::template::Template;
use domain::time::Timestamp;
use parsing::PARSER_VERSION;
use storage::results::NewResult;
use storage::{AnyConnection, Error, documents, parsings, results, sessions, templates};

/// A run cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nothing is attached to the session.
    #[error("the session has no documents")]
    NoDocuments,
    /// No attached document could be read.
    #[error("none of the session's documents could be read")]
    AllFailed,
    /// The workspace has no such session, or no such template any more.
    #[error("there is no such session")]
    NoSession,
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] Error),
}

/// How the documents of a template's sessions are parsed: the defaults with the template's settings over them. What
/// a template says was checked when it was saved; where a newer version knows better, the defaults hold.
pub fn parse_config(defaults: &ParseConfig, template: &Template) -> ParseConfig {
    let Some(settings) = template.settings.get("parsing") else {
        return defaults.clone();
    };
    defaults
        .clone()
        .overlaid(settings)
        .unwrap_or_else(|_error| defaults.clone())
}

/// A run that can be started: what it would read.
#[derive(Debug)]
pub struct Plan {
    session: SessionId,
    template: Template,
    documents: Vec<Document>,
    config: ParseConfig,
    parse_hash: String,
}

/// Starts a run over the documents that are attached now. Parsings that the template's settings ask for and that do
/// not exist are enqueued; ring the bell after the transaction.
pub fn start(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    defaults: &ParseConfig,
    now: Timestamp,
) -> Result<ExtractionResult, StartError> {
    let plan = plan(conn, workspace, session, defaults)?;
    let started = start_all(conn, workspace, vec![plan], now)?;
    started.into_iter().next().ok_or(StartError::NoSession)
}

/// What a run over the documents that are attached now would read.
pub fn plan(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    defaults: &ParseConfig,
) -> Result<Plan, StartError> {
    let scope = Scope::of_job(workspace);
    let session: Session = sessions::find(conn, &scope, session)?.ok_or(StartError::NoSession)?;
    let template = templates::find(conn, &scope, session.template_id)?.ok_or(StartError::NoSession)?;
    let documents = sessions::documents_of(conn, &scope, session.id)?;
    if documents.is_empty() {
        return Err(StartError::NoDocuments);
    }
    let config = parse_config(defaults, &template);
    let parse_hash = config.hash(PARSER_VERSION);
    let ids: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
    if all_failed(conn, &scope, &ids, &parse_hash)? {
        return Err(StartError::AllFailed);
    }
    Ok(Plan {
        session: session.id,
        template,
        documents,
        config,
        parse_hash,
    })
}

/// Starts runs of sessions of one template, one of each; all or none. Returns them in the order of their sessions. A
/// document that was deleted since the runs were planned is left out.
pub fn start_all(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    mut plans: Vec<Plan>,
    now: Timestamp,
) -> Result<Vec<ExtractionResult>, StartError> {
    // The parsings of all before the first session, and the sessions in order: as all transactions take their rows.
    let Some(config) = plans.first().map(|plan| plan.config.clone()) else {
        return Ok(Vec::new());
    };
    let documents: BTreeSet<DocumentId> = plans.iter().flat_map(Plan::documents).collect();
    let parsings = ensure_all(conn, workspace, documents, &config, now)?;
    plans.sort_by_key(|plan| plan.session);
    let started = plans.into_iter().map(|plan| {
        let new = plan.into_result(&parsings)?;
        results::insert(conn, workspace, new, now).map_err(|error| match error {
            // Deleted this moment.
            Error::MissingReference => StartError::NoSession,
            error => error.into(),
        })
    });
    started.collect()
}

impl Plan {
    fn documents(&self) -> impl Iterator<Item = DocumentId> {
        self.documents.iter().map(|document| document.id)
    }

    fn into_result(self, parsings: &HashMap<DocumentId, ParsingId>) -> Result<NewResult, StartError> {
        let Self {
            session,
            template,
            documents,
            parse_hash,
            ..
        } = self;
        let inputs = documents.into_iter().filter_map(|document| {
            let parsing = parsings.get(&document.id)?;
            Some((document, *parsing))
        });
        let inputs: Vec<_> = inputs.collect();
        if inputs.is_empty() {
            return Err(StartError::NoDocuments);
        }
        Ok(NewResult {
            session_id: session,
            template_version_id: template.version_id,
            config_hash: config_hash(&parse_hash, &template.schema_json, &extraction::engine_version()),
            inputs,
        })
    }
}

/// Finds or makes the parsings of those of these documents that the workspace has, and keeps them from being deleted.
/// Whoever asks and however: the rows are taken in one order, so that two transactions do not wait for each other.
pub(crate) fn ensure_all(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: impl IntoIterator<Item = DocumentId>,
    config: &ParseConfig,
    now: Timestamp,
) -> Result<HashMap<DocumentId, ParsingId>, Error> {
    let present = documents::hold(conn, workspace, wanted)?;
    let mut ensured = HashMap::with_capacity(present.len());
    for document in present {
        let (parsing, _) = parsings::ensure(conn, workspace, document, config, PARSER_VERSION, now)?;
        ensured.insert(document, parsing.id);
    }
    Ok(ensured)
}

/// Whether each document was tried under this configuration and could not be read.
fn all_failed(
    conn: &mut AnyConnection,
    scope: &Scope,
    documents: &[DocumentId],
    config_hash: &str,
) -> Result<bool, Error> {
    let parsings = parsings::list_for_documents(conn, scope, documents)?;
    let failed = |document: &DocumentId| {
        parsings.iter().any(|parsing| {
            parsing.document_id == *document
                && parsing.config_hash == config_hash
                && parsing.status == ParsingStatus::Failed
        })
    };
    Ok(documents.iter().all(failed))
}

/// Writes a failed result without documents: what a session shows whose upload came to nothing.
pub(crate) fn record_failure(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    session: SessionId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let scope = Scope::of_job(workspace);
    let Some(session) = sessions::find(conn, &scope, session)? else {
        return Ok(());
    };
    let Some(template) = templates::find(conn, &scope, session.template_id)? else {
        return Ok(());
    };
    let new = NewResult {
        session_id: session.id,
        template_version_id: template.version_id,
        config_hash: String::new(),
        inputs: Vec::new(),
    };
    match results::insert_failed(conn, workspace, new, reason, now) {
        // Deleted this moment: there is nobody to be told.
        Ok(_) | Err(Error::MissingReference) => Ok(()),
        Err(error) => Err(error),
    }
}
