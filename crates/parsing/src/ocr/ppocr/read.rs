//! Reads lines: a model gives each column of a line a chance for every character, and for none.

use rten::{Model, RunOptions};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::crop::{HEIGHT, Strip};
use crate::number::real;
use crate::ocr::OcrError;

/// Lines that are read at one time; they are padded to the longest.
const BATCH: usize = 6;

/// Pixels of all lines that are read at one time, side by side: they take memory.
const MAX_COLUMNS: usize = 8_000;

/// Shorter lines are padded to this.
const LEAST_WIDTH: usize = 320;

/// A character that was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Read {
    pub(super) character: char,
    /// Its middle, in pixels of the strip.
    pub(super) x: f32,
    /// 0..=1.
    pub(super) chance: f32,
    /// How likely there is a blank before it, as far as the model says.
    pub(super) blank: f32,
}

/// A line that was read, in the order of writing.
pub(super) type Line = Vec<Read>;

/// Mean chance of the characters of a line; 0 of none.
pub(super) fn confidence(line: &Line) -> f32 {
    let sum: f32 = line.iter().map(|read| read.chance).sum();
    sum / real(line.len().max(1))
}

/// The characters that a model knows, in its order.
#[derive(Debug)]
pub(super) struct Alphabet(Vec<char>);

impl Alphabet {
    /// As the model's file lists them, one a line. Before all of them stands "none", behind them the blank.
    pub(super) fn new(list: &str) -> Self {
        let first = |line: &str| line.chars().next().unwrap_or('\u{fffd}');
        Self(list.lines().map(first).chain([' ']).collect())
    }

    pub(super) fn knows(&self, character: char) -> bool {
        self.0.contains(&character)
    }

    /// How likely a column is a blank.
    fn blank(&self, chances: &[f32]) -> f32 {
        chances.get(self.0.len()).copied().unwrap_or(0.0)
    }

    /// The character of that class of the model.
    fn get(&self, class: usize) -> Option<char> {
        self.0.get(class.checked_sub(1)?).copied()
    }
}

/// Reads lines, as many at one time as is good. What comes out has the order of what went in.
pub(super) fn lines(
    model: &Model,
    options: &RunOptions,
    alphabet: &Alphabet,
    strips: &[&Strip],
) -> Result<Vec<Line>, OcrError> {
    // Those of like width together: little is padded.
    let mut order: Vec<usize> = (0..strips.len()).collect();
    let width = |index: &usize| strips.get(*index).map_or(0, |strip| strip.width);
    order.sort_by_key(|index| (width(index), *index));

    let mut lines = vec![Line::new(); strips.len()];
    let mut rest = order.as_slice();
    while let Some(batch) = next_batch(rest, width) {
        rest = rest.get(batch.len()..).unwrap_or_default();
        let members: Vec<&Strip> = batch
            .iter()
            .filter_map(|index| strips.get(*index).copied())
            .collect();
        let read = run(model, options, alphabet, &members)?;
        for (index, line) in batch.iter().zip(read) {
            if let Some(place) = lines.get_mut(*index) {
                *place = line;
            }
        }
    }
    Ok(lines)
}

/// The first of them that go together; at least one.
fn next_batch(order: &[usize], width: impl Fn(&usize) -> usize) -> Option<&[usize]> {
    let fits = |count: &usize| {
        let widest = order.get(count - 1).map_or(0, &width).max(LEAST_WIDTH);
        *count == 1 || widest.saturating_mul(*count) <= MAX_COLUMNS
    };
    let count = (1..=BATCH.min(order.len())).take_while(fits).last()?;
    order.get(..count)
}

fn run(
    model: &Model,
    options: &RunOptions,
    alphabet: &Alphabet,
    strips: &[&Strip],
) -> Result<Vec<Line>, OcrError> {
    let width = strips
        .iter()
        .map(|strip| strip.width)
        .max()
        .unwrap_or(1)
        .max(LEAST_WIDTH);
    let output = model
        .run_one(input(strips, width).into(), Some(options.clone()))
        .map_err(|error| OcrError::Failed(error.to_string()))?;
    let chances: NdTensor<f32, 3> = output
        .try_into()
        .map_err(|_other| OcrError::Failed("the model for reading answers in another form".to_owned()))?;
    let [_, columns, classes] = chances.shape();
    let step = real(width) / real(columns.max(1));
    let data = chances.into_data();
    let of_lines = data.chunks(columns.saturating_mul(classes).max(1));
    Ok(of_lines
        .map(|line| decode(line.chunks(classes.max(1)), step, alphabet))
        .collect())
}

