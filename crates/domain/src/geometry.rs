//! Places on a page, as fractions of its width and height with the origin at the top left.
//!
//! Fractions hold for every rendering of the page: multiply by the pixels of the picture at hand.

use serde::{Deserialize, Serialize};

/// Coordinates are kept to this many steps a page side: a hundredth of a millimetre on a metre-long page.
/// Rounding once, here, makes what is stored equal to what is printed.
const STEPS: f64 = 100_000.0;

/// A bounding box. `x0 <= x1`, `y0 <= y1`, all within 0..=1 and rounded to five decimals.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"x0": 0.12, "y0": 0.08, "x1": 0.31, "y1": 0.095})))]
#[serde(from = "Corners")]
pub struct BBox {
    /// Left edge.
    x0: f64,
    /// Upper edge.
    y0: f64,
    /// Right edge.
    x1: f64,
    /// Lower edge.
    y1: f64,
}

/// What comes in from outside, before it is put in order.
#[derive(Deserialize)]
struct Corners {
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
}

impl From<Corners> for BBox {
    fn from(c: Corners) -> Self {
        Self::new(c.x0, c.y0, c.x1, c.y1)
    }
}

impl BBox {
    /// Makes a box of two opposite corners, in any order. What lies outside the page is cut off; what is not a
    /// number counts as 0.
    pub fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let (x0, y0, x1, y1) = (fraction(x0), fraction(y0), fraction(x1), fraction(y1));
        Self {
            x0: x0.min(x1),
            y0: y0.min(y1),
            x1: x0.max(x1),
            y1: y0.max(y1),
        }
    }

    /// The whole page.
    pub const PAGE: Self = Self {
        x0: 0.0,
        y0: 0.0,
        x1: 1.0,
        y1: 1.0,
    };

    /// Left edge.
    pub const fn x0(&self) -> f64 {
        self.x0
    }
    /// Upper edge.
    pub const fn y0(&self) -> f64 {
        self.y0
    }
    /// Right edge.
    pub const fn x1(&self) -> f64 {
        self.x1
    }
    /// Lower edge.
    pub const fn y1(&self) -> f64 {
        self.y1
    }
    /// Width as a fraction of the page's.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }
    /// Height as a fraction of the page's.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }
    /// Horizontal centre.
    pub fn center_x(&self) -> f64 {
        f64::midpoint(self.x0, self.x1)
    }
    /// Vertical centre.
    pub fn center_y(&self) -> f64 {
        f64::midpoint(self.y0, self.y1)
    }
    /// Area as a fraction of the page's.
    pub fn area(&self) -> f64 {
        self.width() * self.height()
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The smallest box that holds all of them, or nothing where there are none.
    pub fn around<'a>(boxes: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        boxes.into_iter().copied().reduce(|all, next| all.union(&next))
    }

    /// The part that both cover, or nothing where they do not meet.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let (x0, x1) = (self.x0.max(other.x0), self.x1.min(other.x1));
        let (y0, y1) = (self.y0.max(other.y0), self.y1.min(other.y1));
        (x0 <= x1 && y0 <= y1).then_some(Self { x0, y0, x1, y1 })
    }

    /// Length of the shared part of the vertical extents (0 where they do not meet).
    pub fn overlap_y(&self, other: &Self) -> f64 {
        (self.y1.min(other.y1) - self.y0.max(other.y0)).max(0.0)
    }

    /// Length of the shared part of the horizontal extents (0 where they do not meet).
    pub fn overlap_x(&self, other: &Self) -> f64 {
        (self.x1.min(other.x1) - self.x0.max(other.x0)).max(0.0)
    }

    /// Area of the shared part over the area of both together: 1 for equal boxes, 0 for separate ones.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersection(other).map_or(0.0, |b| b.area());
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// Whether the centre of `inner` lies within this box: the test for "this word stands in that place".
    pub fn holds_center_of(&self, inner: &Self) -> bool {
        let (x, y) = (inner.center_x(), inner.center_y());
        self.x0 <= x && x <= self.x1 && self.y0 <= y && y <= self.y1
    }
}

/// Cuts to 0..=1 and rounds to five decimals.
fn fraction(value: f64) -> f64 {
    if value.is_nan() {
        return 0.0;
    }
    (value.clamp(0.0, 1.0) * STEPS).round() / STEPS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_box_is_always_in_order_and_on_the_page(x0: f64, y0: f64, x1: f64, y1: f64) {
            let b = BBox::new(x0, y0, x1, y1);
            prop_assert!(0.0 <= b.x0 && b.x0 <= b.x1 && b.x1 <= 1.0);
            prop_assert!(0.0 <= b.y0 && b.y0 <= b.y1 && b.y1 <= 1.0);
        }

        #[test]
        fn json_gives_the_same_box_back(x0 in 0.0..1.0, y0 in 0.0..1.0, x1 in 0.0..1.0, y1 in 0.0..1.0) {
            let b = BBox::new(x0, y0, x1, y1);
            let text = serde_json::to_string(&b).unwrap();
            prop_assert_eq!(serde_json::from_str::<BBox>(&text).unwrap(), b);
        }
    }

    #[test]
    fn iou_of_equal_and_separate_boxes() {
        let a = BBox::new(0.0, 0.0, 0.5, 0.5);
        let far = BBox::new(0.6, 0.6, 0.9, 0.9);
        assert!((a.iou(&a) - 1.0).abs() < 1e-9);
        assert!(a.iou(&far) < 1e-9);
    }
}
