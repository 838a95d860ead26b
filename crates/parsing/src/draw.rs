//! Pages as pictures: for character recognition and for people.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::{FilterType, resize};
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use serde::{Deserialize, Serialize};

use crate::limits::Limit;
use crate::number::{side, single, whole};
use crate::pdf::{self, Pdf};
use crate::picture::PictureFile;
use crate::{Format, ParseError, Source, sniff};

/// A picture in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row from the top: `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

impl std::fmt::Debug for Pixels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixels({} x {})", self.width, self.height)
    }
}

impl Pixels {
    /// The same picture with that many pixels. Pixels that do not fill the picture become an empty one.
    pub(crate) fn resized(self, width: u32, height: u32) -> Self {
        let picture = RgbImage::from_raw(self.width, self.height, self.rgb).unwrap_or_default();
        let resized = resize(&picture, width.max(1), height.max(1), FilterType::Triangle);
        Self {
            width: resized.width(),
            height: resized.height(),
            rgb: resized.into_raw(),
        }
    }
}

/// How large a page is drawn. A picture that would have more than [`crate::limits::MAX_PIXELS`] is drawn smaller.
/// A page that is a picture already is not enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// So many pixels an inch of the page.
    Dpi(f64),
    /// So many pixels across.
    Width(u32),
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureForm {
    /// Portable Network Graphics.
    Png,
    /// WebP, without loss.
    WebP,
}

/// A document whose pages are drawn one after the other.
pub struct Drawing<'a> {
    pages: Pages<'a>,
}

enum Pages<'a> {
    Pdf(Box<Pdf>),
    Pictures(Box<PictureFile<'a>>),
}

impl<'a> Drawing<'a> {
    /// Opens a document to draw pages of. [`ParseError::NotDrawn`] for formats without a layout of their own.
    pub fn open(source: &'a Source<'a>) -> Result<Self, ParseError> {
        let pages = match sniff(source.bytes).format {
            Some(Format::Pdf) => Pages::Pdf(Box::new(pdf::open(source.bytes, source.password)?)),
            Some(format @ (Format::Png | Format::Jpeg | Format::Tiff | Format::WebP)) => {
                let file = PictureFile::open(source.bytes, format, source.config.max_pages)?;
                Pages::Pictures(Box::new(file))
            }
            _ => return Err(ParseError::NotDrawn),
        };
        Ok(Self { pages })
    }

    /// The page of that number (from 1), as it is seen: with its rotation, on white.
    pub fn page(&self, number: u32, scale: Scale) -> Result<Pixels, ParseError> {
        match &self.pages {
            Pages::Pdf(pdf) => pdf::draw(pdf, number, scale),
            Pages::Pictures(file) => picture(file, number, scale),
        }
    }
}

/// Text of a picture is not made smaller than this: what a file says of its size on paper may be wrong.
const LEGIBLE_SIDE: f64 = 1_600.0;

/// Pixels are at most so many times as high as they are wide, or the other way about.
const MOST_UNEVEN: f64 = 4.0;

fn picture(file: &PictureFile<'_>, number: u32, scale: Scale) -> Result<Pixels, ParseError> {
    let pixels = file.pixels(number)?;
    let size = file.size(number).ok_or(ParseError::NoSuchPage { page: number })?;
    let (width, height) = (f64::from(pixels.width), f64::from(pixels.height));
    let (across, down) = match scale {
        Scale::Dpi(dpi) => {
            let (across, down) = (size.width / 72.0 * dpi / width, size.height / 72.0 * dpi / height);
            let legible = LEGIBLE_SIDE / width.min(height);
            let finer = across.min(down);
            let factor = finer.max(legible).min(1.0);
            // A fax has half as many rows as it should: it is not to look squat.
            let even = |factor: f64| (factor / finer).clamp(1.0, MOST_UNEVEN);
            (factor * even(across), factor * even(down))
        }
        Scale::Width(across) => {
            let factor = (f64::from(across) / width).min(1.0);
            (factor, factor)
        }
    };
    let is_as_it_is = |factor: f64| (factor - 1.0).abs() < 0.01;
    if is_as_it_is(across) && is_as_it_is(down) {
        return Ok(pixels);
    }
    let scaled = |pixels: f64, factor: f64| side(whole(single((pixels * factor).round()))).max(1);
    Ok(pixels.resized(scaled(width, across), scaled(height, down)))
}

/// A picture as a file.
pub(crate) fn encode(pixels: &Pixels, form: PictureForm) -> Result<Vec<u8>, ParseError> {
    let mut file = Vec::new();
    let Pixels { width, height, rgb } = pixels;
    let colours = ExtendedColorType::Rgb8;
    let written = match form {
        PictureForm::Png => PngEncoder::new(&mut file).write_image(rgb, *width, *height, colours),
        PictureForm::WebP => WebPEncoder::new_lossless(&mut file).write_image(rgb, *width, *height, colours),
    };
    // A WebP has no more than 16,383 pixels a side.
    written.map_err(|_too_large| Limit::Pixels.exceeded())?;
    Ok(file)
}
