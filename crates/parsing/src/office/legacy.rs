//! Texts and slides of the older formats, by undoc. It is handed only files that say nothing of themselves that
//! cannot be, for it takes memory for what they say.

use std::io::{Cursor, Read};

use cfb::CompoundFile;
use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;
use undoc::model::{Block, Paragraph, RevisionType, Section, Table};

use crate::flow::{FULL_TEXT, Flow, Grid, GridCell, Text};
use crate::limits::Limit;
use crate::{Format, ParseError, Parsed};

/// Reads a text.
pub(crate) fn parse_doc(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    check_doc(bytes)?;
    let document = undoc::doc::DocParser::from_bytes(bytes.to_vec())
        .and_then(|mut parser| parser.parse())
        .map_err(|error| refused(Format::Doc, error))?;
    let mut setting = Setting::new(Format::Doc, config);
    for section in document.sections {
        setting.section(section)?;
    }
    Ok(setting.flow.finish()?.into())
}

/// Reads slides.
pub(crate) fn parse_ppt(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    let document = undoc::ppt::PptParser::from_bytes(bytes.to_vec())
        .and_then(|mut parser| parser.parse())
        .map_err(|error| refused(Format::Ppt, error))?;
    let mut setting = Setting::new(Format::Ppt, config);
    for section in document.sections {
        if let Some(name) = &section.name {
            setting.flow.name_page(name);
        }
        setting.section(section)?;
        setting.flow.end_page();
    }
    Ok(setting.flow.finish()?.into())
}

fn refused(format: Format, error: undoc::Error) -> ParseError {
    match error {
        undoc::Error::Encrypted => ParseError::EncryptionUnsupported,
        error => broken(format, error),
    }
}

fn broken(format: Format, reason: impl std::fmt::Display) -> ParseError {
    ParseError::Broken {
        media_type: format.media_type().to_owned(),
        reason: reason.to_string(),
    }
}

/// Refuses a file whose text is longer, by what it says of it, than the file.
fn check_doc(bytes: &[u8]) -> Result<(), ParseError> {
    let failed = |error: std::io::Error| broken(Format::Doc, error);
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(failed)?;
    let mut stream = |name: &str| {
        let mut bytes = Vec::new();
        file.open_stream(name)
            .and_then(|mut stream| stream.read_to_end(&mut bytes))
            .map(|_| bytes)
    };
    let text = stream("WordDocument").map_err(failed)?;
    let most = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let Some(header) = Header::read(&text) else {
        // It ends before it says anything, which undoc finds, too.
        return Ok(());
    };
    let all: u64 = header.lengths.iter().copied().map(u64::from).sum();
    Limit::Characters.check(all)?;
    if all > most {
        return Err(broken(Format::Doc, "its text is longer than the file"));
    }
    // Where notes and heads begin in the text.
    let table = stream(header.table).unwrap_or_default();
    for (start, length) in header.lists {
        let wide = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let end = wide(start).saturating_add(wide(length));
        let (places, _) = table.get(wide(start)..end).unwrap_or_default().as_chunks::<4>();
        if places
            .iter()
            .any(|place| u64::from(u32::from_le_bytes(*place)) > most)
        {
            return Err(broken(Format::Doc, "a note lies outside of its text"));
        }
    }
    Ok(())
}

/// What a text says of itself.
struct Header {
    /// Characters of the text and of what stands beside it.
    lengths: Vec<u32>,
    /// The stream in which its lists are.
    table: &'static str,
    /// Where the lists of the places of notes, heads and feet are, and how long.
    lists: Vec<(u32, u32)>,
}

impl Header {
    fn read(text: &[u8]) -> Option<Self> {
        let u16_at = |at: usize| {
            Some(u16::from_le_bytes(
                text.get(at..at.checked_add(2)?)?.try_into().ok()?,
            ))
        };
        let u32_at = |at: usize| {
            Some(u32::from_le_bytes(
                text.get(at..at.checked_add(4)?)?.try_into().ok()?,
            ))
        };
        // Word 6 and 95 have another header, and no lists in other streams.
        if u16_at(0)? == 0xa5dc || u16_at(2)? < 0x00c0 {
            return Some(Self {
                lengths: vec![u32_at(0x34)?],
                table: "",
                lists: Vec::new(),
            });
        }
        let table = if u16_at(10)? & 0x0200 == 0 {
            "0Table"
        } else {
            "1Table"
        };
        let words = 34_usize;
        let longs = words
            .checked_add(usize::from(u16_at(32)?).checked_mul(2)?)?
            .checked_add(2)?;
        let pairs = longs
            .checked_add(usize::from(u16_at(longs.checked_sub(2)?)?).checked_mul(4)?)?
            .checked_add(2)?;
        let lengths = (3..=10)
            .filter_map(|n| u32_at(longs.checked_add(n * 4)?))
            .collect();
        // Footnotes, heads and feet, endnotes.
        let lists = [3_usize, 11, 47].into_iter().filter_map(|n| {
            let at = pairs.checked_add(n * 8)?;
            Some((u32_at(at)?, u32_at(at.checked_add(4)?)?))
        });
        Some(Self {
            lengths,
            table,
            lists: lists.collect(),
        })
    }
}

