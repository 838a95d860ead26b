//! Which picture of a page is wanted: how wide, and in which form.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{Accept, Header};
use actix_web::{FromRequest, HttpRequest};
use parsing::PictureForm;
use serde::Deserialize;

use super::Query;
use crate::error::ApiError;

/// Pixels across that a page may have.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=4000;

/// An A4 page at 150 dpi.
const USUAL_WIDTH: u32 = 1240;

/// The width from the query, the form from `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureAsked {
    /// Pixels across.
    pub width: u32,
    /// How it is written.
    pub form: PictureForm,
}

/// As it stands in the query.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PictureParams {
    /// Pixels across; the height follows.
    #[param(minimum = 16, maximum = 4000, default = 1240)]
    width: Option<u32>,
}

impl FromRequest for PictureAsked {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Query::<PictureParams>::from_request(request, payload).into_inner();
        ready(query.and_then(|Query(params)| {
            let width = params.width.unwrap_or(USUAL_WIDTH);
            if !WIDTHS.contains(&width) {
                let (least, most) = (WIDTHS.start(), WIDTHS.end());
                return Err(ApiError::field("width", format!("must be {least} to {most}")));
            }
            Ok(Self {
                width,
                form: form(request),
            })
        }))
    }
}

/// WebP for those who name it and do not like PNG better; PNG for all others.
fn form(request: &HttpRequest) -> PictureForm {
    let Ok(accept) = Accept::parse(request) else {
        return PictureForm::Png;
    };
    // In the order in which they are liked.
    let liked = accept.ranked();
    let named = liked.iter().find_map(|kind| match kind.essence_str() {
        "image/webp" => Some(PictureForm::WebP),
        "image/png" => Some(PictureForm::Png),
        _ => None,
    });
    named.unwrap_or(PictureForm::Png)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn webp_is_for_those_who_like_it_best() {
        let cases = [
            ("", PictureForm::Png),
            ("*/*", PictureForm::Png),
            ("image/*", PictureForm::Png),
            ("image/png", PictureForm::Png),
            ("image/webp", PictureForm::WebP),
            ("image/avif,image/webp,image/apng,*/*;q=0.8", PictureForm::WebP),
            ("image/webp;q=0.5,image/png", PictureForm::Png),
            ("image/png;q=0.5,image/webp", PictureForm::WebP),
        ];
        for (accept, expected) in cases {
            let request = TestRequest::default()
                .insert_header((ACCEPT, accept))
                .to_http_request();
            assert_eq!(form(&request), expected, "{accept}");
        }
    }
}
