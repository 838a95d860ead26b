//! Opening the database for a command.

use std::path::Path;

use anyhow::Context;
use domain::event::{Action, Actor, Event};
use domain::id::{EventId, WorkspaceId};
use domain::time::{Clock, SystemClock, Timestamp};
use storage::migrations::{SchemaState, migrate, schema_state};
use storage::{AnyConnection, Db, DbOptions};

use crate::config::Settings;

/// Opens the database. The embedded one is made and migrated where needed; one that others share is migrated by
/// `docent migrate` only, for the other processes must fit too.
pub(super) fn open(settings: &Settings) -> anyhow::Result<Db> {
    let url = &settings.database_url;
    if !url.is_postgres() {
        make_folder(&settings.data_dir)?;
        migrate(url, now()).with_context(|| format!("cannot prepare the database {url}"))?;
    }
    let db =
        Db::open(url, &DbOptions::default()).with_context(|| format!("cannot open the database {url}"))?;
    match schema_state(url).with_context(|| format!("cannot read the schema of {url}"))? {
        SchemaState::Current => Ok(db),
        SchemaState::Behind(_) => {
            anyhow::bail!("the database is older than this program: run `docent migrate`")
        }
        SchemaState::Ahead(_) => anyhow::bail!("the database is newer than this program: run a newer docent"),
    }
}

/// Makes the folder for the database and files. What is in it is nobody else's business.
pub(super) fn make_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// The time at which a command does what it does.
pub(super) fn now() -> Timestamp {
    SystemClock.now()
}

/// Writes to the audit trail that somebody at the command line did something.
pub(super) fn record(
    conn: &mut AnyConnection,
    workspace: Option<WorkspaceId>,
    action: Action,
    object: &dyn std::fmt::Display,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let event = Event {
        id: EventId::generate(),
        workspace_id: workspace,
        actor: Actor::CommandLine,
        action,
        object_id: object.to_string(),
        request_id: None,
        created_at: now,
    };
    storage::events::insert(conn, &event)
}