/// Pages in the making.
struct Setting {
    flow: Flow,
}

impl Setting {
    fn new(format: Format, config: &ParseConfig) -> Self {
        Self {
            flow: Flow::new(format.media_type(), config, FULL_TEXT),
        }
    }

    fn section(&mut self, section: Section) -> Result<(), ParseError> {
        for paragraph in section.header.unwrap_or_default() {
            self.beside(BlockKind::Header, &paragraph)?;
        }
        for block in section.content {
            match block {
                Block::Paragraph(paragraph) => self.paragraph(&paragraph)?,
                Block::Table(table) => self.table(&table)?,
                Block::Note { content, .. } => {
                    for paragraph in &content {
                        self.paragraph(paragraph)?;
                    }
                }
                Block::PageBreak => self.flow.break_page(),
                Block::SectionBreak | Block::Image { .. } => {}
            }
        }
        for paragraph in section.notes.unwrap_or_default() {
            self.paragraph(&paragraph)?;
        }
        for paragraph in section.footer.unwrap_or_default() {
            self.beside(BlockKind::Footer, &paragraph)?;
        }
        Ok(())
    }

    fn beside(&mut self, kind: BlockKind, paragraph: &Paragraph) -> Result<(), ParseError> {
        let text = text(paragraph);
        if text.is_blank() {
            return Ok(());
        }
        self.flow.block(kind, &text).map(drop)
    }

    fn paragraph(&mut self, paragraph: &Paragraph) -> Result<(), ParseError> {
        let kind = if paragraph.heading.is_heading() {
            BlockKind::Heading
        } else if paragraph.list_info.is_some() {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        };
        self.beside(kind, paragraph)?;
        if paragraph.runs.iter().any(|run| run.page_break) {
            self.flow.break_page();
        }
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), ParseError> {
        let mut grid = Grid {
            rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX),
            ..Grid::default()
        };
        for (row, cells) in (0..).zip(&table.rows) {
            let mut column = 0_u32;
            if cells.is_header && grid.header_rows == row {
                grid.header_rows = row.saturating_add(1);
            }
            for cell in &cells.cells {
                let mut all = Text::default();
                for paragraph in &cell.content {
                    all.append(text(paragraph));
                }
                for nested in &cell.nested_tables {
                    all.append(Text::plain(&nested.plain_text()));
                }
                grid.cells.push(GridCell {
                    row,
                    column,
                    row_span: cell.row_span.clamp(1, 10_000),
                    column_span: cell.col_span.clamp(1, 1_000),
                    text: all,
                    address: String::new(),
                });
                column = column.saturating_add(cell.col_span.clamp(1, 1_000));
            }
            grid.columns = grid.columns.max(column);
        }
        if grid.header_rows >= grid.rows {
            grid.header_rows = 0;
        }
        grid.guess_header();
        self.flow.table(grid)
    }
}

