//! What is counted for a case whose values are asked for.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::answers::Answers;
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

#[derive(Debug, Clone, Deserialize)]
struct Group {
    #[serde(default)]
    repeated: bool,
    fields: Map<String, Value>,
}

/// What came out for a case.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The counts of each field, `group.field`, in the order of the schema.
    pub fields: Vec<(String, Counts)>,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
    /// Every value that was found, right or wrong.
    pub given: Vec<Given>,
}

/// A value that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// `group.field`.
    pub field: String,
    /// In which row of the prediction, from 0, if the group is repeated.
    pub row: Option<usize>,
    /// Whether it is what stands in the document.
    pub right: bool,
}

/// A value that is not as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// `group.field`.
    pub field: String,
    /// In which row of the prediction, from 0, if it is in one.
    pub row: Option<usize>,
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
        let (expected, got) = (answers.expected(name), groups.get(name).unwrap_or(&Value::Null));
        if group.repeated {
            scorer.rows(expected, got);
        } else {
            scorer.row(Some(expected), Some(got), None);
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
        let got = self.rows_of(got);
        let many = expected.len().saturating_mul(got.len()) > MANY_PAIRS;
        let row = |index: usize| got.get(index).map(|(_, row)| row);
        let place = |index: usize| got.get(index).map(|(place, _)| *place);
        let alike = |a: usize, b: usize| self.alike(expected.get(a).copied(), row(b), many);
        let mut pairs = pairing::pairs(expected.len(), got.len(), alike);
        pairs.retain(|(a, b)| alike(*a, *b) > ALIKE);

        let (taken, used): (HashSet<usize>, HashSet<usize>) = pairs.iter().copied().unzip();
        for (a, b) in pairs {
            self.row(expected.get(a).copied(), row(b), place(b));
        }
        for a in (0..expected.len()).filter(|a| !taken.contains(a)) {
            self.row(expected.get(a).copied(), None, None);
        }
        for b in (0..got.len()).filter(|b| !used.contains(b)) {
            self.row(None, row(b), place(b));
        }
    }

    /// The rows that were found, however they were handed in, and where they stand there; without those in which
    /// nothing is.
    fn rows_of(&self, got: &Value) -> Vec<(usize, Value)> {
        let inside = ["rows", "items", "value"]
            .into_iter()
            .find_map(|key| got.get(key)?.as_array());
        let rows: Vec<Value> = match (got, inside) {
            (Value::Array(rows), _) | (_, Some(rows)) => rows.clone(),
            (Value::Object(row), None) if !row.is_empty() => vec![got.clone()],
            _ => Vec::new(),
        };
        let is_there = |row: &Value| self.fields.iter().any(|field| !is_absent(field.of(Some(row))));
        rows.into_iter()
            .map(|row| self.row_of(row))
            .enumerate()
            .filter(|(_, row)| is_there(row))
            .collect()
    }

    /// A bare value is one of the first field.
    fn row_of(&self, row: Value) -> Value {
        let first = self.fields.first().filter(|_| !row.is_object());
        match first {
            Some(first) => Value::Object(Map::from_iter([(first.name.clone(), row)])),
            None => row,
        }
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

    /// Counts each field of a row, which stands at that place in the prediction.
    fn row(&mut self, expected: Option<&Value>, got: Option<&Value>, place: Option<usize>) {
        let order = self.order();
        for field in &self.fields {
            let (expected, got) = (field.of(expected), field.of(got));
            let (expected, got) = (present(expected), present(got));
            let counts = count(field, expected, got, order);
            let sums = &mut self.outcome.fields;
            match sums.iter_mut().find(|(path, _)| *path == field.path) {
                Some((_, sum)) => sum.add(&counts),
                None => sums.push((field.path.clone(), counts)),
            }
            if got.is_some() {
                self.outcome.given.push(Given {
                    field: field.path.clone(),
                    row: place,
                    right: counts.right > 0,
                });
            }
            if counts.wrong > 0 || counts.missed > 0 {
                self.outcome.mistakes.push(Mistake {
                    field: field.path.clone(),
                    row: place,
                    expected: expected.cloned().unwrap_or_default(),
                    got: got.cloned().unwrap_or_default(),
                });
            }
        }
    }
}

/// The value, unless it says that there is none.
fn present(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !is_absent(value))
}

/// What one field counts.
fn count(field: &Field, expected: Option<&Value>, got: Option<&Value>, order: Order) -> Counts {
    let none = Counts::default();
    match (expected, got) {
        (None, None) => Counts { silent: 1, ..none },
        (None, Some(_)) => Counts { wrong: 1, ..none },
        (Some(_), None) => Counts {
            values: 1,
            missed: 1,
            ..none
        },
        (Some(expected), Some(got)) => {
            let alike = compare(expected, got, field.kind, field.how, order);
            let exact = u32::from(alike.exact);
            Counts {
                values: 1,
                right: exact,
                wrong: 1 - exact,
                missed: 1 - exact,
                silent: 0,
                loose: u32::from(alike.loose),
                parts: alike.part,
            }
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
        assert_eq!(
            outcome.mistakes[0],
            Mistake {
                field: "invoice.number".into(),
                row: None,
                expected: json!("A-1"),
                got: Value::Null
            }
        );
    }

    #[test]
    fn values_are_told_by_their_row_in_the_prediction() {
        let outcome = fields(
            &answers(),
            &json!({"lines": [{"text": null, "amount": ""}, {"text": "Two", "amount": 2}, {"amount": 5}]}),
        )
        .unwrap();
        let given = |row, field: &str, right| Given {
            field: field.into(),
            row: Some(row),
            right,
        };
        assert_eq!(
            outcome.given,
            [
                given(1, "lines.text", true),
                given(1, "lines.amount", true),
                given(2, "lines.amount", false)
            ]
        );
    }

    #[test]
    fn a_group_that_is_one_row_or_a_list_of_bare_values_counts() {
        let one_row = fields(&answers(), &json!({"lines": {"text": "One", "amount": 1}})).unwrap();
        assert_eq!(one_row.total().right, 2);
        let bare = fields(&answers(), &json!({"lines": ["One", "Two"]})).unwrap();
        assert_eq!(bare.total().right, 2);
        // A row without any value is none.
        assert_eq!(
            fields(&answers(), &json!({"lines": [{}]})).unwrap().total().wrong,
            0
        );
    }
}
