//! The columns of a table without borders.

use super::text_rows::TextRow;
use crate::layout::lines::Segment;
use crate::layout::{PlacedWord, count};

/// Words reach into a column when they overlap it by more than this, in ems.
const REACH: f64 = 0.3;

/// Words of two columns of one row have at least this between them, in ems.
const CUT: f64 = 0.3;

/// In a longer piece columns part only at gaps wider than the usual one by this factor.
const WIDER_THAN_BLANKS: f64 = 1.4;

/// Two columns that no row sets clearly apart are parted at a gap this wide, in ems, that runs through all rows; where
/// there are less than three such rows, at the wider one.
const GUTTER: f64 = 0.25;
/// Where both columns are aligned at the gap, this is wide enough.
const NARROW_GUTTER: f64 = 0.15;
const WIDE_GUTTER: f64 = 0.45;

/// A gap narrower than this, in ems, is a blank between words of one name.
const BLANK: f64 = 0.285;

/// Edges this near to each other are aligned, in ems.
const ALIGNED: f64 = 0.2;

/// Horizontal extents of columns, left to right.
#[derive(Debug, Clone)]
pub(super) struct Columns(Vec<(f64, f64)>);

impl Columns {
    /// One for each piece of the row.
    pub(super) fn of(row: &TextRow) -> Self {
        Self(
            row.segments
                .iter()
                .map(|segment| (segment.area.x0, segment.area.x1))
                .collect(),
        )
    }

    /// With these extents, from left to right. What reaches into the next column, as a long text may, is cut off.
    pub(super) fn between(mut extents: Vec<(f64, f64)>) -> Self {
        let next: Vec<f64> = extents.iter().skip(1).map(|extent| extent.0).collect();
        for (extent, next) in extents.iter_mut().zip(next) {
            extent.1 = extent.1.min(next);
        }
        Self(extents)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn extents(&self) -> &[(f64, f64)] {
        &self.0
    }

    pub(super) fn first(&self) -> Option<(f64, f64)> {
        self.0.first().copied()
    }

    /// How many columns the piece stands above.
    pub(super) fn below(&self, segment: &Segment) -> usize {
        let below = |(x0, x1): &&(f64, f64)| x1.min(segment.area.x1) > x0.max(segment.area.x0);
        self.0.iter().filter(below).count()
    }

    /// Widens the columns to hold the row. False, and unchanged, where something in the row lies over two of them.
    pub(super) fn take_in(&mut self, words: &[PlacedWord], row: &TextRow) -> bool {
        let mut wider = self.0.clone();
        for segment in &row.segments {
            let reach = REACH * segment.size;
            let overlapped = |from: f64, to: f64| {
                self.0
                    .iter()
                    .enumerate()
                    .filter(move |(_, (x0, x1))| x1.min(to) - x0.max(from) > reach)
                    .map(|(i, _)| i)
            };
            let hit: Vec<usize> = overlapped(segment.area.x0, segment.area.x1).collect();
            match hit.as_slice() {
                [] => wider.push((segment.area.x0, segment.area.x1)),
                [column] => widen(&mut wider, *column, segment.area.x0, segment.area.x1),
                _ => {
                    let cut = CUT * segment.size;
                    let cut = cut.max(WIDER_THAN_BLANKS * usual_gap(words, segment));
                    let mut last: Option<(usize, f64)> = None;
                    for word in segment.words.iter().filter_map(|index| words.get(*index)) {
                        let own: Vec<usize> = overlapped(word.area.x0, word.area.x1).collect();
                        let column = match own.as_slice() {
                            [] => {
                                last.map_or_else(|| self.nearest(word.area.center_x()), |(column, _)| column)
                            }
                            [column] => *column,
                            _ => return false,
                        };
                        if last.is_some_and(|(before, x1)| before != column && word.area.x0 - x1 < cut) {
                            return false;
                        }
                        widen(&mut wider, column, word.area.x0, word.area.x1);
                        last = Some((column, word.area.x1));
                    }
                }
            }
        }
        wider.sort_by(|a, b| a.0.total_cmp(&b.0));
        let apart = wider.windows(2).all(|pair| match pair {
            [left, right] => right.0 - left.1 > -REACH * row.size,
            _ => true,
        });
        if apart {
            self.0 = wider;
        }
        apart
    }

    pub(super) fn nearest(&self, x: f64) -> usize {
        let distance = |(x0, x1): &(f64, f64)| (x0 - x).max(x - x1);
        let nearest = self
            .0
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        nearest.map_or(0, |(index, _)| index)
    }
}

/// The usual gap between the words of a longer piece; 0 for a short one, which has no usual gap.
fn usual_gap(words: &[PlacedWord], segment: &Segment) -> f64 {
    let places: Vec<_> = segment
        .words
        .iter()
        .filter_map(|index| words.get(*index))
        .collect();
    let mut gaps: Vec<f64> = places
        .windows(2)
        .filter_map(|pair| match pair {
            [left, right] => Some(right.area.x0 - left.area.x1),
            _ => None,
        })
        .collect();
    gaps.sort_by(f64::total_cmp);
    if gaps.len() < 3 {
        0.0
    } else {
        gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
    }
}

fn widen(columns: &mut [(f64, f64)], column: usize, from: f64, to: f64) {
    if let Some((x0, x1)) = columns.get_mut(column) {
        *x0 = x0.min(from);
        *x1 = x1.max(to);
    }
}

/// The columns, parted further where the words of one stand in two columns all the way down: a number close to the text
/// before it, in every row at the same place. The first rows, `head` of them, name the columns.
pub(super) fn refined<'r, I>(
    words: &[PlacedWord],
    columns: &Columns,
    head: usize,
    rows: impl Fn() -> I,
) -> Columns
where
    I: Iterator<Item = &'r TextRow>,
{
    let extents = columns.0.iter().flat_map(|extent| {
        let row_words = |row: &TextRow| -> Vec<(f64, f64)> {
            let members = row.segments.iter().flat_map(|segment| &segment.words);
            let words = members.filter_map(|index| words.get(*index));
            words
                .map(|word| (word.area.x0, word.area.x1))
                .filter(|word| is_within(*word, *extent))
                .collect()
        };
        let em = rows().map(|row| row.size).fold(f64::INFINITY, f64::min);
        let (names, body): (Vec<_>, Vec<_>) = rows()
            .map(row_words)
            .enumerate()
            .partition(|(index, _)| *index < head);
        let names: Vec<_> = names.into_iter().map(|(_, row)| row).collect();
        let body: Vec<_> = body
            .into_iter()
            .map(|(_, row)| row)
            .filter(|row| !row.is_empty())
            .collect();
        parted(*extent, &gutters(&names, &body, em))
    });
    Columns(extents.collect())
}

