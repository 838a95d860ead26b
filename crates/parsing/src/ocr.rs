//! Pages whose text is a picture: what is asked of character recognition, and how its words come in.
//!
//! No engine is built in yet. A page that needs one stays empty and is named in the document's warnings.

use domain::geometry::BBox;
use domain::parsed::{PageSize, ParsedDocument, TextOrigin};

use crate::area::Area;
use crate::direction::Direction;
use crate::layout::{self, PlacedWord, Sheet, count};
use crate::{Parsed, chunks};

/// A page counts as a picture when pictures cover at least this part of it.
const PICTURE_SHARE: f64 = 0.5;

/// Text in which more than this part of the glyphs is unknown is of no use.
const UNKNOWN_SHARE: f64 = 0.3;

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
#[derive(Debug, Clone, PartialEq)]
pub struct OcrWord {
    /// As read.
    pub text: String,
    /// On the page.
    pub bbox: BBox,
    /// 0..=1.
    pub confidence: f32,
}

/// Recognition failed for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recognise the text of page {page}: {reason}")]
pub struct OcrError {
    /// The page.
    pub page: u32,
    /// What went wrong.
    pub reason: String,
}

/// Reads pictures of pages.
pub trait OcrEngine {
    /// The words of the page, in any order.
    fn words(&self, request: &OcrRequest) -> Result<Vec<OcrWord>, OcrError>;
}

/// Asks the engine for every page that needs it. A page that fails becomes a warning of its own.
pub fn recognise(parsed: &mut Parsed, engine: &dyn OcrEngine) -> Vec<(u32, Vec<OcrWord>)> {
    let mut pages = Vec::new();
    for request in &parsed.ocr {
        match engine.words(request) {
            Ok(words) => pages.push((request.page, words)),
            Err(error) => parsed.document.warnings.push(error.to_string()),
        }
    }
    pages
}

/// Puts recognised words on their pages and finishes the document: blocks, heads and feet, chunks.
pub fn merge(parsed: Parsed, recognised: Vec<(u32, Vec<OcrWord>)>) -> ParsedDocument {
    let mut document = parsed.document;
    let is_answered = |request: &&OcrRequest| recognised.iter().any(|(page, _)| *page == request.page);
    let unanswered = parsed.ocr.iter().filter(|request| !is_answered(request));
    document
        .warnings
        .extend(unanswered.filter_map(OcrRequest::unanswered));
    for (number, words) in recognised {
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
