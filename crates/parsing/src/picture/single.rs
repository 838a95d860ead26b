//! PNG, JPEG and WebP: one picture a file.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::{Head, MAX_BYTES, broken, check, density, finished};
use crate::{Format, ParseError, Pixels};

/// A file of one picture.
pub(super) struct Single<'a> {
    bytes: &'a [u8],
    format: Format,
    decoded_as: image::ImageFormat,
}

impl<'a> Single<'a> {
    pub(super) fn new(bytes: &'a [u8], format: Format) -> Result<Self, ParseError> {
        let decoded_as = match format {
            Format::Png => image::ImageFormat::Png,
            Format::Jpeg => image::ImageFormat::Jpeg,
            Format::WebP => image::ImageFormat::WebP,
            _ => return Err(ParseError::NotDrawn),
        };
        Ok(Self {
            bytes,
            format,
            decoded_as,
        })
    }

    pub(super) fn head(&self) -> Result<Head, ParseError> {
        let mut decoder = self.decoder()?;
        let (width, height) = decoder.dimensions();
        check(self.format, width, height, decoder.total_bytes())?;
        Ok(Head {
            width,
            height,
            density: match self.format {
                Format::Png => density::of_png(self.bytes),
                Format::Jpeg => density::of_jpeg(self.bytes),
                _ => None,
            },
            // A damaged note on orientation does not keep the picture from being read.
            orientation: decoder.orientation().unwrap_or(Orientation::NoTransforms),
        })
    }

    pub(super) fn pixels(&self) -> Result<Pixels, ParseError> {
        let head = self.head()?;
        let decoder = self.decoder()?;
        let picture =
            DynamicImage::from_decoder(decoder).map_err(|error| broken(self.format, &plain(&error)))?;
        Ok(finished(picture, head.orientation))
    }

    fn decoder(&self) -> Result<impl ImageDecoder + use<'a>, ParseError> {
        let mut limits = Limits::default();
        limits.max_alloc = Some(2 * MAX_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(self.bytes), self.decoded_as);
        reader.limits(limits);
        reader
            .into_decoder()
            .map_err(|error| broken(self.format, &plain(&error)))
    }
}

/// The decoder's words without its name for the format, which the refusal has already.
fn plain(error: &image::ImageError) -> String {
    match error {
        image::ImageError::Decoding(error) => {
            std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
        }
        other => other.to_string(),
    }
}
