//! Excel's newer format, by calamine: cell by cell, so that cells far apart take no more memory than others.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::cells::{Sheet, SheetCell, Value};
use super::{Counted, broken};
use crate::archive::Archive;
use crate::{Format, ParseError};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ParseError> {
    Archive::check(bytes, Format::Xlsx.media_type())?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(refused)?;
    let mut counted = Counted::default();
    let mut sheets = Vec::new();
    let listed = book.sheets_metadata().to_vec();
    for sheet in listed.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        sheets.push(Sheet {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            cells: cells(&mut book, &sheet.name, &mut counted)?,
        });
    }
    Ok(sheets)
}

fn cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    counted: &mut Counted,
) -> Result<Vec<SheetCell>, ParseError> {
    // What cannot be read of spans is no loss of text.
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let spans: BTreeMap<(u32, u32), Dimensions> = merged.into_iter().map(|area| (area.start, area)).collect();
    let mut reader = book.worksheet_cells_reader(name).map_err(refused)?;
    let bold: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| style.font.as_ref().is_some_and(calamine::Font::is_bold))
        .collect();
    let mut cells = Vec::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(refused)? {
        let place = cell.get_position();
        let value = Value::from(cell.get_value().clone());
        if value.text.is_empty() {
            continue;
        }
        counted.add(1)?;
        let mut cell = SheetCell::new(place, value);
        cell.bold = bold.get(style).copied().unwrap_or(false);
        if let Some(area) = spans.get(&place) {
            cell.row_span = area.end.0.saturating_sub(area.start.0).saturating_add(1);
            cell.column_span = area.end.1.saturating_sub(area.start.1).saturating_add(1);
        }
        cells.push(cell);
    }
    Ok(cells)
}

fn refused(error: XlsxError) -> ParseError {
    match error {
        XlsxError::Password => ParseError::EncryptionUnsupported,
        error => broken(Format::Xlsx, error),
    }
}
