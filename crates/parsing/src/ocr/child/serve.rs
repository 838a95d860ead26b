//! The child's side.

use std::io::{self, Read, Write};
use std::thread;

use super::frame::{self, Answer};
use super::{OcrEngine, OcrError, OcrOptions};
use crate::Pixels;

/// Recognises pictures until the parent closes the pipe. This is all that `docent ocr-child` does.
///
/// A panic while a picture is read becomes an error, and the next picture is read as usual.
pub fn serve(mut requests: impl Read, mut answers: impl Write, engine: &dyn OcrEngine) -> io::Result<()> {
    while let Some((picture, options)) = frame::read_request(&mut requests)? {
        frame::write_receipt(&mut answers)?;
        frame::write_answer(&mut answers, &answer(engine, &picture, &options))?;
    }
    Ok(())
}

/// In a thread of its own: a panic ends with it.
fn answer(engine: &dyn OcrEngine, picture: &Pixels, options: &OcrOptions) -> Answer {
    let crashed = || Err(OcrError::Failed("the engine crashed".to_owned()));
    thread::scope(|scope| {
        let reader = thread::Builder::new().spawn_scoped(scope, || engine.words(picture, options));
        match reader {
            Ok(reader) => reader.join().unwrap_or_else(|_panic| crashed()),
            Err(error) => Err(OcrError::Failed(error.to_string())),
        }
    })
}
