//! Pages that lie on their side or stand askew: laid upright for an engine that wants them so, and places on them
//! found again on the picture as it was.

use super::grey::Grey;
use super::quad::{Point, Quad};
use crate::Pixels;
use crate::number::{byte, index, real, side, whole};

/// The upright page, as a place on the picture it was taken from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    place: Quad,
    width: u32,
    height: u32,
}

impl Frame {
    /// The picture as it is.
    pub(super) fn whole(picture: &Pixels) -> Self {
        let (width, height) = (real(index(picture.width)), real(index(picture.height)));
        Self {
            place: Quad {
                top_left: Point::new(0.0, 0.0),
                top_right: Point::new(width, 0.0),
                bottom_right: Point::new(width, height),
                bottom_left: Point::new(0.0, height),
            },
            width: picture.width,
            height: picture.height,
        }
    }

    /// For a page that has to be turned clockwise by that many quarters to be read.
    #[must_use]
    pub(super) fn turned(self, quarters: u8) -> Self {
        let (width, height) = if quarters.is_multiple_of(2) {
            (self.width, self.height)
        } else {
            (self.height, self.width)
        };
        Self {
            place: self.place.turned(4 - quarters % 4),
            width,
            height,
        }
    }

    /// For a page whose lines fall by that angle to the right.
    #[must_use]
    pub(super) fn straightened(self, degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (width, height) = (real(index(self.width)), real(index(self.height)));
        // The page that is laid straight needs a larger sheet.
        let (across, down) = (width * cos + height * sin.abs(), width * sin.abs() + height * cos);
        let corner = |x: f32, y: f32| {
            let (x, y) = ((x - 0.5) * across, (y - 0.5) * down);
            let (x, y) = (x * cos - y * sin, x * sin + y * cos);
            self.place.at(x / width + 0.5, y / height + 0.5)
        };
        Self {
            place: Quad {
                top_left: corner(0.0, 0.0),
                top_right: corner(1.0, 0.0),
                bottom_right: corner(1.0, 1.0),
                bottom_left: corner(0.0, 1.0),
            },
            width: side(whole(across.round())).max(1),
            height: side(whole(down.round())).max(1),
        }
    }

    /// A point of the upright page, in its pixels, on the picture.
    pub(super) fn back(&self, x: f32, y: f32) -> Point {
        self.place
            .at(x / real(index(self.width)), y / real(index(self.height)))
    }

    /// The upright page. White where there is no picture.
    pub(super) fn page(&self, picture: &Pixels) -> Grey {
        let (width, height) = (index(self.width), index(self.height));
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let values = places
            .map(|(x, y)| {
                let place = self.back(real(x) + 0.5, real(y) + 0.5);
                picture.brightness_at(place)
            })
            .collect();
        Grey {
            width,
            height,
            values,
        }
    }
}

impl Pixels {
    fn brightness_at(&self, place: Point) -> u8 {
        let is_outside = place.x < 0.0
            || place.y < 0.0
            || place.x > real(index(self.width))
            || place.y > real(index(self.height));
        if is_outside {
            return u8::MAX;
        }
        let [r, g, b] = self.between(place);
        byte(0.299 * r + 0.587 * g + 0.114 * b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of lines that fall by that many degrees.
    fn lined(degrees: f32) -> Pixels {
        let (width, height) = (600_u32, 800_u32);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let rgb = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| {
                let (x, y) = (real(index(x)), real(index(y)));
                let (down, along) = (y * cos - x * sin, x * cos + y * sin);
                let is_ink = down.rem_euclid(24.0) < 10.0 && along.rem_euclid(17.0) < 11.0;
                [if is_ink { 20 } else { 240 }; 3]
            })
            .collect();
        Pixels { width, height, rgb }
    }

    #[test]
    fn skew_is_seen_and_undone() {
        for degrees in [-6.0_f32, -2.0, 0.0, 0.7, 3.3] {
            let picture = lined(degrees);
            let seen = Grey::of(&picture).skew();
            assert!((seen - degrees).abs() < 0.3, "{degrees} was taken for {seen}");
            let straight = Frame::whole(&picture).straightened(seen).page(&picture);
            assert!(straight.skew().abs() < 0.3, "{degrees}: {}", straight.skew());
        }
    }

    #[test]
    fn places_on_an_upright_page_are_found_again() {
        let picture = Pixels {
            width: 3,
            height: 2,
            rgb: (0..6_u8).flat_map(|grey| [grey * 40; 3]).collect(),
        };
        // To be read after a quarter turn clockwise: the lower left pixel comes first.
        let frame = Frame::whole(&picture).turned(1);
        let page = frame.page(&picture);
        assert_eq!((page.width, page.height), (2, 3));
        assert_eq!(page.values, [120, 0, 160, 40, 200, 80]);
        let back = frame.back(0.5, 0.5);
        assert!(
            (back.x - 0.5).abs() < 1e-4 && (back.y - 1.5).abs() < 1e-4,
            "{back:?}"
        );
    }
}
