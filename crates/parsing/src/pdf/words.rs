//! Words out of glyphs. A PDF places glyphs; which of them make a word is for the reader to find out.

use std::ops::RangeInclusive;

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;

use super::glyph::Glyph;
use crate::area::Area;
use crate::bidi;
use crate::direction::Direction;
use crate::layout::PlacedWord;

/// Glyphs whose baselines differ by less than this, in ems, stand on one line.
const SAME_BASELINE: f64 = 0.15;

/// A gap wider than this, in ems, ends a word.
const GAP: f64 = 0.1;

/// What was drawn at different times is one word only where it touches this closely, in ems: columns may lie as near as
/// letters do.
const GAP_OF_PIECES: f64 = 0.05;

/// Where a blank was drawn, a gap wider than this suffices: blanks are also drawn where none is seen.
const GAP_AT_BLANK: f64 = 0.02;

/// A glyph that starts this far behind the end of the one before, in ems, belongs to something else.
const JUMP_BACK: f64 = -0.6;

/// An equal glyph drawn again within this distance, in ems, makes the first look bold.
const DRAWN_AGAIN: f64 = 0.1;

/// So many pieces that start at one place are compared to find those drawn again, and a letter has so many marks.
const MAX_DRAWN_AGAIN: usize = 100;
const MAX_MARKS: usize = 4;

/// A piece that starts this far before the end of the one before it, in ems, was set on top of it.
const ON_TOP: f64 = -0.12;

/// Room is made for words of this length.
const WORD_LENGTH: usize = 5;

/// Makes words of a page's glyphs, line by line in each direction of writing.
pub(crate) fn assemble(glyphs: &[Glyph]) -> Vec<PlacedWord> {
    let mut by_line: Vec<(usize, &Glyph)> = glyphs.iter().enumerate().collect();
    by_line.sort_by(|(_, a), (_, b)| a.direction.cmp(&b.direction).then(a.across.total_cmp(&b.across)));
    let mut words = Vec::with_capacity(glyphs.len() / WORD_LENGTH);
    let mut rest = by_line.as_mut_slice();
    while let Some((_, first)) = rest.first() {
        let (direction, level) = (first.direction, first.across);
        let count = rest
            .iter()
            .take_while(|(_, glyph)| on_line(glyph, direction, level))
            .count()
            .max(1);
        let (line, others) = rest.split_at_mut(count);
        rest = others;
        line.sort_by_key(|(drawn, _)| *drawn);
        words.extend(words_of(pieces(line)));
    }
    words
}

fn on_line(glyph: &Glyph, direction: Direction, level: f64) -> bool {
    glyph.direction == direction && glyph.across - level <= SAME_BASELINE * glyph.size
}

/// Glyphs drawn one after the other without a gap. What another text printed over them lies in pieces of its own.
#[derive(Debug)]
struct Piece<'g> {
    glyphs: Vec<&'g Glyph>,
    start: f64,
    end: f64,
    size: f64,
    /// A blank was drawn before it.
    blank: bool,
    /// Drawn more than once to look bold.
    doubled: bool,
    /// Drawn from right to left.
    leftwards: bool,
}

impl<'g> Piece<'g> {
    fn of(glyph: &'g Glyph) -> Self {
        let mut glyphs = Vec::with_capacity(2 * WORD_LENGTH);
        glyphs.push(glyph);
        Self {
            glyphs,
            start: glyph.along,
            end: glyph.end,
            size: glyph.size,
            blank: glyph.after_space,
            doubled: false,
            leftwards: false,
        }
    }

    /// The gap from its end to there, in ems.
    fn gap_to(&self, start: f64, size: f64) -> f64 {
        (start - self.end) / self.size.max(size).max(f64::EPSILON)
    }

    fn push(&mut self, glyph: &'g Glyph) {
        self.glyphs.push(glyph);
        self.start = self.start.min(glyph.along);
        self.end = self.end.max(glyph.end);
        self.size = self.size.max(glyph.size);
    }

    /// Whether the glyph goes on to the left of this piece. Letters that are written from right to left are drawn so by
    /// some producers, and from left to right by others.
    fn goes_on_leftwards(&self, glyph: &Glyph) -> bool {
        let Some(last) = self.glyphs.last() else {
            return false;
        };
        let letters = self
            .glyphs
            .iter()
            .take(MAX_MARKS + 2)
            .filter(|glyph| !glyph.text.is_mark());
        let may = self.leftwards || (self.glyphs.len() <= MAX_MARKS + 1 && letters.count() == 1);
        let gap = (self.start - glyph.end) / glyph.size.max(f64::EPSILON);
        may && (glyph.text.is_rtl() || last.text.is_rtl())
            && glyph.along < last.along
            && !is_break(gap, glyph.after_space, JUMP_BACK..=GAP)
    }

    /// Whether the glyph is a mark on a letter of this piece, or the letter under a mark.
    fn shares_place_with(&self, glyph: &Glyph) -> bool {
        let Some(last) = self.glyphs.last() else {
            return false;
        };
        let slack = DRAWN_AGAIN * glyph.size;
        if glyph.text.is_mark() {
            return (self.start - slack..=self.end + slack).contains(&glyph.along);
        }
        last.text.is_mark() && (glyph.along..glyph.end - slack).contains(&last.along)
    }

