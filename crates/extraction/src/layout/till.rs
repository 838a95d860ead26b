//! Receipts from a till: long narrow prints without labels for the shop and its address, and with many amounts of which
//! one is the total.
//!
//! `head` takes the lines at the top apart, `sums` the amounts, `choices` makes candidates and features of both. `words`
//! is the data that they share, `data/tills.toml`.

mod choices;
mod head;
mod sums;
mod words;

use self::head::Head;
use self::sums::Sums;
use super::labels::Hit;
use super::rect::{Rect, float};
use super::regions::HitIndex;
use super::scene::{Scene, Sheet};
use super::spans::Shape;

/// A page less like a receipt than this is none.
const LEAST: f64 = 0.4;
/// What each of up to three words of tills adds.
const SIGN: f64 = 0.1;
/// Text that is no wider, in line heights, is a receipt's; wider than the other it is not.
const NARROW: f64 = 36.0;
const WIDE: f64 = 52.0;

/// The receipts among the pages of a run.
#[derive(Debug, Default)]
pub(crate) struct Tills {
    by_view: Vec<Option<Till>>,
}

/// A page that looks like a receipt.
#[derive(Debug)]
struct Till {
    /// How much it does, 0..=1.
    likeness: f64,
    head: Head,
    sums: Sums,
}

impl Tills {
    pub(crate) fn new(scene: &Scene<'_>, hits: &[Vec<Hit>]) -> Self {
        let tills = scene
            .sheets
            .iter()
            .zip(hits)
            .enumerate()
            .map(|(index, (sheet, hits))| Till::of(index, sheet, hits));
        Self {
            by_view: tills.collect(),
        }
    }

    fn of(&self, view: usize) -> Option<&Till> {
        self.by_view.get(view)?.as_ref()
    }
}

impl Till {
    fn of(view: usize, sheet: &Sheet<'_>, hits: &[Hit]) -> Option<Self> {
        let priced = (0..sheet.view.segments.len()).any(|index| {
            let mut spans = sheet.spans.of(index).iter();
            spans.any(|span| span.shape == Shape::Amount)
        });
        if !priced || sheet.view.page.size.is_none() {
            return None;
        }
        let sums = Sums::of(sheet);
        let shape = sums.likeness() + 0.3 * narrowness(sheet);
        if shape + 3.0 * SIGN < LEAST {
            return None;
        }
        let segments = sheet.view.segments.iter();
        let signs: usize = segments.map(|segment| words::signs_in(&segment.text)).sum();
        let likeness = shape + SIGN * float(signs.min(3));
        if likeness < LEAST {
            return None;
        }
        let index = HitIndex::new(hits, sheet.view.segments.len());
        Some(Self {
            likeness: likeness.min(1.0),
            head: Head::of(view, sheet, &index),
            sums,
        })
    }
}

/// How narrow the text is, measured by the height of its lines.
fn narrowness(sheet: &Sheet<'_>) -> f64 {
    let places = sheet.view.segments.iter().map(|segment| segment.place);
    let width = Rect::around(places).map_or(f64::MAX, |place| place.width());
    ((WIDE - width / sheet.view.unit) / (WIDE - NARROW)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests;
