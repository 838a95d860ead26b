//! Pictures in shades of grey, and what an engine wants to know of them.

use super::quad::Point;
use crate::Pixels;
use crate::number::{byte, index, real, whole};

/// A picture in shades of grey, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<u8>,
}

impl Grey {
    /// Of a picture as it is.
    pub(super) fn of(picture: &Pixels) -> Self {
        let (pixels, _) = picture.rgb.as_chunks::<3>();
        let values = pixels.iter().map(|[r, g, b]| {
            let sum = 299 * u32::from(*r) + 587 * u32::from(*g) + 114 * u32::from(*b);
            u8::try_from((sum + 500) / 1000).unwrap_or(u8::MAX)
        });
        Self {
            width: index(picture.width),
            height: index(picture.height),
            values: values.collect(),
        }
    }

    /// The same page with ink as black and paper as white everywhere as it is in its surroundings: faint print and
    /// shadows do not keep it from being read then.
    pub(super) fn evened(&self) -> Self {
        let levels = Levels::of(self);
        let rows = self.values.chunks(self.width.max(1)).enumerate();
        let values = rows.flat_map(|(y, row)| {
            let levels = &levels;
            row.iter().enumerate().map(move |(x, value)| {
                let (ink, paper) = levels.at(x, y);
                byte(((f32::from(*value) - ink) / (paper - ink) * 255.0).clamp(0.0, 255.0))
            })
        });
        Self {
            width: self.width,
            height: self.height,
            values: values.collect(),
        }
    }

    /// By how many degrees lines fall to the right; 0 where that cannot be told.
    ///
    /// Looked at across the page along the lines of writing, edges of letters fall into few rows; along any other
    /// direction they spread.
    pub(super) fn skew(&self) -> f32 {
        const COARSE: f32 = 0.5;
        const FINE: f32 = 0.1;
        /// Rows have to be so much sharper than those of the picture as it is.
        const SHARPER: f32 = 1.1;
        let edges = self.edges();
        let sharpness = |degrees: f32| sharpness(&edges, degrees);
        let best_of = |around: f32, step: f32, steps: u8| {
            let angles = (0..=2 * steps).map(|nth| around + (f32::from(nth) - f32::from(steps)) * step);
            angles
                .map(|angle| (angle, sharpness(angle)))
                .fold((around, sharpness(around)), |best, next| {
                    if next.1 > best.1 { next } else { best }
                })
        };
        let (coarse, _) = best_of(0.0, COARSE, 20);
        let (fine, best) = best_of(coarse, FINE, 4);
        if best > SHARPER * sharpness(0.0) {
            fine
        } else {
            0.0
        }
    }

    /// Places where brightness changes much from one row to the next, in pixels of a picture reduced to about a
    /// thousand pixels.
    fn edges(&self) -> Vec<Point> {
        const SIDE: usize = 1_000;
        const MUCH: u8 = 48;
        const MOST: usize = 60_000;
        let step = (self.width.max(self.height) / SIDE).max(1);
        let at = |x: usize, y: usize| {
            self.values
                .get(y.saturating_mul(self.width).saturating_add(x))
                .copied()
                .unwrap_or(u8::MAX)
        };
        let places = (step..self.height)
            .step_by(step)
            .flat_map(|y| (0..self.width).step_by(step).map(move |x| (x, y)));
        let edges: Vec<Point> = places
            .filter(|(x, y)| at(*x, *y).abs_diff(at(*x, *y - step)) > MUCH)
            .map(|(x, y)| Point::new(real(x / step), real(y / step)))
            .collect();
        let every = edges.len().div_ceil(MOST).max(1);
        edges.into_iter().step_by(every).collect()
    }
}

/// How unequal the rows are into which edges fall, seen at that angle.
fn sharpness(edges: &[Point], degrees: f32) -> f32 {
    /// Rows of a reduced picture that was turned by up to 10 degrees.
    const ROWS: usize = 2_048;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let mut rows = vec![0.0_f32; ROWS];
    for edge in edges {
        let row = whole(edge.y * cos - edge.x * sin + 512.0);
        if let Some(row) = rows.get_mut(row) {
            *row += 1.0;
        }
    }
    rows.iter()
        .zip(rows.iter().skip(1))
        .map(|(a, b)| (a - b) * (a - b))
        .sum()
}

/// How dark ink and how light paper is in each part of a page.
struct Levels {
    columns: usize,
    rows: usize,
    /// Ink and paper of each part, row by row.
    of_parts: Vec<(f32, f32)>,
}

/// Side of a part in pixels: a word or two of print.
const PART: usize = 48;

impl Levels {
    fn of(page: &Grey) -> Self {
        let (columns, rows) = (
            page.width.div_ceil(PART).max(1),
            page.height.div_ceil(PART).max(1),
        );
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let levels = places.map(|(column, row)| {
            let lines = page.values.chunks(page.width.max(1)).skip(row * PART).take(PART);
            let values = lines.flat_map(|line| line.iter().skip(column * PART).take(PART));
            ink_and_paper(values)
        });
        Self {
            columns,
            rows,
            of_parts: levels.collect(),
        }
    }

    fn part(&self, column: usize, row: usize) -> (f32, f32) {
        let (column, row) = (column.min(self.columns - 1), row.min(self.rows - 1));
        self.of_parts
            .get(row * self.columns + column)
            .copied()
            .unwrap_or((0.0, 255.0))
    }

    /// At a pixel, between the middles of the parts around it.
    fn at(&self, x: usize, y: usize) -> (f32, f32) {
        let place = |pixel: usize| {
            let place = (real(pixel) / real(PART) - 0.5).max(0.0);
            (whole(place), place.fract())
        };
        let ((column, right), (row, down)) = (place(x), place(y));
        let mix =
            |a: (f32, f32), b: (f32, f32), part: f32| (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
        let above = mix(self.part(column, row), self.part(column + 1, row), right);
        let below = mix(self.part(column, row + 1), self.part(column + 1, row + 1), right);
        mix(above, below, down)
    }
}

/// Levels between which most of some values lie. They differ by some steps even where there is paper alone.
fn ink_and_paper<'v>(values: impl Iterator<Item = &'v u8>) -> (f32, f32) {
    const LEAST_APART: f32 = 40.0;
    let mut counts = [0_usize; 256];
    for value in values {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count += 1;
        }
    }
    let all: usize = counts.iter().sum();
    let level = |part: usize| {
        let mut passed = 0;
        let found = counts.iter().zip(0_u16..).find(|(count, _)| {
            passed += **count;
            passed * 100 > all * part
        });
        found.map_or(255.0, |(_, level)| f32::from(level))
    };
    let (ink, paper) = (level(3), level(80));
    (ink.min(paper - LEAST_APART), paper)
}
