//! Spreadsheets: a sheet is a page, and what stands in it are tables of it.

mod cells;
mod csv;
mod ods;
mod split;
mod xls;
mod xlsx;

use domain::parsed::BlockKind;
use domain::parsing::ParseConfig;

use crate::flow::{Flow, Full, Text};
use crate::limits::Limit;
use crate::{Format, ParseError, Parsed};
use cells::Sheet;

pub(crate) use csv::parse as parse_csv;

/// A sheet is one page, unless it is a very long one.
const FULL_SHEET: Full = Full {
    lines: 20_000,
    words: 200_000,
};

/// Reads a workbook of Excel's newer format.
pub(crate) fn parse_xlsx(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    set(Format::Xlsx, xlsx::read(bytes)?, config)
}

/// Reads a workbook of Excel's older format.
pub(crate) fn parse_xls(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    set(Format::Xls, xls::read(bytes)?, config)
}

/// Reads an `OpenDocument` workbook.
pub(crate) fn parse_ods(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    set(Format::Ods, ods::read(bytes)?, config)
}

fn set(format: Format, sheets: Vec<Sheet>, config: &ParseConfig) -> Result<Parsed, ParseError> {
    let mut flow = Flow::new(format.media_type(), config, FULL_SHEET);
    for (number, sheet) in (1_usize..).zip(sheets) {
        flow.name_page(&sheet.name);
        if !sheet.cells.is_empty() && !is_default(&sheet.name, number) {
            flow.block(BlockKind::Heading, &Text::plain(&sheet.name))?;
        }
        if sheet.hidden {
            flow.warn(format!("the sheet {} is hidden in the file", sheet.name));
        }
        for grid in split::tables(sheet.cells) {
            flow.table(grid)?;
        }
        flow.end_page();
    }
    Ok(flow.finish()?.into())
}

/// A word and the number of the sheet is what programs call a sheet; it says nothing, in any language.
fn is_default(name: &str, number: usize) -> bool {
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.get(word.len()..).and_then(|digits| digits.parse().ok()) == Some(number)
        && word.trim().chars().all(char::is_alphabetic)
}

/// Cells so far, over all sheets.
#[derive(Default)]
struct Counted(u64);

impl Counted {
    fn add(&mut self, cells: usize) -> Result<(), ParseError> {
        self.0 = self.0.saturating_add(u64::try_from(cells).unwrap_or(u64::MAX));
        Limit::Cells.check(self.0)
    }
}

