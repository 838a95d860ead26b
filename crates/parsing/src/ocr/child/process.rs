//! One child process, seen from the parent.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::OcrOptions;
use crate::child::ARENA;

use super::frame::{self, Answer};
use crate::Pixels;

/// What tells Tesseract where its data lies, where that is not the usual place.
const PASSED_ON: &str = "TESSDATA_PREFIX";

/// A running child. Dropping it ends the process, with all that it started, and collects it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    requests: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pictures: u32,
}

/// A child ended, or was ended, in place of answering. It is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It had not read the picture: whatever ended it, the picture did not.
    BeforeThePicture,
    /// It had the picture and did not answer, or answered rubbish.
    WithoutAnswer,
    /// Its time was up.
    TimeLimit,
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[OsString]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env(ARENA.0, ARENA.1)
            .envs(std::env::var_os(PASSED_ON).map(|value| (PASSED_ON, value)))
            // A group of its own: it is ended together with the programs that it started.
            .process_group(0)
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
            requests: BufWriter::new(requests),
            answers: BufReader::new(answers),
            pictures: 0,
        })
    }

    /// How many pictures it was given.
    pub(super) fn pictures(&self) -> u32 {
        self.pictures
    }

    /// Hands over a picture and waits for the answer. Whatever the child does with its pipes, this comes back: at the
    /// limit it is killed, which ends every read and write of the thread that talks to it.
    pub(super) fn ask(
        &mut self,
        picture: &Pixels,
        options: &OcrOptions,
        limit: Duration,
    ) -> Result<Answer, Ended> {
        self.pictures = self.pictures.saturating_add(1);
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
                let _ = done.send(talk(requests, answers, picture, options));
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
    requests: &mut BufWriter<ChildStdin>,
    answers: &mut BufReader<ChildStdout>,
    picture: &Pixels,
    options: &OcrOptions,
) -> Result<Answer, Ended> {
    let before = |_lost: io::Error| Ended::BeforeThePicture;
    frame::write_request(requests, picture, options).map_err(before)?;
    frame::read_receipt(answers).map_err(before)?;
    frame::read_answer(answers).map_err(|_lost: io::Error| Ended::WithoutAnswer)
}

/// Kills the process and its group, and collects it. All of it fails only where they are gone already.
fn end(child: &mut Child) {
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
