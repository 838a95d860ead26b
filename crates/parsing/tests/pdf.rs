//! PDFs in, words, lines, blocks, tables and chunks out.

#![expect(clippy::unwrap_used, reason = "a test may fail in its helpers, too")]

#[path = "pdf/builder.rs"]
mod builder;

use builder::{Font, HEIGHT, PageContent, WIDTH, locked_pdf, pdf};
use domain::parsed::{BlockKind, ChunkBlockKind, Page, ParsedDocument, Table};
use domain::parsing::ParseConfig;
use parsing::{ParseError, Source};
use proptest::prelude::*;

fn page() -> PageContent {
    PageContent::default()
}

fn read(pages: &[PageContent]) -> ParsedDocument {
    parsing::read(&pdf(pages), &ParseConfig::default()).unwrap()
}

fn read_page(content: PageContent) -> Page {
    read(&[content]).pages.remove(0)
}

fn line_texts(page: &Page) -> Vec<String> {
    page.lines.iter().map(|line| page.line_text(line)).collect()
}

/// A table as text, a row a line, cells where they begin.
fn table_texts(page: &Page, table: &Table) -> Vec<String> {
    let text = |row, column| {
        let cell = table
            .cell(row, column)
            .filter(|cell| (cell.row, cell.column) == (row, column));
        cell.map_or_else(String::new, |cell| cell.text(page))
    };
    (0..table.rows)
        .map(|row| {
            (0..table.columns)
                .map(|column| text(row, column))
                .collect::<Vec<_>>()
                .join(" | ")
        })
        .collect()
}

#[test]
fn words_have_their_place_size_and_weight() {
    let page = read_page(
        page()
            .text(100.0, 200.0, "Invoice No.")
            .bold(300.0, 400.0, "Total"),
    );
    let texts: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["Invoice", "No.", "Total"]);

    let invoice = page.words[0].bbox;
    assert!((invoice.x0() * WIDTH - 100.0).abs() < 0.1, "{invoice:?}");
    // Helvetica's widths of the seven letters sum up to 3.168 em.
    assert!((invoice.x1() * WIDTH - 131.68).abs() < 0.5, "{invoice:?}");
    assert!(
        invoice.y0() * HEIGHT < 200.0 && 200.0 < invoice.y1() * HEIGHT,
        "{invoice:?}"
    );
    assert!((page.words[0].size - 10.0).abs() < 0.01);
    assert!(!page.words[0].bold && page.words[2].bold);
    assert_eq!(
        page.size.map(|size| (size.width, size.height)),
        Some((WIDTH, HEIGHT))
    );
}

#[test]
fn a_label_and_a_value_far_from_it_are_two_lines_in_one_row() {
    let page = read_page(
        page()
            .text(50.0, 100.0, "Invoice number:")
            .text(250.0, 100.0, "4711")
            .text(50.0, 114.0, "Date:")
            .text(250.0, 114.0, "1 March 2024"),
    );
    assert_eq!(
        line_texts(&page),
        ["Invoice number:", "4711", "Date:", "1 March 2024"]
    );
}

#[test]
fn columns_of_text_are_read_one_after_the_other() {
    let mut content = page().text(
        50.0,
        80.0,
        "A title over both of the columns, which is as long as they are wide",
    );
    for n in 0..8 {
        let y = 100.0 + 14.0 * f64::from(u32::try_from(n).unwrap());
        content = content
            .text(
                50.0,
                y,
                &format!(
                    "left hand side, line {} of it",
                    "abcdefgh".chars().nth(n).unwrap()
                ),
            )
            .text(320.0, y, "right hand side goes here as well");
    }
    let lines = line_texts(&read_page(content));
    assert!(lines[0].starts_with("A title"));
    assert!(
        lines[1..=8].iter().all(|line| line.starts_with("left")),
        "{lines:?}"
    );
    assert!(
        lines[9..].iter().all(|line| line.starts_with("right")),
        "{lines:?}"
    );
}

