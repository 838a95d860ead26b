//! Which engines are there, and which of them reads a picture.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use domain::parsing::OcrEngineChoice;

use super::{OcrEngine, OcrError, OcrOptions, OcrWord, PpOcr, Tesseract};
use crate::Pixels;

/// How long Tesseract may take for one picture.
pub(super) const PICTURE_LIMIT: Duration = Duration::from_mins(1);

/// The engines that are there. Itself an engine: for each picture it asks the one that the options name.
///
/// With `auto` that is PP-OCR where its models are there and know the characters of all languages asked for, else
/// Tesseract.
pub struct Installed {
    models: Option<PathBuf>,
    /// Loaded for the first picture: it takes a moment and memory.
    pp_ocr: OnceLock<Result<PpOcr, String>>,
    tesseract: Option<Tesseract>,
    missing: Vec<String>,
}

impl std::fmt::Debug for Installed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Installed({self})")
    }
}

/// For a server's log: what is there.
impl std::fmt::Display for Installed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pp_ocr = self
            .models
            .as_ref()
            .map(|models| format!("PP-OCR with the models in {}", models.display()));
        let tesseract = self.tesseract.as_ref().map(|tesseract| {
            let languages: Vec<&str> = tesseract.languages().collect();
            format!("Tesseract for {}", languages.join(", "))
        });
        let all: Vec<String> = pp_ocr.into_iter().chain(tesseract).collect();
        f.write_str(if all.is_empty() { "none" } else { "" })?;
        f.write_str(&all.join("; "))
    }
}

impl Installed {
    /// What this machine has: Tesseract on the search path, PP-OCR's models in that folder.
    pub fn find(models: Option<&Path>) -> Self {
        Self::of(models, Tesseract::on_path().as_deref())
    }

    /// Of what was found before, see [`Installed::models`] and [`Installed::tesseract`].
    pub fn of(models: Option<&Path>, tesseract: Option<&Path>) -> Self {
        let mut missing = Vec::new();
        let has_models = models.is_some_and(PpOcr::is_in);
        if !has_models {
            let place = models.map_or_else(String::new, |models| format!(" in {}", models.display()));
            missing.push(format!(
                "PP-OCR's models are not there{place}: `scripts/install ocr` fetches them"
            ));
        }
        let tesseract = match tesseract.map(|program| Tesseract::new(program, PICTURE_LIMIT)) {
            Some(Ok(tesseract)) => Some(tesseract),
            Some(Err(error)) => {
                missing.push(format!("Tesseract cannot be run: {error}"));
                None
            }
            None => {
                missing.push(
                    "Tesseract is not installed: `apt-get install tesseract-ocr` does it, and \
                     `apt-get install tesseract-ocr-deu` adds a language"
                        .to_owned(),
                );
                None
            }
        };
        Self {
            models: models.filter(|_| has_models).map(Path::to_path_buf),
            pp_ocr: OnceLock::new(),
            tesseract,
            missing,
        }
    }

    /// The folder of PP-OCR's models, where they are there.
    pub fn models(&self) -> Option<&Path> {
        self.models.as_deref()
    }

    /// Tesseract's program, where it is there.
    pub fn tesseract(&self) -> Option<&Path> {
        self.tesseract.as_ref().map(Tesseract::program)
    }

    /// Whether no engine is there.
    pub fn is_empty(&self) -> bool {
        self.models.is_none() && self.tesseract.is_none()
    }

    /// For a server's log: what is not there, and how it is installed.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// PP-OCR, loaded; the reason where that fails.
    fn pp_ocr(&self) -> Result<&PpOcr, OcrError> {
        let models = self.models.as_deref().ok_or(OcrError::NotInstalled)?;
        self.pp_ocr
            .get_or_init(|| PpOcr::load(models))
            .as_ref()
            .map_err(|reason| OcrError::Failed(reason.clone()))
    }

    fn engine(&self, options: &OcrOptions) -> Result<&dyn OcrEngine, OcrError> {
        match options.engine {
            OcrEngineChoice::PpOcr => Ok(self.pp_ocr()?),
            OcrEngineChoice::Tesseract => Ok(self.tesseract.as_ref().ok_or(OcrError::NotInstalled)?),
            OcrEngineChoice::Auto => self.best(&options.languages),
        }
    }

    fn best(&self, languages: &[String]) -> Result<&dyn OcrEngine, OcrError> {
        let lacking = match self.pp_ocr() {
            Ok(pp_ocr) => match languages.iter().find(|language| !pp_ocr.reads(language)) {
                None => return Ok(pp_ocr),
                Some(language) => OcrError::Language(language.clone()),
            },
            Err(reason) => reason,
        };
        match &self.tesseract {
            Some(tesseract) => Ok(tesseract),
            None => Err(lacking),
        }
    }
}

impl OcrEngine for Installed {
    fn words(&self, picture: &Pixels, options: &OcrOptions) -> Result<Vec<OcrWord>, OcrError> {
        self.engine(options)?.words(picture, options)
    }
}
