//! How well a text of a form names a field: by the share of the field's telling words that stand in it.
//!
//! A schema calls a box by a loose name (`medical_health_care_payments`), a form prints more ("6 Medical and health care
//! payments"), and recognition drops blanks. So words are compared in any order, in short forms, by initials and
//! inside of longer ones. What few fields of the schema share tells more than what all have.

use std::collections::HashMap;
use std::sync::LazyLock;

use rapidfuzz::fuzz;
use serde::Deserialize;

use super::super::ask::Ask;
use crate::lexicon::normal;
use crate::reading::fold::fold;

/// Words of forms.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Words {
    fillers: Vec<String>,
    same: Vec<Vec<String>>,
    pub(super) names: Vec<String>,
    pub(super) addresses: Vec<String>,
    pub(super) towns: Vec<String>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
    pub(super) titles: Vec<String>,
}

pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/forms.toml")).unwrap_or_default());

/// What a word that only resembles another counts.
const RESEMBLING: f64 = 0.85;
/// How much words that say little count beside those that tell.
const FILLER: f64 = 0.1;
/// Words of a label so near to a field's own belong with them; others count less.
const NEAR: usize = 3;
const FAR: f64 = 0.3;
/// How alike a misspelt word is.
const MISSPELT: f64 = 0.8;

/// The telling words of the fields.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Every different word.
    words: Vec<String>,
    /// For each field its words, as indices, with what they count; the sum of a field is 1.
    fields: Vec<Vec<(usize, f64)>>,
    /// What each word tells: the part of the fields that have it not.
    telling: Vec<f64>,
}

/// Words of a label, as they are compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) text: String,
    /// A full stop follows: it may be cut short.
    pub(super) cut: bool,
}

/// Where a field's word stands in a label: the position of the token, and how alike they are.
pub(super) type Found = HashMap<usize, (usize, f64)>;

impl Names {
    pub(super) fn new(asks: &[Ask<'_>]) -> Self {
        let mut names = Self::default();
        let all: Vec<Vec<String>> = asks.iter().map(|ask| key_tokens(&ask.field.name)).collect();
        let mut having: HashMap<&str, usize> = HashMap::new();
        for words in &all {
            let mut seen: Vec<&str> = Vec::new();
            for word in words {
                if !seen.contains(&word.as_str()) {
                    seen.push(word);
                    *having.entry(word).or_default() += 1;
                }
            }
        }
        let mut index: HashMap<&str, usize> = HashMap::new();
        for words in &all {
            let mut field: Vec<(usize, f64)> = Vec::new();
            for word in words {
                let at = *index.entry(word).or_insert_with(|| {
                    names.words.push(word.clone());
                    names.words.len() - 1
                });
                let filler = WORDS.fillers.contains(word);
                let among = having.get(word.as_str()).copied().unwrap_or(1);
                let counts = if filler {
                    FILLER
                } else {
                    1.0 / (super::super::rect::float(among)).sqrt()
                };
                if !field.iter().any(|(known, _)| *known == at) {
                    field.push((at, counts));
                }
            }
            let sum: f64 = field.iter().map(|(_, counts)| counts).sum();
            for (_, counts) in &mut field {
                *counts /= sum.max(f64::MIN_POSITIVE);
            }
            names.fields.push(field);
        }
        names.telling = names
            .words
            .iter()
            .map(|word| {
                let among = having.get(word.as_str()).copied().unwrap_or(1);
                if WORDS.fillers.contains(word) || word.chars().count() < 3 {
                    return 0.0;
                }
                1.0 / super::super::rect::float(among)
            })
            .collect();
        names
    }

    /// The words of the field with what they count.
    pub(super) fn of(&self, field: usize) -> &[(usize, f64)] {
        self.fields.get(field).map(Vec::as_slice).unwrap_or_default()
    }

    /// How much of the words found tells other fields: those at the place that counts more than those further off.
    pub(super) fn foreign(&self, field: usize, found: &Found, place: usize) -> f64 {
        let own = self.of(field);
        let mut foreign: Vec<f64> = found
            .iter()
            .filter(|(word, _)| !own.iter().any(|(known, _)| known == *word))
            .map(|(word, (at, alike))| {
                let near = if at.abs_diff(place) <= NEAR { 1.0 } else { FAR };
                self.telling.get(*word).copied().unwrap_or(0.0) * alike * near
            })
            .collect();
        foreign.sort_by(f64::total_cmp);
        foreign.iter().sum::<f64>().min(1.0)
    }

    /// The words of fields that stand among the tokens of a label. `known` remembers what tokens were compared.
    pub(super) fn find(&self, tokens: &[Token], known: &mut HashMap<String, Vec<(usize, f64)>>) -> Found {
        let mut found = Found::new();
        let mut add = |word: usize, at: usize, alike: f64| {
            let best = found.entry(word).or_insert((at, alike));
            if best.1 < alike {
                *best = (at, alike);
            }
        };
        for (at, token) in tokens.iter().enumerate() {
            let key = if token.cut {
                format!("{}.", token.text)
            } else {
                token.text.clone()
            };
            let matches = known.entry(key).or_insert_with(|| self.like(token));
            for (word, alike) in matches.iter() {
                add(*word, at, *alike);
            }
        }
        for (word, text) in self.words.iter().enumerate() {
            if let Some(at) = initials(text, tokens) {
                add(word, at, 0.95);
            }
        }
        found
    }

    /// The words of fields that the token is, with how alike they are.
    fn like(&self, token: &Token) -> Vec<(usize, f64)> {
        let words = self.words.iter().enumerate();
        words
            .filter_map(|(index, word)| {
                let alike = alike(word, token);
                (alike > 0.0).then_some((index, alike))
            })
            .collect()
    }
}

/// How alike a field's word and a label's are.
fn alike(word: &str, token: &Token) -> f64 {
    let text = token.text.as_str();
    if word == text {
        return 1.0;
    }
    let (long, short) = (
        word.chars().count().max(text.chars().count()),
        word.chars().count().min(text.chars().count()),
    );
    if WORDS
        .same
        .iter()
        .any(|same| same.iter().any(|one| one == word) && same.iter().any(|one| one == text))
    {
        return 0.95;
    }
    if token.cut && text.chars().count() >= 2 && word.starts_with(text) {
        return RESEMBLING;
    }
    let shared = word.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
    let inflected = short >= 4 && shared == short && long - short <= 3;
    let related = shared >= 6 && shared * 5 >= short * 4 && long <= 2 * short;
    if inflected || related {
        return RESEMBLING;
    }
    // Blanks that recognition dropped, and compounds.
    if text.chars().count() >= 10 && word.chars().count() >= 4 && text.contains(word) {
        return RESEMBLING;
    }
    if short >= 6 && long - short <= 1 && fuzz::ratio(word.chars(), text.chars()) >= MISSPELT {
        return RESEMBLING;
    }
    0.0
}

/// Where the words begin whose first letters make the short form: `ssn` is "social security number".
fn initials(short: &str, tokens: &[Token]) -> Option<usize> {
    let letters: Vec<char> = short.chars().collect();
    if !(3..=5).contains(&letters.len()) || !letters.iter().all(char::is_ascii_alphabetic) {
        return None;
    }
    let first = |token: &Token| token.text.chars().next();
    tokens.windows(letters.len()).position(|window| {
        window
            .iter()
            .zip(&letters)
            .all(|(token, letter)| first(token) == Some(*letter))
    })
}

/// The words of a key, letters and digits apart.
fn key_tokens(key: &str) -> Vec<String> {
    normal::key_words(key)
        .iter()
        .flat_map(|word| parts(word))
        .collect()
}

/// The words of a text, letters and digits apart; thousands are not parted.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let joined: String = chars
        .iter()
        .enumerate()
        .filter(|(at, c)| !(**c == ',' && digit(at.checked_sub(1)) && digit(Some(at + 1))))
        .map(|(_, c)| *c)
        .collect();
    let mut tokens = Vec::new();
    for word in joined.split_whitespace() {
        // "PAYER'S" is "payer".
        let word = word
            .trim_end_matches("'s")
            .trim_end_matches("’s")
            .trim_end_matches("'S")
            .trim_end_matches("’S");
        let cut = word.trim_end_matches(['?', ')', ',', ';', ':']).ends_with('.');
        let folded = fold(word);
        let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
        if WORDS.same.iter().flatten().any(|same| same == bare) {
            tokens.push(Token {
                text: bare.to_owned(),
                cut: false,
            });
            continue;
        }
        let words: Vec<String> = normal::words(word).iter().flat_map(|word| parts(word)).collect();
        let last = words.len();
        tokens.extend(words.into_iter().enumerate().map(|(at, text)| Token {
            cut: cut && at + 1 == last && text != "no",
            text,
        }));
    }
    tokens
}

