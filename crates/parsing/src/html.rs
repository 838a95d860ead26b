//! HTML: what a reader sees of it. Scripts, styles and what is hidden are not text.

mod bounded;
mod table;

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use crate::flow::{FULL_TEXT, Flow, Text};
use crate::limits::Limit;
use crate::{Format, ParseError, Parsed, charset, plain};

/// So far into the file, its encoding is declared.
const DECLARED_WITHIN: usize = 2_048;

/// Reads an HTML file.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    plain::check_size(bytes)?;
    let mut flow = Flow::new(Format::Html.media_type(), config, FULL_TEXT);
    set(&charset::decode_as(bytes, declared(bytes).as_deref()), &mut flow)?;
    Ok(flow.finish()?.into())
}

/// `charset=...` near the beginning.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let name = rest.trim_start_matches(['"', '\'']);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')));
    Some(name.get(..end.unwrap_or(name.len()))?.to_owned())
}

/// Puts what is seen of HTML in the flow.
pub(crate) fn set(html: &str, flow: &mut Flow) -> Result<(), ParseError> {
    let html = bounded::read(html)?;
    let mut setter = Setter {
        to: To::Flow(flow),
        text: Text::default(),
        kind: BlockKind::Paragraph,
        bold: 0,
        pre: 0,
    };
    setter.children(html.tree.root(), 0)?;
    setter.flush()
}

/// Where blocks go.
enum To<'f> {
    /// They are blocks of the page.
    Flow(&'f mut Flow),
    /// They are lines of a cell.
    Cell,
}

/// Goes through elements and puts together what is read together.
struct Setter<'f> {
    to: To<'f>,
    /// The block under way.
    text: Text,
    kind: BlockKind,
    /// How many elements around make the text bold.
    bold: u32,
    /// How many elements around keep blanks and line ends.
    pre: u32,
}

