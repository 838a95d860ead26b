//! The head of a table: which rows name its columns, and which columns a name stands above.

use super::figures::{is_figure, is_placeholder, is_year};
use super::{FoundCell, members, text_of};
use crate::layout::{PlacedWord, count};

/// A head has no more rows than this: more rows of words above the first figure are contents.
const MOST_ROWS: usize = 4;

/// The rows of a head name at least this part of the columns.
const NAMED: f64 = 0.6;

/// A name whose middle is this near to the middle of several columns stands above all of them, in ems.
const CENTERED: f64 = 1.0;

/// A name that has an edge or its middle this near to that of one column stands above that one, in ems.
const OVER_ONE: f64 = 0.3;

/// A name that lies over one column with this part of its length stands above that one.
const WITHIN: f64 = 0.6;

/// What of a table's cells is needed to tell its head: texts by row and column.
struct Texts {
    cells: Vec<(std::ops::Range<usize>, std::ops::Range<usize>, String)>,
    columns: usize,
    /// Columns whose figures are years.
    years: Vec<bool>,
}

impl Texts {
    fn of(words: &[PlacedWord], cells: &[FoundCell]) -> Self {
        let columns = cells
            .iter()
            .map(|cell| cell.column + cell.column_span)
            .max()
            .unwrap_or(0);
        let cells: Vec<_> = cells
            .iter()
            .map(|cell| {
                let rows = cell.row..cell.row + cell.row_span;
                let columns = cell.column..cell.column + cell.column_span;
                (rows, columns, text_of(words, &members(cell)))
            })
            .collect();
        let mut counts = vec![(0_usize, 0_usize); columns];
        for (_, at, text) in &cells {
            if let Some((years, figures)) = counts.get_mut(at.start).filter(|_| is_figure(text)) {
                *figures += 1;
                *years += usize::from(is_year(text));
            }
        }
        let years = counts
            .iter()
            .map(|(years, figures)| count(*years) > 0.6 * count(*figures))
            .collect();
        Self {
            cells,
            columns,
            years,
        }
    }

    fn in_row(&self, row: usize) -> impl Iterator<Item = (&std::ops::Range<usize>, &str)> {
        let here = self.cells.iter().filter(move |(rows, _, _)| rows.contains(&row));
        here.map(|(_, columns, text)| (columns, text.as_str()))
    }

    /// Whether nothing in the row is a figure, but for years that name columns.
    fn has_names_only(&self, row: usize) -> bool {
        self.in_row(row).all(|(columns, text)| {
            let names = is_year(text) && !self.years.get(columns.start).copied().unwrap_or(true);
            (!is_figure(text) || names) && !is_placeholder(text)
        })
    }

    fn is_filled(&self, row: usize, column: usize) -> bool {
        self.in_row(row).any(|(columns, _)| columns.contains(&column))
    }

    /// Whether a row has one cell alone: a name for rows that follow, or a sentence.
    fn is_lone(&self, row: usize) -> bool {
        self.in_row(row).count() < 2
    }

    /// Whether some column holds figures for the most part below the head. Forms have names and values in all of them.
    fn has_figures_below(&self, head: usize) -> bool {
        (0..self.columns).any(|column| {
            let below = || {
                let cells = self
                    .cells
                    .iter()
                    .filter(|(rows, columns, _)| rows.start >= head && columns.start == column);
                cells.filter(|(_, _, text)| !is_placeholder(text))
            };
            let figures = below().filter(|(_, _, text)| is_figure(text)).count();
            figures > 0 && count(figures) >= NAMED * count(below().count())
        })
    }
}

/// How many rows at the top name the columns: those without a figure above the first row that has one.
pub(super) fn header_rows(words: &[PlacedWord], cells: &[FoundCell], rows: usize) -> usize {
    let texts = Texts::of(words, cells);
    let bold = || usize::from(rows > 1 && is_bold_row(words, cells, 0) && !is_bold_row(words, cells, 1));
    let is_complete = |row: usize| {
        let filled = (0..texts.columns).filter(|column| texts.is_filled(row, *column));
        texts.columns > 2 && count(filled.count()) >= NAMED * count(texts.columns)
    };
    let mut head = (0..rows).take_while(|row| texts.has_names_only(*row)).count();
    if head == rows {
        // A table of words alone.
        return bold();
    }
    let named = |head: usize| {
        let columns = (0..texts.columns).filter(|column| (0..head).any(|row| texts.is_filled(row, *column)));
        count(columns.count()) >= NAMED * count(texts.columns).max(2.0)
    };
    while head > 1 && texts.is_lone(head - 1) && (texts.is_filled(head - 1, 0) || named(head - 1)) {
        head -= 1;
    }
    if head > 0 && head <= MOST_ROWS && named(head) && texts.has_figures_below(head) {
        return head;
    }
    let corner_is_empty = !texts.is_filled(0, 0)
        && rows > 2
        && (1..rows).all(|row| texts.is_filled(row, 0))
        && (1..texts.columns).all(|column| texts.is_filled(0, column));
    match () {
        () if corner_is_empty => 1,
        () if is_complete(0) => bold(),
        () => 0,
    }
}

