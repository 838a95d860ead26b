//! What is printed as a date: its parts, found without deciding which is the day and which the month.

use std::ops::Range;

use super::super::line::{Cursor, Digits, Line, TokenKind};
use super::super::style::DateOrder;
use super::words;

/// The parts of a date as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// Three numbers, in the order of print.
    Numeric(Digits, Digits, Digits),
    /// Eight digits without marks.
    Compact(u32),
    /// The month has a name; `order` is that of the print.
    Named {
        day: u32,
        month: u32,
        year: Digits,
        order: DateOrder,
    },
}

/// A date on a line.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Spot {
    pub(in super::super) shape: Shape,
    pub(in super::super) tokens: Range<usize>,
    /// How unlikely it is that something else looks so.
    pub(super) certainty: f64,
}

impl Spot {
    /// Its numbers are parted by points, as in countries that print the day first.
    pub(in super::super) fn is_dotted(&self, line: &Line) -> bool {
        let text = line.slice(line.token_bytes(self.tokens.clone()));
        matches!(self.shape, Shape::Numeric(..)) && text.contains('.')
    }
}

/// One date, or the two ends of a range.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Found {
    One(Spot),
    /// The first may have been printed without its year or month: it has those of the last.
    Range(Spot, Spot),
}

/// A date of a range without what its other end says.
#[derive(Debug, Clone, Copy)]
enum Partial {
    /// `1` of `1-5 March 2024`.
    Day(u32),
    /// `05/08` of `05/08 - 05/14/20`.
    DayMonth(Digits, Digits),
    /// `1 March` of `1 March - 5 April 2024`.
    Named { day: u32, month: u32, order: DateOrder },
}

/// Every date on the line, from left to right, none overlapping another.
pub(in super::super) fn scan(line: &Line) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut between = false;
    while at < line.tokens().len() {
        let cursor = Cursor::new(line, at);
        let Some((hit, next)) = range_or_date(cursor, between) else {
            if let Some((word, _)) = cursor.letters() {
                between = between || words::is_between(word);
            }
            at += 1;
            continue;
        };
        between = false;
        at = next.max(at + 1);
        found.push(hit);
    }
    found
}

/// The date or range that starts here, and the token behind it.
fn range_or_date(cursor: Cursor<'_>, between: bool) -> Option<(Found, usize)> {
    if !starts_cleanly(cursor) {
        return None;
    }
    if let Some((first, behind)) = date(cursor) {
        let last = connector(behind, between).and_then(date);
        if let Some((last, end)) = last.filter(|(_, end)| ends_cleanly(*end)) {
            return Some((Found::Range(first, last), end.at));
        }
        return ends_cleanly(behind).then_some((Found::One(first), behind.at));
    }
    open_range(cursor, between)
}

/// A range whose first end lacks what the last one says.
fn open_range(cursor: Cursor<'_>, between: bool) -> Option<(Found, usize)> {
    let (partial, behind) = partial(cursor)?;
    let tokens = cursor.at..behind.at;
    let onwards = connector(behind, between)?;
    let (first, last, end) = match date(onwards) {
        Some((last, end)) => (completed(partial, last.shape)?, last, end),
        None => month_day_to_day(partial, onwards)?,
    };
    let first = Spot {
        shape: first,
        tokens,
        certainty: last.certainty.min(0.85),
    };
    ends_cleanly(end).then_some((Found::Range(first, last), end.at))
}

/// `5, 2024` behind `May 1 -`.
fn month_day_to_day(partial: Partial, cursor: Cursor<'_>) -> Option<(Shape, Spot, Cursor<'_>)> {
    let Partial::Named {
        day,
        month,
        order: DateOrder::Mdy,
    } = partial
    else {
        return None;
    };
    let (last_day, behind) = day_number(cursor)?;
    let (year, end) = year_behind_day(behind)?;
    let named = |day| Shape::Named {
        day,
        month,
        year,
        order: DateOrder::Mdy,
    };
    let last = Spot {
        shape: named(last_day),
        tokens: cursor.at..end.at,
        certainty: 0.9,
    };
    Some((named(day), last, end))
}

