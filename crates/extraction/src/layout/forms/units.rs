//! What was filled in, and how it stands to a printed text.

use super::super::candidates::Part;
use super::super::rect::{Rect, float};
use super::page::{FormPage, Kind, Label, Run, is_dash};

/// A value in a box without known fields begins so near below its label, in line heights: where rules bound the box,
/// and where none do.
const BELOW_RULED: f64 = 4.0;
const BELOW: f64 = 1.35;
/// Lines of one value are this near to each other.
const LEADING: f64 = 0.9;
/// A value has at most so many lines.
const LINES: usize = 6;
/// A box of more line heights is no box but a page.
const BOX: f64 = 12.0;
/// Words filled in beside each other stand so near, in line heights.
const WORDS: f64 = 3.0;
/// A text of so many words may be a sentence that goes on.
const SENTENCE: usize = 5;
/// Parts of one number stand this near to each other, in line heights.
const PARTS: f64 = 2.2;

/// Something filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    /// From the top; parts side by side are lines of their own but for the blank that is put between them.
    pub(super) lines: Vec<Line>,
    pub(super) place: Rect,
}

/// A line of something filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) part: Part,
    pub(super) text: String,
    /// It goes on with the part before without a blank: digits in a comb.
    pub(super) joined: bool,
    /// It stands below the part before.
    pub(super) below: bool,
}

impl Unit {
    fn of_run(run: &Run) -> Self {
        Self {
            lines: vec![Line {
                part: run.part,
                text: run.text.clone(),
                joined: false,
                below: true,
            }],
            place: run.place,
        }
    }

    fn add(&mut self, run: &Run, joined: bool, below: bool) {
        self.lines.push(Line {
            part: run.part,
            text: run.text.clone(),
            joined,
            below,
        });
        self.place = self.place.union(&run.place);
    }

    /// Adds lines below.
    fn append(&mut self, below: Self) {
        self.lines.extend(below.lines);
        self.place = self.place.union(&below.place);
    }

    /// The lines `from..to` that stand below each other.
    pub(super) fn slice(&self, from: usize, to: usize) -> Vec<Line> {
        let mut row = 0_usize;
        let mut kept = Vec::new();
        for line in &self.lines {
            row += usize::from(line.below);
            if (from + 1..=to).contains(&row) {
                kept.push(line.clone());
            }
        }
        kept
    }

    /// How many lines stand below each other.
    pub(super) fn rows(&self) -> usize {
        self.lines.iter().filter(|line| line.below).count()
    }
}

/// The text of lines.
pub(super) fn text_of(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        if !text.is_empty() && !line.joined {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    text
}

/// What the fields of the page hold, each once; fields beside each other with no more than a dash between are one.
pub(super) fn of_fields(form: &FormPage) -> Vec<Unit> {
    let mut units: Vec<(usize, Unit)> = Vec::new();
    for run in &form.runs {
        let Kind::Field(field) = run.kind else { continue };
        match units.iter_mut().find(|(known, _)| *known == field) {
            Some((_, unit)) => {
                let below = !unit.place.on_line_with(&run.place);
                unit.add(run, false, below);
            }
            None => units.push((field, Unit::of_run(run))),
        }
    }
    let units = units.into_iter().map(|(_, unit)| unit).collect();
    joined(form, units)
}

/// Parts of one number: `233 – 46 – 7433`.
fn joined(form: &FormPage, mut units: Vec<Unit>) -> Vec<Unit> {
    units.sort_by(|a, b| {
        (a.place.y0, a.place.x0)
            .partial_cmp(&(b.place.y0, b.place.x0))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut all: Vec<Unit> = Vec::new();
    for unit in units {
        let before = all
            .last_mut()
            .filter(|before| before.rows() == 1 && unit.rows() == 1 && are_parts(form, before, &unit));
        let Some(before) = before else {
            all.push(unit);
            continue;
        };
        let between: Vec<&Run> = dashes(form, &before.place, &unit.place).collect();
        for run in between {
            before.add(run, true, false);
        }
        for line in unit.lines {
            before.lines.push(Line {
                joined: true,
                below: false,
                ..line
            });
        }
        before.place = before.place.union(&unit.place);
    }
    all
}

fn dashes<'f>(form: &'f FormPage, left: &Rect, right: &Rect) -> impl Iterator<Item = &'f Run> {
    let (left, right) = (*left, *right);
    form.runs.iter().filter(move |run| {
        run.place.on_line_with(&left) && run.place.x0 >= left.x1 - 1.0 && run.place.x1 <= right.x0 + 1.0
    })
}

fn are_parts(form: &FormPage, left: &Unit, right: &Unit) -> bool {
    let height = left.place.height().max(1.0);
    let gap = left.place.gap_to_right(&right.place);
    let code = |unit: &Unit| {
        unit.lines.iter().all(|line| {
            line.text.len() <= 12
                && line
                    .text
                    .chars()
                    .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || is_dash(&line.text))
        })
    };
    let mut between = dashes(form, &left.place, &right.place);
    left.place.on_line_with(&right.place)
        && (0.0..PARTS * height * 2.0).contains(&gap)
        && code(left)
        && code(right)
        && between.all(|run| is_dash(&run.text))
        && (gap < PARTS * height || dashes(form, &left.place, &right.place).next().is_some())
}

