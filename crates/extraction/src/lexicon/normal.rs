//! Which spellings are the same label.
//!
//! A text is folded (lower case, no accents), cut into words at everything that is neither letter nor digit, and the
//! many ways to write "number" become one. Labels are compared without blanks, so `Rechnungs-Nr.`, `RechnungsNr` and
//! `Rechnungsnummer` are the same, and words that a document runs together or tears apart do no harm.

use crate::reading::fold::fold;

/// The one form of "number".
const NUMBER: &str = "no";

/// Ways to write "number", folded.
const NUMBER_WORDS: [&str; 12] = [
    "no", "nr", "num", "nro", "number", "nummer", "numero", "nbr", "numb", "nos", "numbers", "nrs",
];

/// Ends of words that say "number": `Rechnungsnummer`, `Factuurnr`.
const NUMBER_TAILS: [&str; 4] = ["nummer", "number", "numero", "nr"];

/// The words of a text in the form in which labels are compared.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in fold(text).chars() {
        match c {
            c if c.is_alphanumeric() => word.push(c),
            // "n°", "n.º", "№" and "#" are numbers; folding makes "no" of the last letter of some.
            '#' | '№' => {
                finish(&mut words, &mut word);
                number(&mut words);
            }
            '°' if word == "n" => word.push('o'),
            '%' => {
                finish(&mut words, &mut word);
                words.push("%".to_owned());
            }
            // "T.V.A.", "d'échéance" and "e-mail" are one word each, "n.º" is two letters of one.
            '.' | '\'' | '’' if word.chars().count() == 1 => {}
            _ => finish(&mut words, &mut word),
        }
    }
    finish(&mut words, &mut word);
    words
}

/// Adds the word for a number; "# No." says it twice.
fn number(words: &mut Vec<String>) {
    if words.last().is_none_or(|last| last != NUMBER) {
        words.push(NUMBER.to_owned());
    }
}

/// Ends a word: a number is written in one way.
fn finish(words: &mut Vec<String>, word: &mut String) {
    if word.is_empty() {
        return;
    }
    let word = std::mem::take(word);
    if NUMBER_WORDS.contains(&word.as_str()) {
        return number(words);
    }
    let stem = NUMBER_TAILS
        .iter()
        .find_map(|tail| word.strip_suffix(tail))
        .filter(|stem| stem.chars().count() >= 3);
    match stem.map(str::to_owned) {
        Some(stem) => words.extend([stem, NUMBER.to_owned()]),
        None => words.push(word),
    }
}

/// The words of a text without blanks: equal for texts that are the same label.
pub fn squashed(text: &str) -> String {
    words(text).concat()
}

/// A text in which characters that recognition takes for one another are the same, without blanks and marks:
/// `lnvoice Nurnber` is `Invoice Number`.
pub fn blurred(text: &str) -> String {
    let letters: String = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let merged = letters
        .replace("rn", "m")
        .replace("vv", "w")
        .replace("ii", "u")
        .replace("cl", "d");
    merged
        .chars()
        .map(|c| match c {
            'l' | '1' | 'j' => 'i',
            '0' | 'q' => 'o',
            '5' => 's',
            '8' => 'b',
            '6' => 'g',
            '2' => 'z',
            c => c,
        })
        .collect()
}

/// The words of a key: cut where a schema's author would (`invoiceNo`, `invoice_no`, `invoice-no`, `InvoiceNO2`).
pub fn key_words(key: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(key.len() + 8);
    let mut before: Option<char> = None;
    let mut rest = key.chars().peekable();
    while let Some(c) = rest.next() {
        let after_lower = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        // The last capital of "VATId" starts the next word.
        let ends_capitals =
            before.is_some_and(char::is_uppercase) && rest.peek().is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || ends_capitals) {
            spaced.push(' ');
        }
        spaced.push(c);
        before = Some(c);
    }
    words(&spaced.replace(['_', '-', '.'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_label_are_the_same() {
        for group in [
            &[
                "Rechnungsnummer",
                "Rechnungs-Nr.",
                "RechnungsNr",
                "RECHNUNGS NR",
                "Rechnungs-Nummer:",
            ][..],
            &[
                "Invoice No.",
                "invoice number",
                "INVOICE #",
                "InvoiceNo",
                "Invoice N°",
                "Invoice Nº",
                "Invoice # No.",
            ],
            &["Facture n°", "FACTURE No", "Facture N°:", "facture numéro"],
            &["T.V.A.", "TVA"],
            &["date d'échéance", "Date d’échéance :", "DATE D'ECHEANCE"],
            &["E-Mail", "email", "e-mail:"],
        ] {
            for text in group {
                assert_eq!(squashed(text), squashed(group[0]), "{text}");
            }
        }
    }

    #[test]
    fn keys_are_cut_into_words() {
        assert_eq!(key_words("invoiceNo"), ["invoice", "no"]);
        assert_eq!(key_words("invoice_number"), ["invoice", "no"]);
        assert_eq!(key_words("VATId"), ["vat", "id"]);
        assert_eq!(key_words("seller-vat-id"), ["seller", "vat", "id"]);
        assert_eq!(key_words("rechnungsnummer"), ["rechnungs", "no"]);
    }
}