impl Setter<'_> {
    /// Ends the block under way.
    fn flush(&mut self) -> Result<(), ParseError> {
        match &mut self.to {
            To::Cell => self.text.push("\n", false),
            To::Flow(flow) => {
                if !self.text.is_blank() {
                    flow.block(self.kind, &self.text)?;
                    // A second paragraph of an entry is a paragraph.
                    self.kind = BlockKind::Paragraph;
                }
                self.text = Text::default();
            }
        }
        Ok(())
    }

    fn children(&mut self, node: NodeRef<'_, Node>, depth: u64) -> Result<(), ParseError> {
        // The calls lie as deep as the elements.
        Limit::Depth.check(depth)?;
        let depth = depth.saturating_add(1);
        for child in node.children() {
            match child.value() {
                Node::Text(text) => self.characters(text),
                Node::Element(element) => self.element(child, element, depth)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn characters(&mut self, text: &str) {
        let bold = self.bold > 0;
        if self.pre > 0 {
            self.text.push(text, bold);
            return;
        }
        // A line end in the file is a blank.
        let mut lines = text.split(['\n', '\r', '\u{c}']);
        self.text.push(lines.next().unwrap_or_default(), bold);
        for line in lines {
            self.text.push(" ", bold);
            self.text.push(line, bold);
        }
    }

    fn element(&mut self, node: NodeRef<'_, Node>, element: &Element, depth: u64) -> Result<(), ParseError> {
        if is_hidden(element) {
            return Ok(());
        }
        match element.name() {
            "br" => self.text.push("\n", false),
            "hr" => self.flush()?,
            "title" => {
                if let To::Flow(flow) = &mut self.to {
                    let title: String = node
                        .children()
                        .filter_map(|child| child.value().as_text().map(|text| text.to_string()))
                        .collect();
                    flow.name_page(&title.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
            "a" | "button" | "label" => {
                // Links one right after the other are shown apart.
                let before = node.prev_sibling().and_then(|node| node.value().as_element());
                if before.is_some_and(|before| matches!(before.name(), "a" | "button" | "label")) {
                    self.text.push(" ", false);
                }
                self.children(node, depth)?;
            }
            "input" => self.input(element),
            "b" | "strong" => {
                self.bold = self.bold.saturating_add(1);
                self.children(node, depth)?;
                self.bold = self.bold.saturating_sub(1);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block(node, BlockKind::Heading, depth)?,
            "li" => self.block(node, BlockKind::ListItem, depth)?,
            "pre" | "textarea" => {
                self.pre = self.pre.saturating_add(1);
                self.block(node, BlockKind::Paragraph, depth)?;
                self.pre = self.pre.saturating_sub(1);
            }
            "table" => self.table(node, depth)?,
            name if is_block(name) => {
                // An entry of a list that is a paragraph stays an entry.
                let kind = if self.text.is_blank() {
                    self.kind
                } else {
                    BlockKind::Paragraph
                };
                self.block(node, kind, depth)?;
            }
            _ => self.children(node, depth)?,
        }
        Ok(())
    }

    /// What stands by itself.
    fn block(&mut self, node: NodeRef<'_, Node>, kind: BlockKind, depth: u64) -> Result<(), ParseError> {
        self.flush()?;
        let outside = std::mem::replace(&mut self.kind, kind);
        self.children(node, depth)?;
        self.flush()?;
        // What the block around had not said by now is said.
        self.kind = match (kind, outside) {
            (BlockKind::ListItem, BlockKind::ListItem) if self.kind == BlockKind::Paragraph => {
                BlockKind::Paragraph
            }
            (_, outside) if self.kind == kind => outside,
            _ => BlockKind::Paragraph,
        };
        Ok(())
    }

    /// What a form is filled in with, and what stands on its buttons.
    fn input(&mut self, element: &Element) {
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        if matches!(
            kind.as_str(),
            "hidden" | "password" | "checkbox" | "radio" | "file" | "image" | "color" | "range"
        ) {
            return;
        }
        if let Some(value) = element.attr("value") {
            self.text.push(" ", false);
            self.characters(value);
            self.text.push(" ", false);
        }
    }
}

/// What is not shown, and what is no text.
fn is_hidden(element: &Element) -> bool {
    let unseen = matches!(
        element.name(),
        "script"
            | "style"
            | "template"
            | "noscript"
            | "iframe"
            | "object"
            | "svg"
            | "math"
            | "audio"
            | "video"
            | "canvas"
            | "datalist"
            | "select"
    );
    unseen || element.attr("hidden").is_some() || element.attr("style").is_some_and(hides)
}

fn hides(style: &str) -> bool {
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    style.split(';').any(|rule| {
        matches!(
            rule.trim_end_matches("!important"),
            "display:none" | "visibility:hidden" | "mso-hide:all"
        )
    })
}

/// Elements that begin a line of their own.
fn is_block(name: &str) -> bool {
    const NAMES: [&str; 39] = [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "header",
        "hgroup",
        "html",
        "legend",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "p",
        "section",
        "summary",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use domain::parsed::{Page, ParsedDocument};

    use super::*;

    fn read(html: &str) -> ParsedDocument {
        let mut flow = Flow::new("text/html", &ParseConfig::default(), FULL_TEXT);
        set(html, &mut flow).unwrap();
        flow.finish().unwrap()
    }

    fn blocks(page: &Page) -> Vec<(BlockKind, String)> {
        let blocks = page.blocks.iter();
        blocks.map(|block| (block.kind, page.block_text(block))).collect()
    }

    #[test]
    fn what_is_seen_is_read_and_nothing_else() {
        let document = read(
            "<html><head><title>The  page</title><style>p{}</style><script>var a = '<p>no</p>'</script></head>\
             <body><h1>Order <i>7</i></h1><!-- no --><p>One<br>two<a href='x'> li</a>nk <a>1</a><a>2</a>\nthree</p>\
             <p style='Display : none'>no</p><div hidden>no</div><template>no</template>\
             <span style='visibility:hidden'>no</span><input value='typed'><input type=hidden value=no>\
             <ul><li>first<ul><li><p>inner</p></ul><li>second</ul><pre>a\n  b</pre>&nbsp;tail &amp; end&zwnj;</body>",
        );
        let page = &document.pages[0];
        assert_eq!(page.name, "The page");
        let expected = [
            (BlockKind::Heading, "Order 7"),
            (BlockKind::Paragraph, "One\ntwo link 1 2 three"),
            (BlockKind::Paragraph, "typed"),
            (BlockKind::ListItem, "first"),
            (BlockKind::ListItem, "inner"),
            (BlockKind::ListItem, "second"),
            (BlockKind::Paragraph, "a\nb"),
            (BlockKind::Paragraph, "tail & end\u{200c}"),
        ];
        let expected: Vec<(BlockKind, String)> = expected.map(|(kind, text)| (kind, text.to_owned())).into();
        assert_eq!(blocks(page), expected);
    }

    #[test]
    fn the_encoding_is_as_declared() {
        let html =
            "<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'></head>щ";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(html);
        let document = crate::read(&bytes, &ParseConfig::default()).unwrap();
        assert_eq!(document.media_type, "text/html");
        assert_eq!(document.text(), "щ");
        assert_eq!(declared(b"<meta charset = \"UTF-8\">").as_deref(), Some("utf-8"));
        assert_eq!(declared(b"<p>no charset here"), None);
    }

    #[test]
    fn deep_and_endless_files_end_in_time() {
        let begun = Instant::now();
        let config = ParseConfig::default();
        let deep = format!("<html>{}", "<div>".repeat(500_000));
        let refused = crate::read(deep.as_bytes(), &config).unwrap_err();
        assert_eq!(refused, Limit::Depth.exceeded());
        let fonts: Vec<String> = (0..900).map(|n| format!("<font size={n}>")).collect();
        let fonts = fonts.concat();
        let grown = format!("<html>{fonts}{}", "<p>x".repeat(200_000));
        assert!(crate::read(grown.as_bytes(), &config).is_err());
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}
