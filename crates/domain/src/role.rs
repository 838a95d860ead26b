//! Roles: what a member may do in a workspace.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ability::{Ability, AbilitySet};

/// A member's role in one workspace. The token's ability and the role must both allow what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything, with the workspace's settings and members.
    Admin,
    /// Creates and edits templates, sessions and documents.
    User,
    /// Looks only.
    Readonly,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 3] = [Self::Admin, Self::User, Self::Readonly];

    /// The role's name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
            Self::Readonly => "readonly",
        }
    }

    /// Whether the role may use the ability within its workspace.
    pub const fn allows(self, ability: Ability) -> bool {
        match ability {
            Ability::WorkspacesRead
            | Ability::WorkspaceUsersRead
            | Ability::TemplatesRead
            | Ability::SessionsRead
            | Ability::DocumentsRead => true,
            Ability::TemplatesWrite | Ability::SessionsWrite | Ability::DocumentsWrite => {
                matches!(self, Self::Admin | Self::User)
            }
            Ability::WorkspacesWrite | Ability::WorkspaceUsersWrite => matches!(self, Self::Admin),
            // Tokens belong to a user, not to a workspace: no role stands in the way.
            Ability::TokensRead | Ability::TokensWrite => true,
        }
    }

    /// Whether the role allows all that the other does.
    pub fn covers(self, other: Self) -> bool {
        let mut abilities = Ability::ALL.iter();
        abilities.all(|ability| self.allows(*ability) || !other.allows(*ability))
    }

    /// Every ability that the role may use.
    pub fn abilities(self) -> AbilitySet {
        let all = Ability::ALL.iter().copied();
        all.filter(|ability| self.allows(*ability)).collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role; known are admin, user, readonly")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readonly_member_may_read_and_nothing_else() {
        for ability in Ability::ALL {
            let is_token = ability.name().starts_with("tokens-");
            let expected = ability.name().ends_with("-read") || is_token;
            assert_eq!(Role::Readonly.allows(*ability), expected, "{ability}");
        }
    }

    #[test]
    fn each_role_allows_all_that_the_one_below_it_does() {
        for (index, higher) in Role::ALL.into_iter().enumerate() {
            for (other, lower) in Role::ALL.into_iter().enumerate() {
                assert_eq!(higher.covers(lower), index <= other, "{higher} {lower}");
            }
        }
    }

    #[test]
    fn the_abilities_of_a_role_are_those_that_it_allows() {
        let readonly = Role::Readonly.abilities();
        assert!(readonly.allows(Ability::SessionsRead) && !readonly.allows(Ability::SessionsWrite));
        assert!(readonly.is_within(&Role::User.abilities()));
        assert_eq!(Role::Admin.abilities(), Ability::ALL.iter().copied().collect());
    }

    #[test]
    fn only_an_admin_manages_the_workspace() {
        for ability in [Ability::WorkspacesWrite, Ability::WorkspaceUsersWrite] {
            assert!(Role::Admin.allows(ability));
            assert!(!Role::User.allows(ability));
        }
    }
}
