//! `GET /tokens`

use actix_web::web::Json;
use actix_web::{HttpRequest, get};

use crate::error::ApiError;
use crate::extract::ability::TokensRead;
use crate::extract::{Caller, Paging, PagingParams, State};
use crate::ops;
use crate::wire::{Paged, TokenBody};

/// List one's tokens
///
/// Those of the token's owner, without their secrets, revoked and expired ones included. A token that is confined to a
/// workspace lists those that are confined to the same one.
#[utoipa::path(
    tag = "Account",
    security(("bearer" = [TokensRead::NAME])),
    params(PagingParams),
    responses((status = 200, description = "One page of tokens, the newest first.", body = Paged<TokenBody>)),
)]
#[get("/tokens")]
pub(super) async fn list_tokens(
    caller: Caller<TokensRead>,
    state: State,
    Paging(page): Paging,
    request: HttpRequest,
) -> Result<Json<Paged<TokenBody>>, ApiError> {
    let who = caller.who();
    let tokens = ops::tokens::list(&state, who, page).await?;
    let tokens = tokens.map(|token| TokenBody::new(token, who.token()));
    Ok(Json(Paged::new(tokens, &state.address_of(&request))))
}
