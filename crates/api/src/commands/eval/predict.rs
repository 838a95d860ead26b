//! The first step: every case is read and extracted, and what came out is written, on a few threads.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use domain::hash::ContentHash;
use domain::id::DocumentId;
use domain::parsed::ParsedDocument;
use domain::parsing::ParseConfig;
use domain::schema::CompiledSchema;
use extraction::Input;
use indicatif::{ProgressBar, ProgressStyle};
use parsing::ParseError;
use serde_json::{Value, json};

use super::asked::Asked;
use super::case::{Case, Kind, compiled};
use super::clock::ThreadTime;
use super::read::{Read, Reader};
use super::standing::Standing;
use crate::cli::Eval;
use crate::commands::extract::config_hash;
use crate::config::Settings;

/// What came of all cases. The predictions themselves are in their files.
pub(super) struct Predicted {
    /// In the order of the cases.
    pub(super) runs: Vec<Run>,
    /// Cases that could not be run, and why.
    pub(super) failures: Vec<String>,
}

/// What is told of a case beside its prediction.
pub(super) struct Run {
    pub(super) case: String,
    pub(super) source: String,
    /// Of what was read; 0 where nothing could be.
    pub(super) pages: usize,
    /// From asking to the answer.
    pub(super) reading: Duration,
    /// Time of the thread, of a case whose values are asked for and whose document could be read.
    pub(super) extracting: Option<Duration>,
    pub(super) standing: Standing,
    /// Where the same schema is asked of all documents.
    pub(super) asked: Option<Asked>,
}

/// Runs the cases in those folders and writes `<id>.json` for each.
pub(super) fn all(folders: &[PathBuf], arguments: &Eval, settings: &Settings) -> anyhow::Result<Predicted> {
    std::fs::create_dir_all(&arguments.predictions)
        .with_context(|| format!("cannot make {}", arguments.predictions.display()))?;
    let runner = Runner {
        reader: Reader::new(arguments.parsed.as_deref(), arguments.words, settings)?,
        config_hash: config_hash(&settings.parse),
        schema: arguments.schema.as_deref().map(schema).transpose()?,
        predictions: &arguments.predictions,
    };
    warm_up()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or(cores).clamp(1, folders.len().max(1));

    let progress = progress_bar(folders.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(folders.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(folder) = folders.get(index) else { break };
                    let run = runner
                        .run(folder)
                        .map_err(|error| format!("{}: {error:#}", folder.display()));
                    if let Ok(mut done) = done.lock() {
                        done.push((index, run));
                    }
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish();

    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    let (mut runs, mut failures) = (Vec::with_capacity(done.len()), Vec::new());
    for (_, run) in done {
        match run {
            Ok(run) => runs.push(run),
            Err(failure) => failures.push(failure),
        }
    }
    Ok(Predicted { runs, failures })
}

/// The engine loads its words and weights for the first document: that is no case's time.
fn warm_up() -> anyhow::Result<()> {
    let schema = compiled(&json!({"fields": {
        "total": {"type": "number"}, "due_date": {"type": "date"}, "paid": {"type": "boolean"}, "seller": {"type": "string"},
        "address": {"type": "string", "format": "address"}, "phone": {"type": "string", "format": "phone"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}}
    }}))?;
    let document = b"Example GmbH\nHauptstr. 12\n10115 Berlin\n\nDate: 12 March 2026\nTotal: 12.50 EUR";
    let parsed = parsing::read(document, &ParseConfig::default())?;
    let input = Input {
        id: DocumentId::from_content(&ContentHash::of(b"")),
        name: "",
        config_hash: "",
        parsed: &parsed,
    };
    extraction::extract(&[input], &schema);
    Ok(())
}

fn schema(file: &Path) -> anyhow::Result<CompiledSchema> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let schema = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    compiled(&schema)
}

struct Runner<'r> {
    reader: Reader<'r>,
    config_hash: String,
    /// What is asked of every document in place of its own schema.
    schema: Option<CompiledSchema>,
    predictions: &'r Path,
}

impl Runner<'_> {
    fn run(&self, folder: &Path) -> anyhow::Result<Run> {
        let case = Case::read(folder)?;
        let bytes = std::fs::read(folder.join(&case.document)).context("cannot read the document")?;
        let Read { parsed, took } = self.reader.read(folder, &case, &bytes)?;
        let mut run = Run {
            pages: parsed.as_ref().map_or(0, |document| document.pages.len()),
            reading: took,
            extracting: None,
            standing: Standing::default(),
            asked: None,
            source: case.source().to_owned(),
            case: case.id.clone(),
        };
        let prediction = match (case.kind, &self.schema) {
            (_, Some(schema)) => {
                let prediction = self.values(&case, schema, &bytes, parsed.as_ref().ok(), &mut run);
                run.asked = Some(Asked::of(schema, &prediction));
                prediction
            }
            (Kind::Fields, None) => {
                self.values(&case, &case.schema()?, &bytes, parsed.as_ref().ok(), &mut run)
            }
            (Kind::Text, None) => {
                json!({ "text": parsed.map(|document| document.text()).unwrap_or_default() })
            }
            (Kind::Hostile, None) => json!({ "outcome": outcome(parsed.as_ref()) }),
        };
        let path = self.predictions.join(format!("{}.json", case.id));
        let text = serde_json::to_string_pretty(&prediction)?;
        std::fs::write(&path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
        Ok(run)
    }

    /// The values with their evidence beside them; of a document that could not be parsed, nulls.
    fn values(
        &self,
        case: &Case,
        schema: &CompiledSchema,
        bytes: &[u8],
        parsed: Option<&ParsedDocument>,
        run: &mut Run,
    ) -> Value {
        let id = DocumentId::from_content(&ContentHash::of(bytes));
        let input = parsed.map(|parsed| Input {
            id,
            name: &case.document,
            config_hash: &self.config_hash,
            parsed,
        });
        let started = ThreadTime::now();
        let extraction = extraction::extract(input.as_slice(), schema);
        run.extracting = parsed.map(|_| started.elapsed());
        if let Some(parsed) = parsed {
            run.standing = Standing::of(&extraction, id, parsed);
        }
        json!({ "groups": extraction.data, "audit_data": extraction.audit, "warnings": extraction.warnings })
    }
}

/// How a hostile document ended, in the words of the corpus.
fn outcome(parsed: Result<&ParsedDocument, &ParseError>) -> &'static str {
    match parsed {
        Ok(_) => "extracted",
        Err(ParseError::TimeLimit { .. }) => "timeout",
        Err(ParseError::Crashed) => "crashed",
        Err(error) if error.is_refusal() => "rejected",
        Err(_) => "failed",
    }
}

/// On a terminal a bar; elsewhere nothing.
fn progress_bar(cases: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} cases, {elapsed} gone, {eta} to go");
    let bar = ProgressBar::new(u64::try_from(cases).unwrap_or(u64::MAX));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_error) => bar,
    }
}
