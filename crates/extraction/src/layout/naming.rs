//! How a field may be called on a page, from its key, its aliases, its description and the lexicon.

use domain::schema::{Field, FieldKind, Group};

use super::ask::{End, Want};
use crate::lexicon::normal::{self, key_words, squashed};
use crate::lexicon::{ConceptId, Lexicon};

// How well a label of each origin names a field, 0..=1.
const GIVEN: f64 = 1.0;
const BY_LEXICON: f64 = 0.95;
const BY_KEY: f64 = 0.95;
const BY_KEY_TURNED: f64 = 0.8;
const BY_DESCRIPTION: f64 = 0.72;
const BY_PERIOD: f64 = 0.68;
const BARE: f64 = 0.62;
/// Labels of dates with no more characters are weak.
const SHORT: usize = 3;
const SHORT_WEIGHT: f64 = 0.7;

/// Last words of keys that say what kind of thing it is, and what documents print in their stead.
const HEADS: [(&[&str], &[&str]); 3] = [
    (
        &["no", "id", "code", "reference", "ref"],
        &["no", "id", "code", "reference", "ref"],
    ),
    (
        &["amount", "total", "sum", "value"],
        &["amount", "total", "sum", "value"],
    ),
    (&["date", "day", "on"], &["date", "day", "on"]),
];

/// Words that say nothing about what a thing is called.
const FILLERS: [&str; 64] = [
    "the", "a", "an", "of", "or", "and", "in", "on", "at", "as", "to", "for", "by", "with", "from", "is",
    "was", "are", "be", "which", "that", "this", "its", "it", "such", "any", "all", "one", "each", "where",
    "when", "what", "how", "who", "whose", "name", "number", "date", "amount", "total", "printed", "form",
    "box", "field", "value", "first", "last", "document", "iso", "code", "if", "not", "no", "does", "do",
    "day", "there", "per", "cell", "column", "row", "table", "whether", "s",
];

/// The labels of a field with how well they name it.
pub(super) fn labels_of(
    field: &Field,
    key: &[String],
    group: &Group,
    concepts: &[(ConceptId, f64)],
    end: Option<End>,
) -> Vec<(String, f64)> {
    let mut labels: Vec<(String, f64)> = field.aliases.iter().map(|alias| (alias.clone(), GIVEN)).collect();
    for text in [&field.description, &field.extraction_prompt]
        .into_iter()
        .flatten()
    {
        labels.extend(quoted(text).into_iter().map(|label| (label, GIVEN)));
    }
    labels.push((key.join(" "), BY_KEY));
    let lexicon = Lexicon::builtin();
    // A gross amount is a total, where no other total is printed.
    if concepts
        .first()
        .is_some_and(|(concept, _)| lexicon.name(*concept) == "gross_amount")
    {
        let total = lexicon
            .by_name("grand_total")
            .map(|id| lexicon.labels(id))
            .unwrap_or_default();
        labels.extend(
            total
                .iter()
                .map(|label| (label.text.clone(), BY_PERIOD * label.weight)),
        );
    }
    for (concept, sure) in concepts {
        let known = lexicon.labels(*concept);
        labels.extend(
            known
                .iter()
                .map(|label| (label.text.clone(), BY_LEXICON * label.weight * sure)),
        );
    }
    turned(key, &mut labels);
    if end.is_some() {
        of_span(key, group, &mut labels);
    }
    if let Some(text) = &field.description {
        described(text, key, &mut labels);
    }
    labels
}

/// Whether the description begins with "Name": of a company, a person, a party.
pub(super) fn is_name(field: &Field) -> bool {
    let lexicon = Lexicon::builtin();
    let first = field
        .description
        .as_deref()
        .and_then(|text| text.split_whitespace().next())
        .unwrap_or_default();
    let concepts = lexicon.concepts_of_label(first);
    concepts
        .first()
        .is_some_and(|(concept, sure)| *sure > 0.9 && lexicon.name(*concept) == "name")
}

/// A role asks for the name that stands behind its label, or behind "Name" in its section.
pub(super) fn of_role(role: ConceptId) -> Vec<(String, f64)> {
    let lexicon = Lexicon::builtin();
    let names = lexicon
        .by_name("name")
        .map(|name| lexicon.labels(name))
        .unwrap_or_default();
    let own = lexicon
        .labels(role)
        .iter()
        .map(|label| (label.text.clone(), BY_LEXICON * label.weight));
    own.chain(
        names
            .iter()
            .map(|label| (label.text.clone(), BY_KEY_TURNED * label.weight)),
    )
    .collect()
}

/// Drops what would name too much: a key's word that the group's other words must qualify stays weak.
pub(super) fn qualify(labels: &mut Vec<(String, f64)>, key: &[String], group: &Group, want: Want) {
    let group = key_words(&group.name);
    let short_key =
        key.len() == 1 && matches!(want, Want::Identifier | Want::Name | Want::Date | Want::Amount);
    if short_key && !group.is_empty() {
        labels.push((format!("{} {}", group.join(" "), key.join(" ")), BY_KEY));
    }
    labels.retain(|(label, _)| squashed(label).chars().count() >= 2);
    for (label, weight) in labels
        .iter_mut()
        .filter(|(label, _)| label.chars().count() <= SHORT)
    {
        // "to", "bis", "au": words of running text rather than labels.
        if want == Want::Date && !key.contains(label) {
            *weight *= SHORT_WEIGHT;
        }
    }
}

/// Words before a quotation that say it is how a thing is called on the page.
const CUES: [&str; 16] = [
    "headed", "labelled", "labeled", "called", "named", "titled", "box", "field", "column", "label",
    "heading", "caption", "header", "marked", "under", "beside",
];