#[test]
fn a_table_between_drawn_lines_is_read_by_its_cells() {
    let mut content = page();
    for y in [100.0, 120.0, 160.0, 180.0] {
        content = content.line(50.0, y, 450.0, y);
    }
    for (n, x) in [50.0, 200.0, 350.0, 450.0].into_iter().enumerate() {
        // The last row is one cell over the first two columns.
        content = content.line(x, 100.0, x, if n == 1 { 160.0 } else { 180.0 });
    }
    let content = content
        .text(55.0, 114.0, "Article")
        .text(205.0, 114.0, "Remark")
        .text(355.0, 114.0, "Price")
        .text(55.0, 134.0, "A chair of wood")
        .text(55.0, 148.0, "and cloth")
        .text(205.0, 134.0, "blue")
        .text(355.0, 134.0, "120.00")
        .text(55.0, 174.0, "Total")
        .text(355.0, 174.0, "120.00");
    let page = read_page(content);
    assert_eq!(page.tables.len(), 1);
    let table = &page.tables[0];
    assert!(table.ruled);
    assert_eq!(table.header_rows, 1);
    assert_eq!(
        table_texts(&page, table),
        [
            "Article | Remark | Price",
            "A chair of wood and cloth | blue | 120.00",
            "Total |  | 120.00"
        ]
    );
    assert_eq!(table.cell(2, 1).map(|cell| cell.column_span), Some(2));
}

#[test]
fn line_items_without_borders_are_a_table_with_wrapped_cells_joined() {
    let mut content = page()
        .text(50.0, 60.0, "Invoice 4711")
        .bold(50.0, 100.0, "Pos")
        .bold(90.0, 100.0, "Description")
        .bold(330.0, 100.0, "Quantity")
        .bold(420.0, 100.0, "Unit price")
        .bold(510.0, 100.0, "Amount");
    let items = [
        (
            "1",
            vec![
                "Consulting in the month of March",
                "including travel to the customer",
            ],
            "8",
            "100.00",
            "800.00",
        ),
        ("2", vec!["Licence"], "1", "1,250.00", "1,250.00"),
        (
            "3",
            vec!["Support of the second level,", "for a year"],
            "12",
            "10.00",
            "120.00",
        ),
    ];
    let mut y = 120.0;
    for (position, description, quantity, price, amount) in &items {
        // Figures end at the right edge of their columns: Helvetica's digits are 5.56 points wide, its marks 2.78.
        let right = |text: &str, edge: f64| {
            edge - text
                .chars()
                .map(|c| if c.is_ascii_digit() { 5.56 } else { 2.78 })
                .sum::<f64>()
        };
        content = content
            .text(50.0, y, position)
            .text(right(quantity, 370.0), y, quantity)
            .text(right(price, 470.0), y, price)
            .text(right(amount, 545.0), y, amount);
        for line in description {
            content = content.text(90.0, y, line);
            y += 12.0;
        }
        y += 4.0;
    }
    let content = content.text(
        50.0,
        y + 30.0,
        "Payable within thirty days to the account named below, without deduction.",
    );
    let page = read_page(content);
    assert_eq!(page.tables.len(), 1, "{:?}", line_texts(&page));
    let table = &page.tables[0];
    assert_eq!(
        table_texts(&page, table),
        [
            "Pos | Description | Quantity | Unit price | Amount",
            "1 | Consulting in the month of March including travel to the customer | 8 | 100.00 | 800.00",
            "2 | Licence | 1 | 1,250.00 | 1,250.00",
            "3 | Support of the second level, for a year | 12 | 10.00 | 120.00",
        ]
    );
    assert_eq!((table.header_rows, table.ruled), (1, false));
}

#[test]
fn text_that_nobody_sees_is_kept_and_marked() {
    let page = read_page(
        page()
            .text(50.0, 100.0, "seen")
            .raw("3 Tr")
            .text(50.0, 120.0, "invisible")
            .raw("0 Tr 1 1 1 rg")
            .text(50.0, 140.0, "white")
            .raw("0 0 0 rg")
            .filled(45.0, 150.0, 200.0, 170.0)
            .raw("1 1 1 rg")
            .text(50.0, 163.0, "reversed"),
    );
    let hidden: Vec<(&str, bool)> = page
        .words
        .iter()
        .map(|word| (word.text.as_str(), word.hidden))
        .collect();
    assert_eq!(
        hidden,
        [
            ("seen", false),
            ("invisible", true),
            ("white", true),
            ("reversed", false)
        ]
    );
}

