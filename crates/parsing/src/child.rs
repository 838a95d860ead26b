//! Reading a document in a child process, so that no document can take the server down or hold it up.
//!
//! The server runs its own program again as `docent parse-child`, which calls [`confine`] and [`serve()`]. [`ParseChild`]
//! is the server's side: it starts children, hands them documents, ends them when their time is up and keeps those that
//! behaved for the next document. What goes over the pipes is described in `frame`.
//!
//! A document may hang its child (it is killed at the time limit), eat its memory, crash it or make it answer rubbish (it
//! is replaced); the caller gets a [`ParseError`] in every case. Children inherit no environment, open no file and no
//! connection, and nothing they write to standard error is kept.
//!
//! Pages whose text is a picture come out of the child as pictures and are recognised by the [`OcrEngine`] that the
//! parent was given, several at a time; the words go back into the child, which lays them out.

mod confine;
mod frame;
mod last_words;
mod process;
mod recognition;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::parsed::ParsedDocument;

use crate::draw::PictureForm;
use crate::{Attachment, OcrEngine, ParseError, Scale, Source, stored};
use frame::{Request, Task};
use process::{Ended, Outcome, Process};

pub use confine::{Confined, Confinement, Recognising, confine, confine_recognising};
pub use serve::serve;

/// All of a child's environment. The program's allocator would take hold of a gigabyte of addresses at once, which the
/// limit of memory counts as if it were used; so it takes 64 MB at a time.
pub(crate) const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "65536");

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
    memory: u64,
    engine: Option<Arc<dyn OcrEngine>>,
    idle: Mutex<Vec<Process>>,
}

/// What came out of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadDocument {
    /// The document in its stored form.
    pub stored: Vec<u8>,
    /// The files inside it that are documents of their own, in order.
    pub attachments: Vec<Attachment>,
}

impl ParseChild {
    /// Children run that program with those arguments; it has to call [`confine`] with that much memory, and then
    /// [`serve()`]. Nothing is started yet.
    pub fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
        memory: u64,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            memory,
            engine: None,
            idle: Mutex::default(),
        }
    }

    /// Children of that program, which is Docent's: `docent parse-child`.
    pub fn of_docent(program: impl Into<PathBuf>, memory: u64) -> Self {
        let arguments = [
            "parse-child".to_owned(),
            "--memory".to_owned(),
            memory.to_string(),
        ];
        Self::new(program, arguments, memory)
    }

    /// The same, with someone to read pictures. Without, pages that are pictures stay empty and are named in the
    /// document's warnings.
    #[must_use]
    pub fn with_engine(self, engine: Arc<dyn OcrEngine>) -> Self {
        Self {
            engine: Some(engine),
            ..self
        }
    }

    /// Reads a document. Blocks until the answer is there, at most for the time limit, to which the time for pictures is
    /// added.
    pub fn parse(&self, source: &Source<'_>, limit: Duration) -> Result<ParsedDocument, ParseError> {
        let read = self.parse_to_stored(source, limit)?;
        // The child wrote what this very program cannot read: it is broken, however it came to that.
        stored::decode(&read.stored).map_err(|_rubbish: stored::StoredError| ParseError::Crashed)
    }

    /// As [`ParseChild::parse`], for callers that keep the stored form.
    pub fn parse_to_stored(&self, source: &Source<'_>, limit: Duration) -> Result<ReadDocument, ParseError> {
        let task = Task::Read {
            recognise: self.engine.is_some(),
        };
        let Outcome { result, attachments } = self.ask(source, task, limit)?;
        Ok(ReadDocument {
            stored: result?,
            attachments,
        })
    }

    /// Draws a page, as a file of that form. Blocks like [`ParseChild::parse`].
    pub fn draw(
        &self,
        source: &Source<'_>,
        page: u32,
        scale: Scale,
        form: PictureForm,
        limit: Duration,
    ) -> Result<Vec<u8>, ParseError> {
        self.ask(source, Task::Draw { page, scale, form }, limit)?.result
    }

    fn ask(&self, source: &Source<'_>, task: Task, limit: Duration) -> Result<Outcome, ParseError> {
        let end = Instant::now().checked_add(limit);
        let left = || end.map_or(limit, |end| end.saturating_duration_since(Instant::now()));
        let request = Request {
            task,
            config: source.config.clone(),
            password: source.password.map(str::to_owned),
            cpu_time: limit,
        };
        let engine = self.engine.as_deref();

        // A child that waited may have died meanwhile, through no fault of this document: then a new one has to do.
        if let Some(mut waiting) = self.take_idle() {
            match waiting.ask(&request, source.bytes, engine, left()) {
                Ok(outcome) => return Ok(self.accept(waiting, outcome)),
                Err(Ended::BeforeTheDocument) => {}
                Err(ended) => return Err(self.failure(ended, limit)),
            }
        }
        let mut fresh =
            Process::start(&self.program, &self.arguments).map_err(|error| ParseError::NotRun {
                detail: error.to_string(),
            })?;
        match fresh.ask(&request, source.bytes, engine, left()) {
            Ok(outcome) => Ok(self.accept(fresh, outcome)),
            Err(ended) => Err(self.failure(ended, limit)),
        }
    }

    fn failure(&self, ended: Ended, limit: Duration) -> ParseError {
        match ended {
            Ended::TimeLimit => ParseError::TimeLimit { limit },
            Ended::OutOfMemory => ParseError::MemoryLimit { limit: self.memory },
            Ended::BeforeTheDocument | Ended::WithoutAnswer => ParseError::Crashed,
        }
    }

    fn accept(&self, process: Process, outcome: Outcome) -> Outcome {
        if process.documents() < DOCUMENTS_PER_CHILD {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(process);
        }
        outcome
    }

    fn take_idle(&self) -> Option<Process> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}
