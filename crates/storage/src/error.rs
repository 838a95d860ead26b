//! What can go wrong in the database, translated in one place.

use diesel::result::{
    DatabaseErrorInformation, DatabaseErrorKind, DeserializeFieldError, Error as DieselError,
};

use crate::connection::ConnectError;
use crate::constraint::Constraint;

/// Whatever lies beneath an error.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A storage function failed. Absence is no error: functions that look for one thing return an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is one like it already.
    #[error("{0} is taken")]
    Conflict(Constraint),
    /// It refers to something that is not there (any more).
    #[error("a row refers to one that does not exist")]
    MissingReference,
    /// Others hold what was needed: try again.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached.
    #[error("cannot reach the database")]
    Unavailable(#[source] Source),
    /// A row holds what this version of the program cannot read.
    #[error("cannot read column {column}")]
    Inconsistent {
        /// Which column.
        column: String,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// The job is no longer held by this worker: what it did is to be thrown away.
    #[error("the lease on the job is lost")]
    LeaseLost,
    /// The schema could not be brought up to date.
    #[error("cannot migrate the database")]
    Migration(#[source] Source),
    /// The work was stopped before it ended: the process shuts down, or it panicked.
    #[error("the work on the database was interrupted")]
    Interrupted,
    /// Anything else: a mistake of ours, or a full disk.
    #[error("the database refused a statement")]
    Database(#[source] DieselError),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, information) => translate(kind, information),
            DieselError::DeserializationError(source) => inconsistent(source),
            other => Self::Database(other),
        }
    }
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

fn translate(kind: DatabaseErrorKind, information: Box<dyn DatabaseErrorInformation + Send + Sync>) -> Error {
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            if let Some(constraint) = Constraint::find(information.constraint_name(), information.message()) {
                return Error::Conflict(constraint);
            }
        }
        DatabaseErrorKind::ForeignKeyViolation => return Error::MissingReference,
        DatabaseErrorKind::SerializationFailure => return Error::Busy,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            return Error::Unavailable(Box::new(DieselError::DatabaseError(kind, information)));
        }
        _ => {}
    }
    if means_busy(information.message()) {
        return Error::Busy;
    }
    Error::Database(DieselError::DatabaseError(kind, information))
}

/// Neither SQLite's locks nor PostgreSQL's deadlocks have a kind of their own.
fn means_busy(message: &str) -> bool {
    message.starts_with("database is locked")
        || message.starts_with("database table is locked")
        || message.starts_with("deadlock detected")
        || message.starts_with("canceling statement due to lock timeout")
}

fn inconsistent(source: Source) -> Error {
    match source.downcast::<DeserializeFieldError>() {
        Ok(field) => Error::Inconsistent {
            column: field.field_name.unwrap_or_default(),
            source: field.error,
        },
        Err(source) => Error::Inconsistent {
            column: "of unknown name".to_owned(),
            source,
        },
    }
}
