//! Pages of PDFs as pictures.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail in its helpers, too"
)]

#[path = "pdf/builder.rs"]
mod builder;

use builder::{PageContent, pdf};
use domain::parsing::ParseConfig;
use parsing::{Drawing, ParseError, Pixels, Scale, Source};

fn draw(content: PageContent, scale: Scale) -> Result<Pixels, ParseError> {
    let config = ParseConfig::default();
    Drawing::open(&Source::new(&pdf(&[content]), &config))?.page(1, scale)
}

/// Whether the pixel there is dark.
fn is_dark(picture: &Pixels, x: u32, y: u32) -> bool {
    let at = usize::try_from(3 * (y * picture.width + x)).unwrap();
    picture.rgb[at..at + 3].iter().all(|value| *value < 128)
}

#[test]
fn a_page_is_drawn_as_it_is_seen() {
    // A dark corner at the top left of the page that is not turned: its top right, seen turned clockwise.
    for (rotation, dark, light) in [
        (0, (10, 10), (290, 10)),
        (90, (390, 10), (10, 10)),
        (180, (290, 390), (10, 10)),
    ] {
        let content = PageContent::default()
            .filled(0.0, 0.0, 60.0, 60.0)
            .entries(&format!("/Rotate {rotation}"));
        let picture = draw(content, Scale::Dpi(36.0)).unwrap();
        let size = if rotation == 90 { (400, 300) } else { (300, 400) };
        assert_eq!((picture.width, picture.height), size);
        assert_eq!(picture.rgb.len(), 3 * 300 * 400);
        assert!(is_dark(&picture, dark.0, dark.1), "{rotation}");
        assert!(!is_dark(&picture, light.0, light.1), "{rotation}");
    }
}

#[test]
fn a_picture_is_as_wide_as_wanted() {
    let picture = draw(PageContent::default(), Scale::Width(150)).unwrap();
    assert_eq!((picture.width, picture.height), (150, 200));
    assert!(picture.rgb.iter().all(|value| *value == 255));
}

#[test]
fn pages_of_any_size_make_pictures_of_bounded_size() {
    for (size, most) in [
        ("[0 0 1000000 1000000]", 41_000_000),
        ("[0 0 1000000 1]", 65_000),
        ("[0 0 0.001 0.001]", 10_000_000),
    ] {
        let content = PageContent::default()
            .filled(0.0, 0.0, 60.0, 60.0)
            .entries(&format!("/MediaBox {size}"));
        let picture = draw(content, Scale::Dpi(200.0)).unwrap();
        assert!(picture.width >= 1 && picture.height >= 1);
        assert!(picture.width * picture.height <= most, "{size}: {picture:?}");
    }
}

#[test]
fn a_page_that_is_not_there_is_not_drawn() {
    let config = ParseConfig::default();
    let file = pdf(&[PageContent::default()]);
    let source = Source::new(&file, &config);
    let drawing = Drawing::open(&source).unwrap();
    for page in [0, 2] {
        assert_eq!(
            drawing.page(page, Scale::Width(10)),
            Err(ParseError::NoSuchPage { page })
        );
    }
}
