//! `docent eval` on real documents. Reads the folder named by `DOCENT_CORPUS`; without it these tests say so and pass.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::evidence::{Audit, Verdict};
use domain::parsing::ParseConfig;
use serde_json::Value;

use crate::docent::Docent;
use crate::place;

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("DOCENT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("SKIPPED: DOCENT_CORPUS names no folder of documents");
    }
    corpus
}

fn eval(corpus: &Path, out: &Path, threads: &str) {
    let (cases, out) = (corpus.join("cases"), out.to_str().unwrap().to_owned());
    Docent::new().ok(&[
        "eval",
        cases.to_str().unwrap(),
        "--predictions",
        &out,
        "--threads",
        threads,
    ]);
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// The cases by their id: kind, and the document.
fn documents(corpus: &Path) -> BTreeMap<String, (String, PathBuf)> {
    let sources = std::fs::read_dir(corpus.join("cases"))
        .unwrap()
        .map(|source| source.unwrap().path());
    let cases = sources.flat_map(|source| {
        std::fs::read_dir(source)
            .unwrap()
            .map(|case| case.unwrap().path())
    });
    cases
        .map(|folder| {
            let case: Value =
                serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
            let text = |key: &str| case[key].as_str().unwrap().to_owned();
            (
                format!("{}.json", text("id")),
                (text("kind"), folder.join(text("document"))),
            )
        })
        .collect()
}

/// One test, for the run over the corpus is the dear part.
#[test]
fn predictions_are_the_same_in_every_run_and_stand_where_they_say() {
    let Some(corpus) = corpus() else { return };
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    eval(&corpus, first.path(), "2");
    eval(&corpus, second.path(), "1");
    let predictions = files(first.path());
    assert_eq!(predictions, files(second.path()), "two runs differ");

    let documents = documents(&corpus);
    assert_eq!(predictions.len(), documents.len(), "a prediction for every case");
    let mut wrong = Vec::new();
    let mut proven = 0;
    for (name, text) in &predictions {
        let (kind, document) = &documents[name];
        if kind == "fields" {
            proven += check_values(name, text, document, &mut wrong);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {proven} values:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(proven > 0, "no value was proven");
}

/// Every value has a verdict, and what is said to stand on the page stands there. Returns how many do.
fn check_values(name: &str, prediction: &str, document: &Path, wrong: &mut Vec<String>) -> usize {
    let prediction: Value = serde_json::from_str(prediction).unwrap();
    let audit: Audit = serde_json::from_value(prediction["audit_data"].clone()).unwrap();
    let parsed = parsing::read(&std::fs::read(document).unwrap(), &ParseConfig::default());
    let mut proven = 0;
    let mut leaves = 0;
    audit.for_each_leaf(&mut |path, evidence| {
        leaves += 1;
        let value = prediction["groups"]
            .pointer(&format!("/{}", path.replace('.', "/")))
            .unwrap_or(&Value::Null);
        match evidence.verdict {
            Verdict::NotFound if value.is_null() => {}
            Verdict::Inferred if !value.is_null() => {}
            Verdict::Grounded | Verdict::Normalized => match &parsed {
                Ok(parsed) => match place::check(value, evidence, parsed) {
                    Ok(()) => proven += 1,
                    Err(error) => wrong.push(format!("{name} {path}: {error}")),
                },
                Err(error) => wrong.push(format!("{name} {path}: a value of what cannot be read: {error}")),
            },
            Verdict::NotFound | Verdict::Inferred => {
                wrong.push(format!(
                    "{name} {path}: {value} is said to be {:?}",
                    evidence.verdict
                ));
            }
        }
    });
    let values = count_values(&prediction["groups"]);
    if values > leaves {
        wrong.push(format!("{name}: {values} values, {leaves} verdicts"));
    }
    proven
}

fn count_values(data: &Value) -> usize {
    match data {
        Value::Null => 0,
        Value::Array(items) => items.iter().map(count_values).sum(),
        Value::Object(fields) => fields.values().map(count_values).sum(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
