//! What is weighed in the documents, and what of it is right.

use std::collections::BTreeMap;

use extraction::Model;
use extraction::fitting::{self, Example};
use serde_json::{Map, Value, json};

use super::known::{Known, Library};

/// A field that a document surely lacks counts less than one that it holds: there are many more of them.
const LACKING: f64 = 0.3;

/// Examples by the document that they are from.
pub(super) struct Examples {
    by_document: Vec<Vec<Example>>,
}

impl Examples {
    /// Weighs every field of every document once. The documents of a maker count as much as the square root of their
    /// number, so that one with many does not drown the others.
    pub(super) fn of(library: &Library, model: &Model) -> anyhow::Result<Self> {
        let mut number: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        let key = |known: &Known| (known.answers.source.name.clone(), known.maker.clone());
        for known in &library.documents {
            *number
                .entry((&known.answers.source.name, &known.maker))
                .or_default() += 1.0;
        }
        let weight = |known: &Known| {
            let (source, maker) = key(known);
            1.0 / number
                .get(&(source.as_str(), maker.as_str()))
                .copied()
                .unwrap_or(1.0)
                .sqrt()
        };
        let mut by_document = Vec::with_capacity(library.documents.len());
        for known in &library.documents {
            by_document.push(of_known(known, model, weight(known))?);
        }
        for lacking in &library.lacking {
            let (Some(known), Some(list)) = (
                library.documents.get(lacking.document),
                by_document.get_mut(lacking.document),
            ) else {
                continue;
            };
            let weight = LACKING * weight(known);
            for field in fitting::candidates(&[known.input()], &lacking.schema, model) {
                list.push(field.example(weight, |_| false));
            }
            for rows in fitting::rows(&[known.input()], &lacking.schema, model) {
                let weight = weight / number_of(rows.cells.len()).sqrt();
                list.extend(
                    rows.cells
                        .into_iter()
                        .map(|(_, _, features)| fitting::example_of_cell(features, false, weight)),
                );
            }
        }
        Ok(Self { by_document })
    }

    pub(super) fn len(&self) -> usize {
        self.by_document.iter().map(Vec::len).sum()
    }

    pub(super) fn all(&self) -> Vec<Example> {
        self.by_document.iter().flatten().cloned().collect()
    }

    /// Those of the documents, by index, that pass.
    pub(super) fn only(&self, pass: impl Fn(usize) -> bool) -> Vec<Example> {
        let documents = self.by_document.iter().enumerate();
        let passing = documents.filter(|(index, _)| pass(*index));
        passing.flat_map(|(_, list)| list).cloned().collect()
    }
}

fn of_known(known: &Known, model: &Model, weight: f64) -> anyhow::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for field in fitting::candidates(&[known.input()], &known.schema, model) {
        let mut right = Vec::with_capacity(field.candidates.len());
        for candidate in &field.candidates {
            right.push(is_right(known, &field.path, &candidate.value)?);
        }
        let of_value = |value: &Value| {
            let candidates = field.candidates.iter().zip(&right);
            candidates
                .into_iter()
                .any(|(candidate, right)| *right && candidate.value == *value)
        };
        examples.push(field.example(weight, of_value));
    }
    for rows in fitting::rows(&[known.input()], &known.schema, model) {
        let prediction = json!({ rows.group.clone(): rows.rows });
        let given = scoring::fields(&known.answers, &prediction)?.given;
        let right = |row: usize, field: &str| {
            let path = format!("{}.{field}", rows.group);
            given
                .iter()
                .any(|given| given.right && given.row == Some(row) && given.field == path)
        };
        // The cells of a table are much alike: a large one does not count more than its size's square root.
        let weight = weight / number_of(rows.cells.len()).sqrt();
        examples.extend(rows.cells.iter().map(|(row, field, features)| {
            fitting::example_of_cell(features.clone(), right(*row, field), weight)
        }));
    }
    Ok(examples)
}

/// Whether a field's value is what stands in the document.
fn is_right(known: &Known, path: &str, value: &Value) -> anyhow::Result<bool> {
    let mut steps: Vec<&str> = path.split('.').collect();
    let mut data = value.clone();
    while let Some(step) = steps.pop() {
        data = Value::Object(Map::from_iter([(step.to_owned(), data)]));
    }
    let outcome = scoring::fields(&known.answers, &data)?;
    Ok(outcome
        .given
        .iter()
        .any(|given| given.right && given.field == path))
}

fn number_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)).max(1.0)
}
