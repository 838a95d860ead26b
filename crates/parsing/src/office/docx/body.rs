//! Paragraphs and tables of a part of a DOCX file.

use std::collections::BTreeMap;

use domain::parsed::BlockKind;

use super::MEDIA_TYPE;
use super::numbering::Numbering;
use super::styles::Styles;
use crate::ParseError;
use crate::flow::Text;
use crate::limits::Limit;
use crate::office::pieces::{CellContent, NoteKind, Piece, RowContent, TableContent};
use crate::xml::{Node, Tag, Walk};

/// What the document's main part holds.
#[derive(Default)]
pub(super) struct Body {
    pub(super) pieces: Vec<Piece>,
    pub(super) sections: Vec<Section>,
}

/// How a section is set up.
#[derive(Default)]
pub(super) struct Section {
    /// Ids of the parts at the head of its pages.
    pub(super) headers: Vec<String>,
    /// Ids of the parts at their foot.
    pub(super) footers: Vec<String>,
    /// It begins on a page of its own.
    pub(super) new_page: bool,
}

/// Reads parts of a document.
pub(super) struct Reader<'s> {
    styles: &'s Styles,
    numbering: Numbering,
    sections: Vec<Section>,
    /// Pieces so far, of which a file could hold very many in little space.
    read: u64,
}

/// A paragraph under way.
#[derive(Default)]
struct Paragraph {
    /// The number that stands before the text.
    label: String,
    text: Text,
    kind: Option<BlockKind>,
    bold: bool,
    /// What comes before it on the page, and what after.
    before: Vec<Piece>,
    after: Vec<Piece>,
    ends_section: bool,
}

impl Paragraph {
    fn kind(&self) -> BlockKind {
        self.kind.unwrap_or(BlockKind::Paragraph)
    }

    /// What was read of it by now is a block.
    fn end_text(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if !text.is_blank() {
            let label = std::mem::take(&mut self.label);
            text.prepend(&label, self.bold);
            self.before.push(Piece::Block(self.kind(), text));
        }
        self.before.append(&mut self.after);
    }

    /// A page ends in the middle of it.
    fn end_page(&mut self) {
        self.end_text();
        self.before.push(Piece::PageEnd);
    }
}

impl<'s> Reader<'s> {
    pub(super) fn new(styles: &'s Styles, numbering: Numbering) -> Self {
        Self {
            styles,
            numbering,
            sections: Vec::new(),
            read: 0,
        }
    }

    /// The main part.
    pub(super) fn body(&mut self, text: &str) -> Result<Body, ParseError> {
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut pieces = Vec::new();
        while let Some(node) = walk.next()? {
            if let Node::Open(tag) = node
                && tag.is("body")
            {
                self.pieces(&mut walk, &mut pieces)?;
            }
        }
        Ok(Body {
            pieces,
            sections: std::mem::take(&mut self.sections),
        })
    }

    /// A part that stands beside the text: a head or a foot.
    pub(super) fn part(&mut self, text: &str) -> Result<Vec<Piece>, ParseError> {
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut pieces = Vec::new();
        if let Some(Node::Open(_)) = walk.next()? {
            self.pieces(&mut walk, &mut pieces)?;
        }
        Ok(pieces)
    }

    /// Notes by their ids.
    pub(super) fn notes(&mut self, text: &str) -> Result<BTreeMap<String, Vec<Piece>>, ParseError> {
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut notes = BTreeMap::new();
        while let Some(node) = walk.next()? {
            let Node::Open(tag) = node else { continue };
            if !matches!(tag.name().as_str(), "footnote" | "endnote" | "comment") {
                continue;
            }
            let mut pieces = Vec::new();
            self.pieces(&mut walk, &mut pieces)?;
            // The line between text and notes is kept as a note.
            if tag.attribute("type").is_none() {
                notes.insert(tag.attribute("id").unwrap_or_default(), pieces);
            }
        }
        Ok(notes)
    }

