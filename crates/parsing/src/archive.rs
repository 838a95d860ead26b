//! Zip archives, with an eye on what they unpack to.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::ParseError;
use crate::limits::{self, Limit};
use crate::sniff;

/// An archive that gives out its members one by one, and no more bytes in all than are read of an archive.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    inflated: u64,
    media_type: &'static str,
}

impl<'a> Archive<'a> {
    /// `media_type` is what the archive is, for refusals.
    pub(crate) fn open(bytes: &'a [u8], media_type: &'static str) -> Result<Self, ParseError> {
        // Before the list of members takes memory.
        if let Some(members) = sniff::members(bytes) {
            Limit::Entries.check(members)?;
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(media_type, &error))?;
        Limit::Entries.check(u64::try_from(zip.len()).unwrap_or(u64::MAX))?;
        Ok(Self {
            zip,
            inflated: 0,
            media_type,
        })
    }

    /// The bytes of a member; None where there is none of that name.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ParseError> {
        let media_type = self.media_type;
        let left = limits::MAX_INFLATED.saturating_sub(self.inflated);
        let member = match self.zip.by_name(name) {
            Ok(member) => member,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(broken(media_type, &error)),
        };
        let mut bytes = Vec::new();
        member
            .take(left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| ParseError::Broken {
                media_type: media_type.to_owned(),
                reason: format!("{name}: {error}"),
            })?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.inflated = self.inflated.saturating_add(length);
        Limit::InflatedBytes.check(self.inflated)?;
        Ok(Some(bytes))
    }

    /// A member without which the file is none of its kind.
    pub(crate) fn need(&mut self, name: &str) -> Result<Vec<u8>, ParseError> {
        self.read(name)?.ok_or_else(|| ParseError::Broken {
            media_type: self.media_type.to_owned(),
            reason: format!("it has no {name}"),
        })
    }

    /// Unpacks everything once and throws it away, for readers that unpack for themselves.
    pub(crate) fn check(bytes: &'a [u8], media_type: &'static str) -> Result<(), ParseError> {
        let mut archive = Self::open(bytes, media_type)?;
        for index in 0..archive.zip.len() {
            let left = limits::MAX_INFLATED.saturating_sub(archive.inflated);
            // A member that cannot be read is the reader's to judge.
            let Ok(member) = archive.zip.by_index(index) else {
                continue;
            };
            let mut counted = member.take(left.saturating_add(1));
            let copied = std::io::copy(&mut counted, &mut std::io::sink());
            // What came before the damage counts as well.
            let came = left.saturating_add(1).saturating_sub(counted.limit());
            archive.inflated = archive.inflated.saturating_add(copied.unwrap_or(came));
            Limit::InflatedBytes.check(archive.inflated)?;
        }
        Ok(())
    }
}

fn broken(media_type: &str, error: &ZipError) -> ParseError {
    if let ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) = error {
        return ParseError::EncryptionUnsupported;
    }
    ParseError::Broken {
        media_type: media_type.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Instant;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(members: usize, size: usize) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..members {
            writer
                .start_file(number.to_string(), SimpleFileOptions::default())
                .unwrap();
            let zeros = vec![0; 1_000_000];
            let mut left = size;
            while left > 0 {
                let piece = left.min(zeros.len());
                writer.write_all(&zeros[..piece]).unwrap();
                left -= piece;
            }
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn members_are_read_by_name() {
        let bytes = archive(2, 5);
        let mut archive = Archive::open(&bytes, "application/zip").unwrap();
        assert_eq!(archive.read("1").unwrap(), Some(vec![0; 5]));
        assert_eq!(archive.read("2").unwrap(), None);
        assert!(matches!(archive.need("2"), Err(ParseError::Broken { .. })));
    }

    #[test]
    fn bytes_of_all_members_are_counted_together() {
        let bytes = archive(4, 80_000_000);
        assert!(bytes.len() < 1_000_000);
        let begun = Instant::now();
        let mut archive = Archive::open(&bytes, "application/zip").unwrap();
        let all: Result<Vec<_>, _> = (0..4)
            .map(|number| archive.read(&number.to_string()).map(|_| ()))
            .collect();
        assert_eq!(all.unwrap_err(), Limit::InflatedBytes.exceeded());
        assert_eq!(
            Archive::check(&bytes, "application/zip").unwrap_err(),
            Limit::InflatedBytes.exceeded()
        );
        assert!(begun.elapsed().as_secs() < 30);
    }

    #[test]
    fn more_members_than_allowed_are_refused() {
        let bytes = archive(10_001, 0);
        let error = Archive::open(&bytes, "application/zip").err();
        assert_eq!(error, Some(Limit::Entries.exceeded()));
    }
}
