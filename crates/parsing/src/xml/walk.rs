//! Going through XML, an element at a time. Nothing is looked up outside of the text, and no entity but the five of XML
//! and references to characters means anything.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::limits::Limit;
use crate::{ParseError, charset};

/// So far into the file, its encoding is declared.
const DECLARED_WITHIN: usize = 200;

/// The characters of an XML file.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let head = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    let declared = head
        .split_once("encoding=")
        .filter(|(before, _)| before.contains("<?xml"))
        .and_then(|(_, rest)| {
            let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(mark).next()
        });
    // XML that says nothing is UTF-8.
    charset::decode_as(bytes, Some(declared.unwrap_or("utf-8")))
}

/// What comes next in XML.
pub(crate) enum Node<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// The innermost element ends.
    Close,
    /// Characters, or some of them: entities come one by one.
    Text(Cow<'a, str>),
}

/// The beginning of an element. Prefixes of names are left out.
pub(crate) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    pub(crate) fn name(&self) -> String {
        self.0.local_name().as_ref().to_owned()
    }

    /// Whether this is its name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.local_name().as_ref() == name
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// An attribute whose name has a prefix: `r:id`, where there is an `id` as well.
    pub(crate) fn prefixed(&self, name: &str) -> Option<String> {
        let mut all = self.0.attributes();
        all.with_checks(false);
        let found = all.filter_map(Result::ok).find(|attribute| {
            let key: &str = attribute.key.as_ref();
            key.split_once(':').is_some_and(|(_, local)| local == name)
        });
        found.map(|attribute| attribute.value.to_string())
    }

    /// Names and values, in their order; without the declarations of prefixes.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        // Comparing each with each would take long where there are many.
        let mut all = self.0.attributes();
        all.with_checks(false);
        all.filter_map(Result::ok)
            .filter(|attribute| {
                let key: &str = attribute.key.as_ref();
                key != "xmlns" && !key.starts_with("xmlns:")
            })
            .map(|attribute| {
                let value = unescape(&attribute.value)
                    .map_or_else(|_error| attribute.value.to_string(), Cow::into_owned);
                (attribute.key.local_name().as_ref().to_owned(), value)
            })
    }
}

/// A walk through the elements.
pub(crate) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    depth: u64,
    media_type: &'static str,
}

impl<'a> Walk<'a> {
    /// `media_type` is that of the file, for refusals.
    pub(crate) fn new(text: &'a str, media_type: &'static str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            depth: 0,
            media_type,
        }
    }

    /// What comes next; None at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'a>>, ParseError> {
        loop {
            let event = self.reader.read_event().map_err(|error| ParseError::Broken {
                media_type: self.media_type.to_owned(),
                reason: error.to_string(),
            })?;
            let node = match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    self.depth = self.depth.saturating_add(1);
                    Limit::Depth.check(self.depth)?;
                    Node::Open(Tag(tag))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => Node::Text(meant(&reference).into()),
                Event::Eof if self.depth > 0 => {
                    return Err(ParseError::Broken {
                        media_type: self.media_type.to_owned(),
                        reason: "it ends in the middle".to_owned(),
                    });
                }
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            return Ok(Some(node));
        }
    }

    /// Passes over the rest of the innermost element that is not at its end yet.
    pub(crate) fn skip(&mut self) -> Result<(), ParseError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside && self.next()?.is_some() {}
        Ok(())
    }
}

/// The character that a reference stands for; what means nothing here stays as it is written.
fn meant(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name: &str = reference;
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "apos" => "'".to_owned(),
        "quot" => "\"".to_owned(),
        name => format!("&{name};"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, ParseError> {
        let mut walk = Walk::new(text, "application/xml");
        let mut written = String::new();
        while let Some(node) = walk.next()? {
            match node {
                Node::Open(tag) => {
                    written.push('<');
                    written.push_str(&tag.name());
                    for (name, value) in tag.attributes() {
                        written.extend([" ", name.as_str(), "=", value.as_str()]);
                    }
                    written.push('>');
                }
                Node::Close => written.push_str("</>"),
                Node::Text(text) => written.push_str(&text),
            }
        }
        Ok(written)
    }

    #[test]
    fn elements_attributes_and_characters_come_without_prefixes() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\
                    <x:a xmlns:x='u' x:b='1 &amp; 2'><c/>3 &lt; &#x34; &e; <![CDATA[<5>]]></x:a>";
        assert_eq!(written(text).unwrap(), "<a b=1 & 2><c></>3 < 4 &e; <5></>");
    }

    #[test]
    fn what_lies_too_deep_and_what_ends_early_is_refused() {
        let deep = "<a>".repeat(300);
        assert_eq!(written(&deep).unwrap_err(), Limit::Depth.exceeded());
        assert!(matches!(written("<a><b>"), Err(ParseError::Broken { .. })));
        assert!(matches!(written("<a></b>"), Err(ParseError::Broken { .. })));
    }

    #[test]
    fn an_element_is_passed_over_with_all_in_it() {
        let mut walk = Walk::new("<a><b><c>1</c><d/></b>2</a>", "application/xml");
        walk.next().unwrap();
        walk.next().unwrap();
        walk.skip().unwrap();
        assert!(matches!(walk.next().unwrap(), Some(Node::Text(text)) if text == "2"));
    }

    #[test]
    fn the_declared_encoding_is_used() {
        let (bytes, _, _) =
            encoding_rs::WINDOWS_1251.encode("<?xml version='1.0' encoding='windows-1251'?><a>щ</a>");
        assert!(decode(&bytes).contains('щ'));
        assert!(decode("<a>é</a>".as_bytes()).contains('é'));
    }
}
