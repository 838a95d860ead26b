//! Numbers as they are printed: both decimal marks, marks of thousands, signs, currencies, per cent, units.
//!
//! `core` reads the digits and their marks; this module looks at what stands around them.

mod core;

use std::ops::Range;

use rust_decimal::Decimal;

use self::core::{Core, cores_at};
use super::currencies::{self, Printed};
use super::line::{Cursor, Line, TokenKind};
use super::style::Style;
use super::units::is_unit;
use super::{Reading, ReadingKind, Value};

pub(super) use self::core::decimal_evidence;

/// Every number on the line: amounts, quantities, percentages, whole and decimal numbers.
///
/// A number printed with blanks between its thousands gives one reading as a whole and one for each part, since the
/// parts may as well stand in two columns. What is part of a date, an identifier or a time is left out as far as its
/// marks tell.
pub fn read_numbers(line: &Line, style: &Style) -> Vec<Reading> {
    spots(line, style)
        .into_iter()
        .map(|spot| spot.into_reading(line))
        .collect()
}

/// The one number that a text holds, with its sign; none where it holds none or several.
pub fn parse_number(text: &str, style: &Style) -> Option<Decimal> {
    let line = Line::new(&[text]);
    let spots = spots(&line, style);
    let widest = spots.iter().max_by_key(|spot| spot.core.tokens.len())?;
    let within = |spot: &Spot| {
        widest.core.tokens.start <= spot.core.tokens.start && spot.core.tokens.end <= widest.core.tokens.end
    };
    spots.iter().all(within).then_some(widest.value)
}

/// A number with what stands around it.
struct Spot {
    core: Core,
    /// With everything that belongs to it.
    tokens: Range<usize>,
    value: Decimal,
    context: Context,
    currency: Option<Printed>,
    unit: Option<String>,
    /// Run together with a word or otherwise doubtful.
    doubtful: bool,
    /// In brackets, which may as well be a remark's.
    bracketed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Money,
    Percent,
    Unit,
    Bare,
}

fn spots(line: &Line, style: &Style) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    // Behind what earlier numbers have taken as theirs.
    let mut taken = 0;
    let mut joined_until = 0;
    let mut at = 0;
    while at < line.tokens().len() {
        let mut end = at + 1;
        for core in cores_at(line, at, style) {
            if core.joined && core.tokens.start < joined_until {
                continue;
            }
            let (joined, tokens) = (core.joined, core.tokens.clone());
            let Some(spot) = around(line, core, taken) else {
                end = if joined { end } else { end.max(tokens.end) };
                continue;
            };
            if joined {
                joined_until = tokens.end;
            } else {
                end = tokens.end;
                taken = spot.tokens.end;
            }
            spots.push(spot);
        }
        at = end;
    }
    spots
}

/// Looks at what stands around the digits; none where they are part of something else.
fn around(line: &Line, core: Core, taken: usize) -> Option<Spot> {
    let mut start = core.tokens.start;
    let mut end = core.tokens.end;
    let mut negative = false;

    let before = leading(line, start, taken);
    start = before.start;
    negative |= before.negative;
    let mut currency = before.currency;

    let behind = trailing(line, end, currency.is_some());
    end = behind.end;
    negative |= behind.negative;
    currency = currency.or(behind.currency);

    let mut context = behind.context;
    if currency.is_some() && context == Context::Bare {
        context = Context::Money;
    }

    // "(35,13 €)" is a remark in running text; books print "(35.13)" or "($35.13)".
    let remark = context == Context::Money && before.start == core.tokens.start;
    let brackets = in_brackets(line, start, end);
    let brackets = brackets.filter(|_| !negative && !remark && is_negative_in_brackets(&core, context));
    if let Some((outer_start, outer_end)) = brackets {
        negative = true;
        (start, end) = (outer_start, outer_end);
    }

    let doubtful = match boundary(line, start, end, &core) {
        Boundary::Clean => false,
        Boundary::Glued if core.decimals == Some(2) => true,
        _ => return None,
    };
    let value = if negative { -core.value } else { core.value };
    Some(Spot {
        core,
        tokens: start..end,
        value,
        context,
        currency,
        unit: behind.unit,
        doubtful,
        bracketed: brackets.is_some(),
    })
}

struct Leading {
    start: usize,
    negative: bool,
    currency: Option<Printed>,
}

