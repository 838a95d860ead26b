//! Holding documents, on PostgreSQL; on SQLite a transaction that writes holds the whole file.
//!
//! Whoever works with a document, its parsings or its places in sessions keeps it from being deleted meanwhile, and does
//! so before holding any of these. Whoever deletes it has to wait for them all, and has everything to themselves then.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::document::DocumentStatus;
use domain::hash::ContentHash;
use domain::id::{DocumentId, DocumentKind, ParsingId, WorkspaceId};

use crate::columns::{BytesCol, EnumCol, IdCol};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::{documents, parsings, workspaces};

/// Holds the list of a workspace's documents: they come and go one after the other. Before any document is held. False
/// where there is no such workspace.
pub(super) fn hold_list(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<bool, Error> {
    let row = workspaces::table.find(workspace.0).select(workspaces::id);
    let found: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_no_key_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.is_some())
}

/// Keeps documents from being deleted until the transaction ends. Returns those that the workspace has.
pub fn hold(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: impl IntoIterator<Item = DocumentId>,
) -> Result<BTreeSet<DocumentId>, Error> {
    let own = documents::table
        .filter(documents::id.eq_any(wanted.into_iter().map(IdCol).collect::<Vec<_>>()))
        .filter(documents::workspace_id.eq(workspace.0))
        .order(documents::id)
        .select(documents::id);
    let found: Vec<IdCol<DocumentKind>> = match conn {
        AnyConnection::Postgres(inner) => own.for_key_share().load(inner)?,
        AnyConnection::Sqlite(inner) => own.load(inner)?,
    };
    Ok(found.into_iter().map(|id| id.0).collect())
}

/// [`hold`] for the documents of these parsings.
pub(crate) fn hold_of_parsings(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: &[ParsingId],
) -> Result<(), Error> {
    let AnyConnection::Postgres(inner) = conn else {
        return Ok(());
    };
    let read = parsings::table
        .filter(parsings::id.eq_any(wanted.iter().copied().map(IdCol)))
        .select(parsings::document_id);
    let _held: Vec<IdCol<DocumentKind>> = documents::table
        .filter(documents::id.eq_any(read))
        .filter(documents::workspace_id.eq(workspace.0))
        .order(documents::id)
        .select(documents::id)
        .for_key_share()
        .load(inner)?;
    Ok(())
}

/// Has the document to itself until the transaction ends, for it is deleted. Nothing where the workspace has no such
/// document, else the fingerprint of its bytes.
pub(super) fn hold_alone(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<Option<ContentHash>, Error> {
    let row = documents::table
        .filter(documents::id.eq(IdCol(id)))
        .filter(documents::workspace_id.eq(workspace.0))
        .select(documents::sha256);
    let found: Option<BytesCol> = match conn {
        AnyConnection::Postgres(inner) => row.for_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(found.map(|sha256| ContentHash::from_bytes(sha256.0)))
}

/// Holds the document's progress until the transaction ends: of two that change its parsings, the second sees what the
/// first did.
pub(super) fn hold_progress(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    id: DocumentId,
) -> Result<Option<DocumentStatus>, Error> {
    let row = documents::table
        .filter(documents::id.eq(IdCol(id)))
        .filter(documents::workspace_id.eq(workspace.0))
        .select(documents::status);
    let status: Option<EnumCol<DocumentStatus>> = match conn {
        AnyConnection::Postgres(inner) => row.for_no_key_update().first(inner).optional()?,
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    Ok(status.map(|status| status.0))
}
