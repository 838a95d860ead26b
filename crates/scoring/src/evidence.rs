//! What a prediction says of one of its values beside the value.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// The leaf of a prediction's `audit_data` that belongs to a value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Evidence {
    /// How sure the prediction is of the value: 0..=1.
    pub confidence: f64,
    /// Where the value is from, in words.
    #[serde(default)]
    pub reasoning: String,
    /// Where it stands.
    #[serde(default)]
    pub sources: Vec<Standing>,
}

/// A place of a document, as far as a reader of mistakes wants to know it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Standing {
    /// From 1.
    pub page: u32,
    /// What stands there.
    pub text: String,
}

impl Evidence {
    /// Of the value `group.field` in that row (from 0), if the group is repeated. None where the prediction says nothing.
    #[must_use]
    pub fn of(prediction: &Value, field: &str, row: Option<usize>) -> Option<Self> {
        let (group, name) = field.split_once('.')?;
        let group = prediction.get("audit_data")?.get(group)?;
        let row = match row {
            Some(row) => group.get(row)?,
            None => group,
        };
        Self::deserialize(row.get(name)?).ok()
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Standing { page, text } in &self.sources {
            writeln!(f, "    on page {page}: {text}")?;
        }
        writeln!(f, "    {}", self.reasoning)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_leaf_is_found_by_field_and_row() {
        let leaf = json!({"confidence": 0.5, "reasoning": "why", "verdict": "grounded",
            "sources": [{"page": 2, "text": "7", "bbox": null}]});
        let prediction = json!({"groups": {}, "audit_data": {"invoice": {"total": leaf}, "lines": [{}, {"amount": leaf}]}});
        let evidence = Evidence::of(&prediction, "invoice.total", None).unwrap();
        assert_eq!(evidence.to_string(), "    on page 2: 7\n    why\n");
        assert_eq!(Evidence::of(&prediction, "lines.amount", Some(1)), Some(evidence));
        assert_eq!(Evidence::of(&prediction, "lines.amount", Some(0)), None);
        assert_eq!(Evidence::of(&json!({}), "invoice.total", None), None);
    }
}
