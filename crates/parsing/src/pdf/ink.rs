//! What is put on a page: a device for hayro that takes notes in place of drawing.

use domain::parsed::PageSize;
use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::WritingMode;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

use super::characters::{FontPrograms, Meaning};
use super::glyph::{Glyph, Text};
use super::lines::{self, Lines};
use super::small;
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::DrawnRule;

/// Glyphs beyond these on one page are left out: a page of the smallest print holds a tenth of it.
pub(super) const MAX_GLYPHS: usize = 200_000;

/// Pictures beyond these on one page are left out (some producers cut a picture into strips).
const MAX_PICTURES: usize = 5_000;

/// Small pictures beyond these on one page are not looked at.
const MAX_TICKS: usize = 200;

/// Filled places beyond these on one page are left out: that many make a drawing.
const MAX_GROUNDS: usize = 2_000;

/// Units of a glyph's own space in an em.
const UNITS: f64 = 1000.0;

/// A font's real ascent and descent are not known here; these fit text faces well enough to mark a word.
const ASCENT: f64 = 0.8 * UNITS;
const DESCENT: f64 = -0.2 * UNITS;

/// Width of a glyph where the file says none.
const UNKNOWN_ADVANCE: f32 = 500.0;

/// Where the pen stands above a glyph of text that is set from top to bottom, unless its font says otherwise.
const ASCENT_DOWNWARDS: f64 = 0.88 * UNITS;

/// Paint as light as this is taken for white.
const WHITE: f32 = 0.97;

/// Paint fainter than this is not seen.
const SEEN: f32 = 0.02;

/// Notes of one page.
pub(crate) struct Ink<'f> {
    size: PageSize,
    programs: &'f mut FontPrograms,
    glyphs: Vec<Glyph>,
    /// Which of the glyphs are white: they are hidden unless something darker lies behind them.
    white: Vec<usize>,
    unmapped: usize,
    /// There were more glyphs than are taken.
    full: bool,
    lines: Lines,
    /// Filled places that are not white.
    grounds: Vec<Area>,
    pictures: Vec<Area>,
    ticks: Vec<(Area, bool)>,
    clips: Vec<Area>,
    space_pending: bool,
    /// The glyph before, whose end shows only with the next one's start.
    last: Option<(Pen, Option<usize>)>,
    /// Whether advances hold a stretch that the glyphs' places hold already, see [`Pen`].
    unstretch: bool,
}

/// What stands on a page.
pub(crate) struct Drawn {
    pub(crate) glyphs: Vec<Glyph>,
    /// How many of the glyphs have no known character.
    pub(crate) unmapped: usize,
    /// There were more glyphs than are taken.
    pub(crate) full: bool,
    pub(crate) rules: Vec<DrawnRule>,
    pub(crate) pictures: Vec<Area>,
    /// Pictures that are boxes to be ticked, and whether they are.
    pub(crate) ticks: Vec<(Area, bool)>,
}

impl<'f> Ink<'f> {
    /// A blank page; `room` is that of a page before, whose memory is used again.
    pub(crate) fn new(size: PageSize, programs: &'f mut FontPrograms, mut room: Vec<Glyph>) -> Self {
        room.clear();
        Self {
            size,
            programs,
            glyphs: room,
            white: Vec::new(),
            unmapped: 0,
            full: false,
            lines: Lines::default(),
            grounds: Vec::new(),
            pictures: Vec::new(),
            ticks: Vec::new(),
            clips: Vec::new(),
            space_pending: false,
            last: None,
            unstretch: false,
        }
    }

    /// How many glyphs were drawn so far.
    pub(crate) fn glyph_count(&self) -> usize {
        self.glyphs.len()
    }

    pub(crate) fn finish(mut self) -> Drawn {
        self.hide_white_on_white();
        Drawn {
            glyphs: self.glyphs,
            unmapped: self.unmapped,
            full: self.full,
            rules: self.lines.finish(),
            pictures: self.pictures,
            ticks: self.ticks,
        }
    }

    fn hide_white_on_white(&mut self) {
        for index in std::mem::take(&mut self.white) {
            let Some(glyph) = self.glyphs.get_mut(index) else {
                continue;
            };
            let grounded = self
                .grounds
                .iter()
                .chain(&self.pictures)
                .any(|ground| ground.holds_center_of(&glyph.area));
            glyph.hidden |= !grounded;
        }
    }

    fn page(&self) -> Area {
        Area {
            x0: 0.0,
            y0: 0.0,
            x1: self.size.width,
            y1: self.size.height,
        }
    }

    /// The part of the page that can be drawn on; empty where clips exclude each other.
    fn clip(&self) -> Option<Area> {
        match self.clips.last() {
            Some(clip) => self.page().intersection(clip),
            None => Some(self.page()),
        }
    }

