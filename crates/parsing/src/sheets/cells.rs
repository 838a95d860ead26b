//! A sheet's cells, whatever the file, and their values as text.

use calamine::{CellErrorType, Data, DataRef, ExcelDateTime};
use chrono::{NaiveDateTime, NaiveTime, Timelike};

/// A sheet as it was read.
pub(super) struct Sheet {
    pub(super) name: String,
    /// People who open the file do not see it.
    pub(super) hidden: bool,
    pub(super) cells: Vec<SheetCell>,
}

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SheetCell {
    /// From 0.
    pub(super) row: u32,
    /// From 0.
    pub(super) column: u32,
    pub(super) row_span: u32,
    pub(super) column_span: u32,
    pub(super) text: String,
    /// It holds words; not a number, a date, a truth value, or a dash for nothing.
    pub(super) is_text: bool,
    pub(super) bold: bool,
}

impl SheetCell {
    pub(super) fn new((row, column): (u32, u32), value: Value) -> Self {
        Self {
            row,
            column,
            row_span: 1,
            column_span: 1,
            is_text: value.is_text && value.text.chars().any(char::is_alphabetic),
            text: value.text,
            bold: false,
        }
    }

    /// `B7`
    pub(super) fn address(&self) -> String {
        let mut letters = Vec::new();
        let mut left = u64::from(self.column).saturating_add(1);
        while left > 0 {
            left = left.saturating_sub(1);
            letters.push(u32::try_from(left % 26).unwrap_or(0));
            left /= 26;
        }
        let letters = letters.iter().rev();
        let letters: String = letters
            .filter_map(|letter| char::from_digit(letter.saturating_add(10), 36))
            .collect();
        format!(
            "{}{}",
            letters.to_uppercase(),
            u64::from(self.row).saturating_add(1)
        )
    }
}

/// A value as text: numbers without the noise of their binary form, dates in ISO 8601.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_text: bool,
}

impl Value {
    pub(super) fn characters(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_text: true,
        }
    }

    pub(super) fn other(text: String) -> Self {
        Self { text, is_text: false }
    }

    pub(super) fn number(number: f64) -> Self {
        Self::other(digits(number))
    }

    fn date(date: ExcelDateTime) -> Self {
        let serial = date.as_f64();
        let text = if date.is_duration() {
            date.as_duration().map(|span| clock(span.num_seconds()))
        } else {
            date.as_datetime().map(|at| moment(at, serial < 1.0))
        };
        Self::other(text.unwrap_or_else(|| digits(serial)))
    }

    fn error(error: &CellErrorType) -> Self {
        Self::other(error.to_string())
    }
}

impl From<DataRef<'_>> for Value {
    fn from(data: DataRef<'_>) -> Self {
        match data {
            DataRef::Int(number) => Self::other(number.to_string()),
            DataRef::Float(number) => Self::number(number),
            DataRef::String(text) => Self::characters(&text),
            DataRef::SharedString(text) => Self::characters(text),
            DataRef::Bool(truth) => Self::other(truth.to_string()),
            DataRef::DateTime(date) => Self::date(date),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::other(text),
            DataRef::Error(error) => Self::error(&error),
            DataRef::Empty => Self::characters(""),
        }
    }
}

impl From<&Data> for Value {
    fn from(data: &Data) -> Self {
        match data {
            Data::Int(number) => Self::other(number.to_string()),
            Data::Float(number) => Self::number(*number),
            Data::String(text) => Self::characters(text),
            Data::Bool(truth) => Self::other(truth.to_string()),
            Data::DateTime(date) => Self::date(*date),
            Data::DateTimeIso(text) | Data::DurationIso(text) => Self::other(text.clone()),
            Data::Error(error) => Self::error(error),
            Data::Empty => Self::characters(""),
        }
    }
}

/// Fifteen digits hold all that was typed; what stands behind them is noise of binary fractions.
fn digits(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    if rounded.abs() >= 1e21 || rounded.abs() < 1e-9 {
        return format!("{rounded:e}");
    }
    rounded.to_string()
}

/// A date, with the time of day if it has one; the time alone where there is no date.
fn moment(at: NaiveDateTime, time_only: bool) -> String {
    // Fractions of days are not exact to the second.
    let rounded = at + chrono::Duration::milliseconds(500);
    let rounded = rounded.with_nanosecond(0).unwrap_or(rounded);
    if time_only {
        return rounded.format("%H:%M:%S").to_string();
    }
    if rounded.time() == NaiveTime::MIN {
        return rounded.format("%Y-%m-%d").to_string();
    }
    rounded.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A span of time in hours, minutes and seconds.
fn clock(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    format!("{sign}{}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_they_were_typed() {
        let cases = [
            (0.1 + 0.2, "0.3"),
            (1.0, "1"),
            (-553.0, "-553"),
            (1_234_567.891, "1234567.891"),
            (-0.0, "0"),
            (1.5e300, "1.5e300"),
            (123_456_789_012_345.0, "123456789012345"),
        ];
        for (number, expected) in cases {
            assert_eq!(digits(number), expected);
        }
    }

    #[test]
    fn columns_have_letters() {
        let address = |row, column| SheetCell::new((row, column), Value::characters("")).address();
        assert_eq!(address(6, 1), "B7");
        assert_eq!(address(0, 25), "Z1");
        assert_eq!(address(0, 26), "AA1");
        assert_eq!(address(1_048_575, 16_383), "XFD1048576");
    }

    #[test]
    fn spans_of_time_may_be_longer_than_a_day() {
        assert_eq!(clock(90_061), "25:01:01");
        assert_eq!(clock(-61), "-0:01:01");
    }
}
