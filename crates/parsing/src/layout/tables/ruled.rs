//! Tables between drawn lines.

use super::columns::Columns;
use super::draft::Draft;
use super::figures::is_figure;
use super::head::header_rows;
use super::{FoundCell, FoundTable, grouping, lines_of, members, text_of, text_rows};
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::lines::Segment;
use crate::layout::rules::Rules;
use crate::layout::{DrawnRule, PlacedWord, count};

/// Lines this near to each other touch, in points.
const TOUCH: f64 = 2.0;

/// Lines this near to each other are one border, in points.
const SAME_BORDER: f64 = 3.0;

/// More lines than these on a page are a drawing, not tables.
const MAX_RULES: usize = 3_000;

/// A grid finer than this is graph paper.
const MAX_COLUMNS: usize = 60;
const MAX_ROWS: usize = 500;

/// A table has at least this part of its cells filled.
const FILLED: f64 = 0.25;

pub(super) fn find(words: &[PlacedWord], rules: &[DrawnRule]) -> Vec<FoundTable> {
    if rules.len() > MAX_RULES {
        return Vec::new();
    }
    let mut tables: Vec<FoundTable> = connected(rules)
        .iter()
        .filter_map(|rules| Grid::of(rules)?.table(words))
        .collect();
    // A frame around other tables is not a table of its own.
    tables.sort_by(|a, b| (a.area.width() * a.area.height()).total_cmp(&(b.area.width() * b.area.height())));
    let mut apart: Vec<FoundTable> = Vec::new();
    for table in tables {
        if !apart.iter().any(|inner| {
            inner
                .area
                .intersection(&table.area)
                .is_some_and(|shared| shared.height() > TOUCH && shared.width() > TOUCH)
        }) {
            apart.push(table);
        }
    }
    apart
}

/// Groups of lines that touch each other, directly or through others.
fn connected(rules: &[DrawnRule]) -> Vec<Vec<DrawnRule>> {
    let mut open: Vec<DrawnRule> = rules.to_vec();
    let mut groups = Vec::new();
    while let Some(first) = open.pop() {
        let mut group = vec![first];
        let mut next = 0;
        while let Some(rule) = group.get(next).copied() {
            next += 1;
            let reach = rule.area.grown(TOUCH);
            let (touching, rest): (Vec<_>, Vec<_>) = open
                .into_iter()
                .partition(|other| other.area.intersection(&reach).is_some());
            open = rest;
            group.extend(touching);
        }
        groups.push(group);
    }
    groups
}

/// Borders of a table: where its lines run.
struct Grid {
    xs: Vec<f64>,
    ys: Vec<f64>,
    rules: Vec<DrawnRule>,
}

impl Grid {
    fn of(rules: &[DrawnRule]) -> Option<Self> {
        let (across, down): (Vec<&DrawnRule>, Vec<&DrawnRule>) =
            rules.iter().partition(|rule| rule.horizontal);
        let around = Area::around(rules.iter().map(|rule| &rule.area))?;
        let inner = down.iter().map(|rule| rule.area.center_x());
        let xs = borders(inner, down.len(), around.x0, around.x1);
        let inner = across.iter().map(|rule| rule.area.center_y());
        let ys = borders(inner, across.len(), around.y0, around.y1);
        let fits = (3..=MAX_COLUMNS + 1).contains(&xs.len()) && (3..=MAX_ROWS + 1).contains(&ys.len());
        fits.then(|| Self {
            xs,
            ys,
            rules: rules.to_vec(),
        })
    }

