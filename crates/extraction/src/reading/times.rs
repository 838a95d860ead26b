//! Times of day: `13:38`, `8:13:39 PM`, `14h30`, `14.30 Uhr`.

use std::ops::Range;

use chrono::{FixedOffset, NaiveTime};

use super::dates::TimeSpot;
use super::line::{Cursor, Line, TokenKind};
use super::{Reading, ReadingKind, Value};

/// Every time of day on the line.
pub fn read_times(line: &Line) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut at = 0;
    while at < line.tokens().len() {
        let Some((spot, certainty)) = time_at(Cursor::new(line, at)) else {
            at += 1;
            continue;
        };
        at = spot.tokens.end;
        let bytes = line.token_bytes(spot.tokens);
        let mut reading = Reading::new(line, ReadingKind::Time, Value::Time(spot.time), bytes, certainty);
        reading.exact = reading.text == spot.time.format("%H:%M:%S").to_string();
        readings.push(reading);
    }
    readings
}

/// The one time of day that a text holds.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let mut readings = read_times(&Line::new(&[text])).into_iter();
    let first = readings.next()?;
    match first.value {
        Value::Time(time) if readings.next().is_none() => Some(time),
        _ => None,
    }
}

/// The time that stands behind a date, with its offset from UTC.
pub(super) fn after_date(line: &Line, at: usize) -> Option<TimeSpot> {
    let cursor = Cursor::new(line, at)
        .past(&[',', ';'])
        .blank()
        .past(&['-', '–', '|', '@'])
        .blank();
    let cursor = match cursor.letters() {
        Some(("T", next)) => next,
        Some((word, next)) if super::dates::is_at(word) => next.blank(),
        _ => cursor,
    };
    if cursor.at == at {
        return None;
    }
    let (spot, _) = time_at(cursor)?;
    let (offset, end) = offset(Cursor::new(line, spot.tokens.end));
    Some(TimeSpot {
        offset,
        tokens: spot.tokens.start..end,
        ..spot
    })
}

/// A time that starts at the cursor, with how unlikely it is that something else looks so.
fn time_at(cursor: Cursor<'_>) -> Option<(TimeSpot, f64)> {
    let line = cursor.line;
    let (hour, behind) = cursor.digits(1..3)?;
    let before = line.kind_before(cursor.at);
    if matches!(before, Some(TokenKind::Mark(':' | '.' | ',' | '/' | '-'))) && follows_digit(line, cursor.at)
    {
        return None;
    }
    if before == Some(TokenKind::Letters) && !is_iso_t(line, cursor.at) {
        return None;
    }
    if let Some((_, next)) = behind.mark(&[':']) {
        let (minute, behind) = next.digits(2..3)?;
        let (second, behind) = seconds(behind);
        let (hour, end) = half_of_day(hour.value, behind)?;
        return spot(hour, minute.value, second, cursor.at..behind_oclock(end).at, 0.9);
    }
    if let Some((_, next)) = behind.mark(&['.']) {
        let (minute, behind) = next.digits(2..3)?;
        let end = behind_oclock(behind);
        let marked = end.at != behind.at;
        return marked
            .then(|| spot(hour.value, minute.value, 0, cursor.at..end.at, 0.9))
            .flatten();
    }
    if let Some(("h" | "H", next)) = behind.blank().letters() {
        let (minute, end) = next.blank().digits(2..3)?;
        return end
            .at_word_end()
            .then(|| spot(hour.value, minute.value, 0, cursor.at..end.at, 0.7))
            .flatten();
    }
    let (hour_of_day, end) = half_of_day(hour.value, behind)?;
    let marked = end.at != behind.at;
    marked
        .then(|| spot(hour_of_day, 0, 0, cursor.at..end.at, 0.7))
        .flatten()
}

fn spot(
    hour: u32,
    minute: u32,
    second: u32,
    tokens: Range<usize>,
    certainty: f64,
) -> Option<(TimeSpot, f64)> {
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    Some((
        TimeSpot {
            time,
            offset: None,
            tokens,
        },
        certainty,
    ))
}

fn follows_digit(line: &Line, at: usize) -> bool {
    at.checked_sub(2).and_then(|index| line.kind(index)) == Some(TokenKind::Digits)
}

fn is_iso_t(line: &Line, at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| line.token_text(before) == "T")
        && follows_digit(line, at)
}

/// `:39` and, passed over, `.123`.
fn seconds(cursor: Cursor<'_>) -> (u32, Cursor<'_>) {
    let Some((second, behind)) = cursor.mark(&[':']).and_then(|(_, next)| next.digits(2..3)) else {
        return (0, cursor);
    };
    let fraction = behind.mark(&['.', ',']).and_then(|(_, next)| next.digits(1..10));
    (second.value, fraction.map_or(behind, |(_, end)| end))
}

