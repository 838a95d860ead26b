//! Lists that grow without bound.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PageRequest;
use crate::time::Timestamp;

/// Up to here the items that match a filter are counted; beyond, the count costs more than the page.
pub const MOST_COUNTED: u64 = 10_000;

/// The order of a list. Items that are equal in it stand in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sort {
    /// The oldest first.
    #[serde(rename = "created_at")]
    Oldest,
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    Newest,
    /// By name, from A to Z, in any case of letters.
    #[serde(rename = "name")]
    Name,
    /// By name, from Z to A.
    #[serde(rename = "-name")]
    NameBackwards,
}

impl Sort {
    /// The order as it is asked for: `-created_at`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oldest => "created_at",
            Self::Newest => "-created_at",
            Self::Name => "name",
            Self::NameBackwards => "-name",
        }
    }
}

/// The item after which a list is read on: its place in the order that was asked for. The item itself may be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// In an order by age.
    Age {
        /// When it was made.
        created_at: Timestamp,
        /// Its id.
        id: Uuid,
    },
    /// In an order by name.
    Name {
        /// Its name, as the list is sorted.
        folded: String,
        /// Its id.
        id: Uuid,
    },
}

/// Which part of a list that grows is wanted. `S` is the status of its items; of the audit trail, what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest<S> {
    /// How many items, and from which page on. The page's number has no meaning beside `after`.
    pub page: PageRequest,
    /// Where to read on, instead of a page's number. Of the kind that goes with `sort`; another one is not looked at.
    pub after: Option<Anchor>,
    /// In which order.
    pub sort: Sort,
    /// Only items of that status.
    pub status: Option<S>,
    /// Only items whose name begins so, in any case of letters.
    pub name: Option<String>,
}

impl<S> ListRequest<S> {
    /// Whether items are left out, so that their number is not that of the whole list.
    pub fn is_filtered(&self) -> bool {
        self.status.is_some() || self.name.is_some()
    }

    /// How many items stand before the page and after the anchor.
    pub fn offset(&self) -> i64 {
        match self.after {
            Some(_) => 0,
            None => self.page.offset(),
        }
    }
}

impl<S> Default for ListRequest<S> {
    fn default() -> Self {
        Self {
            page: PageRequest::default(),
            after: None,
            sort: Sort::default(),
            status: None,
            name: None,
        }
    }
}

/// A part of a list that grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowingPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to read on; none at the end of the list.
    pub next: Option<Anchor>,
    /// Items in the whole list, those that match where a filter was given. None where more than [`MOST_COUNTED`] match.
    pub total: Option<u64>,
}

impl<T> GrowingPage<T> {
    /// A list without items.
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
            total: Some(0),
        }
    }

    /// The same part of a list of other things.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> GrowingPage<U> {
        GrowingPage {
            items: self.items.into_iter().map(convert).collect(),
            next: self.next,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_called_what_it_is_read_from() {
        for sort in [Sort::Oldest, Sort::Newest, Sort::Name, Sort::NameBackwards] {
            assert_eq!(serde_json::to_value(sort).unwrap(), sort.name());
        }
    }
}
