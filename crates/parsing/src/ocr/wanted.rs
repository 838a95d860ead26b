//! Which pages have to be recognised.
//!
//! | the page has | it is |
//! |---|---|
//! | pictures over half of it and more, no text | recognised |
//! | the same, and a few words in sight (a stamp, a head over a scan) | recognised; the words of its own stay |
//! | the same, and a text layer out of sight | left alone: it is a scan that somebody recognised already |
//! | the same, and much text in sight | left alone: the picture is its background |
//! | text, but the file does not say which characters | recognised |

use super::{OcrReason, OcrRequest};
use crate::layout::{Sheet, count};

/// A page counts as a picture when pictures cover at least this part of it.
const PICTURE_SHARE: f64 = 0.5;

/// More words than this in sight are the page's text, and the picture behind them is decoration.
const FEW_WORDS: usize = 50;

/// So many words out of sight are a text layer; fewer are what scanning programs leave behind: a name, a date.
const TEXT_LAYER: usize = 10;

/// Text in which more than this part of the glyphs is unknown is of no use.
const UNKNOWN_SHARE: f64 = 0.3;

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

    fn is_illegible(self) -> bool {
        self.glyphs > 0 && count(self.glyphs) > UNKNOWN_SHARE * count(self.of)
    }
}

/// Whether the page's text has to be recognised.
pub(crate) fn wanted(sheet: &Sheet, unmapped: Unmapped) -> Option<OcrRequest> {
    Some(OcrRequest {
        page: sheet.number,
        size: sheet.size,
        reason: reason(sheet, unmapped)?,
    })
}

fn reason(sheet: &Sheet, unmapped: Unmapped) -> Option<OcrReason> {
    if unmapped.is_illegible() {
        return Some(OcrReason::UnknownGlyphs);
    }
    let hidden = sheet.words.iter().filter(|word| word.hidden).count();
    let in_sight = sheet.words.len() - hidden;
    if hidden >= TEXT_LAYER || in_sight > FEW_WORDS || picture_share(sheet) < PICTURE_SHARE {
        return None;
    }
    if in_sight == 0 {
        return Some(OcrReason::Picture);
    }
    Some(OcrReason::Mixed)
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
