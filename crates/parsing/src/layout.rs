//! From words with places to lines, reading order, blocks and tables. Knows no file format.
//!
//! [`arrange`] works page by page, [`finish`] over all pages of a document: what repeats at the head and foot of the
//! pages shows only there.

mod blocks;
mod lines;
mod order;
mod pairs;
mod rules;
mod running;
mod tables;
mod turned;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use compact_str::CompactString;
use domain::parsed::{Cell, Line, Page, PageSize, Picture, Rule, Span, Table, TextOrigin, Word};

use crate::area::Area;
use crate::direction::Direction;
use lines::Segment;
use order::Read;
use rules::Rules;
pub(crate) use tables::Unfinished;
use tables::{FoundCell, FoundTable};
use turned::Turn;

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
    pub(crate) text: CompactString,
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
///
/// `unfinished` is the table that the page before ended with, and then the one that this page ends with.
pub(crate) fn arrange(mut sheet: Sheet, unfinished: &mut Option<Unfinished>) -> Page {
    let (size, rules, pictures) = (
        sheet.size,
        std::mem::take(&mut sheet.rules),
        std::mem::take(&mut sheet.pictures),
    );
    let mut page = match Turn::of(&sheet.words) {
        Some(turn) => {
            let mut page = upright(turn.undone(sheet), &turn.rules(&rules, size), unfinished);
            turn.redo(&mut page);
            page
        }
        None => upright(sheet, &rules, unfinished),
    };
    page.size = Some(size);
    page.rules = rules
        .iter()
        .map(|rule| Rule {
            bbox: rule.area.on(size),
            horizontal: rule.horizontal,
        })
        .collect();
    page.pictures = pictures
        .iter()
        .map(|area| Picture { bbox: area.on(size) })
        .collect();
    page
}

/// Words, lines and tables of a page whose text runs from left to right.
fn upright(sheet: Sheet, drawn: &[DrawnRule], unfinished: &mut Option<Unfinished>) -> Page {
    let size = sheet.size;
    let rules = Rules::of(drawn);
    let mut found = tables::find(&sheet.words, drawn, &rules, unfinished.as_ref());
    let free = words_outside(&found, sheet.words.len());
    let segments = lines::segments(&sheet.words, &free, &rules);

    if let Some(before) = unfinished.as_ref() {
        before.mark(&sheet.words, &mut found, &segments, size.height);
    }
    *unfinished = Unfinished::of(&sheet.words, &found, &segments, size.height, unfinished.as_ref());

    let order = order::reading_order(&sheet.words, &segments, &found);
    let (number, origin) = (sheet.number, sheet.origin);
    let mut setting = Setting::new(sheet);
    for read in order {
        match read {
            Read::Segment(index) => segments
                .get(index)
                .into_iter()
                .for_each(|segment| setting.line(segment)),
            Read::Table(index) => found
                .get(index)
                .into_iter()
                .for_each(|table| setting.table(table)),
        }
    }
    let Setting {
        words, lines, tables, ..
    } = setting;
    Page {
        number,
        size: Some(size),
        origin,
        words,
        lines,
        tables,
        ..Page::default()
    }
}

/// Words that are in no table's cell.
fn words_outside(tables: &[FoundTable], count: usize) -> Vec<usize> {
    let mut free = vec![true; count];
    let lines = tables
        .iter()
        .flat_map(|table| &table.cells)
        .flat_map(|cell| &cell.lines);
    for index in lines.flat_map(|line| &line.words) {
        if let Some(free) = free.get_mut(*index) {
            *free = false;
        }
    }
    (0..count)
        .filter(|index| free.get(*index).copied().unwrap_or(false))
        .collect()
}

/// A page being set: words, lines and tables in the order in which they are read.
struct Setting {
    size: PageSize,
    /// The words as they were found; the text of those that are set is taken out of them.
    found: Vec<PlacedWord>,
    words: Vec<Word>,
    lines: Vec<Line>,
    tables: Vec<Table>,
}

impl Setting {
    fn new(sheet: Sheet) -> Self {
        Self {
            size: sheet.size,
            words: Vec::with_capacity(sheet.words.len()),
            found: sheet.words,
            lines: Vec::new(),
            tables: Vec::new(),
        }
    }

    fn line(&mut self, segment: &Segment) {
        let start = self.words.len();
        for index in &segment.words {
            if let Some(word) = self.found.get_mut(*index) {
                self.words.push(finished(word, self.size));
            }
        }
        let words = Span::new(start..self.words.len());
        self.lines.push(Line {
            words,
            bbox: segment.area.on(self.size),
        });
    }

    fn table(&mut self, found: &FoundTable) {
        let cells = found.cells.iter().map(|cell| self.cell(cell)).collect();
        self.tables.push(Table {
            bbox: found.area.on(self.size),
            rows: small(found.rows),
            columns: small(found.columns),
            header_rows: small(found.header_rows),
            cells,
            ruled: found.ruled,
            continues: found.continues,
        });
    }

    fn cell(&mut self, found: &FoundCell) -> Cell {
        let start = self.words.len();
        found.lines.iter().for_each(|line| self.line(line));
        Cell {
            row: small(found.row),
            column: small(found.column),
            row_span: small(found.row_span),
            column_span: small(found.column_span),
            bbox: found.area.on(self.size),
            words: (small(start)..small(self.words.len())).collect(),
            value: String::new(),
            address: String::new(),
        }
    }
}

/// Makes the blocks of all pages.
pub(crate) fn finish(pages: &mut [Page]) {
    let running = running::find(pages);
    // Formats that say themselves what their blocks are have made them.
    let open = pages
        .iter_mut()
        .zip(&running)
        .filter(|(page, _)| page.blocks.is_empty());
    for (page, running) in open {
        page.blocks = blocks::group(page, running);
        let printed = pairs::find(page);
        page.pairs.extend(printed);
    }
}

/// A word in its final shape; takes its text.
fn finished(word: &mut PlacedWord, size: PageSize) -> Word {
    Word {
        text: std::mem::take(&mut word.text),
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

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
