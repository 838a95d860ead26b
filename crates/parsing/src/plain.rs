//! Plain text in any encoding. There are no places, and no pages but those that form feeds and a full sheet make.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use domain::geometry::BBox;
use domain::parsed::{Line, Page, ParsedDocument, Span, TextOrigin, Word};
use domain::parsing::ParseConfig;
use encoding_rs::Encoding;
use unicode_normalization::UnicodeNormalization;

use crate::limits::Limit;
use crate::{ParseError, Parsed};

/// What this module reads.
const MEDIA_TYPE: &str = "text/plain";

/// Larger files are data, not documents.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A page is full after so many lines: about what a sheet holds in small type. What works on a page, here and in
/// extraction, then works on something of bounded size, whatever the file.
const LINES_A_PAGE: usize = 100;
/// A line is full after so many words, and a word after so many characters, for the same reason.
const WORDS_A_LINE: usize = 200;
const CHARS_A_WORD: usize = 500;

/// Reads a text: a page up to each form feed or until it is full, a line a line.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(ParseError::OverLimit {
            what: Limit::FileBytes,
            limit: u64::try_from(MAX_BYTES).unwrap_or(u64::MAX),
        });
    }
    let text = decode(bytes);
    let pages = sheets(&text);
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    if count > config.max_pages {
        return Err(ParseError::TooManyPages {
            pages: count,
            limit: config.max_pages,
        });
    }
    let pages = (1..)
        .zip(pages)
        .map(|(number, lines)| page(number, &lines))
        .collect();
    let document = ParsedDocument {
        media_type: MEDIA_TYPE.to_owned(),
        pages,
        ..ParsedDocument::default()
    };
    Ok(document.into())
}

/// By the byte order mark, else by what the bytes look like. Never fails: what does not fit becomes U+FFFD.
fn decode(bytes: &[u8]) -> String {
    let encoding = Encoding::for_bom(bytes).map_or_else(|| guess(bytes), |(encoding, _)| encoding);
    let (text, _, _) = encoding.decode(bytes);
    text.into_owned()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// The lines of each page. An empty page between two form feeds stays a page.
fn sheets(text: &str) -> Vec<Vec<&str>> {
    let parts = text.trim_end_matches('\u{c}').split('\u{c}');
    parts
        .flat_map(|part| {
            let lines: Vec<&str> = part.lines().collect();
            let full = lines.chunks(LINES_A_PAGE).map(<[&str]>::to_vec);
            let empty = lines.is_empty().then(Vec::new);
            full.chain(empty).collect::<Vec<_>>()
        })
        .collect()
}

fn page(number: u32, text: &[&str]) -> Page {
    let mut words = Vec::new();
    let mut lines = Vec::new();
    for line in text {
        let parts = line.split(|c: char| c.is_whitespace() || c.is_control());
        let found: Vec<Word> = parts.flat_map(words_of).collect();
        for full in found.chunks(WORDS_A_LINE) {
            let start = words.len();
            words.extend_from_slice(full);
            lines.push(Line {
                words: Span::new(start..words.len()),
                bbox: BBox::default(),
            });
        }
    }
    Page {
        number,
        origin: TextOrigin::Native,
        words,
        lines,
        ..Page::default()
    }
}

/// A run of characters without blanks: a word, or several where it is longer than any.
fn words_of(run: &str) -> Vec<Word> {
    let characters: Vec<char> = run.nfc().collect();
    let pieces = characters.chunks(CHARS_A_WORD).map(|piece| Word {
        text: piece.iter().collect(),
        bbox: BBox::default(),
        size: 0.0,
        bold: false,
        hidden: false,
        confidence: 1.0,
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> String {
        parse(bytes, &ParseConfig::default()).unwrap().document.text()
    }

    #[test]
    fn pages_lines_and_words_have_a_size_whatever_the_file() {
        let lines = "a line\n".repeat(250);
        let parsed = parse(lines.as_bytes(), &ParseConfig::default()).unwrap().document;
        let counts: Vec<usize> = parsed.pages.iter().map(|page| page.lines.len()).collect();
        assert_eq!(counts, [100, 100, 50]);
        let long = format!("{} {}", "x".repeat(1_200), "word ".repeat(300));
        let parsed = parse(long.as_bytes(), &ParseConfig::default()).unwrap().document;
        let page = &parsed.pages[0];
        assert_eq!((page.words.len(), page.lines.len()), (303, 2));
        assert!(page.words.iter().all(|word| word.text.chars().count() <= 500));
    }

    #[test]
    fn utf_8_utf_16_and_windows_1252_read_alike() {
        let text = "Müller & Söhne, 12,50 €\r\nStraße 5";
        let expected = "Müller & Söhne, 12,50 €\nStraße 5";
        let utf_16: Vec<u8> = [0xfeff]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        for bytes in [text.as_bytes(), &utf_16, &windows] {
            assert_eq!(text_of(bytes), expected);
        }
    }

    #[test]
    fn form_feeds_part_pages_and_the_last_one_ends_the_text() {
        let parsed = parse(b"one\x0ctwo\nthree\x0c", &ParseConfig::default()).unwrap();
        let pages: Vec<String> = parsed.document.pages.iter().map(Page::text).collect();
        assert_eq!(pages, ["one", "two\nthree"]);
        assert!(parsed.document.pages.iter().all(|page| page.size.is_none()));
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
