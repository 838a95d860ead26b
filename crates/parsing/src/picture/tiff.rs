//! TIFF: each directory of the file is a page. Previews and masks are none.
//!
//! Read are 1 to 16 bits of grey, and red, green and blue, CMYK and YCbCr of 8 and 16 bits, unpacked, or packed by LZW,
//! Deflate, `PackBits`, JPEG or CCITT (Group 3 and 4). What the crate `tiff` does not read is refused by name: palettes,
//! JPEG in the form of TIFF 6.0, colours in Lab.

mod fax;

use std::io::Cursor;

use ::tiff::decoder::ifd::Value;
use ::tiff::decoder::{Decoder, DecodingResult, Limits};
use ::tiff::tags::Tag;
use ::tiff::{ColorType, TiffError};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageBuffer, RgbImage, RgbaImage};

use super::{Density, Head, MAX_BYTES, broken, check, finished};
use crate::number::index;
use crate::{Format, ParseError, Pixels};

/// Directories that are counted at most: beyond, a file is refused whatever it holds.
const MAX_DIRECTORIES: usize = 65_536;

/// Bits of the tag that tells what a directory is for.
const PREVIEW: u32 = 1;
const MASK: u32 = 4;

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

/// An open file.
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    reader: Reader<'a>,
    /// The directory of each page.
    directories: Vec<usize>,
}

impl<'a> Tiff<'a> {
    /// The file, and the heads of its pages.
    pub(super) fn open(bytes: &'a [u8], max_pages: u32) -> Result<(Self, Vec<Head>), ParseError> {
        let mut limits = Limits::default();
        limits.decoding_buffer_size = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX);
        limits.intermediate_buffer_size = limits.decoding_buffer_size;
        let mut reader = Decoder::new(Cursor::new(bytes))
            .map_err(refusal)?
            .with_limits(limits);
        let (mut directories, mut heads) = (Vec::new(), Vec::new());
        for directory in 0..MAX_DIRECTORIES {
            let purpose: u32 = tag(&mut reader, Tag::NewSubfileType).unwrap_or(0);
            if purpose & (PREVIEW | MASK) == 0 {
                directories.push(directory);
                heads.push(head(&mut reader)?);
            }
            if !reader.more_images() {
                break;
            }
            reader.next_image().map_err(refusal)?;
        }
        let pages = u32::try_from(directories.len()).unwrap_or(u32::MAX);
        if pages > max_pages {
            return Err(ParseError::TooManyPages {
                pages,
                limit: max_pages,
            });
        }
        if pages == 0 {
            return Err(broken(Format::Tiff, "it has no pages"));
        }
        let tiff = Self {
            bytes,
            reader,
            directories,
        };
        Ok((tiff, heads))
    }

    /// The pixels of the page of that index.
    pub(super) fn pixels(&mut self, page: usize) -> Result<Pixels, ParseError> {
        let directory = self.directories.get(page).copied().unwrap_or(usize::MAX);
        self.reader.seek_to_image(directory).map_err(refusal)?;
        let head = head(&mut self.reader)?;
        let picture = match fax::Group3::of(&mut self.reader) {
            Some(fax) => fax.read(self.bytes, &mut self.reader, head.width, head.height),
            None => decoded(&mut self.reader, head.width, head.height)?,
        };
        Ok(finished(picture, head.orientation))
    }
}