fn broken(format: Format, reason: impl std::fmt::Display) -> ParseError {
    ParseError::Broken {
        media_type: format.media_type().to_owned(),
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader};
    use domain::parsed::{Page, ParsedDocument};
    use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

    use super::*;

    fn xlsx(make: impl FnOnce(&mut Workbook) -> Result<(), rust_xlsxwriter::XlsxError>) -> Vec<u8> {
        let mut book = Workbook::new();
        make(&mut book).unwrap();
        book.save_to_buffer().unwrap()
    }

    fn parsed(bytes: &[u8]) -> ParsedDocument {
        crate::read(bytes, &ParseConfig::default()).unwrap()
    }

    /// Address and text of each cell of each table.
    fn cells(page: &Page) -> Vec<Vec<(&str, String)>> {
        page.tables
            .iter()
            .map(|table| {
                table
                    .cells
                    .iter()
                    .map(|cell| (cell.address.as_str(), cell.text(page)))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn sheets_are_pages_and_cells_keep_their_address_and_value() {
        let bytes = xlsx(|book| {
            let date = Style::new().set_num_format("dd.mm.yyyy");
            let sheet = book.add_worksheet().set_name("May 24")?;
            sheet
                .write(2, 1, "Item")?
                .write(2, 2, "Price")?
                .write(2, 3, "On")?;
            sheet.write(3, 1, "Pen, blue")?.write(3, 2, 0.1 + 0.2)?;
            let on = ExcelDateTime::from_ymd(2024, 5, 7)?;
            sheet.write_with_format(3, 3, &on, &date)?;
            sheet.write(4, 1, "Ink")?.write(4, 2, 1250)?.write(4, 3, true)?;
            sheet.write(5, 2, Formula::new("=1/0").set_result("#DIV/0!"))?;
            let hidden = book.add_worksheet().set_name("Notes")?;
            hidden.write(0, 0, "secret")?;
            hidden.set_hidden(true);
            book.add_worksheet();
            Ok(())
        });
        let document = parsed(&bytes);
        let names: Vec<&str> = document.pages.iter().map(|page| page.name.as_str()).collect();
        assert_eq!(names, ["May 24", "Notes", "Sheet3"]);
        assert_eq!(document.warnings, ["the sheet Notes is hidden in the file"]);
        let page = &document.pages[0];
        let expected = [
            ("B3", "Item"),
            ("C3", "Price"),
            ("D3", "On"),
            ("B4", "Pen, blue"),
            ("C4", "0.3"),
            ("D4", "2024-05-07"),
            ("B5", "Ink"),
            ("C5", "1250"),
            ("D5", "true"),
            ("C6", "#DIV/0!"),
        ];
        let expected: Vec<_> = expected.map(|(at, text)| (at, text.to_owned())).into();
        assert_eq!(cells(page), [expected]);
        assert_eq!(page.tables[0].header_rows, 1);
        assert_eq!(
            page.text(),
            "May 24\nItem Price On\nPen, blue 0.3 2024-05-07\nInk 1250 true\n#DIV/0!"
        );
        assert_eq!(document.chunks.len(), 2);
    }

    #[test]
    fn merged_cells_span_what_they_cover() {
        let bytes = xlsx(|book| {
            let sheet = book.add_worksheet();
            sheet.merge_range(0, 1, 0, 2, "2024", &Style::new())?;
            sheet.write(0, 0, "City")?;
            sheet.write(1, 1, "May")?.write(1, 2, "June")?;
            sheet.write(2, 0, "Bonn")?.write(2, 1, 1)?.write(2, 2, 2)?;
            Ok(())
        });
        let document = parsed(&bytes);
        let table = &document.pages[0].tables[0];
        let cell = table.cell(0, 2).unwrap();
        assert_eq!((cell.column, cell.column_span, cell.row_span), (1, 2, 1));
        assert_eq!(table.header_rows, 2);
    }

    #[test]
    fn more_sheets_than_pages_and_more_cells_than_allowed_are_refused() {
        let bytes = xlsx(|book| {
            book.add_worksheet();
            book.add_worksheet();
            Ok(())
        });
        let config = ParseConfig {
            max_pages: 1,
            ..ParseConfig::default()
        };
        let error = crate::read(&bytes, &config).unwrap_err();
        assert_eq!(error, ParseError::TooManyPages { pages: 2, limit: 1 });
    }

    #[test]
    fn a_sheet_with_cells_far_apart_is_small() {
        let bytes = xlsx(|book| {
            let sheet = book.add_worksheet();
            sheet.write(0, 0, 1)?.write(1_048_575, 16_383, 2)?;
            Ok(())
        });
        let document = parsed(&bytes);
        let last = document.pages[0].tables.last().unwrap();
        assert_eq!(last.cells.last().unwrap().address, "XFD1048576");
    }

    #[test]
    fn the_old_format_reads_like_the_new_one() {
        let bytes = xls::tests::workbook(&[(0, 0, "Item"), (0, 1, "Price"), (1, 0, "Pen")], &[(1, 1, 2.5)]);
        // The writer is ours: that other readers understand it shows that it writes what it should.
        let mut book: calamine::Xls<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes.clone())).unwrap();
        let range = book.worksheet_range("Sheet1").unwrap();
        assert_eq!(range.get_value((1, 1)), Some(&Data::Float(2.5)));
        let document = parsed(&bytes);
        assert_eq!(document.media_type, "application/vnd.ms-excel");
        assert_eq!(document.text(), "Item Price\nPen 2.5");
        assert_eq!(document.pages[0].tables[0].cells[3].address, "B2");
    }

    #[test]
    fn old_sheets_with_cells_far_apart_are_refused_before_they_take_memory() {
        let bytes = xls::tests::workbook(&[(0, 0, "a"), (65_535, 255, "b")], &[]);
        let error = crate::read(&bytes, &ParseConfig::default()).unwrap_err();
        assert_eq!(error, Limit::Cells.exceeded());
    }
}
