//! Both engines on print that is drawn here. An engine that is not installed is told of, and its tests pass:
//! `scripts/install ocr` installs both.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may fail in its helpers, too"
)]

mod drawn;

use std::path::PathBuf;
use std::sync::OnceLock;

use domain::parsing::{OcrEngineChoice, ParseConfig};
use drawn::{askew, print, turned};
use parsing::{
    Installed, OcrEngine, OcrError, OcrOptions, OcrWord, Pixels, Recognised, Source, merge, parse,
};

const LINES: [&str; 5] = [
    "Invoice number 4711-0815",
    "Delivered on 24 March 2025",
    "Paper, white, 80 grams",
    "Total amount 1,234.50",
    "Thank you for your order",
];

/// The folder of models: `DOCENT_MODELS`, else where `scripts/install` puts them.
fn models() -> PathBuf {
    let named = std::env::var_os("DOCENT_MODELS").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/models"))
}

fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| Installed::find(Some(&models())))
}

/// The engines that are there, by name.
fn engines() -> Vec<OcrEngineChoice> {
    for missing in installed().missing() {
        eprintln!("SKIPPED in part: {missing}");
    }
    let pp_ocr = installed().models().map(|_| OcrEngineChoice::PpOcr);
    let tesseract = installed().tesseract().map(|_| OcrEngineChoice::Tesseract);
    pp_ocr.into_iter().chain(tesseract).collect()
}

fn options(engine: OcrEngineChoice, language: &str) -> OcrOptions {
    OcrOptions {
        engine,
        languages: vec![language.to_owned()],
    }
}

fn words(engine: OcrEngineChoice, picture: &Pixels) -> Vec<OcrWord> {
    installed().words(picture, &options(engine, "eng")).unwrap()
}

/// The text of a page that was scanned as this picture: recognised, and laid out.
fn text(engine: OcrEngineChoice, picture: &Pixels) -> String {
    let image = image::RgbImage::from_raw(picture.width, picture.height, picture.rgb.clone()).unwrap();
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, image::ImageFormat::Png).unwrap();
    let parsed = parse(&Source::new(file.get_ref(), &ParseConfig::default())).unwrap();
    let recognised: Vec<Recognised> = vec![(1, Ok(words(engine, picture)))];
    merge(parsed, recognised).text()
}

#[test]
fn print_is_read_in_order_with_blanks_between_words() {
    for engine in engines() {
        assert_eq!(text(engine, &print(&LINES)), LINES.join("\n"), "{engine:?}");
    }
}

#[test]
fn words_stand_where_they_are_printed() {
    let picture = print(&LINES);
    for engine in engines() {
        let words = words(engine, &picture);
        let total = words.iter().find(|word| word.text == "Total").unwrap();
        // The fourth line stands 150 points from the top of 595, its first word 40 from the left of 420.
        let ([(x, y), _], bbox) = (total.baseline, total.bbox);
        assert!((x - 40.0 / 420.0).abs() < 0.01, "{engine:?}: {total:?}");
        assert!((y - 150.0 / 595.0).abs() < 0.006, "{engine:?}: {total:?}");
        assert!(
            (bbox.x0() - 40.0 / 420.0).abs() < 0.01 && bbox.x1() < 0.19,
            "{engine:?}: {total:?}"
        );
        assert!(bbox.y0() > 0.22 && bbox.y1() < 0.27, "{engine:?}: {total:?}");
        assert!((total.size - 14.0 / 595.0).abs() < 0.006, "{engine:?}: {total:?}");
        assert!(total.confidence > 0.8, "{engine:?}: {total:?}");
    }
}

#[test]
fn pages_that_lie_on_their_side_or_head_are_read() {
    for engine in engines() {
        for quarters in [1, 2, 3] {
            let page = turned(&print(&LINES), quarters);
            assert_eq!(
                text(engine, &page),
                LINES.join("\n"),
                "{engine:?}, {quarters} quarters"
            );
        }
    }
}

#[test]
fn pages_that_stand_askew_are_read_line_by_line() {
    for engine in engines() {
        for degrees in [-3.0, 2.0] {
            let page = askew(&print(&LINES), degrees);
            assert_eq!(
                text(engine, &page),
                LINES.join("\n"),
                "{engine:?}, {degrees} degrees"
            );
        }
    }
}

#[test]
fn a_page_without_print_has_no_words() {
    let empty = Pixels {
        width: 600,
        height: 800,
        rgb: vec![255; 3 * 600 * 800],
    };
    let speck = Pixels {
        width: 1,
        height: 1,
        rgb: vec![0; 3],
    };
    for engine in engines() {
        assert!(words(engine, &empty).is_empty(), "{engine:?}");
        assert!(words(engine, &speck).is_empty(), "{engine:?}");
    }
}

#[test]
fn a_language_without_data_is_named() {
    for engine in engines() {
        let error = installed()
            .words(&print(&[]), &options(engine, "tlh"))
            .unwrap_err();
        assert_eq!(error, OcrError::Language("tlh".to_owned()), "{engine:?}");
    }
}

#[test]
fn without_any_engine_the_error_says_so() {
    let none = Installed::of(None, None);
    assert!(none.is_empty());
    assert_eq!(none.missing().len(), 2);
    for engine in [
        OcrEngineChoice::Auto,
        OcrEngineChoice::PpOcr,
        OcrEngineChoice::Tesseract,
    ] {
        let error = none.words(&print(&[]), &options(engine, "eng")).unwrap_err();
        assert_eq!(error, OcrError::NotInstalled);
    }
}
