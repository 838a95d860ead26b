//! A page as a form: its printed texts, what was filled in, its boxes to be ticked, and the cells that rules make.

use std::collections::HashMap;

use domain::parsed::PairKind;

use super::super::candidates::Part;
use super::super::rect::Rect;
use super::super::regions::has_content;
use super::super::view::{Segment, View};
use crate::reading;

/// A label goes on over at most so many lines.
const LINES: usize = 6;
/// Lines of one label are this near to each other, in line heights.
const LEADING: f64 = 0.6;
/// A line of a label begins so near to the one before, in line heights: numbers before labels hang out.
const INDENT: f64 = 2.5;
/// Sides of a box to be ticked are shorter than this, in points.
const TICK_SIDE: f64 = 16.0;
/// On a page with more rules than these no cells are looked for: they make a drawing.
const MOST_RULES: usize = 4_000;

/// What a run of words is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Printed, or not known to be filled in.
    Text,
    /// The value of that form field (counted on the page).
    Field(usize),
    /// A box to be ticked, and whether it is.
    Mark(bool),
}

/// Words of one segment that belong together.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) kind: Kind,
    pub(super) part: Part,
    pub(super) place: Rect,
    pub(super) text: String,
    /// A colon ends it.
    pub(super) colon: bool,
}

/// A printed text, over one line or several.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// Indices of its runs, from the top.
    pub(super) runs: Vec<usize>,
    pub(super) place: Rect,
    pub(super) text: String,
}

/// A page as a form.
#[derive(Debug)]
pub(super) struct FormPage {
    /// In reading order of rows.
    pub(super) runs: Vec<Run>,
    pub(super) labels: Vec<Label>,
    /// The form's fields are known: what is filled in is known word by word.
    pub(super) has_fields: bool,
    across: Vec<Rect>,
    down: Vec<Rect>,
    page: Rect,
}

impl FormPage {
    pub(super) fn new(view: &View<'_>) -> Self {
        let fields = fields(view);
        let mut runs = Vec::new();
        for (index, segment) in view.segments.iter().enumerate() {
            if segment.cell.is_none() {
                runs_of(index, segment, &fields.words, &mut runs);
            }
        }
        let rules = view.page.rules.iter().take(MOST_RULES);
        let (across, down): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.horizontal);
        let place = |rule: &domain::parsed::Rule| Rect::on_page(&rule.bbox, view.width, view.height);
        let long = |rect: &Rect| rect.width().max(rect.height()) > TICK_SIDE;
        let page = Rect {
            x0: 0.0,
            y0: 0.0,
            x1: view.width,
            y1: view.height,
        };
        let mut form = Self {
            runs,
            labels: Vec::new(),
            has_fields: fields.any,
            across: across.into_iter().map(place).filter(long).collect(),
            down: down
                .into_iter()
                .map(place)
                .filter(|rect| rect.height() > 9.0)
                .collect(),
            page,
        };
        form.labels = labels(&form);
        form
    }

    pub(super) fn marks(&self) -> impl Iterator<Item = (usize, &Run, bool)> {
        self.runs
            .iter()
            .enumerate()
            .filter_map(|(index, run)| match run.kind {
                Kind::Mark(on) => Some((index, run, on)),
                _ => None,
            })
    }

    /// The cell that the place stands in: as far as the rules around it, or the page.
    pub(super) fn cell(&self, place: &Rect) -> Rect {
        let mut cell = self.page;
        let (x, y) = (place.x0 + 0.1 * place.width().min(20.0), place.center_y());
        for rule in &self.across {
            if rule.x0 - 2.0 <= x && x <= rule.x1 + 2.0 {
                if rule.center_y() <= y {
                    cell.y0 = cell.y0.max(rule.center_y());
                } else {
                    cell.y1 = cell.y1.min(rule.center_y());
                }
            }
        }
        for rule in &self.down {
            if rule.y0 - 2.0 <= y && y <= rule.y1 + 2.0 {
                if rule.center_x() <= x {
                    cell.x0 = cell.x0.max(rule.center_x());
                } else {
                    cell.x1 = cell.x1.min(rule.center_x());
                }
            }
        }
        cell
    }

    /// Whether rules down bound the cell on both sides.
    pub(super) fn is_walled(&self, cell: &Rect) -> bool {
        cell.x0 > self.page.x0 && cell.x1 < self.page.x1
    }

    /// Whether a rule across stands between two heights over the middle of a place.
    pub(super) fn is_ruled_between(&self, from: f64, to: f64, x: f64) -> bool {
        let mut rules = self.across.iter();
        rules.any(|rule| {
            from <= rule.center_y() && rule.center_y() <= to && rule.x0 - 2.0 <= x && x <= rule.x1 + 2.0
        })
    }
}

