//! The table of words that Tesseract writes: columns parted by tabs, a row for each word, and rows for what words stand
//! in, which are not needed.

use domain::geometry::BBox;

use super::super::OcrWord;
use super::super::quad::{Point, Quad};
use super::super::upright::Frame;
use super::part;
use crate::Pixels;
use crate::number::{index, middle, real};

/// Rows of this level are words.
const WORD: &str = "5";

/// Heights of letters over the type size: of x, of what rises above it, and of what reaches below the line.
const X_HEIGHT: f32 = 0.5;
const RISES: f32 = 0.72;
const REACHES_BELOW: f32 = 0.22;

/// Lines of a page that was laid straight rise no more than this.
const STEEPEST: f32 = 0.05;

/// A word of the table, in pixels of the upright page.
struct Row<'t> {
    /// Block, paragraph and line.
    line: [&'t str; 3],
    text: &'t str,
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    confidence: f32,
}

impl<'t> Row<'t> {
    fn of(row: &'t str) -> Option<Self> {
        let mut columns = row.split('\t');
        (columns.next()? == WORD).then_some(())?;
        let _page = columns.next()?;
        let line = [columns.next()?, columns.next()?, columns.next()?];
        let _nth = columns.next()?;
        let mut number = || columns.next()?.parse::<f32>().ok();
        let (left, top, width, height) = (number()?, number()?, number()?, number()?);
        let percent = number()?;
        let text = columns.next()?.trim();
        (!text.is_empty() && percent >= 0.0).then(|| Self {
            line,
            text,
            left,
            top,
            width,
            height,
            confidence: part(percent).min(1.0),
        })
    }

    fn bottom(&self) -> f32 {
        self.top + self.height
    }

    fn middle(&self) -> f32 {
        self.left + self.width / 2.0
    }

    fn reaches_below(&self) -> bool {
        self.text.contains([
            'g', 'j', 'p', 'q', 'y', 'Q', ',', ';', '(', ')', '[', ']', '{', '}', '|', '$', '@', '_',
        ])
    }

    /// A word of marks alone tells nothing of the line.
    fn tells(&self) -> bool {
        self.text.chars().any(char::is_alphanumeric)
    }

    /// Specks, folds and edges of the paper are read as marks, as a few letters or as very small ones, with little
    /// confidence.
    fn is_dirt(&self, usual_height: f32) -> bool {
        const SURE_OF_MARKS: f32 = 0.6;
        const SURE_OF_SCRAPS: f32 = 0.3;
        let is_scrap = self.text.chars().nth(3).is_none();
        let is_tiny = self.height < usual_height / 2.0;
        ((!self.tells() || is_tiny) && self.confidence < SURE_OF_MARKS)
            || (is_scrap && self.confidence < SURE_OF_SCRAPS)
    }

    /// Type size, by the letters that the word has.
    fn size(&self) -> f32 {
        let rises = self
            .text
            .chars()
            .any(|c| c.is_uppercase() || c.is_ascii_digit() || "bdfhijklt".contains(c) || !c.is_ascii());
        let above = if rises { RISES } else { X_HEIGHT };
        let below = if self.reaches_below() { REACHES_BELOW } else { 0.0 };
        self.height / (above + below)
    }
}

/// The words of a table, on the picture from which the upright page was made.
pub(super) fn words(table: &str, frame: &Frame, picture: &Pixels) -> Vec<OcrWord> {
    let mut rows: Vec<Row<'_>> = table.lines().filter_map(Row::of).collect();
    let are_words = rows
        .iter()
        .filter(|row| row.text.chars().filter(|c| c.is_alphanumeric()).nth(2).is_some());
    let usual_height = middle(are_words.map(|row| row.height).collect());
    rows.retain(|row| !row.is_dirt(usual_height));
    rows.chunk_by(|a, b| a.line == b.line)
        .flat_map(|line| {
            let foot = Foot::of(line);
            line.iter().map(move |row| word(row, foot, frame, picture))
        })
        .collect()
}

