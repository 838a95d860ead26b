//! One unit type for each ability: the type parameter of [`super::Caller`].
//!
//! Its `NAME` also stands in the `security` attribute of the handler, so that the OpenAPI document and what is
//! enforced have one source.

use domain::ability::Ability;

/// What an endpoint asks of the token.
pub trait AbilityMarker: 'static {
    /// The ability; none where any valid token will do.
    const ABILITY: Option<Ability>;
}

/// Any valid token will do.
#[derive(Debug)]
pub struct AnyToken;

impl AbilityMarker for AnyToken {
    const ABILITY: Option<Ability> = None;
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

        impl AbilityMarker for $name {
            const ABILITY: Option<Ability> = Some(Ability::$name);
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
