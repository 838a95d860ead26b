//! Which cells of a sheet are a table together.
//!
//! A sheet is one table, unless empty rows or columns part what does not belong together: a title, tables below or
//! beside each other. Empty rows and columns within a table, as reports have them for looks, part nothing.

use std::collections::BTreeMap;

use super::cells::SheetCell;
use crate::flow::{Grid, GridCell, Text};

/// No more rows than this name the columns.
const MOST_HEADER_ROWS: usize = 4;
/// Names of columns are not longer.
const LONGEST_NAME: usize = 120;

/// The tables of a sheet, from top to bottom, those beside each other from left to right.
pub(super) fn tables(mut cells: Vec<SheetCell>) -> Vec<Grid> {
    cells.retain(|cell| !cell.text.trim().is_empty());
    // A cell that a file sets twice is the last of them.
    cells.reverse();
    cells.sort_by_key(|cell| (cell.row, cell.column));
    cells.dedup_by_key(|cell| (cell.row, cell.column));
    let mut tables = Vec::new();
    for band in bands(cells) {
        for part in parts(band) {
            let (title, rest) = title(part);
            tables.extend(title.map(grid));
            tables.extend((!rest.is_empty()).then(|| grid(rest)));
        }
    }
    tables
}

/// Rows without an empty one between them, or that go on below one.
struct Band {
    cells: Vec<SheetCell>,
    /// The first and last column that hold anything.
    columns: (u32, u32),
}

impl Band {
    fn of(cells: Vec<SheetCell>) -> Option<Self> {
        let columns = columns(&cells)?;
        Some(Self { cells, columns })
    }

    /// Whether the rows below an empty one belong to the table above it: they have its columns and no names of their
    /// own.
    fn goes_on_with(&self, below: &Self) -> bool {
        let (first, last) = self.columns;
        let (from, to) = below.columns;
        let is_table = last > first;
        is_table && first <= from && to <= last && from < to && header_rows(&below.cells) == 0
    }
}

/// Cuts at empty rows, and puts together again what goes on below.
fn bands(cells: Vec<SheetCell>) -> Vec<Vec<SheetCell>> {
    let mut bands: Vec<Band> = Vec::new();
    let mut next: Vec<SheetCell> = Vec::new();
    let mut covered = 0;
    for cell in cells {
        if !next.is_empty() && cell.row > covered {
            add(&mut bands, std::mem::take(&mut next));
        }
        let last_row = cell.row.saturating_add(cell.row_span);
        covered = if next.is_empty() {
            last_row
        } else {
            covered.max(last_row)
        };
        next.push(cell);
    }
    add(&mut bands, next);
    bands.into_iter().map(|band| band.cells).collect()
}

fn add(bands: &mut Vec<Band>, next: Vec<SheetCell>) {
    let Some(next) = Band::of(next) else { return };
    match bands.last_mut() {
        Some(above) if above.goes_on_with(&next) => above.cells.extend(next.cells),
        _ => bands.push(next),
    }
}

/// The first and last column that hold anything.
fn columns(cells: &[SheetCell]) -> Option<(u32, u32)> {
    let columns = || cells.iter().map(|cell| cell.column);
    Some((columns().min()?, columns().max()?))
}

