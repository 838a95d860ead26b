//! A line that was read, cut into words.
//!
//! The model often drops blanks. They are found again by what it thought of and did not say, and by the room between
//! characters.

use super::crop::{HEIGHT, Strip};
use super::read::Read;
use crate::number::{middle, real, whole};

/// A word of a line; places are pixels of its strip.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub(super) text: String,
    pub(super) from: f32,
    pub(super) to: f32,
    pub(super) confidence: f32,
}

/// Cuts a line at the blanks that the model read and, if wanted, at those that it dropped.
pub(super) fn words(strip: &Strip, line: &[Read], restore: bool) -> Vec<Cut> {
    let ink = Ink::of(strip);
    let blanks = if restore { dropped(line, &ink) } else { Vec::new() };
    let mut words: Vec<Vec<Read>> = Vec::new();
    let mut is_new = true;
    let mut nth = 0_usize;
    for read in line {
        if read.character == ' ' {
            is_new = true;
            continue;
        }
        is_new |= blanks.get(nth).copied().unwrap_or(false);
        match words.last_mut() {
            Some(word) if !is_new => word.push(*read),
            _ => words.push(vec![*read]),
        }
        is_new = false;
        nth = nth.saturating_add(1);
    }
    let before = std::iter::once(None).chain(words.iter().map(|word| word.last()));
    let after = words
        .iter()
        .skip(1)
        .map(|word| word.first())
        .chain(std::iter::once(None));
    words
        .iter()
        .zip(before.zip(after))
        .filter_map(|(word, around)| cut(word, around, &ink))
        .collect()
}

/// A word with its place. It ends before the middle of the room to its neighbours: where a line is drawn through the
/// writing or below it, ink alone does not part them.
fn cut(word: &[Read], (before, after): (Option<&Read>, Option<&Read>), ink: &Ink) -> Option<Cut> {
    let (first, last) = (word.first()?, word.last()?);
    let least = before.map_or(0.0, |before| f32::midpoint(before.x, first.x));
    let most = after.map_or(f32::INFINITY, |after| f32::midpoint(last.x, after.x));
    let chance: f32 = word.iter().map(|read| read.chance).sum();
    Some(Cut {
        text: word.iter().map(|read| read.character).collect(),
        from: ink.left_of(first.x).max(least),
        to: ink.right_of(last.x).min(most),
        confidence: chance / real(word.len()),
    })
}

/// For each character but blanks, whether a blank before it was dropped.
///
/// Two things speak for it: the model thought of one, if not enough to say so; and there is more room between the inks
/// of both characters than is usual in the line. The weights are those of a logistic regression over characters of
/// receipts; with room alone it takes most of a character's width.
fn dropped(line: &[Read], ink: &Ink) -> Vec<bool> {
    const THOUGHT: f32 = 0.78;
    const ROOM: f32 = 9.8;
    const LEAST_THOUGHT: f32 = 1e-4;
    let characters: Vec<&Read> = line.iter().filter(|read| read.character != ' ').collect();
    let pairs = characters.iter().zip(characters.iter().skip(1));
    let steps = pairs.clone().map(|(a, b)| b.x - a.x);
    let gaps: Vec<f32> = pairs.map(|(a, b)| ink.widest_gap(a.x, b.x)).collect();
    let (mut step, mut gap) = (middle(steps.collect()).max(1.0), middle(gaps.clone()));
    // A few characters do not tell what is usual.
    if characters.len() < FEW {
        step = step.min(USUAL_STEP);
        gap = gap.min(USUAL_GAP);
    }
    let is_blank = |(read, room): (&&Read, f32)| {
        let thought = read.blank.max(LEAST_THOUGHT).ln();
        THOUGHT * thought + ROOM * (room - gap) / step > 0.0
    };
    let after_the_first = characters.iter().skip(1).zip(gaps).map(is_blank);
    std::iter::once(false).chain(after_the_first).collect()
}

/// Lines of fewer characters are measured by what is usual elsewhere.
const FEW: usize = 4;
/// From middle to middle of two characters, and between their inks, in pixels of a strip.
const USUAL_STEP: f32 = 22.0;
const USUAL_GAP: f32 = 5.0;

/// Which columns of a strip have ink.
#[derive(Debug)]
pub(super) struct Ink(Vec<bool>);

/// Rows at the strip's edges are not looked at: lines above and below reach in there.
const EDGE: usize = HEIGHT / 6;

