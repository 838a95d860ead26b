//! Styles of paragraphs: what makes them headings, entries of lists, or bold.

use std::collections::BTreeMap;

use super::MEDIA_TYPE;
use super::body::{is_on, value};
use crate::xml::{Node, Walk};

/// A style may be based on another, and that on another.
const LONGEST_CHAIN: usize = 12;

/// All styles by their ids.
#[derive(Default)]
pub(super) struct Styles {
    written: BTreeMap<String, Written>,
    /// The one of paragraphs that name none.
    usual: String,
}

/// A style as the file has it.
#[derive(Default, Clone)]
struct Written {
    name: String,
    based_on: String,
    outline: Option<u32>,
    number: Option<String>,
    level: Option<usize>,
    bold: Option<bool>,
}

/// What a style comes to with all that it is based on.
#[derive(Default)]
pub(super) struct Style {
    pub(super) heading: bool,
    pub(super) list: bool,
    pub(super) bold: bool,
    pub(super) number: Option<String>,
    pub(super) level: usize,
}

impl Styles {
    /// Reads as many as can be read.
    pub(super) fn read(text: &str) -> Self {
        let mut styles = Self::default();
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut id = String::new();
        let mut style = Written::default();
        while let Ok(Some(node)) = walk.next() {
            let Node::Open(tag) = node else { continue };
            match tag.name().as_str() {
                "style" => {
                    styles
                        .written
                        .insert(std::mem::take(&mut id), std::mem::take(&mut style));
                    id = tag.attribute("styleId").unwrap_or_default();
                    let of_paragraphs = tag.attribute("type").as_deref() == Some("paragraph");
                    if of_paragraphs
                        && tag
                            .attribute("default")
                            .is_some_and(|on| on == "1" || on == "true")
                    {
                        styles.usual.clone_from(&id);
                    }
                }
                "name" => style.name = value(&tag).to_lowercase(),
                "basedOn" => style.based_on = value(&tag),
                "outlineLvl" => style.outline = value(&tag).parse().ok(),
                "numId" => style.number = Some(value(&tag)),
                "ilvl" => style.level = value(&tag).parse().ok(),
                "b" => style.bold = Some(is_on(&tag)),
                _ => {}
            }
        }
        styles.written.insert(id, style);
        styles.written.remove("");
        styles
    }

    pub(super) fn get(&self, id: &str) -> Style {
        let mut next = if id.is_empty() { self.usual.as_str() } else { id };
        let mut found = Written::default();
        let mut style = Style::default();
        for _ in 0..LONGEST_CHAIN {
            let Some(written) = self.written.get(next) else {
                break;
            };
            found.outline = found.outline.or(written.outline);
            found.bold = found.bold.or(written.bold);
            found.number = found.number.or_else(|| written.number.clone());
            found.level = found.level.or(written.level);
            // Word writes these names in English whatever its language.
            let name = written.name.as_str();
            style.heading |= name.starts_with("heading") || matches!(name, "title" | "subtitle");
            style.list |= name.starts_with("list bullet") || name.starts_with("list number");
            next = &written.based_on;
        }
        style.heading |= found.outline.is_some_and(|level| level < 9);
        style.bold = found.bold.unwrap_or(false);
        style.number = found.number;
        style.level = found.level.unwrap_or(0);
        style
    }
}
