//! What parent and child say to each other.
//!
//! A request is the length of the configuration (4 bytes, big endian), the length of the document (8 bytes), the
//! configuration in postcard and the document. The child first answers with one byte that it has read all of it, so
//! that a child that was dead already is told from one that the document killed. Then a byte that says what follows,
//! its length (8 bytes) and the stored document or, in postcard, the error.

use std::io::{self, Read, Write};

use domain::parsing::ParseConfig;

use crate::ParseError;

/// The request was read whole.
const GOT_IT: u8 = b'+';
const STORED: u8 = b'd';
const REFUSED: u8 = b'e';

/// A configuration is a few dozen bytes.
const MAX_CONFIG: u32 = 64 * 1024;

/// No document is larger; what a server takes in is bounded long before.
const MAX_DOCUMENT: u64 = 4 << 30;

/// No stored document is larger: it would unpack to more than is read.
const MAX_ANSWER: u64 = 1 << 30;

/// What a child says of a document.
#[derive(Debug)]
pub(super) enum Answer {
    /// The document in its stored form.
    Stored(Vec<u8>),
    /// Why there is none.
    Refused(ParseError),
}

pub(super) fn write_request(to: &mut impl Write, bytes: &[u8], config: &ParseConfig) -> io::Result<()> {
    let config = postcard::to_stdvec(config).map_err(io::Error::other)?;
    to.write_all(
        &u32::try_from(config.len())
            .map_err(io::Error::other)?
            .to_be_bytes(),
    )?;
    to.write_all(
        &u64::try_from(bytes.len())
            .map_err(io::Error::other)?
            .to_be_bytes(),
    )?;
    to.write_all(&config)?;
    to.write_all(bytes)?;
    to.flush()
}

/// The next request, or nothing where the parent has closed the pipe.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<Option<(Vec<u8>, ParseConfig)>> {
    let mut config_length = [0; 4];
    match from.read_exact(&mut config_length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let document_length = read_length(from)?;
    let config_length = u32::from_be_bytes(config_length);
    if config_length > MAX_CONFIG || document_length > MAX_DOCUMENT {
        return Err(io::Error::other("the request is too large"));
    }
    let config = read_bytes(from, u64::from(config_length))?;
    let bytes = read_bytes(from, document_length)?;
    let config = postcard::from_bytes(&config).map_err(io::Error::other)?;
    Ok(Some((bytes, config)))
}

pub(super) fn write_receipt(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[GOT_IT])?;
    to.flush()
}

pub(super) fn read_receipt(from: &mut impl Read) -> io::Result<()> {
    match read_byte(from)? {
        GOT_IT => Ok(()),
        _ => Err(io::Error::other("no receipt")),
    }
}

pub(super) fn write_answer(to: &mut impl Write, answer: &Answer) -> io::Result<()> {
    match answer {
        Answer::Stored(stored) => write_part(to, STORED, stored),
        Answer::Refused(error) => write_part(
            to,
            REFUSED,
            &postcard::to_stdvec(error).map_err(io::Error::other)?,
        ),
    }
}

pub(super) fn read_answer(from: &mut impl Read) -> io::Result<Answer> {
    let kind = read_byte(from)?;
    let length = read_length(from)?;
    if length > MAX_ANSWER {
        return Err(io::Error::other("the answer is too large"));
    }
    let content = read_bytes(from, length)?;
    match kind {
        STORED => Ok(Answer::Stored(content)),
        REFUSED => Ok(Answer::Refused(
            postcard::from_bytes(&content).map_err(io::Error::other)?,
        )),
        _ => Err(io::Error::other("no answer of any kind")),
    }
}

fn write_part(to: &mut impl Write, kind: u8, content: &[u8]) -> io::Result<()> {
    to.write_all(&[kind])?;
    to.write_all(
        &u64::try_from(content.len())
            .map_err(io::Error::other)?
            .to_be_bytes(),
    )?;
    to.write_all(content)?;
    to.flush()
}

fn read_byte(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

fn read_length(from: &mut impl Read) -> io::Result<u64> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    Ok(u64::from_be_bytes(length))
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
