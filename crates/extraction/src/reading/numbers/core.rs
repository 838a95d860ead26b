//! The digits of a number with their marks, and what they mean in a style.

use std::ops::Range;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::super::line::{Line, TokenKind};
use super::super::style::{DecimalMark, Style};

/// The digits of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Core {
    pub(super) tokens: Range<usize>,
    /// Without a sign.
    pub(super) value: Decimal,
    /// How many decimals are printed; none where there is no decimal mark.
    pub(super) decimals: Option<usize>,
    /// Marks of thousands are printed.
    pub(super) grouped: bool,
    /// Blanks part its thousands.
    pub(super) joined: bool,
    /// What the other decimal mark would make of it.
    pub(super) other: Option<Decimal>,
}

/// The numbers that start at the token: as one run without blanks and, where three digits follow a blank, with them.
pub(super) fn cores_at(line: &Line, at: usize, style: &Style) -> Vec<Core> {
    let mut cores = Vec::new();
    let Some(start) = starts(line, at) else {
        return cores;
    };
    let single = run(line, at, start, false);
    let joined = run(line, at, start, true);
    if joined.len() > single.len() {
        cores.extend(read(line, joined, style, true));
    }
    cores.extend(read(line, single, style, false));
    cores
}

/// Index of the first digits, where a number can start at the token: digits, or the mark of `.50`.
fn starts(line: &Line, at: usize) -> Option<usize> {
    match line.kind(at)? {
        TokenKind::Digits => {
            // The digits of ".50" have been read with their mark.
            let after_mark = matches!(line.kind_before(at), Some(TokenKind::Mark('.' | ',')));
            let bare_mark = after_mark && leads_decimals(line, at.checked_sub(1)?);
            (!bare_mark).then_some(at)
        }
        TokenKind::Mark('.' | ',') if leads_decimals(line, at) => Some(at + 1),
        _ => None,
    }
}

/// Whether the mark stands before decimals without a digit before it: `.50`.
fn leads_decimals(line: &Line, mark: usize) -> bool {
    let free = match line.kind_before(mark) {
        None | Some(TokenKind::Blank) => true,
        Some(TokenKind::Mark(c)) => "$€£¥-−(+".contains(c),
        Some(_) => false,
    };
    free && line.kind(mark + 1) == Some(TokenKind::Digits) && line.token_text(mark + 1).len() <= 4
}

/// The tokens of digits with single marks between, and with `blanks` also of groups of three behind a blank.
fn run(line: &Line, at: usize, first: usize, blanks: bool) -> Range<usize> {
    let mut end = first + 1;
    let mut marked = first > at;
    while line.kind(end + 1) == Some(TokenKind::Digits) {
        match line.kind(end) {
            Some(TokenKind::Mark('.' | ',')) => marked = true,
            Some(TokenKind::Mark('\'' | '’' | '´')) => {}
            Some(TokenKind::Blank)
                if blanks
                    && !marked
                    && line.token_text(end + 1).len() == 3
                    && (end > first + 1 || line.token_text(first).len() <= 3) => {}
            _ => break,
        }
        end += 2;
    }
    at..behind_dash(line, end)
}

/// Behind the dash that some print for no cents: `12,-`, `12.–`.
fn behind_dash(line: &Line, end: usize) -> usize {
    let mark = matches!(line.kind(end), Some(TokenKind::Mark(',' | '.')));
    let mut behind = end + 1;
    while matches!(line.kind(behind), Some(TokenKind::Mark('-' | '–' | '—'))) && behind < end + 3 {
        behind += 1;
    }
    let followed = matches!(line.kind(behind), Some(TokenKind::Digits | TokenKind::Letters));
    if mark && behind > end + 1 && !followed {
        behind
    } else {
        end
    }
}

fn read(line: &Line, tokens: Range<usize>, style: &Style, joined: bool) -> Option<Core> {
    let text = line.slice(line.token_bytes(tokens.clone()));
    let meaning = interpret(text, style.decimal)?;
    let other = meaning
        .ambiguous
        .then(|| interpret(text, style.decimal.other()))
        .flatten();
    Some(Core {
        tokens,
        value: meaning.value,
        decimals: meaning.decimals,
        grouped: meaning.grouped,
        joined,
        other: other.map(|other| other.value),
    })
}

struct Meaning {
    value: Decimal,
    decimals: Option<usize>,
    grouped: bool,
    /// A single mark before three digits: only the style tells whether thousands or decimals follow.
    ambiguous: bool,
}

