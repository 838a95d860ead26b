//! What came out of many cases, and the mistakes that tell most.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::answers::{Answers, Kind};
use crate::calibration::Calibration;
use crate::counts::Counts;
use crate::evidence::Evidence;
use crate::fields::{Mistake, Outcome, fields};
use crate::others;

/// What came out of many cases. It is shown as a table by source.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub(crate) sources: BTreeMap<String, Source>,
    pub(crate) texts: Texts,
    /// How hostile documents ended, by what is wrong with them.
    pub(crate) hostile: BTreeMap<String, BTreeMap<String, u32>>,
    /// Cases without a prediction.
    pub(crate) missing: u32,
    findings: Vec<Finding>,
    calibration: Calibration,
}

/// The cases of one source whose values are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    pub(crate) counts: Counts,
    pub(crate) cases: u32,
    /// Cases without a mistake.
    pub(crate) all_right: u32,
    /// Fields that the documents do not hold and that got a value.
    pub(crate) invented: u32,
}

/// The cases whose text is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) cases: u32,
    pub(crate) complete: u32,
    pub(crate) strings: usize,
    pub(crate) found: usize,
}

/// A mistake, and where it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Name of the case.
    pub case: String,
    /// What is wrong.
    pub mistake: Mistake,
    /// What the prediction says of the value.
    pub evidence: Option<Evidence>,
}

impl Report {
    /// Judges the prediction of a case, or that there is none.
    ///
    /// # Errors
    ///
    /// The case's schema is not understood.
    pub fn judge(&mut self, answers: &Answers, prediction: Option<&Value>) -> Result<(), serde_json::Error> {
        self.missing += u32::from(prediction.is_none());
        let prediction = prediction.unwrap_or(&Value::Null);
        let mistakes = match answers.kind {
            Kind::Fields => {
                let outcome = fields(answers, prediction)?;
                self.add(&answers.source.name, &outcome);
                self.calibrate(&outcome, prediction);
                outcome.mistakes
            }
            Kind::Text => {
                let outcome = others::text(answers, prediction);
                self.texts.add(&outcome);
                outcome.mistakes
            }
            Kind::Hostile => {
                let (ended, mistake) = others::hostile(answers, prediction);
                let class = self.hostile.entry(answers.class.clone()).or_default();
                *class.entry(ended).or_default() += 1;
                mistake.into_iter().collect()
            }
        };
        self.findings.extend(mistakes.into_iter().map(|mistake| Finding {
            case: answers.id.clone(),
            evidence: Evidence::of(prediction, &mistake.field, mistake.row),
            mistake,
        }));
        Ok(())
    }

    /// Takes in what came out for a case of that source: its counts alone.
    pub fn add(&mut self, source: &str, outcome: &Outcome) {
        let entry = self.sources.entry(source.to_owned()).or_default();
        entry.counts.add(&outcome.total());
        entry.cases += 1;
        entry.all_right += u32::from(outcome.mistakes.is_empty());
        let invented = outcome
            .mistakes
            .iter()
            .filter(|mistake| mistake.expected.is_null());
        entry.invented += u32::try_from(invented.count()).unwrap_or(u32::MAX);
    }

    fn calibrate(&mut self, outcome: &Outcome, prediction: &Value) {
        for given in &outcome.given {
            if let Some(evidence) = Evidence::of(prediction, &given.field, given.row) {
                self.calibration.add(evidence.confidence, given.right);
            }
        }
    }

    /// The counts of each source, of the cases whose values are asked for.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Counts)> {
        self.sources
            .iter()
            .map(|(name, source)| (name.as_str(), &source.counts))
    }

    /// The plain mean of the sources' F1, so that one with many cases does not drown the others; nothing without sources.
    #[must_use]
    pub fn mean_of_sources(&self) -> Option<f64> {
        let count = u32::try_from(self.sources.len())
            .ok()
            .filter(|count| *count > 0)?;
        let sum: f64 = self.sources.values().map(|source| source.counts.f1()).sum();
        Some(sum / f64::from(count))
    }

    /// How far confidence is a probability, over the values that were judged and have one.
    #[must_use]
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// All mistakes, in the order in which the cases were judged.
    #[must_use]
    pub fn mistakes(&self) -> &[Finding] {
        &self.findings
    }

    /// All mistakes, those that tell most first: wrong values, then values that no document holds, then values that were
    /// missed; among those of a kind, the most confident first.
    #[must_use]
    pub fn worst(&self) -> Vec<&Finding> {
        let mut worst: Vec<&Finding> = self.findings.iter().collect();
        worst.sort_by(|a, b| {
            let confidence = b.confidence().total_cmp(&a.confidence());
            a.rank().cmp(&b.rank()).then(confidence)
        });
        worst
    }
}

