//! The amounts of a receipt and what they say of each other: what was given less what came back is what was paid.

use super::words::{self, Kind};
use crate::layout::candidates::Candidate;
use crate::layout::scene::Sheet;
use crate::layout::spans::{self, Shape};

/// Amounts are equal up to rounding.
const CENT: f64 = 0.006;
/// No more rows are looked at.
const ROWS: usize = 400;
/// Rounding goes to no more than so much of the currency.
const LARGEST_ROUNDING: f64 = 0.51;

/// One row with an amount.
#[derive(Debug, Clone, PartialEq)]
struct Amounts {
    row: usize,
    segments: Vec<usize>,
    kind: Option<Kind>,
    /// Left to right.
    values: Vec<f64>,
    /// A line of a tax summary: a rate with what it is raised on and what it comes to.
    summary: bool,
}

/// The rows of amounts, top to bottom.
#[derive(Debug, Default)]
pub(super) struct Sums {
    rows: Vec<Amounts>,
}

/// What the other amounts say of one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Standing {
    pub(super) kind: Option<Kind>,
    /// It is what was given less what came back; none where the receipt does not tell.
    pub(super) paid: Option<bool>,
    /// A tax and another amount make it.
    pub(super) gross: bool,
    /// A tax makes another amount of it.
    pub(super) net: bool,
    /// Rounding made it of another amount.
    pub(super) rounded: bool,
    /// Rounding makes another total of it.
    pub(super) unrounded: bool,
    /// It stands below what was given.
    pub(super) after_payment: bool,
    /// It stands in a line of a tax summary.
    pub(super) summary: bool,
    /// In how many rows it is printed.
    pub(super) prints: usize,
}

impl Sums {
    pub(super) fn of(sheet: &Sheet<'_>) -> Self {
        let rows = sheet.view.rows.iter().enumerate().take(ROWS);
        let rows = rows.filter_map(|(row, segments)| {
            let mut values = Vec::new();
            let mut text = String::new();
            for index in &segments.segments {
                let segment = sheet.view.segment(*index)?;
                let amounts: Vec<_> = sheet
                    .spans
                    .of(*index)
                    .iter()
                    .filter(|span| span.shape == Shape::Amount)
                    .collect();
                let end = amounts
                    .iter()
                    .map(|span| span.from)
                    .min()
                    .unwrap_or(segment.len());
                if values.is_empty() {
                    text.push(' ');
                    text.push_str(segment.slice(0, end));
                }
                values.extend(amounts.iter().filter_map(|span| spans::number_of(span)));
            }
            let last = values.last().copied()?;
            let kind = match words::kind_of(&text) {
                // "Rounding 45.35" is what came of it.
                Some(Kind::Rounding) if last.abs() > LARGEST_ROUNDING => Some(Kind::Total),
                kind => kind,
            };
            Some(Amounts {
                row,
                segments: segments.segments.clone(),
                kind,
                summary: values.len() > 1 && text.contains('%'),
                values,
            })
        });
        Self { rows: rows.collect() }
    }

    /// How much the rows look like a till's.
    pub(super) fn likeness(&self) -> f64 {
        let has = |kind| self.rows.iter().any(|row| row.kind == Some(kind));
        let share = |kind, worth| if has(kind) { worth } else { 0.0 };
        share(Kind::Tender, 0.25) + share(Kind::Change, 0.25) + share(Kind::Rounding, 0.1)
    }

    /// The last amounts of the rows of that kind.
    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = f64> + '_ {
        let rows = self.rows.iter().filter(move |row| row.kind == Some(kind));
        rows.filter_map(|row| row.values.last().copied())
    }

    /// What the other amounts say of a candidate.
    pub(super) fn standing(&self, candidate: &Candidate, value: f64) -> Standing {
        let segment = candidate.parts.first().map(|part| part.segment);
        let mut own = self.rows.iter();
        let own = own.find(|row| segment.is_some_and(|segment| row.segments.contains(&segment)));
        let kind = own.and_then(|own| own.kind);
        let row = own.map_or(usize::MAX, |own| own.row);
        let elsewhere = |wanted: f64, kinds: &[Option<Kind>]| {
            let rows = self
                .rows
                .iter()
                .filter(|other| other.row != row && kinds.contains(&other.kind));
            rows.flat_map(|other| &other.values)
                .any(|other| same(*other, wanted))
        };
        let sums = [Some(Kind::Total), Some(Kind::Net), None];
        let mut standing = Standing {
            kind,
            paid: self.paid(value),
            summary: own.is_some_and(|own| own.summary),
            after_payment: own.is_some() && self.payment().is_some_and(|payment| row > payment),
            prints: self
                .rows
                .iter()
                .filter(|row| row.values.iter().any(|other| same(*other, value)))
                .count(),
            ..Standing::default()
        };
        for tax in self.of_kind(Kind::Tax).filter(|tax| *tax > CENT) {
            standing.gross |= elsewhere(value - tax, &sums);
            standing.net |= elsewhere(
                value + tax,
                &[Some(Kind::Total), Some(Kind::Net), Some(Kind::Tender)],
            );
        }
        let roundings = self
            .of_kind(Kind::Rounding)
            .filter(|by| by.abs() > CENT && by.abs() < LARGEST_ROUNDING);
        for by in roundings {
            let neighbour = |by: f64| elsewhere(value + by, &[Some(Kind::Total), Some(Kind::Net)]);
            let other = neighbour(by) || neighbour(-by);
            // What is rounded ends in a coin that there is.
            standing.rounded |= other && is_coin(value);
            standing.unrounded |= other && !is_coin(value);
        }
        standing
    }

    /// Whether the value is what was given less what came back.
    fn paid(&self, value: f64) -> Option<bool> {
        let change: Vec<f64> = self.of_kind(Kind::Change).collect();
        let given: Vec<f64> = self.of_kind(Kind::Tender).collect();
        if given.is_empty() {
            return self.paid_by_change(value, &change);
        }
        let matches = |back: f64| given.iter().any(|given| same(given - back, value));
        let paid = if change.is_empty() {
            matches(0.0)
        } else {
            change.iter().any(|back| matches(*back))
        };
        // A few coins apart is what rounding does.
        let near = |back: f64| given.iter().any(|given| (given - back - value).abs() < 0.051);
        let nearly = change.iter().copied().chain([0.0]).any(near);
        (paid || !nearly).then_some(paid)
    }

    /// Where nothing names what was given: it and what was paid are as far apart as what came back.
    fn paid_by_change(&self, value: f64, change: &[f64]) -> Option<bool> {
        let totals = |wanted: f64| {
            let rows = self
                .rows
                .iter()
                .filter(|row| !matches!(row.kind, Some(Kind::Change | Kind::Rounding | Kind::Tax)));
            rows.flat_map(|row| &row.values).any(|other| same(*other, wanted))
        };
        let back = change.iter().copied().find(|back| *back > CENT)?;
        match (totals(value + back), totals(value - back)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }

    /// The last row of a payment.
    fn payment(&self) -> Option<usize> {
        let payments = self
            .rows
            .iter()
            .filter(|row| matches!(row.kind, Some(Kind::Tender | Kind::Change)));
        payments.map(|row| row.row).max()
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < CENT
}

/// A multiple of five hundredths.
fn is_coin(value: f64) -> bool {
    let twentieths = value * 20.0;
    (twentieths - twentieths.round()).abs() < 0.02
}
