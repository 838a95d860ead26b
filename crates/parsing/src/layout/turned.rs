//! Pages whose text runs downwards, upwards or upside down: a wide table on an upright page. They are turned, read like
//! any other, and their places turned back.

use domain::geometry::BBox;
use domain::parsed::{Page, PageSize};

use super::{DrawnRule, PlacedWord, Sheet, count};
use crate::area::Area;
use crate::direction::Direction;

/// A page is turned when this part of its words runs in one other direction.
const SHARE: f64 = 0.8;

/// A turn by quarters, clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    /// How the page's text is turned, where most of it is.
    pub(crate) fn of(words: &[PlacedWord]) -> Option<Self> {
        let turns = [Self::Quarter, Self::Half, Self::ThreeQuarters];
        turns.into_iter().find(|turn| {
            let turned = words.iter().filter(|word| word.direction == turn.direction());
            let turned = turned.count();
            turned > 0 && count(turned) >= SHARE * count(words.len())
        })
    }

    fn direction(self) -> Direction {
        match self {
            Self::Quarter => Direction::DOWN,
            Self::Half => Direction::LEFT,
            Self::ThreeQuarters => Direction::UP,
        }
    }

    /// The page with its words from left to right.
    pub(crate) fn undone(self, sheet: Sheet) -> Sheet {
        let size = sheet.size;
        let turned = match self {
            Self::Half => size,
            Self::Quarter | Self::ThreeQuarters => PageSize {
                width: size.height,
                height: size.width,
            },
        };
        let words = sheet.words.into_iter();
        Sheet {
            size: turned,
            words: words.map(|word| self.word(word, size)).collect(),
            ..sheet
        }
    }

    fn word(self, word: PlacedWord, size: PageSize) -> PlacedWord {
        PlacedWord {
            area: self.area(&word.area, size),
            direction: word.direction.from(self.direction()),
            ..word
        }
    }

    /// The lines drawn on such a page, as they lie once it is turned.
    pub(crate) fn rules(self, drawn: &[DrawnRule], size: PageSize) -> Vec<DrawnRule> {
        drawn.iter().map(|rule| self.rule(*rule, size)).collect()
    }

    fn rule(self, rule: DrawnRule, size: PageSize) -> DrawnRule {
        DrawnRule {
            area: self.area(&rule.area, size),
            horizontal: rule.horizontal == (self == Self::Half),
        }
    }

    fn area(self, area: &Area, size: PageSize) -> Area {
        let PageSize { width, height } = size;
        match self {
            Self::Quarter => Area::new(area.y0, width - area.x0, area.y1, width - area.x1),
            Self::Half => Area::new(
                width - area.x0,
                height - area.y0,
                width - area.x1,
                height - area.y1,
            ),
            Self::ThreeQuarters => Area::new(height - area.y0, area.x0, height - area.y1, area.x1),
        }
    }

    /// Turns the places of what was found on the turned page back.
    pub(crate) fn redo(self, page: &mut Page) {
        let words = page.words.iter_mut().map(|word| &mut word.bbox);
        let lines = page.lines.iter_mut().map(|line| &mut line.bbox);
        let tables = page.tables.iter_mut().flat_map(|table| {
            let cells = table.cells.iter_mut().map(|cell| &mut cell.bbox);
            cells.chain([&mut table.bbox])
        });
        for bbox in words.chain(lines).chain(tables) {
            let (x0, y0, x1, y1) = (bbox.x0(), bbox.y0(), bbox.x1(), bbox.y1());
            *bbox = match self {
                Self::Quarter => BBox::new(1.0 - y0, x0, 1.0 - y1, x1),
                Self::Half => BBox::new(1.0 - x0, 1.0 - y0, 1.0 - x1, 1.0 - y1),
                Self::ThreeQuarters => BBox::new(y0, 1.0 - x0, y1, 1.0 - x1),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::testing::{rows, sheet};
    use crate::layout::{arrange, finish};

    const DRAWING: &str = "
Country        Imports      Exports
Austria          1,234        1,100
Belgium            934          900
Total            2,203        2,012
";

    #[test]
    fn a_table_is_found_however_the_page_lies() {
        for turn in [Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
            let upright = sheet(DRAWING);
            // Turning the page the other way makes text that is turned this way.
            let back = match turn {
                Turn::Quarter => Turn::ThreeQuarters,
                Turn::Half => Turn::Half,
                Turn::ThreeQuarters => Turn::Quarter,
            };
            let mut turned = back.undone(upright);
            for word in &mut turned.words {
                word.direction = turn.direction();
            }
            assert_eq!(Turn::of(&turned.words), Some(turn));
            let mut pages = [arrange(turned.clone(), &mut None)];
            finish(&mut pages);
            let page = &pages[0];
            assert_eq!(page.size, Some(turned.size));
            assert_eq!(page.tables.len(), 1, "{turn:?}");
            assert_eq!(rows(page, &page.tables[0])[1], "Austria | 1,234 | 1,100");
            for word in &page.words {
                let from = turned
                    .words
                    .iter()
                    .find(|placed| placed.text == word.text)
                    .unwrap();
                assert_eq!(word.bbox, from.area.on(turned.size), "{turn:?} {}", word.text);
            }
        }
    }
}
