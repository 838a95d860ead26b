//! Pages, blocks and tables that fit together.

use super::*;

fn flow(full: Full) -> Flow {
    Flow::new("text/test", &ParseConfig::default(), full)
}

pub(super) fn cell(row: u32, column: u32, text: &str) -> GridCell {
    GridCell {
        row,
        column,
        text: Text::plain(text),
        ..GridCell::default()
    }
}

/// Blocks cover all lines in order, and lines all words.
fn assert_covered(page: &Page) {
    let covered: Vec<usize> = page.blocks.iter().flat_map(|block| block.lines.range()).collect();
    assert_eq!(covered, (0..page.lines.len()).collect::<Vec<_>>());
    let covered: Vec<usize> = page.lines.iter().flat_map(|line| line.words.range()).collect();
    assert_eq!(covered, (0..page.words.len()).collect::<Vec<_>>());
}

#[test]
fn blocks_lines_and_tables_fit_together() {
    let mut flow = flow(FULL_TEXT);
    flow.block(BlockKind::Heading, &Text::plain(" Order \u{200b} 7\n\nof May "))
        .unwrap();
    let grid = Grid {
        rows: 2,
        columns: 2,
        header_rows: 1,
        breaks: Vec::new(),
        cells: vec![
            cell(1, 1, "8\n9"),
            cell(0, 0, "Item"),
            cell(0, 1, "No"),
            cell(1, 0, "A b"),
        ],
    };
    flow.table(grid).unwrap();
    let place = flow.block(BlockKind::Paragraph, &Text::plain("end")).unwrap();
    assert_eq!((place.page, place.words), (1, vec![10]));
    let document = flow.finish().unwrap();
    let page = &document.pages[0];
    assert_covered(page);
    assert_eq!(page.text(), "Order 7\nof May\nItem No\nA b\n8\n9\nend");
    let texts: Vec<String> = page.tables[0].cells.iter().map(|cell| cell.text(page)).collect();
    assert_eq!(texts, ["Item", "No", "A b", "8 9"]);
    let kinds: Vec<BlockKind> = page.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(
        kinds,
        [BlockKind::Heading, BlockKind::Table(0), BlockKind::Paragraph]
    );
}

#[test]
fn full_pages_go_on_with_their_name_and_their_block_or_table() {
    let mut flow = flow(Full { lines: 3, words: 99 });
    flow.name_page("List");
    flow.block(BlockKind::ListItem, &Text::plain("a\nb\nc\nd"))
        .unwrap();
    let cells = (0..4).map(|row| cell(row, 0, "x")).collect();
    flow.table(Grid {
        rows: 4,
        columns: 1,
        header_rows: 1,
        cells,
        ..Grid::default()
    })
    .unwrap();
    let document = flow.finish().unwrap();
    let found: Vec<(&str, String)> = document
        .pages
        .iter()
        .map(|page| (page.name.as_str(), page.text()))
        .collect();
    assert_eq!(
        found,
        [
            ("List", "a\nb\nc".to_owned()),
            ("List", "d\nx\nx".to_owned()),
            ("List", "x\nx".to_owned())
        ]
    );
    document.pages.iter().for_each(assert_covered);
    let tables: Vec<(u32, u32)> = document.pages[1..]
        .iter()
        .map(|page| (page.tables[0].rows, page.tables[0].header_rows))
        .collect();
    assert_eq!(tables, [(2, 1), (2, 0)]);
}

#[test]
fn more_pages_than_allowed_are_counted_and_refused() {
    let config = ParseConfig {
        max_pages: 2,
        ..ParseConfig::default()
    };
    let mut flow = Flow::new("text/test", &config, FULL_TEXT);
    for _ in 0..5 {
        flow.end_page();
    }
    let error = flow.finish().unwrap_err();
    assert_eq!(error, ParseError::TooManyPages { pages: 5, limit: 2 });
}

#[test]
fn pairs_know_the_words_of_label_and_value() {
    let mut flow = flow(FULL_TEXT);
    flow.begin_block(BlockKind::Paragraph);
    flow.pair(PairKind::Header, "To", "a@b.example,\n c@d.example")
        .unwrap();
    flow.pair(PairKind::Header, "Subject", "").unwrap();
    let document = flow.finish().unwrap();
    let page = &document.pages[0];
    assert_covered(page);
    assert_eq!(page.text(), "To: a@b.example,\nc@d.example\nSubject:");
    let pair = &page.pairs[0];
    assert_eq!(pair.value, "a@b.example, c@d.example");
    assert_eq!(
        (pair.label.as_slice(), pair.words.as_slice()),
        (&[0][..], &[1, 2][..])
    );
    assert_eq!(page.pairs[1].words, [0_u32; 0]);
}
