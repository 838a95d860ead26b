//! Tables: the entries of repeated groups and of lists of objects.
//!
//! A header line names the columns ([`header`]); the rows below it are sorted into columns and put together into
//! entries ([`body`]); each field is read from its column ([`cells`]). Tables that go on over several pages are joined.

mod body;
mod cells;
mod header;

use std::collections::HashSet;

use domain::schema::{Field, Group};

use self::body::{Entry, PageOf};
use self::header::{Header, Names, headers};
use super::ask::Ask;
use super::labels::{Hit, LabelBook};
use super::rect::float;
use super::scalars::Scope;
use super::scene::{Scene, Sheet};
use super::slots::{Answer, Slot};

/// A header of the same page or a later one is the same table's if it names the fields at least this well.
const ALIKE: f64 = 0.7;

/// Rows of pages that tables have taken, and what they could not read.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    rows: HashSet<(usize, usize)>,
    pub(crate) shortfalls: Vec<String>,
}

impl Claimed {
    /// Whether a table has taken the row of the page.
    pub(crate) fn holds(&self, view: usize, row: usize) -> bool {
        self.rows.contains(&(view, row))
    }
}

/// A table as an answer, with the place of each of its rows.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) answer: Answer,
    scopes: Vec<Scope>,
}

impl Located {
    /// Where each row stands, in order.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        self.scopes.clone()
    }
}

/// The entries of the table that fits the fields best, over all pages.
pub(crate) fn extract(scene: &Scene<'_>, group: &Group, path: &str, fields: &[Field], claimed: &mut Claimed) -> Located {
    let columns: Vec<Ask<'_>> =
        Slot::of(fields).iter().map(|slot| Ask::new(group, path, slot.field(), None)).collect();
    let names = Names::new(&columns);
    let book = totals_book();
    let hits: Vec<Vec<Hit>> = scene.find(&book);
    let found: Vec<Header> = scene
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(index, sheet)| headers(index, &sheet.view, &names, columns.len()))
        .collect();
    let Some(best) = found.iter().map(|header| header.score).max_by(f64::total_cmp) else {
        return Located { answer: Answer::list(Vec::new()), scopes: Vec::new() };
    };
    let mut kept: Vec<Header> = found.into_iter().filter(|header| header.score >= ALIKE * best).collect();
    kept.sort_by_key(|header| (header.view, header.from));
    let mut rows = Vec::new();
    let mut scopes = Vec::new();
    for (index, header) in kept.iter().enumerate() {
        let (Some(sheet), Some(hits)) = (scene.sheets.get(header.view), hits.get(header.view)) else { continue };
        let page = PageOf { view: &sheet.view, spans: &sheet.spans, hits };
        let next = kept.get(index + 1).filter(|next| next.view == header.view).map(|next| next.from);
        let end = next.unwrap_or(sheet.view.rows.len());
        let (entries, _) = body::entries(&page, header, &columns, end);
        for entry in &entries {
            let row = cells::row(scene, sheet, header, &columns, entry);
            if !row.holds_anything() {
                continue;
            }
            scopes.push(scope(header.view, entry));
            rows.push(row);
            claimed.rows.extend(entry.rows.iter().map(|row| (header.view, row.row)));
        }
    }
    Located { answer: Answer::list(rows), scopes }
}

fn scope(view: usize, entry: &Entry) -> Scope {
    let rows = || entry.rows.iter().map(|row| row.row);
    let from = rows().min().unwrap_or(entry.main.row);
    let to = rows().max().unwrap_or(entry.main.row) + 1;
    Scope { view, from, to }
}

/// The labels that mark rows of totals.
fn totals_book() -> LabelBook {
    super::book::book_of(&[])
}

/// The share of fields that a header names.
pub(crate) fn share(header: &Header, columns: usize) -> f64 {
    float(header.matched()) / float(columns.max(1))
}

/// The page that a header stands on.
pub(crate) fn sheet_of<'s, 'a>(scene: &'s Scene<'a>, header: &Header) -> Option<&'s Sheet<'a>> {
    scene.sheets.get(header.view)
}