/// A sign and a currency before the number, in either order.
fn leading(line: &Line, start: usize, taken: usize) -> Leading {
    let mut found = Leading {
        start,
        negative: false,
        currency: None,
    };
    for _ in 0..2 {
        if !found.negative
            && let Some(sign) = sign_before(line, found.start)
        {
            found.start = sign;
            found.negative = true;
        }
        if found.currency.is_none()
            && let Some((at, printed)) = currency_before(line, found.start, taken)
        {
            found.start = at;
            found.currency = Some(printed);
        }
    }
    found
}

/// The token of a minus directly before, where it does not join the number to something else.
fn sign_before(line: &Line, start: usize) -> Option<usize> {
    let at = start.checked_sub(1)?;
    let Some(TokenKind::Mark('-' | '−' | '–')) = line.kind(at) else {
        return None;
    };
    let joins = matches!(
        line.kind_before(at),
        Some(TokenKind::Digits | TokenKind::Letters | TokenKind::Mark('-' | '−' | '–' | '.' | '/' | '_'))
    );
    let currency = currencies::ending_before(line, at).is_some();
    (!joins || currency).then_some(at)
}

fn currency_before(line: &Line, start: usize, taken: usize) -> Option<(usize, Printed)> {
    let blank = line.kind_before(start) == Some(TokenKind::Blank);
    let end = if blank { start - 1 } else { start };
    let (tokens, printed) = currencies::ending_before(line, end)?;
    (tokens.start >= taken).then_some((tokens.start, printed))
}

struct Trailing {
    end: usize,
    negative: bool,
    currency: Option<Printed>,
    unit: Option<String>,
    context: Context,
}

/// What stands behind the number: a minus, a per cent sign, a currency or a unit.
fn trailing(line: &Line, end: usize, has_currency: bool) -> Trailing {
    let mut found = Trailing {
        end,
        negative: false,
        currency: None,
        unit: None,
        context: Context::Bare,
    };
    let cursor = Cursor::new(line, end);
    if let Some((_, next)) = cursor.mark(&['-', '−']) {
        // "5-" is how some print what is owed to the customer; "5-7" is a range.
        if next.at_blank() || line.kind(next.at).is_none() {
            found.negative = true;
            found.end = next.at;
        }
        return found;
    }
    let next = cursor.blank();
    if let Some((_, next)) = next.mark(&['%', '％']) {
        return Trailing {
            end: next.at,
            context: Context::Percent,
            ..found
        };
    }
    if !has_currency && let Some((tokens, printed)) = currencies::starting_at(line, next.at) {
        return Trailing {
            end: tokens.end,
            context: Context::Money,
            currency: Some(printed),
            ..found
        };
    }
    if has_currency {
        return found;
    }
    let Some((word, behind)) = next.letters() else {
        return match multiplied(next) {
            Some(end) => Trailing {
                end,
                context: Context::Unit,
                ..found
            },
            None => found,
        };
    };
    // "m2" is a unit of two tokens.
    if let Some((_, raised)) = behind.digits(1..2).filter(|(_, raised)| raised.at_word_end()) {
        let unit = line.slice(line.token_bytes(next.at..raised.at));
        if is_unit(unit) {
            return Trailing {
                end: raised.at,
                context: Context::Unit,
                unit: Some(unit.to_owned()),
                ..found
            };
        }
    }
    if !is_unit(word) || !behind.at_word_end() {
        return found;
    }
    let unit = (!word.eq_ignore_ascii_case("x")).then(|| word.to_owned());
    Trailing {
        end: behind.at,
        context: Context::Unit,
        unit,
        ..found
    }
}

/// Behind a cross: `2 ×`.
fn multiplied(cursor: Cursor<'_>) -> Option<usize> {
    cursor
        .mark(&['×', '*'])
        .filter(|(_, next)| next.at_word_end())
        .map(|(_, next)| next.at)
}

/// The tokens of `(…)` directly around.
fn in_brackets(line: &Line, start: usize, end: usize) -> Option<(usize, usize)> {
    let opening = start.checked_sub(1)?;
    let opened = line.kind(opening) == Some(TokenKind::Mark('('));
    let closed = line.kind(end) == Some(TokenKind::Mark(')'));
    (opened && closed).then_some((opening, end + 1))
}

/// Accountants print a negative amount in brackets; `(19%)`, `(1)` and `(2 kg)` are remarks.
fn is_negative_in_brackets(core: &Core, context: Context) -> bool {
    let looks_like_money = core.decimals == Some(2) || core.grouped;
    context == Context::Money || (context == Context::Bare && looks_like_money)
}

