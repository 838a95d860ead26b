//! The child's side.

use std::io::{self, Read, Write};
use std::thread;

use super::frame::{self, Part, Request, Task};
use crate::limits::Limit;
use crate::ocr::{OCR_SCALE, OcrError};
use crate::{Drawing, OcrRequest, ParseError, Recognised, Source, draw, merge, parse, stored};

/// Damaged files nest deeper than any real one; the libraries recurse into them.
const STACK: usize = 64 * 1024 * 1024;

/// Reads documents until the parent closes the pipe. This is all that `docent parse-child` does.
///
/// A panic while a document is read becomes the answer [`ParseError::Crashed`], and the next document is read as usual.
pub fn serve(mut requests: impl Read + Send, mut answers: impl Write + Send) -> io::Result<()> {
    loop {
        match in_thread(|| answer_all(&mut requests, &mut answers))? {
            Ok(ended) => return ended,
            Err(Panicked) => frame::write_part(&mut answers, &Part::Refused(ParseError::Crashed))?,
        }
    }
}

fn answer_all(requests: &mut impl Read, answers: &mut impl Write) -> io::Result<()> {
    while let Some((request, bytes)) = frame::read_request(requests)? {
        super::confine::allow_cpu_time(request.cpu_time);
        frame::write_receipt(answers)?;
        let last = match work(&request, &bytes, requests, answers) {
            Ok(done) => Part::Done(done),
            Err(Halt::Refused(error)) => Part::Refused(error),
            Err(Halt::Pipe(error)) => return Err(error),
        };
        frame::write_part(answers, &last)?;
    }
    Ok(())
}

/// Why a task was not done.
enum Halt {
    /// There is no parent any more.
    Pipe(io::Error),
    /// The document is at fault.
    Refused(ParseError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}

impl From<ParseError> for Halt {
    fn from(error: ParseError) -> Self {
        Self::Refused(error)
    }
}

/// The thread ended before its time.
struct Panicked;

/// In a thread of its own: for its stack, and because a panic ends with it, and with whatever it left half done. It
/// reads document after document: the memory of a new thread has to be had from the system anew.
fn in_thread<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<Result<T, Panicked>> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)?;
        Ok(worker.join().map_err(|_panic| Panicked))
    })
}

fn work(
    request: &Request,
    bytes: &[u8],
    requests: &mut impl Read,
    answers: &mut impl Write,
) -> Result<Vec<u8>, Halt> {
    let source = Source {
        bytes,
        config: &request.config,
        password: request.password.as_deref(),
    };
    match request.task {
        Task::Read { recognise } => read(&source, recognise, requests, answers),
        Task::Draw { page, scale, form } => {
            let pixels = Drawing::open(&source)?.page(page, scale)?;
            Ok(draw::encode(&pixels, form)?)
        }
    }
}

fn read(
    source: &Source<'_>,
    recognise: bool,
    requests: &mut impl Read,
    answers: &mut impl Write,
) -> Result<Vec<u8>, Halt> {
    let mut parsed = parse(source)?;
    let recognised = if recognise && !parsed.ocr.is_empty() {
        have_recognised(source, &parsed.ocr, requests, answers)?
    } else {
        Vec::new()
    };
    for attachment in std::mem::take(&mut parsed.attachments) {
        frame::write_part(answers, &Part::Attachment(attachment))?;
    }
    let document = merge(parsed, recognised);
    let stored =
        stored::encode(&document).map_err(|_too_large: stored::StoredError| Limit::Characters.exceeded())?;
    Ok(stored)
}

/// Hands the pages out as pictures, one at a time, and waits for their words. A page that cannot be drawn is told of
/// like one that cannot be recognised.
fn have_recognised(
    source: &Source<'_>,
    pages: &[OcrRequest],
    requests: &mut impl Read,
    answers: &mut impl Write,
) -> Result<Vec<Recognised>, Halt> {
    let drawing = Drawing::open(source)?;
    let mut not_drawn = Vec::new();
    for request in pages {
        match drawing.page(request.page, OCR_SCALE) {
            Ok(pixels) => frame::write_part(answers, &Part::Picture(request.page, pixels))?,
            Err(error) => not_drawn.push((request.page, Err(OcrError::Failed(error.to_string())))),
        }
    }
    frame::write_part(answers, &Part::AllPictures)?;
    let mut recognised = frame::read_recognised(requests)?;
    recognised.extend(not_drawn);
    recognised.sort_by_key(|(page, _)| *page);
    Ok(recognised)
}
