//! What parent and child say to each other.
//!
//! A request is the length of its head (4 bytes, big endian), the length of the document (8 bytes), the head in postcard
//! and the document. The child first answers with one byte that it has read all of it, so that a child that was dead
//! already is told from one that the document killed. Then come parts: a byte that says what follows, its length (8
//! bytes) and the content. The last part is the document, the picture or the refusal.
//!
//! Pages that are pictures go to the parent as parts, one by one, and a part that says that those were all; then the
//! parent sends what was recognised on them, once, as a length (8 bytes) and a list in postcard.

use std::io::{self, Read, Write};
use std::time::Duration;

use domain::parsed::AttachedFile;
use domain::parsing::ParseConfig;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::draw::PictureForm;
use crate::{Attachment, ParseError, Pixels, Recognised, Scale};

/// The request was read whole.
const GOT_IT: u8 = b'+';

const PICTURE: u8 = b'p';
const ALL_PICTURES: u8 = b'o';
const ATTACHMENT: u8 = b'a';
const DONE: u8 = b'd';
const REFUSED: u8 = b'e';

/// The head of a request is a few dozen bytes.
const MAX_HEAD: u32 = 64 * 1024;

/// No document is larger; what a server takes in is bounded long before.
const MAX_DOCUMENT: u64 = 4 << 30;

/// No part is larger: a stored document would unpack to more than is read, a picture has fewer pixels.
const MAX_PART: u64 = 1 << 30;

/// What is asked of a child, apart from the document itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) task: Task,
    pub(super) config: ParseConfig,
    pub(super) password: Option<String>,
    /// Processor time that the document may take.
    pub(super) cpu_time: Duration,
}

/// What is to be done with the document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Task {
    /// Read it.
    Read {
        /// There is someone to recognise the text of pictures.
        recognise: bool,
    },
    /// Draw a page.
    Draw {
        page: u32,
        scale: Scale,
        form: PictureForm,
    },
}

/// What a child says of a document.
#[derive(Debug)]
pub(super) enum Part {
    /// A page whose text is to be recognised.
    Picture(u32, Pixels),
    /// Those were all of them: the child waits for their text.
    AllPictures,
    /// A file inside the document.
    Attachment(Attachment),
    /// The end: the document in its stored form, or the picture of the page.
    Done(Vec<u8>),
    /// The end: why there is neither.
    Refused(ParseError),
}

pub(super) fn write_request(to: &mut impl Write, request: &Request, bytes: &[u8]) -> io::Result<()> {
    let head = packed(request)?;
    to.write_all(&u32::try_from(head.len()).map_err(io::Error::other)?.to_be_bytes())?;
    write_length(to, bytes.len())?;
    to.write_all(&head)?;
    to.write_all(bytes)?;
    to.flush()
}

/// The next request, or nothing where the parent has closed the pipe.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<Option<(Request, Vec<u8>)>> {
    let mut head_length = [0; 4];
    match from.read_exact(&mut head_length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let document_length = read_length(from)?;
    let head_length = u32::from_be_bytes(head_length);
    if head_length > MAX_HEAD || document_length > MAX_DOCUMENT {
        return Err(io::Error::other("the request is too large"));
    }
    let head = read_bytes(from, u64::from(head_length))?;
    let bytes = read_bytes(from, document_length)?;
    Ok(Some((unpacked(&head)?, bytes)))
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

pub(super) fn write_part(to: &mut impl Write, part: &Part) -> io::Result<()> {
    match part {
        Part::Picture(page, pixels) => {
            let head = [*page, pixels.width, pixels.height]
                .map(u32::to_be_bytes)
                .concat();
            write_pieces(to, PICTURE, &[&head, &pixels.rgb])
        }
        Part::AllPictures => write_pieces(to, ALL_PICTURES, &[]),
        Part::Attachment(attachment) => {
            let head = packed(&attachment.file)?;
            let length = u32::try_from(head.len()).map_err(io::Error::other)?;
            write_pieces(to, ATTACHMENT, &[&length.to_be_bytes(), &head, &attachment.bytes])
        }
        Part::Done(content) => write_pieces(to, DONE, &[content]),
        Part::Refused(error) => write_pieces(to, REFUSED, &[&packed(error)?]),
    }
}

pub(super) fn read_part(from: &mut impl Read) -> io::Result<Part> {
    let kind = read_byte(from)?;
    let length = read_length(from)?;
    if length > MAX_PART {
        return Err(io::Error::other("the answer is too large"));
    }
    match kind {
        PICTURE => {
            let head = (read_u32(from)?, read_u32(from)?, read_u32(from)?);
            picture(head, read_bytes(from, length.saturating_sub(12))?)
        }
        ALL_PICTURES => Ok(Part::AllPictures),
        ATTACHMENT => {
            let head_length = u64::from(read_u32(from)?);
            let rest = length
                .checked_sub(4)
                .and_then(|rest| rest.checked_sub(head_length));
            let rest = rest.ok_or_else(|| io::Error::other("an attachment without bytes"))?;
            let file: AttachedFile = unpacked(&read_bytes(from, head_length)?)?;
            let bytes = read_bytes(from, rest)?;
            Ok(Part::Attachment(Attachment { file, bytes }))
        }
        DONE => Ok(Part::Done(read_bytes(from, length)?)),
        REFUSED => Ok(Part::Refused(unpacked(&read_bytes(from, length)?)?)),
        _ => Err(io::Error::other("no answer of any kind")),
    }
}

fn picture((page, width, height): (u32, u32, u32), rgb: Vec<u8>) -> io::Result<Part> {
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if u64::try_from(rgb.len()).ok() != pixels.checked_mul(3) {
        return Err(io::Error::other("a picture of another size"));
    }
    Ok(Part::Picture(page, Pixels { width, height, rgb }))
}

pub(super) fn write_recognised(to: &mut impl Write, recognised: &[Recognised]) -> io::Result<()> {
    let content = packed(&recognised)?;
    write_length(to, content.len())?;
    to.write_all(&content)?;
    to.flush()
}

pub(super) fn read_recognised(from: &mut impl Read) -> io::Result<Vec<Recognised>> {
    let length = read_length(from)?;
    if length > MAX_PART {
        return Err(io::Error::other("more words than fit pages"));
    }
    unpacked(&read_bytes(from, length)?)
}

fn packed(content: &impl Serialize) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(content).map_err(io::Error::other)
}

fn unpacked<T: DeserializeOwned>(content: &[u8]) -> io::Result<T> {
    postcard::from_bytes(content).map_err(io::Error::other)
}

fn write_pieces(to: &mut impl Write, kind: u8, pieces: &[&[u8]]) -> io::Result<()> {
    to.write_all(&[kind])?;
    write_length(to, pieces.iter().map(|piece| piece.len()).sum())?;
    for piece in pieces {
        to.write_all(piece)?;
    }
    to.flush()
}

fn write_length(to: &mut impl Write, length: usize) -> io::Result<()> {
    to.write_all(&u64::try_from(length).map_err(io::Error::other)?.to_be_bytes())
}

fn read_byte(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

fn read_u32(from: &mut impl Read) -> io::Result<u32> {
    let mut number = [0; 4];
    from.read_exact(&mut number)?;
    Ok(u32::from_be_bytes(number))
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
