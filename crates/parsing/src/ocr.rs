//! Pages whose text is a picture: what is asked of character recognition, who answers, and how the words come in.
//!
//! | module | what it does |
//! |---|---|
//! | `wanted` | which pages have to be recognised |
//! | `tesseract` | the engine Tesseract: a program of its own |
//! | `ppocr` | the engine PP-OCR: models that run in this process |
//! | [`child`] | recognition in processes of their own |
//! | `installed` | which of them are there, and which of them reads a document |
//! | `marks` | boxes to be ticked |
//! | `merge` | recognised words become part of their page |
//! | `annotated` | a picture whose text is known already |
//! | `grey`, `upright`, `quad` | pages that lie on their side or stand askew |

pub mod child;

mod annotated;
mod grey;
mod installed;
mod marks;
mod merge;
mod ppocr;
mod quad;
mod tesseract;
mod upright;
mod wanted;

use domain::geometry::BBox;
use domain::parsed::PageSize;
use domain::parsing::{OcrEngineChoice, ParseConfig};
use serde::{Deserialize, Serialize};

use crate::{Drawing, Pixels, Scale, Source};

pub use annotated::{AnnotatedLine, annotated};
pub use installed::Installed;
pub use merge::merge;
pub use ppocr::PpOcr;
pub use tesseract::Tesseract;
pub(crate) use wanted::{Unmapped, wanted};

/// How large pages are drawn for recognition: below, small print is lost; above, it only takes longer.
pub(crate) const OCR_SCALE: Scale = Scale::Dpi(200.0);

/// A page whose text has to be recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrRequest {
    /// The page, from 1.
    pub page: u32,
    /// Its size in points; the picture has its shape.
    pub size: PageSize,
    /// Why.
    pub reason: OcrReason,
}

impl OcrRequest {
    /// What the document's owner is told where nobody read the page. Unknown glyphs are told of anyway.
    pub(crate) fn unanswered(&self) -> Option<String> {
        match self.reason {
            OcrReason::Picture => Some(format!("page {} is a picture; its text was not read", self.page)),
            OcrReason::Mixed => Some(format!(
                "page {} is a picture with some text over it; the text of the picture was not read",
                self.page
            )),
            OcrReason::UnknownGlyphs => None,
        }
    }
}

/// Why a page's text has to be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcrReason {
    /// There is a picture and no text.
    Picture,
    /// There is a picture, and a little text over it: a stamp, a running head.
    Mixed,
    /// There is text, but the file does not say which characters its glyphs are.
    UnknownGlyphs,
}

/// A word that was recognised. Places are fractions of the picture, from its top left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OcrWord {
    /// As read.
    pub text: String,
    /// Around it, on the picture as it was given.
    pub bbox: BBox,
    /// 0..=1.
    pub confidence: f32,
    /// Where it stands: from the foot of its first character to that of its last, in the direction of writing.
    pub baseline: [(f64, f64); 2],
    /// Type size as a part of the picture's height.
    pub size: f64,
}

/// The text of a picture was not recognised. The messages are for the document's owner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum OcrError {
    /// The engine has no data for a language.
    #[error("character recognition has no data for the language {0}; the server's operator can install it")]
    Language(String),
    /// No engine is installed that could read it.
    #[error("character recognition is not installed; the server's operator can install it")]
    NotInstalled,
    /// It took too long and was ended.
    #[error("character recognition took longer than the limit of {0} seconds")]
    TimeLimit(u64),
    /// The engine gave up.
    #[error("character recognition failed: {0}")]
    Failed(String),
}

/// How a picture is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OcrOptions {
    /// By which engine. An engine that is asked itself does not look at it.
    pub engine: OcrEngineChoice,
    /// ISO 639-2 codes (`eng`) or Tesseract's names (`chi_sim`), at least one.
    pub languages: Vec<String>,
}

impl From<&ParseConfig> for OcrOptions {
    fn from(config: &ParseConfig) -> Self {
        Self {
            engine: config.ocr_engine,
            languages: config.ocr_languages.clone(),
        }
    }
}

/// Reads pictures of pages.
pub trait OcrEngine: Send + Sync + std::fmt::Debug {
    /// The words of a picture, those of a line in the order of writing.
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError>;
}

/// Nothing that is smaller can be read, and engines are not made for it.
fn is_too_small(picture: &Pixels) -> bool {
    const LEAST_SIDE: u32 = 8;
    picture.width < LEAST_SIDE || picture.height < LEAST_SIDE
}

/// The words of a page's picture, and its boxes to be ticked.
pub(crate) fn read(
    engine: &dyn OcrEngine,
    picture: &Pixels,
    options: &OcrOptions,
) -> Result<Vec<OcrWord>, OcrError> {
    let mut words = engine.words(picture, options)?;
    marks::add(picture, &mut words);
    Ok(words)
}

/// What recognition said of a page.
pub type Recognised = (u32, Result<Vec<OcrWord>, OcrError>);

/// Draws every page that needs it and asks the engine for its words, one page after the other.
pub fn recognise(source: &Source<'_>, requests: &[OcrRequest], engine: &dyn OcrEngine) -> Vec<Recognised> {
    if requests.is_empty() {
        return Vec::new();
    }
    let drawing = Drawing::open(source);
    let options = OcrOptions::from(source.config);
    let words_of = |request: &OcrRequest| {
        let drawing = drawing
            .as_ref()
            .map_err(|error| OcrError::Failed(error.to_string()))?;
        let picture = drawing
            .page(request.page, OCR_SCALE)
            .map_err(|error| OcrError::Failed(error.to_string()))?;
        read(engine, &picture, &options)
    };
    requests
        .iter()
        .map(|request| (request.page, words_of(request)))
        .collect()
}
