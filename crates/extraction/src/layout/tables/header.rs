//! Header lines: where the columns of a table are named.
//!
//! A header is a band of a few rows. What stands one below the other in it is one heading ("Preis/" above
//! "Einheit"), and headings are matched with the fields that are asked for.

use std::collections::HashMap;

use crate::layout::ask::Ask;
use crate::layout::rect::{Rect, float};
use crate::layout::view::{Segment, View};
use crate::lexicon::normal;

/// A header has at most so many rows.
const TALLEST: usize = 9;
/// Rows of a header stand no further apart, in line heights.
const LEADING: f64 = 1.1;
/// Each line height that a header takes must earn so much.
const ROW_COST: f64 = 0.12;
/// Two headings on one line stand at least so far apart, in line heights.
const HEADING_GAP: f64 = 0.38;
/// A blank in a justified heading is no wider, in line heights.
const WIDE_BLANK: f64 = 2.5;
/// The weight of names that the schema gives itself.
const GIVEN: f64 = 1.0;
/// A column's name within a line has at least so many characters.
const LONG_NAME: usize = 6;
/// A heading that names a field less well than this does not.
const LEAST: f64 = 0.4;

/// A heading with its place.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    pub(crate) text: String,
    pub(crate) place: Rect,
    /// The field whose values stand below (index into the columns), and how well the heading names it.
    pub(crate) column: Option<(usize, f64)>,
}

/// The headings of a table on a page.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) view: usize,
    /// Rows `from..to` of the page.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Left to right.
    pub(crate) headings: Vec<Heading>,
    /// Sum of how well the headings name the fields.
    pub(crate) score: f64,
}

impl Header {
    /// How many fields have a heading.
    pub(crate) fn matched(&self) -> usize {
        self.headings
            .iter()
            .filter(|heading| heading.column.is_some())
            .count()
    }

    pub(crate) fn of_column(&self, column: usize) -> Option<&Heading> {
        self.headings
            .iter()
            .find(|heading| heading.column.is_some_and(|(known, _)| known == column))
    }
}

/// The labels of the columns, ready for comparing.
pub(crate) struct Names {
    /// By text without blanks: column and weight.
    whole: HashMap<String, Vec<(usize, f64)>>,
    /// Words of each label with its column and weight.
    parts: Vec<(Vec<String>, usize, f64)>,
}

