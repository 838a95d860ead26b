//! The text of documents in pieces, as the API lists them.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::access::Scope;
use domain::id::{ChunkId, ChunkKind, DocumentId, ParsingId, ParsingKind};
use domain::parsed::{Chunk, ChunkBlock};
use domain::parsing::ParsingStatus;

use crate::columns::{CountCol, EnumCol, IdCol, JsonCol};
use crate::connection::{AnyConnection, MultiBackend, each_backend};
use crate::error::Error;
use crate::schema::{chunks, parsings};
use crate::scope;

/// Rows a statement: PostgreSQL takes at most 65,535 values in one.
const BATCH: usize = 500;

/// A chunk with its id.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredChunk {
    /// Its id, the same whenever the document is parsed with the same settings.
    pub id: ChunkId,
    /// Which document it is a piece of.
    pub document_id: DocumentId,
    /// The piece.
    pub chunk: Chunk,
}

/// Which chunks of a document are listed: those of its latest parsing that succeeded. They do not change any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkList {
    document_id: DocumentId,
    /// Whose they are.
    pub parsing_id: ParsingId,
    /// How many there are.
    pub length: u32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chunks, check_for_backend(MultiBackend))]
struct ChunkRow {
    id: IdCol<ChunkKind>,
    chunk_index: CountCol<u32>,
    page_from: CountCol<u32>,
    page_to: CountCol<u32>,
    blocks: JsonCol<Vec<ChunkBlock>>,
    token_count: CountCol<u32>,
}

impl ChunkRow {
    fn of(self, document_id: DocumentId) -> StoredChunk {
        let Self {
            id,
            chunk_index,
            page_from,
            page_to,
            blocks,
            token_count,
        } = self;
        StoredChunk {
            id: id.0,
            document_id,
            chunk: Chunk {
                index: chunk_index.0,
                page_from: page_from.0,
                page_to: page_to.0,
                blocks: blocks.0,
                token_count: token_count.0,
            },
        }
    }
}

/// The list of chunks of one of the caller's documents. None before a parsing has succeeded.
pub fn find_list(
    conn: &mut AnyConnection,
    scope: &Scope,
    document: DocumentId,
) -> Result<Option<ChunkList>, Error> {
    let latest: Option<IdCol<ParsingKind>> = parsings::table
        .filter(parsings::document_id.eq(IdCol(document)))
        .filter(scope::within(parsings::workspace_id, scope))
        .filter(parsings::status.eq(EnumCol(ParsingStatus::Parsed)))
        .order((parsings::updated_at.desc(), parsings::id.desc()))
        .select(parsings::id)
        .first(conn)
        .optional()?;
    let Some(parsing) = latest else {
        return Ok(None);
    };
    // They are numbered from 0 without gaps: the last tells how many there are, whatever their number.
    let last: Option<CountCol<u32>> = chunks::table
        .filter(chunks::parsing_id.eq(parsing))
        .select(max(chunks::chunk_index))
        .first(conn)?;
    Ok(Some(ChunkList {
        document_id: document,
        parsing_id: parsing.0,
        length: last.map_or(0, |last| last.0.saturating_add(1)),
    }))
}

/// Chunks of a list in their order, from that index on, `limit` at most. None where the document is gone.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    from: &ChunkList,
    index: u32,
    limit: u32,
) -> Result<Vec<StoredChunk>, Error> {
    let rows: Vec<ChunkRow> = chunks::table
        .inner_join(parsings::table)
        .filter(scope::within(parsings::workspace_id, scope))
        .filter(chunks::parsing_id.eq(IdCol(from.parsing_id)))
        .filter(chunks::chunk_index.ge(CountCol(index)))
        .order(chunks::chunk_index)
        .limit(i64::from(limit))
        .select(ChunkRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.of(from.document_id)).collect())
}

/// Puts chunks in the place of those that an earlier try left.
pub(crate) fn replace(
    conn: &mut AnyConnection,
    parsing: ParsingId,
    document: DocumentId,
    config_hash: &str,
    new: &[Chunk],
) -> Result<(), Error> {
    diesel::delete(chunks::table.filter(chunks::parsing_id.eq(IdCol(parsing)))).execute(conn)?;
    for batch in new.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|chunk| {
                (
                    chunks::id.eq(IdCol(ChunkId::derive(document, config_hash, chunk.index))),
                    chunks::parsing_id.eq(IdCol(parsing)),
                    chunks::chunk_index.eq(CountCol(chunk.index)),
                    chunks::page_from.eq(CountCol(chunk.page_from)),
                    chunks::page_to.eq(CountCol(chunk.page_to)),
                    chunks::blocks.eq(JsonCol(chunk.blocks.clone())),
                    chunks::token_count.eq(CountCol(chunk.token_count)),
                )
            })
            .collect();
        each_backend!(conn, |inner| diesel::insert_into(chunks::table)
            .values(rows)
            .execute(inner))?;
    }
    Ok(())
}
