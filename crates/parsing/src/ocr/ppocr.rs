//! PP-OCR: two models, one that finds lines of writing and one that reads them, run in this process by `rten`.
//!
//! The models are files that the operator provides (`scripts/install`). Whoever holds this may ask it from many threads;
//! each picture is worked on by one, for pages are what is done side by side.

mod blanks;
mod crop;
mod detect;
mod languages;
mod read;

use std::path::Path;
use std::sync::Arc;

use domain::geometry::BBox;
use rten::{Model, ModelOptions, RunOptions, ThreadPool};

use super::quad::{Point, Quad};
use super::{OcrEngine, OcrError, OcrOptions, OcrWord, is_too_small};
use crate::Pixels;
use crate::number::{index, real};
use blanks::Cut;
use crop::Strip;
use read::{Alphabet, Line};

/// The model that finds lines, in the folder of models.
pub(super) const DETECTOR: &str = "ch_PP-OCRv4_det_infer.onnx";
/// The model that reads them.
pub(super) const READER: &str = "ch_PP-OCRv4_rec_infer.onnx";

/// Lines that were read with less confidence than this are no writing.
const LEGIBLE: f32 = 0.5;

/// From this mean confidence on nobody asks whether the page stands on its head.
const CERTAIN: f32 = 0.8;

/// So much surer has the reading of a page on its head to be.
const SURER: f32 = 0.1;

/// Lines that tell which way up a page is.
const SAMPLE: usize = 6;

/// A line is taller than wide from this proportion on.
const TALL: f32 = 1.5;

/// Where the line stands on which type stands, and how large the type is, as parts of the height of a line.
const BASELINE: f32 = 0.78;
const TYPE_SIZE: f32 = 0.85;

/// The models, loaded.
pub struct PpOcr {
    detector: Model,
    reader: Model,
    alphabet: Alphabet,
    options: RunOptions,
    restore_blanks: bool,
}

impl std::fmt::Debug for PpOcr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PpOcr")
    }
}

impl PpOcr {
    /// Whether the folder holds the models.
    pub fn is_in(models: &Path) -> bool {
        [DETECTOR, READER].iter().all(|name| models.join(name).is_file())
    }

    /// Loads the models of a folder. The error says which cannot be used, for the operator.
    pub fn load(models: &Path) -> Result<Self, String> {
        let load = |name: &str| {
            let mut options = ModelOptions::with_all_ops();
            options.prepack_weights(true);
            let file = models.join(name);
            options
                .load_file(&file)
                .map_err(|error| format!("{}: {error}", file.display()))
        };
        let reader = load(READER)?;
        let characters = reader
            .metadata()
            .get("character")
            .ok_or_else(|| format!("{READER} does not say which characters it reads"))?;
        let alphabet = Alphabet::new(characters);
        Ok(Self {
            detector: load(DETECTOR)?,
            reader,
            alphabet,
            options: RunOptions::default().with_thread_pool(Some(Arc::new(ThreadPool::with_num_threads(1)))),
            restore_blanks: true,
        })
    }

    /// Leaves words together that the model did not part. For measuring.
    #[must_use]
    pub fn without_restored_blanks(mut self) -> Self {
        self.restore_blanks = false;
        self
    }

    /// Whether all characters of that language (ISO 639-2, or Tesseract's name for it) are known.
    pub fn reads(&self, language: &str) -> bool {
        languages::characters_of(language)
            .is_some_and(|mut characters| characters.all(|character| self.alphabet.knows(character)))
    }

    /// The lines of a picture, each turned such that it can be read.
    fn found(&self, picture: &Pixels) -> Result<Vec<Found>, OcrError> {
        let lines = detect::lines(&self.detector, &self.options, picture)?;
        let quarters = self.quarters(picture, &lines)?;
        let (mut found, mut tall): (Vec<Quad>, Vec<Quad>) = (Vec::new(), Vec::new());
        for line in lines {
            let line = line.turned(quarters);
            if line.height() > TALL * line.width() {
                tall.push(line);
            } else {
                found.push(line);
            }
        }
        let mut found = self.read(picture, found)?;
        found.extend(self.read_tall(picture, &tall)?);
        found.retain(|found| read::confidence(&found.line) >= LEGIBLE);
        Ok(found)
    }