fn is_within((x0, x1): (f64, f64), column: (f64, f64)) -> bool {
    let center = f64::midpoint(x0, x1);
    column.0 <= center && center <= column.1
}

/// The extent in parts, each with the gutter behind it.
fn parted(extent: (f64, f64), gutters: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let starts = std::iter::once(extent.0).chain(gutters.iter().map(|gutter| gutter.1));
    let ends = gutters.iter().map(|gutter| gutter.0).chain([extent.1]);
    starts.zip(ends).collect()
}

/// Gaps that run through all rows and part them into columns. Both columns must have a name above, and no name may go on
/// from one to the other with a mere blank between its words.
fn gutters(names: &[Vec<(f64, f64)>], rows: &[Vec<(f64, f64)>], em: f64) -> Vec<(f64, f64)> {
    let is_named = |gap: (f64, f64)| {
        let middle = |word: &(f64, f64)| f64::midpoint(word.0, word.1);
        let parting = middle(&gap);
        let is_left = |word: &&(f64, f64)| middle(word) < parting;
        let all = || names.iter().flatten();
        let goes_on = names.iter().any(|row| {
            let left = row
                .iter()
                .filter(is_left)
                .map(|word| word.1)
                .max_by(f64::total_cmp);
            let right = row
                .iter()
                .filter(|word| !is_left(word))
                .map(|word| word.0)
                .min_by(f64::total_cmp);
            matches!((left, right), (Some(left), Some(right)) if right - left < BLANK * em)
        });
        all().any(|word| is_left(&word)) && all().any(|word| !is_left(&word)) && !goes_on
    };
    let mut all: Vec<(f64, f64)> = rows.iter().flatten().copied().collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::new();
    let mut covered = f64::NEG_INFINITY;
    for (x0, x1) in all {
        let gap = (covered, x0);
        // Most words overlap what is before them: the rest is for the few that leave a gap.
        let is_gap = covered.is_finite() && gap.1 - gap.0 >= NARROW_GUTTER * em;
        if is_gap && is_named(gap) && parts_columns(rows, gap, em) {
            found.push(gap);
        }
        covered = covered.max(x1);
    }
    found
}

/// Whether what stands before and behind the gap is aligned in most of the rows. The narrower the gap, the more is asked.
fn parts_columns(rows: &[Vec<(f64, f64)>], gap: (f64, f64), em: f64) -> bool {
    let before: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| around(row, |word| word.1 <= gap.0))
        .collect();
    let behind: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| around(row, |word| word.0 >= gap.1))
        .collect();
    let both = before.len().min(behind.len());
    let behind_aligned = is_aligned(&behind, |place| place.0, em) || is_aligned(&behind, |place| place.1, em);
    let at_gap = is_aligned(&before, |place| place.1, em) && is_aligned(&behind, |place| place.0, em);
    match (gap.1 - gap.0) / em {
        width if width >= WIDE_GUTTER => both >= 1 && behind_aligned,
        width if width >= GUTTER => (both >= 3 && behind_aligned) || (both >= 2 && at_gap),
        width if width >= NARROW_GUTTER => both >= 2 && at_gap,
        _ => false,
    }
}

/// The extent of those words of a row that pass, if any does.
fn around(row: &[(f64, f64)], passes: impl Fn(&(f64, f64)) -> bool) -> Option<(f64, f64)> {
    row.iter()
        .copied()
        .filter(passes)
        .reduce(|all, next| (all.0.min(next.0), all.1.max(next.1)))
}

/// Whether that edge stands at one place in most of the extents, or in many where other columns follow.
fn is_aligned(extents: &[(f64, f64)], edge: fn(&(f64, f64)) -> f64, em: f64) -> bool {
    let agreeing = extents.iter().map(|one| {
        extents
            .iter()
            .filter(|other| (edge(one) - edge(other)).abs() <= ALIGNED * em)
            .count()
    });
    let agreeing = agreeing.max().unwrap_or(0);
    let share = count(agreeing) / count(extents.len().max(1));
    share >= 0.7 || (agreeing >= 4 && share >= 0.4)
}
