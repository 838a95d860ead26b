//! Entries of a table that holds no numbers: as the table's own rows say where it was found with cells, else every row
//! that fills the first column begins one, up to the first line of running text.

use domain::parsed::Table;

use super::body::{BodyRow, Entry, PageOf};
use super::header::Header;
use crate::layout::rect::Rect;

/// A line of so many words over more than one column is running text.
const PROSE: usize = 6;

/// The entries of the rows below a header.
pub(crate) fn entries(page: &PageOf<'_, '_>, header: &Header, rows: Vec<BodyRow>) -> Vec<Entry> {
    if let Some(bands) = bands(page, header) {
        return by_bands(&bands, rows);
    }
    let first = header
        .headings
        .iter()
        .position(|heading| heading.column.is_some())
        .unwrap_or(0);
    let mut entries: Vec<Entry> = Vec::new();
    for row in rows.into_iter().take_while(|row| !is_prose(page, header, row)) {
        let begins = row.pieces.iter().any(|piece| piece.heading == first);
        match entries.last_mut() {
            Some(last) if !begins => last.rows.push(row),
            _ => entries.push(Entry {
                main: row.clone(),
                rows: vec![row],
            }),
        }
    }
    entries
}

/// Whether the row is one line that runs on over the columns.
fn is_prose(page: &PageOf<'_, '_>, header: &Header, row: &BodyRow) -> bool {
    let [piece] = row.pieces.as_slice() else {
        return false;
    };
    let Some(segment) = page.view.segment(piece.part.segment) else {
        return false;
    };
    let crossed = header
        .headings
        .iter()
        .filter(|heading| heading.place.overlap_x(&segment.place) > 0.0)
        .count();
    segment.len() >= PROSE && crossed != 1
}

/// The heights of the rows of the table that the header stands in, below the header.
fn bands(page: &PageOf<'_, '_>, header: &Header) -> Option<Vec<(f64, f64)>> {
    let view = page.view;
    let head = Rect::around(header.headings.iter().map(|heading| heading.place))?;
    let holds = |table: &&Table| {
        let place = Rect::on_page(&table.bbox, view.width, view.height);
        (place.y0..=place.y1).contains(&head.center_y()) && place.overlap_x(&head) > 0.5 * head.width()
    };
    let table = view.page.tables.iter().find(holds)?;
    let band = |row: u32| {
        let cells = table
            .cells
            .iter()
            .filter(|cell| cell.row == row && cell.row_span == 1);
        let place = Rect::around(cells.map(|cell| Rect::on_page(&cell.bbox, view.width, view.height)))?;
        (place.y0 > head.center_y()).then_some((place.y0, place.y1))
    };
    let bands: Vec<(f64, f64)> = (0..table.rows).filter_map(band).collect();
    (!bands.is_empty()).then_some(bands)
}

/// Rows in the same band are one entry; what stands outside the table is none.
fn by_bands(bands: &[(f64, f64)], rows: Vec<BodyRow>) -> Vec<Entry> {
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    for row in rows {
        let y = row.place.center_y();
        let Some(band) = bands
            .iter()
            .position(|(top, bottom)| (*top..=*bottom).contains(&y))
        else {
            continue;
        };
        match entries.last_mut().filter(|(known, _)| *known == band) {
            Some((_, entry)) => entry.rows.push(row),
            None => entries.push((
                band,
                Entry {
                    main: row.clone(),
                    rows: vec![row],
                },
            )),
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}
