//! The parsed form of an expression.

use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Number(Decimal),
    Text(String),
    Field(FieldRef),
    Negate(Box<Expression>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

impl Expression {
    /// Visits every field in the order of writing.
    pub(super) fn for_each_field(&self, visit: &mut impl FnMut(&FieldRef)) {
        match self {
            Self::Number(_) | Self::Text(_) => {}
            Self::Field(field) => visit(field),
            Self::Negate(inner) | Self::Not(inner) => inner.for_each_field(visit),
            Self::Binary(_, left, right) => {
                left.for_each_field(visit);
                right.for_each_field(visit);
            }
            Self::Call(_, arguments) => {
                for argument in arguments {
                    argument.for_each_field(visit);
                }
            }
        }
    }
}

/// A field by name: as written, and after resolving as a path into the data.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldRef {
    /// As written: `line_items.amount`.
    pub(super) written: String,
    /// Character of the expression, from 1.
    pub(super) position: usize,
    /// Group first; filled by the resolver.
    pub(super) path: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Operator {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// Whether the result is true or false.
    pub(super) const fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Sum,
    Count,
    Min,
    Max,
    Abs,
    Round,
}

impl Function {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Sum, "sum"),
        (Self::Count, "count"),
        (Self::Min, "min"),
        (Self::Max, "max"),
        (Self::Abs, "abs"),
        (Self::Round, "round"),
    ];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(function, _)| *function)
    }

    pub(super) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(function, _)| *function == self)
            .map_or("", |(_, name)| name)
    }

    /// Whether its argument is a list.
    pub(super) const fn takes_list(self) -> bool {
        matches!(self, Self::Sum | Self::Count | Self::Min | Self::Max)
    }
}