/// Letters and digits of a word.
fn parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut digits = None;
    for c in word.chars() {
        let is_digit = c.is_ascii_digit();
        match parts.last_mut() {
            Some(last) if digits == Some(is_digit) => last.push(c),
            _ => parts.push(c.to_string()),
        }
        digits = Some(is_digit);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> Token {
        tokens(text).remove(0)
    }

    #[test]
    fn the_words_of_forms_are_read() {
        assert!(!WORDS.same.is_empty() && !WORDS.towns.is_empty());
        toml::from_str::<Words>(include_str!("../../../data/forms.toml")).unwrap();
    }

    #[test]
    fn letters_and_digits_are_words_of_their_own() {
        assert_eq!(
            key_tokens("section409a_deferrals"),
            ["section", "409", "a", "deferrals"]
        );
        let texts: Vec<String> = tokens("totaling $5,000 or 2nd")
            .into_iter()
            .map(|t| t.text)
            .collect();
        assert_eq!(texts, ["totaling", "5000", "or", "2nd"]);
    }

    #[test]
    fn words_are_alike_in_many_ways() {
        for (word, text) in [
            ("payment", "payments"),
            ("notice", "not."),
            ("second", "2nd"),
            ("classify", "classification"),
            ("identifying", "identitying"),
            ("residence", "permanentresidenceaddress"),
            ("strasse", "Straße"),
        ] {
            assert!(alike(word, &token(text)) > 0.8, "{word} {text}");
        }
        for (word, text) in [
            ("state", "statement"),
            ("rent", "current"),
            ("date", "late"),
            ("c", "s"),
        ] {
            assert!(alike(word, &token(text)) < 0.1, "{word} {text}");
        }
    }

    #[test]
    fn initials_name_their_words() {
        assert_eq!(initials("ssn", &tokens("Your social security no.")), Some(1));
        assert_eq!(
            initials("tin", &tokens("taxpayer identification number")),
            Some(0)
        );
        assert_eq!(initials("of", &tokens("one form")), None);
    }
}
