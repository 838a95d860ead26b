//! SQLite: the template is a file, a copy is a copy.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use storage::{DatabaseUrl, migrations};
use tempfile::TempDir;

use super::at;

/// A migrated database in a folder of its own.
pub(super) fn copy_of_template() -> (DatabaseUrl, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("docent.db");
    std::fs::copy(template(), &file).unwrap();
    (DatabaseUrl::sqlite(&file).unwrap(), folder)
}

/// The template of this schema, made by the first test that asks. It appears by being renamed, so that of several
/// processes none sees half a file.
fn template() -> PathBuf {
    let name = format!("docent-test-template-{}.db", migrations::FINGERPRINT);
    let template = std::env::temp_dir().join(name);
    if template.exists() {
        return template;
    }
    let work = tempfile::tempdir().unwrap();
    let file = work.path().join("template.db");
    migrations::migrate(&DatabaseUrl::sqlite(&file).unwrap(), at(0)).unwrap();
    // Everything into the one file.
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA journal_mode = DELETE").unwrap();
    drop(connection);
    if std::fs::rename(&file, &template).is_err() {
        // Another file system: copy beside, then rename there.
        let beside = template.with_extension(std::process::id().to_string());
        std::fs::copy(&file, &beside).unwrap();
        std::fs::rename(&beside, &template).unwrap();
    }
    template
}
