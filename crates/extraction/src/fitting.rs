//! Fitting: weights of the engine learned from values that are known.
//!
//! A field of a document has candidates, of which those with the known value are right; where the document does not
//! hold the field, none is. The weights are those under which what is right is likeliest (a choice among the candidates
//! and "nothing"), held to the weights before so that a feature that was hardly seen keeps its weight. From many
//! documents this makes the weights of a build; from the corrected results of one template, held strongly, those of
//! that template.
//!
//! This module knows no corpus and reads no answers: the caller says which values are right.

use argmin::core::{CostFunction, Error, Executor, Gradient, State as _};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use domain::schema::CompiledSchema;
use serde_json::Value;

use crate::Input;
use crate::layout::{Calibration, Features, Model, watch, weigh};

/// Steps of the solver; it mostly ends long before.
const STEPS: u64 = 150;
/// It ends where a step makes the examples no likelier than by this, in all.
const GAIN: f64 = 1e-4;
/// Earlier steps that the solver remembers.
const MEMORY: usize = 10;
/// The slope and offset of a calibration are held to 1 and 0 as if by so many observations.
const CALIBRATION_HOLD: f64 = 1.0;

/// A field of a document with its candidates.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// `invoice.total`.
    pub path: String,
    /// The best first.
    pub candidates: Vec<Weighing>,
}

/// A candidate as the model sees it.
#[derive(Debug, Clone)]
pub struct Weighing {
    /// What it would give.
    pub value: Value,
    /// One for each feature, in the model's order.
    pub features: Vec<f64>,
}

/// A field whose answer is known.
#[derive(Debug, Clone)]
pub struct Example {
    /// Features of each candidate, and whether it is right.
    candidates: Vec<(Vec<f64>, bool)>,
    weight: f64,
}

/// The solver did not get anywhere.
#[derive(Debug, thiserror::Error)]
#[error("the weights cannot be fitted")]
pub struct FitError(#[source] Error);

impl Weighed {
    /// The field as an example: `right` says of a value whether it is the known one; of a field that the document
    /// does not hold, none is. `weight` says how much the example counts.
    #[must_use]
    pub fn example(&self, weight: f64, right: impl Fn(&Value) -> bool) -> Example {
        let judged = |way: &Weighing| (way.features.clone(), right(&way.value));
        Example {
            candidates: self.candidates.iter().map(judged).collect(),
            weight,
        }
    }
}

/// What the model weighs for each field of the schema that holds one value.
pub fn candidates(documents: &[Input<'_>], schema: &CompiledSchema, model: &Model) -> Vec<Weighed> {
    let fields = weigh(documents, schema, model).into_iter();
    fields
        .map(|(path, scored)| Weighed {
            path,
            candidates: scored
                .iter()
                .map(|scored| Weighing {
                    value: scored.candidate.value.clone(),
                    features: Model::dense(&scored.features),
                })
                .collect(),
        })
        .collect()
}

/// The rows of a repeated group with what the model saw in their cells.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The group.
    pub group: String,
    /// The rows: a list of objects.
    pub rows: Value,
    /// For each cell that holds a value its row, its field, and the features.
    pub cells: Vec<(usize, String, Vec<f64>)>,
}

/// What the model sees in the rows of repeated groups.
pub fn rows(documents: &[Input<'_>], schema: &CompiledSchema, model: &Model) -> Vec<Rows> {
    let cell = |(path, features): (String, Features)| {
        let (row, field) = path.split_once('.')?;
        Some((row.parse().ok()?, field.to_owned(), Model::dense(&features)))
    };
    let groups = watch(documents, schema, model).into_iter();
    groups
        .map(|(group, answer)| Rows {
            group,
            rows: answer.value,
            cells: answer.seen.into_iter().filter_map(cell).collect(),
        })
        .collect()
}

/// A cell as an example.
pub fn example_of_cell(features: Vec<f64>, right: bool, weight: f64) -> Example {
    Example {
        candidates: vec![(features, right)],
        weight,
    }
}

/// The model under which the examples are likeliest, held to `prior` with the strength `hold` (0 for not at all).
pub fn fit(prior: &Model, examples: &[Example], hold: f64) -> Result<Model, FitError> {
    let weights = solve(prior.parameters(), examples, hold)?;
    Ok(prior.with_parameters(&weights))
}

/// The calibration under which outcomes are likeliest: what was told, as logits, and whether it was right.
pub fn calibrate(told: &[(f64, bool)]) -> Result<Calibration, FitError> {
    let example = |(logit, right): &(f64, bool)| Example {
        candidates: vec![(vec![*logit], *right)],
        weight: 1.0,
    };
    let examples: Vec<Example> = told.iter().map(example).collect();
    let found = solve(vec![0.0, 1.0], &examples, CALIBRATION_HOLD)?;
    let at = |index: usize, default: f64| found.get(index).copied().unwrap_or(default);
    Ok(Calibration {
        offset: at(0, 0.0),
        slope: at(1, 1.0),
    })
}

/// Bias and weights, the bias first, that make the examples likeliest.
fn solve(prior: Vec<f64>, examples: &[Example], hold: f64) -> Result<Vec<f64>, FitError> {
    let problem = Problem {
        prior: prior.clone(),
        examples,
        hold,
    };
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_cost(GAIN)
        .map_err(FitError)?;
    let run = Executor::new(problem, solver)
        .configure(|state| state.param(prior.clone()).max_iters(STEPS))
        .run()
        .map_err(FitError)?;
    Ok(run.state().get_best_param().cloned().unwrap_or(prior))
}

/// What is made small: how unlikely the examples are, and how far the weights are from those before.
struct Problem<'e> {
    prior: Vec<f64>,
    examples: &'e [Example],
    hold: f64,
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, weights: &Self::Param) -> Result<f64, Error> {
        let unlikely: f64 = self
            .examples
            .iter()
            .map(|example| example.weight * example.shares(weights).unlikeliness())
            .sum();
        let far: f64 = weights
            .iter()
            .zip(&self.prior)
            .map(|(weight, prior)| (weight - prior).powi(2))
            .sum();
        Ok(unlikely + 0.5 * self.hold * far)
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, weights: &Self::Param) -> Result<Vec<f64>, Error> {
        let mut gradient: Vec<f64> = weights
            .iter()
            .zip(&self.prior)
            .map(|(weight, prior)| self.hold * (weight - prior))
            .collect();
        for example in self.examples {
            let shares = example.shares(weights);
            for ((features, right), all) in example.candidates.iter().zip(&shares.all) {
                let known = if *right {
                    all / shares.right.max(f64::MIN_POSITIVE)
                } else {
                    0.0
                };
                let known = if shares.any_right { known } else { 0.0 };
                add(&mut gradient, features, example.weight * (all - known));
            }
        }
        Ok(gradient)
    }
}

