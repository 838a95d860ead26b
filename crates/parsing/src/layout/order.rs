//! The order in which lines are read: columns one after the other, tables and lists of names and values row by row.

use super::lines::Segment;
use super::tables::FoundTable;
use super::{PlacedWord, count};
use crate::area::Area;
use crate::direction::Direction;

/// Two columns have at least this between them, in ems.
const GUTTER: f64 = 1.0;

/// No more gutters than these are looked at, the widest first.
const MOST_GUTTERS: usize = 12;

/// A column has at least this many lines.
const COLUMN_LINES: usize = 2;

/// Values are shorter than this on average, in ems.
const VALUE: f64 = 12.0;

/// A gap between two lines higher than this, in ems, may part a page into an upper and a lower half.
const BAND_GAP: f64 = 0.6;

/// A gutter may be crossed by this part of the lines at most: they stand above, below or between the columns.
const CROSSED: f64 = 0.25;

/// Regions nested deeper than this, or of more lines, are read row by row: no page that anyone reads has such.
const DEEPEST: u32 = 40;
const MOST: usize = 3_000;

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// The segment of that index.
    Segment(usize),
    /// The table of that index, cell by cell.
    Table(usize),
}

/// What is put in order.
#[derive(Clone)]
struct Item {
    read: Read,
    area: Area,
    size: f64,
    ends_in_colon: bool,
    has_digit: bool,
}

/// Segments and tables in reading order. Lines written upwards, downwards or askew come after those written across, each
/// direction by itself.
pub(crate) fn reading_order(words: &[PlacedWord], segments: &[Segment], tables: &[FoundTable]) -> Vec<Read> {
    let mut across = Vec::new();
    let mut turned = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        if segment.direction == Direction::RIGHT {
            across.push(item(index, segment, words));
        } else {
            turned.push((segment.direction, segment.baseline, Read::Segment(index)));
        }
    }
    across.extend(tables.iter().enumerate().map(|(index, table)| {
        Item {
            read: Read::Table(index),
            area: Area::around(
                table
                    .cells
                    .iter()
                    .flat_map(|cell| &cell.lines)
                    .map(|line| &line.area),
            )
            .unwrap_or(table.area),
            size: table
                .cells
                .first()
                .and_then(|cell| cell.lines.first())
                .map_or(0.0, |line| line.size),
            ends_in_colon: false,
            has_digit: false,
        }
    }));
    let mut order = Vec::with_capacity(segments.len());
    read(across, 0, &mut order);
    turned.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    order.extend(turned.into_iter().map(|(_, _, read)| read));
    order
}

fn item(index: usize, segment: &Segment, words: &[PlacedWord]) -> Item {
    let texts = || {
        segment
            .words
            .iter()
            .filter_map(|word| words.get(*word))
            .map(|word| word.text.as_str())
    };
    Item {
        read: Read::Segment(index),
        area: segment.area,
        size: segment.size,
        ends_in_colon: texts().next_back().is_some_and(|text| text.ends_with(':')),
        has_digit: texts().any(|text| text.contains(|c: char| c.is_ascii_digit())),
    }
}

fn read(items: Vec<Item>, depth: u32, order: &mut Vec<Read>) {
    if items.len() < 2 || items.len() > MOST || depth > DEEPEST {
        return by_rows(items, order);
    }
    let deeper = depth.saturating_add(1);
    if let Some((left, right)) = columns(&items) {
        read(left, deeper, order);
        return read(right, deeper, order);
    }
    match bands_around_gutter(&items).or_else(|| halves(&items)) {
        Some(bands) => bands.into_iter().for_each(|band| read(band, deeper, order)),
        None => by_rows(items, order),
    }
}

/// Row by row, left to right.
fn by_rows(items: Vec<Item>, order: &mut Vec<Read>) {
    for row in rows(items) {
        order.extend(row.iter().map(|item| item.read));
    }
}

/// Items side by side, rows from the top.
fn rows(mut items: Vec<Item>) -> Vec<Vec<Item>> {
    items.sort_by(|a, b| {
        a.area
            .center_y()
            .total_cmp(&b.area.center_y())
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    let mut rows: Vec<Vec<Item>> = Vec::new();
    for item in items {
        let same = rows.last().and_then(|row| row.first()).is_some_and(|first| {
            let shared = first.area.overlap_y(&item.area);
            shared > 0.5 * first.area.height().min(item.area.height())
        });
        match rows.last_mut() {
            Some(row) if same => row.push(item),
            _ => rows.push(vec![item]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.area.x0.total_cmp(&b.area.x0));
    }
    rows
}

/// The items left and right of the widest gutter, where both sides are columns of text.
fn columns(items: &[Item]) -> Option<(Vec<Item>, Vec<Item>)> {
    let mut gutters = gaps(items, |area| (area.x0, area.x1));
    let em = typical_size(items);
    gutters.retain(|(from, to)| to - from >= GUTTER * em);
    gutters.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)).then(a.0.total_cmp(&b.0)));
    gutters.truncate(MOST_GUTTERS);
    gutters.into_iter().find_map(|(from, _)| {
        let (left, right): (Vec<Item>, Vec<Item>) = items
            .iter()
            .cloned()
            .partition(|item| item.area.center_x() <= from);
        are_columns(&left, &right).then_some((left, right))
    })
}

