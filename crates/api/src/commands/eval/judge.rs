//! The second step: how right the predictions are. It alone reads the answers, and of what was predicted only the files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use scoring::{Answers, Report};
use serde_json::Value;

use super::case;

/// Judges the predictions of the cases in those folders: so many of the worst mistakes, the table, and how far confidence is a
/// probability. Cases without answers are counted and left out.
pub(super) fn judged(folders: &[PathBuf], predictions: &Path, worst: usize) -> String {
    let mut unjudged = Vec::new();
    let mut cases = Vec::new();
    for folder in folders {
        match answers(folder) {
            Ok(answers) if answers.are_known() => cases.push(answers),
            Ok(answers) => unjudged.push(format!("{}: no answers", answers.id)),
            Err(error) => unjudged.push(format!("{}: {error:#}", folder.display())),
        }
    }
    cases.sort_by(|a, b| (&a.source.name, &a.id).cmp(&(&b.source.name, &b.id)));
    let mut report = Report::default();
    for answers in &cases {
        let prediction = prediction(predictions, &answers.id);
        if let Err(error) = report.judge(answers, prediction.as_ref()) {
            unjudged.push(format!("{}: {error}", answers.id));
        }
    }
    shown(&report, &unjudged, worst)
}

fn answers(folder: &Path) -> anyhow::Result<Answers> {
    let text = std::fs::read_to_string(folder.join(case::FILE)).context("cannot read case.json")?;
    serde_json::from_str(&text).context("cannot understand the answers")
}

/// None where there is no file; one that is no JSON says nothing.
fn prediction(predictions: &Path, id: &str) -> Option<Value> {
    let text = std::fs::read(predictions.join(format!("{id}.json"))).ok()?;
    Some(serde_json::from_slice(&text).unwrap_or_default())
}

/// The figures stand at the end, where they are seen.
fn shown(report: &Report, unjudged: &[String], worst: usize) -> String {
    let mut text = String::new();
    // A `String` takes everything.
    for finding in report.worst().into_iter().take(worst) {
        let _ = writeln!(text, "{finding}");
    }
    let _ = write!(text, "{report}\n{}", report.calibration());
    if let [first, ..] = unjudged {
        let _ = writeln!(text, "{} cases were not judged ({first})", unjudged.len());
    }
    text
}