/// Words in quotation marks that a description says are printed: "the box 'payer name'".
fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, close) in [
        ('\'', '\''),
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('‘', '’'),
        ('`', '`'),
    ] {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(open) {
            let at_word = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            let Some((inside, behind)) = after.split_once(close) else {
                break;
            };
            let whole = behind.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let short = inside.split_whitespace().count() <= 8;
            let cued = before
                .split_whitespace()
                .next_back()
                .is_some_and(|cue| CUES.contains(&cue));
            if at_word && whole && short && cued && inside.chars().any(char::is_alphanumeric) {
                found.push(inside.trim().to_owned());
                rest = behind;
            } else {
                rest = after;
            }
        }
    }
    found
}

/// `gross_amount` is also "amount gross", "gross total", "gross".
fn turned(key: &[String], labels: &mut Vec<(String, f64)>) {
    let Some((head, rest)) = key.split_last() else {
        return;
    };
    if rest.is_empty() {
        return;
    }
    let stem = rest.join(" ");
    labels.push((format!("{head} {stem}"), BY_KEY_TURNED));
    labels.push((format!("{head} of {stem}"), BY_KEY_TURNED));
    for (heads, printed) in HEADS {
        if !heads.contains(&head.as_str()) {
            continue;
        }
        for other in printed {
            labels.push((format!("{stem} {other}"), BY_KEY_TURNED));
            labels.push((format!("{other} {stem}"), BY_KEY_TURNED));
        }
        if stem.len() >= 4 {
            labels.push((stem.clone(), BARE));
        }
    }
}

/// Which end of a span of days a key names, if any: `flight_from`, `period_end`, `start_date`.
pub(super) fn end_of_key(key: &[String], field: &Field) -> Option<End> {
    if !matches!(field.kind, FieldKind::Date | FieldKind::DateTime) {
        return None;
    }
    let says = |words: &[&str]| key.iter().any(|word| words.contains(&word.as_str()));
    if says(&["from", "start", "begin", "first", "since", "starts"]) {
        return Some(End::First);
    }
    if says(&["to", "end", "until", "through", "last", "till", "ends"]) {
        return Some(End::Last);
    }
    None
}

/// Labels of the span that the field is one end of.
fn of_span(key: &[String], group: &Group, labels: &mut Vec<(String, f64)>) {
    const ENDS: [&str; 15] = [
        "from", "start", "begin", "first", "since", "to", "end", "until", "through", "last", "till", "date",
        "day", "starts", "ends",
    ];
    let stem: Vec<&str> = key
        .iter()
        .map(String::as_str)
        .filter(|word| !ENDS.contains(word))
        .collect();
    let stem = stem.join(" ");
    if !stem.is_empty() {
        for (tail, weight) in [
            ("", 0.8),
            (" dates", 0.95),
            (" period", 0.95),
            (" date", 0.8),
            (" start end", 0.9),
        ] {
            labels.push((format!("{stem}{tail}"), weight));
        }
    }
    let group = key_words(&group.name).join(" ");
    labels.push((format!("{group} dates"), 0.8));
    labels.push((format!("{group} period"), 0.8));
    labels.push(("dates".to_owned(), BY_PERIOD));
    let lexicon = Lexicon::builtin();
    let period = lexicon
        .by_name("service_period")
        .map(|id| lexicon.labels(id))
        .unwrap_or_default();
    labels.extend(period.iter().map(|label| {
        let words = normal::words(&label.text);
        let named = key
            .iter()
            .any(|word| !ENDS.contains(&word.as_str()) && words.contains(word));
        (
            label.text.clone(),
            if named { BY_KEY } else { BY_PERIOD } * label.weight,
        )
    }));
}

/// "Number of the contract or order": a contract number, an order number, and weakly "contract" and "order".
fn described(text: &str, key: &[String], labels: &mut Vec<(String, f64)>) {
    let Some(head) = key.last() else { return };
    let Some((_, printed)) = HEADS.iter().find(|(heads, _)| heads.contains(&head.as_str())) else {
        return;
    };
    for phrase in phrases(text) {
        for other in printed.iter().take(1) {
            labels.push((format!("{phrase} {other}"), BY_DESCRIPTION));
        }
        if phrase.len() >= 4 && printed.contains(&"no") {
            labels.push((phrase, BARE));
        }
    }
}

/// Runs of words that name something.
fn phrases(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let clean: String = text
        .chars()
        .map(|c| if c == '\'' || c == '’' { ' ' } else { c })
        .collect();
    for word in clean.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let bare: String = word
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
            .to_lowercase();
        let ends = word
            .chars()
            .next_back()
            .is_some_and(|c| matches!(c, ',' | '.' | ';' | ':' | '(' | ')' | '/'));
        if !bare.is_empty() && !FILLERS.contains(&bare.as_str()) {
            run.push(bare);
        } else if !bare.is_empty() {
            flush(&mut run, &mut found);
        }
        if ends {
            flush(&mut run, &mut found);
        }
    }
    flush(&mut run, &mut found);
    found
}

fn flush(run: &mut Vec<String>, found: &mut Vec<String>) {
    if (1..=3).contains(&run.len()) {
        found.push(run.join(" "));
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_labels() {
        assert_eq!(quoted("Cell of the column headed 'Own Brands'"), ["Own Brands"]);
        assert_eq!(quoted("The buyer's number at the seller's"), Vec::<String>::new());
        assert_eq!(quoted("Name, with 'and' for '&'"), Vec::<String>::new());
    }

    #[test]
    fn a_description_names_what_the_number_is_of() {
        let found =
            phrases("Number of the document: of the contract or order or, on an invoice, of the invoice");
        assert_eq!(found, ["contract", "order", "invoice", "invoice"]);
        assert_eq!(
            phrases("Number of the buyer's purchase order"),
            ["buyer", "purchase order"]
        );
    }
}
