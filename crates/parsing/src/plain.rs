//! Plain text in any encoding. There are no places, and no pages but those that form feeds and a full sheet make.

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;

use crate::flow::{Flow, Full, Text};
use crate::limits::Limit;
use crate::{Format, ParseError, Parsed, charset};

/// Larger files are data, not documents.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A page is full after so many lines: about what a sheet holds in small type. What works on a page, here and in
/// extraction, then works on something of bounded size, whatever the file.
const SHEET: Full = Full {
    lines: 100,
    words: 20_000,
};

/// Reads a text: a page up to each form feed or until it is full, a line a line, a block up to each empty line.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    check_size(bytes)?;
    let text = charset::decode(bytes);
    let mut flow = Flow::new(Format::PlainText.media_type(), config, SHEET);
    let mut sheets = text.trim_end_matches('\u{c}').split('\u{c}').peekable();
    while let Some(sheet) = sheets.next() {
        blocks(&mut flow, sheet)?;
        // An empty page between two form feeds stays a page.
        if sheets.peek().is_some() {
            flow.end_page();
        }
    }
    Ok(flow.finish()?.into())
}

/// Refuses what is too large for a text.
pub(crate) fn check_size(bytes: &[u8]) -> Result<(), ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(ParseError::OverLimit {
            what: Limit::FileBytes,
            limit: u64::try_from(MAX_BYTES).unwrap_or(u64::MAX),
        });
    }
    Ok(())
}

/// Puts lines in the flow, those between two empty ones as a block.
pub(crate) fn blocks(flow: &mut Flow, text: &str) -> Result<(), ParseError> {
    let mut within = false;
    for line in text.lines() {
        let line = Text::plain(line);
        if line.is_blank() {
            within = false;
            continue;
        }
        if !within {
            flow.begin_block(BlockKind::Paragraph);
            within = true;
        }
        flow.lines(&line)?;
    }
    flow.end_block();
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::parsed::Page;

    use super::*;

    fn pages(bytes: &[u8]) -> Vec<Page> {
        parse(bytes, &ParseConfig::default()).unwrap().document.pages
    }

    #[test]
    fn pages_lines_and_words_have_a_size_whatever_the_file() {
        let lines = "a line\n".repeat(250);
        let counts: Vec<usize> = pages(lines.as_bytes())
            .iter()
            .map(|page| page.lines.len())
            .collect();
        assert_eq!(counts, [100, 100, 50]);
        let long = format!("{} {}", "x".repeat(1_200), "word ".repeat(300));
        let page = &pages(long.as_bytes())[0];
        assert_eq!((page.words.len(), page.lines.len()), (303, 2));
        assert!(page.words.iter().all(|word| word.text.chars().count() <= 500));
    }

    #[test]
    fn empty_lines_part_blocks() {
        let page = &pages("Müller\r\nStraße 5\r\n\r\n \r\nTotal 12,50 €".as_bytes())[0];
        let blocks: Vec<String> = page.blocks.iter().map(|block| page.block_text(block)).collect();
        assert_eq!(blocks, ["Müller\nStraße 5", "Total 12,50 €"]);
    }

    #[test]
    fn form_feeds_part_pages_and_the_last_one_ends_the_text() {
        let pages = pages(b"one\x0c\x0ctwo\nthree\x0c");
        let texts: Vec<String> = pages.iter().map(Page::text).collect();
        assert_eq!(texts, ["one", "", "two\nthree"]);
        assert!(pages.iter().all(|page| page.size.is_none()));
    }

    #[test]
    fn a_text_of_more_pages_than_allowed_is_refused() {
        let config = ParseConfig {
            max_pages: 1,
            ..ParseConfig::default()
        };
        let error = parse(b"one\x0ctwo", &config).unwrap_err();
        assert_eq!(error, ParseError::TooManyPages { pages: 2, limit: 1 });
    }
}
