//! Abilities: what a token may do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! abilities {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// One thing that a token may be allowed to do. The names are those of the wire contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ability {
            $($(#[$doc])* $name,)*
        }

        impl Ability {
            /// Every ability there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The ability's name on the wire: `templates-read`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

abilities! {
    /// List workspaces.
    WorkspacesRead = "workspaces-read";
    /// Create, change and delete workspaces.
    WorkspacesWrite = "workspaces-write";
    /// List members and invites.
    WorkspaceUsersRead = "workspace-users-read";
    /// Manage members and invites.
    WorkspaceUsersWrite = "workspace-users-write";
    /// View templates.
    TemplatesRead = "templates-read";
    /// Create, change, duplicate and delete templates.
    TemplatesWrite = "templates-write";
    /// View sessions, their documents, results, chunks and exports.
    SessionsRead = "sessions-read";
    /// Create sessions, upload, run and delete.
    SessionsWrite = "sessions-write";
    /// View documents of a workspace.
    DocumentsRead = "documents-read";
    /// Create documents of a workspace.
    DocumentsWrite = "documents-write";
    /// List personal access tokens.
    TokensRead = "tokens-read";
    /// Create and revoke personal access tokens.
    TokensWrite = "tokens-write";
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no ability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown ability {name:?}; known are {known} and *", known = known_names())]
pub struct UnknownAbility {
    name: String,
}

fn known_names() -> String {
    let names: Vec<&str> = Ability::ALL.iter().map(|ability| ability.name()).collect();
    names.join(", ")
}

impl FromStr for Ability {
    type Err = UnknownAbility;

    fn from_str(name: &str) -> Result<Self, UnknownAbility> {
        let known = Self::ALL.iter().find(|ability| ability.name() == name);
        known.copied().ok_or_else(|| UnknownAbility {
            name: name.to_owned(),
        })
    }
}

/// A set of abilities, written as a list of names. The full set is `*`, and stays full when abilities are added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AbilitySet {
    all: bool,
    /// Sorted, without repetition.
    named: Vec<Ability>,
}

impl AbilitySet {
    /// Everything, also what comes later: `*`.
    pub const fn all() -> Self {
        Self {
            all: true,
            named: Vec::new(),
        }
    }

    /// Whether the ability is in the set.
    pub fn allows(&self, ability: Ability) -> bool {
        self.all || self.named.contains(&ability)
    }

    /// Whether everything in this set is in the other too: what a minted token must satisfy against its minter's.
    pub fn is_within(&self, other: &Self) -> bool {
        other.all || (!self.all && self.named.iter().all(|ability| other.named.contains(ability)))
    }

    /// The names of what is in this set and not in the other.
    pub fn beyond(&self, other: &Self) -> Vec<&'static str> {
        if other.all {
            return Vec::new();
        }
        if self.all {
            return self.names();
        }
        let mut beyond = self.named.clone();
        beyond.retain(|ability| !other.allows(*ability));
        beyond.into_iter().map(Ability::name).collect()
    }

    /// Whether nothing is allowed.
    pub const fn is_empty(&self) -> bool {
        !self.all && self.named.is_empty()
    }

    /// The names, as they are written on the wire.
    pub fn names(&self) -> Vec<&'static str> {
        if self.all {
            vec!["*"]
        } else {
            self.named.iter().map(|ability| ability.name()).collect()
        }
    }

    /// Reads names; `*` is everything.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownAbility> {
        let mut set = Self::default();
        for name in names {
            if name == "*" {
                set.all = true;
            } else {
                set.named.push(name.parse()?);
            }
        }
        if set.all {
            return Ok(Self::all());
        }
        set.named.sort_unstable();
        set.named.dedup();
        Ok(set)
    }
}

impl FromIterator<Ability> for AbilitySet {
    fn from_iter<T: IntoIterator<Item = Ability>>(abilities: T) -> Self {
        let mut named: Vec<Ability> = abilities.into_iter().collect();
        named.sort_unstable();
        named.dedup();
        Self { all: false, named }
    }
}

/// Written with commas: `templates-read,sessions-read`.
impl FromStr for AbilitySet {
    type Err = UnknownAbility;

    fn from_str(text: &str) -> Result<Self, UnknownAbility> {
        Self::from_names(text.split(',').map(str::trim).filter(|name| !name.is_empty()))
    }
}

impl fmt::Display for AbilitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(","))
    }
}

impl Serialize for AbilitySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.names().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AbilitySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        Self::from_names(names.iter().map(String::as_str)).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for AbilitySet {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
        let names = Ability::ALL.iter().map(|ability| ability.name()).chain(["*"]);
        let name = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names));
        ArrayBuilder::new().items(name).min_items(Some(1)).into()
    }
}
#[cfg(feature = "openapi")]
impl utoipa::ToSchema for AbilitySet {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ability_reads_back_from_its_name() {
        for ability in Ability::ALL {
            assert_eq!(ability.name().parse(), Ok(*ability));
        }
    }

    #[test]
    fn the_star_allows_everything_and_stays_a_star() {
        let all: AbilitySet = "templates-read,*".parse().unwrap();
        assert_eq!(all, AbilitySet::all());
        assert_eq!(all.to_string(), "*");
        assert!(Ability::ALL.iter().all(|ability| all.allows(*ability)));
    }

    #[test]
    fn a_set_is_within_itself_and_within_everything() {
        let one: AbilitySet = "templates-read".parse().unwrap();
        let two: AbilitySet = "templates-read,sessions-read".parse().unwrap();
        assert!(one.is_within(&two) && one.is_within(&one) && one.is_within(&AbilitySet::all()));
        assert!(!two.is_within(&one) && !AbilitySet::all().is_within(&two));
    }

    #[test]
    fn what_lies_beyond_a_set_is_named() {
        let set = |names: &str| names.parse::<AbilitySet>().unwrap();
        let (one, two) = (set("templates-read"), set("templates-read,sessions-read"));
        assert_eq!(two.beyond(&one), ["sessions-read"]);
        assert_eq!(AbilitySet::all().beyond(&two), ["*"]);
        for (inner, outer) in [(&one, &two), (&two, &AbilitySet::all())] {
            assert_eq!(inner.beyond(outer), [""; 0]);
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let error = "templates-reed".parse::<AbilitySet>().unwrap_err().to_string();
        assert!(
            error.starts_with("unknown ability \"templates-reed\"; known are workspaces-read, "),
            "{error}"
        );
    }
}
