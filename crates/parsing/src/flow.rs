//! Builds pages of documents that have text in an order but no places on paper: Word files, sheets, mails, HTML.
//!
//! A reader hands over headings, paragraphs, entries of lists and tables in the order in which they are read, and gets
//! pages whose words, lines, blocks and tables fit together, of bounded size whatever the file holds.

mod grid;
mod text;

#[cfg(test)]
mod tests;

use std::ops::Range;

use domain::geometry::BBox;
use domain::parsed::{
    Block, BlockKind, Cell, Line, Page, Pair, PairKind, ParsedDocument, Span, Table, TextOrigin, Word,
};
use domain::parsing::ParseConfig;

use crate::ParseError;
use crate::limits::Limit;
pub(crate) use grid::{Grid, GridCell};
pub(crate) use text::Text;

/// A line is full after so many words: what works on lines, here and in extraction, works on something of bounded size.
const WORDS_A_LINE: usize = 200;

/// When a page goes over to a next one by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Full {
    /// So many lines.
    pub(crate) lines: usize,
    /// So many words.
    pub(crate) words: usize,
}

/// What running text fills a page with at most.
pub(crate) const FULL_TEXT: Full = Full {
    lines: 1_000,
    words: 10_000,
};

/// Where a text was put.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Place {
    /// Number of the page.
    pub(crate) page: u32,
    /// Indices into its words.
    pub(crate) words: Vec<u32>,
}

/// Pages in the making.
pub(crate) struct Flow {
    media_type: &'static str,
    full: Full,
    max_pages: u32,
    pages: Vec<Page>,
    page: Page,
    /// The kind of the block under way, and its first line.
    block: Option<(BlockKind, usize)>,
    /// Pages over the limit: counted, not kept.
    over: u32,
    characters: u64,
    cells: u64,
    warnings: Vec<String>,
}

impl Flow {
    pub(crate) fn new(media_type: &'static str, config: &ParseConfig, full: Full) -> Self {
        Self {
            media_type,
            full,
            max_pages: config.max_pages,
            pages: Vec::new(),
            page: empty_page(1, ""),
            block: None,
            over: 0,
            characters: 0,
            cells: 0,
            warnings: Vec::new(),
        }
    }

    /// The page under way gets a name; it is the title of a slide, the name of a sheet.
    pub(crate) fn name_page(&mut self, name: &str) {
        name.clone_into(&mut self.page.name);
    }

    /// Ends the page, whether anything stands on it or not.
    pub(crate) fn end_page(&mut self) {
        let open = self.end_block();
        let number = self.page.number.saturating_add(1);
        let next = empty_page(number, "");
        let page = std::mem::replace(&mut self.page, next);
        if self.pages.len() < usize::try_from(self.max_pages).unwrap_or(usize::MAX) {
            self.pages.push(page);
        } else {
            self.over = self.over.saturating_add(1);
        }
        if let Some(kind) = open {
            self.begin_block(kind);
        }
    }

    /// Ends the page if anything stands on it: where a file says so in two ways, it is still one end.
    pub(crate) fn break_page(&mut self) {
        if !self.page.words.is_empty() {
            self.end_page();
        }
    }

    /// Says what could not be read.
    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// A heading, a paragraph or an entry of a list.
    pub(crate) fn block(&mut self, kind: BlockKind, text: &Text) -> Result<Place, ParseError> {
        self.begin_block(kind);
        let place = self.lines(text);
        self.end_block();
        place
    }

    /// Lines that follow belong to one block, until [`Flow::end_block`].
    pub(crate) fn begin_block(&mut self, kind: BlockKind) {
        self.end_block();
        self.block = Some((kind, self.page.lines.len()));
    }

    /// Ends the block under way, and says of what kind it is.
    pub(crate) fn end_block(&mut self) -> Option<BlockKind> {
        let (kind, start) = self.block.take()?;
        self.push_block(kind, start);
        Some(kind)
    }