impl Texts {
    fn add(&mut self, outcome: &others::TextOutcome) {
        self.cases += 1;
        self.complete += u32::from(outcome.mistakes.is_empty());
        self.strings += outcome.strings;
        self.found += outcome.found;
    }
}

impl Finding {
    fn rank(&self) -> u8 {
        match (self.mistake.expected.is_null(), self.mistake.got.is_null()) {
            (false, false) => 0,
            (true, _) => 1,
            (false, true) => 2,
        }
    }

    fn confidence(&self) -> f64 {
        self.evidence.as_ref().map_or(0.0, |evidence| evidence.confidence)
    }
}

/// A few lines: what was expected, what was found, where and why.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake {
            field,
            row,
            expected,
            got,
        } = &self.mistake;
        write!(f, "{}  {field}", self.case)?;
        if let Some(row) = row {
            write!(f, ", row {}", row.saturating_add(1))?;
        }
        let Some(evidence) = &self.evidence else {
            return writeln!(f, ": expected {expected}, got {got}");
        };
        writeln!(
            f,
            ": expected {expected}, got {got} with confidence {:.2}",
            evidence.confidence
        )?;
        write!(f, "{evidence}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(id: &str, expected: &Value) -> Answers {
        serde_json::from_value(json!({
            "id": id, "kind": "fields", "source": {"name": "made"}, "expected": {"a": expected},
            "schema": {"groups": {"a": {"fields": {"x": {"type": "string"}, "y": {"type": "string"}}}}},
        }))
        .unwrap()
    }

    fn leaf(confidence: f64) -> Value {
        json!({"confidence": confidence, "reasoning": "because", "sources": [{"page": 1, "text": "there"}]})
    }

    #[test]
    fn what_is_wrong_and_sure_of_itself_tells_most() {
        let mut report = Report::default();
        let unsure = json!({"groups": {"a": {"x": "no", "y": "invented"}},
            "audit_data": {"a": {"x": leaf(0.4), "y": leaf(0.95)}}});
        report
            .judge(&answers("one", &json!({"x": "yes", "y": null})), Some(&unsure))
            .unwrap();
        let sure = json!({"groups": {"a": {"x": "no", "y": null}}, "audit_data": {"a": {"x": leaf(0.9), "y": leaf(0.0)}}});
        report
            .judge(&answers("two", &json!({"x": "yes", "y": "lost"})), Some(&sure))
            .unwrap();
        let worst: Vec<(&str, &str)> = report
            .worst()
            .iter()
            .map(|finding| (finding.case.as_str(), finding.mistake.field.as_str()))
            .collect();
        assert_eq!(
            worst,
            [("two", "a.x"), ("one", "a.x"), ("one", "a.y"), ("two", "a.y")]
        );
        assert_eq!(
            report.worst()[0].to_string(),
            "two  a.x: expected \"yes\", got \"no\" with confidence 0.90\n    on page 1: there\n    because\n"
        );
        assert_eq!(report.mistakes().len(), 4);
    }

    #[test]
    fn only_values_that_were_given_are_calibrated() {
        let mut report = Report::default();
        let prediction = json!({"groups": {"a": {"x": "yes", "y": null}},
            "audit_data": {"a": {"x": leaf(0.9), "y": leaf(0.0)}}});
        report
            .judge(
                &answers("one", &json!({"x": "yes", "y": null})),
                Some(&prediction),
            )
            .unwrap();
        let calibration = report.calibration();
        assert_eq!(calibration.values(), 1);
        assert!((calibration.expected_error().unwrap() - 0.1).abs() < 1e-9);
    }
}
