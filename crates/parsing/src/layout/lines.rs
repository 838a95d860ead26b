//! Words to lines: what stands on one baseline and belongs together.

use std::collections::BTreeSet;

use super::PlacedWord;
use super::rules::Rules;
use crate::area::Area;
use crate::bidi;
use crate::direction::Direction;

/// Words whose baselines differ by less than this, in ems of the smaller, stand on one row.
const SAME_ROW: f64 = 0.35;

/// A gap wider than this, in ems, separates columns.
const COLUMN_GAP: f64 = 1.5;

/// A following word may start this far before the end of the one before, in ems.
const OVERLAP: f64 = 0.6;

/// A mark at a word (of a footnote, a power) is smaller than the word by this factor and of no more characters than
/// these; it stands this far off its line at least, so far above or below it and beside it at most, in ems of the word.
const MARK: f64 = 0.8;
const MARK_LENGTH: usize = 3;
const MARK_OFF: f64 = 0.1;
const MARK_RAISED: f64 = 0.6;
const MARK_LOWERED: f64 = 0.25;
const MARK_GAP: f64 = 0.3;

/// How far from its baseline a word looks for a row, in its ems: as far as a mark may be raised.
const FARTHEST: f64 = 1.5;

/// Of rows that a word may join, no more than these are looked at on either side: no text has as many on one height.
const MOST: usize = 200;

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
pub(crate) fn segments(words: &[PlacedWord], members: &[usize], rules: &Rules) -> Vec<Segment> {
    rows(words, members)
        .iter()
        .flat_map(|row| split(row, words, rules, COLUMN_GAP))
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

    let mut rows = Open::default();
    let mut done = Vec::new();
    let mut direction = None;
    for index in along {
        let Some(word) = words.get(index) else { continue };
        if direction.is_some_and(|direction| direction != word.direction) {
            done.append(&mut std::mem::take(&mut rows).rows);
        }
        direction = Some(word.direction);
        rows.take(index, word);
    }
    done.append(&mut rows.rows);
    done.into_iter().map(|(_, row)| row).collect()
}

/// Where a row has got to.
#[derive(Clone, Copy)]
struct End {
    baseline: f64,
    size: f64,
    along: f64,
    /// It is no longer than a mark.
    short: bool,
}

impl End {
    fn of(word: &PlacedWord) -> Self {
        Self {
            baseline: word.baseline,
            size: word.size,
            along: word.end,
            short: word.text.chars().nth(MARK_LENGTH).is_none(),
        }
    }

    /// Whether this is a mark above the line of the other or a little below it: the sign of a footnote, a power.
    fn marks(&self, other: &Self) -> bool {
        let off = (other.baseline - self.baseline) / other.size;
        let is_off = (MARK_OFF..=MARK_RAISED).contains(&off) || (-MARK_LOWERED..=-MARK_OFF).contains(&off);
        self.short && self.size < MARK * other.size && is_off
    }
}

/// Rows of one direction that are being filled.
#[derive(Default)]
struct Open {
    rows: Vec<(End, Vec<usize>)>,
    /// The rows by the baseline of their end.
    by_baseline: BTreeSet<(Place, usize)>,
}

impl Open {
    fn take(&mut self, index: usize, word: &PlacedWord) {
        let row = self.nearest(word).unwrap_or(self.rows.len());
        let mut end = End::of(word);
        let Some((last, members)) = self.rows.get_mut(row) else {
            self.by_baseline.insert((Place(end.baseline), row));
            self.rows.push((end, vec![index]));
            return;
        };
        // A mark above the line does not lead the row away from it.
        if end.marks(last) {
            end = End {
                along: word.end,
                ..*last
            };
        }
        let (before, now) = (Place(last.baseline), Place(end.baseline));
        if before != now {
            self.by_baseline.remove(&(before, row));
            self.by_baseline.insert((now, row));
        }
        *last = end;
        members.push(index);
    }

    /// The row whose end stands nearest to the word's baseline, of those that it may follow.
    fn nearest(&self, word: &PlacedWord) -> Option<usize> {
        let at = (Place(word.baseline), 0);
        let end = |row: usize| self.rows.get(row).map(|(end, _)| end);
        let off = |row: usize| end(row).map_or(f64::INFINITY, |end| (end.baseline - word.baseline).abs());
        let fits = |row: &usize| end(*row).is_some_and(|end| follows(end, word));
        let near = |row: &usize| off(*row) <= FARTHEST * word.size;
        let below = self.by_baseline.range(at..).map(|(_, row)| *row);
        let above = self.by_baseline.range(..at).rev().map(|(_, row)| *row);
        let below = below.take_while(near).take(MOST).find(fits);
        if below.is_some_and(|below| off(below) <= 0.0) {
            return below;
        }
        let above = above.take_while(near).take(MOST).find(fits);
        match (below, above) {
            (Some(below), Some(above)) => Some(if off(above) < off(below) { above } else { below }),
            (one, other) => one.or(other),
        }
    }
}

/// Whether a word may go on with a row: on its line, or as a mark beside what it marks.
fn follows(last: &End, word: &PlacedWord) -> bool {
    let em = last.size.min(word.size);
    let gap = word.start - last.along;
    let on_line = (last.baseline - word.baseline).abs() <= SAME_ROW * em && gap >= -OVERLAP * em;
    if on_line {
        return true;
    }
    let this = End::of(word);
    (this.marks(last) || last.marks(&this)) && gap.abs() <= MARK_GAP * last.size.max(word.size)
}

/// A coordinate that can be sorted by.
#[derive(Debug, Clone, Copy)]
struct Place(f64);

impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

/// Splits a row at gaps between columns and at drawn lines between its words.
pub(crate) fn split(row: &[usize], words: &[PlacedWord], rules: &Rules, gap: f64) -> Vec<Segment> {
    let mut all = Vec::new();
    let mut open: Vec<(usize, &PlacedWord)> = Vec::new();
    for (index, word) in row.iter().filter_map(|index| Some((*index, words.get(*index)?))) {
        if let Some((_, last)) = open.last()
            && (is_wider(gap, last, word) || is_walled(last, word, rules))
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
fn is_walled(last: &PlacedWord, word: &PlacedWord, rules: &Rules) -> bool {
    if word.direction != Direction::RIGHT {
        return false;
    }
    let middle = f64::midpoint(last.area.center_y(), word.area.center_y());
    let from = last.area.center_x().max(last.area.x1 - 1.0);
    let to = word.area.center_x().min(word.area.x0 + 1.0);
    rules
        .down(from, to)
        .any(|wall| wall.y0 <= middle && middle <= wall.y1)
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
