//! PPTX: a slide is a page, and its title the page's name.

mod slide;

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;

use super::package::{Package, Relation};
use crate::flow::{FULL_TEXT, Flow, Text};
use crate::xml::{Node, Walk};
use crate::{Format, ParseError, Parsed};
use slide::{Piece, Slide};

const MEDIA_TYPE: &str = Format::Pptx.media_type();

/// Reads slides.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    let mut package = Package::open(bytes, MEDIA_TYPE)?;
    let main = package.main("ppt/presentation.xml")?;
    let order = order(&package.need(&main)?)?;
    let relations = package.relations(&main)?;
    let mut flow = Flow::new(MEDIA_TYPE, config, FULL_TEXT);
    for (number, id) in (1..).zip(&order) {
        let target = relations.iter().find(|relation| relation.id == *id);
        match target {
            Some(target) => set(&mut package, target, number, &mut flow)?,
            None => flow.warn(format!("slide {number} is missing in the file")),
        }
        flow.end_page();
    }
    Ok(flow.finish()?.into())
}

/// Ids of the slides in their order.
fn order(presentation: &str) -> Result<Vec<String>, ParseError> {
    let mut walk = Walk::new(presentation, MEDIA_TYPE);
    let mut ids = Vec::new();
    while let Some(node) = walk.next()? {
        if let Node::Open(tag) = node
            && tag.is("sldId")
        {
            ids.extend(tag.prefixed("id"));
        }
    }
    Ok(ids)
}