    /// How the page lies: by so many quarters its lines are turned from how they were found.
    fn quarters(&self, picture: &Pixels, lines: &[Quad]) -> Result<u8, OcrError> {
        let (mut along, mut across) = (0.0_f32, 0.0_f32);
        for line in lines {
            if line.width() > TALL * line.height() {
                along += line.width();
            } else if line.height() > TALL * line.width() {
                across += line.height();
            }
        }
        let upright = u8::from(across > along);
        let mut sample: Vec<Quad> = lines
            .iter()
            .map(|line| line.turned(upright))
            .filter(|line| line.width() > TALL * line.height())
            .collect();
        sample.sort_by(|a, b| b.width().total_cmp(&a.width()));
        sample.truncate(SAMPLE);
        if sample.is_empty() {
            return Ok(upright);
        }
        let on_its_head: Vec<Quad> = sample.iter().map(|line| line.turned(2)).collect();
        let as_found = mean_confidence(&self.read(picture, sample)?);
        if as_found >= CERTAIN {
            return Ok(upright);
        }
        let turned = mean_confidence(&self.read(picture, on_its_head)?);
        Ok(if turned > as_found + SURER {
            upright + 2
        } else {
            upright
        })
    }

    fn read(&self, picture: &Pixels, quads: Vec<Quad>) -> Result<Vec<Found>, OcrError> {
        let strips: Vec<Strip> = quads.iter().map(|quad| Strip::cut(picture, quad)).collect();
        let borrowed: Vec<&Strip> = strips.iter().collect();
        let lines = read::lines(&self.reader, &self.options, &self.alphabet, &borrowed)?;
        let found = quads.into_iter().zip(strips).zip(lines);
        Ok(found
            .map(|((quad, strip), line)| Found { quad, strip, line })
            .collect())
    }

    /// What is taller than wide is a single character, or a line that runs down or up: then it has several, and turned
    /// it is read with more confidence.
    fn read_tall(&self, picture: &Pixels, quads: &[Quad]) -> Result<Vec<Found>, OcrError> {
        let turned = |quarters: u8| quads.iter().map(|quad| quad.turned(quarters)).collect();
        let upright = self.read(picture, turned(0))?;
        let down = self.read(picture, turned(1))?;
        let up = self.read(picture, turned(3))?;
        let surest = |readings: [Found; 3]| {
            let [first, rest @ ..] = readings;
            rest.into_iter().fold(first, |best, next| {
                let is_surer = read::confidence(&next.line) > read::confidence(&best.line) + SURER;
                if is_surer && next.line.len() > 1 {
                    next
                } else {
                    best
                }
            })
        };
        let all = upright.into_iter().zip(down).zip(up);
        Ok(all
            .map(|((upright, down), up)| surest([upright, down, up]))
            .collect())
    }
}

impl OcrEngine for PpOcr {
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        if let Some(language) = options.languages.iter().find(|language| !self.reads(language)) {
            return Err(OcrError::Language(language.clone()));
        }
        if is_too_small(picture) {
            return Ok(Vec::new());
        }
        let found = self.found(picture)?;
        let words = found.iter().flat_map(|found| {
            let cuts = blanks::words(&found.strip, &found.line, self.restore_blanks);
            cuts.into_iter()
                .map(|cut| word(found, cut, picture))
                .collect::<Vec<_>>()
        });
        Ok(words.collect())
    }
}

/// A line, and what was read there.
struct Found {
    quad: Quad,
    strip: Strip,
    line: Line,
}

fn mean_confidence(found: &[Found]) -> f32 {
    let sum: f32 = found.iter().map(|found| read::confidence(&found.line)).sum();
    sum / real(found.len().max(1))
}

fn word(found: &Found, cut: Cut, picture: &Pixels) -> OcrWord {
    let width = real(found.strip.width);
    let (from, to) = (cut.from / width, cut.to / width);
    let part = found.quad.part(from, to, 0.1, 0.9);
    let (width, height) = (real(index(picture.width)), real(index(picture.height)));
    let fraction = |point: Point| (f64::from(point.x / width), f64::from(point.y / height));
    let (least, most) = part.bounds();
    let ((x0, y0), (x1, y1)) = (fraction(least), fraction(most));
    OcrWord {
        text: cut.text,
        bbox: BBox::new(x0, y0, x1, y1),
        confidence: cut.confidence,
        baseline: [
            fraction(found.quad.at(from, BASELINE)),
            fraction(found.quad.at(to, BASELINE)),
        ],
        size: f64::from(found.quad.height() * TYPE_SIZE / height),
    }
}