/// The line that words stand on, and their type size.
#[derive(Debug, Clone, Copy)]
struct Foot {
    x: f32,
    y: f32,
    slope: f32,
    size: f32,
}

impl Foot {
    /// Through the feet of the words that do not reach below the line.
    fn of(line: &[Row<'_>]) -> Self {
        let mut feet: Vec<(f32, f32)> = line
            .iter()
            .filter(|row| row.tells())
            .map(|row| {
                let below = if row.reaches_below() {
                    REACHES_BELOW * row.size()
                } else {
                    0.0
                };
                (row.middle(), row.bottom() - below)
            })
            .collect();
        if feet.is_empty() {
            feet = line.iter().map(|row| (row.middle(), row.bottom())).collect();
        }
        let count = real(feet.len().max(1));
        let x = feet.iter().map(|(x, _)| x).sum::<f32>() / count;
        let y = feet.iter().map(|(_, y)| y).sum::<f32>() / count;
        let spread: f32 = feet.iter().map(|foot| (foot.0 - x) * (foot.0 - x)).sum();
        let rise: f32 = feet.iter().map(|foot| (foot.0 - x) * (foot.1 - y)).sum();
        // The page was laid straight: what is left of a slope is small.
        let slope = if spread > 0.0 {
            (rise / spread).clamp(-STEEPEST, STEEPEST)
        } else {
            0.0
        };
        let mut sizes: Vec<f32> = line.iter().filter(|row| row.tells()).map(Row::size).collect();
        if sizes.is_empty() {
            sizes = line.iter().map(|row| row.height).collect();
        }
        Self {
            x,
            y,
            slope,
            size: middle(sizes),
        }
    }

    fn at(&self, x: f32) -> f32 {
        self.y + (x - self.x) * self.slope
    }
}

fn word(row: &Row<'_>, foot: Foot, frame: &Frame, picture: &Pixels) -> OcrWord {
    let (width, height) = (real(index(picture.width)), real(index(picture.height)));
    let fraction = |point: Point| (f64::from(point.x / width), f64::from(point.y / height));
    let (right, bottom) = (row.left + row.width, row.bottom());
    let corners = Quad {
        top_left: frame.back(row.left, row.top),
        top_right: frame.back(right, row.top),
        bottom_right: frame.back(right, bottom),
        bottom_left: frame.back(row.left, bottom),
    };
    let (least, most) = corners.bounds();
    let ((x0, y0), (x1, y1)) = (fraction(least), fraction(most));
    OcrWord {
        text: row.text.to_owned(),
        bbox: BBox::new(x0, y0, x1, y1),
        confidence: row.confidence,
        baseline: [row.left, right].map(|x| fraction(frame.back(x, foot.at(x)))),
        size: f64::from(foot.size / height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line_stand_on_one_line_whatever_reaches_below_it() {
        let picture = Pixels {
            width: 1_000,
            height: 500,
            rgb: Vec::new(),
        };
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                     4\t1\t1\t1\t1\t0\t100\t100\t400\t30\t-1\t\n\
                     5\t1\t1\t1\t1\t1\t100\t100\t100\t36\t96.5\tTotal\n\
                     5\t1\t1\t1\t1\t2\t300\t100\t100\t47\t90\tpaid)\n\
                     5\t1\t1\t1\t1\t3\t500\t100\t100\t36\t-1\t \n";
        let words = words(table, &Frame::whole(&picture), &picture);
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["Total", "paid)"]);
        assert_eq!(words[0].bbox, BBox::new(0.1, 0.2, 0.2, 0.272));
        assert!((words[0].confidence - 0.965).abs() < 1e-6);
        for word in &words {
            assert!((word.baseline[0].1 - 0.272).abs() < 0.002, "{word:?}");
            assert!((word.size - 0.1).abs() < 0.005, "{word:?}");
        }
    }
}
