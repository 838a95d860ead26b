//! Pages whose text is a picture: what is asked of character recognition, and how its words come in.
//!
//! No engine is built in yet. A page that needs one stays empty and is named in the document's warnings.

use domain::geometry::BBox;
use domain::parsed::{PageSize, ParsedDocument, TextOrigin};
use serde::{Deserialize, Serialize};

use crate::area::Area;
use crate::direction::Direction;
use crate::layout::{self, PlacedWord, Sheet, count};
use crate::{Drawing, Parsed, Pixels, Scale, Source, chunks};

/// A page counts as a picture when pictures cover at least this part of it.
const PICTURE_SHARE: f64 = 0.5;

/// Text in which more than this part of the glyphs is unknown is of no use.
const UNKNOWN_SHARE: f64 = 0.3;

/// How large pages are drawn for recognition: below, small print is lost; above, it only takes longer.
pub(crate) const OCR_SCALE: Scale = Scale::Dpi(200.0);

/// A page whose text has to be recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrRequest {
    /// The page, from 1.
    pub page: u32,
    /// Its size in points; the picture has its shape.
    pub size: PageSize,
    /// Why.
    pub reason: OcrReason,
}

impl OcrRequest {
    /// What the document's owner is told where nobody read the page. Unknown glyphs are told of anyway.
    pub(crate) fn unanswered(&self) -> Option<String> {
        (self.reason == OcrReason::Picture)
            .then(|| format!("page {} is a picture; its text was not read", self.page))
    }
}

/// Why a page's text has to be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcrReason {
    /// There is a picture and no text.
    Picture,
    /// There is text, but the file does not say which characters its glyphs are.
    UnknownGlyphs,
}

/// A word that was recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OcrWord {
    /// As read.
    pub text: String,
    /// On the page.
    pub bbox: BBox,
    /// 0..=1.
    pub confidence: f32,
}

/// The text of a picture was not recognised. The messages are for the document's owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum OcrError {
    /// The engine has no data for a language.
    #[error("character recognition has no data for the language {0}; the server's operator can install it")]
    Language(String),
    /// It took too long and was ended.
    #[error("character recognition took longer than the limit of {0} seconds")]
    TimeLimit(u64),
    /// The engine gave up.
    #[error("character recognition failed: {0}")]
    Failed(String),
}

/// Reads pictures of pages.
pub trait OcrEngine: Send + Sync + std::fmt::Debug {
    /// The words of a picture, in any order, with boxes in fractions of the picture. The languages are ISO 639-2 codes
    /// (`eng`), at least one.
    fn words(&self, picture: &Pixels, languages: &[String]) -> Result<Vec<OcrWord>, OcrError>;
}

/// What recognition said of a page.
pub type Recognised = (u32, Result<Vec<OcrWord>, OcrError>);

/// Draws every page that needs it and asks the engine for its words, one page after the other.
pub fn recognise(source: &Source<'_>, requests: &[OcrRequest], engine: &dyn OcrEngine) -> Vec<Recognised> {
    if requests.is_empty() {
        return Vec::new();
    }
    let drawing = Drawing::open(source);
    let words_of = |request: &OcrRequest| {
        let drawing = drawing
            .as_ref()
            .map_err(|error| OcrError::Failed(error.to_string()))?;
        let picture = drawing
            .page(request.page, OCR_SCALE)
            .map_err(|error| OcrError::Failed(error.to_string()))?;
        engine.words(&picture, &source.config.ocr_languages)
    };
    requests
        .iter()
        .map(|request| (request.page, words_of(request)))
        .collect()
}

/// Puts recognised words on their pages and finishes the document: blocks, heads and feet, chunks.
/// A page that was not recognised is named in the document's warnings.
pub fn merge(parsed: Parsed, recognised: Vec<Recognised>) -> ParsedDocument {
    let mut document = parsed.document;
    let is_answered = |request: &&OcrRequest| recognised.iter().any(|(page, _)| *page == request.page);
    let unanswered = parsed.ocr.iter().filter(|request| !is_answered(request));
    document
        .warnings
        .extend(unanswered.filter_map(OcrRequest::unanswered));
    for (number, words) in recognised {
        let words = match words {
            Ok(words) => words,
            Err(error) => {
                document.warnings.push(format!("page {number}: {error}"));
                continue;
            }
        };
        if let Some(page) = document.pages.iter_mut().find(|page| page.number == number)
            && let Some(size) = page.size
        {
            let words = words.into_iter().filter_map(|word| placed(&word, size)).collect();
            let rules = std::mem::take(&mut page.rules);
            let pictures = std::mem::take(&mut page.pictures);
            let sheet = Sheet {
                number,
                size,
                origin: TextOrigin::Ocr,
                words,
                rules: Vec::new(),
                pictures: Vec::new(),
            };
            *page = layout::arrange(&sheet, &mut None);
            (page.rules, page.pictures) = (rules, pictures);
        }
    }
    layout::finish(&mut document.pages);
    document.chunks = chunks::make(&document.pages);
    document
}

fn placed(word: &OcrWord, size: PageSize) -> Option<PlacedWord> {
    let text: String = word
        .text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    if text.is_empty() {
        return None;
    }
    let (w, h) = (size.width, size.height);
    let bbox = &word.bbox;
    let area = Area {
        x0: bbox.x0() * w,
        y0: bbox.y0() * h,
        x1: bbox.x1() * w,
        y1: bbox.y1() * h,
    };
    Some(PlacedWord {
        text,
        area,
        direction: Direction::RIGHT,
        start: area.x0,
        end: area.x1,
        baseline: area.y1,
        size: area.height(),
        bold: false,
        hidden: false,
        confidence: word.confidence.clamp(0.0, 1.0),
    })
}

/// Glyphs of a page without a known character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unmapped {
    pub(crate) glyphs: usize,
    pub(crate) of: usize,
}

impl Unmapped {
    /// What the document's owner is told.
    pub(crate) fn warning(self, page: u32) -> Option<String> {
        let Self { glyphs, of } = self;
        (glyphs > 0).then(|| format!("page {page}: {glyphs} of {of} glyphs have no known character"))
    }
}

/// Whether the page's text has to be recognised.
pub(crate) fn wanted(sheet: &Sheet, unmapped: Unmapped) -> Option<OcrRequest> {
    let reason = if sheet.words.is_empty() && picture_share(sheet) >= PICTURE_SHARE {
        OcrReason::Picture
    } else if unmapped.glyphs > 0 && count(unmapped.glyphs) > UNKNOWN_SHARE * count(unmapped.of) {
        OcrReason::UnknownGlyphs
    } else {
        return None;
    };
    Some(OcrRequest {
        page: sheet.number,
        size: sheet.size,
        reason,
    })
}

/// How much of the page pictures cover; where they overlap, what they cover counts twice.
fn picture_share(sheet: &Sheet) -> f64 {
    let page = sheet.size.width * sheet.size.height;
    let covered: f64 = sheet
        .pictures
        .iter()
        .map(|area| area.width() * area.height())
        .sum();
    if page > 0.0 { covered / page } else { 0.0 }
}
