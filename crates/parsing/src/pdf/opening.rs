//! Opening a file, with or without its password.

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf, PdfData};

use super::MEDIA_TYPE;
use crate::ParseError;

/// Opens a PDF.
///
/// A password that the file does not need does no harm: what opens without one is opened. [`ParseError::PasswordNeeded`]
/// where one is needed and none (or an empty one) was given, [`ParseError::WrongPassword`] where the given one does not
/// open the file. Up to PDF 1.7 only the password for reading opens a file, not the one that its owner set for changes.
pub(crate) fn open(bytes: &[u8], password: Option<&str>) -> Result<Pdf, ParseError> {
    let data = PdfData::from(bytes.to_vec());
    let locked = match Pdf::new(data.clone()) {
        Err(error) if is_locked(error) => ParseError::PasswordNeeded,
        opened => return opened.map_err(refusal),
    };
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        return Err(locked);
    };
    Pdf::new_with_password(data, password).map_err(|error| {
        if is_locked(error) {
            ParseError::WrongPassword
        } else {
            refusal(error)
        }
    })
}

fn is_locked(error: LoadPdfError) -> bool {
    error == LoadPdfError::Decryption(DecryptionError::PasswordProtected)
}

fn refusal(error: LoadPdfError) -> ParseError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => ParseError::PasswordNeeded,
        LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => ParseError::EncryptionUnsupported,
        LoadPdfError::Decryption(DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption) => {
            broken("its encryption is damaged")
        }
        LoadPdfError::Invalid => broken("its structure is damaged"),
    }
}

pub(super) fn broken(reason: &str) -> ParseError {
    ParseError::Broken {
        media_type: MEDIA_TYPE.to_owned(),
        reason: reason.to_owned(),
    }
}
