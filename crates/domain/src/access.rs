//! Who asks, and what is theirs.

use crate::ability::{Ability, AbilitySet};
use crate::id::{TokenId, UserId, WorkspaceId};
use crate::role::Role;

/// The workspaces that a caller sees, each with the caller's role there. Every storage function that looks for
/// something takes a scope and finds nothing outside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Sorted by workspace.
    memberships: Vec<(WorkspaceId, Role)>,
}

impl Scope {
    /// The scope of these memberships.
    pub fn new(mut memberships: Vec<(WorkspaceId, Role)>) -> Self {
        memberships.sort_unstable_by_key(|(workspace, _)| *workspace);
        memberships.dedup_by_key(|(workspace, _)| *workspace);
        Self { memberships }
    }

    /// The scope of a job: the one workspace that it belongs to.
    pub fn of_job(workspace: WorkspaceId) -> Self {
        Self {
            memberships: vec![(workspace, Role::Admin)],
        }
    }

    /// The role in that workspace; none where it is not the caller's.
    pub fn role_in(&self, workspace: WorkspaceId) -> Option<Role> {
        let index = self
            .memberships
            .binary_search_by_key(&workspace, |(id, _)| *id)
            .ok()?;
        self.memberships.get(index).map(|(_, role)| *role)
    }

    /// The ids of the workspaces, for a query's filter.
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        self.memberships.iter().map(|(workspace, _)| *workspace).collect()
    }

    /// Whether the workspace is the caller's.
    pub fn sees(&self, workspace: WorkspaceId) -> bool {
        self.role_in(workspace).is_some()
    }
}

/// A caller whose token was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whose token it is.
    pub user: UserId,
    /// Which token.
    pub token: TokenId,
    /// What the token allows.
    pub abilities: AbilitySet,
    /// The one workspace to which the token is confined, if it is.
    pub token_workspace: Option<WorkspaceId>,
    /// The workspaces that user and token see.
    pub scope: Scope,
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The token does not hold the ability.
    #[error("the token does not hold the ability {0}")]
    Ability(Ability),
    /// The member's role forbids it.
    #[error("the role {role} does not allow {ability} in this workspace")]
    Role {
        /// The member's role.
        role: Role,
        /// What was tried.
        ability: Ability,
    },
    /// The workspace is not the caller's: to be answered as if it did not exist.
    #[error("the workspace is not visible to the caller")]
    Unseen,
}

impl Principal {
    /// Whether the token holds the ability at all.
    pub fn holds(&self, ability: Ability) -> Result<(), Denied> {
        if self.abilities.allows(ability) {
            Ok(())
        } else {
            Err(Denied::Ability(ability))
        }
    }

    /// Whether token and role both allow the ability in that workspace.
    pub fn may(&self, ability: Ability, workspace: WorkspaceId) -> Result<(), Denied> {
        self.holds(ability)?;
        let role = self.scope.role_in(workspace).ok_or(Denied::Unseen)?;
        if role.allows(ability) {
            Ok(())
        } else {
            Err(Denied::Role { role, ability })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(abilities: &str, memberships: Vec<(WorkspaceId, Role)>) -> Principal {
        Principal {
            user: UserId(1),
            token: TokenId::generate(),
            abilities: abilities.parse().unwrap(),
            token_workspace: None,
            scope: Scope::new(memberships),
        }
    }

    #[test]
    fn ability_and_role_must_both_allow() {
        let (own, other) = (WorkspaceId(1), WorkspaceId(2));
        let reader = principal("*", vec![(own, Role::Readonly)]);
        let ability = Ability::TemplatesWrite;
        assert_eq!(
            reader.may(ability, own),
            Err(Denied::Role {
                role: Role::Readonly,
                ability
            })
        );
        assert_eq!(reader.may(Ability::TemplatesRead, own), Ok(()));
        assert_eq!(reader.may(Ability::TemplatesRead, other), Err(Denied::Unseen));
        let weak = principal("templates-read", vec![(own, Role::Admin)]);
        assert_eq!(weak.may(ability, own), Err(Denied::Ability(ability)));
    }
}