/// How a value stands to a printed text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// How well its place fits, 0..=1; 0 where it does not.
    pub(super) place: f64,
    /// The text may be a sentence with a blank: its last words say what goes there.
    pub(super) blank: bool,
}

impl Standing {
    fn of(place: f64, blank: bool) -> Self {
        Self { place, blank }
    }
}

/// How a place stands to a label, in every way in which it may be its value's.
pub(super) fn standing(form: &FormPage, label: &Label, unit: &Rect) -> Vec<Standing> {
    let Some(last) = label.runs.last().and_then(|last| form.runs.get(*last)) else {
        return Vec::new();
    };
    let height = last.place.height().max(1.0);
    let cell = form.cell(&label.place);
    let inside = holds(&cell, unit);
    let places = [
        Standing::of(right(form, label, unit, height, inside), true),
        Standing::of(below(form, label, unit, height, inside), false),
        Standing::of(next_line(form, label, unit, height), true),
        Standing::of(above(form, label, unit, height), false),
        Standing::of(left(form, label, unit, height), false),
    ];
    places
        .into_iter()
        .filter(|standing| standing.place > 0.0)
        .collect()
}

pub(super) fn holds(cell: &Rect, place: &Rect) -> bool {
    let (x, y) = (place.center_x(), place.center_y());
    cell.x0 <= x && x <= cell.x1 && cell.y0 <= y && y <= cell.y1
}

/// Printed runs that are no part of the label.
fn others<'f>(form: &'f FormPage, label: &'f Label) -> impl Iterator<Item = &'f Run> {
    let runs = form.runs.iter().enumerate();
    runs.filter(|(index, run)| run.kind == Kind::Text && !is_dash(&run.text) && !label.runs.contains(index))
        .map(|(_, run)| run)
}

fn right(form: &FormPage, label: &Label, unit: &Rect, height: f64, inside: bool) -> f64 {
    let beside = label
        .runs
        .iter()
        .filter_map(|run| form.runs.get(*run))
        .filter(|run| run.place.on_line_with(unit) && run.place.x1 <= unit.x0 + 2.0)
        .max_by(|a, b| a.place.x1.total_cmp(&b.place.x1));
    let Some(run) = beside else { return 0.0 };
    let gap = (unit.x0 - run.place.x1).max(0.0) / height;
    let between = others(form, label).any(|other| {
        other.place.on_line_with(unit)
            && other.place.x0 >= run.place.x1 - 1.0
            && other.place.x1 <= unit.x0 + 1.0
    });
    if between {
        return 0.0;
    }
    let place = 1.0 - (0.02 * gap).min(0.5);
    if inside { place } else { 0.5 * place }
}

fn below(form: &FormPage, label: &Label, unit: &Rect, height: f64, inside: bool) -> f64 {
    let gap = (unit.y0 - label.place.y1) / height;
    let overlap = label.place.overlap_x(unit) > 0.0 || (label.place.x0 - unit.x0).abs() < 3.0 * height;
    if !(-0.4..=8.0).contains(&gap) || !(overlap || inside) {
        return 0.0;
    }
    let between = others(form, label).any(|other| {
        let y = other.place.center_y();
        let x = other.place.overlap_x(unit) > 0.0 || other.place.overlap_x(&label.place) > 0.0 && inside;
        label.place.y1 - 0.3 * height < y && y < unit.y0 + 0.2 * height && x
    });
    if between {
        return 0.0;
    }
    let gap = gap.max(0.0);
    let place = if inside {
        // Rules that bound the box say more than nearness.
        let ruled = form.is_ruled_between(
            label.place.y0 - 3.0 * height,
            label.place.y0 + 1.0,
            label.place.x0 + 1.0,
        ) || gap < 1.5;
        1.0 - (if ruled { 0.05 } else { 0.12 }) * gap
    } else {
        0.85 - 0.1 * gap
    };
    (place - if overlap { 0.0 } else { 0.25 }).max(0.0)
}

