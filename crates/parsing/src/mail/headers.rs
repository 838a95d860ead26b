//! Headers of a message, as a person reads them.

use mail_parser::{Address, HeaderValue, Message};

/// Headers that are read; the rest is for machines.
const READ: [&str; 14] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "organization",
    "importance",
    "comments",
    "keywords",
];

/// Names and values in the order of the message.
pub(super) fn read(message: &Message<'_>, raw: &[u8]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for header in message.headers() {
        let name = header.name();
        if !READ.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let written = raw.get(place(header.offset_start)..place(header.offset_end));
        let written = String::from_utf8_lossy(written.unwrap_or_default())
            .trim()
            .to_owned();
        let value = match &header.value {
            HeaderValue::Address(address) => addresses(address),
            HeaderValue::Text(text) if !name.eq_ignore_ascii_case("message-id") => text.trim().to_owned(),
            HeaderValue::TextList(texts) if !name.eq_ignore_ascii_case("in-reply-to") => texts.join(", "),
            // Dates as they are printed, ids with their brackets, and what is not understood as it is.
            _ => written.clone(),
        };
        let value = if value.is_empty() { written } else { value };
        if !value.is_empty() {
            headers.push((name.to_owned(), value));
        }
    }
    headers
}

/// `Jane Doe <jane@example.com>, joe@example.com`
fn addresses(address: &Address<'_>) -> String {
    let written = address.iter().map(|one| match (&one.name, &one.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(one), None) | (None, Some(one)) => one.to_string(),
        (None, None) => String::new(),
    });
    let written: Vec<String> = written.filter(|one| !one.is_empty()).collect();
    written.join(", ")
}
