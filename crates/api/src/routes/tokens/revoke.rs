//! `DELETE /tokens/{tokenId}`

use actix_web::{HttpResponse, delete};
use domain::id::TokenId;

use crate::error::ApiError;
use crate::extract::ability::TokensWrite;
use crate::extract::{Caller, PathId, State};
use crate::ops;

/// Revoke a token
///
/// One of the owner's, be it the token of this request. It is of no use from the next request on, and stays in the list.
/// A token that is confined to a workspace revokes those that are confined to the same one. Tokens that were made with it
/// stay good.
#[utoipa::path(
    tag = "Account",
    security(("bearer" = [TokensWrite::NAME])),
    params(("tokenId" = TokenId, Path, description = "The token's id.")),
    responses((status = 204, description = "It is revoked.")),
)]
#[delete("/tokens/{tokenId}")]
pub(super) async fn revoke_token(
    caller: Caller<TokensWrite>,
    state: State,
    PathId(token): PathId<TokenId>,
) -> Result<HttpResponse, ApiError> {
    ops::tokens::revoke(&state, caller.who(), token).await?;
    Ok(HttpResponse::NoContent().finish())
}
