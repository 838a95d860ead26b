//! One unit type for each ability: the type parameter of [`super::Caller`]. A pair of them asks for both.
//!
//! Its `NAME` also stands in the `security` attribute of the handler, so that the OpenAPI document and what is
//! enforced have one source.

use domain::ability::Ability;

/// What an endpoint asks of the token.
pub trait AbilityMarker: 'static {
    /// The abilities that it must hold, all of them; none where any valid token will do.
    const ABILITIES: &'static [Ability];
}

/// Exactly one ability.
pub trait OneAbility: 'static {
    /// The ability.
    const ABILITY: Ability;
}

/// Any valid token will do.
#[derive(Debug)]
pub struct AnyToken;

impl AbilityMarker for AnyToken {
    const ABILITIES: &'static [Ability] = &[];
}

/// Both abilities are needed.
impl<A: OneAbility, B: OneAbility> AbilityMarker for (A, B) {
    const ABILITIES: &'static [Ability] = &[A::ABILITY, B::ABILITY];
}

macro_rules! markers {
    ($($name:ident)*) => {$(
        #[doc = concat!("The ability [`Ability::", stringify!($name), "`] as a type.")]
        #[derive(Debug)]
        pub struct $name;

        impl $name {
            /// The ability's name on the wire.
            pub const NAME: &'static str = Ability::$name.name();
        }

        impl OneAbility for $name {
            const ABILITY: Ability = Ability::$name;
        }

        impl AbilityMarker for $name {
            const ABILITIES: &'static [Ability] = &[Self::ABILITY];
        }
    )*};
}

markers! {
    WorkspacesRead WorkspacesWrite
    WorkspaceUsersRead WorkspaceUsersWrite
    TemplatesRead TemplatesWrite
    SessionsRead SessionsWrite
    DocumentsRead DocumentsWrite
    TokensRead TokensWrite
}
