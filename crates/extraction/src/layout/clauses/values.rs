//! Values of clauses in the form that a field asks for, and what stands beside a label read as one.

use serde_json::Value;

use super::data::{Clause, Reads, clause_of};
use crate::layout::ask::Ask;
use crate::layout::spans;
use crate::lexicon::Lexicon;
use crate::lexicon::normal::key_words;
use crate::reading::{self, Duration, Language};

/// A key means a concept at least so surely.
const SURE: f64 = 0.8;
/// Words before the name of a place that are no part of it, folded.
const BEFORE_PLACE: [&str; 14] = [
    "the",
    "state",
    "of",
    "commonwealth",
    "republic",
    "province",
    "laws",
    "law",
    "kingdom",
    "canton",
    "freistaat",
    "estado",
    "de",
    "stato",
];

/// The clause that a field asks for: that of its concept, or of its key without a unit (`term_months`).
pub(crate) fn clause(ask: &Ask<'_>) -> Option<&'static Clause> {
    let lexicon = Lexicon::builtin();
    let of_concept = |concept| clause_of(lexicon.name(concept));
    let known = ask.concepts.first().and_then(|(concept, _)| of_concept(*concept));
    known.or_else(|| {
        let key = key_words(&ask.field.name);
        let rest: Vec<&str> = key
            .iter()
            .map(String::as_str)
            .filter(|word| !is_unit(word))
            .collect();
        if rest.is_empty() || rest.len() == key.len() {
            return None;
        }
        let meaning = lexicon.meaning_of_key(&rest.join("_"), None);
        let (concept, _) = meaning
            .values
            .into_iter()
            .next()
            .filter(|(_, sure)| *sure >= SURE)?;
        of_concept(concept).filter(|clause| clause.reads == Reads::Span)
    })
}

fn is_unit(word: &str) -> bool {
    word == "in" || reading::time_unit(word).is_some()
}

/// What the clause reads that a field asks for.
pub(crate) fn reads(ask: &Ask<'_>) -> Option<Reads> {
    clause(ask).map(|clause| clause.reads)
}

/// A span of time as the field wants it: a number of the unit that its key names, or text in the language of the
/// description's example, else as printed.
pub(crate) fn span(duration: Duration, ask: &Ask<'_>) -> Option<Value> {
    if ask.want.is_numeric() {
        let count = match wanted_unit(ask) {
            Some(unit) => duration.counted_in(unit)?,
            None => duration.count,
        };
        return spans::to_json(&reading::Value::Number(count.into()), &ask.field.kind);
    }
    let language = example(ask).unwrap_or(duration.language);
    spans::text_value(&duration.text(language), ask).map(|(value, _)| value)
}

/// The unit that the key or the description names: `term_months`, "in days".
fn wanted_unit(ask: &Ask<'_>) -> Option<reading::TimeUnit> {
    let described = ask.field.description.as_deref().unwrap_or_default();
    let key = key_words(&ask.field.name);
    key.iter().find_map(|word| reading::time_unit(word)).or_else(|| {
        let words = described.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.len() > 3).find_map(reading::time_unit)
    })
}

/// The language of an example such as '2 years' in the description.
fn example(ask: &Ask<'_>) -> Option<Language> {
    let text = ask.field.description.as_deref()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let spans = (0..words.len()).filter_map(|from| reading::duration_at(words.get(from..)?));
    spans.map(|(duration, _)| duration.language).next()
}

/// Text that stands beside a label, as the value of a clause: none where it does not read as one.
pub(crate) fn beside_label(printed: &str, ask: &Ask<'_>, reads: Reads) -> Option<Value> {
    let words: Vec<&str> = printed.split_whitespace().collect();
    match reads {
        Reads::Place => {
            let is_before = |word: &&&str| BEFORE_PLACE.contains(&super::prose::core(word).as_str());
            let skipped = words.iter().take_while(is_before).count();
            let words = words.get(skipped..)?;
            let place = reading::place_at(words).filter(|place| place.words == words.len())?;
            spans::text_value(&place.name, ask).map(|(value, _)| value)
        }
        Reads::Span => span(reading::parse_duration(printed)?, ask),
        Reads::Typed | Reads::None => None,
    }
}

/// A party's name as the field wants it.
///
/// A description that asks for another spelling (`with 'and' for '&'`) gets it, and with it the one spelling of names that
/// are printed with and without a comma before their legal form.
pub(crate) fn name(printed: &str, ask: &Ask<'_>) -> String {
    let swaps = swaps(ask.field.description.as_deref().unwrap_or_default());
    if swaps.is_empty() {
        return printed.to_owned();
    }
    let swapped = swaps.iter().fold(printed.to_owned(), |name, (wanted, given)| {
        name.replace(given.as_str(), wanted)
    });
    without_comma(&swapped)
}

/// What a description wants in place of what is printed: `'and' for '&'`. Only signs are replaced, words are not.
fn swaps(description: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in description.match_indices("' for '") {
        let wanted = description
            .get(..at)
            .and_then(|text| text.rsplit_once('\''))
            .map(|(_, wanted)| wanted);
        let given = description
            .get(at + "' for '".len()..)
            .and_then(|text| text.split_once('\''))
            .map(|(given, _)| given);
        if let (Some(wanted), Some(given)) = (wanted, given)
            && !given.is_empty()
            && given.chars().all(|c| !c.is_alphanumeric())
        {
            found.push((wanted.to_owned(), given.to_owned()));
        }
    }
    found
}

/// `Example, Inc.` as `Example Inc.`
fn without_comma(name: &str) -> String {
    let Some((head, tail)) = name.rsplit_once(", ") else {
        return name.to_owned();
    };
    let form: Vec<&str> = tail.split_whitespace().collect();
    let is_form = form.len() <= 4 && reading::legal_form_end(&form) == Some(form.len());
    if is_form {
        format!("{} {tail}", without_comma(head))
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_says_which_sign_stands_for_another() {
        assert_eq!(
            swaps("Name of the party, with 'and' for '&'"),
            [("and".to_owned(), "&".to_owned())]
        );
        assert_eq!(swaps("The word 'name' for 'title'"), []);
        assert_eq!(swaps("Name of the party"), []);
    }

    #[test]
    fn a_comma_before_the_legal_form_is_no_part_of_the_name() {
        assert_eq!(without_comma("Harbour, Inc."), "Harbour Inc.");
        assert_eq!(
            without_comma("Harbour Trading Co., Ltd."),
            "Harbour Trading Co. Ltd."
        );
        assert_eq!(
            without_comma("Harbour, Sand and Stone"),
            "Harbour, Sand and Stone"
        );
    }
}
