//! What stands on a slide.

use domain::parsed::BlockKind;

use super::MEDIA_TYPE;
use crate::ParseError;
use crate::flow::{Grid, GridCell, Text};
use crate::limits::Limit;
use crate::xml::{Node, Tag, Walk};

/// A slide, or the page of notes on one.
#[derive(Default)]
pub(super) struct Slide {
    pub(super) title: Option<Text>,
    /// In the order in which they were drawn.
    pub(super) pieces: Vec<Piece>,
    /// It is not shown.
    pub(super) hidden: bool,
}

pub(super) enum Piece {
    Block(BlockKind, Text),
    Table(Grid),
}

/// What a shape holds by its place in the slide's layout.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Title,
    /// Points of a list, unless they say otherwise.
    Body,
    /// Number, date and foot.
    Foot,
    Anything,
}

impl Slide {
    pub(super) fn read(text: &str) -> Result<Self, ParseError> {
        let mut slide = Self::default();
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut holds = Holds::Anything;
        while let Some(node) = walk.next()? {
            let Node::Open(tag) = node else { continue };
            match tag.name().as_str() {
                "sld" => {
                    slide.hidden = tag
                        .attribute("show")
                        .is_some_and(|show| show == "0" || show == "false");
                }
                "sp" => holds = Holds::Anything,
                "ph" => holds = held(&tag),
                "txBody" => slide.shape(holds, &mut walk)?,
                "tbl" => slide.pieces.push(Piece::Table(table(&mut walk)?)),
                "Fallback" => walk.skip()?,
                _ => {}
            }
        }
        Ok(slide)
    }

    fn shape(&mut self, holds: Holds, walk: &mut Walk<'_>) -> Result<(), ParseError> {
        let paragraphs = texts(walk)?;
        if holds == Holds::Title {
            let mut title = self.title.take().unwrap_or_default();
            for paragraph in paragraphs {
                title.append(paragraph.text);
            }
            self.title = Some(title);
            return Ok(());
        }
        for paragraph in paragraphs {
            let kind = match (holds, paragraph.bullet) {
                (Holds::Foot, _) => BlockKind::Footer,
                (_, Some(true)) | (Holds::Body, None) => BlockKind::ListItem,
                _ => BlockKind::Paragraph,
            };
            self.pieces.push(Piece::Block(kind, paragraph.text));
        }
        Ok(())
    }
}

fn held(placeholder: &Tag<'_>) -> Holds {
    match placeholder.attribute("type").as_deref() {
        Some("title" | "ctrTitle") => Holds::Title,
        Some("sldNum" | "dt" | "ftr" | "hdr") => Holds::Foot,
        Some("body") | None => Holds::Body,
        Some(_) => Holds::Anything,
    }
}

/// A paragraph, and whether it has a bullet or a number, if it says so.
struct Paragraph {
    text: Text,
    bullet: Option<bool>,
}

/// All paragraphs of a part, whatever they stand in.
pub(super) fn paragraphs(text: &str) -> Result<Vec<Text>, ParseError> {
    let mut walk = Walk::new(text, MEDIA_TYPE);
    walk.next()?;
    Ok(texts(&mut walk)?
        .into_iter()
        .map(|paragraph| paragraph.text)
        .collect())
}

/// The paragraphs up to the end of the element that began last.
fn texts(walk: &mut Walk<'_>) -> Result<Vec<Paragraph>, ParseError> {
    let mut paragraphs = Vec::new();
    let mut depth = 1_u32;
    while depth > 0 {
        match walk.next()? {
            Some(Node::Open(tag)) if tag.is("p") => {
                Limit::Elements.check(u64::try_from(paragraphs.len()).unwrap_or(u64::MAX))?;
                paragraphs.push(paragraph(walk)?);
            }
            Some(Node::Open(_)) => depth = depth.saturating_add(1),
            Some(Node::Close) => depth = depth.saturating_sub(1),
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(paragraphs)
}

fn paragraph(walk: &mut Walk<'_>) -> Result<Paragraph, ParseError> {
    let mut paragraph = Paragraph {
        text: Text::default(),
        bullet: None,
    };
    let mut bold = false;
    // Within an element of characters, counted from the paragraph's.
    let mut characters: Option<u32> = None;
    let mut depth = 1_u32;
    while depth > 0 {
        match walk.next()? {
            Some(Node::Open(tag)) => {
                depth = depth.saturating_add(1);
                match tag.name().as_str() {
                    "r" | "fld" => bold = false,
                    "rPr" => bold = tag.attribute("b").is_some_and(|on| on == "1" || on == "true"),
                    "t" => characters = Some(depth),
                    "br" => paragraph.text.push("\n", false),
                    "buNone" => paragraph.bullet = Some(false),
                    "buChar" | "buAutoNum" | "buBlip" => paragraph.bullet = Some(true),
                    _ => {}
                }
            }
            Some(Node::Close) => {
                if characters == Some(depth) {
                    characters = None;
                }
                depth = depth.saturating_sub(1);
            }
            Some(Node::Text(text)) if characters.is_some() => {
                // A line end within a paragraph is written so by some programs.
                paragraph.text.push(&text.replace('\u{b}', "\n"), bold);
            }
            Some(Node::Text(_)) => {}
            None => break,
        }
    }
    Ok(paragraph)
}

fn table(walk: &mut Walk<'_>) -> Result<Grid, ParseError> {
    let mut grid = Grid::default();
    let mut column = 0_u32;
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
            "tblPr" => {
                let on = tag
                    .attribute("firstRow")
                    .is_some_and(|on| on == "1" || on == "true");
                grid.header_rows = u32::from(on);
            }
            "tr" => {
                grid.rows = grid.rows.saturating_add(1);
                column = 0;
            }
            "tc" => {
                let number = |name: &str| tag.attribute(name).and_then(|text| text.parse::<u32>().ok());
                let covered = ["hMerge", "vMerge"]
                    .iter()
                    .any(|name| tag.attribute(name).is_some_and(|on| on == "1" || on == "true"));
                let [row_span, column_span] =
                    ["rowSpan", "gridSpan"].map(|name| number(name).unwrap_or(1).clamp(1, 1_000));
                let mut text = Text::default();
                for paragraph in texts(walk)? {
                    text.append(paragraph.text);
                }
                if !covered {
                    Limit::Cells.check(u64::try_from(grid.cells.len()).unwrap_or(u64::MAX))?;
                    grid.cells.push(GridCell {
                        row: grid.rows.saturating_sub(1),
                        column,
                        row_span,
                        column_span,
                        text,
                        address: String::new(),
                    });
                }
                column = column.saturating_add(1);
                grid.columns = grid.columns.max(column);
                // The cell's end was read with it.
                continue;
            }
            _ => {}
        }
        depth = depth.saturating_add(1);
    }
    if grid.rows <= grid.header_rows {
        grid.header_rows = 0;
    }
    grid.guess_header();
    Ok(grid)
}