    /// From left to right, as far as drawing tells.
    fn seen(mut self) -> Self {
        if self.leftwards {
            self.glyphs.reverse();
            // The blank before it, in the order of reading, is on its other side.
            self.blank = false;
        }
        self
    }

    fn append(&mut self, next: Self) {
        self.glyphs.extend(next.glyphs);
        self.end = self.end.max(next.end);
        self.size = self.size.max(next.size);
        self.doubled |= next.doubled;
    }

    /// Whether this is the same text in the same place.
    fn repeats(&self, other: &Self) -> bool {
        (self.start - other.start).abs() < DRAWN_AGAIN * self.size
            && self.glyphs.len() == other.glyphs.len()
            && self
                .glyphs
                .iter()
                .zip(&other.glyphs)
                .all(|(a, b)| a.text == b.text)
    }
}

/// The pieces of a line whose glyphs come in the order of drawing; by their start.
fn pieces<'g>(line: &[(usize, &'g Glyph)]) -> Vec<Piece<'g>> {
    let mut pieces: Vec<Piece<'g>> = Vec::new();
    for (_, glyph) in line {
        let Some(open) = pieces.last_mut() else {
            pieces.push(Piece::of(glyph));
            continue;
        };
        if open.glyphs.last().is_some_and(|last| is_drawn_again(last, glyph)) {
            open.doubled = true;
            continue;
        }
        if open.shares_place_with(glyph) {
            open.push(glyph);
            continue;
        }
        if open.goes_on_leftwards(glyph) {
            open.leftwards = true;
            open.push(glyph);
            continue;
        }
        let gap = open.gap_to(glyph.along, glyph.size);
        let back = open
            .glyphs
            .last()
            .is_some_and(|last| glyph.along < last.along - DRAWN_AGAIN * glyph.size);
        if back || is_break(gap, glyph.after_space, JUMP_BACK..=GAP) {
            pieces.push(Piece::of(glyph));
        } else {
            open.push(glyph);
        }
    }
    let mut pieces: Vec<Piece<'g>> = pieces.into_iter().map(Piece::seen).collect();
    pieces.sort_by(|a, b| a.start.total_cmp(&b.start));
    pieces
}

/// Puts pieces together that follow each other without a gap, and drops those drawn again.
fn words_of(pieces: Vec<Piece<'_>>) -> Vec<PlacedWord> {
    let mut single: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let near = single
            .iter_mut()
            .rev()
            .take(MAX_DRAWN_AGAIN)
            .take_while(|other| piece.start - other.start < DRAWN_AGAIN * piece.size);
        match near.into_iter().find(|other| piece.repeats(other)) {
            Some(first) => first.doubled = true,
            None => single.push(piece),
        }
    }
    let mut words: Vec<Piece<'_>> = Vec::with_capacity(single.len());
    for piece in single {
        match words.last_mut() {
            Some(open)
                if !is_break(
                    open.gap_to(piece.start, piece.size),
                    piece.blank,
                    ON_TOP..=GAP_OF_PIECES,
                ) =>
            {
                open.append(piece);
            }
            _ => words.push(piece),
        }
    }
    words.iter().filter_map(word_of).collect()
}

fn is_drawn_again(last: &Glyph, glyph: &Glyph) -> bool {
    glyph.text == last.text && (glyph.along - last.along).abs() < DRAWN_AGAIN * glyph.size
}

fn is_break(gap: f64, blank: bool, near: RangeInclusive<f64>) -> bool {
    (blank && gap > GAP_AT_BLANK) || !near.contains(&gap)
}

fn word_of(piece: &Piece<'_>) -> Option<PlacedWord> {
    let first = piece.glyphs.first()?;
    let spelled = spelled(&piece.glyphs);
    let bold = piece.glyphs.iter().filter(|glyph| glyph.bold).count();
    Some(PlacedWord {
        text: composed(spelled),
        area: Area::around(piece.glyphs.iter().map(|glyph| &glyph.area))?,
        direction: first.direction,
        start: piece.start,
        end: piece.end,
        baseline: first.across,
        size: piece.size,
        bold: piece.doubled || bold.saturating_mul(2) > piece.glyphs.len(),
        hidden: piece.glyphs.iter().all(|glyph| glyph.hidden),
        confidence: 1.0,
    })
}

/// The word's characters in the order in which they are read.
fn spelled(glyphs: &[&Glyph]) -> CompactString {
    if glyphs.iter().any(|glyph| glyph.text.is_rtl()) {
        let texts: Vec<CompactString> = glyphs
            .iter()
            .map(|glyph| {
                let mut text = CompactString::default();
                glyph.text.push_to(&mut text);
                text
            })
            .collect();
        return bidi::word(&texts.iter().map(CompactString::as_str).collect::<Vec<_>>()).into();
    }
    let mut spelled = CompactString::with_capacity(glyphs.len());
    for glyph in glyphs {
        glyph.text.push_to(&mut spelled);
    }
    spelled
}

fn composed(text: CompactString) -> CompactString {
    if text.is_ascii() {
        text
    } else {
        text.nfc().collect()
    }
}
