//! Spans of time in running text: `two (2) years`, `eighteen (18) months`, `24 Monate`, `the third anniversary`.

use super::counts::{self, TimeUnit};
use super::language::Language;

/// Words of a number: "trinta e um" has three.
const LONGEST_NUMBER: usize = 3;

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: TimeUnit,
    /// The language of the unit's word.
    pub language: Language,
}

impl Duration {
    /// As a number and a unit in a language: `2 years`.
    pub fn text(&self, language: Language) -> String {
        format!(
            "{} {}",
            self.count,
            counts::unit_word(self.unit, language, self.count)
        )
    }

    /// The same span in another unit, where a whole number of them makes it exactly: two years are 24 months.
    pub fn counted_in(&self, unit: TimeUnit) -> Option<u32> {
        match (self.unit, unit) {
            (own, wanted) if own == wanted => Some(self.count),
            (TimeUnit::Year, TimeUnit::Month) => self.count.checked_mul(12),
            (TimeUnit::Month, TimeUnit::Year) if self.count.is_multiple_of(12) => Some(self.count / 12),
            (TimeUnit::Week, TimeUnit::Day) => self.count.checked_mul(7),
            (TimeUnit::Day, TimeUnit::Week) if self.count.is_multiple_of(7) => Some(self.count / 7),
            _ => None,
        }
    }

    /// Whether both are the same number of the same unit.
    pub fn is(&self, other: &Self) -> bool {
        (self.count, self.unit) == (other.count, other.unit)
    }
}

/// The span of time that the first words name, and how many words do.
pub fn duration_at(words: &[&str]) -> Option<(Duration, usize)> {
    let joined = words.first().and_then(|word| hyphenated(word));
    joined
        .map(|duration| (duration, 1))
        .or_else(|| counted(words))
        .or_else(|| anniversary(words))
}

/// The span that a text is, as a whole.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (duration, length) = duration_at(&words)?;
    (length == words.len()).then_some(duration)
}

/// The unit that a word names: `months`, `Jahre`.
pub fn time_unit(word: &str) -> Option<TimeUnit> {
    counts::unit(word).map(|(unit, _)| unit)
}

/// `two-year`, `24-month`, `5-jährig` not.
fn hyphenated(word: &str) -> Option<Duration> {
    let bare = bare(word);
    let (number, unit) = bare.rsplit_once(['-', '‑', '–'])?;
    duration(number_of(number)?, unit)
}

/// A number in words, in digits or in both, perhaps a word, and a unit.
fn counted(words: &[&str]) -> Option<(Duration, usize)> {
    let (number, mut at) = number_at(words)?;
    let mut number = number;
    if let Some(digits) = words.get(at).and_then(|word| bracketed(word)) {
        number = digits;
        at += 1;
    }
    let word = words.get(at).copied()?;
    // "(2)-year", "(1)year"
    if counts::is_between(bare(word)) {
        at += 1;
    }
    let unit = words.get(at).copied()?;
    Some((duration(number, bare(unit))?, at + 1))
}

/// `the third anniversary`, from "third" on.
fn anniversary(words: &[&str]) -> Option<(Duration, usize)> {
    let rank = words.first().copied().map(bare)?;
    let digits = rank.trim_end_matches(|c: char| c.is_alphabetic());
    let count = match digits.parse() {
        Ok(number) => number,
        Err(_) => counts::ordinal(rank)?,
    };
    let mut at = 1;
    if words.get(at).is_some_and(|word| bracketed_rank(word)) {
        at += 1;
    }
    let word = words.get(at).copied().map(bare)?;
    let unit = TimeUnit::Year;
    counts::is_anniversary(word).then_some((
        Duration {
            count,
            unit,
            language: Language::En,
        },
        at + 1,
    ))
}

fn duration(count: u32, unit: &str) -> Option<Duration> {
    let unit = unit.trim_start_matches(['-', '‑', '–']);
    let unit = unit
        .strip_suffix("'s")
        .or(unit.strip_suffix("’s"))
        .unwrap_or(unit);
    let (unit, language) = counts::unit(unit)?;
    (count > 0).then_some(Duration {
        count,
        unit,
        language,
    })
}

/// The number that the first words are, and how many words.
fn number_at(words: &[&str]) -> Option<(u32, usize)> {
    (1..=LONGEST_NUMBER.min(words.len())).rev().find_map(|length| {
        let text = words.get(..length)?.join(" ");
        Some((number_of(bare(&text))?, length))
    })
}

fn number_of(text: &str) -> Option<u32> {
    if text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().ok().filter(|_| text.len() <= 4);
    }
    let plain = text
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '‑'));
    // "two(2)"
    let glued = || {
        let (word, digits) = text.split_once('(')?;
        let digits = digits.trim_end_matches(')');
        counts::cardinal(word)?;
        digits.parse().ok()
    };
    if plain { counts::cardinal(text) } else { glued() }
}

/// `(2)`
fn bracketed(word: &str) -> Option<u32> {
    let inside = word
        .trim_end_matches([',', '.'])
        .strip_prefix('(')?
        .strip_suffix(')')?;
    inside.parse().ok().filter(|_| inside.len() <= 4)
}

/// `(1st)`
fn bracketed_rank(word: &str) -> bool {
    let inside = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
    inside.is_some_and(|inside| inside.starts_with(|c: char| c.is_ascii_digit()))
}

/// Without the marks around it.
fn bare(word: &str) -> &str {
    let open = |c: char| !c.is_alphanumeric();
    let start = word.trim_start_matches(open);
    // "two(2)" keeps its bracket.
    if start.contains('(') {
        start.trim_end_matches([',', '.', ';', ':'])
    } else {
        start.trim_end_matches(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, usize)> {
        let words: Vec<&str> = text.split(' ').collect();
        duration_at(&words).map(|(duration, length)| (duration.text(duration.language), length))
    }

    #[test]
    fn numbers_in_words_and_digits_are_spans() {
        for (text, duration, length) in [
            ("two (2) years from", "2 years", 3),
            ("eighteen (18) months,", "18 months", 3),
            ("one year", "1 year", 2),
            ("2 years.", "2 years", 2),
            ("two-year period", "2 years", 1),
            ("24-month term", "24 months", 1),
            ("twenty four (24) months", "24 months", 4),
            ("thirty (30) calendar days'", "30 days", 4),
            ("(2) years", "2 years", 2),
            ("five(5) years", "5 years", 2),
            ("first anniversary of", "1 year", 2),
            ("3rd anniversary", "3 years", 2),
            ("zwei (2) Jahren", "2 Jahre", 3),
            ("zwölf Monate", "12 Monate", 2),
            ("deux ans", "2 ans", 2),
            ("vinte e quatro meses", "24 meses", 4),
            ("tres (3) años", "3 años", 3),
        ] {
            assert_eq!(read(text), Some((duration.to_owned(), length)), "{text}");
        }
        for text in [
            "the years",
            "two parties",
            "2008 and",
            "(2) two",
            "years",
            "",
            "second party",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_one_span_and_counts_in_other_units() {
        let two = parse_duration("two (2) years").unwrap();
        assert_eq!(two.counted_in(TimeUnit::Month), Some(24));
        assert_eq!(two.counted_in(TimeUnit::Day), None);
        assert!(two.is(&parse_duration("2 Jahre").unwrap()));
        assert_eq!(parse_duration("two years after"), None);
    }
}
