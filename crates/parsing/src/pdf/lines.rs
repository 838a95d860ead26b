//! Straight lines among what is drawn: borders of tables and boxes, underlines.

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point};

use crate::area::Area;
use crate::layout::DrawnRule;

/// A filled shape thinner than this is a line, in points.
const THIN: f64 = 2.5;

/// Shorter lines are parts of drawings.
const SHORTEST: f64 = 3.0;

/// A segment that leaves its axis by no more than this is straight.
const STRAIGHT: f64 = 0.6;

/// Lines beyond these on one page are left out: no table has as many, a map does.
const MAX_LINES: usize = 20_000;

/// Lines whose ends or sides are as near as this are one, drawn in pieces.
const JOINT: f64 = 1.5;

/// Collects lines as they are drawn.
#[derive(Default)]
pub(crate) struct Lines {
    found: Vec<DrawnRule>,
}

impl Lines {
    /// Takes the straight segments of a stroked path.
    pub(crate) fn stroke(&mut self, path: &BezPath, transform: Affine, width: f64, clip: &Area) {
        let [a, b, c, d, _, _] = transform.as_coeffs();
        let half = width * (a * d - b * c).abs().sqrt() / 2.0;
        let (mut first, mut last) = (Point::ORIGIN, Point::ORIGIN);
        for element in path.elements() {
            let to = match *element {
                PathEl::MoveTo(point) => {
                    first = transform * point;
                    last = first;
                    continue;
                }
                PathEl::LineTo(point) => transform * point,
                PathEl::ClosePath => first,
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                    last = transform * point;
                    continue;
                }
            };
            self.segment(last, to, half, clip);
            last = to;
        }
    }

    fn segment(&mut self, from: Point, to: Point, half: f64, clip: &Area) {
        let area = Area::new(from.x, from.y, to.x, to.y);
        if !area.x0.is_finite() || !area.y1.is_finite() {
            return;
        }
        let thick = if area.height() <= STRAIGHT {
            Area {
                y0: area.y0 - half,
                y1: area.y1 + half,
                ..area
            }
        } else if area.width() <= STRAIGHT {
            Area {
                x0: area.x0 - half,
                x1: area.x1 + half,
                ..area
            }
        } else {
            return;
        };
        if let Some(seen) = thick.intersection(clip) {
            self.fill(&seen);
        }
    }

    /// Takes a filled rectangle if it is thin enough to be a line; says whether it was.
    pub(crate) fn fill(&mut self, area: &Area) -> bool {
        let (width, height) = (area.width(), area.height());
        if width > THIN && height > THIN {
            return false;
        }
        if width.max(height) >= SHORTEST && self.found.len() < MAX_LINES {
            self.found.push(DrawnRule {
                area: *area,
                horizontal: width >= height,
            });
        }
        true
    }

    /// The lines, those drawn in pieces put together, top to bottom.
    pub(crate) fn finish(self) -> Vec<DrawnRule> {
        let (across, down): (Vec<_>, Vec<_>) = self.found.into_iter().partition(|rule| rule.horizontal);
        let mut all = joined(across);
        all.extend(joined(down));
        all.sort_by(|a, b| {
            (a.area.y0.total_cmp(&b.area.y0))
                .then(a.area.x0.total_cmp(&b.area.x0))
                .then(b.horizontal.cmp(&a.horizontal))
        });
        all
    }
}

/// Joins lines of one orientation that touch end to end or lie on each other.
fn joined(mut rules: Vec<DrawnRule>) -> Vec<DrawnRule> {
    let across = |rule: &DrawnRule| {
        if rule.horizontal {
            rule.area.center_y()
        } else {
            rule.area.center_x()
        }
    };
    let start = |rule: &DrawnRule| {
        if rule.horizontal {
            rule.area.x0
        } else {
            rule.area.y0
        }
    };
    let end = |rule: &DrawnRule| {
        if rule.horizontal {
            rule.area.x1
        } else {
            rule.area.y1
        }
    };
    rules.sort_by(|a, b| {
        across(a)
            .total_cmp(&across(b))
            .then(start(a).total_cmp(&start(b)))
    });

    let mut all = Vec::with_capacity(rules.len());
    let mut rest = rules.as_slice();
    while let Some(first) = rest.first() {
        let level = across(first);
        let count = rest
            .iter()
            .take_while(|rule| across(rule) - level <= JOINT)
            .count();
        let (band, others) = rest.split_at(count);
        rest = others;
        let mut band = band.to_vec();
        band.sort_by(|a, b| start(a).total_cmp(&start(b)));
        let mut open: Option<DrawnRule> = None;
        for rule in band {
            match &mut open {
                Some(line) if start(&rule) - end(line) <= JOINT => line.area = line.area.union(&rule.area),
                _ => all.extend(open.replace(rule)),
            }
        }
        all.extend(open);
    }
    all
}

/// The rectangles a path is made of, on the page: one around each of its parts. A frame drawn as an outer and an inner
/// part stays two rectangles; what is not rectangular counts with its bounding box.
pub(crate) fn parts(path: &BezPath, transform: Affine) -> Vec<Area> {
    let mut all = Vec::new();
    let mut part: Option<Area> = None;
    let include = |part: &mut Option<Area>, point: Point| {
        let point = transform * point;
        let dot = Area {
            x0: point.x,
            y0: point.y,
            x1: point.x,
            y1: point.y,
        };
        *part = Some(part.map_or(dot, |area| area.union(&dot)));
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(point) => {
                all.extend(part.take());
                include(&mut part, point);
            }
            PathEl::LineTo(point) => include(&mut part, point),
            PathEl::QuadTo(a, b) => [a, b].into_iter().for_each(|point| include(&mut part, point)),
            PathEl::CurveTo(a, b, c) => [a, b, c].into_iter().for_each(|point| include(&mut part, point)),
            PathEl::ClosePath => {}
        }
    }
    all.extend(part);
    all.retain(|area| [area.x0, area.y0, area.x1, area.y1].iter().all(|n| n.is_finite()));
    all
}
