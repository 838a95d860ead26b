//! `OpenDocument` sheets. Read here, for calamine lays out every cell between two others and never ends on a file that
//! ends early.

use std::collections::BTreeSet;

use super::cells::{Sheet, SheetCell, Value};
use super::{Counted, broken};
use crate::archive::Archive;
use crate::limits::Limit;
use crate::xml::{self, Node, Tag, Walk};
use crate::{Format, ParseError};

const MEDIA_TYPE: &str = Format::Ods.media_type();

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ParseError> {
    let mut archive = Archive::open(bytes, MEDIA_TYPE)?;
    if let Some(manifest) = archive.read("META-INF/manifest.xml")?
        && xml::decode(&manifest).contains("encryption-data")
    {
        return Err(ParseError::EncryptionUnsupported);
    }
    let content = xml::decode(&archive.need("content.xml")?);
    Content::default().read(&content)
}

/// What was read of the file's content so far.
#[derive(Default)]
struct Content {
    /// Names of the styles of sheets that are not shown.
    hidden: BTreeSet<String>,
    counted: Counted,
    sheets: Vec<Sheet>,
}

impl Content {
    fn read(mut self, content: &str) -> Result<Vec<Sheet>, ParseError> {
        let mut walk = Walk::new(content, MEDIA_TYPE);
        let mut style = String::new();
        while let Some(node) = walk.next()? {
            let Node::Open(tag) = node else { continue };
            if tag.is("style") {
                style = tag.attribute("name").unwrap_or_default();
            } else if tag.is("table-properties") {
                if tag.attribute("display").as_deref() == Some("false") {
                    self.hidden.insert(style.clone());
                }
            } else if tag.is("tracked-changes") {
                walk.skip()?;
            } else if tag.is("table") {
                let style = tag.attribute("style-name").unwrap_or_default();
                let sheet = Sheet {
                    name: tag.attribute("name").unwrap_or_default(),
                    hidden: self.hidden.contains(&style),
                    cells: self.cells(&mut walk)?,
                };
                self.sheets.push(sheet);
            }
        }
        if self.sheets.is_empty() {
            return Err(broken(Format::Ods, "it has no sheet"));
        }
        Ok(self.sheets)
    }

    /// The rest of a sheet's element.
    fn cells(&mut self, walk: &mut Walk<'_>) -> Result<Vec<SheetCell>, ParseError> {
        let mut cells: Vec<SheetCell> = Vec::new();
        let mut row = 0_u32;
        // Groups of rows lie around rows.
        let mut depth = 1_u32;
        while depth > 0 {
            match walk.next()? {
                Some(Node::Open(tag)) if tag.is("table-row") => {
                    let times = repeated(&tag, "number-rows-repeated");
                    let found = Self::row(walk, row)?;
                    // Rows that hold nothing are repeated to the end of the sheet.
                    let copies = if found.is_empty() { 0 } else { times };
                    for copy in 0..copies {
                        self.counted.add(found.len())?;
                        cells.extend(found.iter().cloned().map(|mut cell| {
                            cell.row = row.saturating_add(copy);
                            cell
                        }));
                    }
                    row = row.saturating_add(times);
                }
                Some(Node::Open(tag)) if tag.is("shapes") || tag.is("forms") => walk.skip()?,
                Some(Node::Open(_)) => depth = depth.saturating_add(1),
                Some(Node::Close) => depth = depth.saturating_sub(1),
                Some(Node::Text(_)) => {}
                None => break,
            }
        }
        Ok(cells)
    }

    /// The rest of a row's element.
    fn row(walk: &mut Walk<'_>, row: u32) -> Result<Vec<SheetCell>, ParseError> {
        let mut cells = Vec::new();
        let mut column = 0_u32;
        loop {
            match walk.next()? {
                Some(Node::Open(tag)) if tag.is("table-cell") || tag.is("covered-table-cell") => {
                    let times = repeated(&tag, "number-columns-repeated");
                    let spans =
                        ["number-rows-spanned", "number-columns-spanned"].map(|name| repeated(&tag, name));
                    let value = value(&tag, walk)?;
                    let copies = if value.text.is_empty() { 0 } else { times };
                    for copy in 0..copies {
                        Limit::Cells.check(u64::try_from(cells.len()).unwrap_or(u64::MAX))?;
                        let mut cell = SheetCell::new((row, column.saturating_add(copy)), value.clone());
                        [cell.row_span, cell.column_span] = spans;
                        cells.push(cell);
                    }
                    column = column.saturating_add(times);
                }
                Some(Node::Open(_)) => walk.skip()?,
                Some(Node::Close) | None => break,
                Some(Node::Text(_)) => {}
            }
        }
        Ok(cells)
    }
}

/// How often, or how wide; at least once.
fn repeated(tag: &Tag<'_>, attribute: &str) -> u32 {
    let number = tag.attribute(attribute).and_then(|text| text.parse().ok());
    number.unwrap_or(1).max(1)
}

