//! Boxes to be ticked in pictures: small squares, with something in them or nothing.
//!
//! A box has four straight sides of about the same length and stands alone: its sides do not go on beyond its corners
//! as those of tables do. Letters have no four straight sides; the marks of a QR code hold a solid square.

/// What a box says: signs that stand for a ticked and an empty box in text, too.
pub(crate) const ON: &str = "\u{2612}";
pub(crate) const OFF: &str = "\u{2610}";

/// A picture in which each pixel is ink or paper.
pub(crate) struct Bitmap<'p> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Shades of grey, row by row.
    pub(crate) values: &'p [u8],
}

/// A box in a picture, in pixels; `x1` and `y1` are its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) x0: usize,
    pub(crate) y0: usize,
    pub(crate) x1: usize,
    pub(crate) y1: usize,
    pub(crate) on: bool,
}

/// What is darker is ink.
const INK: u8 = 144;
/// More boxes are not looked for: so many make a pattern.
const MOST: usize = 400;
/// The share of a side that is drawn, at least.
const DRAWN: f32 = 0.85;
/// Sides differ in length by this part at most.
const UNEQUAL: f32 = 0.2;
/// Ink inside, as a part of the room: more is a mark, still more is a filled square, which is no box.
const MARKED: f32 = 0.05;
const FILLED: f32 = 0.8;
/// A side of so many pixels may lie askew by one.
const SLACK: usize = 20;
/// A side is a line: of so many pixels it is one thick.
const THICK: usize = 6;
/// Around a box is paper: so much of what runs along its sides may be ink.
const AROUND: f32 = 0.15;

