//! Tables of formats that have cells and no places on paper: sheets, Word and slide tables, tables of web pages and mail.
//!
//! The heading of a column is what stands in the cells above it; an entry is a row of cells. Which table is meant says
//! the description, or else the headings.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use domain::parsed::{Block, BlockKind, Page};

use super::grid::{Grid, segments_of_cells};
use super::header::Names;
use super::rows::{self, Column};
use super::wanted::{Wanted, is_row_label};
use super::{ALIKE, ALONE, Claimed, Located};
use crate::layout::ask::Ask;
use crate::layout::ground::Scope;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::slots::Answer;
use crate::lexicon::normal::{squashed, words};

/// Headings have at most so many rows.
const TALLEST: u32 = 3;
/// Each further row of a heading must earn so much.
const ROW_COST: f64 = 0.02;
/// A heading that names a field less well than this does not.
const LEAST: f64 = 0.4;
/// How well a column without a heading answers a field that asks for it.
const UNNAMED: f64 = 0.9;
/// Only in so many rows of a table headings are looked for in their parts as well as whole.
const CLOSELY: u32 = 40;
/// So many rows of a table are looked at as headings.
const MOST_HEADS: usize = 100;
/// A heading has at most so many characters.
const LONGEST: usize = 200;

/// A part of a table below its headings.
#[derive(Debug)]
struct Part {
    view: usize,
    table: usize,
    /// The rows of the headings, and where the entries end.
    head: (u32, u32),
    end: u32,
    /// For each field its column and how well the heading names it.
    columns: Vec<Option<Column>>,
    score: f64,
    /// What all headings say, to tell the same table from another one.
    signature: String,
}

/// A table with the page it stands on.
struct Found<'s, 'a> {
    view: usize,
    table: usize,
    sheet: &'s Sheet<'a>,
    grid: Grid,
    /// The text above it.
    title: String,
    continues: bool,
    header_rows: u32,
}

/// The entries of the table of cells that fits the fields best; none where no such table does.
pub(super) fn extract(
    scene: &Scene<'_>,
    columns: &[Ask<'_>],
    names: &Names,
    wanted: &Wanted,
    claimed: &mut Claimed,
) -> Option<Located> {
    let tables = tables(scene);
    let pieces = Pieces::new(columns);
    let mut blocks: Vec<Part> = tables
        .iter()
        .flat_map(|table| blocks(table, columns, names, &pieces))
        .collect();
    keep_named(&tables, &mut blocks, wanted);
    let best = blocks.iter().map(|block| block.score).max_by(f64::total_cmp)?;
    blocks.retain(|block| block.score >= ALIKE * best);
    let labels = |table: &Found<'_, '_>, block: &Part| -> Option<(u32, u32)> {
        wanted
            .ranges
            .iter()
            .find_map(|(first, last)| range(table, block, first, last))
    };
    let of = |block: &Part| {
        tables
            .iter()
            .find(|table| (table.view, table.table) == (block.view, block.table))
    };
    if let Some(at) = blocks
        .iter()
        .position(|block| of(block).is_some_and(|table| labels(table, block).is_some()))
    {
        blocks = blocks.into_iter().skip(at).take(1).collect();
    }
    let signature = blocks.first()?.signature.clone();
    let mut reader = Reader {
        scene,
        asks: columns,
        totals: HashMap::new(),
        found: Vec::new(),
    };
    let mut taken = BTreeSet::new();
    for block in blocks.iter().filter(|block| block.signature == signature) {
        let Some(table) = of(block).filter(|table| !taken.contains(&(table.view, table.table))) else {
            continue;
        };
        let limits = labels(table, block);
        let (from, to) = limits.unwrap_or((block.head.1, block.end));
        let every = wanted.every_row || limits.is_some();
        reader.read(table, &block.columns, from..to, every);
        let goes_on = limits.is_none() && block.end == table.grid.rows;
        for next in continued(&tables, table).filter(|_| goes_on) {
            taken.insert((next.view, next.table));
            reader.read(next, &block.columns, next.header_rows..next.grid.rows, every);
        }
    }
    let found = reader.found;
    let rows = |scope: &Scope| {
        (scope.from..scope.to)
            .map(|row| (scope.view, row))
            .collect::<Vec<_>>()
    };
    claimed
        .rows
        .extend(found.iter().flat_map(|(_, scope)| rows(scope)));
    (!found.is_empty()).then(|| Located::of(found))
}

/// Reading of rows, page by page.
struct Reader<'r, 's, 'a> {
    scene: &'r Scene<'a>,
    asks: &'r [Ask<'s>],
    /// Of each page the segments that say that a row is one of totals.
    totals: HashMap<usize, HashSet<usize>>,
    found: Vec<(Answer, Scope)>,
}

