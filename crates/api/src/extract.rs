//! What handlers take: the caller, ids, bodies and queries, already checked.
//!
//! Who calls is found out in [`crate::middleware::authenticate`], before any of these runs. [`Caller`] therefore
//! answers at once, and as the first argument of a handler its 401 and 403 come before any 400 or 422.

pub mod ability;
mod caller;
mod conditions;
mod json;
mod listing;
mod page;
mod patch;
mod path;
mod picture;
mod problem;
mod query;
mod range;
mod signed;
mod upload;

pub use ability::AbilityMarker;
pub use caller::{Caller, Requester, Visitor};
pub use conditions::{IfMatch, IfNoneMatch, etag};
pub(crate) use json::read_body;
pub use json::{JsonBody, announced_length};
pub use listing::{ListParams, Listing, Trail, TrailParams, name_filter};
pub use page::{Paging, PagingParams, PartPaging, PartParams};
pub use patch::Patch;
pub use path::{InviteToken, PageNumber, PathId, PathIds, PathSegment};
pub use picture::{PictureAsked, PictureParams};
pub use query::Query;
pub use range::WantedBytes;
pub use signed::Permission;
pub use upload::{FileField, FileForm, JsonOrFile, UploadByKey, UploadForm};
pub(crate) use upload::{is_multipart, unreadable};

use actix_web::{HttpMessage, HttpRequest, web};
use domain::id::RequestId;

use crate::error::ApiError;
use crate::state::AppState;

/// What every handler can reach.
pub type State = web::Data<AppState>;

/// The state, for extractors.
fn state_of(request: &HttpRequest) -> Result<State, ApiError> {
    let state = request.app_data::<State>().cloned();
    state.ok_or_else(|| ApiError::internal("the application was built without its state"))
}

/// The request's id, put there by [`crate::middleware::context`].
pub(crate) fn request_id_of(request: &impl HttpMessage) -> RequestId {
    let known = request.extensions().get::<RequestId>().copied();
    known.unwrap_or_else(RequestId::generate)
}
