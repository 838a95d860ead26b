//! Evaluates an expression on data. What is not known stays unknown: nothing is assumed to be zero.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

use super::Outcome;
use super::expression::{Expression, FieldRef, Function, Operator};

/// The outcome with the figures put in. In a repeated group the check is evaluated row by row.
pub(super) fn evaluate(expression: &Expression, group: &str, data: &Value) -> (Outcome, String) {
    let Some(rows) = data.get(group).and_then(Value::as_array) else {
        let scope = Scope { data, row: None };
        return (scope.truth(expression), scope.show(expression));
    };
    let mut worst = None;
    for row in rows {
        let scope = Scope {
            data,
            row: Some((group, row)),
        };
        let outcome = scope.truth(expression);
        if outcome == Outcome::Failed {
            return (outcome, scope.show(expression));
        }
        if worst.is_none() || outcome == Outcome::Unknown {
            worst = Some((outcome, scope.show(expression)));
        }
    }
    worst.unwrap_or((Outcome::Unknown, "no rows".to_owned()))
}

/// Data to look names up in; within a row, the row's group means that row.
struct Scope<'d> {
    data: &'d Value,
    row: Option<(&'d str, &'d Value)>,
}

/// A value that can be compared. Dates in ISO form compare as texts.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Number(Decimal),
    Text(String),
    Flag(bool),
}

