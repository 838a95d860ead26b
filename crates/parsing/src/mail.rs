//! Mail: headers as values with names, the body, and the files attached.

mod attached;
mod headers;

use std::borrow::Cow;

use domain::parsed::{BlockKind, PairKind};
use domain::parsing::ParseConfig;
use mail_parser::{Message, MessageParser, PartType};

use crate::flow::{FULL_TEXT, Flow};
use crate::limits::{self, Limit};
use crate::{Attachment, Format, ParseError, Parsed, charset, html, plain};

const MEDIA_TYPE: &str = Format::Mail.media_type();

/// The parser looks for the end of each part with a boundary of its own up to the end of the mail, if it is not there.
/// So many bytes may be looked through.
const MOST_SEARCHED: usize = 5_000_000_000;

/// Reads a message.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    let bytes = message_of(bytes);
    check(&bytes)?;
    let message = MessageParser::default()
        .parse(&*bytes)
        .ok_or_else(|| ParseError::Broken {
            media_type: MEDIA_TYPE.to_owned(),
            reason: "it has no headers".to_owned(),
        })?;
    let parts = u64::try_from(message.parts.len()).unwrap_or(u64::MAX);
    Limit::Entries.check(parts)?;
    let attachments = attached::files(&message, &bytes)?;

    let mut flow = Flow::new(MEDIA_TYPE, config, FULL_TEXT);
    flow.begin_block(BlockKind::Paragraph);
    for (name, value) in headers::read(&message, &bytes) {
        flow.pair(PairKind::Header, &name, &value)?;
    }
    for Attachment { file, .. } in attachments
        .iter()
        .filter(|attachment| !attachment.file.name.is_empty())
    {
        flow.pair(PairKind::Header, "Attachment", &file.name)?;
    }
    flow.end_block();
    body(&message, &mut flow)?;

    let mut document = flow.finish()?;
    document.attachments = attachments
        .iter()
        .map(|attachment| attachment.file.clone())
        .collect();
    Ok(Parsed {
        document,
        attachments,
        ..Parsed::default()
    })
}

/// The message alone, in bytes as mail has them: without an envelope of a mailbox file, and not in UTF-16.
fn message_of(bytes: &[u8]) -> Cow<'_, [u8]> {
    let has_zeros = bytes.get(..64).unwrap_or(bytes).contains(&0);
    let mut bytes = if has_zeros || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        Cow::Owned(charset::decode(bytes).into_bytes())
    } else {
        Cow::Borrowed(bytes)
    };
    let mut start = if bytes.starts_with("\u{feff}".as_bytes()) {
        3
    } else {
        0
    };
    loop {
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
            let line = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            start = start.saturating_add(line).saturating_add(1);
        } else if rest.starts_with(b"\n") || rest.starts_with(b"\r") {
            start = start.saturating_add(1);
        } else {
            break;
        }
    }
    match &mut bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(start..).unwrap_or_default()),
        Cow::Owned(bytes) => Cow::Owned(bytes.split_off(start.min(bytes.len()))),
    }
}

/// Refuses what would keep the parser busy, or lies too deep for it.
fn check(bytes: &[u8]) -> Result<(), ParseError> {
    let (mut boundaries, mut messages) = (0_usize, 0_u64);
    for at in memchr_all(bytes) {
        let word = bytes.get(at..).unwrap_or_default();
        let begins = |wanted: &[u8]| {
            word.get(..wanted.len())
                .is_some_and(|w| w.eq_ignore_ascii_case(wanted))
        };
        boundaries = boundaries.saturating_add(usize::from(begins(b"boundary")));
        messages = messages.saturating_add(u64::from(begins(b"message/") || begins(b"multipart/digest")));
    }
    if messages > limits::MAX_DEPTH * 4 {
        return Err(Limit::Depth.exceeded());
    }
    if boundaries.saturating_mul(bytes.len()) > MOST_SEARCHED {
        return Err(Limit::Entries.exceeded());
    }
    Ok(())
}

/// Places of the letters b and m.
fn memchr_all(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let wanted = |(at, byte): (usize, &u8)| matches!(byte, b'b' | b'B' | b'm' | b'M').then_some(at);
    bytes.iter().enumerate().filter_map(wanted)
}

/// The text of the message; of HTML only where there is no other.
fn body(message: &Message<'_>, flow: &mut Flow) -> Result<(), ParseError> {
    let holds_text = |id: &u32| match part(message, *id) {
        Some(PartType::Text(text) | PartType::Html(text)) => !text.trim().is_empty(),
        _ => false,
    };
    let parts = if message.text_body.iter().any(holds_text) {
        &message.text_body
    } else {
        &message.html_body
    };
    for id in parts {
        match part(message, *id) {
            Some(PartType::Text(text)) => plain::blocks(flow, text)?,
            Some(PartType::Html(text)) => html::set(text, flow)?,
            _ => {}
        }
    }
    Ok(())
}

