//! Values in rows, parted by any mark, in any encoding: one table.

use csv::ReaderBuilder;
use domain::parsing::ParseConfig;

use super::cells::{SheetCell, Value};
use super::{Counted, FULL_SHEET, broken, split};
use crate::flow::Flow;
use crate::sniff::delimiter;
use crate::{Format, ParseError, Parsed, charset, plain};

/// So many characters say what parts the values.
const SAMPLE: usize = 64 * 1024;

/// Reads rows of values.
pub(crate) fn parse(bytes: &[u8], config: &ParseConfig) -> Result<Parsed, ParseError> {
    plain::check_size(bytes)?;
    let text = charset::decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let sample = text.get(..text.floor_char_boundary(SAMPLE)).unwrap_or(text);
    let delimiter = delimiter(sample, sample.len() == text.len()).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut counted = Counted::default();
    let mut cells = Vec::new();
    for (row, record) in (0..).zip(reader.records()) {
        let record = record.map_err(|error| broken(Format::Csv, error))?;
        counted.add(record.len())?;
        let filled = (0..).zip(&record).filter(|(_, text)| !text.trim().is_empty());
        cells.extend(filled.map(|(column, text)| SheetCell::new((row, column), value(text))));
    }
    let mut flow = Flow::new(Format::Csv.media_type(), config, FULL_SHEET);
    if !cells.is_empty() {
        flow.table(split::grid(cells))?;
    }
    Ok(flow.finish()?.into())
}

/// As it is written: how a number or a date is meant is for those to find who know what it stands for.
fn value(text: &str) -> Value {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if digits > 0 && letters <= 3 && digits > letters {
        return Value::other(text.to_owned());
    }
    Value::characters(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_encoding_and_mark_are_a_table() {
        let text = "名前,年齢,住所\r\n佐藤太郎,30,東京\r\n三木英子,25,\"大阪, 北\"\r\n";
        let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        for bytes in [text.as_bytes(), &japanese] {
            let document = crate::read(bytes, &ParseConfig::default()).unwrap();
            assert_eq!(document.media_type, "text/csv");
            let page = &document.pages[0];
            assert_eq!(
                page.text(),
                "名前 年齢 住所\n佐藤太郎 30 東京\n三木英子 25 大阪, 北"
            );
            let table = &page.tables[0];
            assert_eq!((table.rows, table.columns, table.header_rows), (3, 3, 1));
            assert_eq!(table.cell(2, 2).unwrap().address, "C3");
        }
    }

    #[test]
    fn more_cells_than_allowed_are_refused() {
        let text = "1;2;3;4;5\n".repeat(200_001);
        let error = crate::read(text.as_bytes(), &ParseConfig::default()).unwrap_err();
        assert_eq!(error, crate::limits::Limit::Cells.exceeded());
    }
}
