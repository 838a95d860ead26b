//! Reads documents: bytes in, [`ParsedDocument`] out, with words, lines, blocks, tables and chunks, and with the place
//! of each on its page.
//!
//! It knows what stands on a page, never what it means: dates, amounts and fields are the crate `extraction`'s. It
//! opens no network connection and no file, and keeps nothing between documents. The same bytes give the same result.
//!
//! Reading has two phases. [`parse`] returns what the file itself says and names the pages whose text is only a picture
//! ([`OcrRequest`]); character recognition answers those; [`merge`] puts both together, and only then are chunks made.
//! Documents are hostile until proven otherwise, so servers run the whole in a child process, see [`child`].
//!
//! | module | what it does |
//! |---|---|
//! | [`sniff()`] | what kind of file bytes are |
//! | `pdf` | PDF: glyphs, drawn rules and pictures of a page, and words out of glyphs. The only module that knows hayro |
//! | `office` | Word files and slides |
//! | `sheets` | spreadsheets and CSV |
//! | `mail` | messages with what is attached to them |
//! | `html`, `markdown`, `xml`, `plain` | HTML, Markdown, XML and plain text in any encoding |
//! | `flow` | pages of formats that have text in an order but no places on paper |
//! | `archive`, `charset` | unpacking with an eye on the size; bytes to characters |
//! | `picture` | PNG, JPEG, TIFF and WebP: pages that are pictures |
//! | `layout` | words to lines, reading order, blocks and tables, for every format that has places |
//! | [`limits`] | how much of a document is read |
//! | `draw` | pages as pictures |
//! | `ticks` | boxes to be ticked in pictures |
//! | `bidi` | text written from right to left |
//! | `ocr` | pages that are pictures: what is asked of recognition, and how its words come in |
//! | [`ocr_child`] | recognition in child processes |
//! | `chunks` | the text in pieces |
//! | [`stored`] | the form in which a parsed document is kept and sent between processes |
//! | [`child`] | reading in a child process with a time limit |

mod archive;
mod area;
mod bidi;
mod charset;
mod chunks;
mod direction;
mod draw;
mod error;
mod flow;
mod html;
mod layout;
mod mail;
mod markdown;
mod number;
mod ocr;
mod office;
mod pdf;
mod picture;
mod plain;
mod sheets;
mod sniff;
mod ticks;
mod xml;

pub mod child;
pub mod limits;
pub mod stored;

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::parsed::{AttachedFile, ParsedDocument};
use domain::parsing::ParseConfig;

pub use draw::{Drawing, PictureForm, Pixels, Scale};
pub use error::ParseError;
pub use ocr::child as ocr_child;
pub use ocr::child::OcrChildren;
pub use ocr::{
    AnnotatedLine, Installed, OcrEngine, OcrError, OcrOptions, OcrReason, OcrRequest, OcrWord, PpOcr,
    Recognised, Tesseract, annotated, merge, recognise,
};
pub use sniff::{Ends, Format, Sniffed, sniff, sniff_ends};

/// Version of what comes out of parsing. Raised with every change that alters results, so that documents parsed by an
/// older one are parsed again.
pub const PARSER_VERSION: &str = "3";

/// The kinds of files that are read, in words for people.
pub const SUPPORTED: &str = "PDF, PNG, JPEG, TIFF, WebP, Word (DOCX, DOC), PowerPoint (PPTX, PPT), Excel (XLSX, XLS), \
                             OpenDocument sheets (ODS), CSV, e-mail (EML), HTML, Markdown, XML and plain text";

/// A document that is to be read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The file, whole.
    pub bytes: &'a [u8],
    /// How it is read.
    pub config: &'a ParseConfig,
    /// What opens it, if it is locked. It changes nothing about what is read, and so is no part of the configuration.
    pub password: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// A document that is not locked.
    pub fn new(bytes: &'a [u8], config: &'a ParseConfig) -> Self {
        Self {
            bytes,
            config,
            password: None,
        }
    }
}

/// What the first phase found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The text that the file itself holds. It has no chunks yet: [`merge`] makes them.
    pub document: ParsedDocument,
    /// Pages whose text is a picture.
    pub ocr: Vec<OcrRequest>,
    /// The files inside this one that are documents of their own, in order.
    pub attachments: Vec<Attachment>,
}

impl From<ParsedDocument> for Parsed {
    fn from(document: ParsedDocument) -> Self {
        Self {
            document,
            ..Self::default()
        }
    }
}

/// A file inside a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// What is known of it, as listed in [`ParsedDocument::attachments`].
    pub file: AttachedFile,
    /// The file itself.
    pub bytes: Vec<u8>,
}

/// Reads what the file itself says: the first phase.
pub fn parse(source: &Source<'_>) -> Result<Parsed, ParseError> {
    if source.bytes.is_empty() {
        return Err(ParseError::Empty);
    }
    let Sniffed { media_type, format } = sniff(source.bytes);
    let unsupported = || ParseError::Unsupported {
        media_type: media_type.to_owned(),
    };
    parse_as(format.ok_or_else(unsupported)?, source)
}

/// As [`parse`], of a file that is known to be of that kind, whatever its bytes look like.
pub fn parse_as(format: Format, source: &Source<'_>) -> Result<Parsed, ParseError> {
    let outcome = catch_unwind(AssertUnwindSafe(|| read_as(format, source)));
    // Libraries have been seen to panic over damaged files: that is the file's fault, and once more would be no better.
    outcome.unwrap_or_else(|_panic| {
        Err(ParseError::Broken {
            media_type: format.media_type().to_owned(),
            reason: "it is damaged".to_owned(),
        })
    })
}

fn read_as(format: Format, source: &Source<'_>) -> Result<Parsed, ParseError> {
    let Source { bytes, config, .. } = *source;
    match format {
        Format::Pdf => pdf::parse(source),
        Format::Docx => office::parse_docx(bytes, config),
        Format::Pptx => office::parse_pptx(bytes, config),
        Format::Doc => office::parse_doc(bytes, config),
        Format::Ppt => office::parse_ppt(bytes, config),
        Format::Xlsx => sheets::parse_xlsx(bytes, config),
        Format::Xls => sheets::parse_xls(bytes, config),
        Format::Ods => sheets::parse_ods(bytes, config),
        Format::Mail => mail::parse(bytes, config),
        Format::Html => html::parse(bytes, config),
        Format::Csv => sheets::parse_csv(bytes, config),
        Format::Xml => xml::parse(bytes, config),
        Format::Markdown => markdown::parse(bytes, config),
        Format::PlainText => plain::parse(bytes, config),
        Format::EncryptedOffice => Err(ParseError::EncryptionUnsupported),
        Format::Container => Err(ParseError::Broken {
            media_type: format.media_type().to_owned(),
            reason: "the list of what is in it is missing or damaged".to_owned(),
        }),
        format @ (Format::Png | Format::Jpeg | Format::Tiff | Format::WebP) => {
            picture::parse(bytes, format, config)
        }
    }
}

/// Both phases in one, without character recognition: pages that are pictures stay empty and are named in the
/// document's warnings.
///
/// ```
/// let document = parsing::read(b"Invoice 4711", &Default::default())?;
/// assert_eq!(document.text(), "Invoice 4711");
/// # Ok::<(), parsing::ParseError>(())
/// ```
pub fn read(bytes: &[u8], config: &ParseConfig) -> Result<ParsedDocument, ParseError> {
    let parsed = parse(&Source::new(bytes, config))?;
    Ok(merge(parsed, Vec::new()))
}
