//! XLSX: written to a file on a thread of its own, and sent from there.

use std::fs::File;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::evidence::Audit;
use domain::time::Timestamp;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::Value;
use storage::Db;
use tokio::io::AsyncReadExt;

use super::Extent;
use super::page::{Found, Pages, Whole};
use super::plan::Plan;
use crate::error::ApiError;
use crate::export::audit::Filenames;
use crate::export::metadata::{self, Facts, TemplateFacts};
use crate::export::xlsx::{Book, BookError};
use crate::state::AppState;

/// Sessions whose evidence is in memory at a time.
const PAGE: usize = 5;

/// Bytes that are read from the file at a time.
const PIECE: usize = 64 * 1024;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// The length of the workbook and its bytes.
pub(super) async fn write(
    state: &AppState,
    plan: Plan,
    extent: Extent,
) -> Result<(u64, BoxStream<'static, Result<Bytes, ApiError>>), ApiError> {
    let turn = Arc::clone(&state.workbooks).acquire_owned();
    let turn = tokio::time::timeout(PATIENCE, turn).await;
    let turn = turn
        .map_err(|_elapsed| ApiError::Busy)?
        .map_err(ApiError::internal)?;
    // Dropped with this future where the client goes away, which ends the work.
    let waiting = Arc::new(());
    let waited_for = Arc::downgrade(&waiting);
    let (db, now) = (state.db.clone(), state.now());
    #[expect(
        clippy::disallowed_methods,
        reason = "bounded by the turns; the database is only held while a page is read"
    )]
    let written = tokio::task::spawn_blocking(move || {
        let file = write_blocking(&db, plan, extent, now, &waited_for);
        drop(turn);
        file
    });
    let file = written.await.map_err(ApiError::internal)??;
    drop(waiting);
    let length = file.metadata().map_err(ApiError::internal)?.len();
    Ok((length, pieces(file)))
}

fn write_blocking(
    db: &Db,
    plan: Plan,
    extent: Extent,
    now: Timestamp,
    waited_for: &Weak<()>,
) -> Result<File, ApiError> {
    let template = plan.template.clone();
    let mut book = match extent {
        Extent::One => Book::of_one(now),
        Extent::Many => Book::of_many(now, &plan.table.header()),
    }?;
    let mut pages = Pages::new(plan, PAGE);
    while !pages.is_done() {
        if waited_for.strong_count() == 0 {
            return Err(ApiError::Busy);
        }
        let page = db.read_blocking(|conn| pages.next_whole(conn))?;
        for whole in page {
            add(&mut book, &pages, &template, extent, whole)?;
        }
    }
    Ok(book.finish()?)
}

fn add(book: &mut Book, pages: &Pages, template: &str, extent: Extent, whole: Whole) -> Result<(), ApiError> {
    let Whole { about, found } = whole;
    let Some(Found {
        mut result,
        schema,
        page_counts,
    }) = found
    else {
        book.rows([pages.table().row_without_values(&about)].into_iter())?;
        book.metadata(&about, metadata::session_rows(&about))?;
        return Ok(());
    };
    let data = result.data.take().unwrap_or(Value::Null);
    let audit: Audit =
        serde_json::from_value(result.audit.take().unwrap_or(Value::Null)).map_err(ApiError::internal)?;
    match extent {
        Extent::One => book.values(&schema.layout, &data)?,
        Extent::Many => book.rows(pages.table().rows(&about, &schema.layout, &data))?,
    }
    let names = result.document_refs.iter();
    let filenames: Filenames = names
        .map(|document| (document.document_id, document.filename.clone()))
        .collect();
    book.evidence(&about, &audit, &data, &filenames)?;
    let template = TemplateFacts {
        name: template.to_owned(),
        version_id: result.template_version_id,
        version_number: schema.number,
    };
    let facts = Facts {
        about: &about,
        result: &result,
        template: &template,
        page_counts: &page_counts,
        engines: &metadata::engines_of(&audit),
    };
    book.metadata(&about, metadata::result_rows(&facts))?;
    Ok(())
}

/// A file in pieces. It is gone when the last was sent, or the client is.
fn pieces(file: File) -> BoxStream<'static, Result<Bytes, ApiError>> {
    let pieces = stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let length = file.read_buf(&mut piece).await?;
        Ok::<_, io::Error>((length > 0).then(|| (piece.freeze(), file)))
    });
    pieces
        .map_err(ApiError::internal)
        .inspect_err(|error| tracing::error!(%error, "an export broke off"))
        .boxed()
}

impl From<BookError> for ApiError {
    fn from(error: BookError) -> Self {
        Self::internal(error)
    }
}