fn completed(partial: Partial, last: Shape) -> Option<Shape> {
    match (partial, last) {
        (
            Partial::Day(day),
            Shape::Named {
                month,
                year,
                order: DateOrder::Dmy,
                ..
            },
        ) => Some(Shape::Named {
            day,
            month,
            year,
            order: DateOrder::Dmy,
        }),
        (Partial::Named { day, month, order }, Shape::Named { year, .. }) => Some(Shape::Named {
            day,
            month,
            year,
            order,
        }),
        (Partial::DayMonth(first, second), Shape::Numeric(_, _, year)) if year.count != 1 => {
            Some(Shape::Numeric(first, second, year))
        }
        _ => None,
    }
}

/// Behind what stands between the ends of a range.
fn connector(cursor: Cursor<'_>, between: bool) -> Option<Cursor<'_>> {
    let cursor = cursor.blank();
    if let Some((_, next)) = cursor.mark(&['-', '–', '—', '−', '~', '→', '/']) {
        return Some(next.blank());
    }
    let (word, next) = cursor.letters()?;
    if words::is_to(word) || (between && words::is_and(word)) {
        return Some(to_the(next.blank()));
    }
    // "t/m" in Dutch.
    if word.eq_ignore_ascii_case("t") {
        let (_, next) = next.mark(&['/'])?;
        let (month, next) = next.letters()?;
        return month.eq_ignore_ascii_case("m").then(|| next.blank());
    }
    None
}

/// Behind a word such as the last of `bis zum 5. März`.
fn to_the(cursor: Cursor<'_>) -> Cursor<'_> {
    match cursor.letters() {
        Some((word, next)) if ["zum", "the", "le", "il", "el"].contains(&word) => next.blank(),
        _ => cursor,
    }
}

/// A whole date at the cursor.
fn date(cursor: Cursor<'_>) -> Option<(Spot, Cursor<'_>)> {
    let (shape, certainty, end) = numeric(cursor)
        .or_else(|| day_month_year(cursor))
        .or_else(|| month_day_year(cursor))
        .or_else(|| year_month_day(cursor))
        .or_else(|| compact(cursor))?;
    Some((
        Spot {
            shape,
            tokens: cursor.at..end.at,
            certainty,
        },
        end,
    ))
}

/// `12/03/2024`, `12.03.24`, `2024-03-12`, `12. 03. 2024`, `12 03 2024`.
fn numeric(cursor: Cursor<'_>) -> Option<(Shape, f64, Cursor<'_>)> {
    let (first, behind) = cursor.digits(1..5)?;
    let (mark, spaced, next) = separator(behind)?;
    let (second, behind) = next.digits(1..3)?;
    let (same, spaced_too, next) = separator(behind)?;
    let (third, end) = next.digits(1..5)?;
    let counts = (first.count, second.count, third.count);
    let shape_holds = matches!(counts, (4, 1 | 2, 1 | 2) | (1 | 2, 1 | 2, 2 | 4));
    if mark != same || !shape_holds {
        return None;
    }
    let full_year = first.count == 4 || third.count == 4;
    let certainty = match (mark, spaced || spaced_too) {
        // Three numbers side by side are a date only in the full form.
        (' ', _) if second.count == 2 && matches!(counts, (4, _, 2) | (2, _, 4)) => 0.5,
        (' ', _) => return None,
        (_, true) if full_year => 0.85,
        (_, true) => return None,
        (_, false) if full_year => 0.95,
        (_, false) if second.count == 2 && first.count == 2 => 0.8,
        _ => 0.6,
    };
    Some((Shape::Numeric(first, second, third), certainty, end))
}

/// The mark between two numbers of a date, and whether blanks stand around it.
fn separator(cursor: Cursor<'_>) -> Option<(char, bool, Cursor<'_>)> {
    let bare = cursor.blank();
    let spaced = cursor.at_blank();
    let Some((mark, next)) = bare.mark(&['/', '.', '-', '–', '‐', '‑']) else {
        return spaced.then_some((' ', false, bare));
    };
    let mark = if matches!(mark, '–' | '‐' | '‑') {
        '-'
    } else {
        mark
    };
    Some((mark, spaced || next.at_blank(), next.blank()))
}

/// `12 March 2024`, `12. März 2024`, `12-Mar-24`, `12MAR2024`, `3 de marzo de 2024`, `the 3rd day of March, 2011`.
fn day_month_year(cursor: Cursor<'_>) -> Option<(Shape, f64, Cursor<'_>)> {
    let (day, behind) = day_number(cursor)?;
    let (month, behind) = month_name(particles(between_parts(behind)))?;
    let (year, end) = year(particles(between_parts(behind)))?;
    let certainty = if year.count == 4 { 0.98 } else { 0.9 };
    Some((
        Shape::Named {
            day,
            month,
            year,
            order: DateOrder::Dmy,
        },
        certainty,
        end,
    ))
}

/// `March 12, 2024`, `Mar/12/24`, `May 8th, 2020`.
fn month_day_year(cursor: Cursor<'_>) -> Option<(Shape, f64, Cursor<'_>)> {
    let (month, behind) = month_name(cursor)?;
    let (day, behind) = day_number(between_parts(behind))?;
    let (year, end) = year_behind_day(behind)?;
    let certainty = if year.count == 4 { 0.98 } else { 0.85 };
    Some((
        Shape::Named {
            day,
            month,
            year,
            order: DateOrder::Mdy,
        },
        certainty,
        end,
    ))
}

/// `2024 March 12`, `2024-Mar-12`.
fn year_month_day(cursor: Cursor<'_>) -> Option<(Shape, f64, Cursor<'_>)> {
    let (year, behind) = cursor.digits(4..5)?;
    let (month, behind) = month_name(between_parts(behind))?;
    let (day, end) = day_number(between_parts(behind))?;
    Some((
        Shape::Named {
            day,
            month,
            year,
            order: DateOrder::Ymd,
        },
        0.95,
        end,
    ))
}

/// `20240312`.
fn compact(cursor: Cursor<'_>) -> Option<(Shape, f64, Cursor<'_>)> {
    let (digits, end) = cursor.digits(8..9)?;
    Some((Shape::Compact(digits.value), 0.4, end))
}

/// The number of a day, with what makes it a rank: `12`, `12.`, `12th`, `1er`, `1º`.
fn day_number(cursor: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let (day, behind) = cursor.digits(1..3)?;
    if !(1..=31).contains(&day.value) {
        return None;
    }
    let ranked = match behind.letters() {
        Some((word, next)) if words::is_ordinal(word) => next,
        _ => raised(behind).unwrap_or_else(|| behind.past(&['º', '°', 'ª'])),
    };
    Some((day.value, ranked))
}

/// Behind raised letters that stand apart: `24 th day of February`.
fn raised(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (word, next) = cursor.blank().letters()?;
    (cursor.at_blank() && matches!(word, "st" | "nd" | "rd" | "th")).then_some(next)
}

fn month_name(cursor: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let (word, behind) = cursor.letters()?;
    Some((words::month(word)?, behind))
}

/// The year behind `March 12`: of two digits only where a mark says that it is one.
fn year_behind_day(cursor: Cursor<'_>) -> Option<(Digits, Cursor<'_>)> {
    let next = between_parts(cursor);
    let (year, end) = year(next)?;
    let marked = next.at > cursor.at && cursor.line.kind(cursor.at) != Some(TokenKind::Blank);
    let apostrophe = next.mark(&['\'', '’']).is_some();
    (year.count == 4 || marked || apostrophe).then_some((year, end))
}

/// Four digits, or two that are neither an hour nor the start of a number.
fn year(cursor: Cursor<'_>) -> Option<(Digits, Cursor<'_>)> {
    let cursor = cursor.past(&['\'', '’']);
    if let Some((year, end)) = cursor.digits(4..5) {
        return Some((year, end));
    }
    let (year, end) = cursor.digits(2..3)?;
    let goes_on = end
        .mark(&[':', '.', ',', '%'])
        .is_some_and(|(_, next)| next.digits(1..9).is_some());
    (!goes_on && end.at_word_end() && end.mark(&['%', ':']).is_none()).then_some((year, end))
}

/// Behind the marks and the blank that part a day, a month's name and a year.
fn between_parts(cursor: Cursor<'_>) -> Cursor<'_> {
    let marks = ['.', ',', '-', '–', '‐', '‑', '/'];
    cursor.past(&marks).blank().past(&marks).blank()
}

/// Behind `of`, `de`, `day of` and the like.
fn particles(cursor: Cursor<'_>) -> Cursor<'_> {
    let mut cursor = cursor;
    for _ in 0..3 {
        match cursor.letters() {
            Some((word, next)) if words::is_particle(word) && next.at_blank() => cursor = next.blank(),
            _ => break,
        }
    }
    cursor
}

fn partial(cursor: Cursor<'_>) -> Option<(Partial, Cursor<'_>)> {
    if let Some((month, behind)) = month_name(cursor) {
        let (day, end) = day_number(between_parts(behind))?;
        return Some((
            Partial::Named {
                day,
                month,
                order: DateOrder::Mdy,
            },
            end,
        ));
    }
    let (day, behind) = day_number(cursor)?;
    if let Some((month, end)) = month_name(particles(between_parts(behind))) {
        let end = end.past(&['.']);
        return Some((
            Partial::Named {
                day,
                month,
                order: DateOrder::Dmy,
            },
            end,
        ));
    }
    if let Some(found) = day_month(cursor) {
        return Some(found);
    }
    Some((Partial::Day(day), behind.past(&['.'])))
}

/// `05/08`, `1.3.`
fn day_month(cursor: Cursor<'_>) -> Option<(Partial, Cursor<'_>)> {
    let (first, behind) = cursor.digits(1..3)?;
    let (mark, next) = behind.mark(&['/', '.'])?;
    let (second, end) = next.digits(1..3)?;
    Some((Partial::DayMonth(first, second), end.past(&[mark])))
}

/// Whether what stands directly before does not make this the tail of a longer number or word.
fn starts_cleanly(cursor: Cursor<'_>) -> bool {
    let line = cursor.line;
    match line.kind_before(cursor.at) {
        Some(TokenKind::Digits) => line.kind(cursor.at) == Some(TokenKind::Letters),
        // Words run together with a date ("Datum12.03.2024") are longer than the letters of an identifier.
        Some(TokenKind::Letters) => cursor
            .at
            .checked_sub(1)
            .is_some_and(|before| line.token_text(before).chars().count() >= 4),
        Some(TokenKind::Mark('.' | '/' | '-' | ',' | '_')) => {
            let before = cursor.at.checked_sub(2).and_then(|index| line.kind(index));
            !matches!(before, Some(TokenKind::Digits | TokenKind::Letters))
        }
        _ => true,
    }
}

/// Whether what stands directly behind does not make this the head of a longer number or word.
fn ends_cleanly(cursor: Cursor<'_>) -> bool {
    let line = cursor.line;
    match line.kind(cursor.at) {
        Some(TokenKind::Digits) => false,
        // The T of ISO 8601.
        Some(TokenKind::Letters) => {
            line.token_text(cursor.at) == "T" && line.kind(cursor.at + 1) == Some(TokenKind::Digits)
        }
        Some(TokenKind::Mark('.' | '/' | '-' | '_')) => line.kind(cursor.at + 1) != Some(TokenKind::Digits),
        _ => true,
    }
}