enum Boundary {
    Clean,
    /// Directly behind or before a longer word.
    Glued,
    /// Part of an identifier, a date, a time, an address.
    Joined,
}

fn boundary(line: &Line, start: usize, end: usize, core: &Core) -> Boundary {
    let before = line.kind_before(start);
    let further = |back: usize| start.checked_sub(back).and_then(|index| line.kind(index));
    let glued_before = match before {
        Some(TokenKind::Digits) => return Boundary::Joined,
        // "x2"; "Total12.50", whose word is longer than the letters of an identifier.
        Some(TokenKind::Letters) => {
            let word = start.checked_sub(1).map_or("", |index| line.token_text(index));
            if word.chars().count() < 4 && !word.eq_ignore_ascii_case("x") {
                return Boundary::Joined;
            }
            !word.eq_ignore_ascii_case("x")
        }
        Some(TokenKind::Mark('-' | '–' | '/' | '.' | ',' | ':' | '_' | '\\' | '+' | '\'')) => {
            let continues = matches!(further(2), Some(TokenKind::Digits | TokenKind::Letters));
            let label = before == Some(TokenKind::Mark(':')) && further(2) == Some(TokenKind::Letters);
            // "Page 3/12.50": a price behind a stroke is still a price.
            let price = core.decimals == Some(2) && before != Some(TokenKind::Mark('.'));
            if continues && !label && !price {
                return Boundary::Joined;
            }
            false
        }
        Some(TokenKind::Mark('@')) => return Boundary::Joined,
        _ => false,
    };
    let glued_behind = match line.kind(end) {
        Some(TokenKind::Digits) => return Boundary::Joined,
        Some(TokenKind::Letters) => true,
        Some(TokenKind::Mark('-' | '–' | '/' | '.' | ',' | ':' | '_' | '\\' | '\'' | '@')) => {
            let price = core.decimals == Some(2);
            match line.kind(end + 1) {
                Some(TokenKind::Digits) if !price => return Boundary::Joined,
                Some(TokenKind::Letters) if !price => return Boundary::Joined,
                _ => false,
            }
        }
        _ => false,
    };
    if glued_before || glued_behind {
        Boundary::Glued
    } else {
        Boundary::Clean
    }
}

impl Spot {
    fn kind(&self) -> ReadingKind {
        match self.context {
            Context::Percent => ReadingKind::Percent,
            Context::Money => ReadingKind::Amount,
            Context::Unit => ReadingKind::Quantity,
            Context::Bare if self.core.decimals == Some(2) => ReadingKind::Amount,
            Context::Bare if self.core.decimals.is_some() => ReadingKind::Number,
            Context::Bare => ReadingKind::Integer,
        }
    }

    fn certainty(&self) -> f64 {
        let certainty = match (self.context, self.core.decimals) {
            (Context::Money, Some(2)) => 0.95,
            (Context::Money, _) => 0.85,
            (Context::Percent, _) => 0.85,
            (Context::Unit, _) => 0.6,
            (Context::Bare, Some(2)) => 0.75,
            (Context::Bare, Some(_)) => 0.5,
            (Context::Bare, None) if self.core.grouped => 0.5,
            (Context::Bare, None) => 0.15,
        };
        let parted = if self.core.joined { 0.8 } else { 1.0 };
        let doubted = if self.doubtful { 0.6 } else { 1.0 };
        certainty * parted * doubted
    }

    fn into_reading(self, line: &Line) -> Reading {
        let bytes = line.token_bytes(self.tokens.clone());
        let mut reading = Reading::new(
            line,
            self.kind(),
            Value::Number(self.value),
            bytes,
            self.certainty(),
        );
        let digits = line.slice(line.token_bytes(self.core.tokens.clone()));
        reading.exact = digits == self.core.value.to_string()
            && (self.value == self.core.value || reading.text.contains(&self.value.to_string()));
        reading.ambiguous = self.core.other.is_some() || self.bracketed;
        let negative = self.value.is_sign_negative();
        reading.other = self
            .core
            .other
            .map(|other| Value::Number(if negative { -other } else { other }));
        reading.currency = self.currency.map(|printed| printed.code);
        reading.unit = self.unit;
        reading
    }
}

#[cfg(test)]
mod tests;
