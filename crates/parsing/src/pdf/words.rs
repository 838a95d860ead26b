//! Words out of glyphs. A PDF places glyphs; which of them make a word is for the reader to find out.

use unicode_normalization::UnicodeNormalization;

use super::glyph::Glyph;
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::PlacedWord;

/// Glyphs whose baselines differ by less than this, in ems, stand on one line.
const SAME_BASELINE: f64 = 0.15;

/// A gap wider than this, in ems, ends a word.
const GAP: f64 = 0.12;

/// Where a blank was drawn, a gap wider than this suffices: blanks are also drawn where none is seen.
const GAP_AT_BLANK: f64 = 0.02;

/// A glyph that starts this far behind the end of the one before, in ems, belongs to something else.
const JUMP_BACK: f64 = -0.6;

/// An equal glyph drawn again within this distance, in ems, makes the first look bold.
const DRAWN_AGAIN: f64 = 0.1;

/// Makes words of a page's glyphs, line by line in each direction of writing.
pub(crate) fn assemble(mut glyphs: Vec<Glyph>) -> Vec<PlacedWord> {
    // The sort is stable: what stands in one place stays in the order in which it was drawn.
    glyphs.sort_by(|a, b| a.direction.cmp(&b.direction).then(a.across.total_cmp(&b.across)));
    let mut words = Vec::new();
    let mut rest = glyphs.as_mut_slice();
    while let Some(first) = rest.first() {
        let (direction, level) = (first.direction, first.across);
        let count = rest
            .iter()
            .take_while(|glyph| on_line(glyph, direction, level))
            .count()
            .max(1);
        let (line, others) = rest.split_at_mut(count);
        rest = others;
        line.sort_by(|a, b| a.along.total_cmp(&b.along));
        words_of_line(line, &mut words);
    }
    words
}

fn on_line(glyph: &Glyph, direction: Direction, level: f64) -> bool {
    glyph.direction == direction && glyph.across - level <= SAME_BASELINE * glyph.size
}

fn words_of_line(line: &[Glyph], words: &mut Vec<PlacedWord>) {
    let mut word: Vec<&Glyph> = Vec::new();
    let mut blank = false;
    for glyph in line {
        blank |= glyph.after_space;
        if let Some(last) = word.last() {
            if is_drawn_again(last, glyph) {
                continue;
            }
            if is_break(last, glyph, blank) {
                words.extend(word_of(&word));
                word.clear();
            }
        }
        blank = false;
        word.push(glyph);
    }
    words.extend(word_of(&word));
}

fn is_drawn_again(last: &Glyph, glyph: &Glyph) -> bool {
    glyph.text == last.text && (glyph.along - last.along).abs() < DRAWN_AGAIN * glyph.size
}

fn is_break(last: &Glyph, glyph: &Glyph, blank: bool) -> bool {
    let em = last.size.max(glyph.size).max(f64::EPSILON);
    let gap = (glyph.along - last.end) / em;
    (blank && gap > GAP_AT_BLANK) || !(JUMP_BACK..=GAP).contains(&gap)
}

fn word_of(glyphs: &[&Glyph]) -> Option<PlacedWord> {
    let first = glyphs.first()?;
    let mut spelled = String::new();
    for glyph in glyphs {
        glyph.text.push_to(&mut spelled);
    }
    let bold = glyphs.iter().filter(|glyph| glyph.bold).count();
    Some(PlacedWord {
        text: spelled.nfc().collect(),
        area: Area::around(glyphs.iter().map(|glyph| &glyph.area))?,
        direction: first.direction,
        start: first.along,
        end: glyphs.iter().map(|glyph| glyph.end).fold(first.end, f64::max),
        baseline: first.across,
        size: glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max),
        bold: bold.saturating_mul(2) > glyphs.len(),
        hidden: glyphs.iter().all(|glyph| glyph.hidden),
        confidence: 1.0,
    })
}