impl Names {
    pub(crate) fn new(columns: &[Ask<'_>]) -> Self {
        let mut whole: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut parts = Vec::new();
        for (column, ask) in columns.iter().enumerate() {
            for (label, weight) in &ask.labels {
                let words = normal::words(label);
                if words.is_empty() {
                    continue;
                }
                whole.entry(words.concat()).or_default().push((column, *weight));
                parts.push((words, column, *weight));
            }
        }
        Self { whole, parts }
    }

    /// Whether two texts side by side are part of one name that the schema gives word for word.
    fn joins(&self, left: &str, right: &str) -> bool {
        let both: Vec<String> = normal::words(left)
            .into_iter()
            .chain(normal::words(right))
            .collect();
        let given = self.parts.iter().filter(|(_, _, weight)| *weight >= GIVEN);
        both.len() > 1
            && given
                .into_iter()
                .any(|(label, _, _)| label.windows(both.len()).any(|part| part == both.as_slice()))
    }

    /// How well a heading names each column.
    pub(crate) fn matches(&self, text: &str, columns: usize) -> Vec<f64> {
        let words = normal::words(text);
        let mut best = vec![0.0_f64; columns];
        let mut offer = |column: usize, score: f64| {
            if let Some(known) = best.get_mut(column) {
                *known = known.max(score);
            }
        };
        for (column, weight) in self.whole.get(&words.concat()).into_iter().flatten() {
            offer(*column, *weight);
        }
        let size = |words: &[String]| float(words.iter().map(|word| word.chars().count()).sum());
        let all = size(&words).max(1.0);
        for (label, column, weight) in &self.parts {
            if label.len() < words.len() && words.windows(label.len()).any(|part| part == label.as_slice()) {
                offer(*column, weight * (0.4 + 0.5 * size(label) / all));
            }
        }
        best
    }

    /// Whether any word of the text is a word of a label.
    pub(crate) fn touches(&self, text: &str) -> bool {
        let words = normal::words(text);
        let alone = words.iter().any(|word| self.whole.contains_key(word));
        alone
            || self.whole.contains_key(&words.concat())
            || self.parts.iter().any(|(label, _, _)| {
                label.len() <= words.len() && words.windows(label.len()).any(|part| part == label.as_slice())
            })
    }
}

/// The headers of a page, the best first; they do not overlap.
pub(crate) fn headers(view_index: usize, view: &View<'_>, names: &Names, columns: usize) -> Vec<Header> {
    let touched: Vec<bool> = view
        .rows
        .iter()
        .map(|row| {
            row.segments
                .iter()
                .filter_map(|s| view.segment(*s))
                .any(|s| names.touches(&s.text))
        })
        .collect();
    let mut found = Vec::new();
    for from in 0..view.rows.len() {
        let mut any = false;
        for to in from + 1..=(from + TALLEST).min(view.rows.len()) {
            any = any || touched.get(to - 1).copied().unwrap_or(false);
            if to > from + 1 && !close(view, to - 2, to - 1) {
                break;
            }
            if any {
                found.extend(header(view_index, view, from, to, names, columns));
            }
        }
    }
    let tall = |header: &Header| {
        let places = header.headings.iter().map(|heading| heading.place);
        Rect::around(places).map_or(0.0, |place| place.height() / view.unit)
    };
    let worth = |header: &Header| header.score - ROW_COST * tall(header);
    found.sort_by(|a, b| {
        worth(b)
            .total_cmp(&worth(a))
            .then(a.from.cmp(&b.from))
            .then(a.to.cmp(&b.to))
    });
    let mut kept: Vec<Header> = Vec::new();
    for header in found {
        if kept
            .iter()
            .all(|other| header.to <= other.from || other.to <= header.from)
        {
            kept.push(header);
        }
    }
    kept
}

fn close(view: &View<'_>, upper: usize, lower: usize) -> bool {
    let (Some(upper), Some(lower)) = (view.rows.get(upper), view.rows.get(lower)) else {
        return false;
    };
    upper.place.gap_to_below(&lower.place) < LEADING * view.unit
}

/// The header of those rows, if its headings name enough fields.
fn header(
    view_index: usize,
    view: &View<'_>,
    from: usize,
    to: usize,
    names: &Names,
    columns: usize,
) -> Option<Header> {
    let mut headings = headings(view, from, to, names);
    let mut pairs = Vec::new();
    for (index, heading) in headings.iter().enumerate() {
        for (column, score) in names.matches(&heading.text, columns).into_iter().enumerate() {
            if score >= LEAST {
                pairs.push((score, index, column));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut taken = vec![false; columns];
    let mut score = 0.0;
    for (worth, index, column) in pairs {
        let (Some(heading), Some(column_taken)) = (headings.get_mut(index), taken.get_mut(column)) else {
            continue;
        };
        if heading.column.is_none() && !*column_taken {
            heading.column = Some((column, worth));
            *column_taken = true;
            score += worth;
        }
    }
    let matched = taken.iter().filter(|taken| **taken).count();
    let enough = if columns == 1 { 1 } else { 2 };
    let to = past_leftovers(view, &headings, to);
    (matched >= enough).then_some(Header {
        view: view_index,
        from,
        to,
        headings,
        score,
    })
}

/// The row behind the header: rows that overlap its height are lines of taller headings.
fn past_leftovers(view: &View<'_>, headings: &[Heading], to: usize) -> usize {
    let bottom = headings
        .iter()
        .map(|heading| heading.place.y1)
        .fold(0.0, f64::max);
    let begins_above = |row: &usize| {
        view.rows
            .get(*row)
            .is_some_and(|row| row.place.y0 < bottom - 0.15 * view.unit)
    };
    to + (to..view.rows.len()).take_while(begins_above).count()
}

/// What stands one below the other in the rows, as headings from left to right.
fn headings(view: &View<'_>, from: usize, to: usize, names: &Names) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    for row in view.rows.get(from..to).unwrap_or_default() {
        let mut last: Option<(String, Rect)> = None;
        for segment in row.segments.iter().filter_map(|index| view.segment(*index)) {
            for (text, place) in parted(segment, names) {
                last = match last.take() {
                    Some((left, before)) if names.joins(&left, text) && near(view, &before, &place) => {
                        Some((format!("{left} {text}"), before.union(&place)))
                    }
                    Some((left, before)) => {
                        stack(&mut found, &left, before);
                        Some((text.to_owned(), place))
                    }
                    None => Some((text.to_owned(), place)),
                };
            }
        }
        if let Some((text, place)) = last {
            stack(&mut found, &text, place);
        }
    }
    found.sort_by(|a, b| a.place.x0.total_cmp(&b.place.x0));
    found
}

/// Whether only a blank of a justified line stands between.
fn near(view: &View<'_>, left: &Rect, right: &Rect) -> bool {
    left.gap_to_right(right) < WIDE_BLANK * view.unit
}

/// Puts a text under the heading above it, or begins a new one.
fn stack(found: &mut Vec<Heading>, text: &str, place: Rect) {
    let overlap = |heading: &Heading| heading.place.overlap_x(&place);
    let above = found
        .iter_mut()
        .filter(|heading| overlap(heading) > 0.0)
        .max_by(|a, b| overlap(a).total_cmp(&overlap(b)));
    let Some(heading) = above else {
        found.push(Heading {
            text: text.to_owned(),
            place,
            column: None,
        });
        return;
    };
    heading.place = heading.place.union(&place);
    let hyphen = heading.text.ends_with('-') && text.starts_with(char::is_lowercase);
    if hyphen {
        heading.text.pop();
    } else {
        heading.text.push(' ');
    }
    heading.text.push_str(text);
}

/// Two headings that stand so close that they look like one: cut where the words behind a gap are a column's name.
fn parted<'s>(segment: &'s Segment, names: &Names) -> Vec<(&'s str, Rect)> {
    let wide = |cut: &usize| {
        let (left, right) = (segment.place_of(*cut - 1, *cut), segment.place_of(*cut, *cut + 1));
        left.gap_to_right(&right) > HEADING_GAP * segment.line_height()
    };
    let named = |cut: &usize| {
        let right = normal::squashed(segment.slice(*cut, segment.len()));
        right.chars().count() >= LONG_NAME && names.whole.contains_key(&right)
    };
    match (1..segment.len()).find(|cut| wide(cut) && named(cut)) {
        Some(cut) => vec![
            (segment.slice(0, cut), segment.place_of(0, cut)),
            (
                segment.slice(cut, segment.len()),
                segment.place_of(cut, segment.len()),
            ),
        ],
        None => vec![(&segment.text, segment.place)],
    }
}
