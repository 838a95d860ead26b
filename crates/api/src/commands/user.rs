//! `docent user`: accounts.

use std::process::ExitCode;

use domain::event::Action;
use domain::name::Name;
use domain::user::{Email, User};
use storage::{AnyConnection, Constraint, Error};

use super::database;
use crate::cli::UserCommand;
use crate::config::Settings;

/// Makes an account.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) async fn run(command: UserCommand, settings: &Settings) -> anyhow::Result<ExitCode> {
    let UserCommand::Create { email, name } = command;
    let db = database::open(settings)?;
    let address = email.clone();
    let name = name.map_or_else(|| Ok(email.default_name()), |name| name.parse())?;
    let created = db.write(move |conn| create(conn, &email, &name)).await;
    match created {
        Ok(user) => println!("user {} {}", user.id, user.email),
        Err(Error::Conflict(Constraint::UserEmail)) => anyhow::bail!("there is a user {address} already"),
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes an account and writes it to the audit trail.
pub(super) fn create(conn: &mut AnyConnection, email: &Email, name: &Name) -> Result<User, Error> {
    let now = database::now();
    let user = storage::users::insert(conn, email, name, now)?;
    database::record(conn, None, Action::UserCreated, &user.id, now)?;
    Ok(user)
}
