//! From bytes to characters: text in any encoding.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to tell text from other data.
const SAMPLE: usize = 64 * 1024;

/// How much of a file is looked at to guess its encoding.
const GUESSED_FROM: usize = 1024 * 1024;

/// UTF-16 without a byte order mark shows by its zeros, if there are so many characters.
const FEWEST_UNITS: usize = 4;

/// Text has a byte order mark of its own, or none of the bytes that text never holds.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    if Encoding::for_bom(bytes).is_some() || unmarked_utf_16(bytes).is_some() {
        return true;
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    !sample.iter().copied().any(is_never_in_text)
}

/// Control characters other than white space, escape (ISO-2022-JP) and DOS's end of file.
fn is_never_in_text(byte: u8) -> bool {
    const ALLOWED: [u8; 7] = [b'\t', b'\n', 0x0b, 0x0c, b'\r', 0x1a, 0x1b];
    byte < b' ' && !ALLOWED.contains(&byte)
}

/// By the byte order mark, else by what the bytes look like. Never fails: what does not fit becomes U+FFFD.
pub(crate) fn decode(bytes: &[u8]) -> String {
    decode_as(bytes, None)
}

/// As [`decode`]; but where the file declares its encoding, that is believed before any guess. A byte order mark is
/// believed before both.
pub(crate) fn decode_as(bytes: &[u8], declared: Option<&str>) -> String {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let declared = || {
        // A file in UTF-16 cannot declare itself in bytes that were read as ASCII.
        let encoding = Encoding::for_label(declared?.as_bytes())?;
        (encoding != UTF_16LE && encoding != UTF_16BE).then_some(encoding)
    };
    let encoding = marked
        .or_else(|| unmarked_utf_16(bytes))
        .or_else(declared)
        .unwrap_or_else(|| guess(bytes));
    let (text, _, _) = encoding.decode(bytes);
    text.into_owned()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0x1b) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let sample = bytes.get(..GUESSED_FROM).unwrap_or(bytes);
    detector.feed(sample, sample.len() == bytes.len());
    detector.guess(None, Utf8Detection::Allow)
}

/// Every other byte of Latin text in UTF-16 is zero.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (pairs, _) = sample.as_chunks::<2>();
    if pairs.len() < FEWEST_UNITS {
        return None;
    }
    let zeros = |high: fn(&[u8; 2]) -> (u8, u8)| {
        let fit = pairs
            .iter()
            .map(high)
            .all(|(low, high)| high != 0 || !is_never_in_text(low));
        let zeros = pairs.iter().filter(|pair| high(pair).1 == 0).count();
        fit && zeros.saturating_mul(10) >= pairs.len().saturating_mul(7)
    };
    if zeros(|[low, high]| (*low, *high)) {
        return Some(UTF_16LE);
    }
    zeros(|[high, low]| (*low, *high)).then_some(UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf_8_utf_16_and_windows_1252_read_alike() {
        let text = "Müller & Söhne, 12,50 €\r\nStraße 5";
        let marked = utf_16(&format!("\u{feff}{text}"));
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        for bytes in [text.as_bytes(), &marked, &utf_16(text), &big, &windows] {
            assert!(is_text(bytes));
            assert_eq!(decode(bytes), text);
        }
    }

    #[test]
    fn a_declared_encoding_goes_before_a_guess_and_a_mark_before_both() {
        assert_eq!(decode_as(b"\xe9", Some("cp866")), "щ");
        assert_eq!(decode_as("\u{feff}é".as_bytes(), Some("cp866")), "é");
        assert_eq!(decode_as("é".as_bytes(), Some("UTF-16")), "é");
        let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("佐藤太郎は東京に住んでいます。");
        assert_eq!(decode(&japanese), "佐藤太郎は東京に住んでいます。");
    }

    #[test]
    fn zeros_in_other_places_are_no_text() {
        assert!(!is_text(b"\0\x01\x02\x03\0\0\0\0\0\0"));
        assert!(!is_text(b"abc\0def"));
        assert!(!is_text(b""));
    }
}
