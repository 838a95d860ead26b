//! A page and what stands on it.

use std::ops::Range;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Pair, Table};
use crate::geometry::BBox;

/// One page, slide or sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// None where the format lays out no pages (a Word file, a spreadsheet, mail): boxes then mean nothing.
    pub size: Option<PageSize>,
    /// Name of the sheet, title of the slide; empty for most formats.
    pub name: String,
    /// Where the words come from.
    pub origin: TextOrigin,
    /// In reading order.
    pub words: Vec<Word>,
    /// In reading order; each a span of `words`; together they cover all words.
    pub lines: Vec<Line>,
    /// In reading order; each a span of `lines`; together they cover all lines.
    pub blocks: Vec<Block>,
    /// Tables found on the page, with or without drawn rules.
    pub tables: Vec<Table>,
    /// Straight lines drawn on the page: table borders, form boxes, underlines.
    pub rules: Vec<Rule>,
    /// Pictures placed on the page.
    pub pictures: Vec<Picture>,
    /// Values with their names: headers, fields of a form, labels with what they label.
    pub pairs: Vec<Pair>,
}

/// Size of a page in points (1/72 inch), after rotation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// Where a page's words come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextOrigin {
    /// The file's own text.
    #[default]
    Native,
    /// A picture of the page, by character recognition.
    Ocr,
    /// Some of both.
    Mixed,
}

/// A word as printed, with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The characters as printed, in Unicode NFC; never empty, no white space. Of up to 24 bytes it needs no memory of its
    /// own: a document has hundreds of words a page.
    pub text: CompactString,
    /// Where it stands.
    pub bbox: BBox,
    /// Type size in points; 0 where unknown.
    pub size: f32,
    /// Printed in a bold face.
    pub bold: bool,
    /// Not visible on the page (the text layer behind a scan, text in white or clipped away).
    pub hidden: bool,
    /// How sure character recognition was, 0..=1; 1 for the file's own text.
    pub confidence: f32,
}

/// A run of consecutive things: `start..end` into the list named where the span stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Index of the first.
    pub start: u32,
    /// Index behind the last.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`; what does not fit 32 bits is cut (no page holds as many words).
    pub fn new(range: Range<usize>) -> Self {
        let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            start: cut(range.start),
            end: cut(range.end),
        }
    }

    /// As a range for slicing.
    pub fn range(self) -> Range<usize> {
        let wide = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        wide(self.start)..wide(self.end)
    }

    /// The things of the span, or none where it does not fit the list.
    pub fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.range()).unwrap_or_default()
    }

    /// Whether the index lies within.
    pub fn contains(self, index: usize) -> bool {
        self.range().contains(&index)
    }
}

/// Words that stand on one line, one after the other. Words of two columns are two lines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Into the page's words.
    pub words: Span,
    /// Around all of them.
    pub bbox: BBox,
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What they are.
    pub kind: BlockKind,
    /// Into the page's lines.
    pub lines: Span,
    /// Around all of them.
    pub bbox: BBox,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A title.
    Heading,
    /// Running text, an address, anything else.
    Paragraph,
    /// An entry of a list.
    ListItem,
    /// Repeated at the head of the pages.
    Header,
    /// Repeated at the foot of the pages.
    Footer,
    /// The lines of the page's table of that index.
    Table(u32),
}

/// A straight line drawn on the page: a very thin box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its extent; as thin as it is drawn.
    pub bbox: BBox,
    /// Runs across (or else down) the page.
    pub horizontal: bool,
}

/// A picture placed on the page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Where it is drawn.
    pub bbox: BBox,
}

impl Page {
    /// The page's text, a line a line, words separated by one blank.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(|line| self.line_text(line)).collect();
        lines.join("\n")
    }

    /// The words of a line with one blank between.
    pub fn line_text(&self, line: &Line) -> String {
        join(line.words.of(&self.words))
    }

    /// The lines of a block, one a line.
    pub fn block_text(&self, block: &Block) -> String {
        let lines: Vec<String> = block
            .lines
            .of(&self.lines)
            .iter()
            .map(|line| self.line_text(line))
            .collect();
        lines.join("\n")
    }

    /// The words whose centre lies within the box, in reading order.
    pub fn words_in(&self, place: &BBox) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| place.holds_center_of(&word.bbox))
    }
}

/// Words with one blank between.
pub(super) fn join(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ")
}
