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

#[cfg(test)]
mod tests {
    use domain::parsed::{PageSize, TextOrigin};

    use super::*;
    use crate::area::Area;
    use crate::direction::Direction;
    use crate::layout::PlacedWord;

    fn sheet(in_sight: usize, hidden: usize, picture_height: f64) -> Sheet {
        let word = |hidden| PlacedWord {
            text: "word".into(),
            area: Area::new(10.0, 10.0, 40.0, 20.0),
            direction: Direction::RIGHT,
            start: 10.0,
            end: 40.0,
            baseline: 18.0,
            size: 10.0,
            bold: false,
            hidden,
            confidence: 1.0,
        };
        let seen = std::iter::repeat_n(word(false), in_sight);
        let unseen = std::iter::repeat_n(word(true), hidden);
        Sheet {
            number: 1,
            size: PageSize {
                width: 600.0,
                height: 800.0,
            },
            origin: TextOrigin::Native,
            words: seen.chain(unseen).collect(),
            rules: Vec::new(),
            pictures: vec![Area::new(0.0, 0.0, 600.0, picture_height)],
        }
    }

    #[test]
    fn scans_are_recognised_and_pages_of_text_are_not() {
        let all_known = Unmapped { glyphs: 0, of: 100 };
        let cases = [
            (sheet(0, 0, 800.0), Some(OcrReason::Picture)),
            (sheet(0, 3, 800.0), Some(OcrReason::Picture)),
            (sheet(5, 0, 800.0), Some(OcrReason::Mixed)),
            (sheet(0, 200, 800.0), None),
            (sheet(5, 200, 800.0), None),
            (sheet(300, 0, 800.0), None),
            (sheet(0, 0, 200.0), None),
        ];
        for (sheet, expected) in cases {
            assert_eq!(reason(&sheet, all_known), expected, "{}", sheet.words.len());
        }
        let unknown = Unmapped { glyphs: 50, of: 100 };
        assert_eq!(
            reason(&sheet(300, 0, 0.0), unknown),
            Some(OcrReason::UnknownGlyphs)
        );
    }
}
