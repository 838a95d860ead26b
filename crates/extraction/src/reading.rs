//! Readings: every span of words on a line that can be read as a value of some type.
//!
//! A reader takes one [`Line`] and gives every reading of its kind, in the order in which they stand there, without
//! asking what the document means by it: readings of different kinds overlap (`20240312` is a day, a number and an
//! identifier), and what fits a field is for the engine to decide. What cannot be known from the line alone, the
//! order of day and month or the decimal mark, comes from the document's [`Style`].
//!
//! A reading never says more than is printed: its text is the very part of the words that was read. No reader panics on
//! any text, and each takes time in proportion to the length of the line.
//!
//! | kind | module | data |
//! |---|---|---|
//! | dates, ranges of dates, times | [`dates`], [`times`] | `data/months.toml` |
//! | amounts, quantities, percentages, numbers | [`numbers`], [`currencies`], [`units`] | `data/currencies.toml`, `data/units.toml` |
//! | identifiers | [`identifiers`] | |
//! | IBAN, BIC, VAT identification numbers | [`bank`], [`vat`] | `data/vat.toml` |
//! | e-mail, web, telephone | [`contact`] | |
//! | yes and no | [`booleans`] | `data/booleans.toml` |
//! | postcodes and towns, streets | [`address`] | `data/postcodes.toml`, `data/streets.toml` |
//! | organisations | [`organizations`] | `data/organizations.toml` |
//! | spans of time in words, countries and states by name | [`durations`], [`places`] | `data/counts.toml`, `data/places.toml` |
//! | characters that recognition confuses | [`misread`] | |
//! | the style of a document | [`style`], [`language`], [`regions`] | `data/languages.toml`, `data/countries.toml` |

pub mod address;
pub mod bank;
pub mod booleans;
pub mod contact;
mod counts;
pub mod currencies;
pub mod dates;
pub mod durations;
pub mod fold;
pub mod identifiers;
pub mod language;
mod line;
pub mod misread;
pub mod numbers;
pub mod organizations;
pub mod places;
pub mod regions;
pub mod style;
pub mod times;
pub mod units;
pub mod vat;

use std::fmt;
use std::ops::Range;

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

pub use self::address::{looks_like_street, read_postcodes};
pub use self::bank::{read_bics, read_ibans};
pub use self::booleans::{leaves_open, parse_boolean, read_booleans};
pub use self::contact::{read_emails, read_phones, read_uris};
pub use self::counts::TimeUnit;
pub use self::currencies::{currency_code, read_currencies};
pub use self::dates::{parse_date, parse_date_time, read_dates};
pub use self::durations::{Duration, duration_at, parse_duration, time_unit};
pub use self::identifiers::read_identifiers;
pub use self::language::Language;
pub use self::line::Line;
pub use self::numbers::{parse_number, read_numbers};
pub use self::organizations::{is_legal_form, legal_form_end, misread_organization, organization_score};
pub use self::places::{NamedPlace, country_of_adjective, is_place, place_at};
pub use self::style::{DateOrder, DecimalMark, Style};
pub use self::times::{parse_time, read_times};
pub use self::vat::read_vat_ids;

/// Every reading of the line, reader by reader.
pub fn read_all(line: &Line, style: &Style) -> Vec<Reading> {
    let mut readings = Vec::new();
    if line.text().bytes().any(|b| b.is_ascii_digit()) {
        readings.extend(read_numbers(line, style));
        readings.extend(read_dates(line, style));
        readings.extend(read_times(line));
        readings.extend(read_identifiers(line, style));
        readings.extend(read_ibans(line));
        readings.extend(read_vat_ids(line));
        readings.extend(read_phones(line, style));
        readings.extend(read_postcodes(line));
    }
    readings.extend(read_bics(line));
    readings.extend(read_emails(line));
    readings.extend(read_uris(line));
    readings.extend(read_currencies(line));
    readings.extend(read_booleans(line));
    readings
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text in its usual form: an IBAN without blanks, a phone number as E.164, an ISO 4217 code.
    Text(String),
    /// A number with the decimals that were printed; of a percentage the number before the sign.
    Number(Decimal),
    /// A day.
    Date(NaiveDate),
    /// A day and a time of day, with the offset from UTC where one is printed.
    DateTime {
        /// As the clock on the wall shows it.
        local: NaiveDateTime,
        /// Offset from UTC.
        offset: Option<FixedOffset>,
    },
    /// A time of day.
    Time(NaiveTime),
    /// Yes or no.
    Boolean(bool),
}

