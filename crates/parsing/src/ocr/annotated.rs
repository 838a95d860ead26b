//! A picture whose text is known already: somebody wrote down what stands on it, line by line, with the places.
//!
//! Corpora of scanned documents come with such lines. With them, what reads values can be measured apart from what reads
//! characters.

use domain::geometry::BBox;
use domain::parsed::ParsedDocument;
use domain::parsing::{OcrMode, ParseConfig};

use super::quad::{Point, Quad};
use super::{OcrWord, merge};
use crate::number::{index, real, single};
use crate::picture::PictureFile;
use crate::{Format, ParseError, Source, parse, sniff};

/// Where the line stands on which type stands, and how large the type is, as parts of the height of an annotated line,
/// which reaches from the top of capitals to below the line.
const BASELINE: f32 = 0.8;
const TYPE_SIZE: f32 = 0.85;

/// A line of writing on a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotatedLine {
    /// Its corners in pixels of the picture as it is seen, from the top left clockwise.
    pub corners: [(f64, f64); 4],
    /// What it says. Blanks part words.
    pub text: String,
}

/// Reads a picture (PNG, JPEG, WebP, the first page of a TIFF) by lines that are known, in place of recognition. Words
/// are cut out of the lines, each as wide as its characters are many, and laid out as recognised ones are.
///
/// [`ParseError::NotDrawn`] for formats that are not pictures, else as [`parse`].
pub fn annotated(source: &Source<'_>, lines: &[AnnotatedLine]) -> Result<ParsedDocument, ParseError> {
    const PAGE: u32 = 1;
    let Some(format @ (Format::Png | Format::Jpeg | Format::Tiff | Format::WebP)) =
        sniff(source.bytes).format
    else {
        return Err(ParseError::NotDrawn);
    };
    let file = PictureFile::open(source.bytes, format, PAGE)?;
    let (width, height) = file
        .pixel_size(PAGE)
        .ok_or(ParseError::NoSuchPage { page: PAGE })?;
    let sides = (real(index(width)), real(index(height)));
    let words = lines.iter().flat_map(|line| words(line, sides)).collect();
    // The page is to be asked for, whether or not others are to be recognised.
    let config = ParseConfig {
        ocr: OcrMode::Auto,
        ..source.config.clone()
    };
    let parsed = parse(&Source {
        config: &config,
        ..*source
    })?;
    Ok(merge(parsed, vec![(PAGE, Ok(words))]))
}

/// The words of a line, on a picture with that many pixels across and down.
fn words(line: &AnnotatedLine, (width, height): (f32, f32)) -> Vec<OcrWord> {
    let [top_left, top_right, bottom_right, bottom_left] =
        line.corners.map(|(x, y)| Point::new(single(x), single(y)));
    let quad = Quad {
        top_left,
        top_right,
        bottom_right,
        bottom_left,
    };
    let fraction = |point: Point| (f64::from(point.x / width), f64::from(point.y / height));
    let text = line.text.trim();
    let count = real(text.chars().count().max(1));
    let mut passed = 0_usize;
    let mut words = Vec::new();
    for text in text.split(char::is_whitespace) {
        let length = text.chars().count();
        let (from, to) = (real(passed) / count, real(passed.saturating_add(length)) / count);
        // The blank behind it.
        passed = passed.saturating_add(length).saturating_add(1);
        if text.is_empty() {
            continue;
        }
        let (least, most) = quad.part(from, to, 0.0, 1.0).bounds();
        let ((x0, y0), (x1, y1)) = (fraction(least), fraction(most));
        words.push(OcrWord {
            text: text.to_owned(),
            bbox: BBox::new(x0, y0, x1, y1),
            confidence: 1.0,
            baseline: [fraction(quad.at(from, BASELINE)), fraction(quad.at(to, BASELINE))],
            size: f64::from(quad.height() * TYPE_SIZE / height),
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{PictureForm, Pixels, encode};

    fn picture() -> Vec<u8> {
        let pixels = Pixels {
            width: 400,
            height: 200,
            rgb: vec![255; 3 * 400 * 200],
        };
        encode(&pixels, PictureForm::Png).unwrap()
    }

    fn line(x: f64, y: f64, width: f64, text: &str) -> AnnotatedLine {
        AnnotatedLine {
            corners: [(x, y), (x + width, y), (x + width, y + 20.0), (x, y + 20.0)],
            text: text.to_owned(),
        }
    }

    #[test]
    fn words_are_as_wide_as_their_characters_are_many() {
        let lines = [
            line(20.0, 100.0, 80.0, "Total  EUR"),
            line(20.0, 40.0, 100.0, "Invoice"),
        ];
        let config = ParseConfig {
            ocr: OcrMode::Off,
            ..ParseConfig::default()
        };
        let bytes = picture();
        let document = annotated(&Source::new(&bytes, &config), &lines).unwrap();
        assert_eq!(document.text(), "Invoice\nTotal EUR");
        assert_eq!(document.warnings, Vec::<String>::new());
        assert!(!document.chunks.is_empty());
        let [page] = document.pages.as_slice() else {
            panic!("{document:?}")
        };
        let currency = page.words.last().unwrap();
        assert!((currency.bbox.x0() - 76.0 / 400.0).abs() < 1e-4, "{currency:?}");
        assert!((currency.bbox.x1() - 100.0 / 400.0).abs() < 1e-4, "{currency:?}");
        assert!((currency.bbox.y0() - 0.5).abs() < 1e-4, "{currency:?}");
    }

    #[test]
    fn what_is_no_picture_has_no_lines_on_it() {
        let config = ParseConfig::default();
        let read = annotated(&Source::new(b"Invoice 4711", &config), &[]);
        assert_eq!(read, Err(ParseError::NotDrawn));
    }
}
