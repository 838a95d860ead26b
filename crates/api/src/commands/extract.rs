//! `docent extract`: one file, one schema, the values on stdout.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use domain::hash::ContentHash;
use domain::id::DocumentId;
use domain::parsing::ParseConfig;
use domain::schema::{CompiledSchema, SchemaError};
use extraction::Input;
use parsing::child::ParseChild;
use parsing::{Installed, OcrChildren, Source};
use serde_json::json;

use crate::cli::Extract;
use crate::config::Settings;

/// Reads the file in a child process, extracts in this one, prints data and evidence as JSON.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) fn run(arguments: &Extract, settings: &Settings) -> anyhow::Result<ExitCode> {
    let schema = read_schema(arguments)?;
    let bytes = std::fs::read(&arguments.file)
        .with_context(|| format!("cannot read {}", arguments.file.display()))?;
    let child = parse_child(settings)?;
    let parsed = child
        .parse(&Source::new(&bytes, &settings.parse), settings.parse_timeout)
        .with_context(|| format!("cannot parse {}", arguments.file.display()))?;
    let name = arguments.file.file_name().unwrap_or_default().to_string_lossy();
    let input = Input {
        id: DocumentId::from_content(&ContentHash::of(&bytes)),
        name: &name,
        config_hash: &config_hash(&settings.parse),
        parsed: &parsed,
    };
    let extraction = extraction::extract(&[input], &schema);
    let warnings = [extraction.warnings, parsed.warnings.clone()].concat();
    let answer = json!({
        "title": extraction.title,
        "data": extraction.data,
        "audit_data": extraction.audit,
        "checks": extraction.checks,
        "warnings": warnings,
    });
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(ExitCode::SUCCESS)
}

fn read_schema(arguments: &Extract) -> anyhow::Result<CompiledSchema> {
    let path = arguments.schema.display();
    let text = std::fs::read_to_string(&arguments.schema).with_context(|| format!("cannot read {path}"))?;
    let schema = serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))?;
    CompiledSchema::compile(&schema).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(SchemaError::to_string).collect();
        anyhow::anyhow!("{path} is not a schema:\n  {}", lines.join("\n  "))
    })
}

/// Parsing in children of this very program; and recognition, as far as there is something to do it with.
pub(super) fn parse_child(settings: &Settings) -> anyhow::Result<ParseChild> {
    let program = std::env::current_exe().context("cannot tell where this program lies")?;
    let child = ParseChild::of_docent(&program, settings.parse_memory);
    let engines = Installed::find(Some(&settings.models));
    tracing::info!("character recognition: {engines}");
    for missing in engines.missing() {
        tracing::info!("{missing}");
    }
    if engines.is_empty() {
        return Ok(child);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let recognising = OcrChildren::of_docent(program, &engines, cores);
    Ok(child.with_engine(Arc::new(recognising)))
}

/// The fingerprint that chunk ids follow from.
pub(super) fn config_hash(config: &ParseConfig) -> String {
    config.hash(parsing::PARSER_VERSION)
}