/// Adds a candidate's bias and features to the gradient.
fn add(gradient: &mut [f64], features: &[f64], amount: f64) {
    let ones = std::iter::once(&1.0).chain(features);
    for (place, feature) in gradient.iter_mut().zip(ones) {
        *place += amount * feature;
    }
}

/// How likely each candidate of an example is.
struct Shares {
    all: Vec<f64>,
    /// Of all that are right, or of "nothing" where none is.
    right: f64,
    any_right: bool,
}

impl Shares {
    fn unlikeliness(&self) -> f64 {
        -self.right.max(1e-300).ln()
    }
}

impl Example {
    fn shares(&self, weights: &[f64]) -> Shares {
        let score = |features: &Vec<f64>| -> f64 {
            let ones = std::iter::once(&1.0).chain(features);
            ones.zip(weights).map(|(feature, weight)| feature * weight).sum()
        };
        let scores: Vec<f64> = self
            .candidates
            .iter()
            .map(|(features, _)| score(features))
            .collect();
        let most = scores.iter().copied().fold(0.0, f64::max);
        let nothing = (-most).exp();
        let parts: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
        let sum = nothing + parts.iter().sum::<f64>();
        let all: Vec<f64> = parts.iter().map(|part| part / sum).collect();
        let any_right = self.candidates.iter().any(|(_, right)| *right);
        let right = if any_right {
            let right = all.iter().zip(&self.candidates).filter(|(_, (_, right))| *right);
            right.map(|(share, _)| share).sum()
        } else {
            nothing / sum
        };
        Shares {
            all,
            right,
            any_right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(candidates: &[(f64, bool)]) -> Example {
        Example {
            candidates: candidates
                .iter()
                .map(|(feature, right)| (vec![*feature], *right))
                .collect(),
            weight: 1.0,
        }
    }

    #[test]
    fn what_is_right_becomes_likely_and_the_rest_unlikely() {
        let examples: Vec<Example> = (0..20)
            .map(|_| example(&[(1.0, true), (0.0, false)]))
            .chain((0..20).map(|_| example(&[(0.0, false)])))
            .collect();
        let weights = solve(vec![0.0, 0.0], &examples, 0.1).unwrap();
        let shares = example(&[(1.0, true), (0.0, false)]).shares(&weights);
        assert!(shares.all[0] > 0.9 && shares.all[1] < 0.1, "{weights:?}");
    }

    #[test]
    fn without_examples_the_weights_stay_what_they_were() {
        let weights = solve(vec![-1.0, 2.0], &[], 1.0).unwrap();
        assert!((weights[0] + 1.0).abs() < 1e-9 && (weights[1] - 2.0).abs() < 1e-9);
    }

    #[test]
    fn too_sure_is_told_as_less_sure() {
        // Told with a logit of 3 (0.95), right in 7 of 10.
        let told: Vec<(f64, bool)> = (0..200).map(|index| (3.0, index % 10 < 7)).collect();
        let calibration = calibrate(&told).unwrap();
        assert!((calibration.of(0.9526) - 0.7).abs() < 0.03, "{calibration:?}");
    }
}
