//! Reading a document in a child process, so that no document can take the server down or hold it up.
//!
//! The server runs its own program again as `docent parse-child`, which calls [`serve()`]. [`ParseChild`] is the server's
//! side: it starts children, hands them documents, ends them when their time is up and keeps those that behaved for
//! the next document. What goes over the pipes is described in `frame`.
//!
//! A document may hang its child (it is killed at the time limit), crash it or make it answer rubbish (it is replaced);
//! the caller gets a [`ParseError`] in every case. Children inherit no environment, and nothing they write to standard
//! error is kept.

mod frame;
mod process;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::parsed::ParsedDocument;
use domain::parsing::ParseConfig;

use crate::{ParseError, stored};
use frame::Answer;
use process::{Ended, Process};

pub use serve::serve;

/// A child reads no more documents than this: memory that a library keeps is given back with the process.
const DOCUMENTS_PER_CHILD: u32 = 200;

/// Reads documents in child processes. Share one between all threads that read.
///
/// There are as many children as calls at one time; those that are idle wait for the next document and end when this
/// is dropped.
#[derive(Debug)]
pub struct ParseChild {
    program: PathBuf,
    arguments: Vec<OsString>,
    idle: Mutex<Vec<Process>>,
}

impl ParseChild {
    /// Children run that program with those arguments; it has to call [`serve()`]. Nothing is started yet.
    pub fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            idle: Mutex::default(),
        }
    }

    /// Reads a document. Blocks until the answer is there, at most for the time limit.
    pub fn parse(
        &self,
        bytes: &[u8],
        config: &ParseConfig,
        limit: Duration,
    ) -> Result<ParsedDocument, ParseError> {
        let stored = self.parse_to_stored(bytes, config, limit)?;
        // The child wrote what this very program cannot read: it is broken, however it came to that.
        stored::decode(&stored).map_err(|_rubbish: stored::StoredError| ParseError::Crashed)
    }

    /// As [`ParseChild::parse`], for callers that keep the stored form.
    pub fn parse_to_stored(
        &self,
        bytes: &[u8],
        config: &ParseConfig,
        limit: Duration,
    ) -> Result<Vec<u8>, ParseError> {
        let end = Instant::now().checked_add(limit);
        let left = || end.map_or(limit, |end| end.saturating_duration_since(Instant::now()));
        let timed_out = ParseError::TimeLimit { limit };

        // A child that waited may have died meanwhile, through no fault of this document: then a new one has to do.
        if let Some(mut waiting) = self.take_idle() {
            match waiting.ask(bytes, config, left()) {
                Ok(answer) => return self.accept(waiting, answer),
                Err(Ended::TimeLimit) => return Err(timed_out),
                Err(Ended::BeforeTheDocument) => {}
                Err(Ended::WithoutAnswer) => return Err(ParseError::Crashed),
            }
        }
        let mut fresh =
            Process::start(&self.program, &self.arguments).map_err(|error| ParseError::NotRun {
                detail: error.to_string(),
            })?;
        match fresh.ask(bytes, config, left()) {
            Ok(answer) => self.accept(fresh, answer),
            Err(Ended::TimeLimit) => Err(timed_out),
            Err(Ended::BeforeTheDocument | Ended::WithoutAnswer) => Err(ParseError::Crashed),
        }
    }

    fn accept(&self, process: Process, answer: Answer) -> Result<Vec<u8>, ParseError> {
        if process.documents() < DOCUMENTS_PER_CHILD {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(process);
        }
        match answer {
            Answer::Stored(stored) => Ok(stored),
            Answer::Refused(error) => Err(error),
        }
    }

    fn take_idle(&self) -> Option<Process> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}
