//! Which page of a list is wanted.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::pagination::{PageError, PageRequest};
use serde::Deserialize;

use super::Query;
use crate::error::ApiError;

/// The parameters `page` and `per_page`, within their limits.
#[derive(Debug)]
pub struct Paging(pub PageRequest);

/// As they stand in the query.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PagingParams {
    /// Number of the page, from 1.
    #[param(minimum = 1, maximum = 1_000_000, default = 1)]
    page: Option<u32>,
    /// Items a page.
    #[param(minimum = 1, maximum = 100, default = 15)]
    per_page: Option<u32>,
}

impl FromRequest for Paging {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Query::<PagingParams>::from_request(request, payload).into_inner();
        ready(query.and_then(|Query(params)| within_limits(&params)))
    }
}

fn within_limits(params: &PagingParams) -> Result<Paging, ApiError> {
    page_request(params.page, params.per_page).map(Paging)
}

/// The page, where number and size are within their limits.
pub(super) fn page_request(page: Option<u32>, per_page: Option<u32>) -> Result<PageRequest, ApiError> {
    PageRequest::new(page, per_page).map_err(|error| match error {
        PageError::Page => ApiError::field("page", message_of(error)),
        PageError::PerPage => ApiError::field("per_page", message_of(error)),
    })
}

/// The field's name stands before the message already.
fn message_of(error: PageError) -> String {
    let text = error.to_string();
    let rest = text.split_once(' ').map(|(_, rest)| rest.to_owned());
    rest.unwrap_or(text)
}
