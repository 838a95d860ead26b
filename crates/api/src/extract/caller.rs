//! Who calls, and whether the token holds the endpoint's ability.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use domain::ability::Ability;
use domain::access::{Denied, Principal, Scope};
use domain::event::Actor;
use domain::id::{RequestId, TokenId, UserId, WorkspaceId};
use domain::role::Role;

use super::{AbilityMarker, request_id_of};
use crate::error::ApiError;
use crate::middleware::authenticate::Authentication;

/// A caller whose token holds the ability `A`, or both of a pair. The first argument of a handler.
pub struct Caller<A: AbilityMarker> {
    who: Requester,
    ability: PhantomData<fn() -> A>,
}

/// Somebody who may have sent a token, and need not: a token that was sent must be good.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The caller; none where no token was sent.
    pub who: Option<Requester>,
    /// The request in the audit trail.
    pub request_id: RequestId,
}

/// A caller, and what was asked: what operations take, whatever the endpoint.
#[derive(Debug, Clone)]
pub struct Requester {
    principal: Arc<Principal>,
    abilities: &'static [Ability],
    request_id: RequestId,
}

impl<A: AbilityMarker> Caller<A> {
    /// The caller for operations.
    pub fn who(&self) -> &Requester {
        &self.who
    }
}

impl Requester {
    /// What the caller sees.
    pub fn scope(&self) -> &Scope {
        &self.principal.scope
    }

    /// Whose token it is.
    pub fn user(&self) -> UserId {
        self.principal.user
    }

    /// Which token it is.
    pub fn token(&self) -> TokenId {
        self.principal.token
    }

    /// The one workspace to which the token is confined, if it is.
    pub fn token_workspace(&self) -> Option<WorkspaceId> {
        self.principal.token_workspace
    }

    /// The caller in the audit trail.
    pub fn actor(&self) -> Actor {
        Actor::User {
            user: self.principal.user,
            token: self.principal.token,
        }
    }

    /// The request in the audit trail.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// Whether the caller's role in that workspace allows `ability`, whatever the token holds: for an endpoint that gives
    /// away more than its own ability says.
    pub fn role_allows(
        &self,
        ability: Ability,
        workspace: WorkspaceId,
        what: &'static str,
    ) -> Result<(), ApiError> {
        match self.scope().role_in(workspace) {
            None => Err(ApiError::NotFound(what)),
            Some(role) if role.allows(ability) => Ok(()),
            Some(role) => Err(ApiError::RoleForbids { role, ability }),
        }
    }

    /// Whether the caller's role in that workspace allows what the endpoint does. `what` is said not to exist where
    /// the workspace is not the caller's.
    pub fn may_in(&self, workspace: WorkspaceId, what: &'static str) -> Result<(), ApiError> {
        if !self.scope().sees(workspace) {
            return Err(ApiError::NotFound(what));
        }
        self.abilities
            .iter()
            .try_for_each(|ability| self.may_also(*ability, workspace, what))
    }

    /// Whether token and role allow there what only some requests to the endpoint do.
    pub fn may_also(
        &self,
        ability: Ability,
        workspace: WorkspaceId,
        what: &'static str,
    ) -> Result<(), ApiError> {
        let allowed = self.principal.may(ability, workspace);
        allowed.map_err(|denied| match denied {
            Denied::Ability(ability) => ApiError::AbilityMissing(ability),
            Denied::Role { role, ability } => ApiError::RoleForbids { role, ability },
            Denied::Unseen => ApiError::NotFound(what),
        })
    }

    /// [`Requester::may_in`] for what only admins may do, though the ability says less.
    pub fn may_as_admin_in(&self, workspace: WorkspaceId, what: &'static str) -> Result<(), ApiError> {
        self.may_in(workspace, what)?;
        match self.scope().role_in(workspace) {
            Some(Role::Admin) => Ok(()),
            Some(role) => Err(ApiError::AdminsOnly { role }),
            None => Err(ApiError::NotFound(what)),
        }
    }
}

impl<A: AbilityMarker> FromRequest for Caller<A> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_caller(request))
    }
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request_id = request_id_of(request);
        let who = find_principal(request).map(|principal| {
            principal.map(|principal| Requester {
                principal,
                abilities: &[],
                request_id,
            })
        });
        ready(who.map(|who| Self { who, request_id }))
    }
}

/// Whose token was sent, if one was.
fn find_principal(request: &HttpRequest) -> Result<Option<Arc<Principal>>, ApiError> {
    match request.extensions().get::<Authentication>() {
        None | Some(Authentication::Missing) => Ok(None),
        Some(Authentication::Malformed(error)) => Err(ApiError::TokenMalformed(*error)),
        Some(Authentication::Invalid) => Err(ApiError::TokenInvalid),
        Some(Authentication::Known(principal)) => Ok(Some(Arc::clone(principal))),
    }
}

fn find_caller<A: AbilityMarker>(request: &HttpRequest) -> Result<Caller<A>, ApiError> {
    let principal = find_principal(request)?.ok_or(ApiError::TokenMissing)?;
    let mut needed = A::ABILITIES.iter();
    if let Some(missing) = needed.find(|ability| !principal.abilities.allows(**ability)) {
        return Err(ApiError::AbilityMissing(*missing));
    }
    let who = Requester {
        principal,
        abilities: A::ABILITIES,
        request_id: request_id_of(request),
    };
    Ok(Caller {
        who,
        ability: PhantomData,
    })
}
