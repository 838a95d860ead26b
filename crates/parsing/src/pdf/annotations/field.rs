//! One form field or note, as far as its text and state go.

use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};

use super::{has_appearance, is_named};
use crate::pdf::objects::{decoded, objects};

/// Fields hang below others at most this deep; damaged files hang below themselves.
const DEEPEST: usize = 16;

/// Longer values are cut: a field is no book.
const MAX_VALUE: usize = 20_000;

/// Longer names are cut.
const MAX_NAME: usize = 500;

/// Flags of fields, by their meaning for a kind of field.
const MULTILINE: u32 = 1 << 12;
const PASSWORD: u32 = 1 << 13;
const COMB: u32 = 1 << 24;
const PUSH_BUTTON: u32 = 1 << 16;

pub(super) struct Field {
    pub(super) kind: Kind,
    /// What people are told about it, else its name in the file, from the outermost part on.
    pub(super) name: String,
    /// What it says, in characters; empty for a box.
    pub(super) value: String,
    /// It draws itself.
    pub(super) drawn: bool,
    /// Type size in points, where the field says.
    pub(super) size: Option<f64>,
    pub(super) align: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line.
    Text,
    /// Text over several lines.
    Lines,
    /// Characters in so many cells of equal width.
    Comb { cells: u32 },
    /// A check box or radio button.
    Box { on: bool },
    /// Text on the page that is no field.
    Note,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

impl Field {
    /// Nothing where the annotation has no text or state of its own, or is an empty note.
    pub(super) fn read(annotation: &Dict<'_>, forms: Option<&Dict<'_>>) -> Option<Self> {
        let subtype = annotation.get::<Name<'_>>("Subtype");
        let (kind, value) = if is_named(subtype.as_ref(), b"FreeText") {
            let contents = annotation.get::<PdfString<'_>>("Contents")?;
            (Kind::Note, decoded(contents.as_bytes()))
        } else {
            widget(annotation)?
        };
        if kind == Kind::Note && value.trim().is_empty() {
            return None;
        }
        let appearance = inherited(annotation, "DA").or_else(|| forms?.get::<Object<'_>>("DA"));
        let align = inherited(annotation, "Q").and_then(Object::into_i32);
        Some(Self {
            kind,
            name: name(annotation),
            value: value.chars().take(MAX_VALUE).collect(),
            drawn: has_appearance(annotation),
            size: appearance
                .and_then(Object::into_string)
                .and_then(|appearance| size(&decoded(appearance.as_bytes()))),
            align: match align {
                Some(1) => Align::Center,
                Some(2) => Align::Right,
                _ => Align::Left,
            },
        })
    }
}

fn widget(annotation: &Dict<'_>) -> Option<(Kind, String)> {
    let kind = inherited(annotation, "FT")?.into_name()?;
    let flags = inherited(annotation, "Ff")
        .and_then(Object::into_i32)
        .unwrap_or(0);
    let flags = u32::try_from(flags).unwrap_or(0);
    match kind.as_ref() {
        b"Tx" if flags & PASSWORD == 0 => {
            let cells = inherited(annotation, "MaxLen").and_then(Object::into_i32);
            let cells = cells.and_then(|cells| u32::try_from(cells).ok()).unwrap_or(0);
            let kind = if flags & MULTILINE != 0 {
                Kind::Lines
            } else if flags & COMB != 0 && cells > 0 {
                Kind::Comb { cells }
            } else {
                Kind::Text
            };
            Some((
                kind,
                inherited(annotation, "V").and_then(text).unwrap_or_default(),
            ))
        }
        b"Ch" => Some((Kind::Text, chosen(annotation).unwrap_or_default())),
        b"Btn" if flags & PUSH_BUTTON == 0 => Some((
            Kind::Box {
                on: is_on(annotation),
            },
            String::new(),
        )),
        _ => None,
    }
}

fn text(value: Object<'_>) -> Option<String> {
    match value {
        Object::String(text) => Some(decoded(text.as_bytes())),
        // Long texts may be kept as streams.
        Object::Stream(text) => Some(decoded(&text.decoded_data().ok()?)),
        _ => None,
    }
}

/// What the field tells people of itself, else its name: those of the fields it hangs below, parted by full stops.
fn name(annotation: &Dict<'_>) -> String {
    let told = inherited(annotation, "TU").and_then(text).unwrap_or_default();
    if !told.trim().is_empty() {
        return told.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut parts = Vec::new();
    let mut field = Some(annotation.clone());
    while let Some(part) = field.filter(|_| parts.len() < DEEPEST) {
        parts.push(part.get::<Object<'_>>("T").and_then(text).unwrap_or_default());
        field = part.get::<Dict<'_>>("Parent");
    }
    parts.retain(|part| !part.is_empty());
    parts.reverse();
    parts.join(".").chars().take(MAX_NAME).collect()
}

/// What is chosen from a list, as the list shows it.
fn chosen(annotation: &Dict<'_>) -> Option<String> {
    let values: Vec<String> = match inherited(annotation, "V")? {
        Object::Array(several) => objects(&several).filter_map(text).collect(),
        one => vec![text(one)?],
    };
    let options = inherited(annotation, "Opt").and_then(Object::into_array);
    let shown = |value: &String| options.as_ref().and_then(|options| shown_as(options, value));
    let all: Vec<String> = values
        .iter()
        .take(20)
        .map(|value| shown(value).unwrap_or_else(|| value.clone()))
        .collect();
    Some(all.join(" "))
}

/// Options may be pairs of a value and what is shown for it.
fn shown_as(options: &Array<'_>, value: &str) -> Option<String> {
    objects(options).filter_map(Object::into_array).find_map(|pair| {
        let mut pair = objects(&pair).filter_map(text);
        let is_it = pair.next()? == value;
        is_it.then(|| pair.next()).flatten()
    })
}

fn is_on(annotation: &Dict<'_>) -> bool {
    if let Some(state) = annotation.get::<Name<'_>>("AS") {
        return state.as_ref() != b"Off";
    }
    // Without a state of its own, it is on where the field has the value that this one stands for.
    let Some(value) = inherited(annotation, "V").and_then(Object::into_name) else {
        return false;
    };
    let states = annotation
        .get::<Dict<'_>>("AP")
        .and_then(|appearance| appearance.get::<Dict<'_>>("N"));
    value.as_ref() != b"Off" && states.is_some_and(|states| states.contains_key(value.as_ref()))
}

/// A field's entry, or that of the field it hangs below.
fn inherited<'a>(field: &Dict<'a>, key: &str) -> Option<Object<'a>> {
    let mut field = field.clone();
    for _ in 0..DEEPEST {
        if let Some(value) = field.get::<Object<'a>>(key) {
            return Some(value);
        }
        field = field.get::<Dict<'a>>("Parent")?;
    }
    None
}

/// The type size in operators such as `0 g /Helv 9 Tf`; nothing for 0, which leaves it to the viewer.
fn size(appearance: &str) -> Option<f64> {
    let tokens: Vec<&str> = appearance.split_whitespace().take(100).collect();
    let operator = tokens.iter().position(|token| *token == "Tf")?;
    let size: f64 = tokens.get(operator.checked_sub(1)?)?.parse().ok()?;
    (size.is_finite() && size > 0.0).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_size_stands_before_its_operator() {
        assert_eq!(size("0 g /Helv 9.5 Tf"), Some(9.5));
        assert_eq!(size("/Helv 0 Tf 0 g"), None);
        assert_eq!(size("Tf"), None);
        assert_eq!(size(""), None);
    }
}
