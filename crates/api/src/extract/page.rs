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

/// A page of a list that is sent as a whole where no page is asked for.
#[derive(Debug)]
pub struct PartPaging(pub Option<PageRequest>);

/// As they stand in the query.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PartParams {
    /// Number of the page, from 1. Without it and `per_page` the list is sent as a whole.
    #[param(minimum = 1, maximum = 1_000_000)]
    page: Option<u32>,
    /// Items a page; 15 where only `page` is given.
    #[param(minimum = 1, maximum = 100)]
    per_page: Option<u32>,
}

impl FromRequest for PartPaging {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let query = Query::<PartParams>::from_request(request, payload).into_inner();
        ready(query.and_then(|Query(params)| part(&params)))
    }
}

fn part(params: &PartParams) -> Result<PartPaging, ApiError> {
    let PartParams { page, per_page } = *params;
    let is_asked_for = page.is_some() || per_page.is_some();
    let part = is_asked_for.then(|| page_request(page, per_page));
    part.transpose().map(PartPaging)
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
