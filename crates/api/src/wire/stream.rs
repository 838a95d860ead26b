//! Lists that are written while they are sent.

use actix_web::HttpResponse;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use serde::Serialize;

use crate::error::ApiError;
use crate::export::json;

/// The items of all parts as one JSON array.
pub fn streamed_list<T: Serialize + 'static>(
    parts: BoxStream<'static, Result<Vec<T>, ApiError>>,
) -> HttpResponse {
    // Until something was written, no comma is needed.
    let items = parts.try_filter(|items| std::future::ready(!items.is_empty()));
    let items = items.enumerate().map(|(index, items)| {
        let bytes = json::items(&items?, index == 0).map_err(ApiError::internal)?;
        Ok(Bytes::from(bytes))
    });
    let open = stream::iter([Ok(Bytes::from_static(b"["))]);
    let close = stream::iter([Ok::<_, ApiError>(Bytes::from_static(b"]"))]);
    HttpResponse::Ok()
        .content_type("application/json")
        .streaming(open.chain(items).chain(close))
}
