//! Markdown: what it means when it is shown.

use std::mem;

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::flow::{FULL_TEXT, Flow, Grid, GridCell, Text};
use crate::{Format, ParseError, Parsed, charset, html, plain};

/// Reads a text with the marks of Markdown.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    plain::check_size(bytes)?;
    let text = charset::decode(bytes);
    let mut setter = Setter {
        flow: Flow::new(Format::Markdown.media_type(), config, FULL_TEXT),
        text: Text::default(),
        kind: BlockKind::Paragraph,
        bold: 0,
        html: String::new(),
        grid: Grid::default(),
        column: 0,
    };
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        setter.event(event)?;
    }
    setter.flush()?;
    Ok(setter.flow.finish()?.into())
}

/// Puts together what is read together.
struct Setter {
    flow: Flow,
    text: Text,
    kind: BlockKind,
    /// How many marks around make the text bold.
    bold: u32,
    /// HTML under way.
    html: String,
    /// The table under way, and the column in it.
    grid: Grid,
    column: u32,
}

impl Setter {
    fn event(&mut self, event: Event<'_>) -> Result<(), ParseError> {
        match event {
            Event::Start(tag) => self.start(&tag)?,
            Event::End(tag) => self.end(tag)?,
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push(&text, self.bold > 0);
            }
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => {
                self.text.push("\n", false);
            }
            Event::FootnoteReference(_) | Event::InlineHtml(_) | Event::TaskListMarker(_) => {}
            Event::SoftBreak | Event::HardBreak => self.text.push("\n", false),
            Event::Rule => self.flush()?,
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), ParseError> {
        match tag {
            Tag::Heading { .. } => self.begin(BlockKind::Heading)?,
            Tag::Item => self.begin(BlockKind::ListItem)?,
            // The first paragraph of an entry is the entry.
            Tag::Paragraph if self.text.is_blank() && self.kind == BlockKind::ListItem => {}
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::List(_) | Tag::BlockQuote(_) => {
                self.begin(BlockKind::Paragraph)?;
            }
            Tag::Table(_) => {
                self.flush()?;
                self.grid = Grid::default();
            }
            Tag::TableHead | Tag::TableRow => self.column = 0,
            Tag::Strong => self.bold = self.bold.saturating_add(1),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), ParseError> {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::Item
            | TagEnd::BlockQuote(_) => {
                self.begin(BlockKind::Paragraph)?;
            }
            TagEnd::HtmlBlock => html::set(&mem::take(&mut self.html), &mut self.flow)?,
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::TableCell => {
                self.grid.cells.push(GridCell {
                    row: self.grid.rows,
                    column: self.column,
                    text: mem::take(&mut self.text),
                    ..GridCell::default()
                });
                self.column = self.column.saturating_add(1);
                self.grid.columns = self.grid.columns.max(self.column);
            }
            TagEnd::TableRow => self.grid.rows = self.grid.rows.saturating_add(1),
            TagEnd::TableHead => {
                self.grid.rows = self.grid.rows.saturating_add(1);
                self.grid.header_rows = 1;
            }
            TagEnd::Table => self.flow.table(mem::take(&mut self.grid))?,
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, kind: BlockKind) -> Result<(), ParseError> {
        self.flush()?;
        self.kind = kind;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParseError> {
        let text = mem::take(&mut self.text);
        if text.is_blank() {
            return Ok(());
        }
        self.flow.block(self.kind, &text).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn marks_mean_what_they_mean_when_shown() {
        let text = "# Order *7*\n\nSee [terms](https://a.example/t) and **bold\ntext**.\n\n- one\n- two\n  - inner\n\n\
                    1. first\n\n   more\n\n```rust\nlet a = 1;\n# no heading\n```\n\n| Item | Price |\n|---|--:|\n| `Pen` | 2 |\n\n\
                    <div>html <script>no</script></div>\n\n---\n\nlast  \nline\n";
        let document = crate::read(text.as_bytes(), &ParseConfig::default()).unwrap();
        assert_eq!(document.media_type, "text/markdown");
        let page = &document.pages[0];
        let blocks: Vec<(BlockKind, String)> = page
            .blocks
            .iter()
            .map(|block| (block.kind, page.block_text(block)))
            .collect();
        let expected = [
            (BlockKind::Heading, "Order 7"),
            (BlockKind::Paragraph, "See terms and bold\ntext."),
            (BlockKind::ListItem, "one"),
            (BlockKind::ListItem, "two"),
            (BlockKind::ListItem, "inner"),
            (BlockKind::ListItem, "first"),
            (BlockKind::Paragraph, "more"),
            (BlockKind::Paragraph, "let a = 1;\n# no heading"),
            (BlockKind::Table(0), "Item Price\nPen 2"),
            (BlockKind::Paragraph, "html"),
            (BlockKind::Paragraph, "last\nline"),
        ];
        let expected: Vec<(BlockKind, String)> = expected.map(|(kind, text)| (kind, text.to_owned())).into();
        assert_eq!(blocks, expected);
        assert_eq!(page.tables[0].header_rows, 1);
        assert!(page.words.iter().any(|word| word.bold && word.text == "bold"));
    }

    #[test]
    fn deep_and_endless_marks_end_in_time() {
        let begun = Instant::now();
        for mark in [
            "> ",
            "[",
            "*a ",
            "![x](",
            "`",
            "- ",
            "<div>\n\n",
            "|a|b|\n|-|-|\n\n",
        ] {
            let config = ParseConfig::default();
            let _ = parse(mark.repeat(50_000).as_bytes(), &config);
        }
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}
