//! The envelopes of lists.

use domain::pagination::{Page, PageMeta};
use serde::Serialize;
use url::Url;

/// A list that is sent as a whole.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Data<T> {
    /// The items.
    pub data: Vec<T>,
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Paged<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// Where the other pages are.
    pub links: PageLinks,
    /// Where this page stands.
    pub meta: PageMeta,
}

/// Addresses of other pages of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PageLinks {
    /// The first page.
    pub first: String,
    /// The last page.
    pub last: String,
    /// The page before; null on the first.
    pub prev: Option<String>,
    /// The page after; null on the last.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// The page as it is sent. `address` is that of the list; its query is kept but for the page's number.
    pub fn new(page: Page<T>, address: &Url) -> Self {
        let meta = page.meta;
        let at = |number: u32| address_of_page(address, number, meta.per_page);
        let links = PageLinks {
            first: at(1),
            last: at(meta.last_page),
            prev: (meta.current_page > 1).then(|| at((meta.current_page - 1).min(meta.last_page))),
            next: (meta.current_page < meta.last_page).then(|| at(meta.current_page.saturating_add(1))),
        };
        Self {
            data: page.items,
            links,
            meta,
        }
    }
}

impl PageLinks {
    /// The same as a `Link` header (RFC 8288): for lists that are sent without an envelope.
    pub fn header(&self) -> String {
        let Self {
            first,
            last,
            prev,
            next,
        } = self;
        let all = [
            (Some(first), "first"),
            (prev.as_ref(), "prev"),
            (next.as_ref(), "next"),
            (Some(last), "last"),
        ];
        let links = all
            .into_iter()
            .filter_map(|(url, relation)| Some(format!("<{}>; rel=\"{relation}\"", url?)));
        links.collect::<Vec<String>>().join(", ")
    }
}

fn address_of_page(list: &Url, number: u32, per_page: u32) -> String {
    let wanted = [("page", number.to_string()), ("per_page", per_page.to_string())];
    with_query(list, wanted)
}

/// The list's address with another part asked for; the rest of its query is kept.
pub(super) fn with_query(list: &Url, wanted: [(&str, String); 2]) -> String {
    let kept: Vec<(String, String)> = list
        .query_pairs()
        .filter(|(name, _)| !matches!(name.as_ref(), "page" | "per_page" | "cursor"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut address = list.clone();
    address
        .query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(wanted);
    address.into()
}

#[cfg(test)]
mod tests {
    use domain::pagination::PageRequest;

    use super::*;

    #[test]
    fn links_keep_the_rest_of_the_query() {
        let address: Url = "http://host/list?status=failed&page=2".parse().unwrap();
        let page = Page::new(vec![1], PageRequest::new(Some(2), Some(10)).unwrap(), 21);
        let links = Paged::new(page, &address).links;
        assert_eq!(
            links.prev.unwrap(),
            "http://host/list?status=failed&page=1&per_page=10"
        );
        assert_eq!(
            links.next.unwrap(),
            "http://host/list?status=failed&page=3&per_page=10"
        );
    }

    #[test]
    fn beyond_the_last_page_one_is_led_back() {
        let address: Url = "http://host/list".parse().unwrap();
        let page = Page::<u8>::new(vec![], PageRequest::new(Some(9), None).unwrap(), 1);
        let links = Paged::new(page, &address).links;
        assert_eq!(links.prev.as_deref(), Some("http://host/list?page=1&per_page=15"));
        assert!(links.next.is_none());
        let header = "<http://host/list?page=1&per_page=15>; rel=\"first\", \
                      <http://host/list?page=1&per_page=15>; rel=\"prev\", \
                      <http://host/list?page=1&per_page=15>; rel=\"last\"";
        assert_eq!(links.header(), header);
    }
}
