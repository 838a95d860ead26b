//! Cursors: where to read on in a list, given away sealed.
//!
//! A cursor is good for the list it came from, with the same filters and order: that is what it stands in. The tag
//! keeps it from being made up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::pagination::{Anchor, Sort};
use serde::Serialize;

use crate::error::ApiError;
use crate::signing::{TAG_BYTES, UrlSigner};

/// Seals the cursors of one list.
#[derive(Debug)]
pub(super) struct CursorSeal {
    signer: UrlSigner,
    /// Path, order and filters of the list.
    list: String,
}

/// What a cursor is bound to. Written as JSON, in which no two lists look alike.
#[derive(Serialize)]
struct List<'a, S> {
    path: &'a str,
    sort: Sort,
    status: Option<&'a S>,
    name: Option<&'a str>,
}

impl CursorSeal {
    const PURPOSE: &'static str = "cursor";

    pub(super) fn new<S: Serialize>(
        signer: &UrlSigner,
        path: &str,
        sort: Sort,
        status: Option<&S>,
        name: Option<&str>,
    ) -> Self {
        let list = List {
            path,
            sort,
            status,
            name,
        };
        Self {
            signer: signer.clone(),
            // Texts and unit variants always have a JSON form.
            list: serde_json::to_string(&list).unwrap_or_default(),
        }
    }

    pub(super) fn close(&self, anchor: &Anchor) -> String {
        let anchor = serde_json::to_vec(anchor).unwrap_or_default();
        let mut cursor = self.signer.tag(Self::PURPOSE, &self.parts(&anchor)).to_vec();
        cursor.extend(anchor);
        URL_SAFE_NO_PAD.encode(cursor)
    }

    pub(super) fn open(&self, cursor: &str) -> Result<Anchor, ApiError> {
        self.read(cursor).ok_or_else(|| {
            let message = "is not a cursor of this list with this order and these filters";
            ApiError::field("cursor", message)
        })
    }

    fn read(&self, cursor: &str) -> Option<Anchor> {
        let cursor = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, anchor) = cursor.split_at_checked(TAG_BYTES)?;
        self.signer
            .verify_tag(Self::PURPOSE, &self.parts(anchor), tag)
            .ok()?;
        serde_json::from_slice(anchor).ok()
    }

    fn parts<'a>(&'a self, anchor: &'a [u8]) -> [&'a [u8]; 2] {
        [self.list.as_bytes(), anchor]
    }
}
