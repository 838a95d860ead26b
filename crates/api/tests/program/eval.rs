//! `docent eval` on cases that are made here, of the project's own sample documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::documents::{Invoice, samples};

use crate::docent::Docent;

/// A corpus, and places for what is made of it.
struct Corpus {
    folder: TempDir,
    docent: Docent,
}

impl Corpus {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            docent: Docent::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Adds a case that is the only one of its source.
    fn add(&self, id: &str, document: &[u8], mut case: Value) {
        let folder = self.path("cases").join(id).join(id);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("document"), document).unwrap();
        case["id"] = json!(id);
        case["document"] = json!("document");
        case["source"] = json!({ "name": id });
        std::fs::write(folder.join("case.json"), case.to_string()).unwrap();
    }

    /// The same without what must not be needed to predict.
    fn without_answers(&self) {
        for source in std::fs::read_dir(self.path("cases")).unwrap() {
            let id = source.unwrap().file_name();
            let file = self.path("cases").join(&id).join(&id).join("case.json");
            let mut case: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            case.as_object_mut()
                .unwrap()
                .retain(|key, _| !matches!(key.as_str(), "expected" | "must_contain"));
            std::fs::write(file, case.to_string()).unwrap();
        }
    }

    /// What is printed, and the predictions by their file names.
    fn eval(&self, more: &[&str]) -> (String, BTreeMap<String, String>) {
        let (cases, out) = (self.path("cases"), tempfile::tempdir().unwrap());
        let fixed = [
            "eval",
            text(&cases),
            "--ocr-engine",
            "tesseract",
            "--predictions",
            text(out.path()),
        ];
        let printed = self.docent.ok(&[&fixed, more].concat());
        let files = std::fs::read_dir(out.path())
            .unwrap()
            .map(|file| file.unwrap().path());
        let predictions = files.map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(file).unwrap())
        });
        (printed, predictions.collect())
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What is asked of an invoice, and what the sample says.
fn invoice() -> Value {
    let schema: Value = serde_json::from_str(include_str!("../../assets/sample-schema.json")).unwrap();
    json!({
        "kind": "fields", "schema": schema,
        "expected": {
            "invoice": {
                "invoice_number": "INV-2026-0147", "issue_date": "2026-03-12", "due_date": "2026-04-11",
                "order_number": "PO-7731", "net_total": 375, "tax_total": 71.25, "grand_total": 446.25,
                "currency": "EUR"
            },
            "seller": {}, "line_items": []
        }
    })
}

/// What a picture says, by annotation: `Total 12.50` and above it `Invoice A-77`.
const WORDS: &str =
    "100,200,260,200,260,230,100,230,Total 12.50\n100,100,280,100,280,130,100,130,Invoice A-77\n";

