//! Form fields and notes of PDFs: what they say is text, whether or not the file draws it.

#![expect(clippy::unwrap_used, reason = "a test may fail in its helpers, too")]

#[path = "pdf/builder.rs"]
mod builder;

use builder::{HEIGHT, PageContent, WIDTH, pdf};
use domain::parsed::Page;
use domain::parsing::ParseConfig;

fn page() -> PageContent {
    PageContent::default()
}

fn read_page(content: PageContent) -> Page {
    let mut document = parsing::read(&pdf(&[content]), &ParseConfig::default()).unwrap();
    document.pages.remove(0)
}

fn lines(content: PageContent) -> Vec<String> {
    let page = read_page(content);
    page.lines.iter().map(|line| page.line_text(line)).collect()
}

#[test]
fn several_lines_stand_below_each_other_and_long_ones_are_broken() {
    let entries = "/Subtype /Widget /FT /Tx /Ff 4096 /DA (/F1 10 Tf) /V (Jane Public\\r22 Some Street of a very long name)";
    assert_eq!(
        lines(page().annotation([50.0, 100.0, 150.0, 160.0], entries)),
        ["Jane Public", "22 Some Street of a", "very long name"]
    );
}

#[test]
fn values_stand_where_the_field_puts_them() {
    let entries = "/Subtype /Widget /FT /Tx /Q 2 /DA (0 g /F1 8 Tf) /V (1,500)";
    let page = read_page(page().annotation([100.0, 100.0, 200.0, 112.0], entries));
    let word = &page.words[0];
    assert!((word.size - 8.0).abs() < 0.01);
    assert!((word.bbox.x1() * WIDTH - 198.0).abs() < 0.1, "{word:?}");
}

#[test]
fn characters_in_a_comb_are_one_word() {
    let comb = "/FT /Tx /Ff 16777216 /MaxLen 9 /V (123456789)";
    let undrawn = page().annotation([50.0, 100.0, 230.0, 120.0], &format!("/Subtype /Widget {comb}"));
    let found = read_page(undrawn);
    assert_eq!(found.words[0].text, "123456789");
    assert!((found.words[0].bbox.x1() * WIDTH - 230.0).abs() < 0.1);

    let operators: Vec<String> = (1..=9)
        .map(|n| format!("BT /F1 10 Tf {} 5 Td ({n}) Tj ET ", 20 * n - 13))
        .collect();
    let drawn = read_page(page().drawn_field([50.0, 100.0, 230.0, 120.0], comb, &operators.concat()));
    assert_eq!(drawn.words.len(), 1);
    assert_eq!(drawn.words[0].text, "123456789");
    assert!((drawn.words[0].bbox.x0() * WIDTH - 57.0).abs() < 0.1);
}

#[test]
fn a_value_that_was_changed_since_it_was_drawn_is_the_new_one() {
    let old = "BT /F1 10 Tf 2 5 Td (the old value) Tj ET";
    let place = [50.0, 100.0, 230.0, 120.0];
    assert_eq!(
        lines(page().drawn_field(place, "/FT /Tx /V (the new value)", old)),
        ["the new value"]
    );
    assert_eq!(
        lines(page().drawn_field(place, "/FT /Tx /V (the old value)", old)),
        ["the old value"]
    );
    assert_eq!(
        lines(page().drawn_field(place, "/FT /Tx /V (a value)", "q Q")),
        ["a value"]
    );
}

#[test]
fn what_is_chosen_from_a_list_is_what_the_list_shows() {
    let entries = "/Subtype /Widget /FT /Ch /V (de) /Opt [[(fr) (France)] [(de) (Germany)]]";
    assert_eq!(
        lines(page().annotation([50.0, 100.0, 150.0, 112.0], entries)),
        ["Germany"]
    );
}

#[test]
fn boxes_and_buttons_say_whether_they_are_ticked() {
    let tick = "q 1 w 2 2 m 8 8 l S Q";
    let place = |y: f64| [50.0, y, 60.0, y + 10.0];
    let content = page()
        .drawn_field(place(100.0), "/FT /Btn /AS /Yes", tick)
        .text(64.0, 108.5, "drawn")
        .annotation(place(120.0), "/Subtype /Widget /FT /Btn /AS /Off")
        .text(64.0, 128.5, "empty")
        .annotation(place(140.0), "/Subtype /Widget /FT /Btn /Ff 32768 /AS /2")
        .text(64.0, 148.5, "button")
        .drawn_field(place(160.0), "/FT /Btn /AS /On", "BT /F1 9 Tf 2 2 Td (X) Tj ET")
        .text(64.0, 168.5, "written")
        .annotation(
            place(180.0),
            "/Subtype /Widget /FT /Btn /Ff 65536 /MK << /CA (Print) >>",
        )
        .text(64.0, 188.5, "nothing to tick");
    assert_eq!(
        lines(content),
        [
            "\u{2612} drawn",
            "\u{2610} empty",
            "\u{2612} button",
            "X written",
            "nothing to tick"
        ]
    );
}

#[test]
fn notes_written_on_the_page_are_text() {
    let entries = "/Subtype /FreeText /DA (/F1 8 Tf) /Contents (03/21/2019)";
    let page = read_page(page().annotation([400.0, 100.0, 460.0, 112.0], entries));
    assert_eq!(page.words[0].text, "03/21/2019");
    assert!(page.words[0].bbox.y0() * HEIGHT > 98.0);
}

#[test]
fn what_is_hidden_or_secret_is_not_text() {
    let place = [50.0, 100.0, 150.0, 112.0];
    let content = page()
        .annotation(place, "/Subtype /Widget /FT /Tx /F 2 /V (hidden)")
        .annotation(place, "/Subtype /Widget /FT /Tx /Ff 8192 /V (password)")
        .annotation(
            place,
            "/Subtype /Text /Contents (a remark in a window of its own)",
        );
    assert!(lines(content).is_empty());
}

#[test]
fn an_annotation_that_is_missing_does_not_hide_those_after_it() {
    let content = page().entries("").raw("").annotation(
        [50.0, 100.0, 150.0, 112.0],
        ">> 99 0 R null << /Subtype /Widget /FT /Tx /V (here) /Rect [50 690 150 702]",
    );
    assert_eq!(lines(content), ["here"]);
}
