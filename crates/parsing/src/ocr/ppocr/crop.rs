//! Lines cut out of a picture and laid straight.

use super::super::quad::Quad;
use crate::Pixels;
use crate::number::{real, whole};

/// Height of a line in the form in which it is recognised.
pub(super) const HEIGHT: usize = 48;

/// Longer lines are squeezed.
const MAX_WIDTH: f32 = 3_200.0;

/// A line, laid straight: red, green and blue in 0..=255 of each pixel, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Strip {
    pub(super) width: usize,
    pub(super) pixels: Vec<[f32; 3]>,
}

impl Strip {
    /// Cuts a line out.
    pub(super) fn cut(picture: &Pixels, line: &Quad) -> Self {
        let ratio = line.width() / line.height().max(1.0);
        let width = whole((ratio * real(HEIGHT)).ceil().clamp(1.0, MAX_WIDTH));
        // Large type is reduced: each pixel is then the mean of several places.
        let places = whole((line.height() / real(HEIGHT)).round()).clamp(1, 4);
        let pixels = (0..HEIGHT)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| mean(picture, line, (x, width), (y, HEIGHT), places))
            .collect();
        Self { width, pixels }
    }

    /// Brightness of a pixel in 0..=255.
    pub(super) fn grey(&self, x: usize, y: usize) -> f32 {
        self.pixels
            .get(y.saturating_mul(self.width).saturating_add(x))
            .map_or(255.0, |[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b)
    }
}

fn mean(
    picture: &Pixels,
    line: &Quad,
    (x, width): (usize, usize),
    (y, height): (usize, usize),
    places: usize,
) -> [f32; 3] {
    let step = 1.0 / real(places);
    let part = |at: usize, nth: usize, of: usize| (real(at) + (real(nth) + 0.5) * step) / real(of);
    let mut sum = [0.0_f32; 3];
    for down in 0..places {
        for across in 0..places {
            let place = line.at(part(x, across, width), part(y, down, height));
            let colour = picture.between(place);
            for (sum, colour) in sum.iter_mut().zip(colour) {
                *sum += colour;
            }
        }
    }
    sum.map(|sum| sum * step * step)
}