fn set(package: &mut Package<'_>, target: &Relation, number: u32, flow: &mut Flow) -> Result<(), ParseError> {
    let Some(text) = package.text(&target.target)? else {
        flow.warn(format!("slide {number} is missing in the file"));
        return Ok(());
    };
    let slide = match Slide::read(&text) {
        Ok(slide) => slide,
        // One damaged slide is no reason to lose the others.
        Err(ParseError::Broken { reason, .. }) => {
            flow.warn(format!("slide {number} cannot be read: {reason}"));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if slide.hidden {
        flow.warn(format!("slide {number} is hidden in the file"));
    }
    if let Some(title) = &slide.title {
        flow.name_page(&title.line());
        flow.block(BlockKind::Heading, title)?;
    }
    pieces(slide.pieces, flow)?;
    for relation in package.relations(&target.target)? {
        let text = match relation.kind.as_str() {
            "diagramData" | "notesSlide" => package.text(&relation.target)?,
            _ => None,
        };
        let Some(text) = text else { continue };
        if relation.kind == "diagramData" {
            for text in slide::paragraphs(&text).unwrap_or_default() {
                block(BlockKind::Paragraph, &text, flow)?;
            }
        } else if let Ok(notes) = Slide::read(&text) {
            // On a page of notes stands the slide's number as well.
            let notes = notes
                .pieces
                .into_iter()
                .filter(|piece| !matches!(piece, Piece::Block(BlockKind::Footer, _)));
            pieces(notes.collect(), flow)?;
        }
    }
    Ok(())
}

fn pieces(pieces: Vec<Piece>, flow: &mut Flow) -> Result<(), ParseError> {
    for piece in pieces {
        match piece {
            Piece::Block(kind, text) => block(kind, &text, flow)?,
            Piece::Table(grid) => flow.table(grid)?,
        }
    }
    Ok(())
}

fn block(kind: BlockKind, text: &Text, flow: &mut Flow) -> Result<(), ParseError> {
    if text.is_blank() {
        return Ok(());
    }
    flow.block(kind, text).map(drop)
}

#[cfg(test)]
mod tests {
    use domain::parsed::ParsedDocument;

    use super::*;
    use crate::limits::Limit;
    use crate::office::package::tests::package;

    fn pptx(slides: &[&str], notes: &str) -> Vec<u8> {
        let ids: Vec<String> = (0..slides.len())
            .map(|n| format!("<p:sldId id='{}' r:id='r{n}'/>", 256 + n))
            .collect();
        let main = format!(
            "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst>{}</p:sldIdLst></p:presentation>",
            ids.concat()
        );
        let relations: Vec<String> = (0..slides.len())
            .map(|n| format!("<Relationship Id='r{n}' Type='x/slide' Target='slides/s{n}.xml'/>"))
            .collect();
        let relations = format!("<Relationships>{}</Relationships>", relations.concat());
        let noted = "<Relationships><Relationship Id='a' Type='x/notesSlide' Target='../notes/n.xml'/></Relationships>";
        let names: Vec<String> = (0..slides.len())
            .map(|n| format!("ppt/slides/s{n}.xml"))
            .collect();
        let slides: Vec<String> = slides
            .iter()
            .map(|text| {
                format!("<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree>{text}</p:spTree></p:cSld></p:sld>")
            })
            .collect();
        let mut parts = vec![
            ("[Content_Types].xml", "<Types/>"),
            ("ppt/presentation.xml", main.as_str()),
            ("ppt/_rels/presentation.xml.rels", relations.as_str()),
            ("ppt/slides/_rels/s0.xml.rels", noted),
            ("ppt/notes/n.xml", notes),
        ];
        parts.extend(
            names
                .iter()
                .zip(&slides)
                .map(|(name, text)| (name.as_str(), text.as_str())),
        );
        package(&parts)
    }

    fn read(slides: &[&str], notes: &str) -> ParsedDocument {
        crate::read(&pptx(slides, notes), &ParseConfig::default()).unwrap()
    }

    fn shape(placeholder: &str, paragraphs: &str) -> String {
        format!(
            "<p:sp><p:nvSpPr><p:cNvPr id='1' name='no'/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"
        )
    }

    fn p(text: &str) -> String {
        format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
    }

    #[test]
    fn slides_are_pages_with_their_title_first_and_as_their_name() {
        let body = format!(
            "{}<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>no bullet</a:t></a:r></a:p>",
            p("first")
        );
        let slide = format!(
            "<p:grpSp>{}</p:grpSp>{}{}{}",
            shape("", &p("free<a:br/>text")),
            shape("<p:ph type='body'/>", &body),
            shape("<p:ph type='title'/>", &p("The title")),
            shape("<p:ph type='sldNum'/>", "<a:p><a:fld><a:t>1</a:t></a:fld></a:p>"),
        );
        let notes = format!(
            "<p:notes xmlns:p='p' xmlns:a='a'>{}</p:notes>",
            shape("<p:ph type='body'/>", &p("say this"))
        );
        let document = read(&[&slide, ""], &notes);
        assert_eq!(document.pages.len(), 2);
        let page = &document.pages[0];
        assert_eq!(page.name, "The title");
        let blocks: Vec<(BlockKind, String)> = page
            .blocks
            .iter()
            .map(|block| (block.kind, page.block_text(block)))
            .collect();
        let expected = [
            (BlockKind::Heading, "The title"),
            (BlockKind::Paragraph, "free\ntext"),
            (BlockKind::ListItem, "first"),
            (BlockKind::Paragraph, "no bullet"),
            (BlockKind::Footer, "1"),
            (BlockKind::ListItem, "say this"),
        ];
        let expected: Vec<(BlockKind, String)> = expected.map(|(kind, text)| (kind, text.to_owned())).into();
        assert_eq!(blocks, expected);
    }

    #[test]
    fn tables_have_spans_and_header_rows() {
        let tc = |attributes: &str, text: &str| {
            format!("<a:tc {attributes}><a:txBody>{}</a:txBody></a:tc>", p(text))
        };
        let slide = format!(
            "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow='1'/><a:tr>{}{}{}</a:tr><a:tr>{}{}{}</a:tr>\
             </a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
            tc("gridSpan='2'", "Wide"),
            tc("hMerge='1'", ""),
            tc("rowSpan='2'", "High"),
            tc("", "1"),
            tc("", "2"),
            tc("vMerge='1'", ""),
        );
        let document = read(&[&slide], "<n/>");
        let page = &document.pages[0];
        let table = &page.tables[0];
        assert_eq!((table.rows, table.columns, table.header_rows), (2, 3, 1));
        let at = |row, column| table.cell(row, column).unwrap().text(page);
        assert_eq!(
            [at(0, 1), at(1, 0), at(1, 1), at(1, 2)],
            ["Wide", "1", "2", "High"]
        );
    }

    #[test]
    fn damaged_slides_are_warned_of_and_deep_ones_refused() {
        let document = read(&["<p:sp><a:t>lost</p:sp>", &shape("", &p("kept"))], "<n/>");
        assert_eq!(document.text(), "\u{c}kept");
        assert_eq!(document.warnings.len(), 1);
        let deep = pptx(&[&"<p:grpSp>".repeat(100_000)], "<n/>");
        let error = crate::read(&deep, &ParseConfig::default()).unwrap_err();
        assert_eq!(error, Limit::Depth.exceeded());
    }
}
