//! Which part of an audit trail is wanted.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::event::Action;
use serde::Deserialize;

use super::{ListParams, Listing, read};
use crate::error::ApiError;
use crate::extract::Query;

/// A part of an audit trail, within the limits. There is one order: the newest first.
#[derive(Debug)]
pub struct Trail(pub Listing<Action>);

/// What is asked of an audit trail.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrailParams {
    /// Number of the page, from 1. Pages far back take longer than reading on by `cursor`.
    #[param(minimum = 1, maximum = 1_000_000, default = 1)]
    page: Option<u32>,
    /// Items a page.
    #[param(minimum = 1, maximum = 100, default = 15)]
    per_page: Option<u32>,
    /// Where to read on: `meta.next_cursor` of the answer before, or its `links.next`. Only with the filter of that
    /// request, and without `page`.
    #[param(min_length = 1, max_length = 4096, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    /// Only entries of that action.
    action: Option<Action>,
}

impl FromRequest for Trail {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let params = Query::<TrailParams>::from_request(request, payload).into_inner();
        ready(params.and_then(|Query(params)| {
            let TrailParams {
                page,
                per_page,
                cursor,
                action,
            } = params;
            let params = ListParams {
                page,
                per_page,
                cursor,
                sort: None,
                name: None,
            };
            read(request, params, action).map(Self)
        }))
    }
}
