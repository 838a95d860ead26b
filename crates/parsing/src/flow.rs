//! Builds pages of documents that have text in an order but no places on paper: Word files, sheets, mails, HTML.
//!
//! A reader hands over headings, paragraphs, entries of lists and tables in the order in which they are read, and gets
//! pages whose words, lines, blocks and tables fit together, of bounded size whatever the file holds.

use std::ops::Range;

use domain::geometry::BBox;
use domain::parsed::{
    Block, BlockKind, Cell, Line, Page, Pair, PairKind, ParsedDocument, Span, Table, TextOrigin, Word,
};
use domain::parsing::ParseConfig;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::ParseError;
use crate::limits::Limit;

/// A line is full after so many words, and a word after so many characters: what works on them, here and in
/// extraction, works on something of bounded size.
const WORDS_A_LINE: usize = 200;
const CHARS_A_WORD: usize = 500;

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

/// Characters as they stand in a file, with line ends (`\n`) and with what of them is bold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    runs: Vec<(String, bool)>,
}

impl Text {
    pub(crate) fn plain(text: &str) -> Self {
        let mut all = Self::default();
        all.push(text, false);
        all
    }

    /// Adds characters. Two runs are two words only where a blank stands between them.
    pub(crate) fn push(&mut self, text: &str, bold: bool) {
        match self.runs.last_mut() {
            Some((last, was_bold)) if *was_bold == bold => last.push_str(text),
            _ => self.runs.push((text.to_owned(), bold)),
        }
    }

    /// Adds another text in lines of its own.
    pub(crate) fn append(&mut self, other: Self) {
        if !self.runs.is_empty() {
            self.push("\n", false);
        }
        self.runs.extend(other.runs);
    }

    /// Puts characters before it.
    pub(crate) fn prepend(&mut self, text: &str, bold: bool) {
        if !text.is_empty() {
            self.runs.insert(0, (text.to_owned(), bold));
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.runs
            .iter()
            .all(|(text, _)| text.chars().all(|c| is_blank(c) || is_invisible(c)))
    }

    /// Whether all that can be seen of it is bold.
    pub(crate) fn is_bold(&self) -> bool {
        self.runs
            .iter()
            .all(|(text, bold)| *bold || text.chars().all(is_blank))
            && !self.is_blank()
    }

    /// Whether it has more digits than letters.
    fn is_number(&self) -> bool {
        let count = |wanted: fn(char) -> bool| {
            let characters = self.runs.iter().flat_map(|(text, _)| text.chars());
            characters.filter(|c| wanted(*c)).count()
        };
        count(|c| c.is_ascii_digit()) > count(char::is_alphabetic)
    }

    /// All of it in one line.
    pub(crate) fn line(&self) -> String {
        let words = self.lines().into_iter().flatten();
        words.map(|word| word.text).collect::<Vec<_>>().join(" ")
    }

    /// How many words it has.
    pub(crate) fn words(&self) -> usize {
        self.lines().iter().map(Vec::len).sum()
    }

    /// The words of each line that has any.
    fn lines(&self) -> Vec<Vec<Word>> {
        let mut lines = vec![Vec::new()];
        let mut word = OpenWord::default();
        for (text, bold) in &self.runs {
            for c in text.chars() {
                if !is_blank(c) {
                    word.push(c, *bold);
                    continue;
                }
                word.close(&mut lines);
                if c == '\n' {
                    lines.push(Vec::new());
                }
            }
        }
        word.close(&mut lines);
        lines.retain(|words| !words.is_empty());
        lines
    }
}

/// Between two words.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Marks that say something of their neighbours and are no word alone: joiners, soft hyphens, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

#[derive(Default)]
struct OpenWord {
    text: String,
    /// All of it so far.
    bold: bool,
}

impl OpenWord {
    fn push(&mut self, c: char, bold: bool) {
        self.bold = bold && (self.bold || self.text.is_empty());
        self.text.push(c);
    }

