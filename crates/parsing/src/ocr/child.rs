//! Recognition in child processes, so that a picture can neither take the server down nor hold it up.
//!
//! The server runs its own program again as `docent ocr-child`, which calls
//! [`crate::child::confine_recognising`] and [`serve()`]. [`OcrChildren`]
//! is the server's side, and itself an [`OcrEngine`]: it starts children, hands them pictures, ends them together with
//! the Tesseract they started when the time for a picture is up, and keeps those that behaved for the next. No more
//! run at one time than were agreed on; further pictures wait.
//!
//! A child that dies, hangs or answers rubbish costs its own picture only.

mod frame;
mod process;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::installed::PICTURE_LIMIT;
use super::{Installed, OcrEngine, OcrError, OcrOptions, OcrWord};
use crate::Pixels;
use process::{Ended, Process};

pub use serve::serve;

/// A child reads no more pictures than this: memory that a library keeps is given back with the process.
const PICTURES_PER_CHILD: u32 = 100;

/// Bytes that a child may take, and each Tesseract that it starts: the largest picture, its copies, and the models.
const MEMORY: u64 = 2_000_000_000;

/// Starting a child and loading models must not eat up a picture's time.
const START: Duration = Duration::from_secs(15);

/// Recognises in child processes. Share one between all threads.
#[derive(Debug)]
pub struct OcrChildren {
    program: PathBuf,
    arguments: Vec<OsString>,
    at_once: usize,
    limit: Duration,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Process>,
    running: usize,
}

impl OcrChildren {
    /// Children run that program with those arguments; it has to call [`serve()`]. At most `at_once` run at one time,
    /// each with one thread. A picture takes at most `limit`. Nothing is started yet.
    pub fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
        at_once: usize,
        limit: Duration,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            at_once: at_once.max(1),
            limit,
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Children of that program, which is Docent's: `docent ocr-child`, with the engines that are installed.
    pub fn of_docent(program: impl Into<PathBuf>, installed: &Installed, at_once: usize) -> Self {
        let mut arguments = vec!["ocr-child".into(), "--memory".into(), MEMORY.to_string().into()];
        for (name, value) in [
            ("--models", installed.models()),
            ("--tesseract", installed.tesseract()),
        ] {
            if let Some(value) = value {
                arguments.extend([OsString::from(name), value.into()]);
            }
        }
        Self::new(program, arguments, at_once, PICTURE_LIMIT + START)
    }

    fn ask(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        let end = Instant::now().checked_add(self.limit);
        let left = || end.map_or(self.limit, |end| end.saturating_duration_since(Instant::now()));
        let timed_out = OcrError::TimeLimit(self.limit.as_secs());
        let crashed = || OcrError::Failed("the engine crashed".to_owned());

        // A child that waited may have died meanwhile, through no fault of this picture: then a new one has to do.
        let waiting = self.state().idle.pop();
        if let Some(mut waiting) = waiting {
            match waiting.ask(picture, options, left()) {
                Ok(answer) => return self.accept(waiting, answer),
                Err(Ended::TimeLimit) => return Err(timed_out),
                Err(Ended::BeforeThePicture) => {}
                Err(Ended::WithoutAnswer) => return Err(crashed()),
            }
        }
        let mut fresh = Process::start(&self.program, &self.arguments)
            .map_err(|error| OcrError::Failed(format!("it could not be started: {error}")))?;
        match fresh.ask(picture, options, left()) {
            Ok(answer) => self.accept(fresh, answer),
            Err(Ended::TimeLimit) => Err(timed_out),
            Err(Ended::BeforeThePicture | Ended::WithoutAnswer) => Err(crashed()),
        }
    }

    fn accept(
        &self,
        process: Process,
        answer: Result<Vec<OcrWord>, OcrError>,
    ) -> Result<Vec<OcrWord>, OcrError> {
        if process.pictures() < PICTURES_PER_CHILD {
            self.state().idle.push(process);
        }
        answer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for one more.
    fn room(&self) -> Room<'_> {
        let mut state = self.state();
        while state.running >= self.at_once {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.running = state.running.saturating_add(1);
        Room(self)
    }
}

/// A place among those that run, given back when it is dropped.
struct Room<'c>(&'c OcrChildren);

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.running = state.running.saturating_sub(1);
        drop(state);
        self.0.freed.notify_one();
    }
}

impl OcrEngine for OcrChildren {
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        let _room = self.room();
        self.ask(picture, options)
    }
}
