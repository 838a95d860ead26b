//! Of a schema that is asked of every document: how many of its fields got a value. On documents that hold none of them,
//! each is an invention.

use std::collections::BTreeMap;
use std::fmt;

use domain::schema::CompiledSchema;
use serde_json::Value;

use super::predict::Run;

/// Fields that were asked for in a document; of a group that is a list, each once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::commands) struct Asked {
    fields: u32,
    /// Those that got a value, in any row.
    given: u32,
}

impl Asked {
    /// Of a prediction by that schema.
    pub(in crate::commands) fn of(schema: &CompiledSchema, prediction: &Value) -> Self {
        let mut asked = Self::default();
        for group in &schema.groups {
            let data = prediction
                .get("groups")
                .and_then(|groups| groups.get(&group.name));
            for field in &group.fields {
                let is_given = |row: &Value| row.get(&field.name).is_some_and(has_value);
                let given = match data {
                    Some(Value::Array(rows)) => rows.iter().any(is_given),
                    data => data.is_some_and(is_given),
                };
                asked.fields += 1;
                asked.given += u32::from(given);
            }
        }
        asked
    }

    pub(in crate::commands) fn add(&mut self, other: Self) {
        self.fields += other.fields;
        self.given += other.given;
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = f64::from(self.given) / f64::from(self.fields.max(1));
        write!(f, "{} of {} got a value ({share:.3})", self.given, self.fields)
    }
}

fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(has_value),
        Value::Object(members) => members.values().any(has_value),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// A line for each source.
pub(super) fn table(runs: &[Run]) -> String {
    let mut sources: BTreeMap<&str, (u32, Asked)> = BTreeMap::new();
    let mut all = (0, Asked::default());
    for run in runs {
        let asked = run.asked.unwrap_or_default();
        for (cases, sum) in [sources.entry(&run.source).or_default(), &mut all] {
            *cases += 1;
            sum.add(asked);
        }
    }
    let head = format!(
        "{:<20}{:>6}{:>8}{:>8}{:>8}\n",
        "source", "cases", "asked", "given", "share"
    );
    let lines = sources.into_iter().chain([("all", all)]);
    let lines = lines.map(|(name, (cases, Asked { fields, given }))| {
        let share = f64::from(given) / f64::from(fields.max(1));
        format!("{name:<20}{cases:>6}{fields:>8}{given:>8}{share:>8.3}\n")
    });
    std::iter::once(head).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_of_many_rows_is_asked_for_once() {
        let schema = CompiledSchema::compile(&json!({"groups": {
            "head": {"fields": {"number": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}},
            "lines": {"repeated": true, "fields": {"text": {"type": "string"}, "amount": {"type": "number"}}}
        }}))
        .unwrap();
        let prediction = json!({"groups": {
            "head": {"number": "A", "tags": []},
            "lines": [{"text": null, "amount": 1}, {"text": null, "amount": 2}]
        }});
        let asked = Asked::of(&schema, &prediction);
        assert_eq!(asked, Asked { fields: 4, given: 2 });
        assert_eq!(Asked::of(&schema, &json!({})), Asked { fields: 4, given: 0 });
    }
}