/// The value of a cell, and the rest of its element.
fn value(tag: &Tag<'_>, walk: &mut Walk<'_>) -> Result<Value, ParseError> {
    let kind = tag.attribute("value-type").unwrap_or_default();
    let number = tag.attribute("value").and_then(|text| text.parse::<f64>().ok());
    let date = tag.attribute("date-value");
    let truth = tag.attribute("boolean-value");
    let text = paragraphs(walk)?;
    Ok(match kind.as_str() {
        "float" | "currency" | "percentage" => number.map_or_else(|| Value::other(text), Value::number),
        "date" => Value::other(date.map_or(text, |date| day(&date))),
        "boolean" => Value::other(truth.unwrap_or(text).to_ascii_lowercase()),
        "time" => Value::other(text),
        _ => Value::characters(&text),
    })
}

/// A date alone where the time is midnight.
fn day(date: &str) -> String {
    date.strip_suffix("T00:00:00").unwrap_or(date).to_owned()
}

/// The text of a cell, a paragraph a line.
fn paragraphs(walk: &mut Walk<'_>) -> Result<String, ParseError> {
    let mut text = String::new();
    let mut depth = 1_u32;
    while depth > 0 {
        match walk.next()? {
            Some(Node::Open(tag)) if tag.is("annotation") || tag.is("frame") => walk.skip()?,
            Some(Node::Open(tag)) => {
                depth = depth.saturating_add(1);
                if tag.is("p") && !text.is_empty() || tag.is("line-break") {
                    text.push('\n');
                } else if tag.is("s") || tag.is("tab") {
                    text.push(' ');
                }
            }
            Some(Node::Close) => depth = depth.saturating_sub(1),
            // Between elements stand line ends that mean nothing.
            Some(Node::Text(_)) if depth == 1 => {}
            Some(Node::Text(characters)) => text.push_str(&characters),
            None => break,
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use domain::parsing::ParseConfig;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn ods(body: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("mimetype", stored).unwrap();
        writer.write_all(MEDIA_TYPE.as_bytes()).unwrap();
        writer
            .start_file("content.xml", SimpleFileOptions::default())
            .unwrap();
        let content = format!(
            "<?xml version='1.0' encoding='UTF-8'?><office:document-content xmlns:office='o' xmlns:table='t' \
             xmlns:text='x' xmlns:style='s'><style:style style:name='h'><style:table-properties \
             table:display='false'/></style:style><office:body><office:spreadsheet>{body}</office:spreadsheet>\
             </office:body></office:document-content>"
        );
        writer.write_all(content.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn cell(attributes: &str, text: &str) -> String {
        format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
    }

    #[test]
    fn values_repeats_and_hidden_sheets() {
        let body = format!(
            "<table:table table:name='A'><table:table-row table:number-rows-repeated='3'><table:table-cell \
             table:number-columns-repeated='16384'/></table:table-row><table:table-row>{}{}{}</table:table-row>\
             <table:table-row table:number-rows-repeated='2'><table:table-cell/>{}{}</table:table-row>\
             <table:table-row table:number-rows-repeated='1048571'><table:table-cell/></table:table-row>\
             </table:table><table:table table:name='B' table:style-name='h'/>",
            cell("office:value-type='string'", "Item<text:s/>A"),
            cell("office:value-type='string'", "Price"),
            cell("office:value-type='string'", "On"),
            cell("office:value-type='float' office:value='1234.5'", "1.234,50"),
            cell(
                "office:value-type='date' office:date-value='2024-05-07'",
                "07.05.24"
            ),
        );
        let document = crate::read(&ods(&body), &ParseConfig::default()).unwrap();
        assert_eq!(document.media_type, MEDIA_TYPE);
        let page = &document.pages[0];
        assert_eq!(
            page.text(),
            "A\nItem A Price On\n1234.5 2024-05-07\n1234.5 2024-05-07"
        );
        let addresses: Vec<&str> = page.tables[0]
            .cells
            .iter()
            .map(|cell| cell.address.as_str())
            .collect();
        assert_eq!(addresses, ["A4", "B4", "C4", "B5", "C5", "B6", "C6"]);
        assert_eq!(document.pages[1].name, "B");
        assert_eq!(document.warnings.len(), 1);
    }

    #[test]
    fn cells_without_end_are_refused() {
        let many = format!(
            "<table:table table:name='A'><table:table-row table:number-rows-repeated='1000000'>{}</table:table-row>\
             </table:table>",
            cell(
                "office:value-type='string' table:number-columns-repeated='16000'",
                "x"
            ),
        );
        let error = crate::read(&ods(&many), &ParseConfig::default()).unwrap_err();
        assert_eq!(error, Limit::Cells.exceeded());
        let endless = ods("<table:table table:name='A'><table:table-row>");
        assert!(matches!(
            crate::read(&endless, &ParseConfig::default()),
            Err(ParseError::Broken { .. })
        ));
    }
}
