//! JSON that is passed on as it was written.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// Valid JSON, kept as text: it is written out again without being taken apart, which for lists of large values is most
/// of the work.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The value, with the order of its keys.
    pub fn to_value(&self) -> Value {
        // It is valid, so it can be read; a number of any size is one, too.
        serde_json::from_str(self.as_str()).unwrap_or_default()
    }
}

/// In the shortest form.
impl From<&Value> for JsonText {
    fn from(value: &Value) -> Self {
        // A value has a JSON form, always.
        Self(to_raw_value(value).unwrap_or_else(|_error| RawValue::NULL.to_owned()))
    }
}

impl From<Value> for JsonText {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Letter by letter: the order of keys counts, and so does every blank.
impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for JsonText {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_written_as_it_was_read() {
        let text = r#"{"b": 1.50, "a": {"z":null}}"#;
        let read: JsonText = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.to_value(), json!({ "b": 1.5, "a": { "z": null } }));
        assert!(serde_json::from_str::<JsonText>("{").is_err());
    }

    #[test]
    fn within_a_value_it_is_a_value() {
        let value = json!({ "schema": JsonText::from(json!({ "b": 1, "a": 2 })) });
        assert_eq!(value.to_string(), r#"{"schema":{"b":1,"a":2}}"#);
        let back: JsonText = serde_json::from_value(value).unwrap();
        assert_eq!(back.as_str(), r#"{"schema":{"b":1,"a":2}}"#);
    }
}