/// The hour of 0..24, with `AM` or `PM` taken into account where one of them stands behind.
fn half_of_day(hour: u32, cursor: Cursor<'_>) -> Option<(u32, Cursor<'_>)> {
    let Some((half, end)) = am_or_pm(cursor.blank()) else {
        return Some((hour, cursor));
    };
    match (half, hour) {
        (Half::Am, 12) => Some((0, end)),
        (Half::Pm, 12) => Some((12, end)),
        (Half::Am, 0..=11) => Some((hour, end)),
        (Half::Pm, 0..=11) => Some((hour + 12, end)),
        // "20:13 PM" is printed by tills that mean what the hour says.
        (Half::Pm, 13..=23) => Some((hour, end)),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

fn am_or_pm(cursor: Cursor<'_>) -> Option<(Half, Cursor<'_>)> {
    let (word, end) = cursor.letters()?;
    match word.to_ascii_lowercase().as_str() {
        "am" => return Some((Half::Am, end)),
        "pm" => return Some((Half::Pm, end)),
        _ => {}
    }
    let half = match word {
        "a" | "A" => Half::Am,
        "p" | "P" => Half::Pm,
        _ => return None,
    };
    let (m, end) = end.mark(&['.'])?.1.blank().letters()?;
    m.eq_ignore_ascii_case("m").then(|| (half, end.past(&['.'])))
}

/// Behind a word that says that this is a time: `Uhr`, `h`, `hrs`.
fn behind_oclock(cursor: Cursor<'_>) -> Cursor<'_> {
    match cursor.blank().letters() {
        Some(("Uhr" | "uhr" | "UHR" | "h" | "hrs" | "uur", end)) => end,
        _ => cursor,
    }
}

/// `Z`, `UTC`, `GMT`, `+0200`, `+02:00`, and where it ends.
fn offset(cursor: Cursor<'_>) -> (Option<FixedOffset>, usize) {
    let next = cursor.blank();
    if let Some(("Z" | "UTC" | "GMT", end)) = next.letters() {
        let numeric = numeric_offset(end);
        return numeric.map_or((FixedOffset::east_opt(0), end.at), |(offset, end)| {
            (Some(offset), end)
        });
    }
    numeric_offset(next).map_or((None, cursor.at), |(offset, end)| (Some(offset), end))
}

fn numeric_offset(cursor: Cursor<'_>) -> Option<(FixedOffset, usize)> {
    let (sign, next) = cursor.mark(&['+', '-', '−'])?;
    let (hours, minutes, end) = if let Some((both, end)) = next.digits(4..5) {
        (both.value / 100, both.value % 100, end)
    } else {
        let (hours, behind) = next.digits(2..3)?;
        let (minutes, end) = behind.mark(&[':'])?.1.digits(2..3)?;
        (hours.value, minutes.value, end)
    };
    if hours > 14 || minutes > 59 || !end.at_word_end() {
        return None;
    }
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    let offset = FixedOffset::east_opt(if sign == '+' { seconds } else { -seconds })?;
    Some((offset, end.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_printed() {
        for (text, expected) in [
            ("13:38", "13:38:00"),
            ("8:13:39 PM", "20:13:39"),
            ("12:05 am", "00:05:00"),
            ("8:13 p.m.", "20:13:00"),
            ("20:13 PM", "20:13:00"),
            ("14h30", "14:30:00"),
            ("14.30 Uhr", "14:30:00"),
            ("3 PM", "15:00:00"),
            ("13:38:05.250", "13:38:05"),
            ("Time:13:38", "13:38:00"),
        ] {
            let time = parse_time(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(time.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_read_as_one() {
        for text in ["25:00", "13:8", "14.30", "1:2:3:4", "A12:30", "", "12"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn an_offset_belongs_to_the_date_and_time() {
        let style = crate::reading::Style::default();
        let offset = |text| match crate::reading::parse_date_time(text, &style) {
            Some(Value::DateTime { offset, .. }) => offset.map(|offset| offset.local_minus_utc()),
            _ => panic!("{text}"),
        };
        assert_eq!(offset("2018-12-25T08:13:39Z"), Some(0));
        assert_eq!(offset("2018-12-25T08:13:39+02:00"), Some(7200));
        assert_eq!(offset("Tue, 25 Dec 2018 08:13:39 -0500"), Some(-18000));
        assert_eq!(offset("25.12.2018 um 14:30 Uhr"), None);
    }
}
