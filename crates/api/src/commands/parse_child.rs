//! `docent parse-child`: parses documents for a parent process.

use std::process::ExitCode;

use parsing::child::{self, Confinement};

/// Answers requests on stdin until it closes, with that much memory in bytes and without files or network.
pub(super) fn run(memory: u64) -> anyhow::Result<ExitCode> {
    child::confine(Confinement { memory });
    child::serve(std::io::stdin(), std::io::stdout())?;
    Ok(ExitCode::SUCCESS)
}
