//! From serde's words to the field at fault.

use crate::error::FieldErrors;

/// The field at fault and what is wrong with it. serde reports a missing field at the object that lacks it; callers
/// want it at the field. `whole` names what was read, for mistakes that lie in no field of it.
pub(super) fn field_error<E: std::fmt::Display>(
    whole: &str,
    error: &serde_path_to_error::Error<E>,
) -> FieldErrors {
    let parent = match error.path().to_string() {
        root if root == "." => String::new(),
        path => path
            .replace('[', ".")
            .replace(']', "")
            .trim_start_matches('.')
            .to_owned(),
    };
    let message = without_position(&error.inner().to_string());
    match missing_field(&message) {
        Some(field) if parent.is_empty() => FieldErrors::one(field, "is required"),
        Some(field) => FieldErrors::one(format!("{parent}.{field}"), "is required"),
        None if parent.is_empty() => FieldErrors::one(whole, message),
        None => FieldErrors::one(parent, message),
    }
}

fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Values have no place in a text, so `serde_json`'s " at line 0 column 0" says nothing.
fn without_position(message: &str) -> String {
    let text = message.split(" at line ").next().unwrap_or(message);
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only its absence matters")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only its type matters")]
        size: u32,
    }

    fn error_of(value: Value) -> String {
        let error = serde_path_to_error::deserialize::<_, Outer>(value).unwrap_err();
        field_error("body", &error).to_string()
    }

    #[test]
    fn a_mistake_is_named_by_the_path_of_its_field() {
        assert_eq!(error_of(json!({})), "items: is required");
        assert_eq!(error_of(json!({"items": [{}]})), "items.0.size: is required");
        assert_eq!(
            error_of(json!({"items": [{"size": "x"}]})),
            "items.0.size: invalid type: string \"x\", expected u32"
        );
        assert_eq!(
            error_of(json!(7)),
            "body: invalid type: integer `7`, expected struct Outer"
        );
    }
}
