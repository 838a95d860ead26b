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
            let added: usize = group.iter().map(|block| block.content.len()).sum();
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
/// alone is too long.
fn groups(page: &Page) -> Vec<Vec<ChunkBlock>> {
    let mut groups = Vec::new();
    let mut index = 0;
    for block in &page.blocks {
        let mut group = blocks_of(page, block);
        group.retain(|block| !block.content.is_empty() || matches!(block.kind, ChunkBlockKind::Table(_)));
        for block in &mut group {
            block.index = index;
            index = index.saturating_add(1);
        }
        groups.extend(cut(group));
    }
    groups
}

/// Cuts a group that is longer than a chunk may be.
fn cut(group: Vec<ChunkBlock>) -> Vec<Vec<ChunkBlock>> {
    let mut groups = vec![Vec::new()];
    let mut length = 0_usize;
    for block in group {
        length = length.saturating_add(block.content.len());
        match groups.last_mut() {
            Some(open) if length <= LONG || open.is_empty() => open.push(block),
            _ => {
                length = block.content.len();
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
    // Row by row, as the cells stand: looking for those of each row anew would take long in a long sheet.
    let mut rest = table.cells.as_slice();
    for row in 0..table.rows {
        let end = rest.partition_point(|cell| cell.row <= row);
        let (cells, behind) = rest.split_at(end);
        rest = behind;
        blocks.push(row_block(page, table, number, row, cells));
    }
    blocks
}

fn row_block(page: &Page, table: &Table, number: u32, row: u32, cells: &[Cell]) -> ChunkBlock {
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
