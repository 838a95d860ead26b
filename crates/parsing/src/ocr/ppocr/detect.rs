//! Finds the lines of writing on a picture: a model gives each pixel a chance of being in the middle of a line, and what
//! hangs together is a line.

use std::collections::VecDeque;

use rten::{Model, RunOptions};
use rten_imageproc::{PointF, RotatedRect, min_area_rect};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::super::quad::Quad;
use crate::Pixels;
use crate::number::{index, real, side, whole};
use crate::ocr::OcrError;

/// The model was made for pictures whose shorter side has at least so many pixels.
const SHORT_SIDE: f32 = 736.0;
/// Larger pictures are reduced: type is legible to the model at this size, and its time grows with the area.
const LONG_SIDE: f32 = 2_000.0;
/// No picture is given more pixels than this, whatever its shape: they take memory.
const MAX_AREA: f32 = 3_500_000.0;
/// And no side more than these.
const LONGEST_SIDE: f32 = 8_000.0;
/// Sides are multiples of this.
const STEP: f32 = 32.0;

/// A pixel counts as the middle of a line from this chance on.
const IS_TEXT: f32 = 0.3;
/// A line has at least this chance in the mean.
const IS_LINE: f32 = 0.5;
/// The model marks the middle of lines only; they are grown by this part of area over circumference.
const GROW: f32 = 1.6;
/// Specks are no lines: shorter sides of what the model marks, in its pixels, before and after it is grown.
const SPECK: f32 = 3.0;
const SMALL: f32 = 5.0;

/// No page has more lines than this.
const MAX_LINES: usize = 3_000;

/// The lines of a picture, in its pixels, from the top left. Each is read as near to the right as its sides allow.
pub(super) fn lines(model: &Model, options: &RunOptions, picture: &Pixels) -> Result<Vec<Quad>, OcrError> {
    let (width, height) = size(picture.width, picture.height);
    let input = input(picture, width, height);
    let output = model
        .run_one(input.into(), Some(options.clone()))
        .map_err(|error| OcrError::Failed(error.to_string()))?;
    let chances: NdTensor<f32, 4> = output
        .try_into()
        .map_err(|_other| OcrError::Failed("the model for lines answers in another form".to_owned()))?;
    let [_, _, rows, columns] = chances.shape();
    let chances = Chances {
        columns,
        rows,
        values: chances.into_data(),
    };
    let across = real(index(picture.width)) / real(columns.max(1));
    let down = real(index(picture.height)) / real(rows.max(1));
    let mut lines: Vec<Quad> = chances
        .lines()
        .into_iter()
        .map(|rect| Quad::upright(&rect).scaled(across, down))
        .collect();
    let key = |line: &Quad| line.bounds().0;
    lines.sort_by(|a, b| key(a).y.total_cmp(&key(b).y).then(key(a).x.total_cmp(&key(b).x)));
    Ok(lines)
}

/// The measures in which the model sees a picture.
fn size(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (real(index(width)), real(index(height)));
    let reduced = (LONG_SIDE / width.max(height)).min(1.0);
    let raised = reduced.max(SHORT_SIDE / width.min(height));
    let factor = raised
        .min((MAX_AREA / (width * height)).sqrt())
        .min(LONGEST_SIDE / width.max(height));
    let to_step = |length: f32| side(whole(((length * factor / STEP).round() * STEP).max(STEP)));
    (to_step(width), to_step(height))
}

/// Blue, green and red in -1..=1, each a plane of its own.
fn input(picture: &Pixels, width: u32, height: u32) -> NdTensor<f32, 4> {
    let resized = picture.clone().resized(width, height);
    let plane = |colour: usize| {
        let values = resized.rgb.iter().skip(colour).step_by(3);
        values.map(|value| f32::from(*value) / 127.5 - 1.0)
    };
    let values: Vec<f32> = plane(2).chain(plane(1)).chain(plane(0)).collect();
    NdTensor::from_data([1, 3, index(height), index(width)], values)
}

/// What the model says of each pixel.
struct Chances {
    columns: usize,
    rows: usize,
    values: Vec<f32>,
}

