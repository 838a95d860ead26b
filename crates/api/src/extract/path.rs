//! Ids in the path.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::id::{Id, Kind, WorkspaceId};

use crate::error::ApiError;

/// The first id of the path. What cannot be an id names nothing: it is answered like an unknown one, with 404.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub T);

/// An id that can stand in a path.
pub trait PathSegment: Sized {
    /// What it names, in words.
    const NAME: &'static str;

    /// Reads the id.
    fn from_segment(segment: &str) -> Option<Self>;
}

impl<K: Kind> PathSegment for Id<K> {
    const NAME: &'static str = K::NAME;

    fn from_segment(segment: &str) -> Option<Self> {
        Self::from_str(segment).ok()
    }
}

impl PathSegment for WorkspaceId {
    const NAME: &'static str = "workspace";

    fn from_segment(segment: &str) -> Option<Self> {
        segment.parse().ok().map(Self)
    }
}

impl<T: PathSegment> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let segment = request.match_info().iter().next().map(|(_, value)| value);
        let id = segment.and_then(T::from_segment);
        ready(id.map(Self).ok_or(ApiError::NotFound(T::NAME)))
    }
}
