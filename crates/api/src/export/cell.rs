//! What stands in a cell.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// A value as a table holds it. Borrows from the result where it can.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell<'a> {
    /// Nothing: there is no value, or the row is about something else.
    #[default]
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// A day, as `2026-03-04`; a spreadsheet gets a real date.
    Date(&'a str),
    /// A number.
    Number(Number),
    /// True or false.
    Bool(bool),
}

impl<'a> Cell<'a> {
    /// Text that is kept elsewhere.
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Text that was made for the cell.
    pub fn owned(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// Text, if there is any.
    pub fn optional(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A fraction; nothing where it is no number.
    pub fn fraction(value: f64) -> Self {
        Number::from_f64(value).map_or(Self::Empty, Self::Number)
    }

    /// A count.
    pub fn count(value: impl Into<u64>) -> Self {
        Self::Number(Number::from(value.into()))
    }

    /// A value of a result. What a cell cannot hold (a list, an object) stands as JSON.
    pub fn value(value: Option<&'a Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Empty,
            Some(Value::Bool(flag)) => Self::Bool(*flag),
            Some(Value::Number(number)) => Self::Number(number.clone()),
            Some(Value::String(text)) => Self::text(text),
            Some(nested @ (Value::Array(_) | Value::Object(_))) => Self::owned(nested.to_string()),
        }
    }

    /// [`Cell::value`] of a field that holds days.
    pub fn date(value: Option<&'a Value>) -> Self {
        match value {
            Some(Value::String(text)) => Self::Date(text),
            other => Self::value(other),
        }
    }
}