struct Fields {
    /// By word of the page the field that it is the value of.
    words: HashMap<usize, usize>,
    any: bool,
}

fn fields(view: &View<'_>) -> Fields {
    let mut words = HashMap::new();
    let mut any = false;
    for (field, pair) in view.page.pairs.iter().enumerate() {
        if pair.kind != PairKind::FormField {
            continue;
        }
        any = true;
        for word in pair.words.iter().filter_map(|word| usize::try_from(*word).ok()) {
            words.entry(word).or_insert(field);
        }
    }
    Fields { words, any }
}

/// Whether a word alone is a box to be ticked, or a tick.
fn mark(text: &str) -> Option<bool> {
    let boxed = text.chars().all(|c| !c.is_alphanumeric())
        || text.starts_with(['[', '(']) && text.ends_with([']', ')']) && text.chars().count() == 3;
    let dots = text.chars().all(|c| matches!(c, '●' | '■' | '○'));
    (boxed && !dots)
        .then(|| reading::booleans::parse_boolean(text))
        .flatten()
}

fn runs_of(index: usize, segment: &Segment, filled: &HashMap<usize, usize>, runs: &mut Vec<Run>) {
    let kind_of = |at: usize| {
        let text = segment.slice(at, at + 1);
        if let Some(on) = mark(text) {
            return Kind::Mark(on);
        }
        let field = segment.words.get(at).and_then(|word| filled.get(word));
        field.map_or(Kind::Text, |field| Kind::Field(*field))
    };
    let mut from = 0;
    while from < segment.len() {
        let kind = kind_of(from);
        let mut to = from + 1;
        let ends = |to: usize| segment.slice(to - 1, to).ends_with(':');
        while to < segment.len() && kind_of(to) == kind && !matches!(kind, Kind::Mark(_)) && !ends(to) {
            to += 1;
        }
        let text = segment.slice(from, to).to_owned();
        let colon = kind == Kind::Text && ends(to);
        if has_content(&text) || matches!(kind, Kind::Mark(_)) || is_dash(&text) || text.starts_with('%') {
            runs.push(Run {
                kind,
                part: Part {
                    segment: index,
                    from,
                    to,
                },
                place: segment.place_of(from, to),
                text,
                colon,
            });
        }
        from = to;
    }
}

pub(super) fn is_dash(text: &str) -> bool {
    matches!(text, "-" | "–" | "—" | "/")
}

/// Printed runs put together where a text goes on in the next line.
fn labels(form: &FormPage) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (index, run) in form.runs.iter().enumerate() {
        if run.kind != Kind::Text || !has_content(&run.text) {
            continue;
        }
        open.retain(|label| {
            labels
                .get(*label)
                .is_some_and(|label| run.place.y0 - label.place.y1 < run.place.height())
        });
        let goes_on = open.iter().copied().find(|label| {
            labels
                .get(*label)
                .is_some_and(|label| continues(form, label, run))
        });
        if let Some(label) = goes_on.and_then(|at| labels.get_mut(at)) {
            label.runs.push(index);
            label.place = label.place.union(&run.place);
            label.text.push(' ');
            label.text.push_str(&run.text);
            continue;
        }
        open.push(labels.len());
        labels.push(Label {
            runs: vec![index],
            place: run.place,
            text: run.text.clone(),
        });
    }
    labels
}

/// Whether the run is the next line of the label.
fn continues(form: &FormPage, label: &Label, run: &Run) -> bool {
    let Some(last) = label.runs.last().and_then(|last| form.runs.get(*last)) else {
        return false;
    };
    let height = last.place.height().min(run.place.height()).max(1.0);
    let gap = run.place.y0 - last.place.y1;
    let near =
        gap > -0.5 * height && gap < LEADING * height && run.place.center_y() > last.place.y1 - 0.2 * height;
    let indented = run.place.x0 - label.place.x0;
    let aligned = indented > -height && indented < INDENT * height;
    let same_type = (last.place.height() - run.place.height()).abs() < 0.2 * height;
    let first = run.text.chars().find(|c| !c.is_whitespace());
    let runs_on = first.is_some_and(|c| c.is_lowercase() || matches!(c, '(' | '&' | '/'));
    let hangs = last.text.contains(' ')
        && (last.text.ends_with([',', '-', '/', '&'])
            || last.text.split(' ').next_back().is_some_and(super::is_connecting));
    label.runs.len() < LINES
        && !last.colon
        && near
        && aligned
        && same_type
        && (runs_on || hangs)
        && !form.is_ruled_between(last.place.y1 - 1.0, run.place.y0 + 1.0, run.place.x0 + 1.0)
}
