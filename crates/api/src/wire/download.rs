//! Files as they are sent.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::CONTENT_DISPOSITION;

use crate::ops::exports::Export;

/// An answer that is a file, to be kept and not to be shown.
pub fn download(export: Export) -> HttpResponse {
    let Export {
        format,
        name,
        length,
        body,
    } = export;
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.media_type())
        .insert_header((CONTENT_DISPOSITION, disposition));
    match length {
        Some(length) => response.body(SizedStream::new(length, body)),
        None => response.streaming(body),
    }
}
