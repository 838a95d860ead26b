//! Documents of workspaces.

use diesel::prelude::*;
use domain::access::Scope;
use domain::document::{Document, DocumentStatus, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, DocumentKind, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest};
use domain::time::Timestamp;

use crate::columns::{BytesCol, CountCol, EnumCol, IdCol, TimeCol, storable};
use crate::connection::{AnyConnection, MultiBackend, each_backend};
use crate::error::Error;
use crate::schema::documents;
use crate::scope;

/// A document to be kept. Its bytes are in the blob store already.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// The name it came with.
    pub filename: Name,
    /// The type found in the bytes.
    pub mime: String,
    /// Length in bytes.
    pub size: u64,
    /// Fingerprint of the bytes.
    pub sha256: ContentHash,
    /// How it came.
    pub source_type: SourceType,
    /// Where it came from, if it was fetched.
    pub source_url: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = documents, check_for_backend(MultiBackend))]
pub(crate) struct DocumentRow {
    id: IdCol<DocumentKind>,
    workspace_id: i64,
    filename: String,
    mime: String,
    size: CountCol<u64>,
    sha256: BytesCol,
    status: EnumCol<DocumentStatus>,
    source_type: EnumCol<SourceType>,
    source_url: Option<String>,
    page_count: Option<CountCol<u32>>,
    error: Option<String>,
    created_at: TimeCol,
    updated_at: TimeCol,
}

impl From<DocumentRow> for Document {
    fn from(row: DocumentRow) -> Self {
        let DocumentRow {
            id,
            workspace_id,
            filename,
            mime,
            size,
            sha256,
            status,
            source_type,
            source_url,
            page_count,
            error,
            created_at,
            updated_at,
        } = row;
        Self {
            id: id.0,
            workspace_id: WorkspaceId(workspace_id),
            filename,
            mime,
            size: size.0,
            sha256: ContentHash::from_bytes(sha256.0),
            status: status.0,
            source_type: source_type.0,
            source_url,
            page_count: page_count.map(|count| count.0),
            error,
            created_at: created_at.0,
            updated_at: updated_at.0,
        }
    }
}

/// Keeps a document, or returns the one that the workspace has with the same bytes, and whether it was reused. The
/// uniqueness rule decides: of two that come at once, one is reused.
pub fn insert_or_reuse(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewDocument,
    now: Timestamp,
) -> Result<(Document, bool), Error> {
    let document = Document {
        id: DocumentId::generate(),
        workspace_id: workspace,
        filename: new.filename.into(),
        mime: storable(&new.mime),
        size: new.size,
        sha256: new.sha256,
        status: DocumentStatus::Uploaded,
        source_type: new.source_type,
        source_url: new.source_url.as_deref().map(storable),
        page_count: None,
        error: None,
        created_at: now,
        updated_at: now,
    };
    let values = (
        documents::id.eq(IdCol(document.id)),
        documents::workspace_id.eq(workspace.0),
        documents::filename.eq(&document.filename),
        documents::mime.eq(&document.mime),
        documents::size.eq(CountCol(document.size)),
        documents::sha256.eq(BytesCol(*document.sha256.as_bytes())),
        documents::status.eq(EnumCol(document.status)),
        documents::source_type.eq(EnumCol(document.source_type)),
        documents::source_url.eq(document.source_url.as_deref()),
        documents::created_at.eq(TimeCol(now)),
        documents::updated_at.eq(TimeCol(now)),
    );
    let inserted = each_backend!(conn, |inner| diesel::insert_into(documents::table)
        .values(values)
        .on_conflict((documents::workspace_id, documents::sha256))
        .do_nothing()
        .execute(inner))?;
    if inserted > 0 {
        return Ok((document, false));
    }
    let there: DocumentRow = documents::table
        .filter(documents::workspace_id.eq(workspace.0))
        .filter(documents::sha256.eq(BytesCol(*new.sha256.as_bytes())))
        .select(DocumentRow::as_select())
        .first(conn)?;
    Ok((there.into(), true))
}

/// The workspace's document of that content.
pub fn find_by_content(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    sha256: &ContentHash,
) -> Result<Option<Document>, Error> {
    if !scope.sees(workspace) {
        return Ok(None);
    }
    let row: Option<DocumentRow> = documents::table
        .filter(documents::workspace_id.eq(workspace.0))
        .filter(documents::sha256.eq(BytesCol(*sha256.as_bytes())))
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Document::from))
}

/// One of the caller's documents.
pub fn find(conn: &mut AnyConnection, scope: &Scope, id: DocumentId) -> Result<Option<Document>, Error> {
    let row: Option<DocumentRow> = documents::table
        .filter(documents::id.eq(IdCol(id)))
        .filter(documents::workspace_id.eq_any(scope::workspaces(scope)))
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Document::from))
}

/// A page of a workspace's documents, newest first.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    request: PageRequest,
) -> Result<Page<Document>, Error> {
    if !scope.sees(workspace) {
        return Ok(Page::new(Vec::new(), request, 0));
    }
    let of_workspace = documents::workspace_id.eq(workspace.0);
    let total: i64 = documents::table.filter(of_workspace).count().get_result(conn)?;
    let rows: Vec<DocumentRow> = documents::table
        .filter(of_workspace)
        .order((documents::created_at.desc(), documents::id.desc()))
        .limit(request.limit())
        .offset(request.offset())
        .select(DocumentRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(Document::from).collect();
    Ok(Page::new(items, request, u64::try_from(total).unwrap_or(0)))
}

/// How far a document is, to be written down.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    Queued,
    Parsing,
    Parsed { page_count: u32 },
    Failed { error: &'a str },
}

/// Brings a document in step with its parsing.
pub(crate) fn set_progress(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    progress: Progress<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let (status, page_count, error) = match progress {
        Progress::Queued => (DocumentStatus::Queued, None, None),
        Progress::Parsing => (DocumentStatus::Parsing, None, None),
        Progress::Parsed { page_count } => (DocumentStatus::Parsed, Some(page_count), None),
        Progress::Failed { error } => (DocumentStatus::Failed, None, Some(storable(error))),
    };
    // What an earlier parsing counted stays until another has counted.
    let count = page_count.map(|count| documents::page_count.eq(CountCol(count)));
    let document = documents::table
        .filter(documents::id.eq(IdCol(id)))
        .filter(documents::workspace_id.eq(workspace.0));
    diesel::update(document)
        .set((
            documents::status.eq(EnumCol(status)),
            documents::error.eq(error),
            documents::updated_at.eq(TimeCol(now)),
            count,
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks documents from which values were extracted.
pub(crate) fn mark_processed(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    ids: &[DocumentId],
    now: Timestamp,
) -> Result<(), Error> {
    let parsed = documents::table
        .filter(documents::id.eq_any(ids.iter().copied().map(IdCol)))
        .filter(documents::workspace_id.eq(workspace.0))
        .filter(documents::status.eq(EnumCol(DocumentStatus::Parsed)));
    diesel::update(parsed)
        .set((
            documents::status.eq(EnumCol(DocumentStatus::Processed)),
            documents::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}
