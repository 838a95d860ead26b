//! Tesseract, a program of its own (Debian's package `tesseract-ocr`). It reads a picture from its standard input and
//! writes a table of words.
//!
//! It is given one thread: with more it takes several times as much for the same page. It is ended at a time limit.

mod table;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::grey::Grey;
use super::upright::Frame;
use super::{OcrEngine, OcrError, OcrOptions, OcrWord, is_too_small};
use crate::Pixels;
use crate::number::{real, whole};

/// Data for telling which way up a page is; no language.
const ORIENTATION: &str = "osd";

/// Pages taller than wide by this are read as one block from top to bottom (receipts); others have columns.
const NARROW: f32 = 1.6;

/// Smaller angles do not disturb.
const ASKEW: f32 = 0.4;

/// From this mean confidence on the page is taken as read.
const CERTAIN: f32 = 0.88;

/// From this mean confidence on print is not too faint.
const LEGIBLE: f32 = 0.7;

/// Another way to take a page has to give so much more.
const BETTER: f32 = 1.02;

/// A page that was evened has to give so much more: dirt is evened as well.
const MUCH_BETTER: f32 = 1.3;

/// With fewer characters something may have been overlooked.
const A_PAGE: usize = 120;

/// Below this mean confidence the page may lie on its side.
const DOUBTFUL: f32 = 0.6;

/// Ways to take a page: as one block of lines from top to bottom, or as columns, blocks and whatever else there is.
const ONE_BLOCK: [&str; 2] = ["--psm", "6"];
const BLOCKS: [&str; 2] = ["--psm", "3"];

/// A table of words is never larger: a full page has a hundredth of it.
const MAX_OUTPUT: u64 = 64 << 20;

/// The installed program.
#[derive(Debug, Clone)]
pub struct Tesseract {
    program: PathBuf,
    languages: BTreeSet<String>,
    limit: Duration,
}

impl Tesseract {
    /// That program, with the languages it says it has data for. A picture takes at most `limit`.
    pub fn new(program: impl Into<PathBuf>, limit: Duration) -> io::Result<Self> {
        let program = program.into();
        let listed = command(&program)
            .arg("--list-langs")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        // The first line is a heading.
        let languages = listed
            .lines()
            .skip(1)
            .map(|line| line.trim().to_owned())
            .collect();
        Ok(Self {
            program,
            languages,
            limit,
        })
    }

