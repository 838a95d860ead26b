//! Lists: each holds one thing of the story.

use domain::pagination::{Page, PageRequest};
use url::Url;

use super::ADDRESS;
use crate::wire::{Growing, GrowingLinks, GrowingMeta, Paged};

/// The only page of the list at that path. None where the path is none, which a test notices.
pub fn page<T>(path: &str, item: T) -> Option<Paged<T>> {
    let address: Url = format!("{ADDRESS}{path}").parse().ok()?;
    Some(Paged::new(
        Page::new(vec![item], PageRequest::default(), 1),
        &address,
    ))
}

/// The whole list at that path, which could grow.
pub fn growing<T>(path: &str, item: T) -> Growing<T> {
    let per_page = PageRequest::DEFAULT_PER_PAGE;
    let only = format!("{ADDRESS}{path}?page=1&per_page={per_page}");
    Growing {
        data: vec![item],
        links: GrowingLinks {
            first: only.clone(),
            last: Some(only),
            prev: None,
            next: None,
        },
        meta: GrowingMeta {
            current_page: Some(1),
            last_page: Some(1),
            per_page,
            total: Some(1),
            next_cursor: None,
        },
    }
}
