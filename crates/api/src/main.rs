//! The binary `docent`. What it does stands in [`api::commands`].

use std::process::ExitCode;

use api::cli::Cli;

#[expect(
    clippy::print_stderr,
    reason = "errors of the command line are for the person at the terminal"
)]
fn main() -> ExitCode {
    match api::commands::run(Cli::read()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("docent: {error:#}");
            ExitCode::FAILURE
        }
    }
}
