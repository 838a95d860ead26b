//! Words of PDFs that are written in other ways than from left to right on an upright page.

#![expect(clippy::unwrap_used, reason = "a test may fail in its helpers, too")]

#[path = "pdf/builder.rs"]
mod builder;

use builder::{Font, HEIGHT, PageContent, WIDTH, pdf};
use domain::parsed::Page;
use domain::parsing::ParseConfig;

fn page() -> PageContent {
    PageContent::default()
}

fn read_page(content: PageContent) -> Page {
    let mut document = parsing::read(&pdf(&[content]), &ParseConfig::default()).unwrap();
    document.pages.remove(0)
}

fn words(content: PageContent) -> Vec<String> {
    read_page(content)
        .words
        .into_iter()
        .map(|word| word.text.into_string())
        .collect()
}

fn lines(content: PageContent) -> Vec<String> {
    let page = read_page(content);
    page.lines.iter().map(|line| page.line_text(line)).collect()
}

/// Each character at its own place, at widths of Helvetica at 10 points.
fn set_leftwards(content: PageContent, right: f64, y: f64, characters: &[(&str, f64)]) -> PageContent {
    let mut x = right;
    characters.iter().fold(content, |content, (character, width)| {
        x -= width;
        content.text_of(Font::Semitic, 10.0, x, y, character)
    })
}

#[test]
fn letters_at_their_own_places_are_words() {
    let mut content = page();
    for (text, x) in [
        ("T", 50.0),
        ("o", 56.1),
        ("t", 61.7),
        ("a", 64.4),
        ("l", 70.0),
        ("d", 75.0),
        ("u", 80.6),
        ("e", 86.1),
    ] {
        content = content.text(x, 100.0, text);
    }
    assert_eq!(words(content), ["Total", "due"]);
}

#[test]
fn columns_nearer_than_letters_are_words_of_their_own() {
    // What was drawn in between tells that the two belong to different texts.
    let content = page()
        .text(50.0, 100.0, "150.00")
        .text(300.0, 100.0, "else")
        .text(81.4, 100.0, "P3");
    assert_eq!(words(content), ["150.00", "P3", "else"]);
}

#[test]
fn narrowed_and_widened_type_keeps_its_words() {
    let content = page()
        .raw("60 Tz")
        .text(50.0, 100.0, "narrow type here")
        .raw("150 Tz")
        .text(50.0, 120.0, "wide type here");
    assert_eq!(words(content), ["narrow", "type", "here", "wide", "type", "here"]);
}

#[test]
fn hyphens_at_line_ends_stay_as_they_are_printed() {
    assert_eq!(
        words(page().text(50.0, 100.0, "Rech-").text(50.0, 112.0, "nung")),
        ["Rech-", "nung"]
    );
}

#[test]
fn turned_pages_are_read_as_they_are_seen() {
    for (rotation, turned_by, x, y) in [
        (90, 90.0, 100.0, 700.0),
        (180, 180.0, 500.0, 700.0),
        (270, 270.0, 500.0, 100.0),
    ] {
        let content = page()
            .text_turned(Font::Regular, 10.0, x, y, turned_by, "Invoice 4711")
            .entries(&format!("/Rotate {rotation}"));
        let page = read_page(content);
        let size = page.size.unwrap();
        let expected = if rotation == 180 {
            (WIDTH, HEIGHT)
        } else {
            (HEIGHT, WIDTH)
        };
        assert_eq!((size.width, size.height), expected);
        let texts: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["Invoice", "4711"], "{rotation}");
        let invoice = page.words[0].bbox;
        // Every variant puts the text 100 points from the left and the top of what is seen.
        assert!(
            (invoice.x0() * size.width - 100.0).abs() < 0.5,
            "{rotation}: {invoice:?}"
        );
        assert!(
            (invoice.y1() * size.height - 102.0).abs() < 1.0,
            "{rotation}: {invoice:?}"
        );
        assert!(
            (invoice.width() * size.width - 31.7).abs() < 0.5,
            "{rotation}: {invoice:?}"
        );
    }
}

#[test]
fn places_are_those_on_the_cropped_page() {
    let page = read_page(
        page()
            .text(150.0, 300.0, "inside")
            .text(20.0, 300.0, "outside")
            .entries("/CropBox [100 200 500 700]"),
    );
    assert_eq!(page.words.len(), 1);
    let size = page.size.unwrap();
    assert_eq!((size.width, size.height), (400.0, 500.0));
    assert!((page.words[0].bbox.x0() * 400.0 - 50.0).abs() < 0.1);
    assert!((page.words[0].bbox.y1() * 500.0 - 202.0).abs() < 0.1);
}

#[test]
fn a_page_set_askew_has_straight_lines() {
    let content = page()
        .text_turned(
            Font::Regular,
            10.0,
            50.0,
            100.0,
            3.0,
            "a line that goes up to the right",
        )
        .text_turned(Font::Regular, 10.0, 50.0, 114.0, 3.0, "and the line below it");
    assert_eq!(
        lines(content),
        ["a line that goes up to the right", "and the line below it"]
    );
}

#[test]
fn hebrew_is_read_from_the_right_however_it_was_drawn() {
    // As seen from left to right, in one go; a blank between the words.
    assert_eq!(
        lines(page().text_of(Font::Semitic, 10.0, 50.0, 100.0, "nmfs nfmz")),
        ["שלום עולם"]
    );
    // Letter by letter from the right, with a mark on the first one.
    let letters = [("z", 5.0), ("~", -2.0), ("m", 10.33), ("f", 2.78), ("n", 5.56)];
    assert_eq!(words(set_leftwards(page(), 300.0, 100.0, &letters)), ["שָלום"]);
}

#[test]
fn numbers_and_brackets_in_hebrew_lines_stay_what_they_are() {
    let content = page().text_of(Font::Semitic, 10.0, 50.0, 100.0, "1,250.00 (nfmz) nmfs");
    assert_eq!(lines(content), ["עולם (שלום) 1,250.00"]);
}

#[test]
fn arabic_shapes_are_the_letters_they_stand_for() {
    // Seen from the left: meem, lam-alef in one shape, seen.
    assert_eq!(
        words(page().text_of(Font::Semitic, 10.0, 50.0, 100.0, "CZA")),
        ["س\u{644}\u{627}م"]
    );
}

#[test]
fn chinese_and_japanese_without_blanks_are_one_word_up_to_a_gap() {
    let content = page().text_of(Font::Wide, 10.0, 50.0, 100.0, "請求書").text_of(
        Font::Wide,
        10.0,
        90.0,
        100.0,
        "東京都\u{3000}千代田区",
    );
    assert_eq!(words(content), ["請求書", "東京都", "千代田区"]);
}

#[test]
fn lines_that_go_down_are_read_from_the_right() {
    let content = page()
        .text_of(Font::WideDownwards, 10.0, 500.0, 100.0, "請求書")
        .text_of(Font::WideDownwards, 10.0, 480.0, 100.0, "東京都");
    assert_eq!(words(content), ["請求書", "東京都"]);
}

#[test]
fn glyphs_that_the_file_does_not_explain_are_told_of() {
    let content = page().raw("BT /F1 10 Tf 50 700 Td <01020304> Tj ET");
    let document = parsing::read(&pdf(&[content]), &ParseConfig::default()).unwrap();
    assert_eq!(
        document.warnings,
        ["page 1: 4 of 4 glyphs have no known character"]
    );
}
