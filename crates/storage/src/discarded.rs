//! Bytes that nothing points at, until they are deleted.
//!
//! A blob is written before the row that points at it and deleted after that row, so that no row ever points at nothing.
//! What a row let go of is written down here in the transaction that deletes the row; the sweep deletes the bytes when
//! they have stood here for [`KEPT`]. By then nobody is at work any more who took them for granted: a parser that writes
//! what it read of a document that was deleted meanwhile, a run that reads what was parsed before. Ids are given once, so
//! that nothing comes back for which bytes were discarded by id (`parsed`, `workspace`).
//!
//! Bytes of documents have their place by their content, and may come back at any moment: somebody uploads again what was
//! just deleted. Nobody who does so loses them:
//!
//! 1. Whoever brings bytes announces them first ([`announce_document`]): writes the row here, or makes it as good as new.
//!    Then come the bytes, and then the document, in a transaction that takes the row away again
//!    ([`crate::documents::insert_or_reuse`]). It refuses where there is no row, or where more than [`GOOD_FOR`] has
//!    passed since its own announcement.
//! 2. The sweep holds the row while it looks whether there is such a document, deletes the bytes and forgets the row
//!    ([`take`]). It takes only rows that nobody has made as good as new for more than [`KEPT`], which is longer.
//!
//! So from an announcement on until its document is written the row is too young to be swept. An announcement that comes
//! while the sweep holds the row waits until the bytes are gone, and the new ones come after it. The two spans are apart
//! by more than the clocks of machines are.
//!
//! What breaks off anywhere leaves a row and perhaps bytes: the sweep takes both, or deletes what is not there, which is
//! as good. An upload that is announced and never becomes a document leaves nothing either.

use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::hash::ContentHash;
use domain::id::{ParsingId, WorkspaceId};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::columns::{BytesCol, EnumCol, IdCol, TimeCol};
use crate::connection::{AnyConnection, each_backend};
use crate::error::Error;
use crate::schema::{discarded_blobs, documents, parsings, workspaces};

/// So long after they were announced bytes may become a document.
pub const GOOD_FOR: Duration = Duration::from_hours(1);
/// So long bytes stay that nothing points at.
pub const KEPT: Duration = Duration::from_hours(2);

/// Bytes of a workspace that nothing points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discarded {
    /// Whose they were.
    pub workspace_id: WorkspaceId,
    /// Which.
    pub bytes: DiscardedBytes,
}

/// Which bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscardedBytes {
    /// Those of a document.
    Document(ContentHash),
    /// What was read out of one.
    Parsed(ParsingId),
    /// All that the workspace kept.
    Workspace,
}

/// What is to be done with what was discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Nothing: somebody else has it, or it was made as good as new.
    Nothing,
    /// Nothing: something points at the bytes again, and they are discarded no longer.
    Wanted,
    /// Delete the bytes, then [`forget`] them, in this transaction.
    Delete,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Document,
    Parsed,
    Workspace,
}

impl Discarded {
    /// The rest of the key under which it is written down.
    fn key(&self) -> (EnumCol<Kind>, String) {
        let (kind, name) = match self.bytes {
            DiscardedBytes::Document(sha256) => (Kind::Document, sha256.to_string()),
            DiscardedBytes::Parsed(parsing) => (Kind::Parsed, parsing.to_string()),
            DiscardedBytes::Workspace => (Kind::Workspace, String::new()),
        };
        (EnumCol(kind), name)
    }

    fn of_row((workspace, kind, name): (i64, EnumCol<Kind>, String)) -> Result<Self, Error> {
        let bytes = match kind.0 {
            Kind::Document => DiscardedBytes::Document(name.parse().map_err(unreadable)?),
            Kind::Parsed => DiscardedBytes::Parsed(name.parse().map_err(unreadable)?),
            Kind::Workspace => DiscardedBytes::Workspace,
        };
        Ok(Self {
            workspace_id: WorkspaceId(workspace),
            bytes,
        })
    }
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Inconsistent {
        column: "discarded_blobs.name".to_owned(),
        source: Box::new(error),
    }
}

/// Says that the bytes of a document are about to be written: they are nobody's until the document is. In a transaction
/// of its own, before the first byte.
pub fn announce_document(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    sha256: ContentHash,
    now: Timestamp,
) -> Result<(), Error> {
    discard(conn, workspace, DiscardedBytes::Document(sha256), now)
}

/// Takes the announcement of bytes back, for they become a document in this transaction. False where there was none.
pub(crate) fn claim_document(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    sha256: ContentHash,
) -> Result<bool, Error> {
    let announced = Discarded {
        workspace_id: workspace,
        bytes: DiscardedBytes::Document(sha256),
    };
    forget(conn, &announced)
}

