//! What is counted for one case.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::compare::{FieldType, How, Order, compare};
use crate::counts::Counts;
use crate::pairing;
use crate::values::{is_absent, letters, unwrapped, written};

/// Of more pairs of rows than this, texts are compared by their letters alone to find out which belong together.
const MANY_PAIRS: usize = 1_600;

/// Rows that are no more alike than this do not belong together.
const ALIKE: f64 = 0.1;

/// Fields that neither row has make them a little alike.
const BOTH_ABSENT: f64 = 0.01;

/// The part of a case that holds the answers.
#[derive(Debug, Clone, Deserialize)]
pub struct Answers {
    /// Its name: the prediction has the same.
    pub id: String,
    /// Where it is from.
    pub source: Source,
    /// What is asked.
    pub kind: Kind,
    #[serde(default)]
    schema: Schema,
    #[serde(default)]
    expected: Map<String, Value>,
    #[serde(default)]
    scoring: Scoring,
}

/// Where a case is from.
#[derive(Debug, Clone, Deserialize)]
pub struct Source {
    /// The collection.
    pub name: String,
}

/// What is asked of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Values by a schema.
    Fields,
    /// The text of the document.
    Text,
    /// To survive it.
    Hostile,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Schema {
    groups: Map<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Group {
    #[serde(default)]
    repeated: bool,
    fields: Map<String, Value>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Scoring {
    #[serde(default)]
    date_order: Option<Order>,
    #[serde(default)]
    compare: HashMap<String, How>,
}

/// What came out for a case.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The counts of each field, `group.field`, in the order of the schema.
    pub fields: Vec<(String, Counts)>,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
}

/// A value that is not as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// `group.field`.
    pub field: String,
    /// What stands in the document; null where nothing does.
    pub expected: Value,
    /// What was found; null where nothing was.
    pub got: Value,
}

impl Outcome {
    /// The counts of all fields together.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.fields.iter().for_each(|(_, counts)| total.add(counts));
        total
    }
}

/// Counts what a prediction has right of the fields of a case. The prediction is `{"groups": {...}}` or the groups alone.
pub fn fields(answers: &Answers, prediction: &Value) -> Result<Outcome, serde_json::Error> {
    let groups = prediction
        .get("groups")
        .filter(|groups| groups.is_object())
        .unwrap_or(prediction);
    let mut outcome = Outcome::default();
    for (name, group) in &answers.schema.groups {
        let group: Group = serde_json::from_value(group.clone())?;
        let mut scorer = Scorer {
            answers,
            fields: group
                .fields
                .iter()
                .map(|(field, declared)| Field::new(name, field, declared, answers))
                .collect(),
            outcome: &mut outcome,
        };
        let null = Value::Null;
        let expected = answers.expected.get(name).unwrap_or(&null);
        let got = groups.get(name).unwrap_or(&null);
        if group.repeated {
            scorer.rows(expected, got);
        } else {
            scorer.row(Some(expected), Some(got));
        }
    }
    Ok(outcome)
}

struct Field {
    name: String,
    path: String,
    kind: FieldType,
    how: How,
}

impl Field {
    fn new(group: &str, name: &str, declared: &Value, answers: &Answers) -> Self {
        let path = format!("{group}.{name}");
        let kind = declared.get("type").cloned().unwrap_or_default();
        Self {
            how: answers.scoring.compare.get(&path).copied().unwrap_or_default(),
            kind: serde_json::from_value(kind).unwrap_or_default(),
            name: name.to_owned(),
            path,
        }
    }

    fn of<'v>(&self, row: Option<&'v Value>) -> &'v Value {
        static NULL: Value = Value::Null;
        row.and_then(|row| row.get(&self.name)).map_or(&NULL, unwrapped)
    }
}

struct Scorer<'s> {
    answers: &'s Answers,
    fields: Vec<Field>,
    outcome: &'s mut Outcome,
}

