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
    let mut pages = [arrange(&sheet, &mut None)];
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
    #[test]
    fn every_word_is_in_one_line_and_every_line_in_one_block(words in any_words()) {
        let mut texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let page = of_words(words);
        let mut found: Vec<String> = page.words.iter().map(|word| word.text.clone()).collect();
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
