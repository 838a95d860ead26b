//! Files that are pictures: PNG, JPEG, WebP (of a moving one, the first picture) and TIFF with any number of pages.
//!
//! They hold no text of their own: every page asks for character recognition. How large a page is on paper comes from
//! the file where that is credible, see [`density`].

mod density;
mod single;
mod tiff;

use std::sync::{Mutex, PoisonError};

use domain::geometry::BBox;
use domain::parsed::{Page, PageSize, ParsedDocument, Picture, TextOrigin};
use domain::parsing::{OcrMode, ParseConfig};
use image::DynamicImage;
use image::metadata::Orientation;

use crate::limits::Limit;
use crate::ocr::{OcrReason, OcrRequest};
use crate::{Format, ParseError, Parsed, Pixels};
use density::Density;
use single::Single;
use tiff::Tiff;

/// Bytes that the pixels of one picture unpack to before they are made red, green and blue: as many as
/// [`crate::limits::MAX_PIXELS`] take in three colours. One with transparency or finer steps may have fewer pixels.
const MAX_BYTES: u64 = 3 * crate::limits::MAX_PIXELS;

/// A page as far as it is known without its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Head {
    /// As stored, before it is turned.
    width: u32,
    height: u32,
    density: Option<Density>,
    orientation: Orientation,
}

impl Head {
    /// Points, as the page is seen.
    fn size(&self) -> PageSize {
        let (across, down) = density::per_inch(self.density, self.width, self.height);
        let (width, height) = self.seen((
            f64::from(self.width) * 72.0 / across,
            f64::from(self.height) * 72.0 / down,
        ));
        PageSize { width, height }
    }

    /// Width and height as the page is seen, of those as it is stored.
    fn seen<T>(&self, (width, height): (T, T)) -> (T, T) {
        match self.orientation {
            Orientation::NoTransforms
            | Orientation::FlipHorizontal
            | Orientation::FlipVertical
            | Orientation::Rotate180 => (width, height),
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (height, width),
        }
    }
}

/// A file of pictures whose heads were read.
pub(crate) struct PictureFile<'a> {
    heads: Vec<Head>,
    source: Pages<'a>,
}

enum Pages<'a> {
    One(Single<'a>),
    /// Reading moves about in the file.
    Many(Box<Mutex<Tiff<'a>>>),
}

impl<'a> PictureFile<'a> {
    /// Reads the heads. Pixels are not looked at yet, but their number is checked.
    pub(crate) fn open(bytes: &'a [u8], format: Format, max_pages: u32) -> Result<Self, ParseError> {
        if format == Format::Tiff {
            let (tiff, heads) = Tiff::open(bytes, max_pages)?;
            return Ok(Self {
                heads,
                source: Pages::Many(Box::new(Mutex::new(tiff))),
            });
        }
        let single = Single::new(bytes, format)?;
        Ok(Self {
            heads: vec![single.head()?],
            source: Pages::One(single),
        })
    }

    /// Size of that page (from 1) in points.
    pub(crate) fn size(&self, number: u32) -> Option<PageSize> {
        self.head(number).map(Head::size)
    }

    /// How many pixels that page (from 1) has across and down, as it is seen.
    pub(crate) fn pixel_size(&self, number: u32) -> Option<(u32, u32)> {
        self.head(number).map(|head| head.seen((head.width, head.height)))
    }

    fn head(&self, number: u32) -> Option<&Head> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.heads.get(index)
    }

    /// The pixels of that page (from 1), the right way up, on white.
    pub(crate) fn pixels(&self, number: u32) -> Result<Pixels, ParseError> {
        let no_such = ParseError::NoSuchPage { page: number };
        let index = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1))
            .filter(|index| *index < self.heads.len())
            .ok_or(no_such)?;
        match &self.source {
            Pages::One(single) => single.pixels(),
            Pages::Many(tiff) => tiff.lock().unwrap_or_else(PoisonError::into_inner).pixels(index),
        }
    }
}

/// Reads a file of pictures: pages without words, and a request for each. A file of which not even the first page has
/// pixels is refused; pixels of further pages are looked at when they are drawn.
pub(crate) fn parse(bytes: &[u8], format: Format, config: &ParseConfig) -> Result<Parsed, ParseError> {
    let file = PictureFile::open(bytes, format, config.max_pages)?;
    file.pixels(1)?;
    let mut parsed = Parsed::from(ParsedDocument {
        media_type: media_type(format).to_owned(),
        ..ParsedDocument::default()
    });
    for (number, head) in (1..).zip(&file.heads) {
        let size = head.size();
        let request = OcrRequest {
            page: number,
            size,
            reason: OcrReason::Picture,
        };
        match config.ocr {
            OcrMode::Auto => parsed.ocr.push(request),
            OcrMode::Off => parsed.document.warnings.extend(request.unanswered()),
        }
        parsed.document.pages.push(Page {
            number,
            size: Some(size),
            origin: TextOrigin::Ocr,
            pictures: vec![Picture { bbox: BBox::PAGE }],
            ..Page::default()
        });
    }
    Ok(parsed)
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "image/jpeg",
        Format::Tiff => "image/tiff",
        Format::WebP => "image/webp",
        _ => "image/png",
    }
}

fn broken(format: Format, reason: &(impl ToString + ?Sized)) -> ParseError {
    ParseError::Broken {
        media_type: media_type(format).to_owned(),
        reason: reason.to_string(),
    }
}

/// Refuses what has too many pixels, or none.
fn check(format: Format, width: u32, height: u32, bytes: u64) -> Result<(), ParseError> {
    if width == 0 || height == 0 {
        return Err(broken(format, "it has no pixels"));
    }
    Limit::Pixels.check(u64::from(width).saturating_mul(u64::from(height)))?;
    if bytes > MAX_BYTES {
        return Err(Limit::Pixels.exceeded());
    }
    Ok(())
}

/// Red, green and blue on white, the right way up.
fn finished(mut picture: DynamicImage, orientation: Orientation) -> Pixels {
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    let rgb = if picture.color().has_alpha() {
        on_white(&picture.into_rgba8())
    } else {
        picture.into_rgb8().into_raw()
    };
    Pixels { width, height, rgb }
}

fn on_white(picture: &image::RgbaImage) -> Vec<u8> {
    let blend = |colour: u8, alpha: u8| {
        let (colour, alpha) = (u32::from(colour), u32::from(alpha));
        let mixed = (colour * alpha + 255 * (255 - alpha) + 127) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    picture
        .pixels()
        .flat_map(|image::Rgba([r, g, b, a])| [blend(*r, *a), blend(*g, *a), blend(*b, *a)])
        .collect()
}
