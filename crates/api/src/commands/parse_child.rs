//! `docent parse-child`: parses documents for a parent process.

use std::process::ExitCode;

/// Answers requests on stdin until it closes.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    parsing::child::serve(std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
