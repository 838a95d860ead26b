//! Files that are pictures, made here: what is read of them before anyone recognises their text.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail in its helpers, too"
)]

use std::io::Cursor;

use domain::parsed::PageSize;
use domain::parsing::{OcrMode, ParseConfig};
use image::{
    DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage, Rgba,
};
use parsing::{Drawing, OcrReason, ParseError, Pixels, Scale, Source, parse};
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::{CompressionMethod, ResolutionUnit, Tag};

const RED: [u8; 3] = [255, 0, 0];

/// 30 by 20 pixels of red with a blue pixel at the top left.
fn flag() -> RgbImage {
    let mut flag = RgbImage::from_pixel(30, 20, Rgb(RED));
    flag.put_pixel(0, 0, Rgb([0, 0, 255]));
    flag
}

fn file_of(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn drawn(file: &[u8], page: u32) -> Result<Pixels, ParseError> {
    let config = ParseConfig::default();
    Drawing::open(&Source::new(file, &config))?.page(page, Scale::Dpi(200.0))
}

fn refusal(file: &[u8]) -> ParseError {
    let error = parse(&Source::new(file, &ParseConfig::default())).unwrap_err();
    assert!(error.is_refusal(), "{error}");
    error
}

#[test]
fn a_picture_is_a_page_that_asks_to_be_recognised() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let file = file_of(flag(), format);
        let parsed = parse(&Source::new(&file, &ParseConfig::default())).unwrap();
        assert_eq!(parsed.document.media_type, format.to_mime_type());
        let [page] = parsed.document.pages.as_slice() else {
            panic!("{format:?}")
        };
        // 200 pixels an inch where the file does not say.
        let size = PageSize {
            width: 10.8,
            height: 7.2,
        };
        assert_eq!((page.number, page.size, page.pictures.len()), (1, Some(size), 1));
        let [request] = parsed.ocr.as_slice() else {
            panic!("{format:?}")
        };
        assert_eq!((request.page, request.reason), (1, OcrReason::Picture));
        let pixels = drawn(&file, 1).unwrap();
        assert_eq!((pixels.width, pixels.height, pixels.rgb.len()), (30, 20, 1_800));
    }
}

#[test]
fn without_recognition_a_warning_says_that_nothing_was_read() {
    let config = ParseConfig {
        ocr: OcrMode::Off,
        ..ParseConfig::default()
    };
    let parsed = parse(&Source::new(&file_of(flag(), ImageFormat::Png), &config)).unwrap();
    assert!(parsed.ocr.is_empty());
    assert_eq!(
        parsed.document.warnings,
        ["page 1 is a picture; its text was not read"]
    );
}

#[test]
fn what_shines_through_is_seen_on_white_and_fine_steps_become_coarse() {
    let mut glass = image::RgbaImage::from_pixel(2, 1, Rgba([0, 0, 0, 0]));
    glass.put_pixel(1, 0, Rgba([0, 0, 0, 128]));
    let pixels = drawn(&file_of(glass, ImageFormat::Png), 1).unwrap();
    assert_eq!(pixels.rgb, [255, 255, 255, 127, 127, 127]);
    let fine = image::ImageBuffer::from_pixel(1, 1, Luma([0x8000_u16]));
    let pixels = drawn(&file_of(DynamicImage::ImageLuma16(fine), ImageFormat::Png), 1).unwrap();
    assert_eq!(pixels.rgb, [128; 3]);
}

/// A JPEG with an EXIF note of its orientation behind its first mark.
fn jpeg_turned(picture: RgbImage, orientation: u8) -> Vec<u8> {
    let jpeg = file_of(picture, ImageFormat::Jpeg);
    let mut note = b"\xff\xe1\0\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    note.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &note, &jpeg[2..]].concat()
}

#[test]
fn a_photograph_is_turned_as_its_camera_noted() {
    let mut picture = RgbImage::from_pixel(48, 32, Rgb([255; 3]));
    for (x, y) in (0..16).flat_map(|x| (0..16).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([0; 3]));
    }
    let file = jpeg_turned(picture, 6);
    let pixels = drawn(&file, 1).unwrap();
    assert_eq!((pixels.width, pixels.height), (32, 48));
    let at = |x: usize, y: usize| pixels.rgb[3 * (y * 32 + x)];
    assert!(
        at(24, 8) < 40 && at(8, 8) > 200,
        "the black corner is at the top right"
    );
    let parsed = parse(&Source::new(&file, &ParseConfig::default())).unwrap();
    let size = parsed.document.pages[0].size.unwrap();
    assert!(size.width < size.height);
}

#[test]
fn a_density_that_can_be_true_gives_the_size_on_paper() {
    let mut file = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut file);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(100));
    let page = GrayImage::from_pixel(400, 600, Luma([255]));
    encoder
        .write_image(&page, 400, 600, ExtendedColorType::L8)
        .unwrap();
    let parsed = parse(&Source::new(&file, &ParseConfig::default())).unwrap();
    let size = PageSize {
        width: 288.0,
        height: 432.0,
    };
    assert_eq!(parsed.document.pages[0].size, Some(size));
}