fn part<'m>(message: &'m Message<'_>, id: u32) -> Option<&'m PartType<'m>> {
    message
        .parts
        .get(usize::try_from(id).ok()?)
        .map(|part| &part.body)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use domain::parsed::Page;

    use super::*;

    fn read(mail: &str) -> Parsed {
        let config = ParseConfig::default();
        assert_eq!(crate::sniff(mail.as_bytes()).format, Some(Format::Mail));
        crate::parse(&crate::Source::new(mail.as_bytes(), &config)).unwrap()
    }

    fn value<'p>(page: &'p Page, name: &str) -> &'p str {
        let pair = page.pairs.iter().find(|pair| pair.name == name);
        pair.map_or("", |pair| pair.value.as_str())
    }

    const MIXED: &str = "From: =?utf-8?Q?M=C3=BCller?= <a@b.example>\r\nTo: \"Doe, Jane\" <c@d.example>, e@f.example\r\n\
        Cc: g@h.example\r\nSubject: =?iso-8859-1?Q?Rechnung_f=FCr?= Mai\r\nDate: Tue, 7 May 2024 09:05:01 +0200\r\n\
        Message-ID: <1@b.example>\r\nX-Spam: no\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\
        --x\r\nContent-Type: multipart/alternative; boundary=\"y\"\r\n\r\n\
        --y\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Total 12,50 =E2=82=AC\r\n\r\nThanks\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>Total</p>\r\n--y--\r\n\
        --x\r\nContent-Type: application/octet-stream; name=\"invoice.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename=\"invoice.pdf\"\r\n\r\nJVBERi0xLjcK\r\n\
        --x\r\nContent-Type: image/png; name=\"logo.png\"\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\
        Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
        --x\r\nContent-Type: message/rfc822\r\n\r\nFrom: i@j.example\r\nSubject: Inner\r\n\r\nInner text\r\n--x--\r\n";

    #[test]
    fn headers_are_pairs_and_lines_and_the_body_is_text() {
        let parsed = read(MIXED);
        let page = &parsed.document.pages[0];
        for (name, expected) in [
            ("From", "Müller <a@b.example>"),
            ("To", "Doe, Jane <c@d.example>, e@f.example"),
            ("Cc", "g@h.example"),
            ("Subject", "Rechnung für Mai"),
            ("Date", "Tue, 7 May 2024 09:05:01 +0200"),
            ("Message-ID", "<1@b.example>"),
            ("X-Spam", ""),
        ] {
            assert_eq!(value(page, name), expected);
        }
        let text = page.text();
        assert!(text.starts_with("From: Müller <a@b.example>\nTo: Doe,"), "{text}");
        assert!(text.ends_with("Total 12,50 €\nThanks"), "{text}");
        assert!(
            page.pairs
                .iter()
                .all(|pair| pair.kind == PairKind::Header && !pair.words.is_empty())
        );
        assert_eq!(page.blocks.len(), 3);
    }

    #[test]
    fn attached_files_are_documents_and_pictures_of_the_text_are_not() {
        let parsed = read(MIXED);
        let listed: Vec<(&str, &str, u64)> = parsed
            .document
            .attachments
            .iter()
            .map(|file| (file.name.as_str(), file.media_type.as_str(), file.size))
            .collect();
        let inner = "From: i@j.example\r\nSubject: Inner\r\n\r\nInner text";
        let expected = [
            ("invoice.pdf", "application/pdf", 9),
            ("Inner.eml", "message/rfc822", u64::try_from(inner.len()).unwrap()),
        ];
        assert_eq!(listed, expected);
        assert_eq!(parsed.attachments[0].bytes, b"%PDF-1.7\n");
        assert_eq!(parsed.attachments[1].bytes, inner.as_bytes());
        assert!(parsed.document.text().contains("Attachment: invoice.pdf"));
    }

    #[test]
    fn html_is_read_where_there_is_no_text() {
        let mail = "From: a@b.example\r\nTo: c@d.example\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n\
                    <table><tr><th>Item<th>Price<tr><td>Pen<td>2</table>";
        let page = &read(mail).document.pages[0];
        assert!(page.text().ends_with("Item Price\nPen 2"), "{}", page.text());
        assert_eq!(page.tables[0].header_rows, 1);
    }

    #[test]
    fn envelopes_and_other_encodings_are_no_hindrance() {
        let mail = "From a@b.example Mon May  6 2024\nFrom: a@b.example\nSubject: \u{e9}t\u{e9}\nTo: c@d.example\n\nText";
        assert_eq!(value(&read(mail).document.pages[0], "Subject"), "été");
        let utf_16: Vec<u8> = "\u{feff}From: a@b.example\r\nTo: c@d.example\r\n\r\nText"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let document = crate::read(&utf_16, &ParseConfig::default()).unwrap();
        assert_eq!(value(&document.pages[0], "To"), "c@d.example");
    }

    #[test]
    fn messages_without_end_end() {
        let begun = Instant::now();
        let config = ParseConfig::default();
        let head = "From: a@b.example\r\nTo: c@d.example\r\n";
        let nested = format!("{head}{}", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000));
        let refused = crate::read(nested.as_bytes(), &config).unwrap_err();
        assert_eq!(refused, Limit::Depth.exceeded());
        let shallow = format!("{head}{}", "Content-Type: message/rfc822\r\n\r\n".repeat(900));
        let _ = crate::read(shallow.as_bytes(), &config);
        let part = "--x\r\nContent-Type: multipart/mixed; boundary=never\r\n\r\n";
        let searched = format!(
            "{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n{}",
            part.repeat(50_000)
        );
        let refused = crate::read(searched.as_bytes(), &config).unwrap_err();
        assert_eq!(refused, Limit::Entries.exceeded());
        let part =
            "--x\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n\r\na\r\n";
        let many = format!(
            "{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--",
            part.repeat(101)
        );
        let refused = crate::read(many.as_bytes(), &config).unwrap_err();
        assert_eq!(refused, Limit::Attachments.exceeded());
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    }
}
