//! Numbers of paragraphs, which Word counts and does not write down.

use std::collections::BTreeMap;

use super::MEDIA_TYPE;
use super::body::value;
use crate::xml::{Node, Walk};

/// Levels of a list.
const LEVELS: usize = 9;

/// Lists and how far they have counted.
#[derive(Default)]
pub(super) struct Numbering {
    /// Levels of the kinds of lists.
    kinds: BTreeMap<String, Vec<Level>>,
    /// The kind of each list.
    lists: BTreeMap<String, String>,
    /// How far each kind has counted, by levels.
    counted: BTreeMap<String, Vec<Option<u32>>>,
}

/// How a level counts.
#[derive(Clone, Default)]
struct Level {
    start: u32,
    format: String,
    /// `%1.%2)`: numbers of this and other levels.
    text: String,
}

impl Numbering {
    /// Reads as much as can be read.
    pub(super) fn read(text: &str) -> Self {
        let mut numbering = Self::default();
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut kind = String::new();
        let mut list = String::new();
        let mut level = 0;
        while let Ok(Some(node)) = walk.next() {
            let Node::Open(tag) = node else { continue };
            match tag.name().as_str() {
                "abstractNum" => {
                    kind = tag.attribute("abstractNumId").unwrap_or_default();
                    numbering
                        .kinds
                        .insert(kind.clone(), vec![Level::default(); LEVELS]);
                }
                "num" => {
                    list = tag.attribute("numId").unwrap_or_default();
                    kind = String::new();
                }
                "abstractNumId" => {
                    numbering.lists.insert(list.clone(), value(&tag));
                }
                "lvl" => {
                    level = tag
                        .attribute("ilvl")
                        .and_then(|text| text.parse().ok())
                        .unwrap_or(0);
                }
                name @ ("start" | "numFmt" | "lvlText") => {
                    let levels = numbering.kinds.get_mut(&kind);
                    let Some(level) = levels.and_then(|levels| levels.get_mut(level)) else {
                        continue;
                    };
                    match name {
                        "start" => level.start = value(&tag).parse().unwrap_or(1),
                        "numFmt" => level.format = value(&tag),
                        _ => level.text = value(&tag),
                    }
                }
                _ => {}
            }
        }
        numbering
    }

    /// The number of the next paragraph of a list; empty for a bullet and where nothing is known of the list.
    pub(super) fn next(&mut self, list: &str, level: usize) -> String {
        let Some(kind) = self.lists.get(list) else {
            return String::new();
        };
        let Some(levels) = self.kinds.get(kind) else {
            return String::new();
        };
        let Some(this) = levels.get(level) else {
            return String::new();
        };
        let counted = self
            .counted
            .entry(kind.clone())
            .or_insert_with(|| vec![None; LEVELS]);
        for (number, count) in counted.iter_mut().enumerate() {
            if number == level {
                *count = Some(count.map_or(this.start, |count| count.saturating_add(1)));
            } else if number > level {
                *count = None;
            }
        }
        if matches!(this.format.as_str(), "bullet" | "none" | "") {
            return String::new();
        }
        let mut label = String::new();
        let mut characters = this.text.chars();
        while let Some(c) = characters.next() {
            let of_level = (c == '%').then(|| characters.clone().next()).flatten();
            let Some(number) = of_level.and_then(|c| c.to_digit(10)).filter(|n| *n > 0) else {
                label.push(c);
                continue;
            };
            characters.next();
            let index = usize::try_from(number).unwrap_or(0).saturating_sub(1);
            let level = levels.get(index).cloned().unwrap_or_default();
            let count = counted.get(index).copied().flatten().unwrap_or(level.start);
            label.push_str(&written(count, &level.format));
        }
        label
    }
}

/// A number in letters, Roman or as it is.
fn written(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(number),
        "upperLetter" => letters(number).to_uppercase(),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// a to z, then aa, bb and so on, as Word counts.
fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1) else {
        return "0".to_owned();
    };
    let letter = char::from_digit(index % 26 + 10, 36).unwrap_or('a');
    let times = usize::try_from(index / 26).unwrap_or(0).min(10);
    std::iter::repeat_n(letter, times.saturating_add(1)).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number > 3_999 {
        return number.to_string();
    }
    let mut left = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left = left.saturating_sub(value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_their_format_says() {
        let all = ["lowerLetter", "upperRoman", "decimalZero", "decimal"].map(|format| written(4, format));
        assert_eq!(all, ["d", "IV", "04", "4"]);
        assert_eq!([letters(28), letters(0)], ["bb", "0"]);
        assert_eq!(roman(1994), "MCMXCIV");
    }

    #[test]
    fn levels_count_within_each_other() {
        let text = "<numbering><abstractNum abstractNumId='7'><lvl ilvl='0'><start val='1'/><numFmt val='decimal'/>\
                    <lvlText val='%1.'/></lvl><lvl ilvl='1'><start val='1'/><numFmt val='lowerLetter'/>\
                    <lvlText val='%1.%2)'/></lvl></abstractNum><num numId='1'><abstractNumId val='7'/></num></numbering>";
        let mut numbering = Numbering::read(text);
        let levels = [0, 1, 1, 0, 1];
        let labels = levels.map(|level| numbering.next("1", level));
        assert_eq!(labels, ["1.", "1.a)", "1.b)", "2.", "2.a)"]);
        assert_eq!(numbering.next("2", 0), "");
    }
}