#[test]
fn text_drawn_twice_to_look_bold_is_there_once_and_bold() {
    let page = read_page(
        page()
            .text(50.0, 100.0, "Total due")
            .text(50.3, 100.0, "Total due"),
    );
    let words: Vec<(&str, bool)> = page
        .words
        .iter()
        .map(|word| (word.text.as_str(), word.bold))
        .collect();
    assert_eq!(words, [("Total", true), ("due", true)]);
}

#[test]
fn texts_printed_over_each_other_stay_readable() {
    let page = read_page(page().text(100.0, 100.0, "Advertiser").text_of(
        Font::Regular,
        10.0,
        112.0,
        100.5,
        "DUPLICATE",
    ));
    let texts: Vec<&str> = page.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["Advertiser", "DUPLICATE"]);
}

#[test]
fn turned_text_is_words_too_and_comes_last() {
    let page = read_page(
        page()
            .text_turned(Font::Regular, 10.0, 580.0, 400.0, 90.0, "along the margin")
            .text(50.0, 500.0, "the letter itself"),
    );
    assert_eq!(line_texts(&page), ["the letter itself", "along the margin"]);
    let margin = page.lines[1].bbox;
    assert!(margin.height() * HEIGHT > margin.width() * WIDTH, "{margin:?}");
}

#[test]
fn what_repeats_at_the_edges_of_pages_is_head_and_foot() {
    let pages: Vec<PageContent> = (1..=3)
        .map(|n| {
            page()
                .text(50.0, 40.0, "Example Ltd, Invoice 4711")
                .text_of(Font::Bold, 16.0, 50.0, 120.0, "Terms")
                .text(
                    50.0,
                    150.0,
                    &format!("What page {n} has to say is nothing to do with its edges."),
                )
                .text(270.0, 780.0, &format!("Page {n} of 3"))
        })
        .collect();
    for page in read(&pages).pages {
        let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(
            kinds,
            [
                BlockKind::Header,
                BlockKind::Heading,
                BlockKind::Paragraph,
                BlockKind::Footer
            ]
        );
    }
}

#[test]
fn a_page_is_a_chunk_and_a_table_in_it_has_its_rows() {
    let mut content = page().text(50.0, 60.0, "Our offer");
    for (n, row) in [
        ["Article", "Weight", "Price"],
        ["Chair", "4 kg", "80.00"],
        ["Desk", "30 kg", "250.00"],
        ["Lamp", "2 kg", "35.00"],
    ]
    .iter()
    .enumerate()
    {
        for (x, text) in [50.0, 250.0, 400.0].iter().zip(row) {
            content = content.text(*x, 100.0 + 14.0 * f64::from(u32::try_from(n).unwrap()), text);
        }
    }
    let document = read(&[content, page().text(50.0, 60.0, "Second page")]);
    assert_eq!(document.chunks.len(), 2);
    let first = &document.chunks[0];
    assert_eq!((first.index, first.page_from, first.page_to), (0, 1, 1));
    assert_eq!(
        first.text(),
        "Our offer\nArticle | Weight | Price\nChair | 4 kg | 80.00\nDesk | 30 kg | 250.00\nLamp | 2 kg | 35.00"
    );
    let rows = first
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, ChunkBlockKind::TableRow(_)));
    assert_eq!(rows.count(), 4);
    let numbers: Vec<u32> = first.blocks.iter().map(|block| block.index).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_page_that_is_a_picture_asks_for_recognition_and_says_so() {
    let file = pdf(&[
        page().text(50.0, 60.0, "text"),
        page().picture(0.0, 0.0, WIDTH, HEIGHT),
    ]);
    let parsed = parsing::parse(&Source::new(&file, &ParseConfig::default())).unwrap();
    assert_eq!(
        parsed.ocr.iter().map(|request| request.page).collect::<Vec<_>>(),
        [2]
    );
    let document = parsing::merge(parsed, Vec::new());
    assert_eq!(document.warnings, ["page 2 is a picture; its text was not read"]);
}

