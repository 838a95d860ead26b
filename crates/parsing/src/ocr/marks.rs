//! Boxes to be ticked on a picture of a page: engines read them as letters or not at all.

use domain::geometry::BBox;

use super::OcrWord;
use super::grey::Grey;
use crate::Pixels;
use crate::number::{index, real};
use crate::ticks::{Bitmap, Tick};

/// Sides of a box, as parts of the page's longer side: 7 to 20 points of a letter.
const LEAST: f32 = 0.009;
const MOST: f32 = 0.026;
/// Smaller squares cannot be told from letters.
const LEAST_PIXELS: f32 = 12.0;
/// What an engine made of a box has at most so many characters.
const MISREAD: usize = 2;

/// Adds the boxes of a picture to its words, in place of what was read in them.
pub(super) fn add(picture: &Pixels, words: &mut Vec<OcrWord>) {
    let grey = Grey::of(picture).evened();
    let side = real(index(picture.width.max(picture.height)));
    let bitmap = Bitmap {
        width: grey.width,
        height: grey.height,
        values: &grey.values,
    };
    let (least, most) = ((side * LEAST).max(LEAST_PIXELS), side * MOST);
    for tick in bitmap.ticks(crate::number::whole(least), crate::number::whole(most)) {
        let mark = word(&tick, picture);
        words.retain(|word| word.text.chars().count() > MISREAD || !mark.bbox.holds_center_of(&word.bbox));
        words.push(mark);
    }
}

fn word(tick: &Tick, picture: &Pixels) -> OcrWord {
    let (width, height) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    let at = |pixels: usize, side: f64| f64::from(real(pixels)) / side;
    let bbox = BBox::new(
        at(tick.x0, width),
        at(tick.y0, height),
        at(tick.x1 + 1, width),
        at(tick.y1 + 1, height),
    );
    let foot = bbox.y1() - 0.2 * bbox.height();
    OcrWord {
        text: if tick.on {
            crate::ticks::ON
        } else {
            crate::ticks::OFF
        }
        .to_owned(),
        bbox,
        confidence: 0.9,
        baseline: [(bbox.x0(), foot), (bbox.x1(), foot)],
        size: bbox.height(),
    }
}