/// A file of pages, each of one grey, packed one way or the other.
fn tiff_of(greys: &[u8]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let packed = tiff::encoder::Compression::Lzw;
    let mut encoder = TiffEncoder::new(&mut file).unwrap().with_compression(packed);
    for grey in greys {
        let mut page = encoder.new_image::<colortype::Gray8>(300, 400).unwrap();
        page.resolution(ResolutionUnit::Inch, tiff::encoder::Rational { n: 100, d: 1 });
        page.write_data(&vec![*grey; 300 * 400]).unwrap();
    }
    file.into_inner()
}

#[test]
fn each_picture_of_a_tiff_is_a_page_and_pages_are_limited() {
    let file = tiff_of(&[10, 20, 30]);
    let parsed = parse(&Source::new(&file, &ParseConfig::default())).unwrap();
    assert_eq!(parsed.document.media_type, "image/tiff");
    let size = PageSize {
        width: 216.0,
        height: 288.0,
    };
    let pages = parsed.document.pages.iter().map(|page| (page.number, page.size));
    assert!(pages.eq([1, 2, 3].map(|number| (number, Some(size)))));
    assert_eq!(parsed.ocr.len(), 3);
    for (page, grey) in [(3, 30), (1, 10), (2, 20)] {
        assert_eq!(drawn(&file, page).unwrap().rgb[..3], [grey; 3]);
    }
    assert_eq!(drawn(&file, 4), Err(ParseError::NoSuchPage { page: 4 }));
    let config = ParseConfig {
        max_pages: 2,
        ..ParseConfig::default()
    };
    let error = parse(&Source::new(&file, &config)).unwrap_err();
    assert_eq!(error, ParseError::TooManyPages { pages: 3, limit: 2 });
}

/// A bilevel page of 16 by 2 pixels with those packed bits.
fn fax(compression: u16, options: u32, bits: &[u8]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    let mut page = encoder.image_directory().unwrap();
    let offset = page.write_data(bits).unwrap();
    page.write_tag(Tag::ImageWidth, 16_u32).unwrap();
    page.write_tag(Tag::ImageLength, 2_u32).unwrap();
    page.write_tag(Tag::BitsPerSample, 1_u16).unwrap();
    page.write_tag(Tag::Compression, compression).unwrap();
    page.write_tag(Tag::PhotometricInterpretation, 0_u16).unwrap();
    page.write_tag(Tag::Unknown(292), options).unwrap();
    page.write_tag(Tag::StripOffsets, u32::try_from(offset).unwrap())
        .unwrap();
    page.write_tag(Tag::StripByteCounts, u32::try_from(bits.len()).unwrap())
        .unwrap();
    page.write_tag(Tag::RowsPerStrip, 2_u32).unwrap();
    page.finish().unwrap();
    file.into_inner()
}

#[test]
fn faxes_are_unpacked() {
    // White 4 (1011), black 8 (000101), white 4 (1011), twice; with marks between rows, and without.
    let row = "10110001011011";
    let end = "000000000001";
    let bits = |text: String| -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().map(|digit| digit - b'0').collect();
        let byte = |eight: &[u8]| (0..8).fold(0, |byte, nth| byte << 1 | eight.get(nth).unwrap_or(&0));
        digits.chunks(8).map(byte).collect()
    };
    let with_marks = fax(3, 0, &bits(format!("{end}{row}{end}{row}{end}")));
    let plain = fax(2, 0, &bits(format!("{row}00{row}00")));
    let expected: Vec<u8> = [255, 0, 255]
        .iter()
        .zip([4, 8, 4])
        .flat_map(|(grey, count)| vec![*grey; count])
        .flat_map(|grey| [grey; 3])
        .collect();
    for file in [with_marks, plain] {
        let pixels = drawn(&file, 1).unwrap();
        assert_eq!(pixels.rgb, [expected.as_slice(), &expected].concat());
    }
}

#[test]
fn broken_pictures_are_refused_in_words() {
    let png = file_of(flag(), ImageFormat::Png);
    let jpeg = file_of(flag(), ImageFormat::Jpeg);
    let tiff = tiff_of(&[1]);
    for file in [
        &png[..40],
        &jpeg[..60],
        &tiff[..tiff.len() / 2],
        b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        let error = refusal(file);
        assert!(matches!(&error, ParseError::Broken { .. }), "{error}");
    }
}

#[test]
fn a_picture_that_says_it_is_huge_is_refused_before_it_is_unpacked() {
    let mut png = file_of(flag(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let head: &[u8] = &png[12..29];
    let checksum = crc(head).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    assert!(refusal(&png).to_string().contains("too many pixels"));
}

/// The checksum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn a_width_that_was_asked_for_is_kept_to_but_nothing_is_enlarged() {
    let file = file_of(flag(), ImageFormat::Png);
    let config = ParseConfig::default();
    let source = Source::new(&file, &config);
    let drawing = Drawing::open(&source).unwrap();
    let size = |width| {
        let picture = drawing.page(1, Scale::Width(width)).unwrap();
        (picture.width, picture.height)
    };
    assert_eq!(size(15), (15, 10));
    assert_eq!(size(3_000), (30, 20));
}

#[test]
fn compressions_that_are_not_read_are_named() {
    let mut file = tiff_of(&[1]);
    let at = file
        .windows(4)
        .position(|four| four == [3, 1, 3, 0])
        .expect("the tag that names the compression");
    file[at + 8..at + 10].copy_from_slice(&CompressionMethod::JPEG.to_u16().to_le_bytes());
    assert!(
        refusal(&file).to_string().contains("ompression"),
        "{}",
        refusal(&file)
    );
}
