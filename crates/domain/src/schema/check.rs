//! Checks: named expressions over fields that must hold between the values of a result.
//!
//! ```text
//! net + tax == total
//! sum(line_items.amount) == net
//! issued <= due and total > 0
//! ```
//!
//! A name is a field of the check's own group, or `group.field` of another; members of objects follow with dots. A
//! list (a repeated group, an array) stands only inside `sum`, `count`, `min` or `max`, but the checks of a repeated
//! group are evaluated row by row, with the row's own fields. `round(x, places)` and `abs(x)` take single numbers.
//! Operators, from loose to tight: `or`, `and`, `not`, comparisons (`== != < <= > >=`), `+ -`, `* /`, unary `-`.
//!
//! Two numbers count as equal when they differ by no more than a cent (0.01): printed figures are rounded.

mod evaluate;
mod expression;
mod lexer;
mod parser;
mod resolve;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Group;
use expression::Expression;

/// A named expression over fields, with every name resolved.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its name in the schema.
    pub name: String,
    /// As it was written.
    pub expression: String,
    /// The fields that it reads, as paths into the data (`invoice.net`), in the order of their first use.
    pub fields: Vec<String>,
    parsed: Expression,
}

/// Why an expression is no check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {position})")]
pub struct CheckError {
    /// Character of the expression, from 1.
    pub position: usize,
    /// What is wrong.
    pub message: String,
}

/// How a check came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckResult {
    /// The check's name.
    pub name: String,
    /// As it was written.
    pub expression: String,
    /// Whether it holds.
    pub outcome: Outcome,
    /// The figures put in: `1000 + 190 == 1190`; for a repeated group, of the first row that fails.
    pub detail: String,
    /// Who says that it must hold.
    #[serde(default)]
    pub origin: Origin,
}

/// Where a check comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The schema lists it.
    #[default]
    Schema,
    /// It follows from what the fields mean: net and tax make the total.
    Derived,
}

/// Whether a check holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// A value that it needs was not found.
    Unknown,
}

impl Check {
    /// Parses an expression of `group` and resolves its names among all groups.
    pub fn parse(name: &str, expression: &str, group: &Group, groups: &[Group]) -> Result<Self, CheckError> {
        let tokens = lexer::tokens(expression)?;
        let mut parsed = parser::parse(&tokens, expression)?;
        let fields = resolve::resolve(&mut parsed, group, groups)?;
        Ok(Self {
            name: name.to_owned(),
            expression: expression.to_owned(),
            fields,
            parsed,
        })
    }

    /// The names of fields in an expression as they are written, each with its character from 1.
    pub(super) fn names(expression: &str) -> Result<Vec<(String, usize)>, CheckError> {
        let tokens = lexer::tokens(expression)?;
        let mut names = Vec::new();
        parser::parse(&tokens, expression)?.for_each_field(&mut |field| {
            names.push((field.written.clone(), field.position));
        });
        Ok(names)
    }

    /// Evaluates the check of `group` on the data of a whole result (`{group: {field: value}}`).
    pub fn evaluate(&self, group: &str, data: &Value) -> CheckResult {
        let (outcome, detail) = evaluate::evaluate(&self.parsed, group, data);
        CheckResult {
            name: self.name.clone(),
            expression: self.expression.clone(),
            outcome,
            detail,
            origin: Origin::Schema,
        }
    }
}
