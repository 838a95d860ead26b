//! Files attached to a message.

use std::borrow::Cow;

use domain::parsed::AttachedFile;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use crate::limits::Limit;
use crate::{Attachment, ParseError, sniff};

/// A picture that the text shows by its id is a logo or a line, unless it has so many bytes: then it may be a scan.
const SMALL_PICTURE: usize = 100_000;

/// The files that are documents of their own, in order.
pub(super) fn files(message: &Message<'_>, raw: &[u8]) -> Result<Vec<Attachment>, ParseError> {
    let mut files = Vec::new();
    for id in &message.attachments {
        let part = usize::try_from(*id).ok().and_then(|id| message.parts.get(id));
        let Some(part) = part.filter(|part| !is_other_body(message, part, *id)) else {
            continue;
        };
        let bytes = bytes(part, raw);
        let media_type = sniff(&bytes).media_type;
        let is_shown = part.content_id().is_some() && media_type.starts_with("image/");
        if bytes.is_empty() || is_shown && bytes.len() < SMALL_PICTURE {
            continue;
        }
        let count = files.len().saturating_add(1);
        Limit::Attachments.check(u64::try_from(count).unwrap_or(u64::MAX))?;
        files.push(Attachment {
            file: AttachedFile {
                name: name(part),
                media_type: media_type.to_owned(),
                size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            },
            bytes: bytes.into_owned(),
        });
    }
    Ok(files)
}

/// The same text in another form is no file, though the parser lists what it takes for neither body.
fn is_other_body(message: &Message<'_>, part: &MessagePart<'_>, id: u32) -> bool {
    message.text_body.contains(&id)
        || message.html_body.contains(&id)
        || matches!(part.body, PartType::Multipart(_))
}

fn name(part: &MessagePart<'_>) -> String {
    if let Some(name) = part.attachment_name() {
        return name.trim().to_owned();
    }
    match &part.body {
        PartType::Message(inner) => inner.subject().map(|subject| format!("{}.eml", subject.trim())),
        _ => None,
    }
    .unwrap_or_default()
}

/// The file as it was attached: what is text keeps its own encoding.
fn bytes<'m>(part: &'m MessagePart<'_>, raw: &'m [u8]) -> Cow<'m, [u8]> {
    if !matches!(part.body, PartType::Text(_) | PartType::Html(_)) {
        return Cow::Borrowed(part.contents());
    }
    let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    let written = raw
        .get(place(part.offset_body)..place(part.offset_end))
        .unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::None => return Cow::Borrowed(written),
        Encoding::Base64 => base64_decode(written),
        Encoding::QuotedPrintable => quoted_printable_decode(written),
    };
    decoded.map_or(Cow::Borrowed(part.contents()), Cow::Owned)
}