fn picture() -> Vec<u8> {
    let white = image::GrayImage::from_pixel(400, 300, image::Luma([255]));
    let mut file = std::io::Cursor::new(Vec::new());
    white.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn predictions_are_the_same_bytes_in_every_run_on_one_thread_and_on_two() {
    let corpus = Corpus::new();
    for sample in samples(corpus.folder.path()) {
        corpus.add(sample.extension, &sample.bytes, invoice());
    }
    corpus.add(
        "broken",
        b"%PDF-1.7 and no more",
        json!({"kind": "hostile", "class": "cut"}),
    );
    corpus.add(
        "plain",
        b"Delivery note",
        json!({"kind": "text", "must_contain": ["delivery"]}),
    );

    let kept = corpus.path("kept");
    let keeping = |threads| corpus.eval(&["--threads", threads, "--parsed", text(&kept)]);
    let (_, first) = keeping("1");
    assert!(std::fs::read_dir(&kept).unwrap().count() > 15);
    let (_, second) = corpus.eval(&["--threads", "2"]);
    assert_eq!(first, second, "two runs, on one thread and on two");
    for threads in ["1", "2"] {
        assert_eq!(first, keeping(threads).1, "documents that were kept");
    }
    // What is asked is all that predictions follow from.
    corpus.without_answers();
    let (printed, without) = keeping("2");
    assert_eq!(first, without, "without answers");
    assert!(printed.contains("cases were not judged"), "{printed}");

    let pdf: Value = serde_json::from_str(&first["pdf.json"]).unwrap();
    assert_eq!(pdf["groups"]["invoice"]["invoice_number"], "INV-2026-0147");
}

#[test]
fn how_right_it_is_is_told_after_predicting() {
    let corpus = Corpus::new();
    corpus.add("right", &Invoice::default().to_pdf(), invoice());
    let mut wrong = invoice();
    wrong["expected"]["invoice"]["grand_total"] = json!(1);
    corpus.add("wrong", &Invoice::default().to_pdf(), wrong);
    corpus.add(
        "plain",
        b"Delivery note",
        json!({"kind": "text", "must_contain": ["delivery"]}),
    );

    let (printed, _) = corpus.eval(&["--worst", "1"]);
    for part in [
        "right                    1       8",
        "wrong                    1       8",
        "mean of sources: exact F1",
        "text: 1 of 1 strings found",
        "expected calibration error",
        "(100 %) that are said to stand on the page were found there again",
        "ms a page to extract: median",
    ] {
        assert!(printed.contains(part), "{part} is not in\n{printed}");
    }
    let worst: Vec<&str> = printed
        .lines()
        .skip_while(|line| !line.starts_with("wrong  invoice.grand_total"))
        .take(2)
        .collect();
    assert!(
        worst[0].contains("expected 1, got 446.25 with confidence"),
        "{printed}"
    );
    assert!(worst[1].contains("on page 1: "), "{printed}");

    let (printed, predictions) = corpus.eval(&["--source", "right"]);
    assert_eq!(predictions.keys().collect::<Vec<_>>(), ["right.json"]);
    assert!(!printed.contains("wrong"), "{printed}");
    let (cases, out) = (corpus.path("cases"), corpus.path("out"));
    let unknown = [
        "eval",
        text(&cases),
        "--predictions",
        text(&out),
        "--source",
        "other",
    ];
    assert!(corpus.docent.complaint(&unknown).contains("no cases of other"));
}

#[test]
fn pictures_are_read_by_their_annotated_words_when_asked_to() {
    let corpus = Corpus::new();
    let case = json!({
        "kind": "fields", "words": "words.csv", "schema": {"groups": {"receipt": {"fields": {"total": {"type": "number"}}}}},
        "expected": {"receipt": {"total": 12.5}}
    });
    corpus.add("picture", &picture(), case);
    let folder = corpus.path("cases").join("picture/picture");
    std::fs::write(folder.join("words.csv"), WORDS).unwrap();

    let kept = corpus.path("kept");
    for _ in 0..2 {
        let (printed, predictions) = corpus.eval(&["--words", "--parsed", text(&kept)]);
        let prediction: Value = serde_json::from_str(&predictions["picture.json"]).unwrap();
        assert_eq!(prediction["groups"]["receipt"]["total"], 12.5, "{printed}");
    }
    // Without them, the picture is empty, whatever was kept.
    let (_, predictions) = corpus.eval(&["--parsed", text(&kept)]);
    let prediction: Value = serde_json::from_str(&predictions["picture.json"]).unwrap();
    assert_eq!(prediction["groups"]["receipt"]["total"], Value::Null);
}

#[test]
fn a_schema_can_be_asked_of_every_document() {
    let corpus = Corpus::new();
    corpus.add("invoice", &Invoice::default().to_pdf(), invoice());
    corpus.add(
        "plain",
        b"Delivery note",
        json!({"kind": "text", "must_contain": ["delivery"]}),
    );
    let (schema, times) = (corpus.path("schema.json"), corpus.path("times.json"));
    let asked = json!({"groups": {"any": {"fields": {
        "invoice_number": {"type": "string"}, "blood_group": {"type": "string"}
    }}}});
    std::fs::write(&schema, asked.to_string()).unwrap();

    let (printed, _) = corpus.eval(&["--schema", text(&schema), "--times", text(&times)]);
    assert!(
        printed.contains("invoice                  1       2       1   0.500"),
        "{printed}"
    );
    assert!(
        printed.contains("plain                    1       2       0   0.000"),
        "{printed}"
    );
    let times: Value = serde_json::from_slice(&std::fs::read(times).unwrap()).unwrap();
    assert_eq!(times[0]["case"], "invoice");
    assert_eq!(times[0]["pages"], 1);
    assert!(times[0]["extract_ms"].as_f64().unwrap() > 0.0);
}
