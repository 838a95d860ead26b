//! Places in points, in which distances across and down the page mean the same. Boxes in page fractions do not.

use domain::geometry::BBox;

/// A rectangle in points, origin top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Rect {
    /// The box on a page of that size.
    pub(crate) fn on_page(bbox: &BBox, width: f64, height: f64) -> Self {
        Self {
            x0: bbox.x0() * width,
            y0: bbox.y0() * height,
            x1: bbox.x1() * width,
            y1: bbox.y1() * height,
        }
    }

    pub(crate) fn width(&self) -> f64 {
        self.x1 - self.x0
    }
    pub(crate) fn height(&self) -> f64 {
        self.y1 - self.y0
    }
    pub(crate) fn center_x(&self) -> f64 {
        f64::midpoint(self.x0, self.x1)
    }
    pub(crate) fn center_y(&self) -> f64 {
        f64::midpoint(self.y0, self.y1)
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The smallest rectangle that holds all of them, or nothing where there are none.
    pub(crate) fn around(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().reduce(|sum, next| sum.union(&next))
    }

    /// Length of the shared part of the horizontal extents.
    pub(crate) fn overlap_x(&self, other: &Self) -> f64 {
        (self.x1.min(other.x1) - self.x0.max(other.x0)).max(0.0)
    }
    /// Length of the shared part of the vertical extents.
    pub(crate) fn overlap_y(&self, other: &Self) -> f64 {
        (self.y1.min(other.y1) - self.y0.max(other.y0)).max(0.0)
    }

    /// Blank between this and what stands right of it; negative where they overlap.
    pub(crate) fn gap_to_right(&self, right: &Self) -> f64 {
        right.x0 - self.x1
    }
    /// Blank between this and what stands below it; negative where they overlap.
    pub(crate) fn gap_to_below(&self, below: &Self) -> f64 {
        below.y0 - self.y1
    }

    /// Whether both share a line: more than half of the lower one's height.
    pub(crate) fn on_line_with(&self, other: &Self) -> bool {
        self.overlap_y(other) > 0.5 * self.height().min(other.height())
    }
}

/// A count as a number to calculate with.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
