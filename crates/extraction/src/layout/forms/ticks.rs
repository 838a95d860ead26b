//! Boxes to be ticked and the texts that say what they are for.

use super::super::rect::Rect;
use super::names::WORDS;
use super::page::{FormPage, Kind, Label, Run};
use crate::reading::fold::fold;

/// A text stands so near to its box, in heights of the box.
const BESIDE: f64 = 3.5;
const ABOVE: f64 = 2.5;

/// A box with a text that may name it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Named {
    /// Index of the box's run.
    pub(super) mark: usize,
    pub(super) on: bool,
    /// Index of the label.
    pub(super) label: usize,
    /// How well they stand to each other, 0..=1.
    pub(super) place: f64,
}

/// Every box with the texts around it.
pub(super) fn named(form: &FormPage) -> Vec<Named> {
    let mut all = Vec::new();
    for (mark, run, on) in form.marks() {
        let cell = form.cell(&run.place);
        let size = run.place.height().max(4.0);
        let right = beside(form, &run.place, size, true);
        let left = beside(form, &run.place, size, false);
        let right = right.filter(|(_, _, gap)| *gap < BESIDE * size);
        let mut add = |label: usize, place: f64| {
            all.push(Named {
                mark,
                on,
                label,
                place,
            });
        };
        if let Some((label, _, gap)) = right {
            add(label, 1.0 - 0.05 * gap / size);
        }
        if let Some((label, run, gap)) = left {
            let near = gap < BESIDE * size || run.colon || right.is_none();
            let place = if run.colon || right.is_none() { 0.95 } else { 0.55 };
            if near {
                add(label, place - 0.02 * (gap / size).min(15.0));
            }
        }
        let above = form.labels.iter().enumerate().filter(|(_, label)| {
            let gap = run.place.y0 - label.place.y1;
            (-0.3 * size..ABOVE * size).contains(&gap)
                && label.place.overlap_x(&run.place) > 0.0
                && cell.y0 <= label.place.center_y()
                && cell.x0 <= label.place.center_x()
                && label.place.center_x() <= cell.x1
        });
        if right.is_none()
            && let Some((label, _)) = above.min_by(|a, b| b.1.place.y1.total_cmp(&a.1.place.y1))
        {
            add(label, 0.9);
        }
    }
    all
}

/// The nearest text on the line right or left of the box with no other box between: its label, and how far it is.
fn beside<'f>(form: &'f FormPage, mark: &Rect, size: f64, right: bool) -> Option<(usize, &'f Run, f64)> {
    let cell = form.cell(mark);
    let gap_to = |place: &Rect| {
        if right {
            place.x0 - mark.x1
        } else {
            mark.x0 - place.x1
        }
    };
    let on_line = |run: &Run| {
        let apart = (run.place.center_y() - mark.center_y()).abs();
        apart < 0.6 * size.max(run.place.height()) && gap_to(&run.place) > -2.0
    };
    let nearest = form
        .runs
        .iter()
        .enumerate()
        .filter(|(_, run)| run.place != *mark && on_line(run))
        .min_by(|a, b| gap_to(&a.1.place).total_cmp(&gap_to(&b.1.place)))?;
    let (index, run) = nearest;
    let walled = run.place.center_x() < cell.x0 || run.place.center_x() > cell.x1;
    if run.kind != Kind::Text || walled {
        return None;
    }
    let label = form.labels.iter().position(|label| label.runs.contains(&index))?;
    Some((label, run, gap_to(&run.place)))
}

/// Whether the label is an answer alone: yes or no.
pub(super) fn answer(label: &Label) -> Option<bool> {
    let word = fold(&label.text);
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if WORDS.yes.iter().any(|yes| yes == word) {
        return Some(true);
    }
    WORDS.no.iter().any(|no| no == word).then_some(false)
}
