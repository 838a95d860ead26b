//! CSV and JSON, written while they are sent.

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use storage::{AnyConnection, Db};

use super::page::{Pages, Values};
use super::plan::Plan;
use crate::error::ApiError;
use crate::export::{csv, json};

/// Sessions whose values are in memory at a time.
const PAGE: usize = 25;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A table with a header.
    Csv,
    /// A list of objects.
    JsonList,
    /// The object of the one session.
    JsonObject,
}

/// The bytes of a file, a page at a time. The first is read at once, so that what fails there is answered as an error.
pub(super) async fn stream(
    db: Db,
    plan: Plan,
    shape: Shape,
) -> Result<BoxStream<'static, Result<Bytes, ApiError>>, ApiError> {
    let writer = Writer {
        pages: Pages::new(plan, PAGE),
        shape,
        is_first: true,
    };
    let (first, rest) = writer.next(&db).await?;
    let rest = stream::try_unfold((db, rest), |(db, writer)| async move {
        let Some(writer) = writer else { return Ok(None) };
        let (bytes, rest) = writer.next(&db).await?;
        Ok(Some((bytes, (db, rest))))
    });
    // The answer has begun: all that is left is to break it off, so that nobody takes it for whole.
    let rest = rest.inspect_err(|error: &ApiError| tracing::error!(%error, "an export broke off"));
    Ok(stream::iter([Ok(first)]).chain(rest).boxed())
}

/// A file that is written, as far as it is.
struct Writer {
    pages: Pages,
    shape: Shape,
    is_first: bool,
}

impl Writer {
    /// The next bytes, and the writer unless they are the last.
    async fn next(self, db: &Db) -> Result<(Bytes, Option<Self>), ApiError> {
        db.read(move |conn| self.write(conn)).await
    }

    fn write(mut self, conn: &mut AnyConnection) -> Result<(Bytes, Option<Self>), ApiError> {
        let page = self.pages.next_values(conn)?;
        let is_last = self.pages.is_done();
        let mut bytes = match self.shape {
            Shape::Csv => self.csv(&page)?,
            Shape::JsonList | Shape::JsonObject => self.json(page)?,
        };
        if is_last && self.shape == Shape::JsonList {
            bytes.push(b']');
        }
        self.is_first = false;
        Ok((bytes.into(), (!is_last).then_some(self)))
    }

    fn csv(&self, page: &[Values]) -> Result<Vec<u8>, ApiError> {
        let table = self.pages.table();
        let mut bytes = Vec::new();
        if self.is_first {
            bytes.extend_from_slice(csv::BYTE_ORDER_MARK.as_bytes());
            bytes.extend(csv::lines([table.header()]).map_err(ApiError::internal)?);
        }
        for values in page {
            let lines = match values.laid_out() {
                Some((layout, data)) => csv::lines(table.rows(&values.about, layout, data)),
                None => csv::lines([table.row_without_values(&values.about)]),
            };
            bytes.extend(lines.map_err(ApiError::internal)?);
        }
        Ok(bytes)
    }

    fn json(&self, page: Vec<Values>) -> Result<Vec<u8>, ApiError> {
        let opens_list = self.is_first && self.shape == Shape::JsonList;
        let mut bytes = Vec::from(if opens_list { "[" } else { "" });
        let items = page
            .into_iter()
            .map(|Values { about, data, .. }| json::ExportedSession::new(about, data));
        let items: Vec<_> = items.collect();
        bytes.extend(json::items(&items, self.is_first).map_err(ApiError::internal)?);
        Ok(bytes)
    }
}