impl Chances {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.values
            .get(y.saturating_mul(self.columns).saturating_add(x))
            .copied()
            .unwrap_or(0.0)
    }

    fn lines(&self) -> Vec<RotatedRect> {
        let mut seen = self.not_text();
        let mut lines = Vec::new();
        for start in 0..seen.len() {
            if seen.get(start).copied().unwrap_or(true) {
                continue;
            }
            let outline = self.take(start, &mut seen);
            lines.extend(self.line(&outline));
            if lines.len() >= MAX_LINES {
                break;
            }
        }
        lines
    }

    /// Pixels that are no text. What is text is grown by one pixel to the right and down, as the model's makers do:
    /// it closes the gaps of thin lines.
    fn not_text(&self) -> Vec<bool> {
        let is_text: Vec<bool> = self.values.iter().map(|chance| *chance > IS_TEXT).collect();
        let text = |x: usize, y: usize| {
            is_text
                .get(y.saturating_mul(self.columns).saturating_add(x))
                .copied()
                .unwrap_or(false)
        };
        (0..self.rows)
            .flat_map(|y| (0..self.columns).map(move |x| (x, y)))
            .map(|(x, y)| {
                let (left, up) = (x.saturating_sub(1), y.saturating_sub(1));
                !(text(x, y) || text(left, y) || text(x, up) || text(left, up))
            })
            .collect()
    }

    /// The outermost pixels of each row of what hangs together with that pixel. Marks it as seen.
    fn take(&self, start: usize, seen: &mut [bool]) -> Vec<PointF> {
        let mut ends: std::collections::BTreeMap<usize, (usize, usize)> = std::collections::BTreeMap::new();
        let mut waiting = VecDeque::from([start]);
        if let Some(seen) = seen.get_mut(start) {
            *seen = true;
        }
        while let Some(pixel) = waiting.pop_front() {
            let (x, y) = (pixel % self.columns, pixel / self.columns);
            let end = ends.entry(y).or_insert((x, x));
            *end = (end.0.min(x), end.1.max(x));
            for down in y.saturating_sub(1)..=y.saturating_add(1).min(self.rows.saturating_sub(1)) {
                for across in x.saturating_sub(1)..=x.saturating_add(1).min(self.columns.saturating_sub(1)) {
                    let next = down.saturating_mul(self.columns).saturating_add(across);
                    if let Some(seen) = seen.get_mut(next)
                        && !*seen
                    {
                        *seen = true;
                        waiting.push_back(next);
                    }
                }
            }
        }
        ends.into_iter()
            .flat_map(|(y, (left, right))| [(left, y), (right, y)])
            .map(|(x, y)| PointF::from_yx(real(y), real(x)))
            .collect()
    }

    fn line(&self, outline: &[PointF]) -> Option<RotatedRect> {
        let marked = min_area_rect(outline)?;
        let (width, height) = (marked.width(), marked.height());
        if width.min(height) < SPECK || self.mean(&marked) < IS_LINE {
            return None;
        }
        let grown = GROW * width * height / (width + height);
        let line = marked.expanded(grown, grown);
        (line.width().min(line.height()) >= SMALL).then_some(line)
    }

    /// Mean chance within a rectangle, of enough places spread over it.
    fn mean(&self, rect: &RotatedRect) -> f32 {
        const PLACES: usize = 48;
        let quad = Quad::upright(rect);
        let spread = |length: f32| whole(length.ceil()).clamp(1, PLACES);
        let (across, down) = (spread(quad.width()), spread(quad.height()));
        let middle = |nth: usize, of: usize| (real(nth) + 0.5) / real(of);
        let sum: f32 = (0..down)
            .flat_map(|y| (0..across).map(move |x| (x, y)))
            .map(|(x, y)| {
                let place = quad.at(middle(x, across), middle(y, down));
                self.at(whole(place.x), whole(place.y))
            })
            .sum();
        sum / real(across.saturating_mul(down))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_any_shape_are_given_to_the_model_in_bounded_measures() {
        assert_eq!(size(463, 1013), (736, 1600));
        assert_eq!(size(1654, 2339), (1408, 1984));
        for (width, height) in [(1, 1), (1, 100_000), (100_000, 1), (9_000, 9_000)] {
            let (width, height) = size(width, height);
            assert!(width >= 32 && height >= 32, "{width} x {height}");
            assert!(
                u64::from(width) * u64::from(height) <= 4_000_000,
                "{width} x {height}"
            );
        }
    }

    #[test]
    fn what_hangs_together_is_a_line() {
        let (columns, rows) = (64, 32);
        let inside = |x: usize, y: usize| {
            ((5..45).contains(&x) && (5..11).contains(&y)) || ((10..60).contains(&x) && (20..26).contains(&y))
        };
        let values = (0..rows * columns)
            .map(|at| {
                if inside(at % columns, at / columns) {
                    0.9
                } else {
                    0.0
                }
            })
            .collect();
        let chances = Chances {
            columns,
            rows,
            values,
        };
        assert_eq!(chances.lines().len(), 2);
    }
}
