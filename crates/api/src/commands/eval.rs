//! `docent eval`: predictions for every case of a corpus, for `score.py` or the like to judge.
//!
//! Of a case it reads the document and the schema, never the answers: [`Case`] has no field for them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context;
use domain::hash::ContentHash;
use domain::id::DocumentId;
use domain::parsed::ParsedDocument;
use domain::schema::CompiledSchema;
use extraction::Input;
use indicatif::{ProgressBar, ProgressStyle};
use parsing::child::ParseChild;
use parsing::{ParseError, Source};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{config_hash, parse_child};
use crate::cli::Eval;
use crate::config::Settings;

/// What is read of `case.json`.
#[derive(Deserialize)]
struct Case {
    id: String,
    kind: Kind,
    document: String,
    #[serde(default)]
    schema: Value,
}

/// What is asked of a case.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Values by a schema.
    Fields,
    /// The text of the document.
    Text,
    /// To survive it.
    Hostile,
}

/// Runs all cases on a few threads and writes `<id>.json` for each.
pub(super) fn run(arguments: &Eval, settings: &Settings) -> anyhow::Result<ExitCode> {
    let folders = find_cases(&arguments.cases)?;
    std::fs::create_dir_all(&arguments.predictions)
        .with_context(|| format!("cannot make {}", arguments.predictions.display()))?;
    let runner = Runner {
        child: parse_child(settings)?,
        settings,
        predictions: &arguments.predictions,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = arguments.threads.unwrap_or(cores).clamp(1, folders.len().max(1));

    let progress = progress_bar(folders.len());
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = runner.run(folder)
                        && let Ok(mut failures) = failures.lock()
                    {
                        failures.push(format!("{}: {error:#}", folder.display()));
                    }
                    progress.inc(1);
                }
            });
        }
    });
    progress.finish();
    report(
        folders.len(),
        failures.into_inner().unwrap_or_default(),
        &arguments.predictions,
    )
}

#[expect(
    clippy::print_stderr,
    reason = "the summary is for the person at the terminal"
)]
fn report(cases: usize, mut failures: Vec<String>, predictions: &Path) -> anyhow::Result<ExitCode> {
    failures.sort();
    for failure in &failures {
        eprintln!("{failure}");
    }
    eprintln!("{cases} cases, predictions in {}", predictions.display());
    anyhow::ensure!(failures.is_empty(), "{} cases could not be run", failures.len());
    Ok(ExitCode::SUCCESS)
}

struct Runner<'r> {
    child: ParseChild,
    settings: &'r Settings,
    predictions: &'r Path,
}

impl Runner<'_> {
    fn run(&self, folder: &Path) -> anyhow::Result<()> {
        let text = std::fs::read_to_string(folder.join("case.json")).context("cannot read case.json")?;
        let case: Case = serde_json::from_str(&text).context("cannot understand case.json")?;
        let bytes = std::fs::read(folder.join(&case.document)).context("cannot read the document")?;
        let parsed = self.child.parse(
            &Source::new(&bytes, &self.settings.parse),
            self.settings.parse_timeout,
        );
        let prediction = match case.kind {
            Kind::Fields => self.values(&case, &bytes, parsed.as_ref().ok())?,
            Kind::Text => json!({ "text": parsed.map(|document| document.text()).unwrap_or_default() }),
            Kind::Hostile => json!({ "outcome": outcome(parsed.as_ref()) }),
        };
        let path = self.predictions.join(format!("{}.json", case.id));
        let text = serde_json::to_string_pretty(&prediction)?;
        std::fs::write(&path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
    }

    /// The values with their evidence beside them; of a document that could not be parsed, nulls.
    fn values(&self, case: &Case, bytes: &[u8], parsed: Option<&ParsedDocument>) -> anyhow::Result<Value> {
        let schema = CompiledSchema::compile(&case.schema)
            .map_err(|errors| anyhow::anyhow!("the schema has {} mistakes", errors.len()))?;
        let config_hash = config_hash(&self.settings.parse);
        let input = parsed.map(|parsed| Input {
            id: DocumentId::from_content(&ContentHash::of(bytes)),
            name: &case.document,
            config_hash: &config_hash,
            parsed,
        });
        let extraction = extraction::extract(input.as_slice(), &schema);
        Ok(
            json!({ "groups": extraction.data, "audit_data": extraction.audit, "warnings": extraction.warnings }),
        )
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

/// The folders with a `case.json`, two levels below, sorted.
fn find_cases(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for source in subfolders(root)? {
        folders.extend(
            subfolders(&source)?
                .into_iter()
                .filter(|folder| folder.join("case.json").is_file()),
        );
    }
    anyhow::ensure!(
        !folders.is_empty(),
        "there are no cases (SOURCE/CASE/case.json) in {}",
        root.display()
    );
    folders.sort();
    Ok(folders)
}

fn subfolders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
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
