//! Slow statements are told in the log.

use std::time::{Duration, Instant};

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};

/// A statement that takes longer is worth a line.
const SLOW: Duration = Duration::from_millis(250);

/// Times the statements of one connection.
#[derive(Debug, Default)]
pub(super) struct SlowStatements {
    started: Option<Instant>,
}

impl Instrumentation for SlowStatements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.started = Some(Instant::now()),
            InstrumentationEvent::FinishQuery { query, .. } => {
                let Some(elapsed) = self.started.take().map(|started| started.elapsed()) else {
                    return;
                };
                if elapsed >= SLOW {
                    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
                    tracing::warn!(db.elapsed_ms = milliseconds, db.statement = %without_binds(query), "slow statement");
                }
            }
            _ => {}
        }
    }
}

/// The statement alone: its values may be secrets or personal data.
fn without_binds(query: &dyn DebugQuery) -> String {
    let text = query.to_string();
    let statement = text.split(" -- binds:").next().unwrap_or_default();
    statement.chars().take(2000).collect()
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sqlite::Sqlite;

    use super::*;
    use crate::schema::users;

    #[test]
    fn a_slow_statement_is_told_without_its_values() {
        let query = users::table.filter(users::name.eq("s3cret")).select(users::id);
        let debug = diesel::debug_query::<Sqlite, _>(&query);
        assert!(debug.to_string().contains("s3cret"));
        let told = without_binds(&debug);
        assert!(told.starts_with("SELECT") && !told.contains("s3cret"), "{told}");
    }
}
