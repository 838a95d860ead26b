//! Check boxes and radio buttons.

use crate::area::Area;
use crate::direction::Direction;
use crate::layout::PlacedWord;
use crate::ticks::{OFF, ON};

/// Whether that character, written in a box, says that the box is ticked.
pub(super) fn is_tick(c: char) -> bool {
    matches!(
        c,
        '\u{2611}' | '\u{2612}' | '\u{2713}'..='\u{2718}' | '\u{d7}' | 'x' | 'X'
    )
}

/// Whether the word is a box, ticked or not, or what is written in one that is.
pub(super) fn is_mark(text: &str) -> bool {
    text == OFF || text.chars().count() == 1 && text.chars().all(is_tick)
}

/// The word that a box is.
pub(in crate::pdf) fn word(on: bool, place: Area) -> PlacedWord {
    let size = place.width().min(place.height());
    let (x, y) = (place.center_x(), place.center_y());
    let area = Area {
        x0: x - size / 2.0,
        y0: y - size / 2.0,
        x1: x + size / 2.0,
        y1: y + size / 2.0,
    };
    PlacedWord {
        text: if on { ON } else { OFF }.into(),
        area,
        direction: Direction::RIGHT,
        start: area.x0,
        end: area.x1,
        baseline: y + 0.3 * size,
        size,
        bold: false,
        hidden: false,
        confidence: 1.0,
    }
}
