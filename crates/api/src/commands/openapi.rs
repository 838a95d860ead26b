//! `docent openapi`: the document of the API.

use std::process::ExitCode;

/// Prints the document as JSON.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) fn run() -> anyhow::Result<ExitCode> {
    println!("{}", crate::openapi::document().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
