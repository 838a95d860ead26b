//! Which bytes of a file are wanted: `Range`, as far as `If-Range` lets it.

use std::future::{Ready, ready};
use std::ops::Range;

use actix_web::dev::Payload;
use actix_web::http::header::{self, ByteRangeSpec, EntityTag, Header, IfRange};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::error::ApiError;

/// The one range of bytes that is wanted; the whole where none is named, or more than one, or one of another unit.
#[derive(Debug)]
pub struct WantedBytes {
    range: Option<ByteRangeSpec>,
    /// The range holds for this state only.
    of: Option<IfRange>,
}

impl WantedBytes {
    /// The range within a file of that length and state; none for the whole.
    pub fn within(&self, size: u64, revision: &str) -> Result<Option<Range<u64>>, ApiError> {
        let Some(range) = self.range.as_ref().filter(|_| self.is_of(revision)) else {
            return Ok(None);
        };
        let (first, last) = range
            .to_satisfiable_range(size)
            .ok_or(ApiError::RangeNotSatisfiable { size })?;
        Ok(Some(first..last.saturating_add(1)))
    }

    /// A date is never that of a state: files have none here.
    fn is_of(&self, revision: &str) -> bool {
        match &self.of {
            None => true,
            Some(IfRange::EntityTag(known)) => known.strong_eq(&EntityTag::new_strong(revision.to_owned())),
            Some(IfRange::Date(_)) => false,
        }
    }
}

impl FromRequest for WantedBytes {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            range: request.get_header().and_then(the_only_one),
            of: if_range(request),
        }))
    }
}

fn the_only_one(range: header::Range) -> Option<ByteRangeSpec> {
    match range {
        header::Range::Bytes(ranges) => <[ByteRangeSpec; 1]>::try_from(ranges).ok().map(|[range]| range),
        header::Range::Unregistered(..) => None,
    }
}

/// What names no state cannot name the present one.
fn if_range(request: &HttpRequest) -> Option<IfRange> {
    let nothing = || IfRange::EntityTag(EntityTag::new_weak(String::new()));
    request
        .headers()
        .contains_key(header::IF_RANGE)
        .then(|| IfRange::parse(request).unwrap_or_else(|_error| nothing()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn wanted(headers: &[(&str, &str)]) -> Result<Option<Range<u64>>, ApiError> {
        let mut request = TestRequest::default();
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        let wanted = WantedBytes::extract(&request.to_http_request()).await.unwrap();
        wanted.within(10, "a")
    }

    #[actix_web::test]
    async fn one_range_is_taken_and_cut_at_the_end() {
        for (value, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("bytes=-3", 7..10),
            ("bytes=5-99", 5..10),
            ("bytes=-99", 0..10),
        ] {
            assert_eq!(
                wanted(&[("range", value)]).await.unwrap(),
                Some(expected),
                "{value}"
            );
        }
        for value in ["bytes=10-", "bytes=-0", "bytes=18446744073709551615-"] {
            let refused = wanted(&[("range", value)]).await;
            assert!(
                matches!(refused, Err(ApiError::RangeNotSatisfiable { size: 10 })),
                "{value}"
            );
        }
    }

    #[actix_web::test]
    async fn what_is_no_single_range_of_bytes_is_the_whole() {
        for value in ["bytes=0-1,4-5", "bytes=5-2", "bytes=x", "bytes=", "lines=1-2", ""] {
            assert_eq!(wanted(&[("range", value)]).await.unwrap(), None, "{value}");
        }
    }

    #[actix_web::test]
    async fn a_range_of_another_state_is_the_whole() {
        for (value, is_of_it) in [
            ("\"a\"", true),
            ("\"b\"", false),
            ("W/\"a\"", false),
            ("Wed, 04 Mar 2026 12:00:00 GMT", false),
            ("rubbish", false),
        ] {
            let range = wanted(&[("range", "bytes=0-1"), ("if-range", value)])
                .await
                .unwrap();
            assert_eq!(range.is_some(), is_of_it, "{value}");
        }
    }
}