impl fmt::Display for Value {
    /// The one form of the value that answers and comparisons use: `2024-03-12`, `1234.5`, `2018-12-25T08:13:39+02:00`,
    /// `13:38:00`, `true`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Date(date) => write!(f, "{date}"),
            Self::DateTime { local, offset } => {
                write!(f, "{}", local.format("%Y-%m-%dT%H:%M:%S"))?;
                offset.map_or(Ok(()), |offset| write!(f, "{offset}"))
            }
            Self::Time(time) => write!(f, "{}", time.format("%H:%M:%S")),
            Self::Boolean(value) => write!(f, "{value}"),
        }
    }
}

/// As which type words were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReadingKind {
    /// A day with its year.
    Date,
    /// A day and a time.
    DateTime,
    /// A time of day.
    Time,
    /// An amount of money: with a currency, or with two decimals.
    Amount,
    /// A number with a unit.
    Quantity,
    /// A number with a per cent sign.
    Percent,
    /// A whole number with nothing that says what it counts.
    Integer,
    /// A number with decimals, and not two of them.
    Number,
    /// A number as people give to documents, orders, articles, customers: digits, perhaps with letters and marks.
    Identifier,
    /// A bank account number whose checksum holds.
    Iban,
    /// A VAT identification number of the form of its country.
    VatId,
    /// A bank's code, 8 or 11 characters.
    Bic,
    /// An e-mail address.
    Email,
    /// A web address.
    Uri,
    /// A telephone number.
    Phone,
    /// A currency: sign, code or name.
    Currency,
    /// A word or mark for yes or no.
    Boolean,
    /// A postcode with the town beside it.
    PostcodeCity,
}

impl ReadingKind {
    /// Whether the value is a number.
    pub fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Amount | Self::Quantity | Self::Percent | Self::Integer | Self::Number
        )
    }
}

/// Which end of a range a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RangeEnd {
    /// Its first day.
    First,
    /// Its last day.
    Last,
}

/// Words of a line that can be read as a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// As what they were read.
    pub kind: ReadingKind,
    /// The value.
    pub value: Value,
    /// Indices of the line's words that hold it; never empty.
    pub words: Range<usize>,
    /// What is printed there: the very part of the words that was read, with one blank between words. The words may
    /// hold more: of `Total:12.50` it is `12.50`.
    pub text: String,
    /// The value's own text is printed there, but for blanks: the value is grounded. Otherwise it was normalised.
    pub exact: bool,
    /// 0..=1: how unlikely it is that text which means something else reads so. An IBAN with a right checksum has 1,
    /// a bare `12` hardly more than 0.
    pub specificity: f64,
    /// The text alone has another reading, and the document's style decided, without being certain.
    pub ambiguous: bool,
    /// The other reading where there is one: day and month exchanged, the mark read as one of thousands.
    pub other: Option<Value>,
    /// Of an amount: ISO 4217 code of the currency printed with it.
    pub currency: Option<String>,
    /// Of a quantity: its unit as printed.
    pub unit: Option<String>,
    /// Of a date: it is one end of a range that is printed here.
    pub range_end: Option<RangeEnd>,
    /// The parts of a value that has several.
    pub parts: Option<Place>,
}

/// A postcode and its town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As printed.
    pub postcode: String,
    /// As printed.
    pub city: String,
    /// State or province, where printed between or behind them.
    pub region: Option<String>,
    /// ISO 3166 code of the one country that writes them so; none where several do.
    pub country: Option<String>,
}

impl Reading {
    /// A reading of the line's bytes, exact and with nothing else known.
    fn new(line: &Line, kind: ReadingKind, value: Value, bytes: Range<usize>, specificity: f64) -> Self {
        let (words, text) = line.span(bytes);
        Self {
            kind,
            value,
            words,
            text,
            exact: true,
            specificity,
            ambiguous: false,
            other: None,
            currency: None,
            unit: None,
            range_end: None,
            parts: None,
        }
    }
}

#[cfg(test)]
mod tests;
