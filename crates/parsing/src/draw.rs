//! Pages as pictures: for character recognition and for people.

use serde::{Deserialize, Serialize};

use crate::pdf::{self, Pdf};
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

/// How large a page is drawn. A picture that would have more than [`crate::limits::MAX_PIXELS`] is drawn smaller.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// So many pixels an inch of the page. A page that is a picture already is not enlarged.
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
pub struct Drawing {
    pdf: Pdf,
}

impl Drawing {
    /// Opens a document to draw pages of. [`ParseError::NotDrawn`] for formats without a layout of their own.
    pub fn open(source: &Source<'_>) -> Result<Self, ParseError> {
        match sniff(source.bytes).format {
            Some(Format::Pdf) => Ok(Self {
                pdf: pdf::open(source.bytes, source.password)?,
            }),
            _ => Err(ParseError::NotDrawn),
        }
    }

    /// The page of that number (from 1), as it is seen: with its rotation, on white.
    pub fn page(&self, number: u32, scale: Scale) -> Result<Pixels, ParseError> {
        pdf::draw(&self.pdf, number, scale)
    }
}

/// A picture as a file.
pub(crate) fn encode(_pixels: &Pixels, _form: PictureForm) -> Result<Vec<u8>, ParseError> {
    Err(ParseError::NotDrawn)
}