fn head(reader: &mut Reader<'_>) -> Result<Head, ParseError> {
    let (width, height) = reader.dimensions().map_err(refusal)?;
    // Group 3 has no layout that the crate knows; it is one bit a pixel.
    let bytes = match fax::Group3::of(reader) {
        Some(_) => 0,
        None => reader.image_buffer_layout().map_err(refusal)?.complete_len,
    };
    check(
        Format::Tiff,
        width,
        height,
        u64::try_from(bytes).unwrap_or(u64::MAX),
    )?;
    let orientation = tag(reader, Tag::Orientation)
        .and_then(|orientation: u32| u8::try_from(orientation).ok())
        .and_then(Orientation::from_exif);
    Ok(Head {
        width,
        height,
        density: density(reader),
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

fn density(reader: &mut Reader<'_>) -> Option<Density> {
    let mut measure = |tag| match reader.find_tag(tag).ok()?? {
        Value::Rational(parts, of) => Some(f64::from(parts) / f64::from(of)),
        Value::Float(measure) => Some(f64::from(measure)),
        _ => None,
    };
    let (x, y) = (measure(Tag::XResolution)?, measure(Tag::YResolution)?);
    match tag(reader, Tag::ResolutionUnit).unwrap_or(2_u32) {
        2 => Some(Density { x, y }),
        3 => Some(Density::per_centimetre(x, y)),
        _ => None,
    }
}

/// A number of the directory; None where it is missing or damaged.
fn tag(reader: &mut Reader<'_>, tag: Tag) -> Option<u32> {
    reader.find_tag_unsigned(tag).ok().flatten()
}

fn decoded(reader: &mut Reader<'_>, width: u32, height: u32) -> Result<DynamicImage, ParseError> {
    let colour = reader.colortype().map_err(refusal)?;
    let samples = reader.read_image().map_err(refusal)?;
    let picture = match (colour, samples) {
        (ColorType::Gray(8), DecodingResult::U8(grey)) => {
            GrayImage::from_raw(width, height, grey).map(DynamicImage::ImageLuma8)
        }
        (ColorType::Gray(bits @ (1 | 2 | 4)), DecodingResult::U8(packed)) => {
            GrayImage::from_raw(width, height, unpacked(&packed, bits, index(width)))
                .map(DynamicImage::ImageLuma8)
        }
        (ColorType::Gray(16), DecodingResult::U16(grey)) => {
            ImageBuffer::from_raw(width, height, grey).map(DynamicImage::ImageLuma16)
        }
        (ColorType::RGB(8), DecodingResult::U8(rgb)) => {
            RgbImage::from_raw(width, height, rgb).map(DynamicImage::ImageRgb8)
        }
        (ColorType::RGB(16), DecodingResult::U16(rgb)) => {
            ImageBuffer::from_raw(width, height, rgb).map(DynamicImage::ImageRgb16)
        }
        (ColorType::RGBA(8), DecodingResult::U8(rgba)) => {
            RgbaImage::from_raw(width, height, rgba).map(DynamicImage::ImageRgba8)
        }
        (ColorType::RGBA(16), DecodingResult::U16(rgba)) => {
            ImageBuffer::from_raw(width, height, rgba).map(DynamicImage::ImageRgba16)
        }
        (ColorType::CMYK(8), DecodingResult::U8(cmyk)) => {
            RgbImage::from_raw(width, height, quads(&cmyk, from_cmyk)).map(DynamicImage::ImageRgb8)
        }
        (ColorType::CMYK(16), DecodingResult::U16(cmyk)) => {
            let cmyk: Vec<u8> = cmyk.iter().map(|sample| high_byte(*sample)).collect();
            RgbImage::from_raw(width, height, quads(&cmyk, from_cmyk)).map(DynamicImage::ImageRgb8)
        }
        (ColorType::YCbCr(8), DecodingResult::U8(ycc)) => {
            RgbImage::from_raw(width, height, from_ycc(&ycc)).map(DynamicImage::ImageRgb8)
        }
        _ => {
            return Err(broken(
                Format::Tiff,
                &format!("its colours ({colour:?}) are not read"),
            ));
        }
    };
    picture.ok_or_else(|| broken(Format::Tiff, "there are fewer pixels than it says"))
}

fn high_byte(sample: u16) -> u8 {
    let [high, _] = sample.to_be_bytes();
    high
}

/// Grey of less than eight bits: rows begin with a whole byte.
fn unpacked(packed: &[u8], bits: u8, width: usize) -> Vec<u8> {
    let a_byte = usize::from(8 / bits);
    let brightest = u8::MAX >> (8 - bits);
    let step = u8::MAX / brightest;
    packed
        .chunks(width.div_ceil(a_byte).max(1))
        .flat_map(|row| {
            let samples = row.iter().flat_map(move |byte| {
                (1..=a_byte).map(move |nth| {
                    let shift = (a_byte - nth) * usize::from(bits);
                    ((*byte >> shift) & brightest) * step
                })
            });
            samples.take(width)
        })
        .collect()
}

fn quads(samples: &[u8], colour: impl Fn([u8; 4]) -> [u8; 3]) -> Vec<u8> {
    let (quads, _) = samples.as_chunks::<4>();
    quads.iter().flat_map(|quad| colour(*quad)).collect()
}

fn from_cmyk([c, m, y, k]: [u8; 4]) -> [u8; 3] {
    [c, m, y].map(|ink| {
        let light = u32::from(255 - ink) * u32::from(255 - k) / 255;
        u8::try_from(light).unwrap_or(u8::MAX)
    })
}

/// As JPEG defines it (ITU-R BT.601, all steps used).
fn from_ycc(samples: &[u8]) -> Vec<u8> {
    let (triples, _) = samples.as_chunks::<3>();
    triples
        .iter()
        .flat_map(|[y, cb, cr]| {
            let (y, cb, cr) = (f32::from(*y), f32::from(*cb) - 128.0, f32::from(*cr) - 128.0);
            [
                crate::number::byte(y + 1.402 * cr),
                crate::number::byte(y - 0.344_14 * cb - 0.714_14 * cr),
                crate::number::byte(y + 1.772 * cb),
            ]
        })
        .collect()
}

fn refusal(error: TiffError) -> ParseError {
    match error {
        TiffError::LimitsExceeded => crate::limits::Limit::Pixels.exceeded(),
        other => broken(Format::Tiff, &other),
    }
}
