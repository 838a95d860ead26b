//! What holds for every page, and how lines and blocks are made of words.

use domain::parsed::{BlockKind, Page, PageSize, TextOrigin};
use proptest::prelude::*;

use super::testing::{SIZE, page, word};
use super::{PlacedWord, Sheet, arrange, finish};

fn blocks(page: &Page) -> Vec<(BlockKind, String)> {
    let blocks = page.blocks.iter();
    blocks.map(|block| (block.kind, page.block_text(block))).collect()
}

fn of_words(words: Vec<PlacedWord>) -> Page {
    let sheet = Sheet {
        number: 1,
        size: PageSize {
            width: 612.0,
            height: 792.0,
        },
        origin: TextOrigin::Native,
        words,
        rules: Vec::new(),
        pictures: Vec::new(),
    };
    let mut pages = [arrange(sheet, &mut None)];
    finish(&mut pages);
    let [page] = pages;
    page
}

#[test]
fn marks_of_footnotes_stay_on_the_line() {
    let page = of_words(vec![
        word("3", 50.0, 96.0, 6.0, false),
        word("Sales", 54.0, 100.0, SIZE, false),
        word("in", 82.0, 100.0, SIZE, false),
        word("2007", 95.0, 100.0, SIZE, false),
        word("1", 115.5, 95.5, 6.0, false),
        word("and", 122.0, 100.0, SIZE, false),
        word("later", 140.0, 100.0, SIZE, false),
    ]);
    assert_eq!(page.text(), "3 Sales in 2007 1 and later");
}

#[test]
fn a_paragraph_ends_where_the_next_one_is_indented() {
    let page = page(
        "
The first paragraph of the text runs over
several lines and ends with a short one
which is here.
   The second paragraph is indented and runs
on for as long as the first one did and
then it ends.
",
    );
    let texts: Vec<String> = blocks(&page).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[1].starts_with("The second"));
}

#[test]
fn entries_of_lists_are_blocks_with_their_further_lines() {
    let page = page(
        "
The following is needed for the order:
\u{2022} a chair of wood, which is to be of
  the same colour as the table
\u{f0b7}    a table
(ii) a lamp that can be hung from the
     ceiling
This is what comes after the list.
",
    );
    let found = blocks(&page);
    let kinds: Vec<BlockKind> = found.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(
        kinds,
        [
            BlockKind::Paragraph,
            BlockKind::ListItem,
            BlockKind::ListItem,
            BlockKind::ListItem,
            BlockKind::Paragraph
        ],
        "{found:?}"
    );
    assert!(found[3].1.ends_with("ceiling"));
}

#[test]
fn a_numbered_heading_is_a_heading() {
    let page = page(
        "
*2. *Background

The text of the chapter begins here and goes on
for a while.
",
    );
    assert_eq!(blocks(&page)[0], (BlockKind::Heading, "2. Background".to_owned()));
}

fn texts(page: &Page) -> Vec<String> {
    page.lines.iter().map(|line| page.line_text(line)).collect()
}

#[test]
fn three_columns_below_a_title_and_above_a_note() {
    let mut drawing = String::from(
        "A title over all of the three columns that stand below it on the page and are read\n\n",
    );
    for line in ["one", "two", "three", "four", "five", "six"] {
        for column in ["left", "middle", "right"] {
            let text = format!("{column} column line {line}");
            drawing += &text;
            drawing += &" ".repeat(30 - text.len());
        }
        drawing += "\n";
    }
    drawing += "\nA note below all of the three columns, which is as wide as they are and ends the page.\n";
    let found = texts(&page(&drawing));
    assert!(
        found[0].starts_with("A title") && found[19].starts_with("A note"),
        "{found:?}"
    );
    assert!(
        found[1..7].iter().all(|line| line.starts_with("left")),
        "{found:?}"
    );
    assert!(
        found[7..13].iter().all(|line| line.starts_with("middle")),
        "{found:?}"
    );
    assert!(
        found[13..19].iter().all(|line| line.starts_with("right")),
        "{found:?}"
    );
}

#[test]
fn names_and_values_are_read_row_by_row() {
    let found = texts(&page(
        "
Net amount               1,000.00
Tax                        190.00
Total                    1,190.00
Paid                       190.00
",
    ));
    assert_eq!(found[..4], ["Net amount", "1,000.00", "Tax", "190.00"]);
}

#[test]
fn an_address_beside_names_and_values_is_read_as_a_whole() {
    let found = texts(&page(
        "
Example Ltd                              Invoice:      4711
1 High Street                            Date:         1 May 2024
Leeds                                    Customer:     0815
England                                  Page:         1
",
    ));
    assert_eq!(found[..4], ["Example Ltd", "1 High Street", "Leeds", "England"]);
    assert_eq!(found[4..6], ["Invoice:", "4711"]);
}

/// Words anywhere on a page, in any size.
fn any_words() -> impl Strategy<Value = Vec<PlacedWord>> {
    let one = (
        "[a-z]{1,8}:?|[0-9]{1,6}",
        0.0..560.0_f64,
        10.0..780.0_f64,
        4.0..24.0_f64,
        any::<bool>(),
    );
    let placed = one.prop_map(|(text, x, y, size, bold)| word(&text, x, y, size, bold));
    prop::collection::vec(placed, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_word_is_in_one_line_and_every_line_in_one_block(words in any_words()) {
        let mut texts: Vec<String> = words.iter().map(|word| word.text.to_string()).collect();
        let page = of_words(words);
        let mut found: Vec<String> = page.words.iter().map(|word| word.text.to_string()).collect();
        texts.sort();
        found.sort();
        prop_assert_eq!(texts, found);

        let mut next = 0;
        for line in &page.lines {
            prop_assert_eq!(line.words.range().start, next);
            prop_assert!(line.words.range().end > next);
            next = line.words.range().end;
        }
        prop_assert_eq!(next, page.words.len());

        let mut next = 0;
        for block in &page.blocks {
            prop_assert_eq!(block.lines.range().start, next);
            prop_assert!(block.lines.range().end > next);
            next = block.lines.range().end;
        }
        prop_assert_eq!(next, page.lines.len());
    }

    #[test]
    fn the_same_words_give_the_same_page(words in any_words()) {
        prop_assert_eq!(of_words(words.clone()), of_words(words));
    }
}
