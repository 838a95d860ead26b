//! Names of organisations, told by their legal form and other words of `data/organizations.toml`.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::fold;

#[derive(Deserialize, Default)]
struct Data {
    /// Legal forms, folded, without dots, words parted by one blank.
    forms: HashSet<String>,
    /// Legal forms that are other words in small letters: compared as printed, without dots.
    exact_forms: HashSet<String>,
    /// Words that are likely in the name of an organisation, folded.
    hints: HashSet<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../data/organizations.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Words of the longest legal form.
const LONGEST_FORM: usize = 4;
/// Shorter forms, in letters, are not looked for misread.
const MISREAD: usize = 6;
/// A name has no more words.
const MOST_WORDS: usize = 14;

/// How surely the words are the name of an organisation: 0 where nothing says so, 0.4 for a likely word, 0.7 for a
/// legal form among other words, 0.95 for a name that ends with one.
pub fn organization_score(words: &[&str]) -> f64 {
    if words.is_empty() || words.len() > MOST_WORDS {
        return 0.0;
    }
    match legal_form_end(words) {
        Some(end) if end == words.len() && end > 1 => 0.95,
        Some(end) if end > 1 => 0.7,
        Some(_) => 0.3,
        None if words.iter().any(|word| DATA.hints.contains(&plain(&fold(word)))) => 0.4,
        None => 0.0,
    }
}

/// Like [`organization_score`], for words whose legal form at the end has one letter misread by recognition. Only forms
/// of so many letters count that nothing else looks like them.
pub fn misread_organization(words: &[&str]) -> f64 {
    let found = (1..=LONGEST_FORM).any(|count| {
        let Some(start) = words.len().checked_sub(count).filter(|start| *start > 0) else {
            return false;
        };
        let printed: String = words.iter().skip(start).map(|word| plain(&fold(word))).collect();
        let forms = || DATA.forms.iter().map(|form| form.replace(' ', ""));
        printed.len() >= MISREAD && forms().any(|form| form.len() >= MISREAD && is_one_off(&form, &printed))
    });
    if found { 0.9 } else { 0.0 }
}

/// The same but for one letter.
fn is_one_off(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count() == 1
}

/// Whether the words are a legal form and nothing else.
pub fn is_legal_form(words: &[&str]) -> bool {
    let folded: Vec<String> = words.iter().map(|word| plain(&fold(word))).collect();
    (1..=LONGEST_FORM).contains(&words.len()) && is_form(words, &folded, words.len(), words.len())
}

/// Index behind the last legal form among the words: the name goes so far.
pub fn legal_form_end(words: &[&str]) -> Option<usize> {
    let folded: Vec<String> = words.iter().map(|word| plain(&fold(word))).collect();
    (1..=words.len())
        .rev()
        .find(|end| (1..=LONGEST_FORM).any(|count| is_form(words, &folded, *end, count)))
}

/// Whether the words before `end`, so many of them, are a legal form.
fn is_form(words: &[&str], folded: &[String], end: usize, count: usize) -> bool {
    let Some(start) = end.checked_sub(count) else {
        return false;
    };
    let joined = folded.get(start..end).unwrap_or_default().join(" ");
    if DATA.forms.contains(&joined) {
        return true;
    }
    let printed = words.get(start).filter(|_| count == 1);
    printed.is_some_and(|word| DATA.exact_forms.contains(&plain(word)))
}

/// Without points within and marks around: `B.V.,` is `BV`.
fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '&')
        .replace('.', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> f64 {
        organization_score(&text.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn the_data_parse_and_are_folded() {
        let data = parse().unwrap();
        assert!(
            data.forms
                .iter()
                .chain(&data.hints)
                .all(|form| *form == fold(form))
        );
    }

    #[test]
    fn legal_forms_tell_organisations() {
        for text in [
            "Lieferant GmbH",
            "Coolblue B.V.",
            "MR D.I.Y. (M) SDN BHD",
            "Digipath Inc.",
            "Muster GmbH & Co. KG",
            "Société Exemple S.A.R.L.",
            "Example Holdings, LLC",
            "Kunden AG",
        ] {
            assert!(score(text) > 0.9, "{text}");
        }
        assert!((0.6..0.8).contains(&score("Kunden AG Mitte")));
        assert!((0.3..0.5).contains(&score("Yale University")));
        for text in [
            "Rechnung",
            "as soon as possible",
            "Lieferantenstraße 20",
            "an ag thing",
            "",
        ] {
            assert!(score(text) < 0.1, "{text}");
        }
    }

    #[test]
    fn a_name_goes_up_to_its_legal_form() {
        assert_eq!(
            legal_form_end(&["Lieferant", "GmbH", "Lieferantenstraße", "20"]),
            Some(2)
        );
        assert_eq!(legal_form_end(&["Rechnung"]), None);
    }
}