impl Bitmap<'_> {
    fn ink(&self, x: usize, y: usize) -> bool {
        x < self.width
            && self
                .values
                .get(y.saturating_mul(self.width).saturating_add(x))
                .is_some_and(|value| *value < INK)
    }

    /// The boxes whose sides have that many pixels, from the top.
    pub(crate) fn ticks(&self, least: usize, most: usize) -> Vec<Tick> {
        let mut found: Vec<Tick> = Vec::new();
        for y in 0..self.height {
            let mut x = 0;
            while x < self.width {
                if !self.ink(x, y) {
                    x += 1;
                    continue;
                }
                let start = x;
                while self.ink(x, y) {
                    x += 1;
                }
                let long = (least..=most).contains(&(x - start));
                let known = found
                    .iter()
                    .rev()
                    .take(MOST)
                    .any(|tick| tick.x0 <= x && start <= tick.x1 && tick.y0 <= y && y <= tick.y1);
                if long
                    && !known
                    && let Some(tick) = self.below(start, x - 1, y)
                {
                    found.push(tick);
                    if found.len() == MOST {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// The box whose upper side that run of ink is.
    fn below(&self, x0: usize, x1: usize, y0: usize) -> Option<Tick> {
        // Only the outermost row of a side is one.
        if y0
            .checked_sub(1)
            .is_some_and(|above| self.across(x0, x1, above) > 0.5)
        {
            return None;
        }
        let side = x1 - x0 + 1;
        let slack = 1 + side / SLACK;
        let shortest = side - part(side, UNEQUAL);
        let longest = side + part(side, UNEQUAL);
        // Sides down are followed as far as they go.
        let down = |x: usize, inwards: bool| {
            let drawn = |y: usize| {
                (0..=2 * slack).any(|step| {
                    let at = if inwards {
                        (x + step).checked_sub(slack)
                    } else {
                        (x + slack).checked_sub(step)
                    };
                    at.is_some_and(|at| self.ink(at, y))
                })
            };
            (y0..y0 + longest + 2 * slack).take_while(|y| drawn(*y)).count()
        };
        let (left, right) = (down(x0, true), down(x1, false));
        let height = left.min(right);
        if height < shortest || left.max(right) > longest + slack {
            return None;
        }
        let y1 = (y0 + height).saturating_sub(1);
        let lower = (y1.saturating_sub(2 * slack)..=y1)
            .map(|y| self.across(x0, x1, y))
            .fold(0.0, f32::max);
        // The sides are lines, not the edges of something filled.
        let thick = (0..side / 3)
            .take_while(|step| self.across(x0, x1, y0 + step) > DRAWN)
            .count();
        if lower < DRAWN || thick > side / THICK + 1 || self.goes_on(x0, y0, x1, y1, slack) {
            return None;
        }
        // Round letters go beyond the run that is their top.
        let off = slack + 2;
        let beside = [x0.checked_sub(off), Some(x1 + off)];
        let round = |x: Option<usize>| {
            x.is_some_and(|x| self.along(x, y0 + slack, y1.saturating_sub(slack)) > AROUND)
        };
        if beside.into_iter().any(round) {
            return None;
        }
        let margin = thick + slack;
        let inside = self.share(
            x0 + margin,
            y0 + margin,
            x1.checked_sub(margin)?,
            y1.checked_sub(margin)?,
        )?;
        if inside > FILLED || inside > MARKED && self.is_finder(x0, y0, x1, y1) {
            return None;
        }
        Some(Tick {
            x0,
            y0,
            x1,
            y1,
            on: inside > MARKED,
        })
    }

    /// The part of a row that is ink.
    fn across(&self, x0: usize, x1: usize, y: usize) -> f32 {
        let ink = (x0..=x1).filter(|x| self.ink(*x, y)).count();
        crate::number::real(ink) / crate::number::real(x1 - x0 + 1)
    }

    /// The part of a column that is ink.
    fn along(&self, x: usize, y0: usize, y1: usize) -> f32 {
        let ink = (y0..=y1).filter(|y| self.ink(x, *y)).count();
        crate::number::real(ink) / crate::number::real((y1 + 1).saturating_sub(y0).max(1))
    }

    /// Whether sides go on beyond the corners, as lines of a table or a comb do: at two of the eight places at least.
    fn goes_on(&self, x0: usize, y0: usize, x1: usize, y1: usize, slack: usize) -> bool {
        let off = slack + 2;
        let near = |a: usize| a.saturating_sub(1)..=a + 1;
        let beside = |x: Option<usize>, y: usize| x.is_some_and(|x| near(y).any(|y| self.ink(x, y)));
        let above = |x: usize, y: Option<usize>| y.is_some_and(|y| near(x).any(|x| self.ink(x, y)));
        let places = [
            beside(x0.checked_sub(off), y0),
            beside(x0.checked_sub(off), y1),
            beside(Some(x1 + off), y0),
            beside(Some(x1 + off), y1),
            above(x0, y0.checked_sub(off)),
            above(x1, y0.checked_sub(off)),
            above(x0, Some(y1 + off)),
            above(x1, Some(y1 + off)),
        ];
        places.into_iter().filter(|goes_on| *goes_on).count() > 1
    }

    /// The part of a place that is ink.
    fn share(&self, x0: usize, y0: usize, x1: usize, y1: usize) -> Option<f32> {
        if x0 >= x1 || y0 >= y1 {
            return None;
        }
        let rows = (y0..=y1).map(|y| self.across(x0, x1, y));
        Some(rows.sum::<f32>() / crate::number::real(y1 - y0 + 1))
    }

    /// Whether it is a mark by which QR codes are found: a solid square of three sevenths in a ring of paper.
    fn is_finder(&self, x0: usize, y0: usize, x1: usize, y1: usize) -> bool {
        let (width, height) = (x1 - x0 + 1, y1 - y0 + 1);
        let core = self.share(
            x0 + width * 5 / 14,
            y0 + height * 5 / 14,
            x0 + width * 9 / 14,
            y0 + height * 9 / 14,
        );
        let ring = [
            self.across(x0 + width / 4, x1 - width / 4, y0 + height * 3 / 14),
            self.across(x0 + width / 4, x1 - width / 4, y0 + height * 11 / 14),
        ];
        core.is_some_and(|core| core > 0.9) && ring.iter().all(|ink| *ink < 0.2)
    }
}

fn part(side: usize, share: f32) -> usize {
    crate::number::whole(crate::number::real(side) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `#` and blanks, each drawn as a square of that many pixels.
    fn ticks(scale: usize, drawing: &[&str]) -> Vec<bool> {
        let width = drawing.iter().map(|row| row.len()).max().unwrap() * scale;
        let height = drawing.len() * scale;
        let mut values = vec![255; width * height];
        for (index, value) in values.iter_mut().enumerate() {
            let (x, y) = (index % width / scale, index / width / scale);
            if drawing[y].as_bytes().get(x) == Some(&b'#') {
                *value = 0;
            }
        }
        let bitmap = Bitmap {
            width,
            height,
            values: &values,
        };
        bitmap.ticks(14, 60).iter().map(|tick| tick.on).collect()
    }

    #[test]
    fn boxes_are_found_with_what_is_in_them() {
        let drawing = [
            "                                        ",
            "   ##########          ##########       ",
            "   #        #          ##      ##       ",
            "   #        #          # #    # #       ",
            "   #        #          #  #  #  #       ",
            "   #        #          #   ##   #       ",
            "   #        #          #   ##   #       ",
            "   #        #          #  #  #  #       ",
            "   #        #          # #    # #       ",
            "   #        #          ##      ##       ",
            "   ##########          ##########       ",
            "                                        ",
        ];
        assert_eq!(ticks(2, &drawing), [false, true]);
        assert_eq!(ticks(3, &drawing), [false, true]);
    }

    #[test]
    fn cells_of_a_table_and_letters_are_no_boxes() {
        let table = [
            "                                ",
            "  ###########################   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "  ###########################   ",
            "  #        #        #       #   ",
            "  #        #        #       #   ",
            "                                ",
        ];
        assert_eq!(ticks(3, &table), [false; 0]);
        let filled = [
            "                      ",
            "  ########   ######   ",
            "  ########   #     #  ",
            "  ########   #      # ",
            "  ########   #      # ",
            "  ########   #      # ",
            "  ########   #     #  ",
            "  ########   ######   ",
            "                      ",
        ];
        assert_eq!(ticks(3, &filled), [false; 0]);
    }

    #[test]
    fn the_marks_of_a_qr_code_are_no_boxes() {
        let finder = [
            "           ",
            "  #######  ",
            "  #     #  ",
            "  # ### #  ",
            "  # ### #  ",
            "  # ### #  ",
            "  #     #  ",
            "  #######  ",
            "           ",
        ];
        assert_eq!(ticks(5, &finder), [false; 0]);
    }
}
