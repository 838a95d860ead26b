//! Rows of words over the width of the page, cut where columns may part.

use crate::area::Area;
use crate::layout::lines::{self, Segment};
use crate::layout::{DrawnRule, PlacedWord};

/// Columns of a table may stand nearer to each other than columns of text, in ems.
const GAP: f64 = 0.9;

/// What stands on one height of the page.
#[derive(Debug, Clone)]
pub(super) struct TextRow {
    /// Left to right.
    pub(super) segments: Vec<Segment>,
    pub(super) area: Area,
    pub(super) size: f64,
}

/// The rows of these words, from the top.
pub(super) fn rows(words: &[PlacedWord], members: &[usize], rules: &[DrawnRule]) -> Vec<TextRow> {
    let walls = lines::walls(rules);
    let mut rows: Vec<TextRow> = lines::rows(words, members)
        .iter()
        .filter_map(|row| {
            let segments = lines::split(row, words, &walls, GAP);
            let area = Area::around(segments.iter().map(|segment| &segment.area))?;
            let size = segments.iter().map(|segment| segment.size).fold(0.0, f64::max);
            Some(TextRow { segments, area, size })
        })
        .collect();
    rows.sort_by(|a, b| {
        a.area
            .center_y()
            .total_cmp(&b.area.center_y())
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    rows
}
