//! Files of users as they are sent.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use domain::document::Document;
use futures_util::TryStreamExt;
use storage::blobs::{BlobError, BlobReader};

use crate::attachment::attachment;
use crate::error::{ApiError, chain};
use crate::extract::etag;

/// Whatever a browser makes of the bytes, it makes it of them alone: no script, no form, no origin of ours.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// A deleted document is gone at once: what is kept must be asked for.
const KEEPING: &str = "private, no-cache";

/// The bytes of a file, for the document of the API.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct DocumentFile(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// The file of a document, or that range of it, piece by piece.
pub fn send_file(document: &Document, range: Option<Range<u64>>, bytes: BlobReader) -> HttpResponse {
    let BlobReader { size, bytes } = bytes;
    let length = range
        .as_ref()
        .map_or(size, |range| range.end.saturating_sub(range.start));
    let mut response = match range {
        None => HttpResponse::Ok(),
        Some(range) => {
            let mut response = HttpResponse::PartialContent();
            let last = range.end.saturating_sub(1);
            response.insert_header((CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start)));
            response
        }
    };
    describe(&mut response, document);
    response
        .insert_header((CONTENT_TYPE, document.mime.as_str()))
        .insert_header(attachment(&document.filename))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((ACCEPT_RANGES, "bytes"));
    // The answer has begun: all that is left is to break it off, so that nobody takes it for whole.
    let bytes = bytes
        .inspect_err(|error: &BlobError| tracing::error!(error = chain(error), "a download broke off"))
        .map_err(ApiError::from);
    response.body(SizedStream::new(length, bytes))
}

/// The client has the file already.
pub fn unchanged(document: &Document) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    describe(&mut response, document);
    response.finish()
}

fn describe(response: &mut HttpResponseBuilder, document: &Document) {
    response
        .insert_header(etag(&document.sha256.to_string()))
        .insert_header((CACHE_CONTROL, KEEPING));
}
