//! CCITT Group 3 in TIFF, which the crate `tiff` does not unpack: faxes that were saved as they came in.

use ::tiff::tags::Tag;
use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use image::{DynamicImage, GrayImage};

use super::{Reader, tag};
use crate::number::index;

/// How the bits of a page are packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group3 {
    encoding: EncodingMode,
    /// Rows begin with a whole byte and have no marks between (compression 2).
    is_plain: bool,
    /// Bits of a byte come lowest first.
    is_reversed: bool,
    /// Black is stored as white.
    is_inverted: bool,
}

impl Group3 {
    /// None where the page is packed in another way.
    pub(super) fn of(reader: &mut Reader<'_>) -> Option<Self> {
        const TWO_DIMENSIONAL: u32 = 1;
        let is_plain = match tag(reader, Tag::Compression)? {
            2 => true,
            3 => false,
            _ => return None,
        };
        let options = tag(reader, Tag::Unknown(292)).unwrap_or(0);
        Some(Self {
            encoding: if !is_plain && options & TWO_DIMENSIONAL != 0 {
                EncodingMode::Group3_2D
            } else {
                EncodingMode::Group3_1D
            },
            is_plain,
            is_reversed: tag(reader, Tag::FillOrder) == Some(2),
            is_inverted: tag(reader, Tag::PhotometricInterpretation) == Some(1),
        })
    }

    /// The page as far as it can be unpacked; what is missing stays white, as on a fax that broke off.
    pub(super) fn read(self, bytes: &[u8], reader: &mut Reader<'_>, width: u32, height: u32) -> DynamicImage {
        let mut page = GrayImage::from_pixel(width, height, image::Luma([255]));
        let list = |reader: &mut Reader<'_>, tag| reader.get_tag_u64_vec(tag).unwrap_or_default();
        let offsets = list(reader, Tag::StripOffsets);
        let lengths = list(reader, Tag::StripByteCounts);
        let rows_a_strip = tag(reader, Tag::RowsPerStrip).unwrap_or(height).clamp(1, height);
        let mut rows = page.chunks_exact_mut(index(width));
        let starts = (0..height).step_by(index(rows_a_strip));
        for ((start, offset), length) in starts.zip(offsets).zip(lengths) {
            let strip = usize::try_from(offset)
                .ok()
                .and_then(|offset| bytes.get(offset..))
                .map(|rest| {
                    rest.get(..usize::try_from(length).unwrap_or(usize::MAX))
                        .unwrap_or(rest)
                });
            let wanted = rows_a_strip.min(height.saturating_sub(start));
            let rows: Vec<&mut [u8]> = rows.by_ref().take(index(wanted)).collect();
            self.unpack(strip.unwrap_or_default(), width, wanted, rows);
        }
        if self.is_inverted {
            image::imageops::invert(&mut page);
        }
        DynamicImage::ImageLuma8(page)
    }

    fn unpack(self, strip: &[u8], width: u32, height: u32, rows: Vec<&mut [u8]>) {
        let turned: Vec<u8>;
        let data = if self.is_reversed {
            turned = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            strip
        };
        let settings = DecodeSettings {
            columns: width,
            rows: height,
            end_of_block: !self.is_plain,
            end_of_line: !self.is_plain,
            rows_are_byte_aligned: self.is_plain,
            encoding: self.encoding,
            strict: false,
        };
        let mut rows = Rows(rows.into_iter());
        // Rows that came before the damage are kept.
        let _ = hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings));
    }
}

/// Rows that are still white.
struct Rows<'p>(std::vec::IntoIter<&'p mut [u8]>);

impl hayro_ccitt::Decoder for Rows<'_> {
    fn push_row(&mut self, changes: &[u32]) {
        let Some(row) = self.0.next() else { return };
        let end = row.len();
        for run in changes.chunks(2) {
            let [from, to] = match *run {
                [from, to] => [index(from), index(to)],
                [from] => [index(from), end],
                _ => continue,
            };
            if let Some(black) = row.get_mut(from..to.min(end)) {
                black.fill(0);
            }
        }
    }
}
