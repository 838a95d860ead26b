//! Documents of workspaces.

mod delete;
mod hold;

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::access::Scope;
use domain::document::{Document, DocumentStatus, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, DocumentKind, WorkspaceId};
use domain::name::Name;
use domain::pagination::{GrowingPage, ListRequest};
use domain::parsing::ParsingStatus;
use domain::time::Timestamp;

use crate::columns::{BytesCol, CountCol, EnumCol, IdCol, TimeCol, folded, storable};
use crate::connection::{AnyConnection, MultiBackend};
use crate::discarded::GOOD_FOR;
use crate::error::Error;
use crate::growing::{self, Place, in_order, matching};
use crate::schema::{documents, parsings, workspaces};
use crate::{discarded, scope};

pub use self::delete::delete;
pub use self::hold::hold;
pub(crate) use self::hold::hold_of_parsings;

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
    /// The document it came with, if it did not come by itself.
    pub parent_id: Option<DocumentId>,
    /// When its bytes were announced ([`crate::discarded::announce_document`]).
    pub announced_at: Timestamp,
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
    parent_id: Option<IdCol<DocumentKind>>,
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
            parent_id,
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
            parent_id: parent_id.map(|parent| parent.0),
            created_at: created_at.0,
            updated_at: updated_at.0,
        }
    }
}

/// Keeps a document, or returns the one that the workspace has with the same bytes, and whether it was reused. Of two that
/// come at once, one is reused. One that is reused may be deleted before it is attached, and is then not there.
///
/// [`Error::Busy`] where the bytes were not announced, or so long ago that they may be gone: announce and write them once
/// more.
pub fn insert_or_reuse(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewDocument,
    now: Timestamp,
) -> Result<(Document, bool), Error> {
    if let Some(there) = of_content(conn, workspace, &new.sha256)? {
        return Ok((there, true));
    }
    if !hold::hold_list(conn, workspace)? {
        return Err(Error::MissingReference);
    }
    // Another may have come while the list was theirs.
    if let Some(there) = of_content(conn, workspace, &new.sha256)? {
        return Ok((there, true));
    }
    let is_announced = discarded::claim_document(conn, workspace, new.sha256)?;
    if !is_announced || new.announced_at.plus(GOOD_FOR) < now {
        return Err(Error::Busy);
    }
    Ok((insert(conn, workspace, new, now)?, false))
}

fn insert(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    new: NewDocument,
    now: Timestamp,
) -> Result<Document, Error> {
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
        parent_id: new.parent_id,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(documents::table)
        .values((
            documents::id.eq(IdCol(document.id)),
            documents::workspace_id.eq(workspace.0),
            documents::filename.eq(&document.filename),
            documents::filename_folded.eq(folded(&document.filename)),
            documents::mime.eq(&document.mime),
            documents::size.eq(CountCol(document.size)),
            documents::sha256.eq(BytesCol(*document.sha256.as_bytes())),
            documents::status.eq(EnumCol(document.status)),
            documents::source_type.eq(EnumCol(document.source_type)),
            documents::source_url.eq(document.source_url.as_deref()),
            documents::parent_id.eq(document.parent_id.map(IdCol)),
            documents::created_at.eq(TimeCol(now)),
            documents::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    diesel::update(workspaces::table.find(workspace.0))
        .set(workspaces::document_count.eq(workspaces::document_count + 1))
        .execute(conn)?;
    Ok(document)
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
    of_content(conn, workspace, sha256)
}

fn of_content(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    sha256: &ContentHash,
) -> Result<Option<Document>, Error> {
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
        .filter(scope::within(documents::workspace_id, scope))
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Document::from))
}

/// The document of a signed URL, which is itself the proof that its bearer may read it.
pub fn find_signed(conn: &mut AnyConnection, id: DocumentId) -> Result<Option<Document>, Error> {
    let row: Option<DocumentRow> = documents::table
        .find(IdCol(id))
        .select(DocumentRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Document::from))
}

