//! The envelope of lists that grow.

use domain::pagination::{GrowingPage, PageRequest};
use serde::Serialize;

use super::list::with_query;
use crate::extract::Listing;

/// A part of a list that grows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Growing<T> {
    /// The items.
    pub data: Vec<T>,
    /// Where the other parts are.
    pub links: GrowingLinks,
    /// Where this part stands.
    pub meta: GrowingMeta,
}

/// Addresses of other parts of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GrowingLinks {
    /// The first page.
    pub first: String,
    /// The last page; null where its number is not known.
    pub last: Option<String>,
    /// The page before; null on the first, and where a cursor was used.
    pub prev: Option<String>,
    /// What comes next, by cursor where a cursor was used; null at the end.
    pub next: Option<String>,
}

/// Where a part of a list stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GrowingMeta {
    /// This page's number, from 1; null where a cursor was used.
    #[schema(example = 1)]
    pub current_page: Option<u32>,
    /// The last page's number, 1 for an empty list; null where a cursor was used or `total` is null.
    #[schema(example = 1)]
    pub last_page: Option<u32>,
    /// Items a page.
    #[schema(example = 15)]
    pub per_page: u32,
    /// Items in the whole list, or those that match the filters. Matches are counted up to 10,000: null beyond.
    #[schema(example = 3)]
    pub total: Option<u64>,
    /// The cursor with which to read on; null at the end.
    pub next_cursor: Option<String>,
}

impl<T> Growing<T> {
    /// The part as it is sent: the answer to `listing`.
    pub fn new<S>(page: GrowingPage<T>, listing: &Listing<S>) -> Self {
        let GrowingPage { items, next, total } = page;
        let size = listing.request.page;
        let next_cursor = next.map(|anchor| listing.cursor(&anchor));
        let current_page = listing.request.after.is_none().then(|| size.page());
        let last_page = current_page.and(total).map(|total| size.last_page(total));
        let meta = GrowingMeta {
            current_page,
            last_page,
            per_page: size.per_page(),
            total,
            next_cursor,
        };
        Self {
            data: items,
            links: links(&meta, listing),
            meta,
        }
    }
}

fn links<S>(meta: &GrowingMeta, listing: &Listing<S>) -> GrowingLinks {
    let per_page = ("per_page", meta.per_page.to_string());
    let by = |name, value: String| with_query(listing.address(), [(name, value), per_page.clone()]);
    let page = |number: u32| by("page", number.to_string());
    // Beyond the highest number a cursor leads on.
    let by_number = meta.current_page.filter(|number| *number < PageRequest::MAX_PAGE);
    let next = |cursor: String| match by_number {
        Some(number) => page(number.saturating_add(1)),
        None => by("cursor", cursor),
    };
    let before = meta.current_page.filter(|number| *number > 1);
    GrowingLinks {
        first: page(1),
        last: meta
            .last_page
            .filter(|number| *number <= PageRequest::MAX_PAGE)
            .map(page),
        prev: before.map(|number| page((number - 1).min(meta.last_page.unwrap_or(number)))),
        next: meta.next_cursor.clone().map(next),
    }
}