    fn table(&self, words: &[PlacedWord]) -> Option<FoundTable> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut held: Vec<Vec<usize>> = vec![Vec::new(); columns * rows];
        for (index, word) in words.iter().enumerate() {
            if word.direction == Direction::RIGHT
                && let (Some(column), Some(row)) = (
                    step(&self.xs, word.area.center_x()),
                    step(&self.ys, word.area.center_y()),
                )
                && let Some(cell) = held.get_mut(row * columns + column)
            {
                cell.push(index);
            }
        }
        let cells = self.cells(words, &held);
        let table = without_empty(FoundTable {
            area: Area {
                x0: *self.xs.first()?,
                y0: *self.ys.first()?,
                x1: *self.xs.last()?,
                y1: *self.ys.last()?,
            },
            rows,
            columns,
            header_rows: 0,
            ruled: true,
            continues: false,
            cells,
        });
        let mut table = split_rows(words, without_frame(table));
        let places: usize = table
            .cells
            .iter()
            .map(|cell| cell.row_span * cell.column_span)
            .sum();
        let is_table = table.columns >= 2
            && table.rows >= 2
            && table.cells.len() >= 4
            && count(places) >= FILLED * count(table.rows * table.columns);
        table.header_rows = header_rows(words, &table.cells, table.rows);
        is_table.then_some(table)
    }

    /// Cells, merged where no line is drawn between them.
    fn cells(&self, words: &[PlacedWord], held: &[Vec<usize>]) -> Vec<FoundCell> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut owned = vec![false; columns * rows];
        let mut cells = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                if owned.get(row * columns + column).copied().unwrap_or(true) {
                    continue;
                }
                let column_span = 1
                    + (column + 1..columns)
                        .take_while(|next| {
                            !owned.get(row * columns + next).copied().unwrap_or(true)
                                && !self.wall_left_of(*next, row)
                        })
                        .count();
                let row_span = 1
                    + (row + 1..rows)
                        .take_while(|next| {
                            (column..column + column_span).all(|column| {
                                !owned.get(next * columns + column).copied().unwrap_or(true)
                                    && !self.wall_above(*next, column)
                            }) && (column + 1..column + column_span)
                                .all(|inner| !self.wall_left_of(inner, *next))
                        })
                        .count();
                let mut members = Vec::new();
                for row in row..row + row_span {
                    for column in column..column + column_span {
                        let place = row * columns + column;
                        members.extend(held.get(place).into_iter().flatten().copied());
                        if let Some(owned) = owned.get_mut(place) {
                            *owned = true;
                        }
                    }
                }
                if !members.is_empty()
                    && let Some(area) = self.area(row, column, row_span, column_span)
                {
                    let lines = lines_of(words, &members);
                    cells.push(FoundCell {
                        row,
                        column,
                        row_span,
                        column_span,
                        area,
                        lines,
                    });
                }
            }
        }
        cells
    }

    fn area(&self, row: usize, column: usize, row_span: usize, column_span: usize) -> Option<Area> {
        Some(Area {
            x0: *self.xs.get(column)?,
            y0: *self.ys.get(row)?,
            x1: *self.xs.get(column + column_span)?,
            y1: *self.ys.get(row + row_span)?,
        })
    }

    fn wall_left_of(&self, column: usize, row: usize) -> bool {
        let (Some(x), Some(middle)) = (self.xs.get(column), middle(&self.ys, row)) else {
            return true;
        };
        self.rules.iter().any(|rule| {
            !rule.horizontal
                && (rule.area.center_x() - x).abs() <= SAME_BORDER
                && rule.area.y0 - TOUCH <= middle
                && middle <= rule.area.y1 + TOUCH
        })
    }

    fn wall_above(&self, row: usize, column: usize) -> bool {
        let (Some(y), Some(middle)) = (self.ys.get(row), middle(&self.xs, column)) else {
            return true;
        };
        self.rules.iter().any(|rule| {
            rule.horizontal
                && (rule.area.center_y() - y).abs() <= SAME_BORDER
                && rule.area.x0 - TOUCH <= middle
                && middle <= rule.area.x1 + TOUCH
        })
    }
}

/// Distinct places of lines, and the ends of the lines that cross them where they reach further.
fn borders(lines: impl Iterator<Item = f64>, count: usize, from: f64, to: f64) -> Vec<f64> {
    if count == 0 {
        return Vec::new();
    }
    let mut all: Vec<f64> = lines.chain([from, to]).collect();
    all.sort_by(f64::total_cmp);
    let mut distinct: Vec<f64> = Vec::new();
    for place in all {
        if distinct.last().is_none_or(|last| place - last > SAME_BORDER) {
            distinct.push(place);
        }
    }
    distinct
}

/// The interval that holds the place.
fn step(borders: &[f64], place: f64) -> Option<usize> {
    let above = borders.partition_point(|border| *border <= place);
    (above > 0 && above < borders.len()).then(|| above - 1)
}

fn middle(borders: &[f64], interval: usize) -> Option<f64> {
    Some(f64::midpoint(
        *borders.get(interval)?,
        *borders.get(interval + 1)?,
    ))
}

/// Leaves out rows and columns in which no cell begins: borders drawn as two lines make such.
fn without_empty(mut table: FoundTable) -> FoundTable {
    let used_rows: Vec<bool> = (0..table.rows)
        .map(|row| table.cells.iter().any(|cell| cell.row == row))
        .collect();
    let used_columns: Vec<bool> = (0..table.columns)
        .map(|column| table.cells.iter().any(|cell| cell.column == column))
        .collect();
    let used = |flags: &[bool], from: usize, span: usize| {
        flags.iter().skip(from).take(span).filter(|used| **used).count()
    };
    for cell in &mut table.cells {
        cell.row_span = used(&used_rows, cell.row, cell.row_span).max(1);
        cell.column_span = used(&used_columns, cell.column, cell.column_span).max(1);
        cell.row = used(&used_rows, 0, cell.row);
        cell.column = used(&used_columns, 0, cell.column);
    }
    table.rows = used(&used_rows, 0, table.rows);
    table.columns = used(&used_columns, 0, table.columns);
    table
}

