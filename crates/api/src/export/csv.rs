//! CSV: RFC 4180 with CRLF, UTF-8 with a byte order mark, by which Excel knows it.
//!
//! A spreadsheet runs a text that begins like a formula. Such a text gets an apostrophe in front, which is what people
//! type there to say that it is text; numbers stay numbers. [`unguarded`] takes it off again.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use super::cell::Cell;

/// Tells a spreadsheet that the file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a spreadsheet takes for the beginning of a formula, the wide forms of East Asian keyboards among it; tab and
/// line ends are skipped by some before they look.
const FORMULA_STARTS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// Rows as bytes, each with its line end.
pub fn lines<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| field(cell)).map(Cow::into_owned))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A cell as the field of a file.
fn field<'a>(cell: &'a Cell<'_>) -> Cow<'a, str> {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Date(text) => guarded(text),
        other => Cow::Owned(plain(other)),
    }
}

/// A cell in words, as it is.
pub fn plain(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone().into_owned(),
        Cell::Date(text) => (*text).to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Bool(flag) => flag.to_string(),
    }
}

/// Text that no spreadsheet runs. A text that looks guarded already is guarded once more, so that none is mistaken for
/// another.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What [`guarded`] was given.
pub fn unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => field,
    }
}

/// Whether a spreadsheet may run a text.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA_STARTS)
}

#[cfg(test)]
mod tests {
    use csv::ReaderBuilder;
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(false)
            .from_reader(bytes);
        let records = reader.records().map(|record| record.unwrap());
        records
            .map(|record| record.iter().map(|field| unguarded(field).to_owned()).collect())
            .collect()
    }

    proptest! {
        #[test]
        fn every_text_reads_back_as_it_was(rows in prop::collection::vec(
            prop::collection::vec("[\\PC\\r\\n\\t'=+@\"\u{0}-\u{1f}-]{0,8}", 2..=2), 1..6,
        )) {
            let cells: Vec<Vec<Cell<'_>>> =
                rows.iter().map(|row| row.iter().map(|text| Cell::text(text)).collect()).collect();
            let bytes = lines(cells).unwrap();
            prop_assert_eq!(read(&bytes), rows);
        }

        #[test]
        fn no_field_of_text_begins_like_a_formula(text in ".*") {
            let guarded = guarded(&text).into_owned();
            prop_assert!(!is_formula(&guarded), "{guarded}");
            prop_assert_eq!(unguarded(&guarded), text);
        }

        #[test]
        fn numbers_stay_numbers(number in any::<i64>()) {
            let bytes = lines([vec![Cell::Number(number.into()), Cell::Bool(true)]]).unwrap();
            prop_assert_eq!(bytes, format!("{number},true\r\n").into_bytes());
        }
    }

    #[test]
    fn a_formula_is_marked_as_text_and_a_negative_number_is_not() {
        let row = vec![
            Cell::text("=1+1"),
            Cell::text("-Rabatt"),
            Cell::text("'s-Gravenhage"),
            Cell::fraction(-1.5),
            Cell::Date("2026-03-04"),
        ];
        let bytes = lines([row]).unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "'=1+1,'-Rabatt,'s-Gravenhage,-1.5,2026-03-04\r\n"
        );
    }
}