/// What the digits and marks mean; none where they are no number (`12.03.2024`).
fn interpret(text: &str, decimal: DecimalMark) -> Option<Meaning> {
    let text = text.trim_end_matches(['-', '–', '—']);
    let dashed = text.ends_with(['.', ',']);
    let text = text.trim_end_matches(['.', ',']);
    let decimal_at = decimal_mark(text, decimal)?;
    let (whole, decimals) = match decimal_at.position {
        Some(position) => (text.get(..position)?, text.get(position + 1..)),
        None => (text, None),
    };
    let grouped = whole.contains(|c: char| !c.is_ascii_digit());
    if grouped && !groups_hold(whole) {
        return None;
    }
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let plain = match decimals {
        Some(decimals) => format!("{}.{decimals}", if digits.is_empty() { "0" } else { &digits }),
        None => digits,
    };
    let decimals = if dashed { Some(2) } else { decimals.map(str::len) };
    Some(Meaning {
        value: Decimal::from_str(&plain).ok()?,
        decimals,
        grouped,
        ambiguous: decimal_at.ambiguous,
    })
}

struct DecimalAt {
    /// Byte of the decimal mark; none where every mark is one of thousands.
    position: Option<usize>,
    ambiguous: bool,
}

fn decimal_mark(text: &str, style: DecimalMark) -> Option<DecimalAt> {
    let sure = |position| {
        Some(DecimalAt {
            position,
            ambiguous: false,
        })
    };
    let Some(last) = text.rfind(['.', ',']) else {
        return sure(None);
    };
    let mark = text.get(last..=last)?;
    let (before, behind) = (text.get(..last)?, text.get(last + 1..)?);
    let once = !before.contains(mark);
    let another_mark = before.contains(|c: char| !c.is_ascii_digit());
    if !once {
        // "1.234.567": marks of thousands, if only these.
        return if before.contains(if mark == "." { ',' } else { '.' }) {
            None
        } else {
            sure(None)
        };
    }
    let thousands_fit = behind.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    if another_mark || !thousands_fit {
        return sure(Some(last));
    }
    let is_decimal = mark == style.as_str();
    Some(DecimalAt {
        position: is_decimal.then_some(last),
        ambiguous: true,
    })
}

/// Whether the marks part thousands (or, as in India, hundreds before the last three digits), all with the same mark.
fn groups_hold(whole: &str) -> bool {
    let marks: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let same = marks.windows(2).all(|pair| pair.first() == pair.last());
    let groups: Vec<usize> = whole.split(|c: char| !c.is_ascii_digit()).map(str::len).collect();
    let Some(((first, middle), last)) = groups.split_first().and_then(|(first, rest)| {
        let (last, middle) = rest.split_last()?;
        Some(((first, middle), last))
    }) else {
        return false;
    };
    let thousands = (1..=3).contains(first) && middle.iter().all(|len| *len == 3);
    let lakhs = (1..=2).contains(first) && middle.iter().all(|len| *len == 2) && !middle.is_empty();
    same && *last == 3 && (thousands || lakhs)
}

/// Which decimal mark the number that starts at the token proves, where it proves one: `1.234,56`, `12,50`.
pub(in super::super) fn decimal_evidence(line: &Line, at: usize) -> Option<(DecimalMark, f64)> {
    let continues = matches!(
        line.kind_before(at),
        Some(TokenKind::Mark('.' | ',' | '/' | '-' | ':'))
    );
    if line.kind(at)? != TokenKind::Digits || continues {
        return None;
    }
    let tokens = run(line, at, at, false);
    let text = line.slice(line.token_bytes(tokens.clone()));
    let last = text.rfind(['.', ','])?;
    let mark = DecimalMark::from_str(text.get(last..=last)?).ok()?;
    let (before, behind) = (text.get(..last)?, text.get(last + 1..)?);
    let groups_before = before.contains(['.', ',', '\'', '’']);
    let followed = matches!(line.kind(tokens.end), Some(TokenKind::Letters));
    match (groups_before, behind.len()) {
        (true, 1..=4) if !before.contains(mark.as_str()) && groups_hold(before) => Some((mark, 3.0)),
        (true, 3) if before.contains(mark.as_str()) && groups_hold(text) => Some((mark.other(), 2.0)),
        (false, 2) if !followed => Some((mark, 1.0)),
        (false, 1 | 4) => Some((mark, 0.3)),
        _ => None,
    }
}