/// Leaves out rows at the top and the bottom that hold next to nothing of the columns: titles and notes that share the
/// table's frame.
fn without_frame(mut table: FoundTable) -> FoundTable {
    let is_frame = |row: usize| {
        let held = table
            .cells
            .iter()
            .filter(|cell| cell.row <= row && row < cell.row + cell.row_span);
        let held: Vec<&FoundCell> = held.collect();
        let spans_all = matches!(held.as_slice(), [one] if one.column_span == table.columns);
        spans_all || (table.columns >= 4 && held.len() <= table.columns / 4)
    };
    let top = (0..table.rows).take_while(|row| is_frame(*row)).count();
    let bottom = (top..table.rows).rev().take_while(|row| is_frame(*row)).count();
    let end = table.rows - bottom;
    if top == 0 && bottom == 0 {
        return table;
    }
    table.cells.retain(|cell| top <= cell.row && cell.row < end);
    for cell in &mut table.cells {
        cell.row -= top;
    }
    table.rows = end - top;
    if let Some(area) = Area::around(table.cells.iter().map(|cell| &cell.area)) {
        table.area = area;
    }
    without_empty(table)
}

/// Splits rows that hold several figures below each other in one cell: the producer drew the columns' borders and left
/// out those between the rows.
fn split_rows(words: &[PlacedWord], mut table: FoundTable) -> FoundTable {
    let mut cells = Vec::with_capacity(table.cells.len());
    let mut added = 0;
    let below_names = table
        .cells
        .iter()
        .filter(|cell| cell.row == 0)
        .all(|cell| cell.lines.len() == 1);
    for row in 0..table.rows {
        let here: Vec<&FoundCell> = table.cells.iter().filter(|cell| cell.row == row).collect();
        let mut starts = row_starts(words, &table.cells, row);
        if starts.len() < 2 && table.rows <= 2 {
            starts = row_starts_of_words(words, &here);
            // A box with names above values is no table of two rows.
            if starts.len() < 3 && !(row == 1 && below_names) {
                starts.clear();
            }
        }
        for cell in here {
            let mut cell = cell.clone();
            cell.row += added;
            if starts.len() < 2 || cell.row_span > 1 {
                if cell.row_span > 1 {
                    cell.row_span += starts.len().max(1) - 1;
                }
                cells.push(cell);
            } else {
                cells.extend(split_cell(&cell, &starts));
            }
        }
        added += starts.len().max(1) - 1;
    }
    cells.sort_by_key(|cell| (cell.row, cell.column));
    table.rows += added;
    table.cells = cells;
    table
}

/// The upper edges of the rows within a row, by the column of figures that has most; empty where there is none.
fn row_starts(words: &[PlacedWord], cells: &[FoundCell], row: usize) -> Vec<f64> {
    if cells
        .iter()
        .any(|cell| cell.row < row && row < cell.row + cell.row_span)
    {
        return Vec::new();
    }
    cells
        .iter()
        .filter(|cell| cell.row == row && cell.row_span == 1 && cell.column_span == 1)
        .filter(|cell| {
            cell.lines
                .iter()
                .all(|line| is_figure(&text_of(words, &line.words)))
        })
        .map(|cell| {
            cell.lines
                .iter()
                .map(|line| line.area.y0 - 0.3 * line.area.height())
                .collect::<Vec<f64>>()
        })
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

/// The same where nothing is a figure, by how the lines of text lie in the columns.
fn row_starts_of_words(words: &[PlacedWord], here: &[&FoundCell]) -> Vec<f64> {
    let is_plain = |cell: &&&FoundCell| cell.row_span == 1 && cell.column_span == 1;
    if here.len() < 2 || !here.iter().all(|cell| is_plain(&cell)) {
        return Vec::new();
    }
    let columns = Columns::between(here.iter().map(|cell| (cell.area.x0, cell.area.x1)).collect());
    let members: Vec<usize> = here.iter().flat_map(|cell| members(cell)).collect();
    let walls: Vec<DrawnRule> = here.iter().map(|cell| left_border(cell)).collect();
    let rows = text_rows::rows(words, &members, &Rules::of(&walls));
    let fits = vec![true; rows.len()];
    let Some(draft) = Draft::of(words, &rows, &fits, &columns, None, &Rules::default()) else {
        return Vec::new();
    };
    let groups = grouping::groups(&draft, &Rules::default());
    let firsts = groups.iter().filter_map(|group| rows.get(*group.first()?));
    firsts.map(|row| row.area.y0 - 0.3 * row.size).collect()
}

fn left_border(cell: &FoundCell) -> DrawnRule {
    DrawnRule {
        area: Area {
            x1: cell.area.x0,
            ..cell.area
        },
        horizontal: false,
    }
}

fn split_cell(cell: &FoundCell, starts: &[f64]) -> Vec<FoundCell> {
    let mut parts: Vec<(usize, Vec<Segment>)> = Vec::new();
    for line in &cell.lines {
        let part = starts
            .partition_point(|start| *start <= line.area.center_y())
            .max(1)
            - 1;
        match parts.last_mut() {
            Some((last, lines)) if *last == part => lines.push(line.clone()),
            _ => parts.push((part, vec![line.clone()])),
        }
    }
    parts
        .into_iter()
        .filter_map(|(part, lines)| {
            let area = Area::around(lines.iter().map(|line| &line.area))?;
            let area = Area {
                x0: cell.area.x0,
                x1: cell.area.x1,
                ..area
            };
            Some(FoundCell {
                row: cell.row + part,
                area,
                lines,
                ..cell.clone()
            })
        })
        .collect()
}
