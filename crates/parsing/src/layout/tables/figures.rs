//! What the text of a cell is: a figure, a year that names a column, a sign that stands in place of a figure.

/// Signs that say that there is no figure.
const PLACEHOLDERS: [&str; 16] = [
    "-", "\u{2013}", "\u{2014}", "\u{2212}", "--", "---", ":", ".", "..", "...", "x", "n/a", "n.a.", "na",
    "n.a", "\u{2026}",
];

/// Signs that belong to the figure behind them, and those that belong to the one before.
const BEFORE: [&str; 6] = ["$", "\u{20ac}", "\u{a3}", "\u{a5}", "(", "US$"];
const BEHIND: [&str; 5] = ["%", ")", "*", "\u{2020}", "\u{b0}"];

/// The years that name columns.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2099;

/// Whether a text is a number with at most a unit, a currency or a sign: what stands in columns of figures.
pub(crate) fn is_figure(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && letters <= 3 && digits >= letters
}

/// Whether a text is a year or a span of years: `2007`, `2004-05`, `1999/2000`, `2007*`.
pub(super) fn is_year(text: &str) -> bool {
    if !is_figure(text) || text.contains(['.', ',', '%', '$', '\u{20ac}', '\u{a3}', '\'']) {
        return false;
    }
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let is_full = |part: &str| part.len() == 4 && part.parse().is_ok_and(|year| YEARS.contains(&year));
    numbers.next().is_some_and(is_full)
        && numbers.clone().count() <= 2
        && numbers.all(|part| part.len() <= 2 || is_full(part))
}

/// Whether a text stands in place of a figure that is not known, or is none.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.to_lowercase().as_str())
}

/// To which side a text that is a sign alone belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Whether a text is a sign of the figure right or left of it.
pub(super) fn sign(text: &str) -> Option<Side> {
    if BEFORE.contains(&text) {
        Some(Side::Right)
    } else if BEHIND.contains(&text) {
        Some(Side::Left)
    } else {
        None
    }
}

/// Whether a text goes on with a sentence or name that began before it.
pub(super) fn goes_on(text: &str) -> bool {
    text.chars()
        .find(|c| c.is_alphanumeric())
        .is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_years_and_signs_are_told_apart() {
        for year in ["2007", "2004-05", "1999/2000", "2007*", "FY 2007", "2007e"] {
            assert!(is_year(year), "{year}");
        }
        for figure in [
            "2,007",
            "20.07",
            "2107",
            "1200",
            "$2007",
            "2007 2008 2009 2010",
            "12",
        ] {
            assert!(is_figure(figure) && !is_year(figure), "{figure}");
        }
        assert!(is_placeholder("N.A.") && is_placeholder("-") && !is_placeholder("-5"));
        assert_eq!(
            (sign("$"), sign("%"), sign("EUR")),
            (Some(Side::Right), Some(Side::Left), None)
        );
        assert!(goes_on("(including taxes)") && !goes_on("Total") && !goes_on("12 of them"));
    }
}
