//! Setting the text of a field in its box, as a viewer would.

use unicode_normalization::UnicodeNormalization;

use super::field::{Align, Field, Kind};
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::{PlacedWord, count};

/// Type size where the field says none, as part of its height and at most in points; and the smallest.
const SIZE_IN_BOX: f64 = 0.7;
const USUAL_SIZE: f64 = 10.0;
const SMALLEST: f64 = 2.0;

/// Type that does not fit becomes smaller by this factor.
const SHRINK: f64 = 0.85;

/// The face is unknown: a character is about this wide, in ems.
const CHARACTER: f64 = 0.5;

/// From line to line, in ems.
const LINE: f64 = 1.15;

/// Text begins this far inside of the box, in points.
const PADDING: f64 = 2.0;

/// The words of a field, at their places.
pub(super) fn words(field: &Field, place: Area) -> Vec<PlacedWord> {
    match field.kind {
        Kind::Comb { cells } => comb(&field.value, place, cells, field.size).into_iter().collect(),
        Kind::Lines | Kind::Note => lines(field, place),
        Kind::Text => line(field, place),
        Kind::Box { .. } => Vec::new(),
    }
}

fn width_of(characters: usize, size: f64) -> f64 {
    CHARACTER * size * count(characters)
}

fn inner_width(place: Area) -> f64 {
    (place.width() - 2.0 * PADDING).max(1.0)
}

/// One line in the middle of the box.
fn line(field: &Field, place: Area) -> Vec<PlacedWord> {
    let text = spaced(&field.value);
    let fitting = inner_width(place) / width_of(text.chars().count().max(1), 1.0);
    let size = field
        .size
        .unwrap_or_else(|| (place.height() * SIZE_IN_BOX).min(USUAL_SIZE))
        .min(fitting.max(SMALLEST));
    set(&text, field.align, place, place.center_y(), size)
}

/// Lines from the top of the box, broken where they reach its side; smaller where they do not fit.
fn lines(field: &Field, place: Area) -> Vec<PlacedWord> {
    let mut size = field
        .size
        .unwrap_or(USUAL_SIZE)
        .clamp(SMALLEST, place.height().max(SMALLEST));
    let mut broken = broken_lines(&field.value, place, size);
    while size > SMALLEST && count(broken.len()) * LINE * size > place.height() {
        size = (size * SHRINK).max(SMALLEST);
        broken = broken_lines(&field.value, place, size);
    }
    let middle =
        |index: usize| place.y0 + PADDING.min(place.height() / 4.0) + LINE * size * (count(index) + 0.5);
    broken
        .iter()
        .enumerate()
        .flat_map(|(index, text)| set(text, field.align, place, middle(index), size))
        .collect()
}

fn broken_lines(value: &str, place: Area, size: f64) -> Vec<String> {
    let mut all = Vec::new();
    for text in value
        .split(['\n', '\r'])
        .map(spaced)
        .filter(|text| !text.is_empty())
    {
        let mut line = String::new();
        let mut length = 0;
        for word in text.split(' ') {
            let added = word.chars().count();
            if length > 0 && width_of(length + 1 + added, size) > inner_width(place) {
                all.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += added;
        }
        all.push(line);
    }
    all
}

/// Words with a blank between them.
fn spaced(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn set(line: &str, align: Align, place: Area, middle: f64, size: f64) -> Vec<PlacedWord> {
    let free = place.width() - width_of(line.chars().count(), size);
    let mut x = match align {
        Align::Left => place.x0 + PADDING,
        Align::Center => place.x0 + free / 2.0,
        Align::Right => place.x1 - PADDING - (place.width() - free),
    };
    let mut words = Vec::new();
    for text in line.split(' ').filter(|text| !text.is_empty()) {
        let end = x + width_of(text.chars().count(), size);
        words.push(word(text, x, end, middle, size));
        x = end + width_of(1, size);
    }
    words
}

/// A character a cell, all of them one word.
fn comb(value: &str, place: Area, cells: u32, size: Option<f64>) -> Option<PlacedWord> {
    let text: String = value.split_whitespace().collect();
    let cell = place.width() / f64::from(cells);
    let length = count(text.chars().count()).min(f64::from(cells));
    let size = size.unwrap_or((place.height() * SIZE_IN_BOX).min(USUAL_SIZE));
    let end = place.x0 + cell * length;
    (!text.is_empty()).then(|| word(&text, place.x0, end, place.center_y(), size))
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
