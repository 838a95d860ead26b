//! The binary `docent`. What it does stands in [`api::commands`].

use std::process::ExitCode;

use api::cli::Cli;
use mimalloc::MiMalloc;

/// What one thread takes, another gives back: rows are read on one and sent by another. The system's allocator locks for
/// that, and took a fifth of a request's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
