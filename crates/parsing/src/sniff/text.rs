//! Kinds of files that are text: told apart by the marks that each must have. In doubt it is plain text.

use super::{Ends, Format};
use crate::charset;

/// So many bytes of a text say what it is.
const SAMPLE: usize = 64 * 1024;

pub(super) fn sniff(ends: &Ends<'_>) -> Format {
    let bytes = ends.head.get(..SAMPLE).unwrap_or(ends.head);
    let is_whole = ends.is_whole() && bytes.len() == ends.head.len();
    let text = charset::decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if let Some(format) = marked_up(text, is_whole) {
        return format;
    }
    if is_mail(text) {
        return Format::Mail;
    }
    if is_markdown(text) {
        return Format::Markdown;
    }
    if delimiter(text, is_whole).is_some() {
        return Format::Csv;
    }
    Format::PlainText
}

/// HTML or XML, by the first tag.
fn marked_up(text: &str, is_whole: bool) -> Option<Format> {
    let mut rest = text.trim_start();
    if !rest.starts_with('<') {
        return None;
    }
    let declared = rest.starts_with("<?xml");
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => break,
        };
        let Some((_, behind)) = rest.split_once(end) else {
            return declared.then_some(Format::Xml);
        };
        rest = behind;
    }
    let tag = rest.strip_prefix('<')?;
    let lower: String = tag.chars().take(40).collect::<String>().to_ascii_lowercase();
    if let Some(of_type) = lower.strip_prefix("!doctype") {
        return Some(if of_type.trim_start().starts_with("html") {
            Format::Html
        } else {
            Format::Xml
        });
    }
    let name: String = lower
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'))
        .collect();
    if is_html(&name) {
        return Some(Format::Html);
    }
    if declared {
        return Some(Format::Xml);
    }
    let opens = tag.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let (inner, _) = tag.split_once('>')?;
    let closed = if is_whole {
        text.trim_end().ends_with('>')
    } else {
        inner.contains("xmlns")
    };
    // "<jane@example.com> wrote:" is no tag.
    let is_tag = !inner.contains('<')
        && tag
            .get(name.len()..)?
            .starts_with(['>', '/', ' ', '\n', '\r', '\t']);
    (opens && closed && is_tag).then_some(Format::Xml)
}

/// Elements that an HTML file, or a piece of one, begins with.
fn is_html(name: &str) -> bool {
    const NAMES: [&str; 41] = [
        "a", "article", "b", "base", "body", "br", "center", "div", "dl", "em", "font", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "link", "main",
        "meta", "nav", "ol", "p", "pre", "script", "section", "span", "strong", "style", "table", "title",
        "tr", "ul",
    ];
    NAMES.contains(&name)
}

/// Headers that every message has one of, and such as it may have besides.
const MAIL_HEADERS: [&str; 8] = [
    "from",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "x-mailer",
    "dkim-signature",
];
const MORE_MAIL_HEADERS: [&str; 9] = [
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "reply-to",
    "sender",
    "content-type",
    "content-transfer-encoding",
];

/// Nothing but headers stands before the first empty line, and what they are called is what mail calls them.
fn is_mail(text: &str) -> bool {
    let mut sure = 0;
    let mut more = 0;
    for (number, line) in text.trim_start_matches(['\r', '\n']).lines().enumerate() {
        if line.is_empty() {
            break;
        }
        // An envelope before the headers, of a mailbox file.
        if number == 0 && (line.starts_with("From ") || line.starts_with(">From ")) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            // Servers have been seen to break long headers; nobody begins a text like this.
            if sure >= 2 && more >= 2 {
                continue;
            }
            return false;
        };
        let name = name.trim_end().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        sure += usize::from(MAIL_HEADERS.contains(&name.as_str()));
        more += usize::from(MORE_MAIL_HEADERS.contains(&name.as_str()));
    }
    sure >= 1 && sure + more >= 2
}

/// Two different marks of Markdown, one of which hardly stands in other text.
fn is_markdown(text: &str) -> bool {
    if text.starts_with("#!") {
        return false;
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_empty = |index: Option<usize>| {
        index
            .and_then(|index| lines.get(index))
            .is_none_or(|line| line.trim().is_empty())
    };
    let mut heading = false;
    let mut underlined = false;
    let mut fence = false;
    let mut table = false;
    let mut list = false;
    for (index, line) in lines.iter().enumerate() {
        let alone = is_empty(index.checked_sub(1)) && is_empty(index.checked_add(1));
        heading |= alone && is_heading(line);
        underlined |= is_underline(line) && !is_empty(index.checked_sub(1)) && is_empty(index.checked_add(1));
        fence |= line.starts_with("```");
        table |= is_table_line(line) && !is_empty(index.checked_sub(1));
        list |= ["- ", "* ", "+ ", "1. "]
            .iter()
            .any(|mark| line.starts_with(mark));
    }
    let link = text.split("](").skip(1).any(|rest| {
        let target = rest.split(')').next().unwrap_or_default();
        !target.is_empty() && !target.contains(char::is_whitespace)
    }) && text.contains('[');
    let strong = text.split("**").skip(1).step_by(2).any(|inner| {
        !inner.is_empty() && !inner.contains('\n') && !inner.starts_with(' ') && !inner.ends_with(' ')
    }) && text.matches("**").count() >= 2;
    let rare = [heading, fence, table, link];
    let all = [heading, fence, table, link, underlined, list, strong];
    let count = |marks: &[bool]| marks.iter().filter(|mark| **mark).count();
    count(&rare) >= 1 && count(&all) >= 2
}

/// `## Terms`
fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&line.len().saturating_sub(rest.len()))
        && rest.starts_with(' ')
        && !rest.trim().is_empty()
}

