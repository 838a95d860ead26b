//! Values of form fields that the file holds without a picture of them.
//!
//! A field with an appearance is drawn like everything else. One without is left to the viewer to draw, so its value
//! would be missed; it is laid out here in the field's box.

use encoding_rs::{UTF_8, UTF_16BE, WINDOWS_1252};
use hayro_interpret::kurbo::Affine;
use hayro_interpret::kurbo::Rect as KurboRect;
use hayro_syntax::object::{Array, Dict, Object, Rect};
use hayro_syntax::page::Page;
use unicode_normalization::UnicodeNormalization;

use crate::area::Area;
use crate::direction::Direction;
use crate::layout::{PlacedWord, count};

/// Flags of an annotation that is not shown: hidden, or not viewed.
const NOT_SHOWN: u32 = (1 << 1) | (1 << 5);

/// Fields hang below others at most this deep; damaged files hang below themselves.
const DEEPEST: usize = 16;

/// Type size where the field says none, as part of its height and at most in points.
const SIZE_IN_BOX: f64 = 0.7;
const USUAL_SIZE: f64 = 10.0;

/// The face is unknown: a character is about this wide, in ems.
const CHARACTER: f64 = 0.5;

/// Text begins this far inside of the box, in points.
const PADDING: f64 = 2.0;

/// More lines than this in a field are left out, as are longer values.
const MAX_LINES: usize = 200;

/// The words of the page's fields that have a value and no appearance.
pub(super) fn words(page: &Page<'_>, to_page: Affine) -> Vec<PlacedWord> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'_>>()
        .filter(|annotation| is_undrawn_field(annotation))
        .filter_map(|field| {
            let rect = field.get::<Rect>("Rect")?;
            let place = to_page.transform_rect_bbox(KurboRect::new(rect.x0, rect.y0, rect.x1, rect.y1));
            let place = Area::new(place.x0, place.y0, place.x1, place.y1);
            let is_on_page = place.width() > 0.0 && place.height() > 0.0 && place.x1.is_finite();
            is_on_page.then(|| laid_out(&value(&field)?, place)).flatten()
        })
        .flatten()
        .collect()
}

fn is_undrawn_field(annotation: &Dict<'_>) -> bool {
    let has_appearance = annotation
        .get::<Dict<'_>>("AP")
        .is_some_and(|appearance| appearance.contains_key("N"));
    let is_shown = annotation.get::<u32>("F").unwrap_or(0) & NOT_SHOWN == 0;
    let kind = inherited(annotation, "FT");
    let is_text = matches!(&kind, Some(Object::Name(name)) if matches!(name.as_ref(), b"Tx" | b"Ch"));
    is_shown && is_text && !has_appearance
}

fn value(field: &Dict<'_>) -> Option<String> {
    let Some(Object::String(value)) = inherited(field, "V") else {
        return None;
    };
    let bytes = value.as_bytes();
    // PDF's own encoding differs from Windows-1252 in rare signs only.
    let encoding = match bytes {
        [0xfe, 0xff, ..] => UTF_16BE,
        [0xef, 0xbb, 0xbf, ..] => UTF_8,
        _ => WINDOWS_1252,
    };
    Some(encoding.decode(bytes).0.into_owned())
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

/// The value's words in its box: one line in the middle, several from the top.
fn laid_out(value: &str, place: Area) -> Option<Vec<PlacedWord>> {
    let lines: Vec<&str> = value
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(MAX_LINES)
        .collect();
    let height = place.height() / count(lines.len()).max(1.0);
    let longest = lines.iter().map(|line| line.chars().count()).max()?;
    let fitting = (place.width() - PADDING).max(1.0) / (CHARACTER * count(longest).max(1.0));
    let size = (height * SIZE_IN_BOX).min(USUAL_SIZE).min(fitting.max(1.0));
    let mut words = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let middle = place.y0 + height * (count(index) + 0.5);
        let mut characters = 0;
        for text in line.split(|c: char| c.is_whitespace() || c.is_control()) {
            let x0 = place.x0 + PADDING + CHARACTER * size * count(characters);
            let length = text.chars().count();
            characters += length + 1;
            if length > 0 {
                words.push(word(
                    text,
                    x0,
                    x0 + CHARACTER * size * count(length),
                    middle,
                    size,
                ));
            }
        }
    }
    Some(words)
}

fn word(text: &str, x0: f64, x1: f64, middle: f64, size: f64) -> PlacedWord {
    let area = Area {
        x0,
        y0: middle - size / 2.0,
        x1,
        y1: middle + size / 2.0,
    };
    PlacedWord {
        text: text.nfc().collect(),
        area,
        direction: Direction::RIGHT,
        start: x0,
        end: x1,
        baseline: middle + 0.3 * size,
        size,
        bold: false,
        hidden: false,
        confidence: 1.0,
    }
}
