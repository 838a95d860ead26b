//! Parsings: a document read under one configuration, once.

use diesel::prelude::*;
use domain::access::Scope;
use domain::document::Document;
use domain::id::{DocumentId, DocumentKind, ParsingId, ParsingKind, WorkspaceId};
use domain::job::Task;
use domain::parsed::{self, Chunk, PageSize};
use domain::parsing::{ParseConfig, Parsing, ParsingStatus};
use domain::time::Timestamp;

use crate::chunks;
use crate::columns::{CountCol, EnumCol, IdCol, JsonCol, TimeCol, storable};
use crate::connection::{AnyConnection, MultiBackend, each_backend};
use crate::documents::{self, DocumentRow, Progress};
use crate::error::Error;
use crate::schema::{documents as documents_table, pages, parsings};
use crate::{jobs, results, scope};

/// Rows a statement: PostgreSQL takes at most 65,535 values in one.
const BATCH: usize = 500;

/// What is kept of a page, in order that lists need not open the blob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageFacts {
    /// From 1.
    pub number: u32,
    /// None where the format lays out no pages.
    pub size: Option<PageSize>,
    /// How many words stand on it.
    pub word_count: u32,
}

impl From<&parsed::Page> for PageFacts {
    fn from(page: &parsed::Page) -> Self {
        Self {
            number: page.number,
            size: page.size,
            word_count: u32::try_from(page.words.len()).unwrap_or(u32::MAX),
        }
    }
}

/// A parsing with all that a worker needs to do it.
#[derive(Debug, Clone)]
pub struct ParsingWork {
    /// The parsing.
    pub parsing: Parsing,
    /// Its settings.
    pub config: ParseConfig,
    /// What is to be read.
    pub document: Document,
    /// What opens it, sealed, where that was given.
    pub password: Option<Vec<u8>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = parsings, check_for_backend(MultiBackend))]
pub(crate) struct ParsingRow {
    id: IdCol<ParsingKind>,
    document_id: IdCol<DocumentKind>,
    config_hash: String,
    status: EnumCol<ParsingStatus>,
    parser_version: String,
    page_count: Option<CountCol<u32>>,
    error: Option<String>,
    updated_at: TimeCol,
}

impl From<ParsingRow> for Parsing {
    fn from(row: ParsingRow) -> Self {
        let ParsingRow {
            id,
            document_id,
            config_hash,
            status,
            parser_version,
            page_count,
            error,
            updated_at,
        } = row;
        Self {
            id: id.0,
            document_id: document_id.0,
            config_hash,
            status: status.0,
            parser_version,
            page_count: page_count.map(|count| count.0),
            error,
            updated_at: updated_at.0,
        }
    }
}

/// Finds the parsing of a document under a configuration, or makes it and its job. One that failed is tried again.
/// Returns the parsing, and whether a job was written down. A document that the workspace does not have is a missing
/// reference. On PostgreSQL call it before what holds the session ([`crate::sessions::attach`]): whoever ends a parsing
/// takes them in this order.
pub fn ensure(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    config: &ParseConfig,
    parser_version: &str,
    now: Timestamp,
) -> Result<(Parsing, bool), Error> {
    if documents::hold(conn, workspace, [document])?.is_empty() {
        return Err(Error::MissingReference);
    }
    let inserted = insert_if_new(conn, workspace, document, config, parser_version, now)?;
    let mut parsing = lock(conn, document, &config.hash(parser_version))?;
    if !inserted && parsing.status != ParsingStatus::Failed {
        return Ok((parsing, false));
    }
    parsing.status = ParsingStatus::Queued;
    parsing.error = None;
    parsing.updated_at = now;
    queue(conn, workspace, parsing.id, document, now)?;
    Ok((parsing, true))
}