/// Cuts at empty columns where what stands to the right has a column of words of its own at its left, with things
/// beside it.
fn parts(band: Vec<SheetCell>) -> Vec<Vec<SheetCell>> {
    // Of each column: how many cells, how many of words, and where the widest of them ends.
    let mut used: BTreeMap<u32, (usize, usize, u32)> = BTreeMap::new();
    for cell in &band {
        let (all, words, end) = used.entry(cell.column).or_default();
        *all = all.saturating_add(1);
        *words = words.saturating_add(usize::from(cell.is_text));
        *end = (*end).max(cell.column.saturating_add(cell.column_span));
    }
    let mut cuts = Vec::new();
    let mut reach = u32::MAX;
    let mut before = 0_usize;
    for (column, (all, words, end)) in &used {
        let beside = used.get(&column.saturating_add(1)).map_or(0, |(all, _, _)| *all);
        let of_words = *all >= 2 && words.saturating_mul(10) >= all.saturating_mul(8);
        if *column > reach && of_words && beside >= 2 && before >= 4 {
            cuts.push(*column);
        }
        reach = if reach == u32::MAX { *end } else { reach.max(*end) };
        before = before.saturating_add(*all);
    }
    if cuts.is_empty() {
        return vec![band];
    }
    let mut parts: Vec<Vec<SheetCell>> = vec![Vec::new(); cuts.len().saturating_add(1)];
    for cell in band {
        let number = cuts.partition_point(|cut| *cut <= cell.column);
        if let Some(part) = parts.get_mut(number) {
            part.push(cell);
        }
    }
    parts
}

/// A single text over a table is its title.
fn title(cells: Vec<SheetCell>) -> (Option<Vec<SheetCell>>, Vec<SheetCell>) {
    let Some(first) = cells.first() else {
        return (None, cells);
    };
    let alone = cells.get(1).is_none_or(|next| next.row > first.row);
    let Some((left, right)) = columns(&cells) else {
        return (None, cells);
    };
    let over_all = first.column == left
        && (first.column_span == 1 || first.column.saturating_add(first.column_span) > right);
    if alone && over_all && left < right && first.is_text && cells.len() > 2 {
        let mut cells = cells;
        let rest = cells.split_off(1);
        return (Some(cells), rest);
    }
    (None, cells)
}

/// Rows at the top that name what stands below: words only, above rows that hold other things; or bold above not bold;
/// or short words above words.
fn header_rows(cells: &[SheetCell]) -> usize {
    let rows: Vec<&[SheetCell]> = cells
        .chunk_by(|a, b| a.row == b.row)
        .take(MOST_HEADER_ROWS.saturating_add(1))
        .collect();
    let several = cells.last().map(|cell| cell.row) > cells.first().map(|cell| cell.row);
    let Some((left, right)) = columns(cells) else {
        return 0;
    };
    if !several || left == right {
        return 0;
    }
    let named = rows.iter().take_while(|row| names(row, left)).count();
    if (1..rows.len()).contains(&named) && named <= MOST_HEADER_ROWS {
        return named;
    }
    // Words all the way down.
    let bold = |row: &&&[SheetCell]| row.iter().all(|cell| cell.bold);
    let bold_rows = rows.iter().take_while(bold).count();
    if (1..rows.len()).contains(&bold_rows) {
        return bold_rows;
    }
    let width = usize::try_from(right.saturating_sub(left))
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let full = rows.first().is_some_and(|row| row.len() == width);
    usize::from(named > 0 && full && rows.len() > 2 && width > 1)
}

/// Whether the row holds names: words, or years; where the table's first column is `left`.
fn names(row: &[SheetCell], left: u32) -> bool {
    let is_year = |text: &str| text.parse::<u32>().is_ok_and(|n| (1900..2100).contains(&n));
    let fits = |cell: &SheetCell| cell.text.len() <= LONGEST_NAME && (cell.is_text || is_year(&cell.text));
    if !row.iter().all(fits) {
        return false;
    }
    let worded = row.iter().any(|cell| cell.is_text);
    // A single word at the left is the name of a row, and years at the left are values.
    let begins_left = row.first().is_some_and(|cell| cell.column == left);
    let wide = row.iter().all(|cell| cell.column_span > 1);
    if begins_left {
        worded && (row.len() >= 2 || wide)
    } else {
        row.len() >= 2 || worded
    }
}

