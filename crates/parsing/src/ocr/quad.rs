//! Places on a picture that need not stand straight.

use rten_imageproc::{PointF, RotatedRect};

use crate::Pixels;
use crate::number::{index, real, whole};

/// A point in pixels, from the top left.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

impl Point {
    pub(super) fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    fn towards(self, other: Self, part: f32) -> Self {
        Self {
            x: self.x + (other.x - self.x) * part,
            y: self.y + (other.y - self.y) * part,
        }
    }

    fn distance(self, other: Self) -> f32 {
        (other.x - self.x).hypot(other.y - self.y)
    }
}

/// A line of writing: its corners as a reader sees them, who holds the page so that the line stands upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quad {
    pub(super) top_left: Point,
    pub(super) top_right: Point,
    pub(super) bottom_right: Point,
    pub(super) bottom_left: Point,
}

impl Quad {
    /// Of a rectangle, such that it is read as near to the direction from left to right as its sides allow.
    pub(super) fn upright(rect: &RotatedRect) -> Self {
        let [a, b, c, d] = rect.corners().map(|PointF { x, y }| Point { x, y });
        let turns = [
            Self::of(a, b, c, d),
            Self::of(b, c, d, a),
            Self::of(c, d, a, b),
            Self::of(d, a, b, c),
        ];
        let [mut best, rest @ ..] = turns;
        for turn in rest {
            if turn.straightness() > best.straightness() {
                best = turn;
            }
        }
        best
    }

    fn of(top_left: Point, top_right: Point, bottom_right: Point, bottom_left: Point) -> Self {
        Self {
            top_left,
            top_right,
            bottom_right,
            bottom_left,
        }
    }

    /// Cosine of the angle to the direction from left to right.
    fn straightness(&self) -> f32 {
        let length = self.width().max(f32::EPSILON);
        (self.top_right.x - self.top_left.x) / length
    }

    /// As seen after the picture was turned by that many quarters against the clock: 1 is for a line that runs
    /// downwards.
    #[must_use]
    pub(super) fn turned(self, quarters: u8) -> Self {
        let Self {
            top_left,
            top_right,
            bottom_right,
            bottom_left,
        } = self;
        match quarters % 4 {
            0 => self,
            1 => Self::of(top_right, bottom_right, bottom_left, top_left),
            2 => Self::of(bottom_right, bottom_left, top_left, top_right),
            _ => Self::of(bottom_left, top_left, top_right, bottom_right),
        }
    }

    /// The same place on a picture of other measures.
    #[must_use]
    pub(super) fn scaled(self, across: f32, down: f32) -> Self {
        let scaled = |point: Point| Point::new(point.x * across, point.y * down);
        Self::of(
            scaled(self.top_left),
            scaled(self.top_right),
            scaled(self.bottom_right),
            scaled(self.bottom_left),
        )
    }

    /// Along the line of writing.
    pub(super) fn width(&self) -> f32 {
        self.top_left.distance(self.top_right)
    }

    /// Across it.
    pub(super) fn height(&self) -> f32 {
        self.top_left.distance(self.bottom_left)
    }

    /// The point at these parts of its width and height.
    pub(super) fn at(&self, across: f32, down: f32) -> Point {
        let top = self.top_left.towards(self.top_right, across);
        let bottom = self.bottom_left.towards(self.bottom_right, across);
        top.towards(bottom, down)
    }

    /// What lies between two parts of its width, cut by parts of its height.
    pub(super) fn part(&self, from: f32, to: f32, top: f32, bottom: f32) -> Self {
        Self::of(
            self.at(from, top),
            self.at(to, top),
            self.at(to, bottom),
            self.at(from, bottom),
        )
    }

    /// The smallest and largest x and y.
    pub(super) fn bounds(&self) -> (Point, Point) {
        let corners = [self.top_left, self.top_right, self.bottom_right, self.bottom_left];
        let least = corners
            .iter()
            .fold(Point::new(f32::MAX, f32::MAX), |least, corner| {
                Point::new(least.x.min(corner.x), least.y.min(corner.y))
            });
        let most = corners
            .iter()
            .fold(Point::new(f32::MIN, f32::MIN), |most, corner| {
                Point::new(most.x.max(corner.x), most.y.max(corner.y))
            });
        (least, most)
    }
}

impl Pixels {
    /// The colour at a place between pixels; outside of the picture, that of its edge.
    pub(super) fn between(&self, place: Point) -> [f32; 3] {
        let place = Point::new((place.x - 0.5).max(0.0), (place.y - 0.5).max(0.0));
        let (left, top) = (whole(place.x), whole(place.y));
        let (right, down) = (place.x - real(left), place.y - real(top));
        let above = [self.colour(left, top), self.colour(left + 1, top)];
        let below = [self.colour(left, top + 1), self.colour(left + 1, top + 1)];
        let mix = |a: [f32; 3], b: [f32; 3], part: f32| {
            let mut mixed = a;
            for (mixed, other) in mixed.iter_mut().zip(b) {
                *mixed += (other - *mixed) * part;
            }
            mixed
        };
        let [above, below] = [above, below].map(|[left, next]| mix(left, next, right));
        mix(above, below, down)
    }

    fn colour(&self, x: usize, y: usize) -> [f32; 3] {
        let (width, height) = (index(self.width), index(self.height));
        let (x, y) = (x.min(width.saturating_sub(1)), y.min(height.saturating_sub(1)));
        let at = y.saturating_mul(width).saturating_add(x).saturating_mul(3);
        let colour = self.rgb.get(at..).and_then(<[u8]>::first_chunk::<3>);
        colour.map_or([255.0; 3], |colour| colour.map(f32::from))
    }
}
