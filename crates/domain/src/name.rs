//! Names that people give to things.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A name of 1 to 255 characters on one line, without white space around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(
        value_type = String,
        min_length = 1,
        max_length = 255,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )
)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// The text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {max} characters on one line", max = Name::MAX_CHARS)]
pub struct NameError;

impl Name {
    /// Most characters in a name.
    pub const MAX_CHARS: usize = 255;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a copy: `ending` is put behind the name, of which as much is kept as leaves room for it.
    pub fn of_copy(original: &str, ending: &str) -> Self {
        let room = Self::MAX_CHARS.saturating_sub(ending.chars().count());
        let kept: String = original.chars().take(room).collect();
        Self::lossy(&format!("{}{ending}", kept.trim_end()), original)
    }

    /// The nearest name to a text from outside (a file's name): control characters out, cut to length;
    /// `otherwise` where nothing is left.
    pub fn lossy(text: &str, otherwise: &str) -> Self {
        let kept: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(Self::MAX_CHARS)
            .collect();
        let kept = kept.trim();
        Self(if kept.is_empty() { otherwise } else { kept }.to_owned())
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= Self::MAX_CHARS
            && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError)
        }
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_reads_back_and_a_lossy_one_is_a_name(text: String) {
            if let Ok(name) = text.parse::<Name>() {
                prop_assert_eq!(name.to_string().parse::<Name>().unwrap(), name);
            }
            let lossy = Name::lossy(&text, "document");
            prop_assert_eq!(lossy.as_str().parse::<Name>().unwrap(), lossy);
        }
    }

    #[test]
    fn a_copy_of_a_long_name_still_says_that_it_is_one() {
        assert_eq!(Name::of_copy("Bills", " (Copy)").as_str(), "Bills (Copy)");
        let long = "ä".repeat(255);
        let copy = Name::of_copy(&long, " (Copy)");
        assert!(copy.as_str().ends_with("ä (Copy)"));
        assert_eq!(copy.as_str().chars().count(), 255);
    }

    #[test]
    fn limits_are_kept() {
        assert!("ä".repeat(255).parse::<Name>().is_ok());
        assert_eq!("ä".repeat(256).parse::<Name>(), Err(NameError));
        assert_eq!(" \t ".parse::<Name>(), Err(NameError));
        assert_eq!("two\nlines".parse::<Name>(), Err(NameError));
    }
}