    /// Everything up to the end of the element that began last.
    fn pieces(&mut self, walk: &mut Walk<'_>, pieces: &mut Vec<Piece>) -> Result<(), ParseError> {
        let mut depth = 1_u32;
        while depth > 0 {
            match walk.next()? {
                Some(Node::Open(tag)) => match tag.name().as_str() {
                    "p" => self.paragraph(walk, pieces)?,
                    "tbl" => {
                        let table = self.table(walk)?;
                        pieces.push(Piece::Table(table));
                    }
                    "sectPr" => self.section(walk)?,
                    name if is_passed_over(name) => walk.skip()?,
                    _ => depth = depth.saturating_add(1),
                },
                Some(Node::Close) => depth = depth.saturating_sub(1),
                Some(Node::Text(_)) => {}
                None => break,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, walk: &mut Walk<'_>, pieces: &mut Vec<Piece>) -> Result<(), ParseError> {
        self.read = self.read.saturating_add(1);
        Limit::Elements.check(self.read)?;
        let mut paragraph = Paragraph::default();
        self.inline(walk, &mut paragraph, false)?;
        paragraph.end_text();
        pieces.append(&mut paragraph.before);
        if paragraph.ends_section {
            pieces.push(Piece::SectionEnd);
        }
        Ok(())
    }

    /// Everything in a paragraph, up to the end of the element that began last.
    fn inline(
        &mut self,
        walk: &mut Walk<'_>,
        paragraph: &mut Paragraph,
        bold: bool,
    ) -> Result<(), ParseError> {
        loop {
            let tag = match walk.next()? {
                Some(Node::Open(tag)) => tag,
                Some(Node::Close) | None => return Ok(()),
                Some(Node::Text(_)) => continue,
            };
            match tag.name().as_str() {
                "pPr" => self.properties(walk, paragraph)?,
                "r" => self.run(walk, paragraph)?,
                "t" => text(walk, &mut paragraph.text, bold)?,
                "txbxContent" => {
                    let mut after = std::mem::take(&mut paragraph.after);
                    self.pieces(walk, &mut after)?;
                    paragraph.after = after;
                }
                name if is_passed_over(name) => walk.skip()?,
                name => {
                    self.mark(name, &tag, paragraph, bold);
                    self.inline(walk, paragraph, bold)?;
                }
            }
        }
    }

    /// A run of characters of one look.
    fn run(&mut self, walk: &mut Walk<'_>, paragraph: &mut Paragraph) -> Result<(), ParseError> {
        let mut bold = paragraph.bold;
        loop {
            let tag = match walk.next()? {
                Some(Node::Open(tag)) => tag,
                Some(Node::Close) | None => return Ok(()),
                Some(Node::Text(_)) => continue,
            };
            match tag.name().as_str() {
                "rPr" => {
                    let look = look(walk)?;
                    bold = look.bold.unwrap_or(bold);
                    if look.hidden {
                        // The rest of the run is not shown.
                        return walk.skip();
                    }
                }
                "t" => text(walk, &mut paragraph.text, bold)?,
                name if is_passed_over(name) => walk.skip()?,
                name => {
                    self.mark(name, &tag, paragraph, bold);
                    self.inline(walk, paragraph, bold)?;
                }
            }
        }
    }

    /// Elements that stand for a character, an end or a reference.
    #[expect(clippy::unused_self, reason = "one of the readers of elements")]
    fn mark(&self, name: &str, tag: &Tag<'_>, paragraph: &mut Paragraph, bold: bool) {
        let mut note = |kind| {
            let id = tag.attribute("id").unwrap_or_default();
            paragraph.after.push(Piece::Note(kind, id));
        };
        match name {
            "tab" | "ptab" => paragraph.text.push("\t", bold),
            "noBreakHyphen" => paragraph.text.push("\u{2011}", bold),
            "cr" => paragraph.text.push("\n", bold),
            "br" => match tag.attribute("type").as_deref() {
                Some("page") => paragraph.end_page(),
                _ => paragraph.text.push("\n", bold),
            },
            "lastRenderedPageBreak" => paragraph.end_page(),
            "footnoteReference" => note(NoteKind::Footnote),
            "endnoteReference" => note(NoteKind::Endnote),
            "commentReference" => note(NoteKind::Comment),
            _ => {}
        }
    }

    fn properties(&mut self, walk: &mut Walk<'_>, paragraph: &mut Paragraph) -> Result<(), ParseError> {
        let mut style = String::new();
        let mut outline: Option<u32> = None;
        let mut number: (Option<String>, Option<usize>) = (None, None);
        let mut depth = 1_u32;
        while depth > 0 {
            let tag = match walk.next()? {
                Some(Node::Open(tag)) => tag,
                Some(Node::Close) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Some(Node::Text(_)) => continue,
                None => break,
            };
            match tag.name().as_str() {
                "pStyle" => style = value(&tag),
                "outlineLvl" => outline = value(&tag).parse().ok(),
                "numId" => number.0 = Some(value(&tag)),
                "ilvl" => number.1 = value(&tag).parse().ok(),
                "pageBreakBefore" if is_on(&tag) => paragraph.before.push(Piece::PageEnd),
                "sectPr" => {
                    self.section(walk)?;
                    paragraph.ends_section = true;
                    continue;
                }
                // How the mark of the paragraph looks, and how the paragraph looked before.
                "rPr" | "pPrChange" => {
                    walk.skip()?;
                    continue;
                }
                _ => {}
            }
            depth = depth.saturating_add(1);
        }
        let style = self.styles.get(&style);
        paragraph.bold = style.bold;
        let id = number.0.or_else(|| style.number.clone()).filter(|id| id != "0");
        let level = number.1.unwrap_or(style.level);
        let label = id.as_deref().map(|id| self.numbering.next(id, level));
        paragraph.kind = if style.heading || outline.is_some_and(|level| level < 9) {
            Some(BlockKind::Heading)
        } else if label.is_some() || style.list {
            Some(BlockKind::ListItem)
        } else {
            None
        };
        paragraph.label = label.map_or_else(String::new, |label| format!("{label} "));
        Ok(())
    }

    /// How the section that ends here is set up.
    fn section(&mut self, walk: &mut Walk<'_>) -> Result<(), ParseError> {
        let mut section = Section {
            new_page: true,
            ..Section::default()
        };
        let mut depth = 1_u32;
        while depth > 0 {
            match walk.next()? {
                Some(Node::Open(tag)) => {
                    depth = depth.saturating_add(1);
                    let id = || {
                        tag.prefixed("id")
                            .or_else(|| tag.attribute("id"))
                            .unwrap_or_default()
                    };
                    match tag.name().as_str() {
                        "headerReference" => section.headers.push(id()),
                        "footerReference" => section.footers.push(id()),
                        "type" => {
                            section.new_page = !matches!(value(&tag).as_str(), "continuous" | "nextColumn");
                        }
                        _ => {}
                    }
                }
                Some(Node::Close) => depth = depth.saturating_sub(1),
                Some(Node::Text(_)) => {}
                None => break,
            }
        }
        self.sections.push(section);
        Ok(())
    }

    fn table(&mut self, walk: &mut Walk<'_>) -> Result<TableContent, ParseError> {
        let mut table = TableContent::default();
        let mut depth = 1_u32;
        while depth > 0 {
            match walk.next()? {
                Some(Node::Open(tag)) => match tag.name().as_str() {
                    "tr" => {
                        if let Some(row) = self.row(walk)? {
                            table.rows.push(row);
                        }
                    }
                    "tblPr" | "tblGrid" => walk.skip()?,
                    name if is_passed_over(name) => walk.skip()?,
                    _ => depth = depth.saturating_add(1),
                },
                Some(Node::Close) => depth = depth.saturating_sub(1),
                Some(Node::Text(_)) => {}
                None => break,
            }
        }
        Ok(table)
    }

    /// A row; none where it was deleted.
    fn row(&mut self, walk: &mut Walk<'_>) -> Result<Option<RowContent>, ParseError> {
        let mut row = RowContent::default();
        let mut column = 0_u32;
        let mut deleted = false;
        let mut depth = 1_u32;
        while depth > 0 {
            let tag = match walk.next()? {
                Some(Node::Open(tag)) => tag,
                Some(Node::Close) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Some(Node::Text(_)) => continue,
                None => break,
            };
            match tag.name().as_str() {
                "tc" => {
                    let cell = self.cell(walk, column)?;
                    column = column.saturating_add(cell.columns);
                    row.cells.push(cell);
                    continue;
                }
                "tblHeader" => row.header = is_on(&tag),
                "gridBefore" => column = value(&tag).parse().unwrap_or(0).min(MOST_COLUMNS),
                // In the properties of a row, not around cells.
                "del" => deleted = true,
                _ => {}
            }
            depth = depth.saturating_add(1);
        }
        Ok((!deleted).then_some(row))
    }

    fn cell(&mut self, walk: &mut Walk<'_>, column: u32) -> Result<CellContent, ParseError> {
        let mut cell = CellContent {
            column,
            columns: 1,
            ..CellContent::default()
        };
        let mut depth = 1_u32;
        while depth > 0 {
            let tag = match walk.next()? {
                Some(Node::Open(tag)) => tag,
                Some(Node::Close) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Some(Node::Text(_)) => continue,
                None => break,
            };
            match tag.name().as_str() {
                "p" => {
                    self.paragraph(walk, &mut cell.pieces)?;
                    continue;
                }
                "tbl" => {
                    let table = self.table(walk)?;
                    cell.pieces.push(Piece::Table(table));
                    continue;
                }
                "gridSpan" => cell.columns = value(&tag).parse().unwrap_or(1).clamp(1, MOST_COLUMNS),
                "vMerge" => cell.continues = value(&tag) != "restart",
                name if is_passed_over(name) => {
                    walk.skip()?;
                    continue;
                }
                _ => {}
            }
            depth = depth.saturating_add(1);
        }
        Ok(cell)
    }
}

/// Columns that a single cell may take; more is rubbish.
const MOST_COLUMNS: u32 = 1_000;

/// What is no text, was deleted, or is there a second time.
fn is_passed_over(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "delText"
            | "instrText"
            | "delInstrText"
            | "Fallback"
            | "rPrChange"
            | "tcPrChange"
            | "trPrChange"
            | "tblPrChange"
            | "rt"
            | "binData"
            | "sdtPr"
            | "sdtEndPr"
            | "fldData"
            | "docPr"
            | "cNvPr"
    )
}

/// The characters of an element, and the rest of it.
fn text(walk: &mut Walk<'_>, text: &mut Text, bold: bool) -> Result<(), ParseError> {
    let mut depth = 1_u32;
    while depth > 0 {
        match walk.next()? {
            Some(Node::Text(characters)) => text.push(&characters.replace(['\n', '\r'], " "), bold),
            Some(Node::Open(_)) => depth = depth.saturating_add(1),
            Some(Node::Close) => depth = depth.saturating_sub(1),
            None => break,
        }
    }
    Ok(())
}

/// How a run looks, as far as it says so itself.
#[derive(Default)]
struct Look {
    bold: Option<bool>,
    hidden: bool,
}

fn look(walk: &mut Walk<'_>) -> Result<Look, ParseError> {
    let mut look = Look::default();
    let mut depth = 1_u32;
    while depth > 0 {
        match walk.next()? {
            Some(Node::Open(tag)) if tag.is("rPrChange") => walk.skip()?,
            Some(Node::Open(tag)) => {
                depth = depth.saturating_add(1);
                if tag.is("b") {
                    look.bold = Some(is_on(&tag));
                } else if tag.is("vanish") {
                    look.hidden = is_on(&tag);
                }
            }
            Some(Node::Close) => depth = depth.saturating_sub(1),
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(look)
}

pub(super) fn value(tag: &Tag<'_>) -> String {
    tag.attribute("val").unwrap_or_default()
}

/// A property that is there is on, unless it says that it is not.
pub(super) fn is_on(tag: &Tag<'_>) -> bool {
    !matches!(value(tag).as_str(), "0" | "false" | "off" | "none")
}
