//! From words with places to lines, reading order, blocks and tables. Knows no file format.
//!
//! [`arrange`] works page by page, [`finish`] over all pages of a document: what repeats at the head and foot of the
//! pages shows only there.

mod blocks;
mod lines;
mod order;
mod running;

use domain::parsed::{Line, Page, PageSize, Picture, Rule, Span, TextOrigin, Word};

use crate::area::Area;
use crate::direction::Direction;

/// What stands on a page, before any order is found in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) number: u32,
    pub(crate) size: PageSize,
    pub(crate) origin: TextOrigin,
    pub(crate) words: Vec<PlacedWord>,
    pub(crate) rules: Vec<DrawnRule>,
    pub(crate) pictures: Vec<Area>,
}

/// A word with its place in points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlacedWord {
    /// In Unicode NFC, without white space.
    pub(crate) text: String,
    pub(crate) area: Area,
    pub(crate) direction: Direction,
    /// Where it begins along its line, in the frame of its direction.
    pub(crate) start: f64,
    /// Where it ends along its line.
    pub(crate) end: f64,
    /// The line it stands on, across the direction.
    pub(crate) baseline: f64,
    /// Type size in points.
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) hidden: bool,
    pub(crate) confidence: f32,
}

/// A straight line drawn on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DrawnRule {
    pub(crate) area: Area,
    pub(crate) horizontal: bool,
}

/// Finds lines, tables and reading order of a page. Its blocks are made by [`finish`].
pub(crate) fn arrange(sheet: Sheet) -> Page {
    let segments = lines::segments(&sheet.words, &sheet.rules);
    let order = order::reading_order(&sheet.words, &segments);

    let mut words = Vec::with_capacity(sheet.words.len());
    let mut lines = Vec::with_capacity(segments.len());
    let in_order = order.into_iter().filter_map(|index| segments.get(index));
    for segment in in_order {
        let start = words.len();
        words.extend(
            segment
                .words
                .iter()
                .filter_map(|index| sheet.words.get(*index))
                .map(|word| finished(word, sheet.size)),
        );
        lines.push(Line {
            words: Span::new(start..words.len()),
            bbox: segment.area.on(sheet.size),
        });
    }
    Page {
        number: sheet.number,
        size: Some(sheet.size),
        name: String::new(),
        origin: sheet.origin,
        words,
        lines,
        blocks: Vec::new(),
        tables: Vec::new(),
        rules: sheet
            .rules
            .iter()
            .map(|rule| Rule {
                bbox: rule.area.on(sheet.size),
                horizontal: rule.horizontal,
            })
            .collect(),
        pictures: sheet
            .pictures
            .iter()
            .map(|area| Picture {
                bbox: area.on(sheet.size),
            })
            .collect(),
    }
}

/// Makes the blocks of all pages.
pub(crate) fn finish(pages: &mut [Page]) {
    let running = running::find(pages);
    for (page, running) in pages.iter_mut().zip(&running) {
        page.blocks = blocks::group(page, running);
    }
}

fn finished(word: &PlacedWord, size: PageSize) -> Word {
    Word {
        text: word.text.clone(),
        bbox: word.area.on(size),
        size: single(word.size),
        bold: word.bold,
        hidden: word.hidden,
        confidence: word.confidence,
    }
}

/// Type sizes to a hundredth of a point: more is noise of the file's arithmetic.
fn single(size: f64) -> f32 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "`as` rounds and saturates"
    )]
    let single = ((size * 100.0).round() / 100.0) as f32;
    single
}

/// A count as a number to divide by.
pub(crate) fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