    fn push_block(&mut self, kind: BlockKind, start: usize) {
        let end = self.page.lines.len();
        if start < end {
            self.page.blocks.push(Block {
                kind,
                lines: Span::new(start..end),
                bbox: BBox::default(),
            });
        }
    }

    /// Lines of the block under way. The place is that of the words on the page where the first of them stands.
    pub(crate) fn lines(&mut self, text: &Text) -> Result<Place, ParseError> {
        let mut place = Place::default();
        for words in text.lines() {
            if self.is_full() {
                self.next_page();
            }
            if place.words.is_empty() {
                place.page = self.page.number;
            }
            let range = self.line(words)?;
            if place.page == self.page.number {
                place.words.extend(indices(range));
            }
        }
        Ok(place)
    }

    /// A line of the block under way with a name and its value: `Subject: Your invoice`.
    pub(crate) fn pair(&mut self, kind: PairKind, name: &str, value: &str) -> Result<(), ParseError> {
        if self.is_full() {
            self.next_page();
        }
        let [label, words] = self.labelled(&format!("{name}:"), value)?;
        self.page.pairs.push(Pair {
            kind,
            name: name.to_owned(),
            value: value.split_whitespace().collect::<Vec<_>>().join(" "),
            label: indices(label).collect(),
            words: indices(words).collect(),
        });
        Ok(())
    }

    /// A line of the block under way that begins with words on what follows; the place is that of the value.
    pub(crate) fn value(&mut self, label: &str, value: &str) -> Result<Place, ParseError> {
        if self.is_full() {
            self.next_page();
        }
        let [_, words] = self.labelled(label, value)?;
        Ok(Place {
            page: self.page.number,
            words: indices(words).collect(),
        })
    }

    /// The first of the value's lines stands beside the label.
    fn labelled(&mut self, label: &str, value: &str) -> Result<[Range<usize>; 2], ParseError> {
        let mut words: Vec<Word> = Text::plain(label).lines().into_iter().flatten().collect();
        let begin = self.page.words.len();
        let middle = begin.saturating_add(words.len());
        let mut rest = Text::plain(value).lines().into_iter();
        words.extend(rest.next().into_iter().flatten());
        self.line(words)?;
        for words in rest {
            self.line(words)?;
        }
        Ok([begin..middle, middle..self.page.words.len()])
    }

    /// A table. It goes on over pages where one does not hold it.
    pub(crate) fn table(&mut self, grid: Grid) -> Result<(), ParseError> {
        self.table_with(grid, |_, _, _| {})
    }

    /// A table; what is asked for is told where each cell that holds anything was put, by its row and column.
    pub(crate) fn table_with(
        &mut self,
        mut grid: Grid,
        mut told: impl FnMut(u32, u32, Place),
    ) -> Result<(), ParseError> {
        self.end_block();
        let cells = u64::try_from(grid.cells.len()).unwrap_or(u64::MAX);
        self.cells = self.cells.saturating_add(cells);
        Limit::Cells.check(self.cells)?;
        grid.cells.retain(|cell| !cell.text.is_blank());
        grid.cells.sort_by_key(|cell| (cell.row, cell.column));

        let mut part = self.part(0);
        for row in grid.cells.chunk_by(|a, b| a.row == b.row) {
            let number = row.first().map_or(0, |cell| cell.row);
            let breaks = grid.breaks.contains(&number) && !self.page.words.is_empty();
            if self.is_full() || breaks {
                self.end_part(part, &grid, number);
                self.next_page();
                part = self.part(number);
            }
            let before = part.cells.len();
            self.row(row, &mut part)?;
            for (cell, placed) in row.iter().zip(part.cells.iter().skip(before)) {
                let place = Place {
                    page: self.page.number,
                    words: placed.words.clone(),
                };
                told(cell.row, cell.column, place);
            }
        }
        self.end_part(part, &grid, grid.rows);
        Ok(())
    }

    fn part(&self, first_row: u32) -> Part {
        Part {
            first_row,
            first_line: self.page.lines.len(),
            cells: Vec::new(),
        }
    }