/// Whether two sides of a gutter are read one after the other. They are not where each line on the left goes with the
/// one on the right, as names and values or the columns of a table do.
fn are_columns(left: &[Item], right: &[Item]) -> bool {
    let (left_rows, right_rows) = (rows(left.to_vec()), rows(right.to_vec()));
    if left_rows.len() < COLUMN_LINES || right_rows.len() < COLUMN_LINES {
        return false;
    }
    let paired = |rows: &[Vec<Item>], others: &[Item]| {
        count(rows.iter().filter(|row| has_partner(row, others)).count())
    };
    if share(left.iter(), |item| item.ends_in_colon) >= 0.4 {
        return paired(&left_rows, right) < 0.5 * count(left_rows.len());
    }
    // What stands next to the gutter: a value beside its name has a digit, a name beside an address has none.
    let nearest = || right_rows.iter().filter_map(|row| row.first());
    let short = right
        .iter()
        .map(|item| item.area.width() / item.size.max(1.0))
        .sum::<f64>()
        < VALUE * count(right.len());
    let values = share(nearest(), |item| item.has_digit) >= 0.5;
    let rows = if short {
        right_rows.len()
    } else {
        left_rows.len().max(right_rows.len())
    };
    !values || paired(&right_rows, left) < 0.75 * count(rows)
}

/// Whether any of the others stands on the same height.
fn has_partner(row: &[Item], others: &[Item]) -> bool {
    row.first().is_some_and(|item| {
        others
            .iter()
            .any(|other| other.area.overlap_y(&item.area) > 0.6 * other.area.height().min(item.area.height()))
    })
}

/// The part of the items of which that holds.
fn share<'i>(items: impl Iterator<Item = &'i Item> + Clone, holds: fn(&Item) -> bool) -> f64 {
    let all = items.clone().count().max(1);
    count(items.filter(|item| holds(item)).count()) / count(all)
}

/// Where a gutter would part the items but for a few that cross it: the stretches with and without those, from the top.
fn bands_around_gutter(items: &[Item]) -> Option<Vec<Vec<Item>>> {
    let em = typical_size(items);
    let allowed = CROSSED * count(items.len());
    let sorted = |edge: fn(&Item) -> f64| {
        let mut edges: Vec<f64> = items.iter().map(edge).collect();
        edges.sort_by(f64::total_cmp);
        edges
    };
    let (starts, ends) = (sorted(|item| item.area.x0), sorted(|item| item.area.x1));
    let best = ends
        .iter()
        .map(|edge| edge + GUTTER * em / 2.0)
        .map(|x| {
            let left = ends.partition_point(|end| *end <= x);
            let right = starts.len() - starts.partition_point(|start| *start < x);
            (items.len().saturating_sub(left + right), left, right, x)
        })
        .filter(|(crossed, left, right, _)| {
            *crossed > 0 && count(*crossed) <= allowed && left.min(right) > crossed.max(&COLUMN_LINES)
        })
        .map(|(crossed, _, _, x)| (crossed, x))
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))?;

    let crosses = |item: &Item| item.area.x0 < best.1 && best.1 < item.area.x1;
    let mut bands: Vec<(bool, Vec<Item>)> = Vec::new();
    for row in rows(items.to_vec()) {
        let crossed = row.iter().any(crosses);
        match bands.last_mut() {
            Some((kind, band)) if *kind == crossed => band.extend(row),
            _ => bands.push((crossed, row)),
        }
    }
    // Only where a band between crossing lines is really columns is anything gained.
    let gains = bands
        .iter()
        .any(|(crossed, band)| !crossed && columns(band).is_some());
    (gains && bands.len() > 1).then(|| bands.into_iter().map(|(_, band)| band).collect())
}

/// The items above and below the highest gap.
fn halves(items: &[Item]) -> Option<Vec<Vec<Item>>> {
    let em = typical_size(items);
    let (from, _) = gaps(items, |area| (area.y0, area.y1))
        .into_iter()
        .filter(|(from, to)| to - from >= BAND_GAP * em)
        .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)).then(b.0.total_cmp(&a.0)))?;
    let (upper, lower) = items
        .iter()
        .cloned()
        .partition(|item| item.area.center_y() <= from);
    Some(vec![upper, lower])
}

/// Stretches of an axis between items that no item covers.
fn gaps(items: &[Item], extent: fn(&Area) -> (f64, f64)) -> Vec<(f64, f64)> {
    let mut extents: Vec<(f64, f64)> = items.iter().map(|item| extent(&item.area)).collect();
    extents.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found = Vec::new();
    let mut covered = f64::NEG_INFINITY;
    for (from, to) in extents {
        if covered.is_finite() && from > covered {
            found.push((covered, from));
        }
        covered = covered.max(to);
    }
    found
}

fn typical_size(items: &[Item]) -> f64 {
    let mut sizes: Vec<f64> = items.iter().map(|item| item.size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}