/// Blue, green and red in -1..=1, padded on the right with the middle.
fn input(strips: &[&Strip], width: usize) -> NdTensor<f32, 4> {
    let mut values = Vec::with_capacity(strips.len().saturating_mul(3 * HEIGHT).saturating_mul(width));
    for strip in strips {
        for colour in [2, 1, 0] {
            for row in strip.pixels.chunks(strip.width.max(1)) {
                values.extend(
                    row.iter()
                        .map(|pixel| pixel.get(colour).map_or(0.0, |value| value / 127.5 - 1.0)),
                );
                values.extend(std::iter::repeat_n(0.0, width.saturating_sub(row.len())));
            }
        }
    }
    NdTensor::from_data([strips.len(), 3, HEIGHT, width], values)
}

/// The most likely class of each column; a run of one class is one character.
fn decode<'c>(columns: impl Iterator<Item = &'c [f32]>, step: f32, alphabet: &Alphabet) -> Line {
    let mut line = Line::new();
    let mut open: Option<Run> = None;
    let mut blank = 0.0_f32;
    for (column, chances) in columns.enumerate() {
        let best = chances
            .iter()
            .copied()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((class, chance)) = best else { continue };
        match &mut open {
            Some(run) if run.class == class => run.extend(column, chance),
            _ => {
                let read = open.take().and_then(|run| run.read(step, alphabet));
                // What was said of blanks before a character is not said of those before the next.
                if read.is_some() {
                    blank = 0.0;
                }
                line.extend(read);
                blank = blank.max(alphabet.blank(chances));
                open = Some(Run::new(class, column, chance, blank));
            }
        }
        blank = blank.max(alphabet.blank(chances));
    }
    line.extend(open.and_then(|run| run.read(step, alphabet)));
    line
}

/// Columns of one class.
struct Run {
    class: usize,
    /// Where its columns stand, by their chances.
    weighted: f32,
    weight: f32,
    best: f32,
    blank: f32,
}

impl Run {
    fn new(class: usize, column: usize, chance: f32, blank: f32) -> Self {
        Self {
            class,
            weighted: real(column) * chance,
            weight: chance,
            best: chance,
            blank,
        }
    }

    fn extend(&mut self, column: usize, chance: f32) {
        self.weighted += real(column) * chance;
        self.weight += chance;
        self.best = self.best.max(chance);
    }

    fn read(&self, step: f32, alphabet: &Alphabet) -> Option<Read> {
        Some(Read {
            character: alphabet.get(self.class)?,
            x: (self.weighted / self.weight.max(f32::EPSILON) + 0.5) * step,
            chance: self.best.clamp(0.0, 1.0),
            blank: self.blank,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_characters_and_none_parts_equal_ones() {
        let alphabet = Alphabet::new("a\nb");
        // Classes: none, a, b, blank.
        let columns: [[f32; 4]; 8] = [
            [0.1, 0.9, 0.0, 0.0],
            [0.1, 0.8, 0.1, 0.0],
            [0.9, 0.1, 0.0, 0.0],
            [0.1, 0.9, 0.0, 0.0],
            [0.1, 0.0, 0.0, 0.9],
            [0.1, 0.0, 0.9, 0.0],
            [0.9, 0.0, 0.1, 0.0],
            [0.9, 0.0, 0.1, 0.0],
        ];
        let line = decode(columns.iter().map(<[f32; 4]>::as_slice), 8.0, &alphabet);
        let text: String = line.iter().map(|read| read.character).collect();
        assert_eq!(text, "aa b");
        assert!((line[1].x - 28.0).abs() < 1e-3, "{line:?}");
    }

    #[test]
    fn lines_of_like_width_go_together_within_bounds() {
        let widths = [100, 100, 100, 100, 100, 100, 100, 3_000, 3_000, 3_000];
        let mut rest: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        let mut sizes = Vec::new();
        while let Some(batch) = next_batch(rest, |index| widths[*index]) {
            sizes.push(batch.len());
            rest = &rest[batch.len()..];
        }
        assert_eq!(sizes, [6, 2, 2]);
    }
}
