//! What parent and child say to each other.
//!
//! A request is the length of the options (4 bytes, big endian), width and height of the picture (4 bytes each), the
//! options in postcard and the pixels. The child first answers with one byte that it has read all of it, so that a child
//! that was dead already is told from one that the picture killed; then come the length (8 bytes) and, in postcard, the
//! words or the error.

use std::io::{self, Read, Write};

use super::{OcrError, OcrOptions, OcrWord};
use crate::Pixels;

/// The request was read whole.
const GOT_IT: u8 = b'+';

/// Options are a few dozen bytes.
const MAX_OPTIONS: u32 = 64 * 1024;

/// No page has so many words.
const MAX_ANSWER: u64 = 64 << 20;

pub(super) type Answer = Result<Vec<OcrWord>, OcrError>;

pub(super) fn write_request(to: &mut impl Write, picture: &Pixels, options: &OcrOptions) -> io::Result<()> {
    let options = postcard::to_stdvec(options).map_err(io::Error::other)?;
    let length = u32::try_from(options.len()).map_err(io::Error::other)?;
    for number in [length, picture.width, picture.height] {
        to.write_all(&number.to_be_bytes())?;
    }
    to.write_all(&options)?;
    to.write_all(&picture.rgb)?;
    to.flush()
}

/// The next request, or nothing where the parent has closed the pipe.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<Option<(Pixels, OcrOptions)>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let (length, width, height) = (u32::from_be_bytes(length), read_number(from)?, read_number(from)?);
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if length > MAX_OPTIONS || pixels > crate::limits::MAX_PIXELS {
        return Err(io::Error::other("the request is too large"));
    }
    let options = read_bytes(from, u64::from(length))?;
    let options = postcard::from_bytes(&options).map_err(io::Error::other)?;
    let rgb = read_bytes(from, 3 * pixels)?;
    Ok(Some((Pixels { width, height, rgb }, options)))
}

pub(super) fn write_receipt(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[GOT_IT])?;
    to.flush()
}

pub(super) fn read_receipt(from: &mut impl Read) -> io::Result<()> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    if byte == [GOT_IT] {
        return Ok(());
    }
    Err(io::Error::other("no receipt"))
}

pub(super) fn write_answer(to: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let answer = postcard::to_stdvec(answer).map_err(io::Error::other)?;
    let length = u64::try_from(answer.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&answer)?;
    to.flush()
}

pub(super) fn read_answer(from: &mut impl Read) -> io::Result<Answer> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let length = u64::from_be_bytes(length);
    if length > MAX_ANSWER {
        return Err(io::Error::other("the answer is too large"));
    }
    let answer: Answer = postcard::from_bytes(&read_bytes(from, length)?).map_err(io::Error::other)?;
    // What is no place on a picture is rubbish: nothing after this has to reckon with it.
    let is_a_place = |word: &OcrWord| {
        let [(a, b), (c, d)] = word.baseline;
        [a, b, c, d, word.size].iter().all(|number| number.is_finite()) && word.confidence.is_finite()
    };
    Ok(answer.map(|words| words.into_iter().filter(is_a_place).collect()))
}

fn read_number(from: &mut impl Read) -> io::Result<u32> {
    let mut number = [0; 4];
    from.read_exact(&mut number)?;
    Ok(u32::from_be_bytes(number))
}

/// Reads that many bytes. Memory grows with what really comes, not with what was promised.
fn read_bytes(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read == length) {
        return Ok(bytes);
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
