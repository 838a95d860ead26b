//! What a child wrote to standard error before it died.

use std::io::Read;
use std::process::ChildStderr;
use std::thread::{self, JoinHandle};

/// So much of the end is kept.
const KEPT: usize = 4096;

/// Takes what a child writes to standard error, so that it never waits for a reader, and keeps the end of it.
#[derive(Debug)]
pub(super) struct LastWords(Option<JoinHandle<Vec<u8>>>);

impl LastWords {
    /// The thread ends with the pipe, that is, with the child.
    pub(super) fn of(errors: ChildStderr) -> Self {
        let reader = thread::Builder::new()
            .name("child-errors".to_owned())
            .spawn(move || end_of(errors));
        Self(reader.ok())
    }

    /// Whether it died for want of memory. Only to be asked once it is dead.
    pub(super) fn tell_of_memory(&mut self) -> bool {
        // What Rust's runtime says when an allocation fails.
        const NO_MEMORY: &[u8] = b"memory allocation of";
        let said = self.0.take().and_then(|reader| reader.join().ok());
        said.is_some_and(|said| said.windows(NO_MEMORY.len()).any(|words| words == NO_MEMORY))
    }
}

fn end_of(mut errors: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut piece = [0; KEPT];
    while let Ok(read @ 1..) = errors.read(&mut piece) {
        kept.extend(piece.iter().take(read));
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
    kept
}
