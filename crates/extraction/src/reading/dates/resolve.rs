//! From the parts of a date to the day it means.

use chrono::{Datelike, NaiveDate};

use super::super::line::Digits;
use super::super::style::{DateOrder, Style};
use super::YEARS;
use super::shape::Shape;

/// Two digits below this are of this century, the others of the last.
const CENTURY_TURN: u32 = 50;

/// The day that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) date: NaiveDate,
    /// What another order makes of it.
    pub(super) other: Option<NaiveDate>,
    /// The style's order decided, and is itself not certain.
    pub(super) ambiguous: bool,
}

/// The day that is meant by the document's order or, where that gives none, by another.
pub(super) fn resolve(shape: Shape, style: &Style) -> Option<Resolved> {
    let orders = [style.date_order, DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
    let mut days: Vec<NaiveDate> = Vec::new();
    for day in orders
        .into_iter()
        .filter_map(|order| day_in_order(shape, order, style))
    {
        if !days.contains(&day) {
            days.push(day);
        }
    }
    let date = *days.first()?;
    let other = days.get(1).copied();
    Some(Resolved {
        date,
        other,
        ambiguous: other.is_some() && !style.date_order_certain,
    })
}

/// Both ends of a range. An order that turns the range round is not the one that is meant, and a first end behind the
/// last, whose year was not printed, is of the year before.
pub(super) fn resolve_range(first: Shape, last: Shape, style: &Style) -> Option<(Resolved, Resolved)> {
    let (from, to) = (resolve(first, style)?, resolve(last, style)?);
    if from.date <= to.date {
        return Some((from, to));
    }
    let turned = |end: Resolved| Resolved {
        date: end.other.unwrap_or(end.date),
        ..end
    };
    for (a, b) in [(turned(from), turned(to)), (turned(from), to), (from, turned(to))] {
        if a.date <= b.date {
            return Some((a, b));
        }
    }
    let year_before = from.date.with_year(from.date.year() - 1)?;
    (year_before <= to.date).then_some((
        Resolved {
            date: year_before,
            ..from
        },
        to,
    ))
}

/// The day in that very order; none where the parts do not allow it.
pub(in super::super) fn day_in_order(shape: Shape, order: DateOrder, style: &Style) -> Option<NaiveDate> {
    match shape {
        Shape::Named { day, month, year, .. } => date(full_year(year)?, month, day),
        Shape::Compact(digits) => match order {
            DateOrder::Ymd => date(digits / 10_000, digits / 100 % 100, digits % 100),
            DateOrder::Dmy => date(digits % 10_000, digits / 10_000 % 100, digits / 1_000_000),
            DateOrder::Mdy => None,
        },
        Shape::Numeric(first, second, third) => match order {
            DateOrder::Ymd => {
                // Two digits in front are a year only where documents of this style print it first.
                let year_leads = first.count == 4 || style.date_order == DateOrder::Ymd || first.value > 31;
                let year = year_leads.then(|| full_year(first)).flatten()?;
                (third.count <= 2)
                    .then(|| date(year, second.value, third.value))
                    .flatten()
            }
            DateOrder::Dmy if first.count <= 2 => date(full_year(third)?, second.value, first.value),
            DateOrder::Mdy if first.count <= 2 => date(full_year(third)?, first.value, second.value),
            DateOrder::Dmy | DateOrder::Mdy => None,
        },
    }
}

fn full_year(year: Digits) -> Option<u32> {
    match year.count {
        4 => Some(year.value),
        2 if year.value < CENTURY_TURN => Some(2000 + year.value),
        2 => Some(1900 + year.value),
        _ => None,
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    YEARS
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year, month, day))
        .flatten()
}