    /// Cells of one line each are one line together, as they are read; else each has its own.
    fn row(&mut self, row: &[GridCell], part: &mut Part) -> Result<(), ParseError> {
        let texts: Vec<Vec<Vec<Word>>> = row.iter().map(|cell| cell.text.lines()).collect();
        let in_one = texts.iter().all(|lines| lines.len() <= 1);
        let mut line = Vec::new();
        for (cell, lines) in row.iter().zip(texts) {
            let start = self.page.words.len().saturating_add(line.len());
            for words in lines {
                if in_one {
                    line.extend(words);
                } else {
                    self.line(words)?;
                }
            }
            let end = self.page.words.len().saturating_add(line.len());
            part.cells.push(Cell {
                row: cell.row.saturating_sub(part.first_row),
                column: cell.column,
                row_span: cell.row_span.max(1),
                column_span: cell.column_span.max(1),
                bbox: BBox::default(),
                words: indices(start..end).collect(),
                value: String::new(),
                address: cell.address.clone(),
            });
        }
        self.line(line)?;
        Ok(())
    }

    /// What of the table stands on the page is a table of the page.
    fn end_part(&mut self, mut part: Part, grid: &Grid, end_row: u32) {
        if part.cells.is_empty() {
            return;
        }
        let rows = end_row.saturating_sub(part.first_row);
        for cell in &mut part.cells {
            cell.row_span = cell.row_span.min(rows.saturating_sub(cell.row)).max(1);
        }
        let number = u32::try_from(self.page.tables.len()).unwrap_or(u32::MAX);
        self.page.tables.push(Table {
            bbox: BBox::default(),
            rows,
            columns: grid.columns,
            header_rows: grid.header_rows.saturating_sub(part.first_row).min(rows),
            cells: part.cells,
            continues: false,
            ruled: true,
        });
        self.push_block(BlockKind::Table(number), part.first_line);
    }

    fn is_full(&self) -> bool {
        self.page.lines.len() >= self.full.lines || self.page.words.len() >= self.full.words
    }

    /// The same page goes on.
    fn next_page(&mut self) {
        let name = self.page.name.clone();
        self.end_page();
        self.page.name = name;
    }

    /// Puts words on the page: one line, or several where they are too many.
    fn line(&mut self, words: Vec<Word>) -> Result<Range<usize>, ParseError> {
        let characters: usize = words.iter().map(|word| word.text.chars().count()).sum();
        let characters = u64::try_from(characters).unwrap_or(u64::MAX);
        self.characters = self.characters.saturating_add(characters);
        Limit::Characters.check(self.characters)?;
        let start = self.page.words.len();
        self.page.words.extend(words);
        let end = self.page.words.len();
        let mut from = start;
        while from < end {
            let to = from.saturating_add(WORDS_A_LINE).min(end);
            self.page.lines.push(Line {
                words: Span::new(from..to),
                bbox: BBox::default(),
            });
            from = to;
        }
        Ok(start..end)
    }

    /// The document. The page under way is its last one, unless it is empty and there are others.
    pub(crate) fn finish(mut self) -> Result<ParsedDocument, ParseError> {
        self.end_block();
        if !self.page.words.is_empty() || self.page.number == 1 {
            self.end_page();
        }
        if self.over > 0 {
            return Err(ParseError::TooManyPages {
                pages: self.max_pages.saturating_add(self.over),
                limit: self.max_pages,
            });
        }
        Ok(ParsedDocument {
            media_type: self.media_type.to_owned(),
            pages: self.pages,
            warnings: self.warnings,
            ..ParsedDocument::default()
        })
    }
}

/// What of a table stands on one page.
struct Part {
    first_row: u32,
    first_line: usize,
    cells: Vec<Cell>,
}

fn empty_page(number: u32, name: &str) -> Page {
    Page {
        number,
        name: name.to_owned(),
        origin: TextOrigin::Native,
        ..Page::default()
    }
}

fn indices(range: Range<usize>) -> impl Iterator<Item = u32> {
    range.map(|index| u32::try_from(index).unwrap_or(u32::MAX))
}