/// Writes down that these bytes are to go. Call it in the transaction that deletes what pointed at them.
pub(crate) fn discard(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    bytes: DiscardedBytes,
    now: Timestamp,
) -> Result<(), Error> {
    let (kind, name) = Discarded {
        workspace_id: workspace,
        bytes,
    }
    .key();
    let values = (
        discarded_blobs::workspace_id.eq(workspace.0),
        discarded_blobs::kind.eq(kind),
        discarded_blobs::name.eq(name),
        discarded_blobs::created_at.eq(TimeCol(now)),
    );
    each_backend!(conn, |inner| diesel::insert_into(discarded_blobs::table)
        .values(values)
        .on_conflict((
            discarded_blobs::workspace_id,
            discarded_blobs::kind,
            discarded_blobs::name
        ))
        .do_update()
        .set(discarded_blobs::created_at.eq(TimeCol(now)))
        .execute(inner))?;
    Ok(())
}

/// Writes down that all bytes of a workspace are to go. Call it in the transaction that deletes the workspace.
pub fn discard_workspace(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<(), Error> {
    discard(conn, workspace, DiscardedBytes::Workspace, now)
}

/// What was discarded before that instant, whoever's it was, the longest ago first: for the sweep. Those that it could
/// not delete are passed over.
pub fn list_due_of_all_tenants(
    conn: &mut AnyConnection,
    before: Timestamp,
    pass_over: u32,
    limit: u32,
) -> Result<Vec<Discarded>, Error> {
    let rows: Vec<(i64, EnumCol<Kind>, String)> = discarded_blobs::table
        .filter(discarded_blobs::created_at.lt(TimeCol(before)))
        .order((
            discarded_blobs::created_at,
            discarded_blobs::workspace_id,
            discarded_blobs::kind,
            discarded_blobs::name,
        ))
        .offset(i64::from(pass_over))
        .limit(i64::from(limit))
        .select((
            discarded_blobs::workspace_id,
            discarded_blobs::kind,
            discarded_blobs::name,
        ))
        .load(conn)?;
    rows.into_iter().map(Discarded::of_row).collect()
}

/// Looks what is to be done with something that was discarded before that instant, and holds it until the transaction
/// ends. What others hold is left to them.
pub fn take(conn: &mut AnyConnection, discarded: &Discarded, before: Timestamp) -> Result<Taken, Error> {
    let (kind, name) = discarded.key();
    let row = discarded_blobs::table
        .filter(discarded_blobs::workspace_id.eq(discarded.workspace_id.0))
        .filter(discarded_blobs::kind.eq(kind))
        .filter(discarded_blobs::name.eq(name))
        .filter(discarded_blobs::created_at.lt(TimeCol(before)))
        .select(discarded_blobs::workspace_id);
    let held: Option<i64> = match conn {
        AnyConnection::Postgres(inner) => row.for_update().skip_locked().first(inner).optional()?,
        // The transaction holds the whole file.
        AnyConnection::Sqlite(inner) => row.first(inner).optional()?,
    };
    if held.is_none() {
        return Ok(Taken::Nothing);
    }
    if is_wanted(conn, discarded)? {
        forget(conn, discarded)?;
        return Ok(Taken::Wanted);
    }
    Ok(Taken::Delete)
}

fn is_wanted(conn: &mut AnyConnection, discarded: &Discarded) -> Result<bool, Error> {
    let workspace = discarded.workspace_id.0;
    let is_wanted = match discarded.bytes {
        DiscardedBytes::Document(sha256) => {
            let document = documents::table
                .filter(documents::workspace_id.eq(workspace))
                .filter(documents::sha256.eq(BytesCol(*sha256.as_bytes())));
            diesel::select(exists(document)).get_result(conn)?
        }
        DiscardedBytes::Parsed(parsing) => {
            let parsing = parsings::table.find(IdCol(parsing));
            diesel::select(exists(parsing)).get_result(conn)?
        }
        DiscardedBytes::Workspace => {
            diesel::select(exists(workspaces::table.find(workspace))).get_result(conn)?
        }
    };
    Ok(is_wanted)
}

/// The bytes are gone. False where nothing stood here of them.
pub fn forget(conn: &mut AnyConnection, discarded: &Discarded) -> Result<bool, Error> {
    let (kind, name) = discarded.key();
    let row = discarded_blobs::table
        .filter(discarded_blobs::workspace_id.eq(discarded.workspace_id.0))
        .filter(discarded_blobs::kind.eq(kind))
        .filter(discarded_blobs::name.eq(name));
    Ok(diesel::delete(row).execute(conn)? > 0)
}
