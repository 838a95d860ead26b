//! One worksheet, written row after row.
//!
//! Text is written as text, never as what it looks like (a formula, an address, a number), and so that a spreadsheet
//! keeps taking it for text when somebody edits the cell.

use std::borrow::Cow;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde_json::Number;

use crate::export::cell::Cell;
use crate::export::csv::is_formula;

/// Most rows of a worksheet.
const MOST_ROWS: u32 = 1_048_576;

/// Most characters of a cell, counted as UTF-16 does.
const MOST_CHARACTERS: usize = 32_767;

/// Stands where a text was cut.
const CUT: &str = " [cut]";

/// A spreadsheet rounds whole numbers of more digits than these 15.
const MOST_DIGITS: u64 = 999_999_999_999_999;

/// A worksheet, and how far it is.
pub(super) struct Sheet {
    worksheet: Worksheet,
    next_row: u32,
    most_rows: u32,
    left_out: u64,
    bold: Format,
    date: Format,
    text: Format,
}

impl Sheet {
    /// An empty sheet of the workbook, which is added to it by [`Sheet::into_worksheet`]. So many rows are kept for
    /// what stands at its end.
    pub(super) fn new(workbook: &mut Workbook, name: &str, kept_rows: u32) -> Result<Self, XlsxError> {
        let mut worksheet = workbook.new_worksheet_with_constant_memory()?;
        worksheet.set_name(name)?;
        Ok(Self {
            worksheet,
            next_row: 0,
            most_rows: MOST_ROWS - kept_rows,
            left_out: 0,
            bold: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            text: Format::new().set_quote_prefix(),
        })
    }

    /// The first row, which stays in sight, and wide enough columns.
    pub(super) fn header(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        const WIDTH: f64 = 20.0;
        self.worksheet.set_freeze_panes(1, 0)?;
        let last = column(cells.len().saturating_sub(1))?;
        self.worksheet.set_column_range_width(0, last, WIDTH)?;
        self.bold_row(cells)
    }

    /// A row of headings.
    pub(super) fn bold_row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        let bold = self.bold.clone();
        self.put(cells, Some(&bold))
    }

    /// A row of values. Left out, and counted, where the sheet is full.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        self.put(cells, None)
    }

    /// A row at the end, for which space was kept.
    pub(super) fn last_row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        self.most_rows = MOST_ROWS;
        self.put(cells, None)
    }

    /// How many rows had no place.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The sheet for its workbook.
    pub(super) fn into_worksheet(self) -> Worksheet {
        self.worksheet
    }

    fn put(&mut self, cells: &[Cell<'_>], heading: Option<&Format>) -> Result<(), XlsxError> {
        if self.next_row >= self.most_rows {
            self.left_out += 1;
            return Ok(());
        }
        for (index, cell) in cells.iter().enumerate() {
            self.put_cell(column(index)?, cell, heading)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn put_cell(&mut self, column: u16, cell: &Cell<'_>, heading: Option<&Format>) -> Result<(), XlsxError> {
        let row = self.next_row;
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => self.put_text(column, text, heading)?,
            Cell::Date(text) => match day(text) {
                Some(day) => {
                    self.worksheet
                        .write_datetime_with_format(row, column, &day, &self.date)?;
                }
                None => self.put_text(column, text, heading)?,
            },
            Cell::Number(number) => match exact(number) {
                Some(number) => {
                    self.worksheet.write_number(row, column, number)?;
                }
                None => self.put_text(column, &number.to_string(), heading)?,
            },
            Cell::Bool(flag) => {
                self.worksheet.write_boolean(row, column, *flag)?;
            }
        }
        Ok(())
    }

    fn put_text(&mut self, column: u16, text: &str, heading: Option<&Format>) -> Result<(), XlsxError> {
        let text = fitting(text);
        let format = heading.or_else(|| is_formula(&text).then_some(&self.text));
        match format {
            Some(format) => self
                .worksheet
                .write_string_with_format(self.next_row, column, text, format)?,
            None => self.worksheet.write_string(self.next_row, column, text)?,
        };
        Ok(())
    }
}

fn column(index: usize) -> Result<u16, XlsxError> {
    u16::try_from(index).map_err(|_too_many| XlsxError::RowColumnLimitError)
}

/// A day that a spreadsheet can count; it does not know those before 1900.
fn day(text: &str) -> Option<ExcelDateTime> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    // Excel takes 1900 for a leap year: until its March, days are not the same everywhere.
    let day = (is_plain && text >= "1900-03-01").then(|| ExcelDateTime::parse_from_str(text));
    day?.ok()
}

/// A number that a spreadsheet keeps to the last digit.
fn exact(number: &Number) -> Option<f64> {
    let is_long = number
        .as_i64()
        .is_some_and(|whole| whole.unsigned_abs() > MOST_DIGITS)
        || number.as_u64().is_some_and(|whole| whole > MOST_DIGITS);
    if is_long { None } else { number.as_f64() }
}

/// Text that XML and a cell can hold, its line ends as a spreadsheet has them.
fn fitting(text: &str) -> Cow<'_, str> {
    let is_plain = text.len() <= MOST_CHARACTERS && !text.contains(|c: char| c == '\r' || !is_in_xml(c));
    if is_plain {
        return Cow::Borrowed(text);
    }
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean = unix.replace(|c: char| !is_in_xml(c), "\u{fffd}");
    Cow::Owned(cut(clean))
}

const fn is_in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn cut(text: String) -> String {
    let length = |text: &str| text.encode_utf16().count();
    if length(&text) <= MOST_CHARACTERS {
        return text;
    }
    let room = MOST_CHARACTERS - CUT.len();
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.len_utf16();
        used <= room
    });
    kept.chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_what_xml_and_a_spreadsheet_can() {
        assert_eq!(fitting("a\u{1}b\u{ffff}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(fitting("a\r\nb\rc"), "a\nb\nc");
        let long = "\u{1f600}".repeat(20_000);
        let fitted = fitting(&long);
        assert!(fitted.ends_with(CUT) && fitted.encode_utf16().count() <= MOST_CHARACTERS);
        assert_eq!(fitting(&"x".repeat(MOST_CHARACTERS)).len(), MOST_CHARACTERS);
    }

    #[test]
    fn only_days_that_every_spreadsheet_counts_alike_become_dates() {
        assert!(day("2026-03-04").is_some());
        for text in [
            "1899-12-31",
            "1900-02-28",
            "2026-02-30",
            "2026-3-4",
            "today",
            "=1",
        ] {
            assert!(day(text).is_none(), "{text}");
        }
    }

    #[test]
    fn long_whole_numbers_are_not_rounded() {
        assert_eq!(exact(&Number::from(9_007_199_254_740_993_i64)), None);
        assert_eq!(exact(&Number::from(i64::MIN)), None);
        assert_eq!(exact(&Number::from(-17)), Some(-17.0));
    }
}
