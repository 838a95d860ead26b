//! What kind of file some bytes are, by their content alone.

use encoding_rs::Encoding;

/// A kind of file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// Tagged Image File Format: one picture or many.
    Tiff,
    /// WebP.
    WebP,
    /// Characters and nothing else.
    PlainText,
}

/// What bytes were found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// Media type for the document's row and for answers: `application/pdf`.
    pub media_type: &'static str,
    /// How to read it, if that is known here.
    pub format: Option<Format>,
}

/// A PDF's header may stand behind rubbish (mail headers, a byte order mark), within its first kilobyte.
const PDF_HEADER_WITHIN: usize = 1024;

/// How much of a file is looked at to tell text from other data.
const TEXT_SAMPLE: usize = 64 * 1024;

/// Finds out what the bytes are. Names of files are not asked: they lie.
///
/// ```
/// use parsing::{Format, sniff};
///
/// assert_eq!(sniff(b"%PDF-1.7 ...").format, Some(Format::Pdf));
/// assert_eq!(sniff(b"Invoice 4711").media_type, "text/plain");
/// ```
pub fn sniff(bytes: &[u8]) -> Sniffed {
    let head = bytes.get(..PDF_HEADER_WITHIN).unwrap_or(bytes);
    if head.windows(5).any(|five| five == b"%PDF-") {
        return Sniffed {
            media_type: "application/pdf",
            format: Some(Format::Pdf),
        };
    }
    if let Some(kind) = infer::get(bytes)
        && kind.mime_type() != "text/plain"
    {
        return Sniffed {
            media_type: kind.mime_type(),
            format: match kind.mime_type() {
                "image/png" => Some(Format::Png),
                "image/jpeg" => Some(Format::Jpeg),
                "image/tiff" => Some(Format::Tiff),
                "image/webp" => Some(Format::WebP),
                _ => None,
            },
        };
    }
    if is_text(bytes) {
        return Sniffed {
            media_type: "text/plain",
            format: Some(Format::PlainText),
        };
    }
    Sniffed {
        media_type: "application/octet-stream",
        format: None,
    }
}

/// Text has a byte order mark of its own, or none of the bytes that text never holds.
fn is_text(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    if Encoding::for_bom(bytes).is_some() {
        return true;
    }
    let sample = bytes.get(..TEXT_SAMPLE).unwrap_or(bytes);
    !sample.iter().copied().any(is_never_in_text)
}

/// Control characters other than white space, escape (ISO-2022-JP) and DOS's end of file.
fn is_never_in_text(byte: u8) -> bool {
    const ALLOWED: [u8; 7] = [b'\t', b'\n', 0x0b, 0x0c, b'\r', 0x1a, 0x1b];
    byte < b' ' && !ALLOWED.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_what_a_file_is() {
        let cases: [(&[u8], &str); 7] = [
            (b"%PDF-1.4\n", "application/pdf"),
            (b"\xef\xbb\xbf%PDF-1.4\n", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"Dear Sir,\r\n", "text/plain"),
            (b"Stra\xdfe", "text/plain"),
            (b"\xff\xfeA\0b\0", "text/plain"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ];
        for (bytes, media_type) in cases {
            assert_eq!(sniff(bytes).media_type, media_type, "{bytes:?}");
        }
    }
}
