//! From characters to tokens.

use rust_decimal::Decimal;

use super::CheckError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number(Decimal),
    Text(String),
    /// A field, a function or a word operator; dots join the parts of a path.
    Name(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Character of the expression, from 1.
    pub(super) position: usize,
}

/// Two characters before one: `<=` is not `<` and `=`.
const SIGNS: [&str; 14] = [
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ",", "=",
];

pub(super) fn tokens(expression: &str) -> Result<Vec<Token>, CheckError> {
    let mut tokens = Vec::new();
    let mut rest = expression;
    let mut position = 1;
    loop {
        let trimmed = rest.trim_start();
        let blanks = rest.len() - trimmed.len();
        position += rest.get(..blanks).unwrap_or_default().chars().count();
        rest = trimmed;
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (kind, length) = token(first, rest).map_err(|message| CheckError { position, message })?;
        tokens.push(Token { kind, position });
        position += rest.get(..length).unwrap_or_default().chars().count();
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The token at the start of the text, and how many bytes it takes.
fn token(first: char, text: &str) -> Result<(Kind, usize), String> {
    if first.is_ascii_digit() {
        let length = length_while(text, |c| c.is_ascii_digit() || c == '.');
        let digits = text.get(..length).unwrap_or_default();
        let number = digits
            .parse()
            .map_err(|_error: rust_decimal::Error| format!("{digits} is not a number"))?;
        return Ok((Kind::Number(number), length));
    }
    if first.is_alphabetic() || first == '_' {
        let length = length_while(text, |c| c.is_alphanumeric() || c == '_' || c == '.');
        return Ok((
            Kind::Name(text.get(..length).unwrap_or_default().to_owned()),
            length,
        ));
    }
    if first == '"' || first == '\'' {
        let inside = text.get(1..).unwrap_or_default();
        let (content, _) = inside.split_once(first).ok_or("a quoted text does not end")?;
        return Ok((Kind::Text(content.to_owned()), content.len() + 2));
    }
    let sign = SIGNS.into_iter().find(|sign| text.starts_with(sign));
    match sign {
        Some("=") => Err("compare with ==".to_owned()),
        Some(sign) => Ok((Kind::Sign(sign), sign.len())),
        None => Err(format!("unexpected character {first:?}")),
    }
}

fn length_while(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}
