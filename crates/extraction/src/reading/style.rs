//! The style of a document: what its marks and orders mean, decided once for all of its lines.

use std::cmp::Ordering;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use super::currencies;
use super::dates::{Found, Shape, Spot, day_in_order, scan};
use super::language::{Language, Tally};
use super::line::Line;
use super::numbers::decimal_evidence;
use super::regions::{Signs, prints_month_first};

/// In which order dates in digits are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DateOrder {
    /// Day, month, year.
    #[default]
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// Which mark stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DecimalMark {
    /// `1.234,56`
    Comma,
    /// `1,234.56`
    #[default]
    Point,
}

impl DecimalMark {
    /// The mark.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Point => ".",
        }
    }

    /// The mark that parts thousands where this one parts decimals.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Comma => Self::Point,
            Self::Point => Self::Comma,
        }
    }
}

impl FromStr for DecimalMark {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "," => Ok(Self::Comma),
            "." => Ok(Self::Point),
            _ => Err(()),
        }
    }
}

/// How a document prints dates and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// Order of dates in digits.
    pub date_order: DateOrder,
    /// A date of the document proves the order, or the document holds none that another order reads differently.
    pub date_order_certain: bool,
    /// The decimal mark.
    pub decimal: DecimalMark,
    /// The language of most words.
    pub language: Option<Language>,
    /// ISO 4217 code of the currency that is printed most often.
    pub currency: Option<String>,
    /// ISO 3166 code of the country that most signs speak for: words, currencies, addresses.
    pub country: Option<String>,
}

/// What speaks for a style, gathered over the lines.
#[derive(Default)]
struct Evidence {
    tally: Tally,
    /// Dates in digits.
    dates: Vec<Found>,
    /// Dates whose month has a name, printed day first and month first.
    named: (u32, u32),
    /// A date in digits is parted by points.
    dotted: bool,
    comma: f64,
    point: f64,
    /// Currencies in the order of their first print, with how often.
    currencies: Vec<(String, u32)>,
    country: Signs,
}

impl Style {
    /// Decides the style from the words of every line.
    ///
    /// The order of dates comes from impossible months, then from ranges that run forward in one order only, then from
    /// points between the numbers, then from the country, told by words, addresses, currency and language, then from
    /// dates whose month is a word, and last from how close the dates of the document stand in each order. The decimal
    /// mark comes from numbers that have but one reading, then from the language.
    pub fn detect<'a, L>(lines: impl IntoIterator<Item = L>) -> Self
    where
        L: AsRef<[&'a str]>,
    {
        let mut evidence = Evidence::default();
        for words in lines {
            evidence.line(words.as_ref());
        }
        evidence.decide()
    }
}

impl Evidence {
    fn line(&mut self, words: &[&str]) {
        for word in words {
            self.tally.word(word);
            self.country.word(word);
        }
        if has_american_address(words) {
            self.country.american_address();
        }
        let line = Line::new(words);
        for found in scan(&line) {
            self.date(&line, found);
        }
        for reading in currencies::read_currencies(&line) {
            if let Some(code) = reading.currency {
                self.country.currency(&code, reading.ambiguous);
                match self.currencies.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, count)) => *count += 1,
                    None => self.currencies.push((code, 1)),
                }
            }
        }
        for at in 0..line.tokens().len() {
            if let Some((mark, weight)) = decimal_evidence(&line, at) {
                match mark {
                    DecimalMark::Comma => self.comma += weight,
                    DecimalMark::Point => self.point += weight,
                }
            }
        }
    }

    fn date(&mut self, line: &Line, found: Found) {
        let (Found::One(spot) | Found::Range(_, spot)) = &found;
        self.dotted = self.dotted || spot.is_dotted(line);
        let order = match spot.shape {
            Shape::Named { order, .. } => Some(order),
            Shape::Numeric(..) => None,
            Shape::Compact(_) => return,
        };
        match order {
            Some(DateOrder::Dmy) => self.named.0 += 1,
            Some(DateOrder::Mdy) => self.named.1 += 1,
            Some(DateOrder::Ymd) => {}
            None => self.dates.push(found),
        }
    }

    fn decide(self) -> Style {
        let language = self.tally.language();
        let mut currencies = self.currencies;
        currencies.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let currency = currencies.into_iter().next().map(|(code, _)| code);
        let decimal = if self.comma > self.point {
            DecimalMark::Comma
        } else if self.point > self.comma {
            DecimalMark::Point
        } else {
            usual_decimal(language)
        };
        let country = self.country.country(language);
        let told = match country.as_deref() {
            _ if self.dotted => Some(DateOrder::Dmy),
            Some(country) if prints_month_first(country) => Some(DateOrder::Mdy),
            Some(_) => Some(DateOrder::Dmy),
            None => named_order(self.named),
        };
        let guessed = || told.or_else(|| closest_order(&self.dates)).unwrap_or_default();
        let proven = proven_order(&self.dates);
        let (date_order, date_order_certain) = (proven.unwrap_or_else(guessed), proven.is_some());
        Style {
            date_order,
            date_order_certain,
            decimal,
            language,
            currency,
            country,
        }
    }
}

fn usual_decimal(language: Option<Language>) -> DecimalMark {
    match language {
        None | Some(Language::En) => DecimalMark::Point,
        Some(_) => DecimalMark::Comma,
    }
}

/// The order in which most dates stand whose month has a name, from how many are day first and month first.
fn named_order((day_first, month_first): (u32, u32)) -> Option<DateOrder> {
    match day_first.cmp(&month_first) {
        Ordering::Greater => Some(DateOrder::Dmy),
        Ordering::Less => Some(DateOrder::Mdy),
        Ordering::Equal => None,
    }
}