impl<'a> Reader<'_, '_, 'a> {
    /// Reads the entries of some rows of a table; totals are entries only where `every` row is asked for.
    fn read(&mut self, table: &Found<'_, 'a>, columns: &[Option<Column>], range: Range<u32>, every: bool) {
        let sheet = table.sheet;
        let totals = self
            .totals
            .entry(table.view)
            .or_insert_with(|| rows::totals(sheet));
        let place = rows::Place {
            scene: self.scene,
            sheet,
            view: table.view,
            grid: &table.grid,
        };
        for row in range {
            if !every && rows::is_total(&place, totals, row) {
                continue;
            }
            self.found.extend(rows::entry(&place, self.asks, columns, row));
        }
    }
}

/// All tables of pages without geometry, with what stands above them.
fn tables<'s, 'a>(scene: &'s Scene<'a>) -> Vec<Found<'s, 'a>> {
    let mut found = Vec::new();
    for (view, sheet) in scene.sheets.iter().enumerate() {
        let page = sheet.view.page;
        if page.size.is_some() || page.tables.is_empty() {
            continue;
        }
        let segments = segments_of_cells(sheet);
        let mut above = String::new();
        for (index, table) in page.tables.iter().enumerate() {
            above = format!("{above} {}", text_above(page, index));
            let grid = Grid::new(sheet, index, table, &segments);
            if table.columns < 2 && table.rows <= 3 {
                // A cell or two above a table are its title.
                let lines: Vec<&str> = (0..grid.rows).map(|row| grid.text(row, 0)).collect();
                above = format!("{above} {}", lines.join(" "));
                continue;
            }
            found.push(Found {
                view,
                table: index,
                sheet,
                grid,
                title: std::mem::take(&mut above),
                continues: table.continues,
                header_rows: table.header_rows,
            });
        }
    }
    found
}

/// The heading or the line above a table, where the page has it as text.
fn text_above(page: &Page, table: usize) -> String {
    let number = u32::try_from(table).unwrap_or(u32::MAX);
    let is_table = |block: &Block| block.kind == BlockKind::Table(number);
    let Some(at) = page.blocks.iter().position(is_table) else {
        return String::new();
    };
    let before = page.blocks.get(..at).unwrap_or_default().iter().rev().take(2);
    let texts = before
        .take_while(|block| !matches!(block.kind, BlockKind::Table(_)))
        .map(|block| page.block_text(block));
    texts
        .filter(|text| text.len() <= LONGEST)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The tables of the next pages that go on with one.
fn continued<'t, 's, 'a>(
    tables: &'t [Found<'s, 'a>],
    table: &Found<'s, 'a>,
) -> impl Iterator<Item = &'t Found<'s, 'a>> {
    let at = tables.iter().position(|other| {
        std::ptr::eq(other, table) || (other.view, other.table) == (table.view, table.table)
    });
    let behind = tables
        .get(at.map_or(usize::MAX, |at| at + 1)..)
        .unwrap_or_default();
    behind.iter().take_while(|next| next.continues)
}

