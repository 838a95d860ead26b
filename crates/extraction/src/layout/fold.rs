//! Words of a line cut into the tokens that labels are compared by, each knowing its word.

use crate::lexicon::normal;
use crate::reading::fold::fold;

/// A part of a word in the lexicon's normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    /// Index of the word it is part of.
    pub(crate) word: usize,
}

/// The tokens of words.
pub(crate) fn tokens<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Token> {
    let of_word = |(word, text): (usize, &'a str)| {
        normal::words(text)
            .into_iter()
            .map(move |text| Token { text, word })
            .collect::<Vec<_>>()
    };
    words.into_iter().enumerate().flat_map(of_word).collect()
}

/// Letters and digits of a text alone, without accents, in lower case.
pub(crate) fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_knows_its_word() {
        let found = tokens(["Name/Adresse:", "x"]);
        let pairs: Vec<_> = found
            .iter()
            .map(|token| (token.text.as_str(), token.word))
            .collect();
        assert_eq!(pairs, [("name", 0), ("adresse", 0), ("x", 1)]);
    }
}
