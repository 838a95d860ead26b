//! Tables: the entries of repeated groups and of lists of objects.
//!
//! A header line names the columns ([`header`]); the rows below it are sorted into columns and put together into
//! entries ([`body`]); each field is read from its column ([`cells`]). Tables that go on over several pages are joined.

mod body;
mod cells;
mod columns;
mod counting;
mod fitting;
mod grid;
mod header;
mod plain;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod texts;
mod wanted;

use std::collections::HashSet;

use domain::schema::{Field, Group};

use self::body::{BodyRow, Entry, PageOf};
use self::header::{Header, Names, headers};
use self::wanted::Wanted;
use super::ask::Ask;
use super::book::known_labels;
use super::ground::Scope;
use super::labels::Hit;
use super::rect::Rect;
use super::scene::{Scene, Sheet};
use super::slots::{Answer, Slot};

/// A header of the same page or a later one is the same table's if it names the fields at least this well.
const ALIKE: f64 = 0.7;

/// A heading alone must name its field at least this well.
const ALONE: f64 = 0.8;

/// Rows of pages that tables have taken, and what they could not read.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    rows: HashSet<(usize, usize)>,
    pub(crate) shortfalls: Vec<String>,
    /// For each table with amounts of lines their sum, and of how many lines.
    sums: Vec<(f64, usize)>,
}

impl Claimed {
    /// Whether a table has taken the row of the page.
    pub(crate) fn holds(&self, view: usize, row: usize) -> bool {
        self.rows.contains(&(view, row))
    }

    /// The sum of the amounts of all lines, where one table has such, with several lines.
    pub(crate) fn sum_of_lines(&self) -> Option<f64> {
        match self.sums.as_slice() {
            [(sum, lines)] if *lines > 1 => Some(*sum),
            _ => None,
        }
    }
}

/// A table as an answer, with the place of each of its rows.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) answer: Answer,
    scopes: Vec<Scope>,
}

impl Located {
    /// Rows with their places, in order.
    pub(crate) fn of(rows: Vec<(Answer, Scope)>) -> Self {
        let (answers, scopes) = rows.into_iter().unzip();
        Self {
            answer: Answer::list(answers),
            scopes,
        }
    }

    /// Where each row stands, in order.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        self.scopes.clone()
    }
}

/// The entries of the table that fits the fields best, over all pages.
pub(crate) fn extract(
    scene: &Scene<'_>,
    group: &Group,
    path: &str,
    fields: &[Field],
    claimed: &mut Claimed,
) -> Located {
    let slots = Slot::of(fields);
    let columns = columns::of(group, path, &slots);
    let mut found = flat(scene, group, path, &columns, claimed);
    if columns.len() != slots.len() || slots.iter().any(|slot| matches!(slot, Slot::Object(..))) {
        found.answer = columns::folded(&slots, found.answer);
    }
    found
}

/// The entries with a value for each column.
fn flat(scene: &Scene<'_>, group: &Group, path: &str, columns: &[Ask<'_>], claimed: &mut Claimed) -> Located {
    let names = Names::new(columns);
    let wanted = Wanted::new(group, path);
    if let Some(found) = sheet::extract(scene, columns, &names, &wanted, claimed) {
        return found;
    }
    let hits: Vec<Vec<Hit>> = scene.find(known_labels());
    let found: Vec<Header> = scene
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(index, sheet)| {
            let mut found = headers(index, &sheet.view, &names, columns.len());
            found.retain(|header| header.matched() > 1 || stands_in_a_table(sheet, header));
            found
        })
        .collect();
    let Some(best) = found.iter().map(|header| header.score).max_by(f64::total_cmp) else {
        return without_header(scene, &hits, columns, claimed);
    };
    let mut kept: Vec<Header> = found
        .into_iter()
        .filter(|header| header.score >= ALIKE * best)
        .collect();
    kept.sort_by_key(|header| (header.view, header.from));
    let bodies = bodies(scene, &hits, columns, &names, kept);
    let best = bodies.iter().map(|body| body.header.score).fold(0.0, f64::max);
    let mut rows = Vec::new();
    let mut scopes = Vec::new();
    let mut numbers = Vec::new();
    for body in bodies.iter().filter(|body| body.header.score >= ALIKE * best) {
        let Some((sheet, page)) = page_of(scene, &hits, body.view) else {
            continue;
        };
        let entries = body::entries(&page, &body.header, columns, body.rows.clone());
        for entry in &entries {
            let row = cells::row(scene, sheet, body.view, &body.header, columns, entry);
            if !row.holds_anything() && !row.tells_anything() {
                continue;
            }
            numbers.push(counting::number_of(&page, &body.header, columns, entry));
            scopes.push(scope(body.view, entry));
            rows.push(row);
            claimed
                .rows
                .extend(entry.rows.iter().map(|row| (body.view, row.row)));
        }
    }
    if rows.is_empty() {
        return without_header(scene, &hits, columns, claimed);
    }
    claimed.sums.extend(sum_of(columns, &rows));
    let gaps = counting::gaps(&numbers);
    if !gaps.is_empty() {
        let gaps: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        claimed.shortfalls.push(format!(
            "{path}: the entries are numbered, and no entry was read for {}.",
            gaps.join(", ")
        ));
    }
    Located {
        answer: Answer::list(rows),
        scopes,
    }
}

