//! The text of a document in pieces, as it is listed and searched: one chunk a page, long pages in several.

use domain::parsed::{
    Block, BlockKind, Cell, Chunk, ChunkBlock, ChunkBlockKind, Page, RowCell, Table, TableOfChunk,
    TableRowOfChunk,
};

/// A chunk with more characters than this is ended at the next block.
const LONG: usize = 8_000;

/// Makes the chunks of all pages. A page without text makes none.
pub(crate) fn make(pages: &[Page]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    for page in pages {
        let mut open: Vec<ChunkBlock> = Vec::new();
        let mut length = 0_usize;
        for group in groups(page) {
            let added: usize = group.iter().map(length_of).sum();
            if !open.is_empty() && length.saturating_add(added) > LONG {
                push(&mut chunks, page, std::mem::take(&mut open));
                length = 0;
            }
            length = length.saturating_add(added);
            open.extend(group);
        }
        push(&mut chunks, page, open);
    }
    chunks
}

fn push(chunks: &mut Vec<Chunk>, page: &Page, blocks: Vec<ChunkBlock>) {
    if blocks.is_empty() {
        return;
    }
    let mut chunk = Chunk {
        index: small(chunks.len()),
        page_from: page.number,
        page_to: page.number,
        blocks,
        token_count: 0,
    };
    chunk.token_count = small(chunk.text().chars().count().div_ceil(4));
    chunks.push(chunk);
}

/// The page's blocks in reading order, numbered; a table and its rows are a group that should stay together, unless it
/// alone is too long. Tables without words on the page (those of spreadsheets) come last.
fn groups(page: &Page) -> Vec<Vec<ChunkBlock>> {
    let in_text: Vec<u32> = page
        .blocks
        .iter()
        .filter_map(|block| match block.kind {
            BlockKind::Table(number) => Some(number),
            _ => None,
        })
        .collect();
    let others = (0..small(page.tables.len())).filter(|number| !in_text.contains(number));
    let found = page.blocks.iter().map(|block| blocks_of(page, block));
    let found = found.chain(others.map(|number| table_blocks(page, number)));
    let mut groups = Vec::new();
    let mut index = 0;
    for mut group in found {
        group.retain(|block| !block.content.is_empty() || matches!(block.kind, ChunkBlockKind::Table(_)));
        for block in &mut group {
            block.index = index;
            index = index.saturating_add(1);
        }
        groups.extend(cut(group));
    }
    groups
}

fn length_of(block: &ChunkBlock) -> usize {
    block.content.chars().count()
}

