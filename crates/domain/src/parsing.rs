//! How a document is to be parsed, and how far that is.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hash::hex;
use crate::id::{DocumentId, ParsingId};
use crate::time::Timestamp;

/// Settings that change what comes out of parsing. Two parsings with equal settings and equal parser versions are
/// the same parsing, see [`ParseConfig::hash`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParseConfig {
    /// When pictures of text are read.
    pub ocr: OcrMode,
    /// Languages of character recognition, by their ISO 639-2 codes: `eng`.
    pub ocr_languages: Vec<String>,
    /// What reads them.
    pub ocr_engine: OcrEngineChoice,
    /// More pages than this are refused.
    pub max_pages: u32,
}

/// When pictures of text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OcrMode {
    /// For pages that are pictures, or whose text cannot be decoded.
    #[default]
    Auto,
    /// Never: such pages stay empty.
    Off,
}

/// What reads pictures of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OcrEngineChoice {
    /// The better of those that are installed and can read the languages.
    #[default]
    Auto,
    /// PP-OCR: reads better, takes longer.
    PpOcr,
    /// Tesseract: faster, and has data for many languages.
    Tesseract,
}

impl Default for ParseConfig {
    fn default() -> Self {
        Self {
            ocr: OcrMode::Auto,
            ocr_languages: vec!["eng".to_owned()],
            ocr_engine: OcrEngineChoice::Auto,
            max_pages: 2000,
        }
    }
}

/// A template's `settings.parsing` holds something this version cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct ParseConfigError {
    /// The key below `settings.parsing`.
    pub key: &'static str,
    /// What is expected there.
    pub message: &'static str,
}

impl ParseConfig {
    /// These settings with a template's `settings.parsing` laid over them. Keys that parsing does not know are left
    /// alone, for the contract has some that concern other engines.
    pub fn overlaid(mut self, settings: &Value) -> Result<Self, ParseConfigError> {
        if let Some(mode) = settings.get("ocr") {
            self.ocr = OcrMode::deserialize(mode).map_err(|_error: serde_json::Error| ParseConfigError {
                key: "ocr",
                message: "must be auto or off",
            })?;
        }
        if let Some(languages) = settings.get("ocr_languages") {
            self.ocr_languages = languages_of(languages).ok_or(ParseConfigError {
                key: "ocr_languages",
                message: "must be a list of codes such as eng",
            })?;
        }
        if let Some(engine) = settings.get("ocr_engine") {
            self.ocr_engine = OcrEngineChoice::deserialize(engine).map_err(|_error: serde_json::Error| {
                ParseConfigError {
                    key: "ocr_engine",
                    message: "must be auto, pp-ocr or tesseract",
                }
            })?;
        }
        if let Some(pages) = settings.get("max_pages") {
            let pages = pages
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .filter(|n| *n > 0);
            let wanted = pages.ok_or(ParseConfigError {
                key: "max_pages",
                message: "must be a whole number of at least 1",
            })?;
            self.max_pages = self.max_pages.min(wanted);
        }
        Ok(self)
    }

    /// Fingerprint of these settings under that version of the parser: SHA-256 over canonical JSON, in hex.
    pub fn hash(&self, parser_version: &str) -> String {
        // The fields are written in the order of their declaration: canonical as it stands.
        let text = serde_json::json!({ "config": self, "parser_version": parser_version }).to_string();
        hex(&Sha256::digest(text))
    }
}

/// Short lower-case codes only: they become arguments of the recognition engine.
fn languages_of(value: &Value) -> Option<Vec<String>> {
    let codes: Vec<String> = Vec::deserialize(value).ok()?;
    let fits = |code: &String| {
        (2..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    (!codes.is_empty() && codes.len() <= 8 && codes.iter().all(fits)).then_some(codes)
}

/// One parsing of a document under one configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Parsing {
    /// Its id.
    pub id: ParsingId,
    /// What was parsed.
    pub document_id: DocumentId,
    /// Fingerprint of the settings and the parser's version.
    pub config_hash: String,
    /// How far it is.
    pub status: ParsingStatus,
    /// The parser that made it or will make it.
    pub parser_version: String,
    /// Pages found, once it is parsed.
    pub page_count: Option<u32>,
    /// Why it failed, in words for the document's owner.
    pub error: Option<String>,
    /// Last change of any of these.
    pub updated_at: Timestamp,
}

/// How far a parsing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParsingStatus {
    /// Waits for a worker.
    Queued,
    /// A worker has it.
    Parsing,
    /// Done.
    Parsed,
    /// Given up, see the error.
    Failed,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_may_narrow_but_not_widen_the_page_limit() {
        let config = ParseConfig::default();
        let narrow = config
            .clone()
            .overlaid(&json!({"max_pages": 10, "contextual_embedding": true}))
            .unwrap();
        assert_eq!(narrow.max_pages, 10);
        assert_eq!(
            config
                .overlaid(&json!({"max_pages": 1_000_000}))
                .unwrap()
                .max_pages,
            2000
        );
    }

    #[test]
    fn languages_that_could_be_options_or_paths_are_refused() {
        for bad in [json!(["-c"]), json!(["../eng"]), json!([]), json!("eng")] {
            let error = ParseConfig::default()
                .overlaid(&json!({"ocr_languages": bad}))
                .unwrap_err();
            assert_eq!(error.key, "ocr_languages");
        }
    }

    #[test]
    fn engines_are_named_as_people_write_them() {
        let overlaid = |name: &str| ParseConfig::default().overlaid(&json!({ "ocr_engine": name }));
        assert_eq!(overlaid("pp-ocr").unwrap().ocr_engine, OcrEngineChoice::PpOcr);
        assert_eq!(
            overlaid("tesseract").unwrap().ocr_engine,
            OcrEngineChoice::Tesseract
        );
        assert_eq!(overlaid("eyes").unwrap_err().key, "ocr_engine");
    }

    #[test]
    fn the_hash_follows_settings_and_version() {
        let config = ParseConfig::default();
        let other = ParseConfig {
            ocr: OcrMode::Off,
            ..config.clone()
        };
        assert_eq!(config.hash("1"), config.hash("1"));
        assert_ne!(config.hash("1"), config.hash("2"));
        assert_ne!(config.hash("1"), other.hash("1"));
    }
}
