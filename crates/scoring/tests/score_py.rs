//! The figures are those of the corpus' own `score.py`. Needs the corpus in `DOCENT_CORPUS`, and python3.
//!
//! The predictions are the answers with a part of them made wrong, written otherwise, lost or made up: nothing is read out of
//! a document.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fastrand::Rng;
use scoring::{Answers, Counts, Kind, Report, fields};
use serde_json::{Map, Value, json};

/// A case as it lies in the corpus, and the prediction for it; none for some.
struct Judged {
    case: Value,
    answers: Answers,
    prediction: Option<Value>,
}

#[test]
fn all_figures_equal_those_of_score_py() {
    let Some(corpus) = std::env::var_os("DOCENT_CORPUS").map(PathBuf::from) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: DOCENT_CORPUS is not set");
        return;
    };
    for (seed, share) in [(1, 0.0), (2, 0.1), (3, 0.4), (4, 0.9)] {
        compare(&corpus, seed, share);
    }
}

/// Judges corrupted answers by both, and compares.
fn compare(corpus: &Path, seed: u64, share: f64) {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Rng::with_seed(seed);
    let judged: Vec<Judged> = cases(corpus)
        .into_iter()
        .map(|case| {
            let prediction = (rng.f64() >= share / 10.0).then(|| predict(&case, share, &mut rng));
            if let Some(prediction) = &prediction {
                let file = folder
                    .path()
                    .join(format!("{}.json", case["id"].as_str().unwrap()));
                std::fs::write(file, prediction.to_string()).unwrap();
            }
            let answers = serde_json::from_value(case.clone()).unwrap();
            Judged {
                case,
                answers,
                prediction,
            }
        })
        .collect();

    let mut report = Report::default();
    for one in &judged {
        report.judge(&one.answers, one.prediction.as_ref()).unwrap();
    }
    let (table, theirs) = score_py(corpus, folder.path());
    assert_eq!(report.to_string(), table, "{share} of the values made wrong");
    for (source, counts) in report.sources() {
        same(counts, &theirs["sources"][source], source);
    }
    by_field_and_case(&judged, &theirs);
}

/// What score.py prints, and what it writes as JSON.
fn score_py(corpus: &Path, predictions: &Path) -> (String, Value) {
    let json = predictions.join("score.json");
    let ended = Command::new("python3")
        .arg(corpus.join("score.py"))
        .args([corpus, predictions])
        .arg("--json")
        .arg(&json)
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let written = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    (String::from_utf8(ended.stdout).unwrap(), written)
}

fn by_field_and_case(judged: &[Judged], theirs: &Value) {
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for one in judged.iter().filter(|one| one.answers.kind == Kind::Fields) {
        let prediction = one.prediction.as_ref().unwrap_or(&Value::Null);
        let outcome = fields(&one.answers, prediction).unwrap();
        let theirs = &theirs["cases"][&one.answers.id];
        same(&outcome.total(), theirs, &one.answers.id);
        assert_eq!(theirs["right"], outcome.mistakes.is_empty(), "{}", one.answers.id);
        for (field, counts) in &outcome.fields {
            let name = format!("{}:{field}", one.case["source"]["name"].as_str().unwrap());
            sums.entry(name).or_default().add(counts);
        }
    }
    for (name, counts) in &sums {
        same(counts, &theirs["fields"][name], name);
    }
    assert_eq!(theirs["fields"].as_object().unwrap().len(), sums.len());
}

fn same(ours: &Counts, theirs: &Value, what: &str) {
    let counted = [
        ("n", ours.values),
        ("tp", ours.right),
        ("fp", ours.wrong),
        ("fn", ours.missed),
        ("silent", ours.silent),
        ("loose", ours.loose),
    ];
    for (name, count) in counted {
        assert_eq!(theirs[name], count, "{name} of {what}");
    }
    let parts = theirs["anls"].as_f64().unwrap();
    assert!(
        (parts - ours.parts).abs() < 1e-6,
        "ANLS of {what}: {} is not {parts}",
        ours.parts
    );
}

