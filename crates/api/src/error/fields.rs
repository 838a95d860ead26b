//! What is wrong with which field of a request.

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

/// Messages by the path of the field, `schema_json.groups.invoice.fields.total.type`, in the order in which they were
/// found. Never empty once it is part of an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(IndexMap<String, Vec<String>>);

impl FieldErrors {
    /// One mistake.
    pub fn one(path: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(path, message);
        errors
    }

    /// Adds a mistake.
    pub fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.entry(path.into()).or_default().push(message.into());
    }

    /// Adds a mistake, if there is one.
    pub fn extend(&mut self, path: &str, message: Option<String>) {
        if let Some(message) = message {
            self.add(path, message);
        }
    }

    /// Nothing where there is no mistake, else all of them as one error.
    pub fn into_result(self) -> Result<(), super::ApiError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(super::ApiError::Validation(self))
        }
    }
}

/// The first mistake, and how many more there are: the answer's `message`.
impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((path, messages)) = self.0.first() else {
            return f.write_str("the request is not valid");
        };
        let first = messages.first().map_or("is not valid", String::as_str);
        write!(f, "{path}: {first}")?;
        match self.0.values().map(Vec::len).sum::<usize>() {
            0 | 1 => Ok(()),
            2 => f.write_str(" (and 1 more mistake)"),
            all => write!(f, " (and {} more mistakes)", all - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_first_mistake_and_counts_the_rest() {
        let mut errors = FieldErrors::one("name", "is required");
        assert_eq!(errors.to_string(), "name: is required");
        errors.add("name", "must be text");
        assert_eq!(errors.to_string(), "name: is required (and 1 more mistake)");
        errors.add("icon", "is too long");
        assert_eq!(errors.to_string(), "name: is required (and 2 more mistakes)");
    }
}
