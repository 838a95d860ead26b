//! Directions of writing.

/// Larger angles than this between two directions of writing make two directions. Angles nearer to a quarter turn
/// than this are taken as that quarter turn: scans are a little askew.
const SNAP_DEGREES: f64 = 2.0;

/// A direction of writing in whole degrees, clockwise as seen on the page: 0 is left to right, 90 downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Direction(i16);

impl Direction {
    /// Left to right.
    pub(crate) const RIGHT: Self = Self(0);
    pub(crate) const DOWN: Self = Self(90);
    pub(crate) const LEFT: Self = Self(180);
    pub(crate) const UP: Self = Self(270);

    /// This direction as it is seen when that one runs left to right.
    pub(crate) fn from(self, right: Self) -> Self {
        Self((self.0 - right.0).rem_euclid(360))
    }

    /// The direction from the origin to that point (y downwards).
    pub(crate) fn towards(x: f64, y: f64) -> Self {
        // Nearly all text.
        if x > 0.0 && y.abs() <= 0.0 {
            return Self::RIGHT;
        }
        let degrees = y.atan2(x).to_degrees();
        let quarter = (degrees / 90.0).round() * 90.0;
        let snapped = if (degrees - quarter).abs() <= SNAP_DEGREES {
            quarter
        } else {
            degrees.round()
        };
        Self(whole(snapped.rem_euclid(360.0)))
    }

    /// A point in the frame of this direction: how far along the line, and how far down across it.
    pub(crate) fn along_and_across(self, x: f64, y: f64) -> (f64, f64) {
        match self.0 {
            0 => (x, y),
            90 => (y, -x),
            180 => (-x, -y),
            270 => (-y, x),
            degrees => {
                let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
                (x * cos + y * sin, y * cos - x * sin)
            }
        }
    }
}

/// 0..360 as a whole number.
fn whole(degrees: f64) -> i16 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "0..=360 fits; `as` saturates"
    )]
    let whole = degrees.round() as i16;
    whole % 360
}
