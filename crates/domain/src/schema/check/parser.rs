//! From tokens to an expression, by descending from loose to tight operators.

use super::CheckError;
use super::expression::{Expression, FieldRef, Function, Operator};
use super::lexer::{Kind, Token};

/// Deepest nesting of brackets and signs: the parser calls itself.
const DEPTH: usize = 50;

/// Operators from loose to tight; those of one level are taken from left to right.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide)],
];

/// `not` takes a whole comparison: `not net > total`.
const NOT_LEVEL: usize = 2;

pub(super) fn parse(tokens: &[Token], expression: &str) -> Result<Expression, CheckError> {
    let end = expression.chars().count() + 1;
    let mut parser = Parser {
        tokens,
        next: 0,
        end,
        depth: 0,
    };
    let parsed = parser.level(0)?;
    if let Some(token) = parser.peek() {
        return Err(error(token.position, "an operator is missing here"));
    }
    if !is_truth(&parsed) {
        return Err(error(1, "must be a comparison, such as \"net + tax == total\""));
    }
    Ok(parsed)
}

struct Parser<'t> {
    tokens: &'t [Token],
    next: usize,
    /// Position behind the last character, for what is missing at the end.
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn level(&mut self, level: usize) -> Result<Expression, CheckError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        if level == NOT_LEVEL && self.takes_name("not") {
            return self.negated();
        }
        let mut left = self.level(level + 1)?;
        while let Some((operator, position)) = self.operator(operators) {
            let right = self.level(level + 1)?;
            check_operands(operator, &left, &right, position)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&str, Operator)]) -> Option<(Operator, usize)> {
        let token = self.peek()?;
        let sign = match &token.kind {
            Kind::Sign(sign) => *sign,
            Kind::Name(name) => name.as_str(),
            Kind::Number(_) | Kind::Text(_) => return None,
        };
        let operator = operators
            .iter()
            .find(|(known, _)| *known == sign)
            .map(|(_, operator)| *operator)?;
        let position = token.position;
        self.next += 1;
        Some((operator, position))
    }

    fn unary(&mut self) -> Result<Expression, CheckError> {
        let Some(token) = self.peek().cloned() else {
            return Err(error(self.end, "the expression ends too early"));
        };
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(error(token.position, "the expression is nested too deeply"));
        }
        self.next += 1;
        let parsed = match token.kind {
            Kind::Number(number) => Ok(Expression::Number(number)),
            Kind::Text(text) => Ok(Expression::Text(text)),
            Kind::Sign("-") => Ok(Expression::Negate(Box::new(self.unary()?))),
            Kind::Sign("(") => self.bracketed(),
            Kind::Sign(sign) => Err(error(token.position, format!("unexpected {sign:?}"))),
            Kind::Name(name) => self.named(name, token.position),
        };
        self.depth -= 1;
        parsed
    }

    fn negated(&mut self) -> Result<Expression, CheckError> {
        let position = self.peek().map_or(self.end, |token| token.position);
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(error(position, "the expression is nested too deeply"));
        }
        let inner = self.level(NOT_LEVEL)?;
        self.depth -= 1;
        if is_truth(&inner) {
            return Ok(Expression::Not(Box::new(inner)));
        }
        Err(error(position, "not stands before a comparison"))
    }

    fn bracketed(&mut self) -> Result<Expression, CheckError> {
        let inside = self.level(0)?;
        self.expect(")")?;
        Ok(inside)
    }

    fn expect(&mut self, wanted: &'static str) -> Result<(), CheckError> {
        let position = self.peek().map_or(self.end, |token| token.position);
        if self.takes(wanted) {
            Ok(())
        } else {
            Err(error(position, format!("expected {wanted:?}")))
        }
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let is_next = self.peek().is_some_and(|token| token.kind == Kind::Sign(sign));
        self.next += usize::from(is_next);
        is_next
    }

    fn takes_name(&mut self, name: &str) -> bool {
        let is_next = self
            .peek()
            .is_some_and(|token| matches!(&token.kind, Kind::Name(found) if found == name));
        self.next += usize::from(is_next);
        is_next
    }

    fn named(&mut self, name: String, position: usize) -> Result<Expression, CheckError> {
        if !self.takes("(") {
            return Ok(Expression::Field(FieldRef {
                written: name,
                position,
                path: Vec::new(),
            }));
        }
        let function = Function::from_name(&name).ok_or_else(|| {
            error(
                position,
                format!("unknown function {name:?}; known are sum, count, min, max, abs, round"),
            )
        })?;
        let mut arguments = vec![self.level(0)?];
        while self.takes(",") {
            arguments.push(self.level(0)?);
        }
        self.expect(")")?;
        check_arguments(function, &arguments, position)?;
        Ok(Expression::Call(function, arguments))
    }
}

/// `and`, `or` join comparisons; everything else joins values.
fn check_operands(
    operator: Operator,
    left: &Expression,
    right: &Expression,
    position: usize,
) -> Result<(), CheckError> {
    let wants_truth = matches!(operator, Operator::And | Operator::Or);
    if is_truth(left) == wants_truth && is_truth(right) == wants_truth {
        return Ok(());
    }
    let sign = operator.sign();
    let message = if wants_truth {
        format!("{sign} joins comparisons")
    } else {
        format!("{sign} joins values, not comparisons")
    };
    Err(error(position, message))
}

fn check_arguments(function: Function, arguments: &[Expression], position: usize) -> Result<(), CheckError> {
    let name = function.name();
    let fits = match (function, arguments) {
        (Function::Round, [_] | [_, Expression::Number(_)]) | (Function::Abs, [_]) => true,
        (Function::Round | Function::Abs, _) => false,
        (_, [Expression::Field(_)]) => true,
        (_, _) => false,
    };
    if fits {
        return Ok(());
    }
    let wanted = if function.takes_list() {
        "takes one list"
    } else {
        "takes one number"
    };
    Err(error(position, format!("{name} {wanted}")))
}

/// Whether the expression is true or false; a field alone counts as a value (compare it with a value).
fn is_truth(expression: &Expression) -> bool {
    match expression {
        Expression::Not(_) => true,
        Expression::Binary(operator, _, _) => {
            operator.is_comparison() || matches!(operator, Operator::And | Operator::Or)
        }
        _ => false,
    }
}

fn error(position: usize, message: impl Into<String>) -> CheckError {
    CheckError {
        position,
        message: message.into(),
    }
}
