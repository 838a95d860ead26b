//! Pages built by hand for tests.

use domain::geometry::BBox;
use domain::hash::ContentHash;
use domain::id::DocumentId;
use domain::parsed::{
    Block, BlockKind, Cell, Chunk, Line, Page, PageSize, Pair, PairKind, ParsedDocument, Rule, Span, Table,
    TextOrigin, Word,
};
use domain::schema::CompiledSchema;
use serde_json::Value;

use crate::Input;

const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;
/// A character is half as wide as it is high.
const CHAR: f64 = 0.5;

/// A page that is filled line by line.
pub(crate) struct Sketch {
    page: Page,
}

impl Sketch {
    pub(crate) fn new(number: u32) -> Self {
        let size = Some(PageSize {
            width: WIDTH,
            height: HEIGHT,
        });
        Self {
            page: Page {
                number,
                size,
                origin: TextOrigin::Native,
                ..Page::default()
            },
        }
    }

    /// Words on one line that begins at that place, in points, in ten-point type.
    pub(crate) fn text(self, x: f64, y: f64, text: &str) -> Self {
        self.sized(x, y, 10.0, text)
    }

    pub(crate) fn sized(mut self, x: f64, y: f64, size: f64, text: &str) -> Self {
        let start = self.page.words.len();
        let mut at = x;
        for word in text.split_whitespace() {
            let width = f64::from(u32::try_from(word.chars().count()).unwrap()) * size * CHAR;
            let bbox = BBox::new(at / WIDTH, y / HEIGHT, (at + width) / WIDTH, (y + size) / HEIGHT);
            self.page.words.push(Word {
                text: word.into(),
                bbox,
                size: 10.0,
                bold: false,
                hidden: false,
                confidence: 1.0,
            });
            at += width + size * CHAR;
        }
        let words = Span::new(start..self.page.words.len());
        if let Some(bbox) = BBox::around(words.of(&self.page.words).iter().map(|word| &word.bbox)) {
            let line = self.page.lines.len();
            self.page.lines.push(Line { words, bbox });
            let lines = Span::new(line..line + 1);
            self.page.blocks.push(Block {
                kind: BlockKind::Paragraph,
                lines,
                bbox,
            });
        }
        self
    }

    /// The border of a box, in points.
    pub(crate) fn framed(mut self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        for (a, b, horizontal) in [
            ((x0, y0), (x1, y0 + 0.5), true),
            ((x0, y1), (x1, y1 + 0.5), true),
            ((x0, y0), (x0 + 0.5, y1), false),
            ((x1, y0), (x1 + 0.5, y1), false),
        ] {
            let bbox = BBox::new(a.0 / WIDTH, a.1 / HEIGHT, b.0 / WIDTH, b.1 / HEIGHT);
            self.page.rules.push(Rule { bbox, horizontal });
        }
        self
    }

    /// A line drawn across, in points.
    pub(crate) fn ruled(mut self, x0: f64, x1: f64, y: f64) -> Self {
        let bbox = BBox::new(x0 / WIDTH, y / HEIGHT, x1 / WIDTH, (y + 0.5) / HEIGHT);
        self.page.rules.push(Rule {
            bbox,
            horizontal: true,
        });
        self
    }

    /// Text that a form field of the file holds.
    pub(crate) fn field(mut self, x: f64, y: f64, text: &str) -> Self {
        let from = self.page.words.len();
        self = self.text(x, y, text);
        let words = from..self.page.words.len();
        self.page.pairs.push(Pair {
            kind: PairKind::FormField,
            name: format!("f{}", self.page.pairs.len()),
            value: text.to_owned(),
            label: Vec::new(),
            words: words.filter_map(|word| u32::try_from(word).ok()).collect(),
        });
        self
    }

    /// As if its words had been recognised on a picture.
    pub(crate) fn recognised(mut self) -> Self {
        self.page.origin = TextOrigin::Ocr;
        self
    }

    pub(crate) fn page(self) -> Page {
        self.page
    }
}

/// A sheet of a spreadsheet: no geometry, no words, cells with addresses.
pub(crate) fn sheet(rows: &[&[&str]]) -> Page {
    let mut cells = Vec::new();
    for (row, texts) in (0_u32..).zip(rows) {
        for ((column, letter), text) in (0_u32..).zip('A'..='Z').zip(*texts) {
            cells.push(Cell {
                row,
                column,
                row_span: 1,
                column_span: 1,
                bbox: BBox::default(),
                words: Vec::new(),
                value: (*text).to_owned(),
                address: format!("{letter}{}", row + 1),
            });
        }
    }
    let columns = u32::try_from(rows.first().map_or(0, |row| row.len())).unwrap();
    let rows = u32::try_from(rows.len()).unwrap();
    let table = Table {
        bbox: BBox::default(),
        rows,
        columns,
        header_rows: 1,
        cells,
        ruled: true,
        continues: false,
    };
    Page {
        number: 1,
        name: "May".to_owned(),
        tables: vec![table],
        ..Page::default()
    }
}

/// A document of pages, with one chunk a page.
pub(crate) fn document(pages: Vec<Page>) -> ParsedDocument {
    let chunks = (0..)
        .zip(&pages)
        .map(|(index, page)| Chunk {
            index,
            page_from: page.number,
            page_to: page.number,
            blocks: Vec::new(),
            token_count: 0,
        })
        .collect();
    ParsedDocument {
        media_type: "application/pdf".to_owned(),
        pages,
        chunks,
        ..ParsedDocument::default()
    }
}

pub(crate) fn input<'a>(name: &'a str, parsed: &'a ParsedDocument) -> Input<'a> {
    Input {
        id: DocumentId::from_content(&ContentHash::of(name.as_bytes())),
        name,
        config_hash: "config",
        parsed,
    }
}

pub(crate) fn schema(json: &Value) -> CompiledSchema {
    CompiledSchema::compile(json).unwrap()
}