/// The line under a heading.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// `|---|:--|`: the line under the names of a table's columns.
fn is_table_line(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '))
}

/// What parts the values of a row.
const DELIMITERS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// So many rows say what the rest looks like.
const ROWS: usize = 200;

/// The mark that cuts all rows into as many values, if there is one.
pub(crate) fn delimiter(text: &str, is_whole: bool) -> Option<u8> {
    // What is cut off in the middle of a row is not counted.
    let text = if is_whole {
        text
    } else {
        text.rsplit_once('\n').map_or(text, |(before, _)| before)
    };
    let found = DELIMITERS.into_iter().filter_map(|delimiter| {
        let columns = columns(text, delimiter)?;
        Some((columns, delimiter))
    });
    // The one that cuts most; the first of them where two do.
    let best = found.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, delimiter)| delimiter)
}

/// How many values the rows have, if they agree on it and do not look like sentences.
fn columns(text: &str, delimiter: u8) -> Option<usize> {
    if !text.as_bytes().contains(&delimiter) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut counts: Vec<usize> = Vec::new();
    let mut spaced = 0_usize;
    let mut filled = 0_usize;
    let mut long = 0_usize;
    for record in reader.records().take(ROWS) {
        let record = record.ok()?;
        counts.push(record.len());
        spaced += record
            .iter()
            .skip(1)
            .filter(|value| value.starts_with(' '))
            .count();
        filled += record.iter().skip(1).filter(|value| !value.is_empty()).count();
        long += record.iter().filter(|value| value.len() > 300).count();
    }
    let mut sorted = counts.clone();
    sorted.sort_unstable();
    let usual = *sorted.get(sorted.len() / 2)?;
    let misfits = counts.iter().filter(|count| **count != usual).count();
    // Sentences have a blank behind the comma.
    let prose = delimiter == b',' && spaced.saturating_mul(2) > filled && (usual < 4 || counts.len() < 4);
    let enough = usual >= 2 && counts.len() >= if usual == 2 { 3 } else { 2 };
    let agreed = misfits.saturating_mul(10) <= counts.len();
    let short = long.saturating_mul(10) <= counts.len();
    (enough && agreed && short && !prose).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(text: &str) -> Format {
        sniff(&Ends::whole(text.as_bytes()))
    }

    #[test]
    fn html_and_xml_are_told_by_their_first_tag() {
        let cases = [
            ("<!DOCTYPE html><p>x", Format::Html),
            ("\n<!-- saved --><HTML><body>x", Format::Html),
            (
                "<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"-//W3C\"><html>",
                Format::Html,
            ),
            ("<table><tr><td>x</table>", Format::Html),
            ("<?xml version='1.0'?>\n<Invoice xmlns='urn:x'/>", Format::Xml),
            (
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
                Format::Xml,
            ),
            (
                "<rsm:CrossIndustryInvoice xmlns:rsm='x'></rsm:CrossIndustryInvoice>",
                Format::Xml,
            ),
            ("<jane@example.com> wrote:\nHello", Format::PlainText),
            ("< 5 pieces >", Format::PlainText),
        ];
        for (text, expected) in cases {
            assert_eq!(format(text), expected, "{text}");
        }
    }

    #[test]
    fn mail_begins_with_its_headers() {
        let cases = [
            ("From: a@b.example\r\nSubject: Hello\r\n\r\nText", Format::Mail),
            (
                "From a@b.example Mon Jan  1 2024\nReceived: from x\n\tby y\nTo: c@d.example\n\nText",
                Format::Mail,
            ),
            ("Subject: Hello\n\nText", Format::PlainText),
            ("Dear Sir\nFrom: me\nTo: you\n", Format::PlainText),
            ("From: 1 May\nuntil 3 May we are closed.\n", Format::PlainText),
        ];
        for (text, expected) in cases {
            assert_eq!(format(text), expected, "{text}");
        }
        let utf_16: Vec<u8> = "\u{feff}From: a@b.example\r\nTo: c@d.example\r\n\r\nText"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(sniff(&Ends::whole(&utf_16)), Format::Mail);
    }

    #[test]
    fn rows_that_agree_are_csv_and_sentences_are_not() {
        let cases = [
            ("name,age,city\nJohn,30,\"New York, NY\"\n", Format::Csv),
            ("name;betrag\nMüller;1,50\nMaier;2,50\n", Format::Csv),
            ("a\tb\n1\t2\n3\t4\n", Format::Csv),
            ("a|b|c\n1|2|3\n", Format::Csv),
            (
                "Dear Sir, good day\nThank you, and bye\nYours, John\n",
                Format::PlainText,
            ),
            ("one, two\n", Format::PlainText),
            ("1,50\n", Format::PlainText),
            ("Invoice\nTotal: 1,50\nTax: 0,20\n", Format::PlainText),
        ];
        for (text, expected) in cases {
            assert_eq!(format(text), expected, "{text}");
        }
        let rows = "1;2;3\n".repeat(20_000);
        assert_eq!(format(&rows), Format::Csv);
    }

    #[test]
    fn markdown_shows_two_of_its_marks() {
        let cases = [
            ("# Order\n\nSee [terms](https://a.example/t).\n", Format::Markdown),
            ("| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n", Format::Markdown),
            ("Title\n=====\n\n```\ncode\n```\n", Format::Markdown),
            ("#!/bin/sh\n# do\n\nrm -- x\n", Format::PlainText),
            ("# a comment\nkey: value\nlist:\n- 1\n- 2\n", Format::PlainText),
            ("- one\n- two\n\n1. three\n", Format::PlainText),
            ("Total **5**\n\nThanks\n", Format::PlainText),
        ];
        for (text, expected) in cases {
            assert_eq!(format(text), expected, "{text}");
        }
    }
}
