//! The day by which to pay, out of terms of payment in running text.

use std::sync::LazyLock;

use serde::Deserialize;

use super::answer::Why;
use super::ask::Ask;
use super::regions::Relation;
use super::scene::Sheet;
use super::spans::{self, Span};
use super::view::{Segment, View};
use crate::reading::fold::fold;

const DATA: &str = include_str!("../../data/terms.toml");

/// Words of terms of payment, folded.
#[derive(Debug, Default, Deserialize)]
struct Words {
    pay: Vec<String>,
    until: Vec<String>,
    between: Vec<String>,
    discount: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| toml::from_str(DATA).unwrap_or_default());

/// A day by which to pay.
pub(crate) struct Term<'s> {
    pub(crate) segment: usize,
    pub(crate) span: &'s Span,
    pub(crate) why: Why,
}

/// The days on a page that terms of payment end with, but for those of a discount.
pub(crate) fn terms<'s>(sheet: &'s Sheet<'_>, ask: &Ask<'_>) -> Vec<Term<'s>> {
    let mut found = Vec::new();
    for (index, segment) in sheet.view.segments.iter().enumerate() {
        for span in sheet.spans.of(index) {
            if spans::value_of(span, ask).is_none() {
                continue;
            }
            if let Some(said) = said_before(&sheet.view, segment, span) {
                let why = Why::Label {
                    text: said,
                    relation: Relation::Glued,
                    gap: 0.0,
                };
                found.push(Term {
                    segment: index,
                    span,
                    why,
                });
            }
        }
    }
    found
}

/// The words before a day, where they say that it is the last for paying.
fn said_before(view: &View<'_>, segment: &Segment, span: &Span) -> Option<String> {
    let words = &*WORDS;
    let word = |at: usize| folded(segment.slice(at, at + 1));
    let mut at = span.from.checked_sub(1)?;
    if words.between.contains(&word(at)) && at > 0 && words.until.contains(&word(at - 1)) {
        at -= 1;
    }
    if !words.until.contains(&word(at)) {
        return None;
    }
    if takes_off(segment, at) {
        return None;
    }
    let clause = clause(segment, at);
    let before: Vec<String> = (0..at).map(word).collect();
    let pays = before.iter().any(|word| words.pay.contains(word));
    let above = || {
        clause == 0
            && line_above(view, segment)
                .is_some_and(|line| line.split(' ').any(|word| words.pay.contains(&folded(word))))
    };
    (pays || above()).then(|| segment.slice(clause, span.from).to_owned())
}

/// Whether the clause before the word speaks of what is taken off for paying early.
pub(crate) fn takes_off(segment: &Segment, at: usize) -> bool {
    let is_mark = |word: String| WORDS.discount.iter().any(|mark| word.contains(mark.as_str()));
    (clause(segment, at)..at).any(|index| is_mark(folded(segment.slice(index, index + 1))))
}

/// Where the clause of a word begins: `3 % Skonto bis 15.06., netto bis 04.07.`
fn clause(segment: &Segment, at: usize) -> usize {
    (0..at)
        .rfind(|index| segment.slice(*index, *index + 1).ends_with([',', ';', '.', ':']))
        .map_or(0, |index| index + 1)
}

fn folded(word: &str) -> String {
    fold(word)
        .trim_matches(|c: char| !c.is_alphanumeric() && c != '%')
        .to_owned()
}

/// The line that the segment goes on from.
fn line_above<'v>(view: &'v View<'_>, segment: &Segment) -> Option<&'v str> {
    let above = view.rows.get(segment.row.checked_sub(1)?)?;
    let segments = above.segments.iter().filter_map(|index| view.segment(*index));
    segments
        .filter(|upper| upper.place.gap_to_below(&segment.place) < view.unit)
        .find(|upper| (upper.place.x0 - segment.place.x0).abs() < 2.0 * view.unit)
        .map(|upper| upper.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_parse_and_are_folded() {
        let words: Words = toml::from_str(DATA).unwrap();
        for word in [&words.pay, &words.until, &words.between, &words.discount]
            .into_iter()
            .flatten()
        {
            assert_eq!(*word, fold(word));
        }
    }
}