#[test]
fn recognised_words_come_in_where_they_stand() {
    let file = pdf(&[page().picture(0.0, 0.0, WIDTH, HEIGHT)]);
    let parsed = parsing::parse(&Source::new(&file, &ParseConfig::default())).unwrap();
    let word = |text: &str, x0: f64| parsing::OcrWord {
        text: text.to_owned(),
        bbox: domain::geometry::BBox::new(x0, 0.1, x0 + 0.05, 0.115),
        confidence: 0.9,
        baseline: [(x0, 0.112), (x0 + 0.05, 0.112)],
        size: 0.014,
    };
    let document = parsing::merge(parsed, vec![(1, Ok(vec![word("due", 0.16), word("Total", 0.1)]))]);
    assert_eq!(document.text(), "Total due");
    assert!(document.warnings.is_empty());
    assert_eq!(document.chunks.len(), 1);
}

#[test]
fn the_value_of_a_form_field_without_a_picture_of_it_is_text() {
    let page = read_page(
        page()
            .text(50.0, 100.0, "Name:")
            .field(84.0, 88.0, 300.0, 104.0, "Jane Public"),
    );
    assert_eq!(line_texts(&page), ["Name: Jane Public"]);
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let config = ParseConfig {
        max_pages: 1,
        ..ParseConfig::default()
    };
    let refusal = |bytes: &[u8]| {
        let error = parsing::read(bytes, &config).unwrap_err();
        assert!(error.is_refusal(), "{error}");
        error
    };
    assert_eq!(refusal(b""), ParseError::Empty);
    assert_eq!(
        refusal(&locked_pdf(&[page().text(50.0, 50.0, "secret")], "open sesame")),
        ParseError::PasswordNeeded
    );
    assert_eq!(
        refusal(&pdf(&[page(), page()])),
        ParseError::TooManyPages { pages: 2, limit: 1 }
    );
    assert!(matches!(
        refusal(b"%PDF-1.7\nthere is nothing of a PDF in here"),
        ParseError::Broken { .. }
    ));
    let supported = parsing::SUPPORTED;
    assert_eq!(
        refusal(b"GIF89a\x01\0\x01\0").to_string(),
        format!("files of the type image/gif are not read; supported are {supported}")
    );
}

#[test]
fn a_locked_file_opens_with_its_password_only() {
    let file = locked_pdf(&[page().text(50.0, 50.0, "secret")], "open sesame");
    let with = |bytes: &[u8], password: Option<&str>| {
        let config = ParseConfig::default();
        let source = Source {
            password,
            ..Source::new(bytes, &config)
        };
        parsing::parse(&source).map(|parsed| parsing::merge(parsed, Vec::new()).text())
    };
    assert_eq!(with(&file, Some("open sesame")), Ok("secret".to_owned()));
    assert_eq!(with(&file, None), Err(ParseError::PasswordNeeded));
    assert_eq!(with(&file, Some("")), Err(ParseError::PasswordNeeded));
    assert_eq!(with(&file, Some("sesame")), Err(ParseError::WrongPassword));
    // A password that is not needed does no harm.
    let open = pdf(&[page().text(50.0, 50.0, "public")]);
    assert_eq!(with(&open, Some("open sesame")), Ok("public".to_owned()));
}