    fn push_clip(&mut self, clip: Rect) {
        let clip = area(clip);
        // Where nothing is left, an empty place keeps the stack in step.
        let nothing = Area {
            x0: 0.0,
            y0: 0.0,
            x1: 0.0,
            y1: 0.0,
        };
        let clip = match self.clips.last() {
            Some(outer) => outer.intersection(&clip).unwrap_or(nothing),
            None => clip,
        };
        self.clips.push(clip);
    }

    fn draw_shape(&mut self, path: &BezPath, props: &DrawProps<'_>, mode: &DrawMode) {
        let Some(shade) = Shade::of(&props.paint) else {
            return;
        };
        if shade == Shade::White {
            return;
        }
        let Some(clip) = self.clip() else { return };
        match mode {
            DrawMode::Fill(_) => {
                self.fill(path, props.transform, &clip);
            }
            DrawMode::Stroke(stroke) => {
                self.lines
                    .stroke(path, props.transform, f64::from(stroke.line_width), &clip);
            }
            DrawMode::FillAndStroke(_, stroke) => {
                self.fill(path, props.transform, &clip);
                self.lines
                    .stroke(path, props.transform, f64::from(stroke.line_width), &clip);
            }
            DrawMode::Invisible => {}
        }
    }

    fn fill(&mut self, path: &BezPath, transform: Affine, clip: &Area) {
        for part in lines::parts(path, transform) {
            let Some(seen) = part.intersection(clip) else {
                continue;
            };
            if !self.lines.fill(&seen) && self.grounds.len() < MAX_GROUNDS {
                self.grounds.push(seen);
            }
        }
    }

    fn take_run(&mut self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>, mode: &DrawMode) {
        let is_upright = run.writing_mode() == WritingMode::Vertical;
        let run = run.glyphs();
        let shade = Shade::of(&props.paint);
        let readings = self.programs.readings(run.iter().map(|glyph| &**glyph));
        let look = Look {
            bold: self
                .programs
                .is_bold(run.iter().map(|glyph| &**glyph).zip(&readings)),
            hidden: matches!(mode, DrawMode::Invisible) || shade.is_none(),
            white: shade == Some(Shade::White),
        };
        for (glyph, reading) in run.iter().zip(readings) {
            if self.glyphs.len() >= MAX_GLYPHS {
                self.full = true;
                return;
            }
            let place = props.transform * glyph.transform();
            let pen = if is_upright {
                Pen::downwards(place)
            } else {
                Pen::of(reading.advance, place)
            };
            self.settle_last(&pen);
            let index = self.take_glyph(reading.meaning, &pen, look);
            self.last = Some((pen, index));
        }
    }

    /// Corrects the end of the glyph before by the start of the next.
    fn settle_last(&mut self, next: &Pen) {
        let Some((last, index)) = self.last.take() else {
            return;
        };
        let Some(moved) = last.distance_to(next) else {
            return;
        };
        if let Some(unstretch) = last.holds_stretch(moved) {
            self.unstretch = unstretch;
        }
        // A mark stands on the letter and does not end it.
        if next.full <= 0.0 {
            return;
        }
        let advance = last
            .advance(self.unstretch)
            .min(if moved > 0.0 { moved } else { f64::INFINITY });
        if let Some(glyph) = index.and_then(|index| self.glyphs.get_mut(index))
            && let Some(area) = last.area(advance)
        {
            glyph.end = last.end(advance);
            glyph.area = area;
        }
    }

    /// Takes the glyph down; gives its index where it is part of a word.
    fn take_glyph(&mut self, meaning: Meaning, pen: &Pen, look: Look) -> Option<usize> {
        let text = match meaning {
            Meaning::Said(text) => text,
            Meaning::Space => {
                self.space_pending = true;
                return None;
            }
            Meaning::Nothing => return None,
            Meaning::Unknown => Text::One(char::REPLACEMENT_CHARACTER),
        };
        let after_space = std::mem::take(&mut self.space_pending);
        let advance = pen.advance(self.unstretch);
        let area = pen.area(advance)?;
        // What lies beside the page is no part of the document as anyone sees it.
        if !self.page().grown(0.5).holds_center_of(&area) {
            return None;
        }
        if text == Text::One(char::REPLACEMENT_CHARACTER) {
            self.unmapped = self.unmapped.saturating_add(1);
        }
        let clipped = self
            .clip()
            .is_none_or(|clip| !clip.grown(0.5).holds_center_of(&area));
        let index = self.glyphs.len();
        if look.white {
            self.white.push(index);
        }
        self.glyphs.push(Glyph {
            text,
            along: pen.along,
            across: pen.across,
            end: pen.end(advance),
            direction: pen.direction,
            size: pen.size,
            area,
            after_space,
            hidden: look.hidden || clipped,
            bold: look.bold,
        });
        Some(index)
    }
}

/// What all glyphs of a run have in common.
#[derive(Clone, Copy)]
struct Look {
    bold: bool,
    hidden: bool,
    white: bool,
}

