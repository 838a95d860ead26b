//! The child's side.

use std::io::{self, Read, Write};
use std::thread;

use domain::parsing::ParseConfig;

use super::frame::{self, Answer};
use crate::limits::Limit;
use crate::{ParseError, read, stored};

/// Damaged files nest deeper than any real one; the libraries recurse into them.
const STACK: usize = 64 * 1024 * 1024;

/// Reads documents until the parent closes the pipe. This is all that `docent parse-child` does.
///
/// A panic while a document is read becomes the answer [`ParseError::Crashed`], and the next document is read as usual.
pub fn serve(mut requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    while let Some((bytes, config)) = frame::read_request(&mut requests)? {
        frame::write_receipt(&mut answers)?;
        let answer = answer(&bytes, &config);
        frame::write_answer(&mut answers, &answer)?;
    }
    Ok(())
}

/// In a thread of its own: for its stack, and because a panic ends with it.
fn answer(bytes: &[u8], config: &ParseConfig) -> Answer {
    let read_and_store = || -> Result<Vec<u8>, ParseError> {
        let document = read(bytes, config)?;
        stored::encode(&document).map_err(|_too_large: stored::StoredError| Limit::Characters.exceeded())
    };
    let result = thread::scope(|scope| {
        let reader = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, read_and_store);
        match reader {
            Ok(reader) => reader.join().unwrap_or(Err(ParseError::Crashed)),
            Err(error) => Err(ParseError::NotRun {
                detail: error.to_string(),
            }),
        }
    });
    match result {
        Ok(stored) => Answer::Stored(stored),
        Err(error) => Answer::Refused(error),
    }
}