/// Lines cover all words and blocks all lines, in order, each once; cells hold words of the page, none twice.
fn is_whole(page: &Page) {
    let mut at = 0;
    for line in &page.lines {
        assert_eq!(line.words.range().start, at);
        at = line.words.range().end;
    }
    assert_eq!(at, page.words.len());
    at = 0;
    for block in &page.blocks {
        assert_eq!(block.lines.range().start, at);
        at = block.lines.range().end;
    }
    assert_eq!(at, page.lines.len());
    let mut held: Vec<u32> = page
        .tables
        .iter()
        .flat_map(|table| &table.cells)
        .flat_map(|cell| cell.words.clone())
        .collect();
    let all = held.len();
    held.sort_unstable();
    held.dedup();
    assert_eq!(held.len(), all);
    assert!(
        held.last()
            .is_none_or(|last| usize::try_from(*last).unwrap() < page.words.len())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_word_is_on_one_line_in_one_block_wherever_it_stands(
        words in prop::collection::vec(("[a-z0-9.,:]{1,8}", 0.0..590.0, 10.0..790.0, 4.0..20.0, 0_u8..8), 0..60),
        lines in prop::collection::vec((0.0..600.0, 0.0..800.0, 0.0..600.0, any::<bool>()), 0..20),
    ) {
        let mut content = page();
        for (text, x, y, size, turn) in &words {
            let degrees = match turn { 0 => 90.0, 1 => 45.0, 2 => 270.0, 3 => 180.0, _ => 0.0 };
            content = content.text_turned(Font::Regular, *size, *x, *y, degrees, text);
        }
        for (x, y, to, across) in &lines {
            content = if *across { content.line(*x, *y, *to, *y) } else { content.line(*x, *y, *x, *to) };
        }
        let file = pdf(&[content]);
        let document = parsing::read(&file, &ParseConfig::default()).unwrap();
        is_whole(&document.pages[0]);
        prop_assert_eq!(&document, &parsing::read(&file, &ParseConfig::default()).unwrap());
        let stored = parsing::stored::encode(&document).unwrap();
        prop_assert_eq!(parsing::stored::decode(&stored).unwrap(), document);
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        end in any::<prop::sample::Index>(),
    ) {
        let mut file = pdf(&[page().text(50.0, 50.0, "Invoice 4711").line(10.0, 10.0, 90.0, 10.0)]);
        for (place, byte) in cuts {
            let place = place.index(file.len());
            file[place] = byte;
        }
        file.truncate(end.index(file.len()).max(1));
        if let Ok(document) = parsing::read(&file, &ParseConfig::default()) {
            document.pages.iter().for_each(is_whole);
        }
    }
}

#[test]
fn a_table_that_goes_on_over_the_page_is_one_there_too() {
    let row = |content: PageContent, y: f64, texts: [&str; 4]| {
        [50.0, 120.0, 350.0, 480.0]
            .iter()
            .zip(texts)
            .fold(content, |content, (x, text)| content.text(*x, y, text))
    };
    let first = row(
        page().text(50.0, 60.0, "Delivery note"),
        700.0,
        ["Pos", "Article", "Weight", "Price"],
    );
    let first = row(first, 714.0, ["1", "A chair", "4.0 kg", "80.00"]);
    let second = row(page(), 60.0, ["2", "A desk", "30.0 kg", "250.00"]);
    let second = second.text(50.0, 200.0, "Thank you for your order, and see you again soon.");
    let document = read(&[first, second]);
    let page = &document.pages[1];
    assert_eq!(page.tables.len(), 1);
    assert_eq!(
        table_texts(page, &page.tables[0]),
        ["2 | A desk | 30.0 kg | 250.00"]
    );
    assert_eq!(page.tables[0].header_rows, 0);
}

#[test]
fn long_documents_have_their_pages_in_order_and_are_the_same_each_time() {
    let pages: Vec<PageContent> = (1..=50)
        .map(|n| page().text(50.0, 60.0, &format!("What page {n} says")))
        .collect();
    let file = pdf(&pages);
    let document = parsing::read(&file, &ParseConfig::default()).unwrap();
    for (n, page) in (1..).zip(&document.pages) {
        assert_eq!(page.number, n);
        assert_eq!(line_texts(page), [format!("What page {n} says")]);
    }
    assert_eq!(document.pages.len(), 50);
    assert_eq!(document, parsing::read(&file, &ParseConfig::default()).unwrap());
}
