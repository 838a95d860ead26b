//! What a result reads.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::document::Document;
use domain::id::{ParsingId, ResultId, ResultKind, WorkspaceId};
use domain::result::DocumentRef;
use domain::time::Timestamp;

use super::release;
use crate::columns::{IdCol, JsonCol, TimeCol};
use crate::connection::{AnyConnection, each_backend};
use crate::error::Error;
use crate::schema::{result_parsings, results};

/// Rows a statement: PostgreSQL takes at most 65,535 values in one.
const BATCH: usize = 500;

/// Writes down what a result reads, from that position on.
pub(super) fn insert(
    conn: &mut AnyConnection,
    id: ResultId,
    first: i64,
    parsings: &[ParsingId],
) -> Result<(), Error> {
    let rows: Vec<_> = (first..)
        .zip(parsings)
        .map(|(position, parsing)| {
            (
                result_parsings::result_id.eq(IdCol(id)),
                result_parsings::position.eq(position),
                result_parsings::parsing_id.eq(IdCol(*parsing)),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        let batch = batch.to_vec();
        each_backend!(conn, |inner| diesel::insert_into(result_parsings::table)
            .values(batch)
            .execute(inner))?;
    }
    Ok(())
}

/// Has the results that wait for a parsing read these documents, too, behind what they read already.
pub(crate) fn add(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    parsing: ParsingId,
    documents: &[(Document, ParsingId)],
    now: Timestamp,
) -> Result<(), Error> {
    for result in release::hold_waiting(conn, workspace, &[parsing])?.results() {
        add_to(conn, result, documents, now)?;
    }
    Ok(())
}

fn add_to(
    conn: &mut AnyConnection,
    result: IdCol<ResultKind>,
    documents: &[(Document, ParsingId)],
    now: Timestamp,
) -> Result<(), Error> {
    let mut refs: JsonCol<Vec<DocumentRef>> = results::table
        .find(result)
        .select(results::document_refs)
        .first(conn)?;
    let is_new = |document: &Document| refs.0.iter().all(|known| known.document_id != document.id);
    let new: Vec<&(Document, ParsingId)> = documents
        .iter()
        .filter(|(document, _)| is_new(document))
        .collect();
    let last: Option<i64> = result_parsings::table
        .filter(result_parsings::result_id.eq(result))
        .select(max(result_parsings::position))
        .first(conn)?;
    let parsings: Vec<ParsingId> = new.iter().map(|(_, parsing)| *parsing).collect();
    insert(conn, result.0, last.map_or(0, |last| last + 1), &parsings)?;
    refs.0
        .extend(new.iter().map(|(document, _)| DocumentRef::from(document)));
    diesel::update(results::table.find(result))
        .set((
            results::document_refs.eq(refs),
            results::updated_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(())
}