/// A part of a workspace's documents.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    request: &ListRequest<DocumentStatus>,
) -> Result<GrowingPage<Document>, Error> {
    if !scope.sees(workspace) {
        return Ok(GrowingPage::empty());
    }
    let rows = || {
        matching!(
            documents,
            filename_folded,
            documents::workspace_id.eq(workspace.0),
            request
        )
    };
    let total = if request.is_filtered() {
        growing::count(conn, rows().select(documents::id).limit(growing::most_counted()))?
    } else {
        let kept: Option<CountCol<u64>> = workspaces::table
            .find(workspace.0)
            .select(workspaces::document_count)
            .first(conn)
            .optional()?;
        Some(kept.map_or(0, |count| count.0))
    };
    let rows: Vec<(DocumentRow, String)> =
        in_order!(rows(), documents, DocumentKind, filename_folded, request)
            .limit(growing::limit(request))
            .offset(request.offset())
            .select((DocumentRow::as_select(), documents::filename_folded))
            .load(conn)?;
    let rows = rows.into_iter().map(|(row, folded)| {
        let place = Place {
            created_at: row.created_at.0,
            folded,
            id: row.id.0.as_uuid(),
        };
        (row.into(), place)
    });
    Ok(growing::page(rows.collect(), request, total))
}

/// How far a document is, to be written down.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Progress<'a> {
    Changed,
    Parsed { page_count: u32 },
    Failed { error: &'a str },
}

/// Brings a document in step with its parsings, of which one was just changed to this. What was read under one
/// configuration stays read, whatever becomes of others.
pub(crate) fn set_progress(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: DocumentId,
    progress: Progress<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(before) = hold::hold_progress(conn, workspace, id)? else {
        return Ok(());
    };
    let status = match furthest(conn, id)? {
        ParsingStatus::Parsed if before == DocumentStatus::Processed => DocumentStatus::Processed,
        ParsingStatus::Parsed => DocumentStatus::Parsed,
        ParsingStatus::Parsing => DocumentStatus::Parsing,
        ParsingStatus::Queued => DocumentStatus::Queued,
        ParsingStatus::Failed => DocumentStatus::Failed,
    };
    let error = match progress {
        Progress::Failed { error } if status == DocumentStatus::Failed => Some(storable(error)),
        _ => None,
    };
    // What an earlier parsing counted stays until another has counted.
    let count = match progress {
        Progress::Parsed { page_count } => Some(documents::page_count.eq(CountCol(page_count))),
        Progress::Changed | Progress::Failed { .. } => None,
    };
    diesel::update(documents::table.find(IdCol(id)))
        .set((
            documents::status.eq(EnumCol(status)),
            documents::error.eq(error),
            documents::updated_at.eq(TimeCol(now)),
            count,
        ))
        .execute(conn)?;
    Ok(())
}

/// How far the document came under the configuration under which it came furthest.
fn furthest(conn: &mut AnyConnection, id: DocumentId) -> Result<ParsingStatus, Error> {
    let statuses: Vec<EnumCol<ParsingStatus>> = parsings::table
        .filter(parsings::document_id.eq(IdCol(id)))
        .select(parsings::status)
        .load(conn)?;
    let order = [
        ParsingStatus::Parsed,
        ParsingStatus::Parsing,
        ParsingStatus::Queued,
    ];
    let has = |wanted: &ParsingStatus| statuses.iter().any(|status| status.0 == *wanted);
    Ok(order.into_iter().find(has).unwrap_or(ParsingStatus::Failed))
}

/// Marks documents from which values were extracted.
pub(crate) fn mark_processed(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    ids: &[DocumentId],
    now: Timestamp,
) -> Result<(), Error> {
    let wanted: BTreeSet<DocumentId> = ids.iter().copied().collect();
    // One after the other: two transactions take the rows in the same order.
    for id in wanted {
        hold::hold_progress(conn, workspace, id)?;
    }
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
