//! The words of a line as one text, cut into runs of digits, letters and blanks.

use std::ops::Range;

/// The words of one line, prepared for the readers.
#[derive(Debug, Clone)]
pub struct Line {
    /// The words with one blank between.
    text: String,
    /// Where each word starts in `text`, in bytes.
    starts: Vec<usize>,
    tokens: Vec<Token>,
}

/// A run of characters of the same kind; every mark is a token of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Bytes of the line's text.
    pub(super) bytes: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// ASCII digits.
    Digits,
    Letters,
    Blank,
    /// Anything else.
    Mark(char),
}

impl TokenKind {
    fn of(c: char) -> Self {
        match c {
            c if c.is_ascii_digit() => Self::Digits,
            c if c.is_alphabetic() => Self::Letters,
            c if c.is_whitespace() => Self::Blank,
            c => Self::Mark(c),
        }
    }
}

impl Line {
    /// Prepares the words of a line, in reading order.
    pub fn new(words: &[&str]) -> Self {
        let mut text = String::with_capacity(words.iter().map(|word| word.len() + 1).sum());
        let mut starts = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                text.push(' ');
            }
            starts.push(text.len());
            text.push_str(word);
        }
        let tokens = tokens_of(&text);
        Self { text, starts, tokens }
    }

    /// The words with one blank between.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of words.
    pub fn word_count(&self) -> usize {
        self.starts.len()
    }

    /// The part of the text; empty where it is none.
    pub(super) fn slice(&self, bytes: Range<usize>) -> &str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// Bytes of the word.
    pub(super) fn word_bytes(&self, index: usize) -> Range<usize> {
        let Some(&start) = self.starts.get(index) else {
            return 0..0;
        };
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |next| next - 1);
        start..end
    }

    /// The words that hold these bytes, and what is printed in the bytes.
    pub(super) fn span(&self, bytes: Range<usize>) -> (Range<usize>, String) {
        let first = self
            .starts
            .partition_point(|start| *start <= bytes.start)
            .saturating_sub(1);
        let behind = self
            .starts
            .partition_point(|start| *start < bytes.end)
            .max(first + 1);
        (first..behind, self.slice(bytes).to_owned())
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.token(index).map(|token| token.kind)
    }

    /// The kind of the token before this one.
    pub(super) fn kind_before(&self, index: usize) -> Option<TokenKind> {
        index.checked_sub(1).and_then(|before| self.kind(before))
    }

    /// The text of the token; empty behind the end.
    pub(super) fn token_text(&self, index: usize) -> &str {
        self.token(index)
            .map_or("", |token| self.slice(token.bytes.clone()))
    }

    /// Bytes of the tokens of that range.
    pub(super) fn token_bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let end = |index: usize| {
            self.token(index)
                .map_or(self.text.len(), |token| token.bytes.start)
        };
        end(tokens.start)..end(tokens.end)
    }
}

fn tokens_of(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (start, c) in text.char_indices() {
        let kind = TokenKind::of(c);
        let end = start + c.len_utf8();
        match tokens.last_mut() {
            Some(last) if last.kind == kind && !matches!(kind, TokenKind::Mark(_)) => last.bytes.end = end,
            _ => tokens.push(Token {
                kind,
                bytes: start..end,
            }),
        }
    }
    tokens
}

/// A place between two tokens of a line, from which patterns are tried. It is copied to try another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'l> {
    pub(super) line: &'l Line,
    /// Index of the next token.
    pub(super) at: usize,
}

/// A run of digits as a number, with how many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) value: u32,
    pub(super) count: usize,
}

impl<'l> Cursor<'l> {
    pub(super) fn new(line: &'l Line, at: usize) -> Self {
        Self { line, at }
    }

    fn step(self) -> Self {
        Self {
            at: self.at + 1,
            ..self
        }
    }

    /// Digits, so many of them.
    pub(super) fn digits(self, count: Range<usize>) -> Option<(Digits, Self)> {
        if self.line.kind(self.at)? != TokenKind::Digits {
            return None;
        }
        let text = self.line.token_text(self.at);
        if !count.contains(&text.len()) {
            return None;
        }
        let value = text.parse().ok()?;
        Some((
            Digits {
                value,
                count: text.len(),
            },
            self.step(),
        ))
    }

    /// A run of letters.
    pub(super) fn letters(self) -> Option<(&'l str, Self)> {
        (self.line.kind(self.at)? == TokenKind::Letters).then(|| (self.line.token_text(self.at), self.step()))
    }

    /// One of these marks.
    pub(super) fn mark(self, marks: &[char]) -> Option<(char, Self)> {
        match self.line.kind(self.at)? {
            TokenKind::Mark(mark) if marks.contains(&mark) => Some((mark, self.step())),
            _ => None,
        }
    }

    /// Behind a blank, if there is one.
    pub(super) fn blank(self) -> Self {
        if self.at_blank() { self.step() } else { self }
    }

    /// Behind one of these marks, if there is one.
    pub(super) fn past(self, marks: &[char]) -> Self {
        self.mark(marks).map_or(self, |(_, next)| next)
    }

    pub(super) fn at_blank(self) -> bool {
        self.line.kind(self.at) == Some(TokenKind::Blank)
    }

    /// Nothing follows directly that belongs to the same word, letters or digits.
    pub(super) fn at_word_end(self) -> bool {
        !matches!(
            self.line.kind(self.at),
            Some(TokenKind::Digits | TokenKind::Letters)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::{Digits, Letters, Mark};
    use super::*;

    #[test]
    fn bytes_are_traced_back_to_words() {
        let line = Line::new(&["Total:", "€", "12,50"]);
        assert_eq!(line.text(), "Total: € 12,50");
        assert_eq!(line.span(7..16), (1..3, "€ 12,50".to_owned()));
        assert_eq!(line.span(0..5), (0..1, "Total".to_owned()));
        assert_eq!(line.word_bytes(1), 7..10);
    }

    #[test]
    fn runs_of_a_kind_are_one_token_and_every_mark_is_one() {
        let line = Line::new(&["12.Mär--24"]);
        let kinds: Vec<TokenKind> = line.tokens().iter().map(|token| token.kind).collect();
        assert_eq!(kinds, [Digits, Mark('.'), Letters, Mark('-'), Mark('-'), Digits]);
    }
}
