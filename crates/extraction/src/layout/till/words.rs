//! The words of tills: which line of a receipt is what.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::lexicon::{Lexicon, normal};
use crate::reading::misread::as_letters;

/// Labels have at most so many words.
const LONGEST: usize = 6;
/// Weaker labels of the lexicon do not say what an amount is.
const SURE: f64 = 0.6;

/// Shorter words are not looked for misread, in letters.
const MISREAD: usize = 6;
/// Words of receipts that are long enough to be known with a letter misread.
const MISREADABLE: [(&str, Kind); 4] = [
    ("change", Kind::Change),
    ("rounding", Kind::Rounding),
    ("subtotal", Kind::Net),
    ("wechselgeld", Kind::Change),
];

/// What an amount of a receipt is, by the words before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Total,
    Net,
    Tax,
    /// What the customer gave: cash, a card.
    Tender,
    Change,
    Rounding,
}

/// The concepts of the lexicon whose labels say it, those first that win where two share a label.
const KINDS: [(&str, Kind); 8] = [
    ("grand_total", Kind::Total),
    ("amount_due", Kind::Total),
    ("net_total", Kind::Net),
    ("tax_total", Kind::Tax),
    ("change", Kind::Change),
    ("cash", Kind::Tender),
    ("credit", Kind::Tender),
    ("rounding", Kind::Rounding),
];

/// Concepts whose labels begin lines of the head that are no address.
const CONTACTS: [&str; 7] = [
    "phone",
    "fax",
    "email",
    "website",
    "vat_id",
    "tax_number",
    "registration_number",
];

#[derive(Deserialize, Default)]
struct Data {
    titles: Vec<String>,
    signs: Vec<String>,
    contacts: Vec<String>,
    groups: Vec<String>,
    sum: Sum<Vec<String>>,
}

/// Words of which the label of a sum is made.
#[derive(Deserialize, Default)]
struct Sum<T> {
    heads: T,
    neutral: T,
    tax: T,
    including: T,
    excluding: T,
    against: T,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/tills.toml"))
}

/// All by their squashed form.
#[derive(Default)]
struct Words {
    titles: HashSet<String>,
    signs: HashSet<String>,
    contacts: HashSet<String>,
    groups: HashSet<String>,
    sum: Sum<HashSet<String>>,
    kinds: HashMap<String, Kind>,
}

static WORDS: LazyLock<Words> = LazyLock::new(load);

fn load() -> Words {
    let data = parse().unwrap_or_default();
    let squashed =
        |texts: &[String]| -> HashSet<String> { texts.iter().map(|text| normal::squashed(text)).collect() };
    let mut words = Words {
        titles: squashed(&data.titles),
        signs: squashed(&data.signs),
        contacts: squashed(&data.contacts),
        groups: squashed(&data.groups),
        sum: Sum {
            heads: squashed(&data.sum.heads),
            neutral: squashed(&data.sum.neutral),
            tax: squashed(&data.sum.tax),
            including: squashed(&data.sum.including),
            excluding: squashed(&data.sum.excluding),
            against: squashed(&data.sum.against),
        },
        kinds: HashMap::new(),
    };
    words
        .contacts
        .extend(CONTACTS.iter().flat_map(|name| labels(name)));
    for (name, kind) in KINDS {
        for label in labels(name) {
            words.kinds.entry(label).or_insert(kind);
        }
    }
    words
}

/// The sure labels of a concept, squashed.
fn labels(concept: &str) -> Vec<String> {
    let lexicon = Lexicon::builtin();
    let Some(id) = lexicon.by_name(concept) else {
        return Vec::new();
    };
    let sure = lexicon.labels(id).iter().filter(|label| label.weight > SURE);
    sure.map(|label| normal::squashed(&label.text))
        .filter(|label| label.chars().count() >= 2)
        .collect()
}

/// What a receipt calls itself.
pub(super) fn is_title(text: &str) -> bool {
    WORDS.titles.contains(&normal::squashed(text))
}

/// Whether a group of that name describes the receipt itself.
pub(super) fn is_receipt_group(name: &str) -> bool {
    let words = normal::key_words(name);
    !words.is_empty() && words.iter().all(|word| WORDS.groups.contains(word))
}

/// The words of a text, with letters for digits that recognition took them for: `Tota1`.
fn as_words(text: &str) -> Vec<String> {
    let words = normal::words(text).into_iter();
    words
        .map(|word| as_letters(&word).into_iter().next().unwrap_or(word))
        .collect()
}

/// How many words of tills stand in the text.
pub(super) fn signs_in(text: &str) -> usize {
    let words = as_words(text);
    runs(&words, |run| WORDS.signs.contains(run).then_some(())).len()
}