/// What is seen of a paragraph.
fn text(paragraph: &Paragraph) -> Text {
    let mut text = Text::default();
    if let Some(number) = paragraph.list_info.as_ref().and_then(|list| list.number) {
        text.push(&format!("{number}. "), false);
    }
    for run in &paragraph.runs {
        if run.revision != RevisionType::Deleted {
            text.push(&run.text, run.style.bold);
        }
        if run.line_break {
            text.push("\n", false);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use domain::parsed::ParsedDocument;

    use super::*;

    fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (name, bytes) in streams {
            file.create_stream(name).unwrap().write_all(bytes).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn put(bytes: &mut [u8], at: usize, number: u32) {
        bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }

    /// A text of Word 97 that says that it has so many characters.
    fn doc(text: &str, said: u32) -> Vec<u8> {
        let mut header = vec![0_u8; 1_024];
        header[0..4].copy_from_slice(&[0xec, 0xa5, 0xc1, 0]);
        header[11] = 0x02;
        header[32] = 14;
        header[62] = 22;
        header[152] = 93;
        put(&mut header, 64 + 3 * 4, said);
        let length = u32::try_from(text.len()).unwrap();
        let mut pieces = vec![2_u8, 16, 0, 0, 0];
        for number in [0, said.min(length)] {
            pieces.extend(number.to_le_bytes());
        }
        pieces.extend([0, 0]);
        // One byte a character, from the byte 1,024 on.
        pieces.extend((0x4000_0000_u32 | 2_048).to_le_bytes());
        pieces.extend([0, 0]);
        let mut table = vec![0_u8; 64];
        put(&mut header, 154 + 33 * 8, 64);
        put(
            &mut header,
            154 + 33 * 8 + 4,
            u32::try_from(pieces.len()).unwrap(),
        );
        table.extend(pieces);
        header.extend(text.bytes());
        compound(&[("WordDocument", &header), ("1Table", &table)])
    }

    /// A text of Word 6 that says that it has so many characters.
    fn doc_of_word_6(text: &str, said: u32) -> Vec<u8> {
        let mut header = vec![0_u8; 0x300];
        header[0..4].copy_from_slice(&[0xdc, 0xa5, 0x65, 0]);
        put(&mut header, 0x18, 0x300);
        put(&mut header, 0x34, said);
        header.extend(text.bytes());
        compound(&[("WordDocument", &header)])
    }

    fn record(kind: u16, container: bool, data: &[u8]) -> Vec<u8> {
        let version: u16 = if container { 0x0f } else { 0 };
        let length = u32::try_from(data.len()).unwrap();
        [
            &version.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &length.to_le_bytes(),
            data,
        ]
        .concat()
    }

    fn ppt(slides: &[&[(u32, &str)]], token: u32) -> Vec<u8> {
        let mut listed = Vec::new();
        let mut objects: Vec<Vec<u8>> = Vec::new();
        for (number, texts) in (0_u32..).zip(slides) {
            let persist = [number + 2, 0, 0, number + 256, 0].map(u32::to_le_bytes).concat();
            listed.extend(record(0x03f3, false, &persist));
            for (kind, text) in *texts {
                listed.extend(record(0x0f9f, false, &kind.to_le_bytes()));
                listed.extend(record(0x0fa8, false, text.as_bytes()));
            }
            objects.push(record(0x03ee, true, &record(0x03ef, false, &[0; 24])));
        }
        objects.insert(0, record(0x03e8, true, &record(0x0ff0, true, &listed)));
        let mut stream = Vec::new();
        let mut directory = (1_u32 | u32::try_from(objects.len()).unwrap() << 20)
            .to_le_bytes()
            .to_vec();
        for object in objects {
            directory.extend(u32::try_from(stream.len()).unwrap().to_le_bytes());
            stream.extend(object);
        }
        let directory_at = u32::try_from(stream.len()).unwrap();
        stream.extend(record(0x1772, false, &directory));
        let edit_at = u32::try_from(stream.len()).unwrap();
        let edit = [0, 0, 0, directory_at, 1, 9, 0].map(u32::to_le_bytes).concat();
        stream.extend(record(0x0ff5, false, &edit));
        let user = [20, token, edit_at, 0, 0].map(u32::to_le_bytes).concat();
        compound(&[
            ("Current User", &record(0x0ff6, false, &user)),
            ("PowerPoint Document", &stream),
        ])
    }

    fn parsed(bytes: &[u8]) -> Result<ParsedDocument, ParseError> {
        crate::read(bytes, &ParseConfig::default())
    }

    #[test]
    fn texts_are_read() {
        let document = parsed(&doc("Invoice 4711\rTotal 12\r", 22)).unwrap();
        assert_eq!(document.media_type, "application/msword");
        assert_eq!(document.text(), "Invoice 4711\nTotal 12");
        assert_eq!(document.pages[0].blocks.len(), 2);
    }

    #[test]
    fn texts_of_word_6_are_read() {
        let document = parsed(&doc_of_word_6("Invoice 4711\rTotal 12\r", 22)).unwrap();
        assert_eq!(document.text(), "Invoice 4711\nTotal 12");
    }

    #[test]
    fn texts_longer_than_their_file_are_refused_before_they_take_memory() {
        for said in [u32::MAX, 10_000] {
            assert!(parsed(&doc("Invoice", said)).is_err());
            assert!(check_doc(&doc_of_word_6("Invoice", said)).is_err());
        }
    }

    #[test]
    fn slides_are_pages() {
        let document = parsed(&ppt(
            &[&[(0, "Title"), (1, "one\rtwo")], &[(1, "three")]],
            0xe391_c05f,
        ))
        .unwrap();
        assert_eq!(document.media_type, "application/vnd.ms-powerpoint");
        let texts: Vec<String> = document.pages.iter().map(domain::parsed::Page::text).collect();
        assert_eq!(texts, ["Title\none\ntwo", "three"]);
    }

    #[test]
    fn locked_slides_say_so_and_damaged_files_are_refused() {
        let locked = ppt(&[&[(0, "Title")]], 0xf3d1_c4df);
        assert_eq!(parsed(&locked).unwrap_err(), ParseError::EncryptionUnsupported);
        let good = doc("Invoice 4711\rTotal 12\r", 22);
        for at in (0..good.len()).step_by(31) {
            let mut damaged = good.clone();
            damaged[at] ^= 0xff;
            if let Err(error) = parsed(&damaged) {
                assert!(error.is_refusal(), "{at}: {error}");
            }
        }
    }
}
