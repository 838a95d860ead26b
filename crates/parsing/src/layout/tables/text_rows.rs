//! Rows of words over the width of the page, cut where columns may part.

use crate::area::Area;
use crate::layout::lines::{self, Segment};
use crate::layout::rules::Rules;
use crate::layout::{PlacedWord, count};

/// Columns of a table may stand nearer to each other than columns of text, in ems.
const GAP: f64 = 0.9;

/// A row of dots has at least so many.
const LEADER: usize = 3;

/// What stands on one height of the page.
#[derive(Debug, Clone)]
pub(super) struct TextRow {
    /// Left to right.
    pub(super) segments: Vec<Segment>,
    pub(super) area: Area,
    pub(super) size: f64,
}

/// The rows of these words, from the top.
pub(super) fn rows(words: &[PlacedWord], members: &[usize], rules: &Rules) -> Vec<TextRow> {
    let mut rows: Vec<TextRow> = lines::rows(words, members)
        .iter()
        .filter_map(|row| {
            let parts = lines::split(row, words, rules, GAP);
            let mut segments: Vec<Segment> = Vec::with_capacity(parts.len());
            for piece in parts.into_iter().flat_map(|part| behind_leaders(part, words)) {
                match segments.last_mut() {
                    Some(before) if is_row_of_dots(&piece, words) => before.words.extend(piece.words),
                    _ => segments.push(piece),
                }
            }
            let area = Area::around(segments.iter().map(|segment| &segment.area))?;
            let size = segments.iter().map(|segment| segment.size).fold(0.0, f64::max);
            Some(TextRow { segments, area, size })
        })
        .collect();
    rows.sort_by(|a, b| {
        a.area
            .center_y()
            .total_cmp(&b.area.center_y())
            .then(a.area.x0.total_cmp(&b.area.x0))
    });
    rows
}

/// A piece cut behind rows of dots that lead from a name to its value. The dots are no part of the extent of what they
/// begin at: how far they go depends on the value.
fn behind_leaders(piece: Segment, words: &[PlacedWord]) -> Vec<Segment> {
    let leads: Vec<bool> = piece
        .words
        .iter()
        .map(|index| words.get(*index).is_some_and(is_leader))
        .collect();
    // A lone dot is no row of dots.
    let dots = |word: &PlacedWord| word.text.chars().filter(|c| is_dot(*c)).count();
    let all: usize = piece
        .words
        .iter()
        .filter_map(|index| words.get(*index))
        .map(dots)
        .sum();
    if all < LEADER || !leads.contains(&true) {
        return vec![piece];
    }
    let is_end = |at: &usize| leads.get(*at) == Some(&true) && leads.get(at + 1) != Some(&true);
    let mut pieces = Vec::new();
    let mut start = 0;
    for end in (0..leads.len())
        .filter(is_end)
        .map(|end| end + 1)
        .chain([leads.len()])
    {
        let part = piece.words.get(start..end).unwrap_or_default();
        let areas = part
            .iter()
            .filter_map(|index| words.get(*index))
            .map(|word| &word.area);
        if let Some(area) = without_leader(part, words).or_else(|| Area::around(areas)) {
            pieces.push(Segment {
                words: part.to_vec(),
                area,
                ..piece.clone()
            });
        }
        start = end;
    }
    pieces
}

/// The extent of words up to the row of dots they end in; none where they are nothing but dots.
fn without_leader(part: &[usize], words: &[PlacedWord]) -> Option<Area> {
    let areas = part
        .iter()
        .filter_map(|index| words.get(*index))
        .map_while(|word| {
            let dots = word.text.chars().rev().take_while(|c| is_dot(*c)).count();
            let letters = word.text.chars().count() - dots;
            let share = if dots < LEADER {
                1.0
            } else {
                count(letters) / count(letters + dots)
            };
            (letters > 0).then_some(Area {
                x1: word.area.x0 + share * word.area.width(),
                ..word.area
            })
        });
    areas.reduce(|all, next| all.union(&next))
}

fn is_row_of_dots(piece: &Segment, words: &[PlacedWord]) -> bool {
    let texts = || {
        piece
            .words
            .iter()
            .filter_map(|index| words.get(*index))
            .flat_map(|word| word.text.chars())
    };
    texts().all(is_dot) && texts().count() >= LEADER
}

/// Whether a word is a row of dots, or ends in one.
fn is_leader(word: &PlacedWord) -> bool {
    let dots = word.text.chars().rev().take_while(|c| is_dot(*c)).count();
    dots >= LEADER || dots > 0 && dots == word.text.chars().count()
}

fn is_dot(c: char) -> bool {
    matches!(c, '.' | '_' | '\u{2026}' | '\u{b7}')
}
