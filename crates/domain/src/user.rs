//! People with an account.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use validator::ValidateEmail;

use crate::id::UserId;
use crate::name::Name;
use crate::time::Timestamp;

/// A person who owns tokens and is a member of workspaces. There are no passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What the person is called; the address's local part until someone says otherwise.
    pub name: String,
    /// Where invitations go; unique.
    pub email: Email,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A valid e-mail address in lower case, so that one person is one user however they write themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = "email", max_length = 254))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a valid e-mail address of at most 254 characters")]
pub struct EmailError;

impl Email {
    /// Longest address that mail transport carries (RFC 5321).
    pub const MAX_LENGTH: usize = 254;

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }

    /// What its owner is called until somebody says otherwise.
    pub fn default_name(&self) -> Name {
        Name::lossy(self.local_part(), self.as_str())
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.len() > Self::MAX_LENGTH || !text.validate_email() {
            return Err(EmailError);
        }
        Ok(Self(text.to_lowercase()))
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_one_address() {
        let email: Email = " Ada@Example.ORG ".parse().unwrap();
        assert_eq!(email.as_str(), "ada@example.org");
        assert_eq!(email.local_part(), "ada");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a b@example.org",
            &format!("{}@example.org", "a".repeat(250)),
        ] {
            assert_eq!(bad.parse::<Email>(), Err(EmailError), "{bad}");
        }
    }
}
