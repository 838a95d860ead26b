//! Which part of a list that grows is wanted.

mod cursor;
mod trail;

pub use trail::{Trail, TrailParams};

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::name::Name;
use domain::pagination::{Anchor, ListRequest, Sort};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use self::cursor::CursorSeal;
use super::page::page_request;
use super::{Query, state_of};
use crate::error::ApiError;

/// A part of a list that grows, within the limits. `S` is the status of its items: the parameter `status`, which the
/// handler describes beside [`ListParams`].
#[derive(Debug)]
pub struct Listing<S> {
    /// What is wanted.
    pub request: ListRequest<S>,
    /// By which address the list was reached.
    address: Url,
    seal: CursorSeal,
}

/// What is asked of every list that grows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Number of the page, from 1. Pages far back take longer than reading on by `cursor`.
    #[param(minimum = 1, maximum = 1_000_000, default = 1)]
    page: Option<u32>,
    /// Items a page.
    #[param(minimum = 1, maximum = 100, default = 15)]
    per_page: Option<u32>,
    /// Where to read on: `meta.next_cursor` of the answer before, or its `links.next`. Only with the filters and the
    /// order of that request, and without `page`.
    #[param(min_length = 1, max_length = 4096, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    /// The order; with `-` the other way round. `-created_at` where it is not said.
    sort: Option<Sort>,
    /// Only items whose name begins so, in any case of letters.
    #[param(min_length = 1, max_length = 255)]
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct StatusParam<S> {
    status: Option<S>,
}

impl<S> Listing<S> {
    /// The address of the list, as it was asked for.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// The cursor by which this list is read on from there.
    pub fn cursor(&self, anchor: &Anchor) -> String {
        self.seal.close(anchor)
    }
}

impl<S: DeserializeOwned + Serialize> FromRequest for Listing<S> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let shared = Query::<ListParams>::from_request(request, payload).into_inner();
        let status = Query::<StatusParam<S>>::from_request(request, payload).into_inner();
        ready(shared.and_then(|Query(params)| read(request, params, status?.0.status)))
    }
}

fn read<S: Serialize>(
    request: &HttpRequest,
    params: ListParams,
    status: Option<S>,
) -> Result<Listing<S>, ApiError> {
    let ListParams {
        page,
        per_page,
        cursor,
        sort,
        name,
    } = params;
    let size = page_request(page, per_page)?;
    let name = name_filter(name)?;
    if page.is_some() && cursor.is_some() {
        return Err(ApiError::field("cursor", "cannot be used together with page"));
    }
    let state = state_of(request)?;
    let sort = sort.unwrap_or_default();
    let seal = CursorSeal::new(
        &state.signer,
        request.path(),
        sort,
        status.as_ref(),
        name.as_deref(),
    );
    let after = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    Ok(Listing {
        request: ListRequest {
            page: size,
            after,
            sort,
            status,
            name,
        },
        address: state.address_of(request),
        seal,
    })
}

/// The filter by name, where it is of a length that names can have.
pub fn name_filter(name: Option<String>) -> Result<Option<String>, ApiError> {
    let fits = |name: &String| (1..=Name::MAX_CHARS).contains(&name.chars().count());
    match name {
        Some(name) if !fits(&name) => {
            let limits = format!("must be 1 to {} characters", Name::MAX_CHARS);
            Err(ApiError::field("name", limits))
        }
        name => Ok(name),
    }
}