/// The order that the dates themselves prove.
fn proven_order(dates: &[Found]) -> Option<DateOrder> {
    let day_first = Votes::of(dates, DateOrder::Dmy);
    let month_first = Votes::of(dates, DateOrder::Mdy);
    if day_first.read == 0 && month_first.read == 0 {
        let year_first = Votes::of(dates, DateOrder::Ymd);
        return (year_first.read > 0).then_some(DateOrder::Ymd);
    }
    let readable = day_first.read.cmp(&month_first.read);
    match readable.then(day_first.forward.cmp(&month_first.forward)) {
        Ordering::Greater => Some(DateOrder::Dmy),
        Ordering::Less => Some(DateOrder::Mdy),
        Ordering::Equal => None,
    }
}

/// The order in which the dates lie much closer together: read in the wrong order they are strewn over the year.
///
/// Days a month apart look the same as months a day apart, so this is asked only where nothing else tells the order.
fn closest_order(dates: &[Found]) -> Option<DateOrder> {
    let day_first = Votes::of(dates, DateOrder::Dmy).spread()?;
    let month_first = Votes::of(dates, DateOrder::Mdy).spread()?;
    if day_first * 3 + 20 < month_first {
        return Some(DateOrder::Dmy);
    }
    (month_first * 3 + 20 < day_first).then_some(DateOrder::Mdy)
}

/// What an order makes of the dates.
struct Votes {
    /// Dates that it can read.
    read: usize,
    /// Ranges that run forward.
    forward: usize,
    days: Vec<NaiveDate>,
}

impl Votes {
    fn of(dates: &[Found], order: DateOrder) -> Self {
        let style = Style {
            date_order: order,
            ..Style::default()
        };
        let day = |spot: &Spot| {
            // An ISO date says nothing about the others.
            let leads_with_year = matches!(spot.shape, Shape::Numeric(first, ..) if first.count == 4);
            let counts = order == DateOrder::Ymd || !leads_with_year;
            counts.then(|| day_in_order(spot.shape, order, &style)).flatten()
        };
        let mut votes = Self {
            read: 0,
            forward: 0,
            days: Vec::new(),
        };
        for found in dates {
            match found {
                Found::One(spot) => votes.days.extend(day(spot)),
                Found::Range(first, last) => {
                    let (first, last) = (day(first), day(last));
                    votes.forward += usize::from(first.is_some() && last.is_some() && first <= last);
                    votes.days.extend(first.into_iter().chain(last));
                }
            }
        }
        votes.read = votes.days.len();
        votes
    }

    /// Days between the first and the last, where there are several.
    fn spread(&self) -> Option<i32> {
        let (first, last) = (self.days.iter().min()?, self.days.iter().max()?);
        (self.days.len() > 1).then(|| last.num_days_from_ce() - first.num_days_from_ce())
    }
}

/// Two capital letters before five digits, as the last line of an address in the United States.
fn has_american_address(words: &[&str]) -> bool {
    words.windows(2).any(|pair| {
        let [state, zip] = pair else { return false };
        let state = state.trim_matches(|c: char| !c.is_ascii_alphabetic());
        let zip = zip.trim_end_matches(|c: char| !c.is_ascii_digit());
        let (five, rest) = zip.split_at_checked(5).unwrap_or((zip, "-"));
        state.len() == 2
            && state.bytes().all(|b| b.is_ascii_uppercase())
            && five.len() == 5
            && five.bytes().all(|b| b.is_ascii_digit())
            && (rest.is_empty() || (rest.starts_with('-') && rest.len() == 5))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(lines: &[&str]) -> Style {
        Style::detect(lines.iter().map(|line| line.split(' ').collect::<Vec<_>>()))
    }

    #[test]
    fn an_impossible_month_proves_the_order() {
        let style = detect(&["05/08/2020", "12/25/2018"]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Mdy, true)
        );
        let style = detect(&["05/08/2020", "25/12/2018"]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Dmy, true)
        );
        let style = detect(&["2020-05-08"]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Ymd, true)
        );
    }

    #[test]
    fn a_range_runs_forward() {
        let style = detect(&["09/05/2020 - 01/06/2020"]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Dmy, true)
        );
    }

    #[test]
    fn dates_of_a_document_lie_close_together() {
        let style = detect(&["05/04/20", "05/06/20", "05/11/20"]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Mdy, false)
        );
    }

    #[test]
    fn a_country_says_more_than_how_close_dates_lie() {
        let style = detect(&[
            "London SW1A 2AA",
            "Invoice date: 01/03/2024",
            "Due date: 01/04/2024",
            "Total £120.00",
        ]);
        assert_eq!(
            (style.date_order, style.date_order_certain),
            (DateOrder::Dmy, false)
        );
        let style = detect(&["1 March 2023", "01/03/2024", "01/04/2024"]);
        assert_eq!(style.date_order, DateOrder::Dmy);
    }

    #[test]
    fn country_and_language_decide_what_dates_leave_open() {
        assert_eq!(
            detect(&["Springfield, IL 62704", "03/04/2020"]).date_order,
            DateOrder::Mdy
        );
        assert_eq!(
            detect(&["Total RM 5.00", "03/04/2020"]).date_order,
            DateOrder::Dmy
        );
        assert_eq!(
            detect(&["Rechnung vom 03/04/2020 für Sie"]).date_order,
            DateOrder::Dmy
        );
    }

    #[test]
    fn amounts_tell_the_decimal_mark_and_the_currency() {
        let style = detect(&["1.234,56 €", "2,50 EUR", "12.50"]);
        assert_eq!(style.decimal, DecimalMark::Comma);
        assert_eq!(style.currency.as_deref(), Some("EUR"));
        assert_eq!(detect(&["12.03.2024", "$1,234"]).decimal, DecimalMark::Point);
    }
}