/// A sentence whose blank stands at the beginning of the next line.
fn next_line(form: &FormPage, label: &Label, unit: &Rect, height: f64) -> f64 {
    let Some(last) = label.runs.last().and_then(|last| form.runs.get(*last)) else {
        return 0.0;
    };
    let gap = (unit.y0 - last.place.y1) / height;
    if !(-0.4..1.5).contains(&gap) || unit.x0 > last.place.x1 {
        return 0.0;
    }
    let ends_row = !form
        .runs
        .iter()
        .any(|run| run.place.on_line_with(&last.place) && run.place.x0 > last.place.x1);
    let begins_row = !form.runs.iter().any(|run| {
        run.place.on_line_with(unit) && run.place.x1 < unit.x0 && unit.x0 - run.place.x1 < 20.0 * height
    });
    let sentence = label.text.split(' ').count() >= SENTENCE;
    if !ends_row || !begins_row || !sentence || label.text.ends_with('.') {
        return 0.0;
    }
    if last.colon { 0.8 } else { 0.6 }
}

/// A label below the line that was written on.
fn above(form: &FormPage, label: &Label, unit: &Rect, height: f64) -> f64 {
    let gap = (label.place.y0 - unit.y1) / height;
    if !(-0.3..2.0).contains(&gap) || label.place.overlap_x(unit) <= 0.0 {
        return 0.0;
    }
    // In a box with walls the label belongs to what is below it; lines to write on have none.
    if form.is_walled(&form.cell(&label.place)) {
        return 0.0;
    }
    let between = others(form, label).any(|other| {
        let y = other.place.center_y();
        unit.y1 - 0.3 * height < y && y < label.place.y0 && other.place.overlap_x(unit) > 0.0
    });
    let ruled = form.is_ruled_between(unit.y1 - 3.0, label.place.y0 + 2.0, unit.center_x());
    match (between, ruled) {
        (true, _) => 0.0,
        (false, true) => 0.9,
        (false, false) => 0.4,
    }
}

/// A text right of its blank: `13 % rate`.
fn left(form: &FormPage, label: &Label, unit: &Rect, height: f64) -> f64 {
    let Some(first) = label.runs.first().and_then(|first| form.runs.get(*first)) else {
        return 0.0;
    };
    let gap = (first.place.x0 - unit.x1) / height;
    if !first.place.on_line_with(unit) || !(-0.3..1.5).contains(&gap) {
        return 0.0;
    }
    if first.text.starts_with('%') { 0.9 } else { 0.4 }
}

/// A page whose fields are not known, and which of its runs are printed.
pub(super) struct Unknown<'f> {
    pub(super) form: &'f FormPage,
    pub(super) printed: Vec<bool>,
}

