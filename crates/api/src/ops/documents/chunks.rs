//! The text of documents in pieces.

use domain::access::Scope;
use domain::document::DocumentStatus;
use domain::id::DocumentId;
use domain::pagination::{Page, PageRequest};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use storage::chunks::{ChunkList, StoredChunk};
use storage::{AnyConnection, Db};

use crate::error::ApiError;
use crate::extract::Requester;
use crate::state::AppState;

/// Chunks that are in memory at a time.
const AT_ONCE: u32 = 50;

/// Chunks as they are read.
pub type ChunkStream = BoxStream<'static, Result<Vec<StoredChunk>, ApiError>>;

/// All chunks of a document of the caller's, from its newest parsing, a few at a time: no transaction waits for a slow
/// client. The first are read at once, so that what fails there is answered as an error.
pub async fn all_chunks(state: &AppState, who: &Requester, id: DocumentId) -> Result<ChunkStream, ApiError> {
    let scope = who.scope().clone();
    let (reader, first) = state
        .db
        .read(move |conn| {
            let list = find_list(conn, &scope, id)?;
            let mut reader = Reader { scope, list, read: 0 };
            let first = reader.next(conn)?;
            Ok::<_, ApiError>((reader, first))
        })
        .await?;
    let rest = stream::try_unfold((state.db.clone(), reader), |(db, reader)| async move {
        let Some((reader, chunks)) = reader.read_on(&db).await? else {
            return Ok(None);
        };
        Ok(Some((chunks, (db, reader))))
    });
    // The answer has begun: all that is left is to break it off, so that nobody takes it for whole.
    let rest = rest.inspect_err(|error: &ApiError| tracing::error!(%error, "a list of chunks broke off"));
    Ok(stream::iter([Ok(first)]).chain(rest).boxed())
}

/// One page of the chunks of a document of the caller's.
pub async fn chunks(
    state: &AppState,
    who: &Requester,
    id: DocumentId,
    page: PageRequest,
) -> Result<Page<StoredChunk>, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let list = find_list(conn, &scope, id)?;
            // Behind the last there is none, however far.
            let from = u32::try_from(page.offset()).unwrap_or(u32::MAX);
            let chunks = storage::chunks::list(conn, &scope, &list, from, page.per_page())?;
            Ok(Page::new(chunks, page, u64::from(list.length)))
        })
        .await
}

/// Said where somebody is too early.
pub const NOT_READ: &str = "the document is not read yet; ask again when its status is parsed";

/// A document that was not read has no chunks, which is another thing than a document without text.
pub(super) fn find_list(
    conn: &mut AnyConnection,
    scope: &Scope,
    id: DocumentId,
) -> Result<ChunkList, ApiError> {
    let document = storage::documents::find(conn, scope, id)?.ok_or(ApiError::NotFound("document"))?;
    let list = storage::chunks::find_list(conn, scope, id)?;
    list.ok_or(match document.status {
        DocumentStatus::Failed => ApiError::Conflict("the document could not be read; its error says why"),
        _ => ApiError::Conflict(NOT_READ),
    })
}

/// A list that is read, as far as it is.
struct Reader {
    scope: Scope,
    list: ChunkList,
    read: u32,
}

impl Reader {
    /// The next chunks, and the reader behind them; none at the end.
    async fn read_on(mut self, db: &Db) -> Result<Option<(Self, Vec<StoredChunk>)>, ApiError> {
        if self.read >= self.list.length {
            return Ok(None);
        }
        db.read(move |conn| {
            let chunks = self.next(conn)?;
            Ok(Some((self, chunks)))
        })
        .await
    }

    fn next(&mut self, conn: &mut AnyConnection) -> Result<Vec<StoredChunk>, ApiError> {
        let chunks = storage::chunks::list(conn, &self.scope, &self.list, self.read, AT_ONCE)?;
        let wanted = AT_ONCE.min(self.list.length.saturating_sub(self.read));
        if u32::try_from(chunks.len()) != Ok(wanted) {
            return Err(ApiError::Conflict("the document was deleted meanwhile"));
        }
        self.read = self.read.saturating_add(wanted);
        Ok(chunks)
    }
}
