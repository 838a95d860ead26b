//! `POST /tokens`

use actix_web::http::StatusCode;
use actix_web::post;
use domain::ability::AbilitySet;
use domain::id::WorkspaceId;
use domain::name::Name;
use domain::time::Timestamp;
use domain::token::PlainToken;
use serde::{Deserialize, Serialize, Serializer};

use crate::error::ApiError;
use crate::extract::ability::TokensWrite;
use crate::extract::{Caller, JsonBody, State};
use crate::middleware::idempotency::ShownOnce;
use crate::ops;
use crate::ops::tokens::NewToken;
use crate::wire::TokenBody;

/// A token to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct CreateToken {
    /// What it is to be called.
    #[schema(example = "laptop")]
    name: Name,
    /// What it shall allow: nothing that the token of this request does not hold.
    #[schema(example = json!(["templates-read", "sessions-read", "sessions-write"]))]
    abilities: AbilitySet,
    /// The one workspace to which it shall be confined. Where it is left out, that of the token of this request, if that
    /// one is confined.
    workspace_id: Option<WorkspaceId>,
    /// When it shall end, at most 100 years from now and not after the token of this request. Where it is left out, when
    /// that one ends.
    expires_at: Option<Timestamp>,
}

/// A token with its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CreatedToken {
    /// The token.
    #[serde(flatten)]
    about: TokenBody,
    /// The secret, for `Authorization: Bearer`. It is shown this once: null where an answer is sent again for an
    /// `Idempotency-Key`.
    #[serde(serialize_with = "reveal")]
    #[schema(value_type = Option<String>, example = "dct_...")]
    token: Option<PlainToken>,
}

#[expect(clippy::ref_option, reason = "the form that serde calls")]
fn reveal<S: Serializer>(token: &Option<PlainToken>, serializer: S) -> Result<S::Ok, S::Error> {
    token.as_ref().map(PlainToken::reveal).serialize(serializer)
}

/// Create a token
///
/// It belongs to the owner of the token of this request and reaches no further than that one: not in its abilities, nor
/// its workspaces, nor its time. What it may do in a workspace also depends on the owner's role there.
#[utoipa::path(
    tag = "Account",
    security(("bearer" = [TokensWrite::NAME])),
    request_body = CreateToken,
    responses((status = 201, description = "The token with its secret, which cannot be had again.", body = CreatedToken)),
)]
#[post("/tokens")]
pub(super) async fn create_token(
    caller: Caller<TokensWrite>,
    state: State,
    JsonBody(body): JsonBody<CreateToken>,
) -> Result<ShownOnce<CreatedToken>, ApiError> {
    let who = caller.who();
    let new = NewToken {
        name: body.name,
        abilities: body.abilities,
        workspace: body.workspace_id,
        expires_at: body.expires_at,
    };
    let (token, secret) = ops::tokens::create(&state, who, new).await?;
    let about = TokenBody::new(token, who.token());
    Ok(ShownOnce {
        status: StatusCode::CREATED,
        shown: CreatedToken::new(about.clone(), Some(secret)),
        kept: CreatedToken::new(about, None),
    })
}

impl CreatedToken {
    pub(super) fn new(about: TokenBody, token: Option<PlainToken>) -> Self {
        Self { about, token }
    }
}