/// What the text says of the amount behind it: its first label, or the words that a sum's label is made of.
pub(super) fn kind_of(text: &str) -> Option<Kind> {
    let words = as_words(text);
    let known = runs(&words, |run| WORDS.kinds.get(run).copied())
        .into_iter()
        .next();
    match known {
        None | Some(Kind::Total) if words.iter().any(|word| WORDS.sum.heads.contains(word)) => {
            sum_of(&words, known)
        }
        None => words.iter().find_map(|word| misread(word)),
        known => known,
    }
}

/// What kind of sum a label with a head ("total") names.
fn sum_of(words: &[String], known: Option<Kind>) -> Option<Kind> {
    let sum = &WORDS.sum;
    let says = |set: &HashSet<String>| words.iter().any(|word| set.contains(word));
    if says(&sum.against) {
        return None;
    }
    if says(&sum.excluding) {
        return Some(Kind::Net);
    }
    if says(&sum.tax) && !says(&sum.including) {
        return Some(Kind::Tax);
    }
    let plain = |word: &String| {
        let number = word.chars().all(|c| c.is_ascii_digit() || c == '%');
        let sets = [&sum.heads, &sum.neutral, &sum.tax, &sum.including];
        number || sets.iter().any(|set| set.contains(word))
    };
    if words.iter().all(plain) {
        Some(Kind::Total)
    } else {
        known
    }
}

/// A label of one word in which recognition took one letter for another.
fn misread(word: &str) -> Option<Kind> {
    let off = |label: &str| {
        label.len() == word.len() && label.bytes().zip(word.bytes()).filter(|(a, b)| a != b).count() == 1
    };
    (word.len() >= MISREAD)
        .then(|| {
            MISREADABLE
                .iter()
                .find(|(label, _)| off(label))
                .map(|(_, kind)| *kind)
        })
        .flatten()
}

/// Index of the first of the words that begins a telephone, a tax or a register number.
pub(super) fn contact_at(words: &[&str]) -> Option<usize> {
    (0..words.len()).find(|at| {
        let behind: Vec<String> = words
            .iter()
            .skip(*at)
            .take(LONGEST)
            .flat_map(|word| normal::words(word))
            .collect();
        let mut run = String::new();
        let known = behind.iter().take(LONGEST).any(|word| {
            run.push_str(word);
            WORDS.contacts.contains(&run)
        });
        // Within a line only what a number or a colon follows: "Market St" is a street.
        known && (*at == 0 || words.iter().skip(*at).any(|word| is_reference(word)))
    })
}

/// A colon, or more digits than a house number has.
fn is_reference(word: &str) -> bool {
    word.ends_with(':') || word.chars().filter(char::is_ascii_digit).count() >= 6
}

/// The longest runs of words that are known, left to right, one behind the other.
fn runs<T>(words: &[String], known: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let mut run = String::new();
        let mut best = None;
        for (count, word) in words.iter().skip(start).take(LONGEST).enumerate() {
            run.push_str(word);
            if let Some(what) = known(&run) {
                best = Some((count + 1, what));
            }
        }
        match best {
            Some((count, what)) => {
                found.push(what);
                start += count;
            }
            None => start += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parse() {
        let data = parse().unwrap();
        assert!(!data.titles.is_empty() && !data.groups.is_empty());
    }

    #[test]
    fn amounts_are_told_by_their_words() {
        for (text, kind) in [
            ("Total:", Kind::Total),
            ("SUMME EUR", Kind::Total),
            ("Subtotal", Kind::Net),
            ("Total (excluding GST)", Kind::Net),
            ("RM CASH", Kind::Tender),
            ("Rückgeld", Kind::Change),
            ("Cash change", Kind::Change),
            ("Rounding adj.", Kind::Rounding),
            ("TOTAL GST", Kind::Tax),
            ("Total amt incl. of GST @6%", Kind::Total),
            ("Total sales RM (excluded GST)", Kind::Net),
            ("TOTAL À PAYER TTC", Kind::Total),
            ("Lhange", Kind::Change),
            ("Grand Tota1", Kind::Total),
        ] {
            assert_eq!(kind_of(text), Some(kind), "{text}");
        }
        for text in ["Green tea", "Total qty: 3", "Total items", "Total savings"] {
            assert_eq!(kind_of(text), None, "{text}");
        }
    }

    #[test]
    fn lines_of_the_head_are_told_by_how_they_begin() {
        let at = |text: &str| contact_at(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(at("Tel: 030 1234567"), Some(0));
        assert_eq!(at("(GST ID No : 000306020352)"), Some(0));
        assert_eq!(at("10115 Berlin Tel. 030/1234567"), Some(2));
        assert_eq!(at("12 Market Street"), None);
        assert!(is_title("- TAX INVOICE -"));
        assert!(!is_title("Tax Advisers"));
        assert!(is_receipt_group("receipt_details") && !is_receipt_group("cardholder"));
    }
}
