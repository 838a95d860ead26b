//! What the values of a group say about each other: sums of amounts, the order of days, the schema's own checks.

use domain::schema::Group;
use domain::schema::check::Outcome;
use serde_json::{Map, Value};

use super::ask::{Ask, End, Want};
use super::assign::{Choice, Relations};
use super::party::Part;

/// Gained where net and tax make the total, in logits: to the cent, that is hardly chance.
const SUM_HOLDS: f64 = 6.0;
/// Gained where they do because there is no tax.
const SUM_TRIVIAL: f64 = 1.5;
/// Lost where all three are given and do not.
const SUM_FAILS: f64 = -1.0;
/// Gained where the total less what is paid is what is due.
const REST_HOLDS: f64 = 3.0;
/// Gained where the tax is its rate of the net total.
const RATE_HOLDS: f64 = 2.0;
/// Gained where the lines of a table make the net total, or the gross one.
const LINES_HOLD: f64 = 3.0;
const LINES_HOLD_GROSS: f64 = 1.5;
/// Lost where one amount is larger than another that holds it.
const TOO_LARGE: f64 = -2.5;
/// Lost where days stand in the wrong order.
const WRONG_ORDER: f64 = -2.0;
/// Gained where the ends of a span of days stand side by side.
const SAME_RANGE: f64 = 1.5;
/// Gained and lost by each of the schema's checks.
const CHECK_HOLDS: f64 = 2.5;
const CHECK_FAILS: f64 = -2.0;
/// What the total holds besides net and tax, by its sign.
const CHARGES: [(&str, f64); 4] = [
    ("charge_total", 1.0),
    ("shipping_cost", 1.0),
    ("rounding", 1.0),
    ("discount_total", -1.0),
];
/// No tax on sales is a larger share of the net total.
const MOST_TAX: f64 = 0.45;
/// Amounts are equal up to rounding.
const CENT: f64 = 0.011;

/// The roles that fields of a group play for each other.
#[derive(Debug)]
pub(crate) struct GroupRelations<'s> {
    group: &'s Group,
    names: Vec<&'s str>,
    net: Option<usize>,
    tax: Option<usize>,
    gross: Option<usize>,
    due: Option<usize>,
    paid: Option<usize>,
    rate: Option<usize>,
    /// What is added to net and tax, and what is taken off.
    charges: Vec<(usize, f64)>,
    /// The sum of the lines of a table.
    lines: Option<f64>,
    issued: Option<usize>,
    due_on: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
    /// Currencies, which are read off the amounts.
    currencies: Vec<usize>,
    /// Of each field the party whose name or address it is part of.
    parties: Vec<Option<(&'s str, Part)>>,
}

impl<'s> GroupRelations<'s> {
    /// Of the fields of a group, in the order in which they are assigned.
    pub(crate) fn new(group: &'s Group, fields: &[&'s Ask<'s>], lines: Option<f64>) -> Self {
        let the = |names: &[&str]| fields.iter().position(|ask| ask.is(names));
        let end = |end: End| fields.iter().position(|ask| ask.end == Some(end));
        Self {
            group,
            names: fields.iter().map(|ask| ask.field.name.as_str()).collect(),
            net: the(&["net_total", "subtotal"]),
            tax: the(&["tax_total"]),
            gross: the(&["grand_total", "gross_total", "total"]),
            due: the(&["amount_due"]),
            paid: the(&["amount_paid"]),
            rate: the(&["tax_rate"]),
            charges: CHARGES
                .iter()
                .filter_map(|(name, sign)| Some((the(&[*name])?, *sign)))
                .collect(),
            lines,
            issued: the(&["issue_date", "invoice_date"]),
            due_on: the(&["due_date"]),
            from: end(End::First),
            to: end(End::Last),
            currencies: (0..)
                .zip(fields)
                .filter(|(_, ask)| ask.want == Want::Currency)
                .map(|(index, _)| index)
                .collect(),
            parties: fields
                .iter()
                .map(|ask| ask.party.as_ref())
                .map(|party| party.and_then(|party| Some((party.role.as_str(), party.part?))))
                .collect(),
        }
    }

    /// The fields that prove each other.
    fn related(&self) -> impl Iterator<Item = usize> {
        [
            self.net,
            self.tax,
            self.gross,
            self.due,
            self.paid,
            self.rate,
            self.issued,
            self.due_on,
            self.from,
            self.to,
        ]
        .into_iter()
        .flatten()
    }

