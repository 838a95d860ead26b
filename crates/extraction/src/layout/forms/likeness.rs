//! Whether a page is a form, where the file does not say so.

use super::super::rect::float;
use super::super::regions::has_content;
use super::super::view::View;
use super::names::{WORDS, tokens};
use super::page::{FormPage, Label};

/// A title has at most so many words.
const TITLE_WORDS: usize = 10;
/// So many boxes to be ticked, asides in brackets, and numbers in order are as many as a form needs to have.
const TICKS: usize = 3;
const ASIDES: usize = 4;
const NUMBERS: usize = 5;
/// A numbered text of more words is a clause.
const LABEL_WORDS: usize = 14;
/// What says that it is a form: any two of them do.
const ENOUGH: f64 = 1.0;
/// What each of them counts.
const HALF: f64 = 0.5;

/// Whether it calls itself a form, has boxes to be ticked, explains its labels in brackets, and numbers them: most of
/// it, or two in full.
pub(super) fn is_form(form: &FormPage, view: &View<'_>) -> bool {
    let ticks = form.marks().count();
    let asides = form.labels.iter().filter(|label| is_explained(label)).count();
    let numbers = numbered(form);
    let share = |count: usize, enough: usize| HALF * (float(count) / float(enough)).min(1.0);
    let titled = if is_titled(form, view) { HALF } else { 0.0 };
    titled + share(ticks, TICKS) + share(asides, ASIDES) + share(numbers, NUMBERS) >= ENOUGH
}

/// A short text at the head of the page, or in large type, with a word for a form.
fn is_titled(form: &FormPage, view: &View<'_>) -> bool {
    form.labels.iter().any(|label| {
        let words = tokens(&label.text);
        let at_head = label.place.y0 < 0.2 * view.height;
        let large = label.runs.len() == 1 && label.place.height() > 1.4 * view.unit;
        words.len() <= TITLE_WORDS
            && (at_head || large)
            && words.iter().any(|word| {
                WORDS.titles.contains(&word.text)
                    || WORDS
                        .titles
                        .iter()
                        .any(|title| title.len() >= 6 && word.text.ends_with(title.as_str()))
            })
    })
}

/// A short text with words in brackets: `Reference number(s) (see instructions)`.
fn is_explained(label: &Label) -> bool {
    let Some((before, after)) = label.text.split_once('(') else {
        return false;
    };
    let inside = after.split(')').next().unwrap_or_default();
    let worded = inside.chars().filter(|c| c.is_lowercase()).count() >= 4;
    worded && has_content(before) && before.split(' ').count() <= LABEL_WORDS
}

/// How many texts are numbered in order, from the top: 1, 2, 3, by themselves or before a text.
fn numbered(form: &FormPage) -> usize {
    let mut next = 1_usize;
    for label in &form.labels {
        let mut words = label.text.split(' ');
        let number = words.next().unwrap_or_default().trim_end_matches(['.', ')']);
        let rest = words.count();
        if rest <= LABEL_WORDS && number.len() <= 2 && number.parse::<usize>() == Ok(next) {
            next += 1;
        }
    }
    next - 1
}
