//! Pages of lists.
//!
//! Small lists are read by the number of a page ([`PageRequest`]). Lists that grow without bound can also be read on from
//! an item ([`ListRequest`], [`Anchor`]): what that costs does not depend on how far back the item stands.

mod growing;

pub use growing::{Anchor, GrowingPage, ListRequest, MOST_COUNTED, Sort};

use serde::{Deserialize, Serialize};

/// Which page of a list is wanted. Made by [`PageRequest::new`], so it is always within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    page: u32,
    per_page: u32,
}

/// A page number or size outside the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The page is 0 or beyond [`PageRequest::MAX_PAGE`].
    #[error("page must be between 1 and {max}", max = PageRequest::MAX_PAGE)]
    Page,
    /// The size is 0 or beyond [`PageRequest::MAX_PER_PAGE`].
    #[error("per_page must be between 1 and {max}", max = PageRequest::MAX_PER_PAGE)]
    PerPage,
}

impl PageRequest {
    /// Size of a page when none is asked for.
    pub const DEFAULT_PER_PAGE: u32 = 15;
    /// Largest page.
    pub const MAX_PER_PAGE: u32 = 100;
    /// Highest page number: what lies beyond is reached by a cursor or a filter.
    pub const MAX_PAGE: u32 = 1_000_000;

    /// Checks page (from 1) and size against the limits; missing ones take their defaults.
    pub fn new(page: Option<u32>, per_page: Option<u32>) -> Result<Self, PageError> {
        let page = page.unwrap_or(1);
        let per_page = per_page.unwrap_or(Self::DEFAULT_PER_PAGE);
        if !(1..=Self::MAX_PAGE).contains(&page) {
            return Err(PageError::Page);
        }
        if !(1..=Self::MAX_PER_PAGE).contains(&per_page) {
            return Err(PageError::PerPage);
        }
        Ok(Self { page, per_page })
    }

    /// The page's number, from 1.
    pub const fn page(self) -> u32 {
        self.page
    }

    /// How many items a page holds.
    pub const fn per_page(self) -> u32 {
        self.per_page
    }

    /// How many items stand before this page.
    pub fn offset(self) -> i64 {
        (i64::from(self.page) - 1) * i64::from(self.per_page)
    }

    /// The number of the last page of a list of `total` items; 1 for an empty list.
    pub fn last_page(self, total: u64) -> u32 {
        let last = total.div_ceil(u64::from(self.per_page)).max(1);
        u32::try_from(last).unwrap_or(u32::MAX)
    }

    /// How many items to read.
    pub fn limit(self) -> i64 {
        i64::from(self.per_page)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            page: 1,
            per_page: Self::DEFAULT_PER_PAGE,
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where it stands in the list.
    pub meta: PageMeta,
}

/// Where a page stands in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageMeta {
    /// This page's number, from 1.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub current_page: u32,
    /// The last page's number; 1 for an empty list.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub last_page: u32,
    /// Items a page.
    #[cfg_attr(feature = "openapi", schema(example = 15))]
    pub per_page: u32,
    /// Items in the whole list.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub total: u64,
}

impl<T> Page<T> {
    /// A page with its place in a list of `total` items.
    pub fn new(items: Vec<T>, request: PageRequest, total: u64) -> Self {
        let meta = PageMeta {
            current_page: request.page,
            last_page: request.last_page(total),
            per_page: request.per_page,
            total,
        };
        Self { items, meta }
    }

    /// The same page of other things.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            meta: self.meta,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_one_page() {
        let page = Page::<u8>::new(Vec::new(), PageRequest::default(), 0);
        assert_eq!(
            page.meta,
            PageMeta {
                current_page: 1,
                last_page: 1,
                per_page: 15,
                total: 0
            }
        );
    }

    #[test]
    fn limits_are_kept() {
        assert_eq!(PageRequest::new(Some(0), None), Err(PageError::Page));
        assert_eq!(PageRequest::new(None, Some(101)), Err(PageError::PerPage));
        let third = PageRequest::new(Some(3), Some(10)).unwrap();
        assert_eq!((third.offset(), third.limit()), (20, 10));
        assert_eq!(Page::<u8>::new(Vec::new(), third, 21).meta.last_page, 3);
    }
}