/// Keeps the blocks of the sheet, the slide or the table that is named, if one is.
fn keep_named(tables: &[Found<'_, '_>], blocks: &mut Vec<Part>, wanted: &Wanted) {
    let of = |block: &Part| {
        tables
            .iter()
            .find(|table| (table.view, table.table) == (block.view, block.table))
    };
    let named: [&dyn Fn(&Part) -> usize; 2] = [
        &|block| of(block).map_or(0, |table| wanted.names(&table.sheet.view.page.name)),
        &|block| of(block).map_or(0, |table| wanted.names(&table.title)),
    ];
    for how_well in named {
        let best = blocks.iter().map(how_well).max().unwrap_or(0);
        if best > 0 {
            blocks.retain(|block| how_well(block) == best);
        }
    }
}

/// The parts of a table that have headings which name the fields.
fn blocks(table: &Found<'_, '_>, columns: &[Ask<'_>], names: &Names, pieces: &Pieces) -> Vec<Part> {
    let grid = &table.grid;
    let enough = if columns.len() == 1 { 1 } else { 2 };
    let mut heads: Vec<Part> = Vec::new();
    let near = (0..grid.rows).filter(|bottom| is_near(table, *bottom, names, pieces));
    for bottom in near.take(MOST_HEADS) {
        let best = (1..=TALLEST.min(bottom + 1))
            .filter_map(|height| head(table, bottom + 1 - height, bottom + 1, columns, names))
            .filter(|block| block.columns.iter().flatten().count() >= enough)
            .max_by(|a, b| worth(a).total_cmp(&worth(b)).then(b.head.0.cmp(&a.head.0)));
        heads.extend(best);
    }
    let best = heads.iter().map(worth).fold(0.0, f64::max);
    heads.retain(|block| worth(block) >= ALIKE * best);
    if columns.len() == 1 {
        heads.retain(|block| block.columns.iter().flatten().any(|column| column.worth >= ALONE));
    }
    without_overlap(table, heads)
}

fn worth(block: &Part) -> f64 {
    block.score - ROW_COST * f64::from(block.head.1 - block.head.0)
}

/// Of headings that overlap the best; each block ends where the next one begins.
fn without_overlap(table: &Found<'_, '_>, heads: Vec<Part>) -> Vec<Part> {
    let mut kept: Vec<Part> = Vec::new();
    for block in heads {
        match kept.last_mut() {
            Some(last) if block.head.0 < last.head.1 => {
                if worth(&block) > worth(last) {
                    *last = block;
                }
            }
            _ => kept.push(block),
        }
    }
    with_upper_rows(table, &mut kept);
    let starts: Vec<u32> = kept.iter().map(|block| block.head.0).collect();
    for (index, block) in kept.iter_mut().enumerate() {
        block.end = starts.get(index + 1).copied().unwrap_or(table.grid.rows);
    }
    kept
}

/// Headings take in the rows above them that belong to them: of the first block those at the head of the table, of
/// later ones as many, where the same columns are filled. What they say tells one table from another.
fn with_upper_rows(table: &Found<'_, '_>, blocks: &mut [Part]) {
    let grid = &table.grid;
    let filled = |row: u32| -> Vec<u32> {
        let holds = |column: &u32| !grid.text(row, *column).is_empty();
        (0..grid.columns).filter(holds).collect()
    };
    let first = blocks.first_mut().filter(|block| block.head.0 <= TALLEST);
    let height = first.map(|first| {
        first.head.0 = 0;
        first.head.1
    });
    for block in blocks.iter_mut() {
        let start = block.head.1.saturating_sub(height.unwrap_or(0));
        if height.is_some() && start < block.head.0 && filled(start) == filled(0) {
            block.head.0 = start;
        }
        let all: Vec<&str> = (block.head.0..block.head.1)
            .flat_map(|row| (0..grid.columns).map(move |column| grid.text(row, column)))
            .collect();
        block.signature = squashed(&all.join(" "));
    }
}

/// Runs of words of the fields' labels, as what one of several rows of a heading may say.
struct Pieces(HashSet<String>);

impl Pieces {
    fn new(columns: &[Ask<'_>]) -> Self {
        let labels = columns.iter().flat_map(|ask| &ask.labels);
        let runs = labels.flat_map(|(label, _)| {
            let words = words(label);
            let count = words.len();
            let ends = (0..count).flat_map(move |from| (from + 1..=count).map(move |to| (from, to)));
            ends.filter_map(|(from, to)| Some(words.get(from..to)?.concat()))
                .collect::<Vec<_>>()
        });
        Self(runs.collect())
    }

    fn hold(&self, text: &str) -> bool {
        self.0.contains(&squashed(text))
    }
}

/// Whether headings may end in the row: a cell of it is called as a field may be.
fn is_near(table: &Found<'_, '_>, row: u32, names: &Names, pieces: &Pieces) -> bool {
    let texts = (0..table.grid.columns).map(|column| table.grid.text(row, column));
    let mut short = texts.filter(|text| !text.is_empty() && text.len() <= LONGEST);
    if row < CLOSELY {
        short.any(|text| pieces.hold(text) || names.touches(text))
    } else {
        short.any(|text| pieces.hold(text))
    }
}

/// The headings of the rows, matched with the fields.
fn head(table: &Found<'_, '_>, from: u32, to: u32, columns: &[Ask<'_>], names: &Names) -> Option<Part> {
    let grid = &table.grid;
    let mut pairs = Vec::new();
    let mut texts = HashMap::new();
    for column in 0..grid.columns {
        let parts: Vec<&str> = distinct((from..to).map(|row| grid.text(row, column)));
        let Some(lowest) = parts.last() else { continue };
        let down = parts.join(" ");
        let up: Vec<&str> = parts.iter().rev().copied().collect();
        let up = up.join(" ");
        for text in BTreeSet::from([*lowest, down.as_str(), up.as_str()]) {
            for (field, score) in names.matches(text, columns.len()).into_iter().enumerate() {
                if score >= LEAST {
                    pairs.push((score, column, field));
                }
            }
        }
        texts.insert(column, down);
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut found: Vec<Option<Column>> = vec![None; columns.len()];
    let mut taken = BTreeSet::new();
    for (worth, column, field) in pairs {
        let Some(place) = found.get_mut(field).filter(|place| place.is_none()) else {
            continue;
        };
        if taken.insert(column) {
            let heading = texts.get(&column).cloned().unwrap_or_default();
            *place = Some(Column {
                index: column,
                worth,
                heading,
            });
        }
    }
    // The first column has no heading, or one that names nothing that is asked for.
    if let Some(field) = columns.iter().position(|ask| is_row_label(ask.field))
        && let Some(place) = found.get_mut(field).filter(|place| place.is_none())
        && taken.insert(0)
    {
        let heading = texts.get(&0).cloned().unwrap_or_default();
        *place = Some(Column {
            index: 0,
            worth: UNNAMED,
            heading,
        });
    }
    let score = found.iter().flatten().map(|column| column.worth).sum();
    found.iter().any(Option::is_some).then(|| Part {
        view: table.view,
        table: table.table,
        head: (from, to),
        end: grid.rows,
        columns: found,
        score,
        signature: String::new(),
    })
}

/// Texts one below the other, what is repeated by a cell over several rows only once.
fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut found: Vec<&str> = texts
        .filter(|text| !text.is_empty() && text.len() <= LONGEST)
        .collect();
    found.dedup();
    found
}

/// The rows from the one that is called so to the other, both included.
fn range(table: &Found<'_, '_>, block: &Part, first: &str, last: &str) -> Option<(u32, u32)> {
    let called = |row: u32, name: &str| {
        (0..table.grid.columns.min(3)).any(|column| squashed(table.grid.text(row, column)) == name)
    };
    let from = (block.head.1..block.end).find(|row| called(*row, first))?;
    let to = (from..block.end).find(|row| called(*row, last))?;
    Some((from, to + 1))
}

#[cfg(test)]
mod tests;