fn is_bold_row(words: &[PlacedWord], cells: &[FoundCell], row: usize) -> bool {
    let all: Vec<usize> = cells
        .iter()
        .filter(|cell| cell.row == row)
        .flat_map(members)
        .collect();
    let bold = all
        .iter()
        .filter_map(|index| words.get(*index))
        .filter(|word| word.bold)
        .count();
    !all.is_empty() && count(bold) >= 0.8 * count(all.len())
}

/// The columns that each of the names of a row stands above, as first and number. `names` are horizontal extents from
/// left to right, `underlines` those of the lines drawn right below the row. None where a name stands over a column that
/// another one has.
pub(super) fn spanned(
    names: &[(f64, f64)],
    columns: &[(f64, f64)],
    underlines: &[(f64, f64)],
    em: f64,
) -> Option<Vec<(usize, usize)>> {
    if let Some(shares) = shared_out(names, columns, em) {
        return Some(shares);
    }
    let mut found: Vec<(usize, usize)> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let free = found.last().map_or(0, |(first, span)| first + span);
        let until = names.get(index + 1).map_or(f64::INFINITY, |next| next.0);
        let span = underlined(*name, columns, underlines)
            .or_else(|| overlapped(*name, columns, em))
            .or_else(|| centered(*name, columns, free, until, em))?;
        if span.0 < free {
            return None;
        }
        found.push(span);
    }
    Some(found)
}

/// Where several names share out all columns but the first ones, each in the middle of its own.
fn shared_out(names: &[(f64, f64)], columns: &[(f64, f64)], em: f64) -> Option<Vec<(usize, usize)>> {
    let nearest = |column: &(f64, f64)| {
        let distance = |name: &(f64, f64)| (middle(*name) - middle(*column)).abs();
        (0..names.len()).min_by(|a, b| {
            let of = |index: &usize| names.get(*index).map_or(f64::INFINITY, distance);
            of(a).total_cmp(&of(b))
        })
    };
    let shares = |skipped: usize| -> Option<Vec<(usize, usize)>> {
        let owners: Vec<usize> = columns.iter().skip(skipped).filter_map(nearest).collect();
        let mut first = skipped;
        let mut shares = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            let number = owners.iter().filter(|owner| **owner == index).count();
            let (left, right) = (
                columns.get(first)?,
                columns.get((first + number).checked_sub(1)?)?,
            );
            let off = (middle((left.0, right.1)) - middle(*name)).abs();
            if number < 2 || off > CENTERED * em {
                return None;
            }
            shares.push((first, number));
            first += number;
        }
        Some(shares)
    };
    if names.len() < 2 {
        return None;
    }
    (0..=2).find_map(shares)
}

fn middle(extent: (f64, f64)) -> f64 {
    f64::midpoint(extent.0, extent.1)
}

fn between(columns: &[(f64, f64)], from: f64, to: f64) -> Option<(usize, usize)> {
    let within = |column: &&(f64, f64)| (from..=to).contains(&middle(**column));
    let first = columns.iter().position(|column| within(&column))?;
    Some((first, columns.iter().filter(within).count()))
}

/// The columns above which the line below the name runs.
fn underlined(name: (f64, f64), columns: &[(f64, f64)], underlines: &[(f64, f64)]) -> Option<(usize, usize)> {
    let line = underlines
        .iter()
        .find(|line| line.1.min(name.1) - line.0.max(name.0) >= 0.8 * (name.1 - name.0))?;
    // A line below the whole row says nothing of one name.
    let (from, to) = (columns.first()?.0, columns.last()?.1);
    let whole = line.1.min(to) - line.0.max(from) >= 0.9 * (to - from);
    let span = between(columns, line.0, line.1)?;
    (!whole && span.1 > 1).then_some(span)
}

/// The columns that the name overlaps, where they are several, or where it is set as the one is.
fn overlapped(name: (f64, f64), columns: &[(f64, f64)], em: f64) -> Option<(usize, usize)> {
    let over = |column: &&(f64, f64)| column.1.min(name.1) - column.0.max(name.0) > OVER_ONE * em;
    let first = columns.iter().position(|column| over(&column))?;
    let number = columns.iter().filter(over).count();
    let column = *columns.get(first)?;
    let near = |a: f64, b: f64| (a - b).abs() <= OVER_ONE * em;
    let as_one = near(name.0, column.0) || near(name.1, column.1) || near(middle(name), middle(column));
    let within = column.1.min(name.1) - column.0.max(name.0) >= WITHIN * (name.1 - name.0);
    (number > 1 || as_one || within).then_some((first, number))
}

/// The fewest columns from one on that the name stands in the middle of, else the nearest one.
fn centered(
    name: (f64, f64),
    columns: &[(f64, f64)],
    free: usize,
    until: f64,
    em: f64,
) -> Option<(usize, usize)> {
    let distance = |column: &(f64, f64)| (middle(*column) - middle(name)).abs();
    let nearest = (0..columns.len()).min_by(|a, b| {
        let of = |index: &usize| columns.get(*index).map_or(f64::INFINITY, distance);
        of(a).total_cmp(&of(b))
    })?;
    let several = (2..=columns.len()).find_map(|number| {
        (free..=nearest)
            .filter(|first| first + number > nearest)
            .find_map(|first| {
                let (left, right) = (columns.get(first)?, columns.get(first + number - 1)?);
                let centered = (middle((left.0, right.1)) - middle(name)).abs() <= CENTERED * em;
                (centered && right.0 < until).then_some((first, number))
            })
    });
    Some(several.unwrap_or((nearest, 1)))
}
