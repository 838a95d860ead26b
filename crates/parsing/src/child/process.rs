//! One child process, seen from the parent.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pipe::fcntl_setpipe_size;

use super::ARENA;
use super::frame::{self, Part, Request};
use super::last_words::LastWords;
use super::recognition::Recognition;
use crate::{Attachment, OcrEngine, OcrOptions, ParseError};

/// What the pipes hold, in bytes: as much as a process without rights may ask for.
const PIPE: usize = 1 << 20;

/// A running child. Dropping it ends the process and collects it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    requests: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
    last_words: LastWords,
    documents: u32,
}

/// What a child did of what it was asked.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The stored document, or the picture.
    pub(super) result: Result<Vec<u8>, ParseError>,
    pub(super) attachments: Vec<Attachment>,
}

/// A child ended, or was ended, in place of answering. It is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It had not read the document: whatever ended it, the document did not.
    BeforeTheDocument,
    /// It had the document and did not answer, or answered rubbish.
    WithoutAnswer,
    /// It had the document and wanted more memory than it may have.
    OutOfMemory,
    /// Its time was up.
    TimeLimit,
}

/// What the thread that talks to a child tells the one that watches the time.
enum Event {
    /// It is no longer the child's time that passes: its pages are being recognised.
    ClockStops,
    /// It is again.
    ClockGoesOn,
    /// The last word.
    Ended(Result<Outcome, Ended>),
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[OsString]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env(ARENA.0, ARENA.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(requests), Some(answers), Some(errors)) = pipes else {
            end(&mut child);
            return Err(io::Error::other("the child has no pipes"));
        };
        // Larger than what the system gives, so that a document of usual size is handed over at one go. Where that much
        // is not to be had, it takes more turns.
        let _ = fcntl_setpipe_size(&requests, PIPE);
        let _ = fcntl_setpipe_size(&answers, PIPE);
        Ok(Self {
            child,
            requests: BufWriter::new(requests),
            answers: BufReader::new(answers),
            last_words: LastWords::of(errors),
            documents: 0,
        })
    }

    /// How many documents it was given.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Hands over a document and waits for the answer. Whatever the child does with its pipes, this comes back: at the
    /// limit the child is killed, which ends every read and write of the thread that talks to it. The time that
    /// recognition takes does not count: it has limits of its own.
    pub(super) fn ask(
        &mut self,
        request: &Request,
        bytes: &[u8],
        engine: Option<&dyn OcrEngine>,
        limit: Duration,
    ) -> Result<Outcome, Ended> {
        self.documents = self.documents.saturating_add(1);
        let Self {
            child,
            requests,
            answers,
            last_words,
            ..
        } = self;
        thread::scope(|scope| {
            let (events, watched) = mpsc::channel();
            let talk = Talk {
                requests,
                answers,
                events: events.clone(),
            };
            scope.spawn(move || {
                // Nobody listens any more when the time is up.
                let _ = events.send(Event::Ended(talk.about(request, bytes, engine)));
            });
            let outcome = watch(&watched, limit);
            outcome.map_err(|ended| {
                let signal = end(child);
                why(ended, signal, last_words)
            })
        })
    }
}

/// What killed a child that did not answer.
fn why(ended: Ended, signal: Option<i32>, last_words: &mut LastWords) -> Ended {
    const CPU_TIME_IS_UP: i32 = 24;
    match ended {
        Ended::WithoutAnswer if signal == Some(CPU_TIME_IS_UP) => Ended::TimeLimit,
        Ended::WithoutAnswer if last_words.tell_of_memory() => Ended::OutOfMemory,
        other => other,
    }
}

/// Waits for the last word, for as long as the child may take.
fn watch(events: &Receiver<Event>, limit: Duration) -> Result<Outcome, Ended> {
    let mut left = limit;
    loop {
        let since = Instant::now();
        match events.recv_timeout(left) {
            Ok(Event::Ended(ended)) => return ended,
            Ok(Event::ClockStops) => left = left.saturating_sub(since.elapsed()),
            Ok(Event::ClockGoesOn) => continue,
            Err(_) => return Err(Ended::TimeLimit),
        }
        match events.recv() {
            Ok(Event::Ended(ended)) => return ended,
            Ok(_) => {}
            Err(_) => return Err(Ended::WithoutAnswer),
        }
    }
}

/// A conversation about one document.
struct Talk<'a> {
    requests: &'a mut BufWriter<ChildStdin>,
    answers: &'a mut BufReader<ChildStdout>,
    events: Sender<Event>,
}

impl Talk<'_> {
    fn about(
        self,
        request: &Request,
        bytes: &[u8],
        engine: Option<&dyn OcrEngine>,
    ) -> Result<Outcome, Ended> {
        let before = |_lost: io::Error| Ended::BeforeTheDocument;
        frame::write_request(self.requests, request, bytes).map_err(before)?;
        frame::read_receipt(self.answers).map_err(before)?;
        let outcome = match engine {
            Some(engine) => self.with_recognition(engine, &OcrOptions::from(&request.config)),
            None => self.until_done(&mut None),
        };
        outcome.map_err(|_lost: io::Error| Ended::WithoutAnswer)
    }

    fn with_recognition(self, engine: &dyn OcrEngine, options: &OcrOptions) -> io::Result<Outcome> {
        thread::scope(|scope| {
            let mut recognition = Some(Recognition::new(scope, engine, options));
            self.until_done(&mut recognition)
        })
    }

    fn until_done(self, recognition: &mut Option<Recognition<'_, '_>>) -> io::Result<Outcome> {
        let mut attachments = Vec::new();
        loop {
            match frame::read_part(self.answers)? {
                Part::Picture(page, pixels) => {
                    let recognition = recognition.as_mut().ok_or_else(unasked)?;
                    self.without_clock(|| recognition.take(page, pixels));
                }
                Part::AllPictures => {
                    let recognition = recognition.take().ok_or_else(unasked)?;
                    let recognised = self.without_clock(|| recognition.finish());
                    frame::write_recognised(self.requests, &recognised)?;
                }
                Part::Attachment(attachment) => attachments.push(attachment),
                Part::Done(done) => {
                    return Ok(Outcome {
                        result: Ok(done),
                        attachments,
                    });
                }
                Part::Refused(error) => {
                    return Ok(Outcome {
                        result: Err(error),
                        attachments: Vec::new(),
                    });
                }
            }
        }
    }

    fn without_clock<T>(&self, work: impl FnOnce() -> T) -> T {
        let _ = self.events.send(Event::ClockStops);
        let done = work();
        let _ = self.events.send(Event::ClockGoesOn);
        done
    }
}

/// Kills and collects the process; which signal ended it. Killing fails only where it is gone already, and one that was
/// dying by itself still says of what.
fn end(child: &mut Child) -> Option<i32> {
    let _ = child.kill();
    child.wait().ok().and_then(|status| status.signal())
}

fn unasked() -> io::Error {
    io::Error::other("pictures that nobody asked for")
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
