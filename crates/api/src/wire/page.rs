//! Pages as they are sent, and their pictures.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use parsing::PictureForm;
use serde::Serialize;
use storage::parsings::PageFacts;

use crate::extract::etag;

/// A page of a document, slide or sheet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Page)]
pub struct PageBody {
    /// From 1.
    pub number: u32,
    /// Width in points (1/72 inch), as the page is turned; null where the format lays out no pages.
    #[schema(example = 595.28)]
    pub width: Option<f64>,
    /// Height in points.
    #[schema(example = 841.89)]
    pub height: Option<f64>,
    /// How many words stand on it.
    #[schema(example = 214)]
    pub word_count: u32,
}

impl From<PageFacts> for PageBody {
    fn from(page: PageFacts) -> Self {
        let PageFacts {
            number,
            size,
            word_count,
        } = page;
        Self {
            number,
            width: size.map(|size| size.width),
            height: size.map(|size| size.height),
            word_count,
        }
    }
}

/// The bytes of a picture, for the document of the API.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PagePicture(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// A deleted document is gone at once: what is kept must be asked for.
const KEEPING: &str = "private, no-cache";

/// The picture of a page.
pub fn send_picture(form: PictureForm, revision: &str, picture: Bytes) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    describe(&mut response, revision);
    let media_type = match form {
        PictureForm::Png => "image/png",
        PictureForm::WebP => "image/webp",
    };
    response.insert_header((CONTENT_TYPE, media_type)).body(picture)
}

/// The client has the picture already.
pub fn unchanged_picture(revision: &str) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    describe(&mut response, revision);
    response.finish()
}

fn describe(response: &mut HttpResponseBuilder, revision: &str) {
    response
        .insert_header(etag(revision))
        .insert_header((CACHE_CONTROL, KEEPING))
        // The form follows from what the client takes.
        .insert_header((VARY, "Accept"));
}
