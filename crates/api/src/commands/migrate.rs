//! `docent migrate`: brings the database to this version's schema.

use std::process::ExitCode;

use anyhow::Context;

use super::database;
use crate::config::Settings;

/// Applies what is missing and says what that was.
#[expect(clippy::print_stderr, reason = "for the person at the terminal")]
pub(super) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let url = &settings.database_url;
    if !url.is_postgres() {
        database::make_folder(&settings.data_dir)?;
    }
    let applied = storage::migrations::migrate(url, database::now())
        .with_context(|| format!("cannot migrate the database {url}"))?;
    match applied.as_slice() {
        [] => eprintln!("{url} is up to date"),
        names => eprintln!("{url}: applied {}", names.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}
