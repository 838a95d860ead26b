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
/// Lost where one amount is larger than another that holds it.
const TOO_LARGE: f64 = -2.5;
/// Lost where days stand in the wrong order.
const WRONG_ORDER: f64 = -2.0;
/// Gained where the ends of a span of days stand side by side.
const SAME_RANGE: f64 = 1.5;
/// Gained and lost by each of the schema's checks.
const CHECK_HOLDS: f64 = 2.5;
const CHECK_FAILS: f64 = -2.0;
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
    pub(crate) fn new(group: &'s Group, fields: &[&'s Ask<'s>]) -> Self {
        let the = |names: &[&str]| fields.iter().position(|ask| ask.is(names));
        let end = |end: End| fields.iter().position(|ask| ask.end == Some(end));
        Self {
            group,
            names: fields.iter().map(|ask| ask.field.name.as_str()).collect(),
            net: the(&["net_total", "subtotal"]),
            tax: the(&["tax_total"]),
            gross: the(&["grand_total", "gross_total", "total"]),
            due: the(&["amount_due"]),
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

    /// The fields whose values prove each other: net and tax make the total, and there is a tax.
    pub(crate) fn proven(&self, values: &[Option<&Value>]) -> Vec<usize> {
        let number = |index: Option<usize>| values.get(index?).copied().flatten()?.as_f64();
        match (number(self.net), number(self.tax), number(self.gross)) {
            (Some(net), Some(tax), Some(gross)) if tax.abs() > CENT && (net + tax - gross).abs() < CENT => {
                [self.net, self.tax, self.gross].into_iter().flatten().collect()
            }
            _ => Vec::new(),
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
        let number = |index: Option<usize>| values.get(index?).copied().flatten()?.as_f64();
        let (net, tax, gross, due) = (
            number(self.net),
            number(self.tax),
            number(self.gross),
            number(self.due),
        );
        let mut gain = 0.0;
        if let (Some(net), Some(tax), Some(gross)) = (net, tax, gross) {
            let holds = (net + tax - gross).abs() < CENT;
            gain += match holds {
                true if tax.abs() < CENT => SUM_TRIVIAL,
                true => SUM_HOLDS,
                false => SUM_FAILS,
            };
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
        !self.group.checks.is_empty() || self.related().any(|related| related == field)
    }

    fn agreement(&self, chosen: &[Option<&Choice>]) -> f64 {
        let values: Vec<Option<&Value>> = chosen
            .iter()
            .map(|choice| choice.map(|choice| &choice.value))
            .collect();
        self.sums(&values) + self.days(&values) + self.checks(&values) + self.same_range(chosen)
    }
}
