//! What the corpus of real documents says of formats other than PDF and pictures: every value that is known of them
//! stands in the text, and hostile ones come to an end. Needs the corpus in `DOCENT_CORPUS`.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests may panic, and so may what they share"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::parsed::ParsedDocument;
use domain::parsing::ParseConfig;
use parsing::{ParseError, Source};
use serde_json::Value;

/// Sources whose documents are read by other means.
fn is_here(media_type: &str) -> bool {
    media_type != "application/pdf" && !media_type.starts_with("image/")
}

struct Case {
    id: String,
    folder: PathBuf,
    about: Value,
}

impl Case {
    fn text(&self, key: &str) -> &str {
        self.about[key].as_str().unwrap_or_default()
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.folder.join(self.text("document"))).unwrap()
    }

    fn read(&self) -> Result<ParsedDocument, ParseError> {
        parsing::read(&self.bytes(), &ParseConfig::default())
    }
}

/// The cases of a source that are read here; none, loudly, without a corpus.
fn cases(source: &str) -> Vec<Case> {
    let mut cases = all_cases(source);
    cases.retain(|case| is_here(case.text("media_type")));
    cases
}

fn all_cases(source: &str) -> Vec<Case> {
    let Some(corpus) = std::env::var_os("DOCENT_CORPUS") else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: DOCENT_CORPUS is not set");
        return Vec::new();
    };
    let folder = Path::new(&corpus).join("cases").join(source);
    let mut cases: Vec<Case> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let folder = entry.unwrap().path();
            let about = fs::read(folder.join("case.json")).unwrap();
            let about: Value = serde_json::from_slice(&about).unwrap();
            Case {
                id: about["id"].as_str().unwrap().to_owned(),
                folder,
                about,
            }
        })
        .collect();
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    assert!(!cases.is_empty(), "{} has no cases", folder.display());
    cases
}

/// Without blanks and in small letters.
fn squashed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Ways in which a known value may be printed.
fn printings(value: &Value) -> Vec<String> {
    match value {
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(truth) => vec![truth.to_string()],
        Value::String(text) => {
            let mut all = vec![text.clone()];
            let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
            let formats = ["%-d %b %Y", "%d %b %Y", "%d.%m.%Y", "%b %-d, %Y"];
            all.extend(
                date.iter()
                    .flat_map(|date| formats.map(|format| date.format(format).to_string())),
            );
            all
        }
        _ => Vec::new(),
    }
}

/// All single values in what is expected.
fn values(expected: &Value) -> Vec<&Value> {
    match expected {
        Value::Array(list) => list.iter().flat_map(values).collect(),
        Value::Object(map) => map.values().flat_map(values).collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

#[test]
fn every_expected_value_stands_in_the_text() {
    let mut missing = Vec::new();
    let mut found = 0;
    for case in ["office-table", "mail"].iter().flat_map(|source| cases(source)) {
        let document = case.read().unwrap_or_else(|error| panic!("{}: {error}", case.id));
        let text = squashed(&document.text());
        for value in values(&case.about["expected"]) {
            if printings(value)
                .iter()
                .any(|printed| text.contains(&squashed(printed)))
            {
                found += 1;
            } else {
                missing.push(format!("{}: {value}", case.id));
            }
        }
    }
    println!("{found} values found");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_string_stands_in_the_text() {
    for case in cases("text") {
        let text = squashed(&case.read().unwrap().text());
        let strings = |key: &str| case.about[key].as_array().cloned().unwrap_or_default();
        for wanted in strings("must_contain") {
            assert!(
                text.contains(&squashed(wanted.as_str().unwrap())),
                "{}: {wanted}",
                case.id
            );
        }
        for unwanted in strings("must_not_contain") {
            assert!(
                !text.contains(&squashed(unwanted.as_str().unwrap())),
                "{}: {unwanted}",
                case.id
            );
        }
    }
}

#[test]
fn invoices_inside_of_pdfs_give_their_values() {
    for case in all_cases("einvoice-embedded") {
        let document = case.read().unwrap();
        let total = document
            .xml
            .iter()
            .filter(|value| value.path.ends_with("GrandTotalAmount") || value.path.ends_with("PayableAmount"))
            .count();
        assert!(total > 0, "{}: {} values", case.id, document.xml.len());
    }
}

#[test]
fn the_kind_is_found_by_content() {
    for case in ["office-table", "mail", "text"]
        .iter()
        .flat_map(|source| cases(source))
    {
        assert_eq!(
            parsing::sniff(&case.bytes()).media_type,
            case.text("media_type"),
            "{}",
            case.id
        );
    }
}

#[test]
fn hostile_files_are_read_or_refused_in_little_time() {
    for case in cases("hostile") {
        let bytes = case.bytes();
        let config = ParseConfig::default();
        let begun = Instant::now();
        let outcome = parsing::parse(&Source::new(&bytes, &config));
        let took = begun.elapsed();
        let outcome = match outcome {
            Ok(parsed) => format!(
                "{} pages, {} characters",
                parsed.document.pages.len(),
                parsed.document.text().chars().count()
            ),
            Err(error) => {
                assert!(error.is_refusal(), "{}: {error}", case.id);
                error.to_string()
            }
        };
        println!("{} ({}): {took:.1?}: {outcome}", case.id, case.text("class"));
        assert!(took < Duration::from_secs(10), "{}", case.id);
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.throw(bytes.len());
    let end = (at + dice.throw(200)).min(bytes.len());
    match dice.throw(5) {
        0 => bytes[at] ^= 0x55,
        1 => bytes.truncate(bytes.len() / 2 + at / 2),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let twice = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, twice));
        }
        _ => bytes[at..end].fill(0xff),
    }
}

#[test]
fn damaged_files_are_read_or_refused_in_little_time() {
    let mut dice = Dice(4_711);
    for case in ["office-table", "mail", "text"]
        .iter()
        .flat_map(|source| cases(source))
    {
        for round in 0..12 {
            let mut bytes = case.bytes();
            for _ in 0..=dice.throw(4) {
                damage(&mut bytes, &mut dice);
            }
            let begun = Instant::now();
            if let Err(error) = parsing::read(&bytes, &ParseConfig::default()) {
                assert!(error.is_refusal(), "{}, {round}: {error}", case.id);
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{}, {round}", case.id);
        }
    }
}
