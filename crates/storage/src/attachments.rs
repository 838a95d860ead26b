//! Documents that came with others: files attached to a mail.
//!
//! They are known once the document that holds them was read. From then on they go wherever it goes: into the sessions to
//! which it is attached, and into the runs that wait for it.

use std::collections::HashSet;

use diesel::prelude::*;
use domain::document::Document;
use domain::id::{DocumentId, DocumentKind, ParsingId, SessionKind, WorkspaceId};
use domain::time::Timestamp;

use crate::columns::IdCol;
use crate::connection::{AnyConnection, each_backend};
use crate::error::Error;
use crate::schema::{attachments, documents, parsings, session_documents};
use crate::{documents as documents_of, results, sessions};

/// Attachments of attachments are documents down to this depth. What lies deeper is not taken out.
pub const DEEPEST: usize = 3;

/// Whether files attached to this document become documents themselves: not where it lies too deep in others.
pub fn may_have(conn: &mut AnyConnection, id: DocumentId) -> Result<bool, Error> {
    let mut level = vec![IdCol(id)];
    for _ in 0..DEEPEST {
        let parents: Vec<(IdCol<DocumentKind>, IdCol<DocumentKind>)> = attachments::table
            .filter(attachments::child_id.eq_any(&level))
            .select((attachments::child_id, attachments::parent_id))
            .load(conn)?;
        let has_parent: HashSet<DocumentId> = parents.iter().map(|(child, _)| child.0).collect();
        if level.iter().any(|document| !has_parent.contains(&document.0)) {
            return Ok(true);
        }
        level = parents.into_iter().map(|(_, parent)| parent).collect();
    }
    Ok(false)
}

/// Documents with what is attached to them, each behind the one it came with.
pub fn with_attachments(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    wanted: &[DocumentId],
) -> Result<Vec<DocumentId>, Error> {
    let mut all: Vec<DocumentId> = wanted.to_vec();
    let mut level = wanted.to_vec();
    for _ in 0..DEEPEST {
        if level.is_empty() {
            break;
        }
        let children: Vec<(IdCol<DocumentKind>, IdCol<DocumentKind>)> = attachments::table
            .inner_join(documents::table.on(documents::id.eq(attachments::child_id)))
            .filter(documents::workspace_id.eq(workspace.0))
            .filter(attachments::parent_id.eq_any(level.iter().copied().map(IdCol)))
            .order((attachments::parent_id, attachments::position))
            .select((attachments::parent_id, attachments::child_id))
            .load(conn)?;
        level.clear();
        // Backwards: each is put right behind its parent, before those that are there already.
        for (parent, child) in children.into_iter().rev() {
            if all.contains(&child.0) {
                continue;
            }
            let behind = all.iter().position(|id| *id == parent.0);
            all.insert(behind.map_or(all.len(), |at| at + 1), child.0);
            level.push(child.0);
        }
    }
    Ok(all)
}

/// Writes down what is attached to the document of a parsing, and takes it to where the document is: into its sessions,
/// and into the runs that wait for this parsing. The attached documents are there, with their parsings of the same
/// configuration. Call it before [`crate::parsings::complete`], in the same transaction.
pub fn link(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
    children: &[(Document, ParsingId)],
    now: Timestamp,
) -> Result<(), Error> {
    let parent: Option<IdCol<DocumentKind>> = parsings::table
        .filter(parsings::id.eq(IdCol(parsing)))
        .filter(parsings::workspace_id.eq(workspace.0))
        .select(parsings::document_id)
        .first(conn)
        .optional()?;
    let Some(parent) = parent else { return Ok(()) };
    let ids: Vec<DocumentId> = children.iter().map(|(document, _)| document.id).collect();
    documents_of::hold(conn, workspace, ids.iter().copied().chain([parent.0]))?;
    replace(conn, parent.0, &ids)?;
    for session in sessions_of(conn, parent.0)? {
        sessions::attach(conn, workspace, session, &ids, now)?;
    }
    results::add_inputs(conn, workspace, parsing, children, now)
}

fn replace(conn: &mut AnyConnection, parent: DocumentId, children: &[DocumentId]) -> Result<(), Error> {
    diesel::delete(attachments::table.filter(attachments::parent_id.eq(IdCol(parent)))).execute(conn)?;
    let rows: Vec<_> = (0_i64..)
        .zip(children)
        .map(|(position, child)| {
            (
                attachments::parent_id.eq(IdCol(parent)),
                attachments::child_id.eq(IdCol(*child)),
                attachments::position.eq(position),
            )
        })
        .collect();
    each_backend!(conn, |inner| diesel::insert_into(attachments::table)
        .values(rows)
        .execute(inner))?;
    Ok(())
}

/// In the order in which all transactions take them.
fn sessions_of(conn: &mut AnyConnection, document: DocumentId) -> Result<Vec<domain::id::SessionId>, Error> {
    let ids: Vec<IdCol<SessionKind>> = session_documents::table
        .filter(session_documents::document_id.eq(IdCol(document)))
        .order(session_documents::session_id)
        .select(session_documents::session_id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}