    /// Puts the word at the end of the last line; in pieces if it is longer than any word.
    fn close(&mut self, lines: &mut [Vec<Word>]) {
        let text = std::mem::take(&mut self.text);
        let Some(line) = lines.last_mut() else { return };
        if text.chars().all(is_invisible) {
            return;
        }
        let text = if is_nfc(&text) { text } else { text.nfc().collect() };
        if text.len() <= CHARS_A_WORD {
            line.push(word(text, self.bold));
            return;
        }
        let characters: Vec<char> = text.chars().collect();
        let pieces = characters.chunks(CHARS_A_WORD);
        line.extend(pieces.map(|piece| word(piece.iter().collect(), self.bold)));
    }
}

fn word(text: String, bold: bool) -> Word {
    Word {
        text: text.into(),
        bbox: BBox::default(),
        size: 0.0,
        bold,
        hidden: false,
        confidence: 1.0,
    }
}

/// A table as a file has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) rows: u32,
    pub(crate) columns: u32,
    /// How many rows at the top name the columns.
    pub(crate) header_rows: u32,
    /// In any order; no two begin in one place.
    pub(crate) cells: Vec<GridCell>,
    /// Rows with which a new page begins.
    pub(crate) breaks: Vec<u32>,
}

impl Grid {
    /// Takes rows at the top for names of the columns, if nothing else says which they are: bold rows above others, or
    /// rows of words above rows with numbers.
    pub(crate) fn guess_header(&mut self) {
        if self.header_rows > 0 || self.columns < 2 {
            return;
        }
        let filled = || self.cells.iter().filter(|cell| !cell.text.is_blank());
        let plain = filled()
            .filter(|cell| !cell.text.is_bold())
            .map(|cell| cell.row)
            .min();
        let numbers = filled().filter(|cell| cell.column > 0 && cell.text.is_number());
        let numbers = numbers.map(|cell| cell.row).min();
        let is_filled = |row: u32| filled().filter(|cell| cell.row == row).count() > 1;
        let first = plain.filter(|row| *row > 0).or(numbers).unwrap_or(0);
        // More than a few rows are no names, nor is a single cell.
        if first <= 3 && (0..first).all(is_filled) {
            self.header_rows = first;
        }
    }
}

