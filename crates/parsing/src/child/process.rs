//! One child process, seen from the parent.

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use domain::parsing::ParseConfig;

use super::frame::{self, Answer};

/// A running child. Dropping it ends the process and collects it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    documents: u32,
}

/// A child ended, or was ended, in place of answering. It is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It had not read the document: whatever ended it, the document did not.
    BeforeTheDocument,
    /// It had the document and did not answer, or answered rubbish.
    WithoutAnswer,
    /// Its time was up.
    TimeLimit,
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[OsString]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            end(&mut child);
            return Err(io::Error::other("the child has no pipes"));
        };
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
            documents: 0,
        })
    }

    /// How many documents it was given.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Hands over a document and waits for the answer. Whatever the child does with its pipes, this comes back: at the
    /// limit the child is killed, which ends every read and write of the thread that talks to it.
    pub(super) fn ask(
        &mut self,
        bytes: &[u8],
        config: &ParseConfig,
        limit: Duration,
    ) -> Result<Answer, Ended> {
        self.documents = self.documents.saturating_add(1);
        let Self {
            child,
            requests,
            answers,
            ..
        } = self;
        thread::scope(|scope| {
            let (done, result) = mpsc::sync_channel(1);
            scope.spawn(move || {
                // Nobody listens any more when the time is up.
                let _ = done.send(talk(requests, answers, bytes, config));
            });
            let result = result.recv_timeout(limit).unwrap_or(Err(Ended::TimeLimit));
            if result.is_err() {
                end(child);
            }
            result
        })
    }
}

fn talk(
    requests: &mut ChildStdin,
    answers: &mut BufReader<ChildStdout>,
    bytes: &[u8],
    config: &ParseConfig,
) -> Result<Answer, Ended> {
    let before = |_lost: io::Error| Ended::BeforeTheDocument;
    frame::write_request(requests, bytes, config).map_err(before)?;
    frame::read_receipt(answers).map_err(before)?;
    frame::read_answer(answers).map_err(|_lost: io::Error| Ended::WithoutAnswer)
}

/// Kills and collects the process. Both fail only where it is gone already.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
