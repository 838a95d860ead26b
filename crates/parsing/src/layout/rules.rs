//! The drawn lines of a page, in order, so that those at one place are found without looking at all.

use super::DrawnRule;
use crate::area::Area;

/// At one place no more lines than these are looked at: so many make a drawing.
const MOST: usize = 500;

/// Drawn lines by direction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    /// From the top.
    across: Vec<Area>,
    /// From the left.
    down: Vec<Area>,
}

impl Rules {
    pub(crate) fn of(drawn: &[DrawnRule]) -> Self {
        let (across, down): (Vec<&DrawnRule>, Vec<&DrawnRule>) =
            drawn.iter().partition(|rule| rule.horizontal);
        let mut across: Vec<Area> = across.into_iter().map(|rule| rule.area).collect();
        let mut down: Vec<Area> = down.into_iter().map(|rule| rule.area).collect();
        across.sort_by(|a, b| a.center_y().total_cmp(&b.center_y()));
        down.sort_by(|a, b| a.center_x().total_cmp(&b.center_x()));
        Self { across, down }
    }

    /// The lines across whose height lies between these.
    pub(crate) fn across(&self, from: f64, to: f64) -> impl Iterator<Item = &Area> {
        between(&self.across, Area::center_y, from, to)
    }

    /// The lines down whose place lies between these.
    pub(crate) fn down(&self, from: f64, to: f64) -> impl Iterator<Item = &Area> {
        between(&self.down, Area::center_x, from, to)
    }
}

fn between(sorted: &[Area], place: fn(&Area) -> f64, from: f64, to: f64) -> impl Iterator<Item = &Area> {
    let start = sorted.partition_point(|area| place(area) < from);
    let rest = sorted.get(start..).unwrap_or_default();
    rest.iter().take_while(move |area| place(area) <= to).take(MOST)
}
