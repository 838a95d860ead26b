//! Places in points, before they become fractions of the page.

use domain::geometry::BBox;
use domain::parsed::PageSize;

/// A rectangle in points with the origin at the top left, y downwards. `x0 <= x1`, `y0 <= y1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Area {
    /// Of two opposite corners in any order.
    pub(crate) fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self {
            x0: x0.min(x1),
            y0: y0.min(y1),
            x1: x0.max(x1),
            y1: y0.max(y1),
        }
    }

    /// The smallest that holds all points.
    pub(crate) fn around_points(points: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        points
            .into_iter()
            .map(|(x, y)| Self {
                x0: x,
                y0: y,
                x1: x,
                y1: y,
            })
            .reduce(|all, next| all.union(&next))
    }

    /// The smallest that holds all of them.
    pub(crate) fn around<'a>(areas: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        areas.into_iter().copied().reduce(|all, next| all.union(&next))
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

    pub(crate) fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    pub(crate) fn intersection(&self, other: &Self) -> Option<Self> {
        let (x0, x1) = (self.x0.max(other.x0), self.x1.min(other.x1));
        let (y0, y1) = (self.y0.max(other.y0), self.y1.min(other.y1));
        (x0 <= x1 && y0 <= y1).then_some(Self { x0, y0, x1, y1 })
    }

    /// Length of the shared part of the horizontal extents.
    pub(crate) fn overlap_x(&self, other: &Self) -> f64 {
        (self.x1.min(other.x1) - self.x0.max(other.x0)).max(0.0)
    }

    /// Length of the shared part of the vertical extents.
    pub(crate) fn overlap_y(&self, other: &Self) -> f64 {
        (self.y1.min(other.y1) - self.y0.max(other.y0)).max(0.0)
    }

    pub(crate) fn holds(&self, x: f64, y: f64) -> bool {
        self.x0 <= x && x <= self.x1 && self.y0 <= y && y <= self.y1
    }

    pub(crate) fn holds_center_of(&self, inner: &Self) -> bool {
        self.holds(inner.center_x(), inner.center_y())
    }

    /// Larger by that much on every side.
    pub(crate) fn grown(&self, by: f64) -> Self {
        Self {
            x0: self.x0 - by,
            y0: self.y0 - by,
            x1: self.x1 + by,
            y1: self.y1 + by,
        }
    }

    /// As fractions of the page.
    pub(crate) fn on(&self, size: PageSize) -> BBox {
        BBox::new(
            self.x0 / size.width,
            self.y0 / size.height,
            self.x1 / size.width,
            self.y1 / size.height,
        )
    }
}