    /// The total and what is due, which are mostly the same.
    pub(crate) fn shared(&self) -> Option<(usize, usize)> {
        self.gross.zip(self.due)
    }

    /// The fields whose values prove each other: net and tax make the total, and there is a tax; or the lines of a
    /// table make the net total.
    pub(crate) fn proven(&self, values: &[Option<&Value>]) -> Vec<usize> {
        let figures = self.figures(values);
        if figures.sum() == Some(Sum::Holds) {
            return [self.net, self.tax, self.gross.or(self.due)]
                .into_iter()
                .flatten()
                .collect();
        }
        if figures.lines_make(figures.net) {
            return self.net.into_iter().collect();
        }
        Vec::new()
    }

    fn figures(&self, values: &[Option<&Value>]) -> Figures {
        let number = |index: Option<usize>| values.get(index?).copied().flatten()?.as_f64();
        let due = number(self.due);
        let gross = if self.gross.is_some() {
            number(self.gross)
        } else {
            due
        };
        let charges = self.charges.iter();
        Figures {
            net: number(self.net),
            tax: number(self.tax),
            gross,
            due,
            paid: number(self.paid),
            rate: number(self.rate),
            charges: charges
                .filter_map(|(index, sign)| Some(number(Some(*index))? * sign))
                .collect(),
            lines: self.lines,
        }
    }

    /// Whether one field is an address and the other a part of it, its town or street.
    fn is_part_of_address(&self, a: usize, b: usize) -> bool {
        let of = |field: usize| self.parties.get(field).copied().flatten();
        let (Some((one, first)), Some((other, second))) = (of(a), of(b)) else {
            return false;
        };
        one == other && first != second && (first == Part::Address || second == Part::Address)
    }

    fn sums(&self, values: &[Option<&Value>]) -> f64 {
        let figures = self.figures(values);
        let mut gain = match figures.sum() {
            None => 0.0,
            Some(Sum::Trivial) => SUM_TRIVIAL,
            Some(Sum::Holds) => SUM_HOLDS,
            Some(Sum::Fails) => SUM_FAILS,
        };
        let Figures {
            net,
            tax,
            gross,
            due,
            paid,
            rate,
            ..
        } = figures;
        if let (Some(gross), Some(paid), Some(due)) = (gross, paid, due)
            && paid.abs() > CENT
            && (gross - paid.abs() - due).abs() < CENT
        {
            gain += REST_HOLDS;
        }
        if let (Some(net), Some(tax), Some(rate)) = (net, tax, rate)
            && tax.abs() > CENT
            && (net * rate / 100.0 - tax).abs() < CENT
        {
            gain += RATE_HOLDS;
        }
        if figures.lines_make(net) {
            gain += LINES_HOLD;
        } else if figures.lines_make(gross) {
            gain += LINES_HOLD_GROSS;
        }
        let larger =
            |part: Option<f64>, whole: Option<f64>| part.zip(whole).is_some_and(|(p, w)| p > w + CENT);
        for (part, whole) in [(net, gross), (tax, gross), (due, gross), (tax, net)] {
            gain += if larger(part, whole) && whole.is_some_and(|w| w > 0.0) {
                TOO_LARGE
            } else {
                0.0
            };
        }
        gain
    }

    fn days(&self, values: &[Option<&Value>]) -> f64 {
        let day = |index: Option<usize>| values.get(index?).copied().flatten()?.as_str();
        let mut gain = 0.0;
        for (first, last) in [(self.issued, self.due_on), (self.from, self.to)] {
            if let (Some(first), Some(last)) = (day(first), day(last))
                && first > last
            {
                gain += WRONG_ORDER;
            }
        }
        gain
    }

    /// Both ends of a span of days mostly stand in one printed range.
    fn same_range(&self, chosen: &[Option<&Choice>]) -> f64 {
        let at = |index: Option<usize>| chosen.get(index?).copied().flatten();
        let (Some(from), Some(to)) = (at(self.from), at(self.to)) else {
            return 0.0;
        };
        let segment = |choice: &Choice| choice.parts.first().map(|part| (choice.view, part.segment));
        if segment(from) == segment(to) {
            SAME_RANGE
        } else {
            0.0
        }
    }

