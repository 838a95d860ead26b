//! Words to lines: what stands on one baseline and belongs together.

use super::{DrawnRule, PlacedWord};
use crate::area::Area;
use crate::bidi;
use crate::direction::Direction;

/// Words whose baselines differ by less than this, in ems of the smaller, stand on one row.
const SAME_ROW: f64 = 0.35;

/// A gap wider than this, in ems, separates columns.
const COLUMN_GAP: f64 = 1.5;

/// A following word may start this far before the end of the one before, in ems.
const OVERLAP: f64 = 0.6;

/// Words of one row without a column gap between: a line in the making.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment {
    /// Indices of its words, as they are read.
    pub(crate) words: Vec<usize>,
    pub(crate) area: Area,
    pub(crate) direction: Direction,
    /// Distance across the direction of writing.
    pub(crate) baseline: f64,
    /// The largest type size in it.
    pub(crate) size: f64,
}

/// Puts words on lines. Each of the members is in exactly one segment.
pub(crate) fn segments(words: &[PlacedWord], members: &[usize], rules: &[DrawnRule]) -> Vec<Segment> {
    let walls = walls(rules);
    rows(words, members)
        .iter()
        .flat_map(|row| split(row, words, &walls, COLUMN_GAP))
        .collect()
}

/// The upright ones among the drawn lines.
pub(crate) fn walls(rules: &[DrawnRule]) -> Vec<Area> {
    rules
        .iter()
        .filter(|rule| !rule.horizontal)
        .map(|rule| rule.area)
        .collect()
}

/// Rows of words over the whole width of the page. Each word joins the row whose last word stands nearest to its own
/// baseline, so that a page that was scanned askew still gives straight rows.
pub(crate) fn rows(words: &[PlacedWord], members: &[usize]) -> Vec<Vec<usize>> {
    let mut along: Vec<usize> = members.to_vec();
    along.sort_by(|a, b| {
        let key = |index: &usize| {
            words
                .get(*index)
                .map(|word| (word.direction, word.start, word.baseline))
        };
        match (key(a), key(b)) {
            (Some(a), Some(b)) => a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)),
            _ => std::cmp::Ordering::Equal,
        }
    });

    let mut rows: Vec<(&PlacedWord, Vec<usize>)> = Vec::new();
    for index in along {
        let Some(word) = words.get(index) else { continue };
        let off = |last: &PlacedWord| (last.baseline - word.baseline).abs();
        let nearest = rows
            .iter_mut()
            .filter(|(last, _)| follows(last, word))
            .min_by(|(a, _), (b, _)| off(a).total_cmp(&off(b)));
        match nearest {
            Some((last, row)) => {
                *last = word;
                row.push(index);
            }
            None => rows.push((word, vec![index])),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn follows(last: &PlacedWord, word: &PlacedWord) -> bool {
    let em = last.size.min(word.size);
    last.direction == word.direction
        && (last.baseline - word.baseline).abs() <= SAME_ROW * em
        && word.start >= last.end - OVERLAP * em
}

/// Splits a row at gaps between columns and at drawn lines between its words.
pub(crate) fn split(row: &[usize], words: &[PlacedWord], walls: &[Area], gap: f64) -> Vec<Segment> {
    let mut all = Vec::new();
    let mut open: Vec<(usize, &PlacedWord)> = Vec::new();
    for (index, word) in row.iter().filter_map(|index| Some((*index, words.get(*index)?))) {
        if let Some((_, last)) = open.last()
            && (is_wider(gap, last, word) || is_walled(last, word, walls))
        {
            all.extend(segment(&open));
            open.clear();
        }
        open.push((index, word));
    }
    all.extend(segment(&open));
    all
}

fn is_wider(gap: f64, last: &PlacedWord, word: &PlacedWord) -> bool {
    word.start - last.end > gap * last.size.max(word.size)
}

/// Whether an upright line stands between two words written left to right.
fn is_walled(last: &PlacedWord, word: &PlacedWord, walls: &[Area]) -> bool {
    if word.direction != Direction::RIGHT {
        return false;
    }
    let middle = f64::midpoint(last.area.center_y(), word.area.center_y());
    walls.iter().any(|wall| {
        let x = wall.center_x();
        last.area.center_x() < x
            && x < word.area.center_x()
            && last.area.x1 - 1.0 <= x
            && x <= word.area.x0 + 1.0
            && wall.y0 <= middle
            && middle <= wall.y1
    })
}

fn segment(words: &[(usize, &PlacedWord)]) -> Option<Segment> {
    let (_, first) = words.first()?;
    Some(Segment {
        words: as_read(words),
        area: Area::around(words.iter().map(|(_, word)| &word.area))?,
        direction: first.direction,
        baseline: first.baseline,
        size: words.iter().map(|(_, word)| word.size).fold(0.0, f64::max),
    })
}

/// The words of a line in the order in which they are read, which is not that along the line where it is written from
/// right to left.
fn as_read(along: &[(usize, &PlacedWord)]) -> Vec<usize> {
    let index = |(index, _): &(usize, &PlacedWord)| *index;
    match bidi::line(along.iter().map(|(_, word)| word.text.as_str())) {
        None => along.iter().map(index).collect(),
        Some(order) => order
            .iter()
            .filter_map(|place| along.get(*place))
            .map(index)
            .collect(),
    }
}
