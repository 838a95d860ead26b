//! What kind of file some bytes are, by their content alone.

mod containers;
mod text;

pub(crate) use containers::members;
pub(crate) use text::delimiter;

/// A kind of file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// Tagged Image File Format, of one page or many.
    Tiff,
    /// `WebP`.
    WebP,
    /// Office Open XML, a text.
    Docx,
    /// Office Open XML, slides.
    Pptx,
    /// Office Open XML, sheets.
    Xlsx,
    /// `OpenDocument`, sheets.
    Ods,
    /// Word 97 to 2003.
    Doc,
    /// `PowerPoint` 97 to 2003.
    Ppt,
    /// Excel 97 to 2003, and before.
    Xls,
    /// An Office Open XML file behind a password.
    EncryptedOffice,
    /// Bytes that begin like a file with files in it, but whose list of them is not in sight: it stands further on in
    /// the file, or the file is damaged.
    Container,
    /// A message with headers, RFC 5322.
    Mail,
    /// HTML of any age, and XHTML.
    Html,
    /// XML: an e-invoice or anything else.
    Xml,
    /// Values in rows, parted by commas or other marks.
    Csv,
    /// Text with the marks of Markdown.
    Markdown,
    /// Characters and nothing else.
    PlainText,
}

impl Format {
    /// The media type that IANA knows it by.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::WebP => "image/webp",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Doc => "application/msword",
            Self::Ppt => "application/vnd.ms-powerpoint",
            Self::Xls => "application/vnd.ms-excel",
            Self::EncryptedOffice => "application/x-ole-storage",
            Self::Container => "application/octet-stream",
            Self::Mail => "message/rfc822",
            Self::Html => "text/html",
            Self::Xml => "application/xml",
            Self::Csv => "text/csv",
            Self::Markdown => "text/markdown",
            Self::PlainText => "text/plain",
        }
    }
}

/// What bytes were found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    /// Media type for the document's row and for answers: `application/pdf`.
    pub media_type: &'static str,
    /// How to read it, if that is known here.
    pub format: Option<Format>,
}

impl Sniffed {
    const fn unread(media_type: &'static str) -> Self {
        Self {
            media_type,
            format: None,
        }
    }
}

impl From<Format> for Sniffed {
    fn from(format: Format) -> Self {
        Self {
            media_type: format.media_type(),
            format: Some(format),
        }
    }
}

/// A file of which perhaps only both ends are at hand.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// Its first bytes.
    pub head: &'a [u8],
    /// Its last bytes. They may overlap with the first.
    pub tail: &'a [u8],
    /// How many it has in all.
    pub size: u64,
}

impl<'a> Ends<'a> {
    /// A file that is at hand from end to end.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self {
            head: bytes,
            tail: bytes,
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        }
    }

    fn is_whole(&self) -> bool {
        u64::try_from(self.head.len()).is_ok_and(|length| length >= self.size)
    }

    /// Bytes from that place on, if they are in sight.
    fn at(&self, place: u64, length: usize) -> Option<&'a [u8]> {
        let within = |bytes: &'a [u8], begin: u64| {
            let start = usize::try_from(place.checked_sub(begin)?).ok()?;
            bytes.get(start..start.checked_add(length)?)
        };
        let tail = u64::try_from(self.tail.len()).ok()?;
        within(self.head, 0).or_else(|| within(self.tail, self.size.checked_sub(tail)?))
    }
}

/// A PDF's header may stand behind rubbish (mail headers, a byte order mark), within its first kilobyte.
const PDF_HEADER_WITHIN: usize = 1024;

/// Finds out what the bytes are, by looking at all of them. Names of files are not asked: they lie.
///
/// ```
/// use parsing::{Format, sniff};
///
/// assert_eq!(sniff(b"%PDF-1.7 ...").format, Some(Format::Pdf));
/// assert_eq!(sniff(b"Invoice 4711").media_type, "text/plain");
/// ```
pub fn sniff(bytes: &[u8]) -> Sniffed {
    sniff_ends(&Ends::whole(bytes))
}

/// As [`sniff`] of a file that is not at hand as a whole. What lists its members somewhere in its middle may stay
/// unclear: [`Format::Container`].
pub fn sniff_ends(ends: &Ends<'_>) -> Sniffed {
    // An archive first: it may hold a PDF near its beginning.
    if let Some(found) = containers::sniff(ends) {
        return found;
    }
    let head = ends.head.get(..PDF_HEADER_WITHIN).unwrap_or(ends.head);
    if head.windows(5).any(|five| five == b"%PDF-") {
        return Format::Pdf.into();
    }
    let known = infer::get(ends.head).map(|kind| kind.mime_type());
    // Text that begins with the letters BM is no picture; these kinds are themselves text.
    let is_text = crate::charset::is_text(ends.head);
    match known {
        Some("image/png") => Format::Png.into(),
        Some("image/jpeg") => Format::Jpeg.into(),
        Some("image/tiff") => Format::Tiff.into(),
        Some("image/webp") => Format::WebP.into(),
        Some(known @ ("application/rtf" | "application/postscript")) => Sniffed::unread(known),
        Some(known) if !is_text && !known.starts_with("text/") => Sniffed::unread(known),
        _ if is_text => text::sniff(ends).into(),
        _ => Sniffed::unread("application/octet-stream"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_what_a_file_is() {
        let cases: [(&[u8], &str); 12] = [
            (b"%PDF-1.4\n", "application/pdf"),
            (b"\xef\xbb\xbf%PDF-1.4\n", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"II*\0\x08\0\0\0\0\0", "image/tiff"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"Dear Sir,\r\n", "text/plain"),
            (b"BMW Niederlassung\r\n", "text/plain"),
            (b"Stra\xdfe", "text/plain"),
            (b"\xff\xfeA\0b\0", "text/plain"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ];
        for (bytes, media_type) in cases {
            assert_eq!(sniff(bytes).media_type, media_type, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_read_is_what_has_a_format() {
        for (bytes, read) in [
            (&b"GIF89a\x01\0\x01\0"[..], false),
            (b"{\\rtf1\\ansi Hello}", false),
            (b"\x1f\x8b\x08\0\0\0\0\0", false),
            (b"a text", true),
        ] {
            assert_eq!(sniff(bytes).format.is_some(), read, "{bytes:?}");
        }
    }

    #[test]
    fn bytes_are_found_in_head_and_tail() {
        let ends = Ends {
            head: b"abc",
            tail: b"xyz",
            size: 10,
        };
        assert_eq!(ends.at(1, 2), Some(&b"bc"[..]));
        assert_eq!(ends.at(8, 2), Some(&b"yz"[..]));
        assert_eq!(ends.at(2, 2), None);
        assert_eq!(ends.at(u64::MAX, 2), None);
        assert!(!ends.is_whole() && Ends::whole(b"abc").is_whole());
    }
}
