//! A glyph as it stands on the page.

use compact_str::CompactString;

use crate::area::Area;
use crate::bidi;
use crate::direction::Direction;

/// A glyph with its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    /// What it says: one character, or several for a ligature.
    pub(crate) text: Text,
    /// Where the pen stood before it, along its line and across it.
    pub(crate) along: f64,
    /// The baseline: distance across the line.
    pub(crate) across: f64,
    /// Where the pen stood after it, along its line.
    pub(crate) end: f64,
    pub(crate) direction: Direction,
    /// Type size in points.
    pub(crate) size: f64,
    /// Extent on the page.
    pub(crate) area: Area,
    /// White space was drawn just before it.
    pub(crate) after_space: bool,
    pub(crate) hidden: bool,
    pub(crate) bold: bool,
}

/// What a glyph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    One(char),
    Several(Box<str>),
}

impl Text {
    /// Whether it is written from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        match self {
            Self::One(c) => bidi::is_rtl(*c),
            Self::Several(text) => text.chars().any(bidi::is_rtl),
        }
    }

    /// Whether it stands on the letter before it.
    pub(crate) fn is_mark(&self) -> bool {
        match self {
            Self::One(c) => bidi::is_mark(*c),
            Self::Several(text) => text.chars().all(bidi::is_mark),
        }
    }

    pub(crate) fn push_to(&self, word: &mut CompactString) {
        match self {
            Self::One(c) => word.push(*c),
            Self::Several(text) => word.push_str(text),
        }
    }
}
