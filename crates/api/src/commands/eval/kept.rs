//! What was read out of the documents, kept in a folder, so that a further run only extracts.
//!
//! A file a case: a line with what it was read by and how long that took, then the document in its stored form. What was
//! read by another version of the parser, by another configuration or out of another document is read again.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use domain::hash::ContentHash;
use domain::parsed::ParsedDocument;
use parsing::stored;

/// The folder.
pub(super) struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Makes the folder where it is missing.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The document of that name, and how long it took to read, if it was read by just that.
    pub(super) fn get(&self, name: &str, by: &ContentHash) -> Option<(ParsedDocument, Duration)> {
        let bytes = std::fs::read(self.file(name)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, rest) = bytes.split_at_checked(end)?;
        let (key, micros) = str::from_utf8(head).ok()?.split_once(' ')?;
        if key != by.to_string() {
            return None;
        }
        let document = stored::decode(rest.get(1..)?).ok()?;
        Some((document, Duration::from_micros(micros.parse().ok()?)))
    }

    /// Keeps a document.
    pub(super) fn put(
        &self,
        name: &str,
        by: &ContentHash,
        document: &ParsedDocument,
        took: Duration,
    ) -> anyhow::Result<()> {
        let place = self.file(name);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            writeln!(file, "{by} {}", took.as_micros())?;
            file.write_all(&stored::encode(document)?)?;
            file.persist(&place)?;
            anyhow::Ok(())
        };
        write().with_context(|| format!("cannot write {}", place.display()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.parsed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_read_by_the_same_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(&folder.path().join("new")).unwrap();
        let (by, other) = (ContentHash::of(b"this"), ContentHash::of(b"other"));
        let document = ParsedDocument {
            media_type: "text/plain".into(),
            ..ParsedDocument::default()
        };
        let took = Duration::from_micros(1_234);
        assert_eq!(kept.get("one", &by), None);
        kept.put("one", &by, &document, took).unwrap();
        assert_eq!(kept.get("one", &by), Some((document, took)));
        assert_eq!(kept.get("one", &other), None);
        std::fs::write(kept.file("one"), b"rubbish").unwrap();
        assert_eq!(kept.get("one", &by), None);
    }
}