/// How the pen moves for one glyph.
///
/// A substituted face is stretched to the width that the file wants. The glyph's place holds that stretch, and so does
/// its advance; but a place may also be stretched by the text itself, which its advance does not hold. Which it is
/// shows in the pen's next position.
struct Pen {
    /// From glyph units to the page.
    place: Affine,
    direction: Direction,
    /// Where it starts, along the line and across it.
    along: f64,
    across: f64,
    size: f64,
    /// Points on the page for a glyph unit along the line.
    scale: f64,
    /// Width in glyph units, as the file says.
    full: f64,
    /// The same without the stretch.
    plain: f64,
}

impl Pen {
    fn of(advance: Option<f32>, place: Affine) -> Self {
        Self::advancing(place, f64::from(advance.unwrap_or(UNKNOWN_ADVANCE)))
    }

    fn advancing(place: Affine, full: f64) -> Self {
        let [xx, xy, yx, yy, x, y] = place.as_coeffs();
        let (scale, scale_y) = (xx.hypot(xy), yx.hypot(yy));
        let direction = Direction::towards(xx, xy);
        let (along, across) = direction.along_and_across(x, y);
        let plain = if scale > 0.0 { full * scale_y / scale } else { full };
        Self {
            place,
            direction,
            along,
            across,
            size: scale_y * UNITS,
            scale,
            full,
            plain,
        }
    }

    /// For text that is set from top to bottom: its lines go down, and the tops of its letters point to the right.
    fn downwards(place: Affine) -> Self {
        let turned = place * Affine::new([0.0, -1.0, 1.0, 0.0, -DESCENT, ASCENT_DOWNWARDS]);
        Self::advancing(turned, UNITS)
    }

    fn advance(&self, unstretch: bool) -> f64 {
        if unstretch { self.plain } else { self.full }
    }

    /// How far along this line the next glyph starts, in glyph units; nothing where it is on another line.
    fn distance_to(&self, next: &Self) -> Option<f64> {
        let same_line =
            next.direction == self.direction && (next.across - self.across).abs() < 0.1 * self.size;
        (same_line && self.scale > 0.0).then(|| (next.along - self.along) / self.scale)
    }

    /// Whether the advance holds the stretch a second time; nothing where that distance does not tell.
    fn holds_stretch(&self, moved: f64) -> Option<bool> {
        let off = |advance: f64| (advance - moved).abs();
        let (full, plain) = (off(self.full), off(self.plain));
        let tells = (self.full - self.plain).abs() > 0.02 * self.full && full.min(plain) < 0.3 * self.full;
        tells.then_some(plain < full)
    }

    /// Where it ends along its line, in points.
    fn end(&self, advance: f64) -> f64 {
        self.along + advance * self.scale
    }

    /// Extent on the page, or nothing where the numbers are none.
    fn area(&self, advance: f64) -> Option<Area> {
        let corners = [
            (0.0, DESCENT),
            (advance, DESCENT),
            (advance, ASCENT),
            (0.0, ASCENT),
        ];
        let points = corners.map(|(x, y)| self.place * Point::new(x, y));
        if !points
            .iter()
            .all(|point| point.x.is_finite() && point.y.is_finite())
        {
            return None;
        }
        Area::around_points(points.map(|point| (point.x, point.y)))
    }
}

/// How dark a paint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shade {
    White,
    Darker,
}

impl Shade {
    /// None for what is not seen at all. Patterns count as dark.
    fn of(paint: &Paint<'_>) -> Option<Self> {
        let Paint::Color(color) = paint else {
            return Some(Self::Darker);
        };
        let [r, g, b, alpha] = color.to_rgba().components();
        if alpha < SEEN {
            return None;
        }
        let white = r > WHITE && g > WHITE && b > WHITE;
        Some(if white { Self::White } else { Self::Darker })
    }
}

fn area(rect: Rect) -> Area {
    Area::new(rect.x0, rect.y0, rect.x1, rect.y1)
}

impl<'a> Device<'a> for Ink<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.draw_shape(path, &props, draw_mode);
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.push_clip(clip_path.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.push_clip(*rect);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, draw_mode: &DrawMode) {
        // Text that is filled and stroked arrives twice, and so looks bold: `words` sees to it, as to other text that is
        // drawn twice.
        self.take_run(run, &props, draw_mode);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let place = area(
            props
                .transform
                .transform_rect_bbox(Rect::new(0.0, 0.0, width, height)),
        );
        let seen = self.clip().and_then(|clip| clip.intersection(&place));
        if let Some(seen) = seen
            && self.pictures.len() < MAX_PICTURES
            && seen.width() > 0.0
            && seen.height() > 0.0
        {
            self.pictures.push(seen);
            if self.ticks.len() < MAX_TICKS
                && let Some(on) = small::is_ticked(&image, &place)
            {
                self.ticks.push((place, on));
            }
        }
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {}
}