    /// Where the program lies on the search path, or None where it is not installed.
    pub fn on_path() -> Option<PathBuf> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join("tesseract"))
            .find(|file| file.is_file())
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Codes of the languages it has data for, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages
            .iter()
            .map(String::as_str)
            .filter(|language| *language != ORIENTATION)
    }

    /// Whether there is data for that language.
    pub fn reads(&self, language: &str) -> bool {
        self.languages.contains(language)
    }

    /// By how many quarters the page has to be turned clockwise to be read, as far as Tesseract can tell.
    fn quarters(&self, page: &Grey, end: Instant) -> Result<Option<u8>, OcrError> {
        if !self.languages.contains(ORIENTATION) {
            return Ok(None);
        }
        let said = match self.run(page, &["--psm", "0", "-l", ORIENTATION], end) {
            Ok(said) => said,
            // So it answers where there are too few characters.
            Err(OcrError::Failed(_)) => return Ok(None),
            Err(other) => return Err(other),
        };
        let degrees = said.lines().find_map(|line| line.strip_prefix("Rotate:"));
        Ok(match degrees.map(str::trim) {
            Some("90") => Some(1),
            Some("180") => Some(2),
            Some("270") => Some(3),
            _ => None,
        })
    }

    /// The words of the picture, read as if it were to be turned by that many quarters.
    fn read(
        &self,
        picture: &Pixels,
        quarters: u8,
        languages: &str,
        end: Instant,
    ) -> Result<Vec<OcrWord>, OcrError> {
        let mut frame = Frame::whole(picture).turned(quarters);
        let mut page = match quarters {
            0 => Grey::of(picture),
            _ => frame.page(picture),
        };
        let skew = page.skew();
        if skew.abs() >= ASKEW {
            frame = frame.straightened(skew);
            page = frame.page(picture);
        }
        let is_narrow = real(page.height) >= NARROW * real(page.width);
        let (first, second) = if is_narrow {
            (ONE_BLOCK, BLOCKS)
        } else {
            (BLOCKS, ONE_BLOCK)
        };
        let read_as = |mode: &[&str], page: &Grey| {
            let common = ["-l", languages, "-c", "tessedit_create_tsv=1"];
            let said = self.run(page, &[mode, &common].concat(), end)?;
            Ok(table::words(&said, &frame, picture))
        };
        let mut best = read_as(&first, &page)?;
        if is_certain(&best) {
            return Ok(best);
        }
        let other_mode = read_as(&second, &page)?;
        if worth(&other_mode) > BETTER * worth(&best) {
            best = other_mode;
        }
        if confidence(&best) >= LEGIBLE && is_a_page(&best) {
            return Ok(best);
        }
        let evened = read_as(&first, &page.evened())?;
        if worth(&evened) > MUCH_BETTER * worth(&best) {
            best = evened;
        }
        Ok(best)
    }

    /// What it says of a picture.
    fn run(&self, page: &Grey, arguments: &[&str], end: Instant) -> Result<String, OcrError> {
        let failed = |error: io::Error| OcrError::Failed(error.to_string());
        let mut child = command(&self.program)
            .args(["stdin", "stdout"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let said = thread::scope(|scope| {
            let (done, result) = mpsc::sync_channel(1);
            let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
            scope.spawn(move || stdin.map(|stdin| write_pgm(stdin, page)));
            scope.spawn(move || {
                let mut said = Vec::new();
                let read = stdout.map(|stdout| stdout.take(MAX_OUTPUT).read_to_end(&mut said));
                // Nobody listens any more when the time is up.
                let _ = done.send(read.transpose().map(|_| said));
            });
            let left = end.saturating_duration_since(Instant::now());
            let said = result.recv_timeout(left);
            if said.is_err() {
                end_process(&mut child);
            }
            said
        });
        let said = said
            .map_err(|_timeout| OcrError::TimeLimit(self.limit.as_secs()))?
            .map_err(failed)?;
        let status = child.wait().map_err(failed)?;
        if !status.success() {
            return Err(OcrError::Failed(format!("tesseract ended with {status}")));
        }
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

impl OcrEngine for Tesseract {
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        if let Some(language) = options.languages.iter().find(|language| !self.reads(language)) {
            return Err(OcrError::Language(language.clone()));
        }
        if is_too_small(picture) {
            return Ok(Vec::new());
        }
        let now = Instant::now();
        let end = now.checked_add(self.limit).unwrap_or(now);
        let languages = options.languages.join("+");
        let words = self.read(picture, 0, &languages, end)?;
        let is_sideways = is_sideways(&words, picture);
        if confidence(&words) >= DOUBTFUL && !is_sideways {
            return Ok(words);
        }
        let candidates = match self.quarters(&Grey::of(picture), end)? {
            Some(quarters) => vec![quarters],
            None if is_sideways => vec![1, 3],
            None => Vec::new(),
        };
        let mut best = if is_sideways { Vec::new() } else { words };
        for quarters in candidates {
            let turned = self.read(picture, quarters, &languages, end)?;
            if worth(&turned) > worth(&best) {
                best = turned;
            }
        }
        Ok(best)
    }
}

/// Whether words run up or down, as they do where Tesseract finds by itself that a page lies on its side: then it does
/// not say which way.
fn is_sideways(words: &[OcrWord], picture: &Pixels) -> bool {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let long = || words.iter().filter(|word| word.text.chars().nth(2).is_some());
    let upright = long().filter(|word| word.bbox.width() * width >= word.bbox.height() * height);
    upright.count() * 2 < long().count()
}

/// Nothing better is to be expected of another way to take the page.
fn is_certain(words: &[OcrWord]) -> bool {
    is_a_page(words) && confidence(words) >= CERTAIN
}

fn is_a_page(words: &[OcrWord]) -> bool {
    let characters: usize = words.iter().map(|word| word.text.chars().count()).sum();
    characters >= A_PAGE
}

/// How much was read: characters by their confidence.
fn worth(words: &[OcrWord]) -> f32 {
    let of = |word: &OcrWord| word.confidence * real(word.text.chars().count());
    words.iter().map(of).sum()
}

/// Mean confidence of characters; 0 of none.
fn confidence(words: &[OcrWord]) -> f32 {
    let (mut sum, mut count) = (0.0, 0.0);
    for word in words {
        let characters = real(word.text.chars().count());
        sum += word.confidence * characters;
        count += characters;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The program with one thread, and nothing of the environment but where its data lies.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("OMP_THREAD_LIMIT", "1");
    if let Some(data) = std::env::var_os("TESSDATA_PREFIX") {
        command.env("TESSDATA_PREFIX", data);
    }
    command
}

fn write_pgm(mut to: impl Write, page: &Grey) -> io::Result<()> {
    write!(to, "P5\n{} {}\n255\n", page.width, page.height)?;
    to.write_all(&page.values)?;
    to.flush()
}

/// Kills and collects the process. Both fail only where it is gone already.
fn end_process(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// A confidence in percent, 0..=1.
fn part(percent: f32) -> f32 {
    real(whole(percent * 100.0)) / 10_000.0
}
