//! Excel's older format, by calamine; which gets a clean file with nothing in it but the workbook, for it follows what
//! a file says of itself wherever that leads, and takes memory for every cell between two others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use calamine::{Dimensions, Reader, SheetType, SheetVisible, Xls, XlsError};
use cfb::{CompoundFile, Version};

use super::cells::{Sheet, SheetCell, Value};
use super::{Counted, broken};
use crate::limits::Limit;
use crate::{Format, ParseError};

/// Cells of all sheets, those between others counted as well.
const MOST_PLACES: u64 = 4_000_000;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, ParseError> {
    let failed = |error: std::io::Error| broken(Format::Xls, error);
    let (name, mut records) = workbook(bytes)?;
    for place in check(&records)? {
        records.get_mut(place).unwrap_or_default().fill(0);
    }
    // calamine finds nothing in a file of the other version that has no small streams.
    let mut clean =
        CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).map_err(failed)?;
    let mut stream = clean.create_stream(name).map_err(failed)?;
    stream.write_all(&records).map_err(failed)?;
    stream.flush().map_err(failed)?;
    drop(stream);
    let clean = Cursor::new(clean.into_inner().into_inner());
    let mut book: Xls<_> = calamine::open_workbook_from_rs(clean).map_err(refused)?;

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

/// The stream that is the workbook, and its name.
fn workbook(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), ParseError> {
    let failed = |error: std::io::Error| broken(Format::Xls, error);
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(failed)?;
    let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| broken(Format::Xls, "it has no workbook"))?;
    let mut records = Vec::new();
    file.open_stream(name)
        .and_then(|mut stream| stream.read_to_end(&mut records))
        .map_err(failed)?;
    Ok((name, records))
}

/// What a record is.
const BEGIN: [u16; 4] = [0x0009, 0x0209, 0x0409, 0x0809];
const SHEET: u16 = 0x0085;
const ENCRYPTED: u16 = 0x002f;
const CELLS: [u16; 15] = [
    0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0203, 0x0204, 0x0205, 0x0206, 0x0406, 0x00d6, 0x00fd, 0x027e,
    0x0001, 0x0201,
];
const CELLS_IN_A_ROW: [u16; 2] = [0x00bd, 0x00be];

/// Says how many cells a sheet has; memory is taken for as many.
const SIZE: u16 = 0x0200;

/// Goes over the records once: whether the file is locked, how far its cells reach, and whether its sheets are where it
/// says. Gives back the places where it says how large its sheets are: that is better found out.
fn check(records: &[u8]) -> Result<Vec<Range<usize>>, ParseError> {
    let mut sizes = Vec::new();
    let mut sheets = BTreeSet::new();
    let mut begins = BTreeSet::new();
    let mut places = 0_u64;
    let mut area = Area::default();
    let mut rest = records;
    while let Some((header, behind)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = *header;
        let kind = u16::from_le_bytes([a, b]);
        let length = usize::from(u16::from_le_bytes([c, d]));
        let at = records.len().saturating_sub(rest.len());
        let Some((data, next)) = behind.split_at_checked(length) else {
            break;
        };
        let number = |at: usize| {
            let two = data.get(at..at.saturating_add(2))?;
            Some(u64::from(u16::from_le_bytes(two.try_into().ok()?)))
        };
        match kind {
            ENCRYPTED if number(0) != Some(0) => return Err(ParseError::EncryptionUnsupported),
            SIZE => {
                let start = at.saturating_add(4);
                sizes.push(start..start.saturating_add(length));
            }
            SHEET => {
                let low = number(0).unwrap_or(0);
                let begin = number(2)
                    .unwrap_or(0)
                    .saturating_mul(0x1_0000)
                    .saturating_add(low);
                if !sheets.insert(usize::try_from(begin).unwrap_or(usize::MAX)) {
                    return Err(broken(Format::Xls, "two sheets begin in one place"));
                }
            }
            kind if BEGIN.contains(&kind) => {
                begins.insert(at);
                places = places.saturating_add(std::mem::take(&mut area).places());
            }
            kind => area.add_record(kind, [number(0), number(2), number(length.saturating_sub(2))]),
        }
        if places.saturating_add(area.places()) > MOST_PLACES {
            return Err(Limit::Cells.exceeded());
        }
        rest = next;
    }
    if !sheets.is_subset(&begins) {
        return Err(broken(Format::Xls, "a sheet is not where it should be"));
    }
    Ok(sizes)
}

/// What lies between cells.
#[derive(Default)]
struct Area(Option<[u64; 4]>);

impl Area {
    /// A record by its first, second and last number, if it is one of cells.
    fn add_record(&mut self, kind: u16, [row, column, last]: [Option<u64>; 3]) {
        let (Some(row), Some(column)) = (row, column) else {
            return;
        };
        if CELLS.contains(&kind) {
            self.add(row, column);
        }
        if CELLS_IN_A_ROW.contains(&kind) {
            self.add(row, column);
            self.add(row, last.unwrap_or(column));
        }
    }