impl Unknown<'_> {
    /// What may be filled in for a label, with how it stands there.
    pub(super) fn near(&self, label: &Label) -> Vec<(Unit, Standing)> {
        let mut found = Vec::new();
        let Some(last) = label.runs.last().and_then(|last| self.form.runs.get(*last)) else {
            return found;
        };
        let height = last.place.height().max(1.0);
        let cell = self.form.cell(&label.place);
        found.extend(self.beside(label, last, &cell, height));
        let below = self.block_below(label, &cell, height);
        let has_below = below.is_some();
        found.extend(below);
        for (index, run) in self.form.runs.iter().enumerate() {
            if !self.is_free(label, index, run) {
                continue;
            }
            let next = next_line(self.form, label, &run.place, height);
            let place = above(self.form, label, &run.place, height);
            // Without a rule a text above is a label's only where nothing stands below it.
            let place = if has_below && place < 0.5 { 0.0 } else { place };
            if next.max(place) > 0.0 {
                let standing = Standing::of(next.max(place), next > place);
                found.push((self.row(label, index, run), standing));
            }
        }
        found
    }

    fn is_free(&self, label: &Label, index: usize, run: &Run) -> bool {
        run.kind == Kind::Text
            && !label.runs.contains(&index)
            && !self.printed.get(index).copied().unwrap_or(false)
            && !is_dash(&run.text)
    }

    /// The text right of the label on its line.
    fn beside(&self, label: &Label, last: &Run, cell: &Rect, height: f64) -> Option<(Unit, Standing)> {
        let behind = self.form.runs.iter().enumerate().filter(|(_, run)| {
            run.place.on_line_with(&last.place)
                && run.place.x0 >= last.place.x1 - 1.0
                && run.kind == Kind::Text
        });
        let (index, run) = behind.min_by(|a, b| a.1.place.x0.total_cmp(&b.1.place.x0))?;
        if !self.is_free(label, index, run) {
            return None;
        }
        let gap = last.place.gap_to_right(&run.place).max(0.0) / height;
        let place = if last.colon { 1.0 } else { 0.8 } - (0.03 * gap).min(0.5);
        let place = if holds(cell, &run.place) {
            place
        } else {
            0.4 * place
        };
        Some((self.row(label, index, run), Standing::of(place, true)))
    }

    /// The run with those beside it that are free, too.
    fn row(&self, label: &Label, index: usize, run: &Run) -> Unit {
        let cell = self.form.cell(&run.place);
        let height = run.place.height().max(1.0);
        let mut beside: Vec<(usize, &Run)> = self
            .form
            .runs
            .iter()
            .enumerate()
            .filter(|(other, beside)| {
                *other == index
                    || beside.place.on_line_with(&run.place)
                        && holds(&cell, &beside.place)
                        && self.is_free(label, *other, beside)
            })
            .collect();
        beside.sort_by(|a, b| a.1.place.x0.total_cmp(&b.1.place.x0));
        let at = beside.iter().position(|(other, _)| *other == index).unwrap_or(0);
        let near = |pair: &[(usize, &Run)]| matches!(pair, [(_, left), (_, right)] if left.place.gap_to_right(&right.place) < WORDS * height);
        let to = at
            + beside
                .get(at..)
                .unwrap_or_default()
                .windows(2)
                .take_while(|pair| near(pair))
                .count();
        let from = at
            - beside
                .get(..=at)
                .unwrap_or_default()
                .windows(2)
                .rev()
                .take_while(|pair| near(pair))
                .count();
        let mut members = beside.get(from..=to).unwrap_or_default().iter();
        let mut unit = members
            .next()
            .map_or_else(|| Unit::of_run(run), |(_, first)| Unit::of_run(first));
        for (_, member) in members {
            unit.add(member, false, false);
        }
        unit
    }

    /// The lines below the label, within its box.
    fn block_below(&self, label: &Label, cell: &Rect, height: f64) -> Option<(Unit, Standing)> {
        let ruled = cell.height() < BOX * height;
        let mut limit = if ruled { BELOW_RULED } else { BELOW };
        let mut unit: Option<Unit> = None;
        for (index, run) in self.form.runs.iter().enumerate() {
            let above = unit.as_ref().map_or(&label.place, |unit| &unit.place);
            let under = run.place.y0 > above.y1 - 0.4 * height && run.place.center_y() > above.y1;
            let shared = above.overlap_x(&run.place);
            // Further lines stand under the first.
            let least = if unit.is_some() {
                0.5 * above.width().min(run.place.width())
            } else {
                0.0
            };
            let aligned = unit.is_none() && ruled || (above.x0 - run.place.x0).abs() < height;
            if !under || !(shared > least || aligned) || !holds(cell, &run.place) {
                continue;
            }
            if (run.place.y0 - above.y1) / height > limit || !self.is_free(label, index, run) {
                break;
            }
            let row = self.row(label, index, run);
            match &mut unit {
                None => unit = Some(row),
                Some(unit) => unit.append(row),
            }
            limit = LEADING;
            if unit.as_ref().is_some_and(|unit| unit.rows() >= LINES) {
                break;
            }
        }
        let unit = unit?;
        let gap = (unit.place.y0 - label.place.y1).max(0.0) / height;
        let place = if ruled { 0.95 - 0.03 * gap } else { 0.8 - 0.2 * gap };
        Some((unit, Standing::of(place.max(0.0), false)))
    }
}

/// The share of single characters among the words of a line, where digits stand in cells of their own.
pub(super) fn is_comb(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').filter(|word| !is_dash(word)).collect();
    let single = words.iter().filter(|word| word.chars().count() == 1).count();
    words.len() >= 4 && float(single) >= 0.9 * float(words.len())
}