fn queue(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    document: DocumentId,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::update(parsings::table.find(IdCol(id)))
        .set((
            parsings::status.eq(EnumCol(ParsingStatus::Queued)),
            parsings::error.eq(None::<String>),
            parsings::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    documents::set_progress(conn, workspace, document, Progress::Changed, now)?;
    jobs::enqueue(conn, workspace, Task::Parse { parsing_id: id }, now, now)?;
    Ok(())
}

fn insert_if_new(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    config: &ParseConfig,
    parser_version: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let values = (
        parsings::id.eq(IdCol(ParsingId::generate())),
        parsings::workspace_id.eq(workspace.0),
        parsings::document_id.eq(IdCol(document)),
        parsings::config_hash.eq(config.hash(parser_version)),
        parsings::config.eq(JsonCol(config.clone())),
        parsings::parser_version.eq(parser_version),
        parsings::status.eq(EnumCol(ParsingStatus::Queued)),
        parsings::created_at.eq(TimeCol(now)),
        parsings::updated_at.eq(TimeCol(now)),
    );
    let rows = each_backend!(conn, |inner| diesel::insert_into(parsings::table)
        .values(values)
        .on_conflict((parsings::document_id, parsings::config_hash))
        .do_nothing()
        .execute(inner))?;
    Ok(rows > 0)
}

/// Holds the parsing until the transaction ends: two runs that want it tried again write one job.
fn lock(conn: &mut AnyConnection, document: DocumentId, config_hash: &str) -> Result<Parsing, Error> {
    let row = parsings::table
        .filter(parsings::document_id.eq(IdCol(document)))
        .filter(parsings::config_hash.eq(config_hash));
    let row: ParsingRow = match conn {
        AnyConnection::Postgres(inner) => row.select(ParsingRow::as_select()).for_update().first(inner)?,
        AnyConnection::Sqlite(inner) => row.select(ParsingRow::as_select()).first(inner)?,
    };
    Ok(row.into())
}

/// One of the caller's parsings, with its settings and document.
pub fn find(conn: &mut AnyConnection, scope: &Scope, id: ParsingId) -> Result<Option<ParsingWork>, Error> {
    type Row = (ParsingRow, JsonCol<ParseConfig>, DocumentRow, Option<Vec<u8>>);
    let row: Option<Row> = parsings::table
        .inner_join(documents_table::table)
        .filter(parsings::id.eq(IdCol(id)))
        .filter(scope::within(parsings::workspace_id, scope))
        .select((
            ParsingRow::as_select(),
            parsings::config,
            DocumentRow::as_select(),
            parsings::password,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(parsing, config, document, password)| ParsingWork {
        parsing: parsing.into(),
        config: config.0,
        document: document.into(),
        password,
    }))
}

/// Keeps what opens these documents with their parsings until those have ended; sealed, for whoever reads the database.
/// What was read already needs no password.
pub fn set_password(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
    sealed: &[u8],
) -> Result<(), Error> {
    let under_way = [ParsingStatus::Queued, ParsingStatus::Parsing];
    let of_documents = parsings::table
        .filter(parsings::document_id.eq_any(documents.iter().copied().map(IdCol)))
        .filter(parsings::workspace_id.eq(workspace.0))
        .filter(parsings::status.eq_any(under_way.map(EnumCol)));
    diesel::update(of_documents)
        .set(parsings::password.eq(sealed))
        .execute(conn)?;
    Ok(())
}

/// The parsings of some of the caller's documents: those of one document together, the latest changed last.
pub fn list_for_documents(
    conn: &mut AnyConnection,
    scope: &Scope,
    ids: &[DocumentId],
) -> Result<Vec<Parsing>, Error> {
    let rows: Vec<ParsingRow> = parsings::table
        .filter(parsings::document_id.eq_any(ids.iter().copied().map(IdCol)))
        .filter(scope::within(parsings::workspace_id, scope))
        .order((parsings::document_id, parsings::updated_at, parsings::id))
        .select(ParsingRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Parsing::from).collect())
}

/// The pages of one of the caller's parsings, in order.
pub fn pages_of(conn: &mut AnyConnection, scope: &Scope, id: ParsingId) -> Result<Vec<PageFacts>, Error> {
    type Row = (CountCol<u32>, Option<f64>, Option<f64>, CountCol<u32>);
    let rows: Vec<Row> = pages::table
        .inner_join(parsings::table)
        .filter(pages::parsing_id.eq(IdCol(id)))
        .filter(scope::within(parsings::workspace_id, scope))
        .order(pages::number)
        .select((pages::number, pages::width, pages::height, pages::word_count))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(number, width, height, word_count)| PageFacts {
            number: number.0,
            size: width
                .zip(height)
                .map(|(width, height)| PageSize { width, height }),
            word_count: word_count.0,
        })
        .collect())
}

/// A worker begins. False where there is nothing (any more) to begin: the parsing is gone, or has ended.
pub fn mark_parsing(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    now: Timestamp,
) -> Result<bool, Error> {
    documents::hold_of_parsings(conn, workspace, &[id])?;
    let begun = diesel::update(under_way(workspace, id))
        .set((
            parsings::status.eq(EnumCol(ParsingStatus::Parsing)),
            parsings::updated_at.eq(TimeCol(now)),
        ))
        .returning(parsings::document_id)
        .get_result::<IdCol<DocumentKind>>(conn)
        .optional()?;
    let Some(document) = begun else {
        return Ok(false);
    };
    documents::set_progress(conn, workspace, document.0, Progress::Changed, now)?;
    Ok(true)
}

/// What was read once is to be read again: its blob is gone, or was written in a form that this program does not know.
/// False where the parsing is gone, or is not (any more) `parsed`.
pub fn parse_again(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    now: Timestamp,
) -> Result<bool, Error> {
    documents::hold_of_parsings(conn, workspace, &[id])?;
    let parsed = parsings::table
        .filter(parsings::id.eq(IdCol(id)))
        .filter(parsings::workspace_id.eq(workspace.0))
        .filter(parsings::status.eq(EnumCol(ParsingStatus::Parsed)));
    let document = diesel::update(parsed)
        .set(parsings::updated_at.eq(TimeCol(now)))
        .returning(parsings::document_id)
        .get_result::<IdCol<DocumentKind>>(conn)
        .optional()?;
    let Some(document) = document else {
        return Ok(false);
    };
    queue(conn, workspace, id, document.0, now)?;
    Ok(true)
}