/// Cuts a group that is longer than a chunk may be.
fn cut(group: Vec<ChunkBlock>) -> Vec<Vec<ChunkBlock>> {
    let mut groups = vec![Vec::new()];
    let mut length = 0_usize;
    for block in group {
        length = length.saturating_add(length_of(&block));
        match groups.last_mut() {
            Some(open) if length <= LONG || open.is_empty() => open.push(block),
            _ => {
                length = length_of(&block);
                groups.push(vec![block]);
            }
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

fn blocks_of(page: &Page, block: &Block) -> Vec<ChunkBlock> {
    let kind = match block.kind {
        BlockKind::Heading => ChunkBlockKind::Heading,
        BlockKind::Paragraph => ChunkBlockKind::Paragraph,
        BlockKind::ListItem => ChunkBlockKind::ListItem,
        BlockKind::Header => ChunkBlockKind::Header,
        BlockKind::Footer => ChunkBlockKind::Footer,
        BlockKind::Table(number) => return table_blocks(page, number),
    };
    vec![ChunkBlock {
        page: page.number,
        index: 0,
        kind,
        content: page.block_text(block),
    }]
}

fn table_blocks(page: &Page, number: u32) -> Vec<ChunkBlock> {
    let table = usize::try_from(number)
        .ok()
        .and_then(|number| page.tables.get(number));
    let Some(table) = table else { return Vec::new() };
    let number = number.saturating_add(1);
    let about = TableOfChunk {
        table: number,
        row_count: table.rows,
        col_count: table.columns,
    };
    let mut blocks = vec![ChunkBlock {
        page: page.number,
        index: 0,
        kind: ChunkBlockKind::Table(about),
        content: String::new(),
    }];
    // Cells stand row by row.
    let rows = table.cells.chunk_by(|one, next| one.row == next.row);
    blocks.extend(rows.map(|cells| row_block(page, table, number, cells)));
    blocks
}

fn row_block(page: &Page, table: &Table, number: u32, cells: &[Cell]) -> ChunkBlock {
    let row = cells.first().map_or(0, |cell| cell.row);
    let cells: Vec<RowCell> = cells
        .iter()
        .map(|cell| RowCell {
            col_index: cell.column.saturating_add(1),
            text: cell.text(page),
        })
        .filter(|cell| !cell.text.is_empty())
        .collect();
    let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    ChunkBlock {
        page: page.number,
        index: 0,
        content: texts.join(" | "),
        kind: ChunkBlockKind::TableRow(TableRowOfChunk {
            table: number,
            is_header_row: row < table.header_rows,
            cells,
        }),
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use domain::geometry::BBox;

    use super::*;
    use crate::layout::testing;

    fn of(drawing: &str) -> Vec<Chunk> {
        make(&testing::pages(&[drawing]))
    }

    /// A cell of a spreadsheet.
    fn cell(row: u32, column: u32, value: &str) -> Cell {
        Cell {
            row,
            column,
            row_span: 1,
            column_span: 1,
            bbox: BBox::default(),
            words: Vec::new(),
            value: value.to_owned(),
            address: String::new(),
        }
    }

    #[test]
    fn a_page_is_a_chunk_whose_blocks_say_what_they_are() {
        let chunks = of("
*Offer

What we can deliver in the coming year is listed below, with all prices.

Article          Weight     Price    Amount
Chair              4.00     80.00    160.00
Desk              30.00    250.00    250.00

- to be paid within thirty days
");
        assert_eq!(chunks.len(), 1);
        let blocks = &chunks[0].blocks;
        let kinds: Vec<String> = blocks
            .iter()
            .map(|block| match &block.kind {
                ChunkBlockKind::Table(table) => format!(
                    "table {} of {} x {}",
                    table.table, table.row_count, table.col_count
                ),
                ChunkBlockKind::TableRow(row) => {
                    format!("row, head {}, {} cells", row.is_header_row, row.cells.len())
                }
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            kinds,
            [
                "Heading",
                "Paragraph",
                "table 1 of 3 x 4",
                "row, head true, 4 cells",
                "row, head false, 4 cells",
                "row, head false, 4 cells",
                "ListItem"
            ]
        );
        assert!(
            blocks
                .iter()
                .zip(0..)
                .all(|(block, index)| block.index == index && block.page == 1)
        );
        assert_eq!(blocks[4].content, "Chair | 4.00 | 80.00 | 160.00");
    }

    #[test]
    fn a_long_page_is_several_chunks_cut_between_blocks() {
        let paragraphs: Vec<String> = (0..300)
            .map(|n| format!("Paragraph {n} of a long text\n\n"))
            .collect();
        let chunks = of(&paragraphs.concat());
        assert_eq!(chunks.len(), 2);
        assert!(
            chunks
                .iter()
                .zip(0..)
                .all(|(chunk, index)| chunk.index == index && chunk.page_from == 1)
        );
        assert!(
            chunks
                .iter()
                .all(|chunk| chunk.text().chars().count() <= LONG + chunk.blocks.len())
        );
        let last = chunks[0].blocks.last().map(|block| block.index);
        assert_eq!(
            chunks[1].blocks.first().map(|block| block.index),
            last.map(|index| index + 1)
        );
    }

    #[test]
    fn a_sheet_without_words_has_its_table_in_a_chunk() {
        let page = Page {
            number: 1,
            tables: vec![Table {
                bbox: BBox::default(),
                rows: 3,
                columns: 2,
                header_rows: 1,
                cells: vec![cell(0, 0, "Year"), cell(0, 1, "Ducks"), cell(2, 1, "120")],
                ruled: true,
                continues: false,
            }],
            ..Page::default()
        };
        let chunks = make(&[page]);
        assert_eq!(
            chunks.iter().map(Chunk::text).collect::<Vec<_>>(),
            ["Year | Ducks\n120"]
        );
        let ChunkBlockKind::TableRow(row) = &chunks[0].blocks[2].kind else {
            panic!("{:?}", chunks[0].blocks)
        };
        assert_eq!(row.cells[0].col_index, 2);
    }
}