/// All cases, in the order in which score.py takes them.
fn cases(corpus: &Path) -> Vec<Value> {
    let folders = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
    };
    let mut cases: Vec<Value> = folders(corpus.join("cases"))
        .flat_map(folders)
        .map(|folder| serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap())
        .collect();
    let key = |case: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&case["source"]["name"]), text(&case["id"]))
    };
    cases.sort_by_key(key);
    assert!(!cases.is_empty(), "no cases in {}", corpus.display());
    cases
}

/// The answer with a share of it made wrong.
fn predict(case: &Value, share: f64, rng: &mut Rng) -> Value {
    match case["kind"].as_str().unwrap() {
        "text" => {
            let strings = case["must_contain"].as_array().unwrap().iter();
            let kept: Vec<&str> = strings
                .filter(|_| rng.f64() >= share)
                .map(|string| string.as_str().unwrap())
                .collect();
            json!({ "text": kept.join("\n").to_uppercase() })
        }
        "hostile" if rng.f64() >= share => json!({ "outcome": "rejected" }),
        "hostile" => json!({ "outcome": rng.choice(["timeout", "crashed", "extracted"]) }),
        _ => {
            let mut groups = case["expected"].as_object().unwrap().clone();
            for (name, group) in &mut groups {
                corrupt_group(
                    group,
                    &case["schema"]["groups"][name.as_str()]["fields"],
                    share,
                    rng,
                );
            }
            json!({ "groups": groups, "audit_data": {} })
        }
    }
}

fn corrupt_group(group: &mut Value, declared: &Value, share: f64, rng: &mut Rng) {
    let Value::Array(rows) = group else {
        return corrupt_row(group.as_object_mut().unwrap(), declared, share, rng);
    };
    for row in rows.iter_mut() {
        corrupt_row(row.as_object_mut().unwrap(), declared, share, rng);
    }
    rng.shuffle(rows);
    if rng.f64() < share / 2.0 {
        rows.extend(rows.first().cloned());
        rows.push(json!({}));
    }
    if rng.f64() < share / 2.0 {
        rows.pop();
        rows.pop();
    }
    if rng.f64() < share / 4.0 {
        *group = json!({ "rows": group.take() });
    }
}

fn corrupt_row(row: &mut Map<String, Value>, declared: &Value, share: f64, rng: &mut Rng) {
    for (name, value) in row {
        if rng.f64() < share {
            *value = corrupted(value, declared[name.as_str()]["type"].as_str().unwrap(), rng);
        }
    }
}

/// A value in another form, wrong, lost or made up.
fn corrupted(value: &Value, kind: &str, rng: &mut Rng) -> Value {
    match (rng.u8(0..8), value) {
        (0, _) => Value::Null,
        (1, _) => json!({ "value": value, "confidence": 0.5 }),
        (2, Value::String(text)) => json!(format!(" {}. ", text.to_uppercase())),
        (3, Value::String(text)) => json!(text.replace([' ', '-', '.'], "")),
        (4, Value::String(text)) => json!(text.chars().skip(1).collect::<String>()),
        (5, Value::String(text)) => json!(text.split_once(' ').map_or(text.as_str(), |(first, _)| first)),
        (2, Value::Number(number)) => json!(format!("EUR {number}")),
        (3, Value::Number(number)) => json!(number.to_string().replace('.', ",")),
        (4, Value::Number(number)) => json!(format!("({number})")),
        (5, Value::Number(number)) => json!(number.as_f64().unwrap() + 1.0),
        (_, Value::Bool(truth)) => json!(if *truth { "no" } else { "selected" }),
        _ => match kind {
            "number" => json!(7777.25),
            "date" => json!("3rd of February, 1901"),
            "boolean" => json!(true),
            _ => json!(format!("zzqx {}", rng.u32(..))),
        },
    }
}