/// The document was read: keeps its pages and chunks, and releases the results that waited for nothing else. Call it
/// in one transaction with [`jobs::finish`]. False where the parsing is gone, or had ended before.
pub fn complete(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    page_facts: &[PageFacts],
    chunks: &[Chunk],
    now: Timestamp,
) -> Result<bool, Error> {
    let page_count = u32::try_from(page_facts.len()).unwrap_or(u32::MAX);
    documents::hold_of_parsings(conn, workspace, &[id])?;
    let ended = diesel::update(under_way(workspace, id))
        .set((
            parsings::status.eq(EnumCol(ParsingStatus::Parsed)),
            parsings::page_count.eq(CountCol(page_count)),
            parsings::error.eq(None::<String>),
            parsings::password.eq(None::<Vec<u8>>),
            parsings::updated_at.eq(TimeCol(now)),
        ))
        .returning((parsings::document_id, parsings::config_hash))
        .get_result::<(IdCol<DocumentKind>, String)>(conn)
        .optional()?;
    let Some((document, config_hash)) = ended else {
        return Ok(false);
    };
    replace_pages(conn, id, page_facts)?;
    chunks::replace(conn, id, document.0, &config_hash, chunks)?;
    documents::set_progress(conn, workspace, document.0, Progress::Parsed { page_count }, now)?;
    results::release_waiting(conn, workspace, id, now)?;
    Ok(true)
}

/// The document could not be read, for a reason in words for its owner; results go on without it. Call it in one
/// transaction with the end of the job. False where the parsing is gone, or had ended before.
pub fn fail(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: ParsingId,
    error: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    documents::hold_of_parsings(conn, workspace, &[id])?;
    let ended = diesel::update(under_way(workspace, id))
        .set((
            parsings::status.eq(EnumCol(ParsingStatus::Failed)),
            parsings::error.eq(storable(error)),
            parsings::password.eq(None::<Vec<u8>>),
            parsings::updated_at.eq(TimeCol(now)),
        ))
        .returning(parsings::document_id)
        .get_result::<IdCol<DocumentKind>>(conn)
        .optional()?;
    let Some(document) = ended else {
        return Ok(false);
    };
    documents::set_progress(conn, workspace, document.0, Progress::Failed { error }, now)?;
    results::release_waiting(conn, workspace, id, now)?;
    Ok(true)
}

/// The parsing, as long as it has not ended.
#[diesel::dsl::auto_type]
fn under_way(workspace: WorkspaceId, id: ParsingId) -> _ {
    let id: IdCol<ParsingKind> = IdCol(id);
    let workspace: i64 = workspace.0;
    let queued: EnumCol<ParsingStatus> = EnumCol(ParsingStatus::Queued);
    let parsing: EnumCol<ParsingStatus> = EnumCol(ParsingStatus::Parsing);
    parsings::table
        .filter(parsings::id.eq(id))
        .filter(parsings::workspace_id.eq(workspace))
        .filter(parsings::status.eq(queued).or(parsings::status.eq(parsing)))
}

/// Holds the parsings of a document that is deleted.
pub(crate) fn hold_of_document(
    conn: &mut AnyConnection,
    document: DocumentId,
) -> Result<Vec<ParsingId>, Error> {
    let rows = parsings::table
        .filter(parsings::document_id.eq(IdCol(document)))
        .order(parsings::id)
        .select(parsings::id);
    let ids: Vec<IdCol<ParsingKind>> = match conn {
        AnyConnection::Postgres(inner) => rows.for_update().load(inner)?,
        AnyConnection::Sqlite(inner) => rows.load(inner)?,
    };
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Deletes the parsings of a document with their pages and chunks; results that read them do so no longer.
pub(crate) fn delete_of_document(conn: &mut AnyConnection, document: DocumentId) -> Result<(), Error> {
    diesel::delete(parsings::table.filter(parsings::document_id.eq(IdCol(document)))).execute(conn)?;
    Ok(())
}

fn replace_pages(conn: &mut AnyConnection, id: ParsingId, page_facts: &[PageFacts]) -> Result<(), Error> {
    diesel::delete(pages::table.filter(pages::parsing_id.eq(IdCol(id)))).execute(conn)?;
    let rows: Vec<_> = page_facts
        .iter()
        .map(|page| {
            (
                pages::parsing_id.eq(IdCol(id)),
                pages::number.eq(CountCol(page.number)),
                pages::width.eq(page.size.map(|size| size.width)),
                pages::height.eq(page.size.map(|size| size.height)),
                pages::word_count.eq(CountCol(page.word_count)),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        let batch = batch.to_vec();
        each_backend!(conn, |inner| diesel::insert_into(pages::table)
            .values(batch)
            .execute(inner))?;
    }
    Ok(())
}