impl Ink {
    fn of(strip: &Strip) -> Self {
        let rows = EDGE..HEIGHT - EDGE;
        let greys: Vec<f32> = rows
            .clone()
            .flat_map(|y| (0..strip.width).map(move |x| strip.grey(x, y)))
            .collect();
        let threshold = threshold(&greys);
        let dark = greys.iter().filter(|grey| **grey < threshold).count();
        // White on black is ink as well: there is less ink than paper.
        let ink_is_dark = dark.saturating_mul(2) <= greys.len();
        let columns = (0..strip.width).map(|x| {
            rows.clone()
                .filter(|y| (strip.grey(x, *y) < threshold) == ink_is_dark)
                .count()
                > 0
        });
        Self(columns.collect())
    }

    fn has(&self, x: usize) -> bool {
        self.0.get(x).copied().unwrap_or(false)
    }

    fn widest_gap(&self, from: f32, to: f32) -> f32 {
        let (mut widest, mut open) = (0_usize, 0_usize);
        for x in whole(from)..whole(to) {
            open = if self.has(x) { 0 } else { open.saturating_add(1) };
            widest = widest.max(open);
        }
        real(widest)
    }

    /// Where the ink at that place begins.
    fn left_of(&self, x: f32) -> f32 {
        let start = whole(x);
        real(
            (0..=start)
                .rev()
                .find(|x| !self.has(*x))
                .map_or(0, |x| x + 1)
                .min(start),
        )
    }

    /// Where the ink at that place ends.
    fn right_of(&self, x: f32) -> f32 {
        let start = whole(x);
        let end = self.0.len().max(start);
        real((start..end).find(|x| !self.has(*x)).unwrap_or(end))
    }
}

/// The brightness that best parts ink from paper: Otsu's method.
fn threshold(greys: &[f32]) -> f32 {
    let mut counts = [0.0_f32; 256];
    for grey in greys {
        if let Some(count) = counts.get_mut(whole(*grey).min(255)) {
            *count += 1.0;
        }
    }
    let all: f32 = counts.iter().sum();
    let total: f32 = counts
        .iter()
        .zip(0_u16..)
        .map(|(count, grey)| count * f32::from(grey))
        .sum();
    let (mut below, mut sum_below) = (0.0_f32, 0.0_f32);
    let (mut best, mut at) = (0.0_f32, 128.0_f32);
    for (count, grey) in counts.iter().zip(0_u16..) {
        below += count;
        sum_below += count * f32::from(grey);
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum_below / below - (total - sum_below) / above;
        let score = below / all * (above / all) * apart * apart;
        if score > best {
            (best, at) = (score, f32::from(grey) + 0.5);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line whose characters have ink of 12 pixels each and stand that far apart; `_` is a blank that was dropped.
    fn line(text: &str, gap: usize, blank: f32) -> (Strip, Vec<Read>) {
        let (mut reads, mut inked, mut x, mut thought) = (Vec::new(), Vec::new(), gap, 0.0);
        for character in text.chars() {
            if character == '_' {
                (x, thought) = (x + 14, blank);
                continue;
            }
            inked.push(x..x + 12);
            reads.push(Read {
                character,
                x: real(x) + 6.0,
                chance: 0.9,
                blank: thought,
            });
            (x, thought) = (x + 12 + gap, 0.0);
        }
        // Strokes, with paper between: less than half of a line is ink.
        let is_ink = |x: usize, y: usize| y.is_multiple_of(3) && inked.iter().any(|ink| ink.contains(&x));
        let shade = |x: usize, y: usize| if is_ink(x, y) { 10.0 } else { 240.0 };
        let places = (0..HEIGHT).flat_map(|y| (0..x).map(move |x| (x, y)));
        let pixels = places.map(|(x, y)| [shade(x, y); 3]).collect();
        (Strip { width: x, pixels }, reads)
    }

    fn cut_into(text: &str, gap: usize, blank: f32, restore: bool) -> Vec<String> {
        let (strip, reads) = line(text, gap, blank);
        words(&strip, &reads, restore)
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn dropped_blanks_are_found_by_room_and_by_thought() {
        assert_eq!(
            cut_into("TOTAL_AMOUNT_RM", 3, 0.2, true),
            ["TOTAL", "AMOUNT", "RM"]
        );
        assert_eq!(cut_into("TOTAL_AMOUNT_RM", 3, 0.2, false), ["TOTALAMOUNTRM"]);
        assert_eq!(cut_into("TOTALAMOUNT", 3, 0.0, true), ["TOTALAMOUNT"]);
        assert_eq!(cut_into("T", 3, 0.0, true), ["T"]);
        assert_eq!(cut_into("", 3, 0.0, true), [""; 0]);
    }

    #[test]
    fn words_reach_from_ink_to_ink() {
        let (strip, reads) = line("AB_CD", 3, 0.5);
        let places: Vec<(f32, f32)> = words(&strip, &reads, true)
            .iter()
            .map(|word| (word.from, word.to))
            .collect();
        assert_eq!(places, [(3.0, 30.0), (47.0, 74.0)]);
    }
}