impl Scorer<'_> {
    fn order(&self) -> Order {
        self.answers.scoring.date_order.unwrap_or_default()
    }

    /// Rows are paired so that most of their fields agree; their order does not count.
    fn rows(&mut self, expected: &Value, got: &Value) {
        let expected: Vec<&Value> = expected.as_array().into_iter().flatten().collect();
        let got: Vec<Value> = self.rows_of(got);
        let many = expected.len().saturating_mul(got.len()) > MANY_PAIRS;
        let alike = |a: usize, b: usize| self.alike(expected.get(a).copied(), got.get(b), many);
        let mut pairs = pairing::pairs(expected.len(), got.len(), alike);
        pairs.retain(|(a, b)| alike(*a, *b) > ALIKE);

        let is_left = |index: &usize, taken: &[usize]| !taken.contains(index);
        let (taken, used): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
        for (a, b) in pairs {
            self.row(expected.get(a).copied(), got.get(b));
        }
        for a in (0..expected.len()).filter(|a| is_left(a, &taken)) {
            self.row(expected.get(a).copied(), None);
        }
        for b in (0..got.len()).filter(|b| is_left(b, &used)) {
            self.row(None, got.get(b));
        }
    }

    /// The rows that were found, however they were handed in, without those in which nothing is.
    fn rows_of(&self, got: &Value) -> Vec<Value> {
        let inside = ["rows", "items", "value"]
            .into_iter()
            .find_map(|key| got.get(key)?.as_array());
        let rows: Vec<Value> = match (got, inside) {
            (Value::Array(rows), _) | (_, Some(rows)) => rows.clone(),
            (Value::Object(row), None) if !row.is_empty() => vec![got.clone()],
            _ => Vec::new(),
        };
        let first = self
            .fields
            .first()
            .map(|field| field.name.clone())
            .unwrap_or_default();
        rows.into_iter()
            .map(|row| match row {
                Value::Object(_) => row,
                bare => Value::Object(Map::from_iter([(first.clone(), bare)])),
            })
            .filter(|row| self.fields.iter().any(|field| !is_absent(field.of(Some(row)))))
            .collect()
    }

    fn alike(&self, expected: Option<&Value>, got: Option<&Value>, many: bool) -> f64 {
        let one = |field: &Field| {
            let (expected, got) = (field.of(expected), field.of(got));
            match (is_absent(expected), is_absent(got)) {
                (true, true) => BOTH_ABSENT,
                (true, false) | (false, true) => 0.0,
                (false, false) if many && field.kind == FieldType::Text => {
                    f64::from(u8::from(letters(&written(expected)) == letters(&written(got))))
                }
                (false, false) => {
                    let alike = compare(expected, got, field.kind, field.how, self.order());
                    if alike.exact { 1.0 } else { 0.5 * alike.part }
                }
            }
        };
        self.fields.iter().map(one).sum()
    }

    /// Counts each field of a row.
    fn row(&mut self, expected: Option<&Value>, got: Option<&Value>) {
        let order = self.order();
        for field in &self.fields {
            let (expected, got) = (field.of(expected), field.of(got));
            let (counts, mistake) = point(field, expected, got, order);
            match self
                .outcome
                .fields
                .iter_mut()
                .find(|(path, _)| *path == field.path)
            {
                Some((_, sum)) => sum.add(&counts),
                None => self.outcome.fields.push((field.path.clone(), counts)),
            }
            if mistake {
                self.outcome.mistakes.push(Mistake {
                    field: field.path.clone(),
                    expected: expected.clone(),
                    got: got.clone(),
                });
            }
        }
    }
}

/// What one field counts, and whether it is a mistake.
fn point(field: &Field, expected: &Value, got: &Value, order: Order) -> (Counts, bool) {
    let none = Counts::default();
    match (is_absent(expected), is_absent(got)) {
        (true, true) => (Counts { silent: 1, ..none }, false),
        (true, false) => (Counts { wrong: 1, ..none }, true),
        (false, true) => (
            Counts {
                values: 1,
                missed: 1,
                ..none
            },
            true,
        ),
        (false, false) => {
            let alike = compare(expected, got, field.kind, field.how, order);
            let exact = u32::from(alike.exact);
            let counts = Counts {
                values: 1,
                right: exact,
                wrong: 1 - exact,
                missed: 1 - exact,
                silent: 0,
                loose: u32::from(alike.loose),
                parts: alike.part,
            };
            (counts, !alike.exact)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers() -> Answers {
        serde_json::from_value(json!({
            "id": "one", "kind": "fields", "source": {"name": "made"},
            "schema": {"groups": {
                "invoice": {"fields": {"number": {"type": "string"}, "total": {"type": "number"}}},
                "lines": {"repeated": true, "fields": {"text": {"type": "string"}, "amount": {"type": "number"}}}
            }},
            "expected": {
                "invoice": {"number": "A-1", "total": null},
                "lines": [{"text": "One", "amount": 1}, {"text": "Two", "amount": 2}]
            },
            "scoring": {"date_order": null, "compare": {"invoice.number": "id"}}
        }))
        .unwrap()
    }

    fn total(prediction: &Value) -> Counts {
        fields(&answers(), prediction).unwrap().total()
    }

    #[test]
    fn all_right_counts_as_that_in_any_order_of_rows() {
        let counts = total(&json!({"groups": {
            "invoice": {"number": {"value": "a1"}, "total": ""},
            "lines": {"rows": [{"text": "two", "amount": "2,00"}, {"text": "One", "amount": 1}]}
        }}));
        assert_eq!(
            (
                counts.values,
                counts.right,
                counts.wrong,
                counts.missed,
                counts.silent
            ),
            (5, 5, 0, 0, 1)
        );
        assert!((counts.f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_invented_missing_or_wrong_counts_against() {
        let outcome = fields(
            &answers(),
            &json!({"invoice": {"total": 3}, "lines": [{"text": "One", "amount": 9}, {"text": "Three", "amount": 7}]}),
        )
        .unwrap();
        let counts = outcome.total();
        assert_eq!((counts.right, counts.silent), (1, 0));
        assert_eq!(counts.missed, 4);
        assert_eq!(counts.wrong, 4);
        assert_eq!(outcome.mistakes[0].expected, json!("A-1"));
    }
}
