//! Places as evidence: one source for each line, its box around exactly the words used.

use domain::evidence::{Place, Source};
use domain::geometry::BBox;
use domain::id::ChunkId;
use domain::parsed::{Cell, Pair, PairKind};

use super::candidates::Part;
use super::view::View;
use crate::Input;

/// The sources of words on a page.
pub(crate) fn of_parts(documents: &[Input<'_>], view: &View<'_>, parts: &[Part]) -> Vec<Source> {
    let Some(document) = documents.get(view.document) else {
        return Vec::new();
    };
    let mut sources: Vec<Source> = parts
        .iter()
        .filter_map(|part| of_part(document, view, *part))
        .collect();
    // Two parts of one cell are the same place.
    sources.dedup();
    sources
}

fn of_part(document: &Input<'_>, view: &View<'_>, part: Part) -> Option<Source> {
    let segment = view.segment(part.segment)?;
    let page = view.page;
    let chunk = document
        .parsed
        .chunks
        .iter()
        .find(|chunk| chunk.page_from <= page.number && page.number <= chunk.page_to);
    let chunk_id = chunk.map(|chunk| ChunkId::derive(document.id, document.config_hash, chunk.index));
    if let Some((table, cell)) = segment.cell {
        let cell = page.tables.get(table)?.cells.get(cell)?;
        return Some(Source {
            chunk_id,
            document_id: document.id,
            page: page.number,
            text: cell.value.clone(),
            bbox: None,
            place: Place::Cell {
                sheet: page.name.clone(),
                address: cell.address.clone(),
            },
        });
    }
    let mut indices = segment.words.get(part.from..part.to)?.to_vec();
    indices.dedup();
    if let Some(cell) = cell_of(view, &indices) {
        return Some(Source {
            chunk_id,
            document_id: document.id,
            page: page.number,
            text: cell.text(page),
            bbox: None,
            place: Place::Cell {
                sheet: page.name.clone(),
                address: cell.address.clone(),
            },
        });
    }
    let words: Vec<_> = indices
        .iter()
        .filter_map(|index| page.words.get(*index))
        .collect();
    let bbox = BBox::around(words.iter().map(|word| &word.bbox))?;
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let first = segment.words.get(part.from).copied()?;
    let place = match header(view, &indices) {
        Some(name) => Place::Header { name },
        None if page.size.is_some() => Place::Box,
        None => paragraph(view, first),
    };
    Some(Source {
        chunk_id,
        document_id: document.id,
        page: page.number,
        text: texts.join(" "),
        bbox: page.size.is_some().then_some(bbox),
        place,
    })
}

/// The cell of a spreadsheet that the words are part of.
fn cell_of<'p>(view: &View<'p>, words: &[usize]) -> Option<&'p Cell> {
    let first = u32::try_from(*words.first()?).ok()?;
    let tables = view.page.tables.iter().filter(|_| view.page.size.is_none());
    // Words and cells stand in the same order: a sheet has too many to look at each.
    let mut near = tables.filter_map(|table| {
        let behind = table
            .cells
            .partition_point(|cell| cell.words.first() <= Some(&first));
        table.cells.get(behind.checked_sub(1)?)
    });
    near.find(|cell| !cell.address.is_empty() && cell.words.contains(&first))
}

/// The header of the message whose value the words are part of.
fn header(view: &View<'_>, words: &[usize]) -> Option<String> {
    let holds = |pair: &&Pair| {
        let value = |word: &usize| u32::try_from(*word).is_ok_and(|word| pair.words.contains(&word));
        pair.kind == PairKind::Header && words.iter().all(value)
    };
    let pair = view.page.pairs.iter().find(holds)?;
    Some(pair.name.clone())
}

/// The paragraph that a word stands in, where the format has no boxes.
fn paragraph(view: &View<'_>, word: usize) -> Place {
    let page = view.page;
    let line = page.lines.partition_point(|line| line.words.range().end <= word);
    let block = page
        .blocks
        .partition_point(|block| block.lines.range().end <= line);
    Place::Paragraph {
        page: page.number,
        index: u32::try_from(block).unwrap_or(u32::MAX),
    }
}
