//! Pages drawn with characters, for tests.

use domain::parsed::{Page, PageSize, Table, TextOrigin};

use super::{DrawnRule, PlacedWord, Sheet, Unfinished, arrange, finish};
use crate::area::Area;
use crate::direction::Direction;

/// Width of a character, height of a line and type size of a drawn page, in points.
pub(crate) const STEP: f64 = 5.0;
pub(crate) const LEADING: f64 = 12.0;
pub(crate) const SIZE: f64 = 10.0;

/// A page as it is drawn: a character is half an em wide. Runs of `-` are lines across, `|` by itself is a piece of a line
/// down, a word that begins with `*` is in bold, `~` is a blank as narrow as in print; everything else is words.
pub(crate) fn sheet(drawing: &str) -> Sheet {
    let mut words = Vec::new();
    let mut rules = Vec::new();
    for (row, line) in (0..).zip(drawing.lines()) {
        let top = 40.0 + LEADING * f64::from(row);
        for (from, text) in runs(line) {
            let x = |at: usize| 40.0 + STEP * f64::from(u32::try_from(at).unwrap());
            let to = from + text.chars().count();
            if text.len() > 2 && text.chars().all(|c| c == '-') {
                let y = top + LEADING / 2.0;
                rules.push(rule(x(from), y - 0.25, x(to), y + 0.25, true));
            } else if text == "|" {
                let x = x(from) + STEP / 2.0;
                let half = LEADING / 2.0;
                rules.push(rule(x - 0.25, top - half, x + 0.25, top + LEADING + half, false));
            } else {
                let bold = text.starts_with('*');
                let mut start = x(from);
                for part in text.trim_start_matches('*').split('~') {
                    let placed = word(part, start, top + 9.0, SIZE, bold);
                    start = placed.end + STEP / 2.0;
                    words.push(placed);
                }
            }
        }
    }
    Sheet {
        number: 1,
        size: PageSize {
            width: 612.0,
            height: 792.0,
        },
        origin: TextOrigin::Native,
        words,
        rules,
        pictures: Vec::new(),
    }
}

fn runs(line: &str) -> Vec<(usize, String)> {
    let mut runs: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, c) in line.chars().enumerate() {
        match runs.last_mut() {
            _ if c == ' ' => open = false,
            Some((_, run)) if open => run.push(c),
            _ => {
                open = true;
                runs.push((at, c.to_string()));
            }
        }
    }
    runs
}

fn rule(x0: f64, y0: f64, x1: f64, y1: f64, horizontal: bool) -> DrawnRule {
    DrawnRule {
        area: Area { x0, y0, x1, y1 },
        horizontal,
    }
}

/// A word of half an em a character.
pub(crate) fn word(text: &str, x: f64, baseline: f64, size: f64, bold: bool) -> PlacedWord {
    let width = size / 2.0 * f64::from(u32::try_from(text.chars().count()).unwrap());
    PlacedWord {
        text: text.into(),
        area: Area {
            x0: x,
            y0: baseline - 0.8 * size,
            x1: x + width,
            y1: baseline + 0.2 * size,
        },
        direction: Direction::RIGHT,
        start: x,
        end: x + width,
        baseline,
        size,
        bold,
        hidden: false,
        confidence: 1.0,
    }
}

/// The page of a drawing, arranged.
pub(crate) fn page(drawing: &str) -> Page {
    pages(&[drawing]).remove(0)
}

/// The pages of a document, arranged.
pub(crate) fn pages(drawings: &[&str]) -> Vec<Page> {
    let mut unfinished: Option<Unfinished> = None;
    let mut pages: Vec<Page> = drawings
        .iter()
        .map(|drawing| arrange(sheet(drawing), &mut unfinished))
        .collect();
    finish(&mut pages);
    pages
}

/// A table as text: a row a line, cells where they begin, parted by ` | `.
pub(crate) fn rows(page: &Page, table: &Table) -> Vec<String> {
    let text = |row, column| {
        let cell = table
            .cell(row, column)
            .filter(|cell| (cell.row, cell.column) == (row, column));
        cell.map_or_else(String::new, |cell| cell.text(page))
    };
    (0..table.rows)
        .map(|row| {
            let texts: Vec<String> = (0..table.columns).map(|column| text(row, column)).collect();
            texts.join(" | ").trim_end().to_owned()
        })
        .collect()
}

/// The rows of all tables on a drawn page.
pub(crate) fn tables(drawing: &str) -> Vec<Vec<String>> {
    let page = page(drawing);
    page.tables.iter().map(|table| rows(&page, table)).collect()
}