    fn checks(&self, values: &[Option<&Value>]) -> f64 {
        if self.group.checks.is_empty() {
            return 0.0;
        }
        let fields: Map<String, Value> = self
            .names
            .iter()
            .zip(values)
            .map(|(name, value)| ((*name).to_owned(), value.cloned().unwrap_or(Value::Null)))
            .collect();
        let data = Value::Object(Map::from_iter([(self.group.name.clone(), Value::Object(fields))]));
        let outcomes = self
            .group
            .checks
            .iter()
            .map(|check| check.evaluate(&self.group.name, &data).outcome);
        outcomes
            .map(|outcome| match outcome {
                Outcome::Passed => CHECK_HOLDS,
                Outcome::Failed => CHECK_FAILS,
                Outcome::Unknown => 0.0,
            })
            .sum()
    }
}

/// Whether net and tax make the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sum {
    Holds,
    /// There is no tax.
    Trivial,
    Fails,
}

/// The amounts that were chosen.
struct Figures {
    net: Option<f64>,
    tax: Option<f64>,
    gross: Option<f64>,
    due: Option<f64>,
    paid: Option<f64>,
    rate: Option<f64>,
    /// What else the total holds; negative what it is less.
    charges: Vec<f64>,
    lines: Option<f64>,
}

impl Figures {
    /// Whether net and tax make the total, alone or with what else there is; none where one is missing.
    fn sum(&self) -> Option<Sum> {
        let (net, tax, gross) = (self.net?, self.tax?, self.gross?);
        let rest = gross - net - tax;
        let all: f64 = self.charges.iter().sum();
        let is_rest = |more: f64| (rest - more).abs() < CENT;
        let makes = is_rest(0.0) || is_rest(all) || self.charges.iter().any(|charge| is_rest(*charge));
        // Any amount is the sum of itself and nothing: what is much larger than a tax proves nothing.
        Some(match makes && tax.abs() <= MOST_TAX * net.abs() + CENT {
            false => Sum::Fails,
            true if tax.abs() < CENT => Sum::Trivial,
            true => Sum::Holds,
        })
    }

    fn lines_make(&self, total: Option<f64>) -> bool {
        self.lines
            .zip(total)
            .is_some_and(|(lines, total)| (lines - total).abs() < CENT)
    }
}

impl Relations for GroupRelations<'_> {
    fn may_share(&self, a: usize, b: usize) -> bool {
        let pair = |x: Option<usize>, y: Option<usize>| {
            x.is_some() && y.is_some() && ((Some(a), Some(b)) == (x, y) || (Some(b), Some(a)) == (x, y))
        };
        let currency = self.currencies.contains(&a) != self.currencies.contains(&b);
        pair(self.gross, self.due) || self.is_part_of_address(a, b) || pair(self.from, self.to) || currency
    }

    fn order(&self, fields: usize) -> Vec<usize> {
        let mut order: Vec<usize> = self.related().collect();
        order.extend((0..fields).filter(|field| !self.related().any(|related| related == *field)));
        order.dedup();
        order
    }

    fn concerns(&self, field: usize) -> bool {
        !self.group.checks.is_empty()
            || self.related().any(|related| related == field)
            || self.charges.iter().any(|(charge, _)| *charge == field)
    }

    fn agreement(&self, chosen: &[Option<&Choice>]) -> f64 {
        let values: Vec<Option<&Value>> = chosen
            .iter()
            .map(|choice| choice.map(|choice| &choice.value))
            .collect();
        self.sums(&values) + self.days(&values) + self.checks(&values) + self.same_range(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(net: f64, tax: f64, gross: f64, charges: &[f64]) -> Option<Sum> {
        let figures = Figures {
            net: Some(net),
            tax: Some(tax),
            gross: Some(gross),
            due: None,
            paid: None,
            rate: None,
            charges: charges.to_vec(),
            lines: None,
        };
        figures.sum()
    }

    #[test]
    fn a_total_is_its_parts_with_or_without_what_else_there_is() {
        assert_eq!(sum(50.0, 10.0, 60.0, &[]), Some(Sum::Holds));
        assert_eq!(sum(50.0, 10.0, 64.5, &[4.5, -3.0]), Some(Sum::Holds));
        assert_eq!(sum(50.0, 10.0, 61.5, &[4.5, -3.0]), Some(Sum::Holds));
        assert_eq!(sum(50.0, 10.0, 62.0, &[4.5, -3.0]), Some(Sum::Fails));
        assert_eq!(sum(60.0, 0.0, 60.0, &[]), Some(Sum::Trivial));
    }

    #[test]
    fn an_amount_and_nothing_prove_nothing() {
        assert_eq!(sum(0.0, 60.0, 60.0, &[]), Some(Sum::Fails));
        assert_eq!(sum(60.0, 60.0, 120.0, &[]), Some(Sum::Fails));
    }
}