/// Lines of items that no heading names.
fn without_header(
    scene: &Scene<'_>,
    hits: &[Vec<Hit>],
    columns: &[Ask<'_>],
    claimed: &mut Claimed,
) -> Located {
    let found = plain::extract(scene, hits, columns).unwrap_or_else(|| Located::of(Vec::new()));
    let rows = |scope: &Scope| {
        (scope.from..scope.to)
            .map(|row| (scope.view, row))
            .collect::<Vec<_>>()
    };
    claimed.rows.extend(found.scopes.iter().flat_map(rows));
    found
}

/// The sum of the amounts of lines, and their number; none where a row has none.
fn sum_of(columns: &[Ask<'_>], rows: &[Answer]) -> Option<(f64, usize)> {
    let amount = columns.iter().find(|ask| ask.is(&["line_total"]))?;
    let amounts: Option<Vec<f64>> = rows
        .iter()
        .map(|row| row.value.get(&amount.column)?.as_f64())
        .collect();
    amounts.map(|amounts| (amounts.iter().sum(), amounts.len()))
}

/// One heading alone names a column only at the head of a table that stands on the page as one: otherwise every word
/// that is a label would make a list of what stands below it.
fn stands_in_a_table(sheet: &Sheet<'_>, header: &Header) -> bool {
    let view = &sheet.view;
    let named = header
        .headings
        .iter()
        .filter(|heading| heading.column.is_some_and(|(_, sure)| sure > ALONE));
    named.into_iter().any(|heading| {
        view.page.tables.iter().any(|table| {
            let place = Rect::on_page(&table.bbox, view.width, view.height);
            view.page.size.is_none()
                || place.overlap_x(&heading.place) > 0.0 && place.overlap_y(&heading.place) > 0.0
        })
    })
}

/// Rows of one page below a header, which may stand on a page before.
struct Body {
    header: Header,
    view: usize,
    rows: Vec<BodyRow>,
}

/// The rows below each header, on its page and on those that follow without a header of their own.
fn bodies(
    scene: &Scene<'_>,
    hits: &[Vec<Hit>],
    columns: &[Ask<'_>],
    names: &Names,
    kept: Vec<Header>,
) -> Vec<Body> {
    let starts: Vec<(usize, usize)> = kept.iter().map(|header| (header.view, header.from)).collect();
    let mut found = Vec::new();
    for (index, mut header) in kept.into_iter().enumerate() {
        let Some((sheet, page)) = page_of(scene, hits, header.view) else {
            continue;
        };
        let next = starts.get(index + 1).copied();
        let end = next
            .filter(|next| next.0 == header.view)
            .map_or(sheet.view.rows.len(), |next| next.1);
        let (mut rows, mut ended) = body::body_rows(&page, &header, columns, header.to, end);
        fitting::join_empty(&page, &mut header, &mut rows);
        fitting::cut_crowded(&page, &mut header, &mut rows);
        let scores: Vec<Vec<f64>> = header
            .headings
            .iter()
            .map(|heading| names.matches(&heading.text, columns.len()))
            .collect();
        fitting::settle(&page, &mut header, &rows, columns, &scores);
        let mut view = header.view;
        found.push(Body {
            header: header.clone(),
            view,
            rows,
        });
        let document = sheet.view.document;
        while !ended && next.is_none_or(|next| next.0 > view + 1) {
            view += 1;
            let Some((sheet, page)) = page_of(scene, hits, view) else {
                break;
            };
            if sheet.view.document != document {
                break;
            }
            let (rows, total) = body::continued(&page, &header, columns);
            if rows.is_empty() {
                break;
            }
            ended = total;
            found.push(Body {
                header: header.clone(),
                view,
                rows,
            });
        }
    }
    found
}

fn page_of<'s, 'a>(
    scene: &'s Scene<'a>,
    hits: &'s [Vec<Hit>],
    view: usize,
) -> Option<(&'s Sheet<'a>, PageOf<'s, 'a>)> {
    let (sheet, hits) = (scene.sheets.get(view)?, hits.get(view)?);
    Some((
        sheet,
        PageOf {
            view: &sheet.view,
            spans: &sheet.spans,
            hits,
        },
    ))
}

fn scope(view: usize, entry: &Entry) -> Scope {
    let rows = || entry.rows.iter().map(|row| row.row);
    let from = rows().min().unwrap_or(entry.main.row);
    let to = rows().max().unwrap_or(entry.main.row) + 1;
    Scope { view, from, to }
}
