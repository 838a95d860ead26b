//! A document as Markdown: for people, and for programs that read text better than boxes.

use std::fmt::Write as _;

use super::{Block, BlockKind, Page, ParsedDocument, Table};

impl ParsedDocument {
    /// The document as Markdown: headings, paragraphs, lists and tables. Heads and feet that run over the pages are left
    /// out. Pages after the first begin with a comment that says which they are.
    ///
    /// ```
    /// # use domain::parsed::ParsedDocument;
    /// assert_eq!(ParsedDocument::default().to_markdown(), "");
    /// ```
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for page in &self.pages {
            if page.number > 1 {
                let _ = writeln!(text, "<!-- page {} -->\n", page.number);
            }
            if !page.name.is_empty() {
                let _ = writeln!(text, "# {}\n", escaped(&page.name));
            }
            for block in &page.blocks {
                add_block(&mut text, page, block);
            }
        }
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }
}

fn add_block(text: &mut String, page: &Page, block: &Block) {
    let content = || escaped(&page.block_text(block).replace('\n', " "));
    let written = match block.kind {
        BlockKind::Header | BlockKind::Footer => Ok(()),
        BlockKind::Heading => writeln!(text, "## {}\n", content()),
        BlockKind::Paragraph => writeln!(text, "{}\n", content()),
        BlockKind::ListItem => writeln!(text, "- {}\n", without_mark(&content())),
        BlockKind::Table(number) => {
            let number = usize::try_from(number).unwrap_or(usize::MAX);
            page.tables
                .get(number)
                .map_or(Ok(()), |table| add_table(text, page, table))
        }
    };
    debug_assert!(written.is_ok(), "a string takes all that is written to it");
}

/// Spanning cells stand in the first of their columns. A table whose columns have no names gets an empty head, for there
/// is no table without one.
fn add_table(text: &mut String, page: &Page, table: &Table) -> std::fmt::Result {
    let head = table.header_rows.min(1);
    if head == 0 {
        add_row(text, (0..table.columns).map(|_| String::new()))?;
        add_row(text, (0..table.columns).map(|_| "---".to_owned()))?;
    }
    for row in 0..table.rows {
        add_row(
            text,
            (0..table.columns).map(|column| cell(page, table, row, column)),
        )?;
        if row.saturating_add(1) == head {
            add_row(text, (0..table.columns).map(|_| "---".to_owned()))?;
        }
    }
    writeln!(text)
}

fn add_row(text: &mut String, cells: impl Iterator<Item = String>) -> std::fmt::Result {
    for cell in cells {
        write!(text, "| {cell} ")?;
    }
    writeln!(text, "|")
}

fn cell(page: &Page, table: &Table, row: u32, column: u32) -> String {
    let cell = table.cell(row, column);
    let cell = cell.filter(|cell| cell.row == row && cell.column == column);
    cell.map_or_else(String::new, |cell| {
        escaped(&cell.text(page)).replace('|', "\\|").replace('\n', " ")
    })
}

/// What would be read as something else than itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        let is_mark = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<');
        let opens = index == 0 && matches!(c, '#' | '>' | '+' | '-' | '=');
        if is_mark || opens {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// An entry without its bullet: Markdown has its own. Numbers stay, for they say something.
fn without_mark(text: &str) -> &str {
    let rest = text.trim_start_matches('\\');
    let rest = rest.strip_prefix([
        '\u{2022}', '\u{25aa}', '\u{25cf}', '\u{25e6}', '\u{2023}', '\u{b7}', '\u{2013}', '-', '*',
    ]);
    rest.map_or(text, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Line, Span, Word};
    use super::*;
    use crate::geometry::BBox;

    fn word(text: &str) -> Word {
        Word {
            text: text.into(),
            bbox: BBox::default(),
            size: 0.0,
            bold: false,
            hidden: false,
            confidence: 1.0,
        }
    }

    /// A line a block, of words with blanks between.
    fn page(blocks: &[(BlockKind, &str)]) -> Page {
        let mut page = Page {
            number: 1,
            ..Page::default()
        };
        for (kind, text) in blocks {
            let start = page.words.len();
            page.words.extend(text.split(' ').map(word));
            let line = page.lines.len();
            page.lines.push(Line {
                words: Span::new(start..page.words.len()),
                bbox: BBox::default(),
            });
            page.blocks.push(Block {
                kind: *kind,
                lines: Span::new(line..line + 1),
                bbox: BBox::default(),
            });
        }
        page
    }

    fn written(page: Page) -> String {
        let pages = vec![page];
        ParsedDocument {
            pages,
            ..ParsedDocument::default()
        }
        .to_markdown()
    }

    #[test]
    fn headings_paragraphs_and_lists_are_told_apart() {
        let page = page(&[
            (BlockKind::Header, "ACME Ltd"),
            (BlockKind::Heading, "Invoice #4711"),
            (BlockKind::Paragraph, "# paid_in *full*"),
            (BlockKind::ListItem, "\u{2022} first"),
            (BlockKind::ListItem, "2. second"),
        ]);
        assert_eq!(
            written(page),
            "## Invoice #4711\n\n\\# paid\\_in \\*full\\*\n\n- first\n\n- 2. second\n"
        );
    }

    #[test]
    fn tables_have_a_head_and_keep_their_columns() {
        let mut page = page(&[(BlockKind::Table(0), "Item Price A|B 1.00")]);
        let cell = |row, column, word| Cell {
            row,
            column,
            row_span: 1,
            column_span: 1,
            bbox: BBox::default(),
            words: vec![word],
            value: String::new(),
            address: String::new(),
        };
        page.tables.push(Table {
            bbox: BBox::default(),
            rows: 2,
            columns: 3,
            header_rows: 1,
            cells: vec![cell(0, 0, 0), cell(0, 2, 1), cell(1, 0, 2), cell(1, 2, 3)],
            ruled: false,
            continues: false,
        });
        assert_eq!(
            written(page.clone()),
            "| Item |  | Price |\n| --- | --- | --- |\n| A\\|B |  | 1.00 |\n"
        );
        page.tables[0].header_rows = 0;
        assert!(written(page).starts_with("|  |  |  |\n| --- | --- | --- |\n| Item |"));
    }
}
