//! Dates as they are printed in seven languages, in digits and in words, alone, in ranges, with a time.
//!
//! `shape` finds what is printed (three numbers, or a day, a month's name and a year) without deciding what it means;
//! `resolve` makes days of it by the document's style. Only years from 1900 to 2100 are believed.

mod resolve;
mod shape;
mod words;

use std::ops::{Range, RangeInclusive};

use chrono::{NaiveDate, NaiveTime};

pub(super) use self::resolve::day_in_order;
use self::resolve::{Resolved, resolve, resolve_range};
pub(super) use self::shape::{Found, Shape, Spot, scan};
pub(super) use self::words::is_at;
use super::line::Line;
use super::style::Style;
use super::times;
use super::{RangeEnd, Reading, ReadingKind, Value};

/// Years that a document may speak of.
const YEARS: RangeInclusive<i32> = 1900..=2100;

/// Every date on the line; where a time stands behind one, also both together.
///
/// `other` holds the day with day and month exchanged where that is one too. `range_end` is set on both ends of a range.
pub fn read_dates(line: &Line, style: &Style) -> Vec<Reading> {
    let mut readings = Vec::new();
    for found in scan(line) {
        match found {
            Found::One(spot) => {
                if let Some(day) = resolve(spot.shape, style) {
                    push(&mut readings, line, &day, spot.tokens, spot.certainty, None);
                }
            }
            Found::Range(first, last) => {
                let Some((from, to)) = resolve_range(first.shape, last.shape, style) else {
                    continue;
                };
                push(
                    &mut readings,
                    line,
                    &from,
                    first.tokens,
                    first.certainty,
                    Some(RangeEnd::First),
                );
                push(
                    &mut readings,
                    line,
                    &to,
                    last.tokens,
                    last.certainty,
                    Some(RangeEnd::Last),
                );
            }
        }
    }
    readings
}

fn push(
    readings: &mut Vec<Reading>,
    line: &Line,
    day: &Resolved,
    tokens: Range<usize>,
    certainty: f64,
    range_end: Option<RangeEnd>,
) {
    let value = Value::Date(day.date);
    let mut date = Reading::new(
        line,
        ReadingKind::Date,
        value,
        line.token_bytes(tokens.clone()),
        certainty,
    );
    date.exact = date.text == day.date.to_string();
    date.ambiguous = day.ambiguous;
    date.other = day.other.map(Value::Date);
    date.range_end = range_end;

    if let Some(time) = times::after_date(line, tokens.end) {
        let local = |date: NaiveDate| Value::DateTime {
            local: date.and_time(time.time),
            offset: time.offset,
        };
        let bytes = line.token_bytes(tokens.start..time.tokens.end);
        let mut both = Reading::new(
            line,
            ReadingKind::DateTime,
            local(day.date),
            bytes,
            certainty.max(0.9),
        );
        both.exact = is_rfc3339(&both.text);
        both.ambiguous = day.ambiguous;
        both.other = day.other.map(local);
        both.range_end = range_end;
        readings.push(both);
    }
    readings.push(date);
}

fn is_rfc3339(text: &str) -> bool {
    chrono::DateTime::parse_from_rfc3339(text).is_ok()
        || chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").is_ok()
}

/// The one date that a text holds, with whatever stands around it; none where it holds none or several.
pub fn parse_date(text: &str, style: &Style) -> Option<NaiveDate> {
    let line = Line::new(&[text]);
    let mut dates = read_dates(&line, style)
        .into_iter()
        .filter_map(|reading| match reading.value {
            Value::Date(date) => Some(date),
            _ => None,
        });
    let date = dates.next()?;
    dates.next().is_none().then_some(date)
}

/// The one day and time that a text holds.
pub fn parse_date_time(text: &str, style: &Style) -> Option<Value> {
    let line = Line::new(&[text]);
    let mut both = read_dates(&line, style)
        .into_iter()
        .filter(|reading| reading.kind == ReadingKind::DateTime);
    let first = both.next()?;
    both.next().is_none().then_some(first.value)
}

/// A time that was read behind a date.
#[derive(Debug, Clone)]
pub(super) struct TimeSpot {
    pub(super) time: NaiveTime,
    pub(super) offset: Option<chrono::FixedOffset>,
    pub(super) tokens: Range<usize>,
}

#[cfg(test)]
mod tests;
