//! Personal access tokens: the caller's own.
//!
//! A token that is confined to a workspace knows of those alone that are confined to the same one.

use std::time::Duration;

use domain::ability::AbilitySet;
use domain::event::Action;
use domain::id::{TokenId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest};
use domain::time::Timestamp;
use domain::token::{PlainToken, Token};

use super::audit::record;
use crate::error::{ApiError, FieldErrors};
use crate::extract::Requester;
use crate::state::AppState;

/// A token that ends later never ends; and times so far off have no place in a database.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

/// A token to be made.
#[derive(Debug)]
pub struct NewToken {
    /// What the owner calls it.
    pub name: Name,
    /// What it shall allow.
    pub abilities: AbilitySet,
    /// The workspace to which it shall be confined; none for that of the token by which it is made.
    pub workspace: Option<WorkspaceId>,
    /// When it shall end; none for when the token ends by which it is made.
    pub expires_at: Option<Timestamp>,
}

/// One page of the caller's tokens.
pub async fn list(state: &AppState, who: &Requester, page: PageRequest) -> Result<Page<Token>, ApiError> {
    let who = who.clone();
    state
        .db
        .read(move |conn| {
            Ok(storage::tokens::list_for_user(
                conn,
                who.user(),
                who.token_workspace(),
                page,
            )?)
        })
        .await
}

/// Makes a token that reaches no further than the one by which it is made, and returns it with its secret.
pub async fn create(
    state: &AppState,
    who: &Requester,
    new: NewToken,
) -> Result<(Token, PlainToken), ApiError> {
    let plain = mint().map_err(ApiError::internal)?;
    let (hash, who, now) = (plain.hash(), who.clone(), state.now());
    let token = state
        .db
        .write(move |conn| {
            // Held: a token that is being revoked leaves no other behind.
            let minter = storage::tokens::hold_for_user(conn, who.user(), who.token(), now)?;
            let minter = minter.ok_or(ApiError::TokenInvalid)?;
            check(&new, &minter, &who, now)?;
            let new = storage::tokens::NewToken {
                user_id: who.user(),
                name: new.name,
                hash,
                abilities: new.abilities,
                workspace_id: new.workspace.or(minter.workspace_id),
                expires_at: new.expires_at.or(minter.expires_at),
            };
            let token = storage::tokens::insert(conn, new, now)?;
            let workspace = token.workspace_id;
            record(conn, &who, workspace, Action::TokenCreated, &token.id, now)?;
            Ok::<_, ApiError>(token)
        })
        .await?;
    Ok((token, plain))
}

/// A secret that nobody had before.
pub fn mint() -> Result<PlainToken, getrandom::Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    Ok(PlainToken::mint(random))
}

/// Whether it is of use, and nowhere wider than the token by which it is made.
fn check(new: &NewToken, minter: &Token, who: &Requester, now: Timestamp) -> Result<(), ApiError> {
    let mut errors = FieldErrors::default();
    if new.abilities.is_empty() {
        errors.add("abilities", "must name at least one ability");
    }
    let beyond = new.abilities.beyond(&minter.abilities);
    if !beyond.is_empty() {
        let message = format!(
            "must not hold what the token that makes it does not: {}",
            beyond.join(", ")
        );
        errors.add("abilities", message);
    }
    // What a confined token sees is the workspace to which it is confined.
    if let Some(workspace) = new.workspace.or(minter.workspace_id)
        && !who.scope().sees(workspace)
    {
        errors.add("workspace_id", "there is no such workspace");
    }
    errors.extend("expires_at", fault_of_end(new.expires_at, minter, now));
    errors.into_result()
}

fn fault_of_end(end: Option<Timestamp>, minter: &Token, now: Timestamp) -> Option<String> {
    let end = end?;
    if end <= now {
        return Some("must be in the future".to_owned());
    }
    if let Some(limit) = minter.expires_at.filter(|limit| end > *limit) {
        return Some(format!(
            "must not be after the end of the token that makes it, {limit}"
        ));
    }
    (end > now.plus(LONGEST)).then(|| "must be within 100 years".to_owned())
}

/// Revokes one of the caller's tokens. One that was revoked before is like one that is not there.
pub async fn revoke(state: &AppState, who: &Requester, id: TokenId) -> Result<(), ApiError> {
    let (who, now) = (who.clone(), state.now());
    state
        .db
        .write(move |conn| {
            let token = storage::tokens::find_for_user(conn, who.user(), id)?;
            let token = token.filter(|token| is_in_reach(token, &who));
            let token = token.ok_or(ApiError::NotFound("token"))?;
            if !storage::tokens::revoke(conn, who.user(), id, now)? {
                return Err(ApiError::NotFound("token"));
            }
            let workspace = token.workspace_id;
            Ok(record(conn, &who, workspace, Action::TokenRevoked, &id, now)?)
        })
        .await?;
    state.callers.forget_all();
    Ok(())
}

/// Whether the caller's token knows of it.
fn is_in_reach(token: &Token, who: &Requester) -> bool {
    who.token_workspace().is_none() || token.workspace_id == who.token_workspace()
}
