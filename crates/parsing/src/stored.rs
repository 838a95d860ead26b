//! The form in which a parsed document is kept in the blob store and sent between processes: a header, then postcard
//! compressed with zstd.
//!
//! The header holds a version. A document stored by another version is not read but parsed again, so nothing here ever
//! has to understand old data.

use std::io::Read;

use domain::parsed::ParsedDocument;

/// First bytes of every stored document.
const MAGIC: [u8; 6] = *b"docent";

/// Raised with every change of [`ParsedDocument`] or of this form.
pub const FORMAT_VERSION: u16 = 2;

/// A document that unpacks to more is refused: it holds more words than any real one.
pub(crate) const MAX_UNPACKED: u64 = 1 << 30;

/// Fast and small enough: higher levels gain a tenth and cost several times the time.
const LEVEL: i32 = 3;

/// A stored document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// Written by another version: parse the document again.
    #[error("the stored document has format version {found}, this is {FORMAT_VERSION}")]
    OtherVersion {
        /// Its version.
        found: u16,
    },
    /// These bytes are no stored document, or a damaged one.
    #[error("the stored document is damaged: {0}")]
    Damaged(&'static str),
    /// It unpacks to more than is allowed.
    #[error("the stored document unpacks to more than {MAX_UNPACKED} bytes")]
    TooLarge,
    /// It could not be put into this form.
    #[error("the parsed document cannot be stored")]
    NotStorable,
}

/// Puts a document into its stored form.
pub fn encode(document: &ParsedDocument) -> Result<Vec<u8>, StoredError> {
    let plain = postcard::to_stdvec(document).map_err(|_cause: postcard::Error| StoredError::NotStorable)?;
    if u64::try_from(plain.len()).is_ok_and(|length| length > MAX_UNPACKED) {
        return Err(StoredError::TooLarge);
    }
    let packed = zstd::encode_all(plain.as_slice(), LEVEL)
        .map_err(|_cause: std::io::Error| StoredError::NotStorable)?;
    Ok([&MAGIC[..], &FORMAT_VERSION.to_be_bytes(), &packed].concat())
}

/// Reads a document back.
pub fn decode(bytes: &[u8]) -> Result<ParsedDocument, StoredError> {
    let rest = bytes
        .strip_prefix(&MAGIC)
        .ok_or(StoredError::Damaged("it does not begin as one"))?;
    let (version, packed) = rest
        .split_first_chunk::<2>()
        .ok_or(StoredError::Damaged("it is cut short"))?;
    let found = u16::from_be_bytes(*version);
    if found != FORMAT_VERSION {
        return Err(StoredError::OtherVersion { found });
    }
    let plain = unpack(packed)?;
    postcard::from_bytes(&plain)
        .map_err(|_cause: postcard::Error| StoredError::Damaged("its content is none"))
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoredError> {
    let damaged = |_cause: std::io::Error| StoredError::Damaged("it does not unpack");
    let unpacking = zstd::Decoder::new(packed).map_err(damaged)?;
    let mut plain = Vec::new();
    unpacking
        .take(MAX_UNPACKED.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(damaged)?;
    if u64::try_from(plain.len()).is_ok_and(|length| length > MAX_UNPACKED) {
        return Err(StoredError::TooLarge);
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use domain::parsed::Page;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_version_is_told_from_damage() {
        let mut stored = encode(&ParsedDocument::default()).unwrap();
        assert_eq!(decode(&stored).unwrap(), ParsedDocument::default());
        stored[7] ^= 0xff;
        assert_eq!(
            decode(&stored),
            Err(StoredError::OtherVersion {
                found: FORMAT_VERSION ^ 0xff
            })
        );
        assert!(matches!(decode(b"docent"), Err(StoredError::Damaged(_))));
        assert!(matches!(decode(b"%PDF-1.7"), Err(StoredError::Damaged(_))));
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(warnings in prop::collection::vec(".*", 0..4), names in prop::collection::vec(".*", 0..4)) {
            let pages = (1..).zip(names).map(|(number, name)| Page { number, name, ..Page::default() }).collect();
            let document = ParsedDocument { pages, warnings, ..ParsedDocument::default() };
            prop_assert_eq!(decode(&encode(&document).unwrap()).unwrap(), document);
        }

        #[test]
        fn damaged_bytes_are_refused_and_nothing_worse(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut stored = encode(&ParsedDocument::default()).unwrap();
            stored.truncate(8);
            stored.append(&mut bytes);
            let _ = decode(&stored);
        }
    }
}