/// A cell of a [`Grid`].
#[derive(Debug, Clone, Default)]
pub(crate) struct GridCell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) row_span: u32,
    pub(crate) column_span: u32,
    pub(crate) text: Text,
    /// In a spreadsheet; else empty.
    pub(crate) address: String,
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(full: Full) -> Flow {
        Flow::new("text/test", &ParseConfig::default(), full)
    }

    fn cell(row: u32, column: u32, text: &str) -> GridCell {
        GridCell {
            row,
            column,
            text: Text::plain(text),
            ..GridCell::default()
        }
    }

    /// Blocks cover all lines in order, and lines all words.
    fn assert_covered(page: &Page) {
        let covered: Vec<usize> = page.blocks.iter().flat_map(|block| block.lines.range()).collect();
        assert_eq!(covered, (0..page.lines.len()).collect::<Vec<_>>());
        let covered: Vec<usize> = page.lines.iter().flat_map(|line| line.words.range()).collect();
        assert_eq!(covered, (0..page.words.len()).collect::<Vec<_>>());
    }

    #[test]
    fn blocks_lines_and_tables_fit_together() {
        let mut flow = flow(FULL_TEXT);
        flow.block(BlockKind::Heading, &Text::plain(" Order \u{200b} 7\n\nof May "))
            .unwrap();
        let grid = Grid {
            rows: 2,
            columns: 2,
            header_rows: 1,
            breaks: Vec::new(),
            cells: vec![
                cell(1, 1, "8\n9"),
                cell(0, 0, "Item"),
                cell(0, 1, "No"),
                cell(1, 0, "A b"),
            ],
        };
        flow.table(grid).unwrap();
        let place = flow.block(BlockKind::Paragraph, &Text::plain("end")).unwrap();
        assert_eq!((place.page, place.words), (1, vec![10]));
        let document = flow.finish().unwrap();
        let page = &document.pages[0];
        assert_covered(page);
        assert_eq!(page.text(), "Order 7\nof May\nItem No\nA b\n8\n9\nend");
        let texts: Vec<String> = page.tables[0].cells.iter().map(|cell| cell.text(page)).collect();
        assert_eq!(texts, ["Item", "No", "A b", "8 9"]);
        let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(
            kinds,
            [BlockKind::Heading, BlockKind::Table(0), BlockKind::Paragraph]
        );
    }

    #[test]
    fn a_word_is_bold_if_all_of_it_is() {
        let mut text = Text::default();
        text.push("In", true);
        text.push("voice ", false);
        text.push("No", true);
        let lines = text.lines();
        let words: Vec<(&str, bool)> = lines[0].iter().map(|w| (w.text.as_str(), w.bold)).collect();
        assert_eq!(words, [("Invoice", false), ("No", true)]);
    }

    #[test]
    fn words_above_numbers_name_columns_and_a_title_does_not() {
        let header = |cells: Vec<GridCell>| {
            let mut grid = Grid {
                rows: 3,
                columns: 2,
                cells,
                ..Grid::default()
            };
            grid.guess_header();
            grid.header_rows
        };
        let named = vec![
            cell(0, 0, "Food"),
            cell(0, 1, "kcal"),
            cell(1, 0, "Corn"),
            cell(1, 1, "50"),
        ];
        assert_eq!(header(named), 1);
        let title = vec![cell(0, 0, "Prices"), cell(1, 0, "Corn"), cell(1, 1, "50 EUR")];
        assert_eq!(header(title), 0);
        let words = vec![
            cell(0, 0, "Corn"),
            cell(0, 1, "sweet"),
            cell(1, 0, "Oil"),
            cell(1, 1, "fat"),
        ];
        assert_eq!(header(words), 0);
    }

    #[test]
    fn full_pages_go_on_with_their_name_and_their_block_or_table() {
        let mut flow = flow(Full { lines: 3, words: 99 });
        flow.name_page("List");
        flow.block(BlockKind::ListItem, &Text::plain("a\nb\nc\nd"))
            .unwrap();
        let cells = (0..4).map(|row| cell(row, 0, "x")).collect();
        flow.table(Grid {
            rows: 4,
            columns: 1,
            header_rows: 1,
            cells,
            ..Grid::default()
        })
        .unwrap();
        let document = flow.finish().unwrap();
        let found: Vec<(&str, String)> = document
            .pages
            .iter()
            .map(|page| (page.name.as_str(), page.text()))
            .collect();
        assert_eq!(
            found,
            [
                ("List", "a\nb\nc".to_owned()),
                ("List", "d\nx\nx".to_owned()),
                ("List", "x\nx".to_owned())
            ]
        );
        document.pages.iter().for_each(assert_covered);
        let tables: Vec<(u32, u32)> = document.pages[1..]
            .iter()
            .map(|page| (page.tables[0].rows, page.tables[0].header_rows))
            .collect();
        assert_eq!(tables, [(2, 1), (2, 0)]);
    }

    #[test]
    fn more_pages_than_allowed_are_counted_and_refused() {
        let config = ParseConfig {
            max_pages: 2,
            ..ParseConfig::default()
        };
        let mut flow = Flow::new("text/test", &config, FULL_TEXT);
        for _ in 0..5 {
            flow.end_page();
        }
        let error = flow.finish().unwrap_err();
        assert_eq!(error, ParseError::TooManyPages { pages: 5, limit: 2 });
    }

    #[test]
    fn pairs_know_the_words_of_label_and_value() {
        let mut flow = flow(FULL_TEXT);
        flow.begin_block(BlockKind::Paragraph);
        flow.pair(PairKind::Header, "To", "a@b.example,\n c@d.example")
            .unwrap();
        flow.pair(PairKind::Header, "Subject", "").unwrap();
        let document = flow.finish().unwrap();
        let page = &document.pages[0];
        assert_covered(page);
        assert_eq!(page.text(), "To: a@b.example,\nc@d.example\nSubject:");
        let pair = &page.pairs[0];
        assert_eq!(pair.value, "a@b.example, c@d.example");
        assert_eq!(
            (pair.label.as_slice(), pair.words.as_slice()),
            (&[0][..], &[1, 2][..])
        );
        assert_eq!(page.pairs[1].words, [0_u32; 0]);
    }
}
