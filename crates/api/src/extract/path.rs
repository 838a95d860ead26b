//! Ids in the path.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::id::{Id, InviteId, Kind, UserId, WorkspaceId};

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

macro_rules! counted {
    ($($id:ident = $name:literal;)*) => {$(
        impl PathSegment for $id {
            const NAME: &'static str = $name;

            fn from_segment(segment: &str) -> Option<Self> {
                segment.parse().ok().map(Self)
            }
        }
    )*};
}

counted! {
    WorkspaceId = "workspace";
    UserId = "user";
    InviteId = "invitation";
}

/// Number of a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber(pub u32);

impl PathSegment for PageNumber {
    const NAME: &'static str = "page";

    fn from_segment(segment: &str) -> Option<Self> {
        segment.parse().ok().filter(|number| *number > 0).map(Self)
    }
}

/// The last part of an invitation's link, as it was sent. Prints nothing of itself: whoever has it can accept.
#[derive(Clone)]
pub struct InviteToken(pub String);

impl std::fmt::Debug for InviteToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteToken(redacted)")
    }
}

impl PathSegment for InviteToken {
    const NAME: &'static str = "invitation";

    fn from_segment(segment: &str) -> Option<Self> {
        Some(Self(segment.to_owned()))
    }
}

/// Both ids of the path, in its order.
#[derive(Debug, Clone, Copy)]
pub struct PathIds<A, B>(pub A, pub B);

impl<T: PathSegment> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(id_at(request, 0).map(Self))
    }
}

impl<A: PathSegment, B: PathSegment> FromRequest for PathIds<A, B> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let first = id_at(request, 0);
        ready(first.and_then(|first| Ok(Self(first, id_at(request, 1)?))))
    }
}

fn id_at<T: PathSegment>(request: &HttpRequest, index: usize) -> Result<T, ApiError> {
    let segment = request.match_info().iter().nth(index).map(|(_, value)| value);
    let id = segment.and_then(T::from_segment);
    id.ok_or(ApiError::NotFound(T::NAME))
}