pub(super) fn grid(cells: Vec<SheetCell>) -> Grid {
    let header = header_rows(&cells);
    let header_end = cells
        .chunk_by(|a, b| a.row == b.row)
        .take(header)
        .filter_map(|row| row.first())
        .last()
        .map(|cell| cell.row);
    // Rows that hold nothing are none of the table: a table of two cells has not a million rows.
    let rows: Vec<u32> = cells
        .chunk_by(|a, b| a.row == b.row)
        .filter_map(|row| row.first())
        .map(|cell| cell.row)
        .collect();
    let mut columns: Vec<u32> = cells.iter().map(|cell| cell.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let number = |list: &[u32], wanted: u32| small(list.partition_point(|n| *n < wanted));
    let set = |cell: SheetCell| {
        let row = number(&rows, cell.row);
        let column = number(&columns, cell.column);
        let row_end = number(&rows, cell.row.saturating_add(cell.row_span));
        let column_end = number(&columns, cell.column.saturating_add(cell.column_span));
        let mut text = Text::default();
        text.push(&cell.text, cell.bold);
        GridCell {
            row,
            column,
            row_span: row_end.saturating_sub(row),
            column_span: column_end.saturating_sub(column),
            address: cell.address(),
            text,
        }
    };
    Grid {
        rows: small(rows.len()),
        columns: small(columns.len()),
        header_rows: header_end.map_or(0, |end| number(&rows, end.saturating_add(1))),
        cells: cells.into_iter().map(set).collect(),
        ..Grid::default()
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::cells::Value;
    use super::*;

    /// Rows of a sheet from A1 on: numbers are numbers, what is empty is not there.
    fn sheet(rows: &[&[&str]]) -> Vec<SheetCell> {
        let mut cells = Vec::new();
        for (row, values) in (0..).zip(rows) {
            for (column, value) in (0..).zip(*values) {
                let value = value
                    .parse()
                    .map_or_else(|_| Value::characters(value), Value::number);
                cells.push(SheetCell::new((row, column), value));
            }
        }
        cells
    }

    /// Rows, columns and header rows of each table.
    fn shapes(rows: &[&[&str]]) -> Vec<(u32, u32, u32)> {
        tables(sheet(rows))
            .iter()
            .map(|grid| (grid.rows, grid.columns, grid.header_rows))
            .collect()
    }

    #[test]
    fn titles_and_tables_below_and_beside_each_other_are_parted() {
        let rows: &[&[&str]] = &[
            &["Report"],
            &["Year", "Ducks", "", "Year", "Geese"],
            &["x", "1", "", "a", "2"],
            &["y", "3", "", "b", "4"],
            &[],
            &["Name", "Age"],
            &["Ann", "40"],
            &[],
            &["a note"],
        ];
        assert_eq!(
            shapes(rows),
            [(1, 1, 0), (3, 2, 1), (3, 2, 1), (2, 2, 1), (1, 1, 0)]
        );
    }

    #[test]
    fn empty_rows_and_columns_for_looks_part_nothing() {
        let rows: &[&[&str]] = &[
            &["", "", "2023", "", "2022"],
            &["In millions", "", "Sales", "", "Sales"],
            &[],
            &["Water", "", "12", "", "11"],
            &["Food", "", "13", "", "10"],
            &[],
            &["Total", "", "25", "", "21"],
        ];
        assert_eq!(shapes(rows), [(5, 3, 2)]);
    }

    #[test]
    fn words_all_the_way_down_have_a_first_row_that_names_them() {
        let rows: &[&[&str]] = &[&["name", "city"], &["Ann", "Bonn"], &["Bob", "Rome"]];
        assert_eq!(shapes(rows), [(3, 2, 1)]);
        let pairs: &[&[&str]] = &[&["name", "Ann"], &["city", "Bonn"]];
        assert_eq!(shapes(pairs), [(2, 2, 0)]);
    }

    #[test]
    fn many_bands_take_little_time() {
        let mut cells = Vec::new();
        for row in 0..200_000 {
            for column in 0..2 {
                cells.push(SheetCell::new((row * 2, column), Value::number(1.0)));
            }
        }
        let begun = std::time::Instant::now();
        assert_eq!(tables(cells).len(), 1);
        assert!(begun.elapsed().as_secs() < 20);
    }
}
