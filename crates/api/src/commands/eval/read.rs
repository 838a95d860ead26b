//! What stands in the document of a case.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::hash::ContentHash;
use domain::parsed::ParsedDocument;
use parsing::child::ParseChild;
use parsing::{Installed, ParseError, Source};

use super::case::Case;
use super::kept::Kept;
use super::words;
use crate::commands::extract::{config_hash, parse_child};
use crate::config::Settings;

/// Reads documents in child processes, or takes what was kept.
pub(in crate::commands) struct Reader<'r> {
    child: ParseChild,
    settings: &'r Settings,
    /// Everything but the document that a result depends on.
    by: String,
    kept: Option<Kept>,
    annotated: bool,
}

/// What was read, or why nothing was.
pub(in crate::commands) struct Read {
    pub(in crate::commands) parsed: Result<ParsedDocument, ParseError>,
    /// How long it took, this time or when it was read.
    pub(in crate::commands) took: Duration,
}

impl<'r> Reader<'r> {
    pub(in crate::commands) fn new(
        parsed: Option<&Path>,
        annotated: bool,
        settings: &'r Settings,
    ) -> anyhow::Result<Self> {
        let engines = Installed::find(Some(&settings.models));
        Ok(Self {
            child: parse_child(settings)?,
            by: format!("{} {engines}", config_hash(&settings.parse)),
            settings,
            kept: parsed.map(Kept::open).transpose()?,
            annotated,
        })
    }

    /// Reads the document of a case in that folder.
    pub(in crate::commands) fn read(&self, folder: &Path, case: &Case, bytes: &[u8]) -> anyhow::Result<Read> {
        let words = case.words.as_ref().filter(|_| self.annotated);
        let Some(kept) = &self.kept else {
            return self.read_now(folder, words, bytes);
        };
        let (name, known) = match words {
            Some(words) => (
                format!("{}.words", case.id),
                ContentHash::of(&std::fs::read(folder.join(words))?).to_string(),
            ),
            None => (case.id.clone(), String::new()),
        };
        let by = ContentHash::of(format!("{} {known} {}", self.by, ContentHash::of(bytes)).as_bytes());
        if let Some((document, took)) = kept.get(&name, &by) {
            return Ok(Read {
                parsed: Ok(document),
                took,
            });
        }
        let read = self.read_now(folder, words, bytes)?;
        if let Ok(document) = &read.parsed {
            kept.put(&name, &by, document, read.took)?;
        }
        Ok(read)
    }

    fn read_now(&self, folder: &Path, words: Option<&String>, bytes: &[u8]) -> anyhow::Result<Read> {
        let source = Source::new(bytes, &self.settings.parse);
        let started = Instant::now();
        let parsed = match words {
            Some(words) => parsing::annotated(&source, &words::read(&folder.join(words))?),
            None => self.child.parse(&source, self.settings.parse_timeout),
        };
        Ok(Read {
            parsed,
            took: started.elapsed(),
        })
    }
}
