//! Real and hostile documents from outside of the project: each is read or refused, in bounded time, and no reading
//! panics. Runs where `DOCENT_CORPUS` names a folder of them.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::parsing::ParseConfig;
use parsing::{ParseError, Source};

/// Per document, in a build without optimisation on a busy machine; the limit of a server is in the same order.
const BOUND: Duration = Duration::from_mins(1);

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[test]
fn every_document_of_the_corpus_is_read_or_refused_in_bounded_time() -> std::io::Result<()> {
    let Some(corpus) = std::env::var_os("DOCENT_CORPUS") else {
        return writeln!(std::io::stderr(), "SKIPPED: DOCENT_CORPUS is not set");
    };
    let mut files = Vec::new();
    files_below(Path::new(&corpus), &mut files)?;
    files.sort();
    files.retain(|file| file.file_name() != Some(OsStr::new("case.json")));
    assert!(!files.is_empty(), "no files below {}", corpus.display());

    let (mut read, mut refused) = (0, 0);
    for file in &files {
        let bytes = std::fs::read(file)?;
        let started = Instant::now();
        match parsing::read(&bytes, &ParseConfig::default()) {
            Ok(document) => {
                read += 1;
                let stored = parsing::stored::encode(&document).expect("a document can be stored");
                assert_eq!(
                    parsing::stored::decode(&stored).as_ref(),
                    Ok(&document),
                    "{}",
                    file.display()
                );
            }
            Err(error) => {
                refused += 1;
                assert!(error.is_refusal(), "{}: {error}", file.display());
            }
        }
        assert!(
            started.elapsed() < BOUND,
            "{} took {:?}",
            file.display(),
            started.elapsed()
        );
    }
    writeln!(std::io::stderr(), "{read} documents read, {refused} refused")
}

#[test]
fn passwords_that_the_corpus_knows_open_its_pdfs_and_others_do_not() -> std::io::Result<()> {
    let Some(corpus) = std::env::var_os("DOCENT_CORPUS") else {
        return writeln!(std::io::stderr(), "SKIPPED: DOCENT_CORPUS is not set");
    };
    let mut files = Vec::new();
    files_below(Path::new(&corpus), &mut files)?;
    files.retain(|file| file.file_name() == Some(OsStr::new("case.json")));
    let mut opened = 0;
    for file in &files {
        let case: serde_json::Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let (Some(password), Some("application/pdf")) =
            (case["password"].as_str(), case["media_type"].as_str())
        else {
            continue;
        };
        let bytes = std::fs::read(file.with_file_name(case["document"].as_str().unwrap_or_default()))?;
        let config = ParseConfig::default();
        let with = |password| {
            let source = Source {
                password,
                ..Source::new(&bytes, &config)
            };
            parsing::parse(&source)
        };
        let name = file.display();
        assert!(with(Some(password)).is_ok(), "{name}: {:?}", with(Some(password)));
        assert_eq!(with(None), Err(ParseError::PasswordNeeded), "{name}");
        assert_eq!(
            with(Some("another one")),
            Err(ParseError::WrongPassword),
            "{name}"
        );
        opened += 1;
    }
    writeln!(std::io::stderr(), "{opened} locked PDFs opened")
}