    fn add(&mut self, row: u64, column: u64) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn places(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| {
            let side = |from: u64, to: u64| to.saturating_sub(from).saturating_add(1);
            side(top, bottom).saturating_mul(side(left, right))
        })
    }
}

fn cells(
    book: &mut Xls<Cursor<Vec<u8>>>,
    name: &str,
    counted: &mut Counted,
) -> Result<Vec<SheetCell>, ParseError> {
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let spans: BTreeMap<(u32, u32), Dimensions> = merged.into_iter().map(|area| (area.start, area)).collect();
    let range = book.worksheet_range(name).map_err(refused)?;
    let (top, left) = range.start().unwrap_or_default();
    let mut cells = Vec::new();
    for (row, column, data) in range.used_cells() {
        let value = Value::from(data);
        if value.text.is_empty() {
            continue;
        }
        counted.add(1)?;
        let wide = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let place = (top.saturating_add(wide(row)), left.saturating_add(wide(column)));
        let mut cell = SheetCell::new(place, value);
        if let Some(area) = spans.get(&place) {
            cell.row_span = area.end.0.saturating_sub(area.start.0).saturating_add(1);
            cell.column_span = area.end.1.saturating_sub(area.start.1).saturating_add(1);
        }
        cells.push(cell);
    }
    Ok(cells)
}

fn refused(error: XlsError) -> ParseError {
    match error {
        XlsError::Password => ParseError::EncryptionUnsupported,
        error => broken(Format::Xls, error),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn compound(stream: &[u8]) -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("Workbook").unwrap().write_all(stream).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    /// A workbook with one sheet: texts and numbers by row and column.
    pub(crate) fn workbook(texts: &[(u16, u16, &str)], numbers: &[(u16, u16, f64)]) -> Vec<u8> {
        let begin = |kind: u16| {
            let words = [0x0600_u16, kind, 0x0dbb, 0x07cc, 0, 0, 6, 0];
            record(0x0809, &words.map(u16::to_le_bytes).concat())
        };
        let name = b"\x06\0Sheet1";
        let offset = begin(5).len() + 4 + 6 + name.len() + 4;
        let place = u32::try_from(offset).unwrap().to_le_bytes();
        let mut stream = begin(5);
        stream.extend(record(SHEET, &[&place[..], &[0, 0], name].concat()));
        stream.extend(record(0x000a, &[]));
        assert_eq!(stream.len(), offset);
        stream.extend(begin(0x10));
        for (row, column, text) in texts {
            let length = u16::try_from(text.len()).unwrap();
            let head = [*row, *column, 0, length].map(u16::to_le_bytes).concat();
            stream.extend(record(0x0204, &[&head[..], &[0], text.as_bytes()].concat()));
        }
        for (row, column, number) in numbers {
            let head = [*row, *column, 0].map(u16::to_le_bytes).concat();
            stream.extend(record(0x0203, &[&head[..], &number.to_le_bytes()].concat()));
        }
        stream.extend(record(0x000a, &[]));
        compound(&stream)
    }

    #[test]
    fn workbooks_of_any_size_are_read() {
        for rows in [1, 10, 1_000, 20_000] {
            let texts: Vec<(u16, u16, &str)> = (0..rows).map(|row| (row, 0, "some words")).collect();
            let sheets = read(&workbook(&texts, &[])).unwrap();
            assert_eq!(sheets[0].cells.len(), usize::from(rows));
        }
    }

    #[test]
    fn locked_workbooks_say_so() {
        let stream = record(ENCRYPTED, &[1, 0, 1, 0]);
        assert_eq!(
            read(&compound(&stream)).err(),
            Some(ParseError::EncryptionUnsupported)
        );
    }

    #[test]
    fn sizes_that_are_said_are_not_believed_and_places_are_looked_up() {
        let good = workbook(&[(0, 0, "a")], &[]);
        let (_, records) = super::workbook(&good).unwrap();
        let sheet = records.windows(2).rposition(|two| two == [0x09, 0x08]).unwrap();
        let mut huge = records.clone();
        let size = [&[0; 4][..], &[0xff; 4], &[0; 2], &[0xff; 2], &[0; 2]].concat();
        huge.splice(sheet + 20..sheet + 20, record(SIZE, &size));
        assert_eq!(read(&compound(&huge)).unwrap()[0].cells.len(), 1);
        let mut moved = records;
        moved[24] ^= 1;
        assert!(matches!(read(&compound(&moved)), Err(ParseError::Broken { .. })));
    }

    #[test]
    fn damaged_files_are_refused() {
        let bytes = workbook(&[(0, 0, "a")], &[]);
        for end in (0..bytes.len()).step_by(97) {
            let _ = read(&bytes[..end]);
        }
    }
}
