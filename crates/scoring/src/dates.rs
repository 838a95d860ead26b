//! When two dates are the same.

use std::sync::LazyLock;

use caseless::default_case_fold_str;
use chrono::NaiveDate;
use regex::{Captures, Regex};

use crate::compare::Order;
use crate::values::plain;

/// Names of months in English, German, French and Dutch.
const MONTHS: [&str; 4] = [
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
];

/// Years of two digits above this are of the last century.
const LAST_OF_THIS_CENTURY: i32 = 68;

/// Ways to write a date, in the order in which they are tried.
struct Shapes {
    iso: [Regex; 3],
    day_month: Regex,
    month_day: Regex,
    numbers: Regex,
}

static SHAPES: LazyLock<Option<Shapes>> = LazyLock::new(|| Shapes::new().ok());

impl Shapes {
    fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            iso: [
                Regex::new(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:\D|$)")?,
                Regex::new(r"^(\d{4})[./](\d{1,2})[./](\d{1,2})(?:\D|$)")?,
                Regex::new(r"^(\d{4})(\d\d)(\d\d)$")?,
            ],
            day_month: Regex::new(
                r"(?:^|\D)(\d{1,2})(?:st|nd|rd|th|er)?\.?[\s/-]*(?:of\s+|day of\s+)?([a-zäéèûç]{3,9})\.?,?[\s/-]*(\d{4}|\d{2})(?:\D|$)",
            )?,
            month_day: Regex::new(r"([a-zäéèûç]{3,9})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")?,
            numbers: Regex::new(r"(?:^|\D)(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})(?:\D|$)")?,
        })
    }
}

/// The day that a text names.
pub(crate) fn date(text: &str, order: Order) -> Option<NaiveDate> {
    let text = default_case_fold_str(&plain(text));
    let text = text.trim();
    let shapes = SHAPES.as_ref()?;
    let part =
        |found: &Captures<'_>, at: usize| found.get(at).and_then(|part| part.as_str().parse::<i32>().ok());

    let iso = shapes.iso.iter().find_map(|shape| shape.captures(text));
    if let Some(found) = iso
        && let Some(day) = day(part(&found, 1), part(&found, 2), part(&found, 3))
    {
        return Some(day);
    }
    if let Some(found) = shapes.day_month.captures(text)
        && let Some(month) = month(&found[2])
    {
        return day(part(&found, 3), Some(month), part(&found, 1));
    }
    if let Some(found) = shapes.month_day.captures(text)
        && let Some(month) = month(&found[1])
    {
        return day(part(&found, 3), Some(month), part(&found, 2));
    }
    let found = shapes.numbers.captures(text)?;
    let (a, b, c) = (part(&found, 1), part(&found, 2), part(&found, 3));
    let tries = match order {
        Order::DayMonthYear => [(c, b, a), (c, a, b)],
        Order::MonthDayYear => [(c, a, b), (c, b, a)],
        Order::YearMonthDay => [(a, b, c), (c, b, a)],
    };
    tries.into_iter().find_map(|(y, m, d)| day(y, m, d))
}

fn day(year: Option<i32>, month: Option<i32>, day: Option<i32>) -> Option<NaiveDate> {
    let year = match year? {
        short @ 0..=LAST_OF_THIS_CENTURY => short + 2000,
        short @ 69..=99 => short + 1900,
        long => long,
    };
    NaiveDate::from_ymd_opt(year, u32::try_from(month?).ok()?, u32::try_from(day?).ok()?)
}

/// The number of a month by its name, or by the first three or four letters of it.
fn month(name: &str) -> Option<i32> {
    let is = |full: &str| {
        let begins = |letters: usize| full.chars().take(letters).eq(name.chars());
        full == name || begins(3) || begins(4)
    };
    MONTHS.iter().find_map(|names| {
        let place = names.split(' ').position(is)?;
        i32::try_from(place + 1).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_same_however_it_is_written() {
        let expected = NaiveDate::from_ymd_opt(2024, 3, 5);
        for text in [
            "2024-03-05",
            "2024/3/5",
            "20240305",
            "5. März 2024",
            "5th of March 2024",
            "March 5, 2024",
            "5 mars 24",
            "05.03.2024",
            "5/3/24",
            "2024-03-05T10:00",
        ] {
            assert_eq!(date(text, Order::DayMonthYear), expected, "{text}");
        }
        assert_eq!(date("3/5/2024", Order::MonthDayYear), expected);
        assert_eq!(date("24.03.05", Order::YearMonthDay), expected);
        // What the order does not allow is read the other way round.
        assert_eq!(
            date("13/5/2024", Order::MonthDayYear),
            NaiveDate::from_ymd_opt(2024, 5, 13)
        );
        assert_eq!(date("soon", Order::DayMonthYear), None);
    }
}