impl Scope<'_> {
    fn truth(&self, expression: &Expression) -> Outcome {
        match expression {
            Expression::Not(inner) => match self.truth(inner) {
                Outcome::Passed => Outcome::Failed,
                Outcome::Failed => Outcome::Passed,
                Outcome::Unknown => Outcome::Unknown,
            },
            Expression::Binary(Operator::And, left, right) => match (self.truth(left), self.truth(right)) {
                (Outcome::Failed, _) | (_, Outcome::Failed) => Outcome::Failed,
                (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
                (Outcome::Passed, Outcome::Passed) => Outcome::Passed,
            },
            Expression::Binary(Operator::Or, left, right) => match (self.truth(left), self.truth(right)) {
                (Outcome::Passed, _) | (_, Outcome::Passed) => Outcome::Passed,
                (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
                (Outcome::Failed, Outcome::Failed) => Outcome::Failed,
            },
            Expression::Binary(operator, left, right) if operator.is_comparison() => {
                match (self.operand(left), self.operand(right)) {
                    (Some(left), Some(right)) => compare(*operator, &left, &right),
                    (_, _) => Outcome::Unknown,
                }
            }
            value => match self.operand(value) {
                Some(Operand::Flag(true)) => Outcome::Passed,
                Some(Operand::Flag(false)) => Outcome::Failed,
                Some(Operand::Number(_) | Operand::Text(_)) | None => Outcome::Unknown,
            },
        }
    }

    fn operand(&self, expression: &Expression) -> Option<Operand> {
        match expression {
            Expression::Text(text) => Some(Operand::Text(text.clone())),
            Expression::Field(field) => operand_of(self.single(field)?),
            _ => self.number(expression).map(Operand::Number),
        }
    }

    fn number(&self, expression: &Expression) -> Option<Decimal> {
        match expression {
            Expression::Number(number) => Some(*number),
            Expression::Field(field) => match operand_of(self.single(field)?)? {
                Operand::Number(number) => Some(number),
                Operand::Text(_) | Operand::Flag(_) => None,
            },
            Expression::Negate(inner) => self.number(inner).map(|number| -number),
            Expression::Binary(operator, left, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                match operator {
                    Operator::Add => left.checked_add(right),
                    Operator::Subtract => left.checked_sub(right),
                    Operator::Multiply => left.checked_mul(right),
                    Operator::Divide => left.checked_div(right),
                    _ => None,
                }
            }
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Text(_) | Expression::Not(_) => None,
        }
    }

    fn call(&self, function: Function, arguments: &[Expression]) -> Option<Decimal> {
        let first = arguments.first()?;
        match function {
            Function::Abs => self.number(first).map(|number| number.abs()),
            Function::Round => {
                let places = match arguments.get(1) {
                    Some(Expression::Number(places)) => u32::try_from(*places).ok()?,
                    _ => 0,
                };
                let number = self.number(first)?;
                Some(number.round_dp_with_strategy(places.min(28), RoundingStrategy::MidpointAwayFromZero))
            }
            Function::Sum | Function::Count | Function::Min | Function::Max => {
                let Expression::Field(field) = first else {
                    return None;
                };
                let values = self.many(field)?;
                if function == Function::Count {
                    return Some(Decimal::from(values.len()));
                }
                let numbers: Option<Vec<Decimal>> = values.into_iter().map(number_of).collect();
                fold(function, &numbers?)
            }
        }
    }

    /// The one value at a path; none where it is null or was not found.
    fn single(&self, field: &FieldRef) -> Option<&Value> {
        let mut value = self.start(field)?;
        for name in names(field) {
            value = value.get(name)?;
        }
        (!value.is_null()).then_some(value)
    }

    /// All values at a path, through lists; an entry is null where a row has none.
    fn many(&self, field: &FieldRef) -> Option<Vec<&Value>> {
        let mut values = vec![self.start(field)?];
        values = flatten(values);
        for name in names(field) {
            values = values
                .into_iter()
                .map(|value| value.get(name).unwrap_or(&Value::Null))
                .collect();
            values = flatten(values);
        }
        Some(values)
    }

    fn start(&self, field: &FieldRef) -> Option<&Value> {
        let group = field.path.first()?;
        match self.row {
            Some((name, row)) if name == group && !field.written.starts_with(&format!("{name}.")) => {
                Some(row)
            }
            _ => self.data.get(group),
        }
    }

    /// The expression with the values put in, for people.
    fn show(&self, expression: &Expression) -> String {
        match expression {
            Expression::Number(number) => number.normalize().to_string(),
            Expression::Text(text) => format!("{text:?}"),
            Expression::Field(field) => self.single(field).map_or_else(|| "?".to_owned(), show_value),
            Expression::Negate(inner) => format!("-{}", self.show(inner)),
            Expression::Not(inner) => format!("not {}", self.show(inner)),
            Expression::Binary(operator, left, right) => {
                format!("{} {} {}", self.show(left), operator.sign(), self.show(right))
            }
            Expression::Call(..) => self
                .number(expression)
                .map_or_else(|| "?".to_owned(), |number| number.normalize().to_string()),
        }
    }
}

/// The path below the group.
fn names(field: &FieldRef) -> impl Iterator<Item = &String> {
    field.path.iter().skip(1)
}

fn flatten(values: Vec<&Value>) -> Vec<&Value> {
    values
        .into_iter()
        .flat_map(|value| match value {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        })
        .collect()
}

fn fold(function: Function, numbers: &[Decimal]) -> Option<Decimal> {
    match function {
        Function::Sum => numbers
            .iter()
            .try_fold(Decimal::ZERO, |sum, number| sum.checked_add(*number)),
        Function::Min => numbers.iter().min().copied(),
        Function::Max => numbers.iter().max().copied(),
        Function::Count | Function::Abs | Function::Round => None,
    }
}

fn operand_of(value: &Value) -> Option<Operand> {
    match value {
        Value::Number(_) => number_of(value).map(Operand::Number),
        Value::String(text) => Some(Operand::Text(text.clone())),
        Value::Bool(flag) => Some(Operand::Flag(*flag)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn number_of(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
}

fn compare(operator: Operator, left: &Operand, right: &Operand) -> Outcome {
    let ordering = match (left, right) {
        (Operand::Number(left), Operand::Number(right)) => compare_numbers(*left, *right),
        (Operand::Text(left), Operand::Text(right)) => left.cmp(right),
        (Operand::Flag(left), Operand::Flag(right)) => left.cmp(right),
        // A number against a text: the check cannot be decided on such values.
        (_, _) => return Outcome::Unknown,
    };
    let holds = match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
        _ => return Outcome::Unknown,
    };
    if holds { Outcome::Passed } else { Outcome::Failed }
}

/// Equal within a cent: printed figures are rounded.
fn compare_numbers(left: Decimal, right: Decimal) -> Ordering {
    let cent = Decimal::new(1, 2);
    match left.checked_sub(right) {
        Some(difference) if difference.abs() <= cent => Ordering::Equal,
        _ => left.cmp(&right),
    }
}

fn show_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
