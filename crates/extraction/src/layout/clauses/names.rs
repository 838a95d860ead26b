//! Names of companies and people in running text: where one ends, and how surely it is one.

use super::prose::{Prose, Run};
use super::words::Words;
use crate::reading::{legal_form_end, organization_score, place_at};

/// A name has no more words.
const LONGEST: usize = 12;
/// So many small words may stand side by side within a name.
const SMALL: usize = 2;

/// What kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It ends with a legal form.
    Company,
    /// Two to four capitalised words.
    Person,
    /// Anything else in capitals.
    Other,
}

/// A name with what it seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) run: Run,
    pub(crate) kind: Kind,
}

/// The name that begins at the word, as far as it goes before `end`.
///
/// It ends before a comma that no legal form follows, before a bracket, before a word in small letters that is no
/// small word of names, and behind its legal form.
pub(crate) fn name_at(prose: &Prose, from: usize, end: usize) -> Option<Name> {
    let words = Words::get();
    let end = end.min(from + LONGEST).min(prose.sentence_at(from).to);
    if !opens_name(prose, from) {
        return None;
    }
    let mut to = from;
    let mut small = 0;
    let mut at = from;
    while at < end {
        let (text, core) = (prose.text(at), prose.core(at));
        let opens_bracket = at > from && text.starts_with(['(', '"', '“', '„', '«', '[']);
        if opens_bracket {
            // "Example (Holdings) Ltd", "Example (UK) Limited": a short bracket before a legal form is part of the name.
            if text.ends_with(')') && legal_form_at(prose, at + 1, end).is_some() {
                at += 1;
                continue;
            }
            break;
        }
        if let Some(form) = legal_form_at(prose, at, end).filter(|_| at > from) {
            to = form;
            // "GmbH & Co. KG", "Co., Ltd.": one form follows another.
            let next = if matches!(prose.text(form), "&" | "+") {
                form + 1
            } else {
                form
            };
            if legal_form_at(prose, next, end).is_some() && !prose.text(form - 1).ends_with([';', ')', ':']) {
                at = next;
                continue;
            }
            break;
        }
        let is_small = is_small_word(text, core);
        if is_small {
            small += 1;
        } else if is_capital(text) || is_number(text) {
            small = 0;
            to = at + 1;
        } else {
            break;
        }
        let closes = text.ends_with([',', ';', ':', ')', '”', '"'])
            || (text.ends_with('.') && ends_sentence(prose, at));
        if closes {
            // "Example, Inc."
            if let Some(form) = legal_form_at(prose, at + 1, end).filter(|_| text.ends_with(',')) {
                to = form;
            }
            break;
        }
        if small > SMALL {
            break;
        }
        at += 1;
    }
    finished(prose, Run { from, to }, words)
}

fn finished(prose: &Prose, run: Run, words: &Words) -> Option<Name> {
    let cores: Vec<&str> = (run.from..run.to)
        .map(|at| prose.core(at))
        .filter(|core| !core.is_empty())
        .collect();
    let all_common = cores
        .iter()
        .all(|core| words.is_no_name(core) || words.is_in_name(core) || words.is_before_name(core));
    if all_common || cores.is_empty() || is_descriptor(prose, run) {
        return None;
    }
    let kind = kind_of(&prose.texts(run), &cores, words);
    Some(Name { run, kind })
}

/// `Delaware corporation`: what a party is, not who.
fn is_descriptor(prose: &Prose, run: Run) -> bool {
    let texts = prose.texts(run);
    place_at(&texts).is_some_and(|place| {
        let rest = texts.get(place.words..).unwrap_or_default();
        let small = rest.iter().all(|text| text.starts_with(char::is_lowercase));
        small && legal_form_end(rest) == Some(rest.len())
    })
}

fn kind_of(texts: &[&str], cores: &[&str], words: &Words) -> Kind {
    if organization_score(texts) > 0.9 {
        return Kind::Company;
    }
    let plain = cores.iter().all(|core| {
        !words.is_no_name(core)
            && core
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
    });
    if (2..=5).contains(&cores.len()) && plain && organization_score(texts) < 0.3 {
        return Kind::Person;
    }
    Kind::Other
}

/// Whether a name may begin with the word.
pub(crate) fn opens_name(prose: &Prose, at: usize) -> bool {
    let text = prose.text(at);
    let core = prose.core(at);
    (is_capital(text) || (is_number(text) && is_capital(prose.text(at + 1))))
        && !text.starts_with(['(', '['])
        && !core.is_empty()
}

/// Behind the legal form that begins at the word: `Inc.`, `S.A. de C.V.`, `Limited Liability Company`.
fn legal_form_at(prose: &Prose, at: usize, end: usize) -> Option<usize> {
    let longest = end.min(at + 4);
    (at + 1..=longest).rev().find(|to| {
        let texts = prose.texts(Run { from: at, to: *to });
        let inner_mark = texts
            .iter()
            .rev()
            .skip(1)
            .any(|text| text.ends_with([',', ')', ';']));
        // A form alone: the whole run and nothing before it.
        !inner_mark && legal_form_end(&texts) == Some(texts.len()) && is_form_alone(&texts)
    })
}

fn is_form_alone(texts: &[&str]) -> bool {
    (1..texts.len()).all(|from| texts.get(from..).and_then(legal_form_end).is_none())
        || organization_score(texts) < 0.4
}

/// A word in small letters that names have inside.
fn is_small_word(text: &str, core: &str) -> bool {
    let words = Words::get();
    let lower = text.chars().all(|c| !c.is_uppercase());
    (lower && words.is_in_name(core)) || text == "&"
}

pub(crate) fn is_capital(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphanumeric());
    first.is_some_and(char::is_uppercase) || is_branded(text)
}

/// `eBay`, `iRobot`
fn is_branded(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| c.is_alphanumeric());
    chars.next().is_some_and(char::is_lowercase) && chars.next().is_some_and(char::is_uppercase)
}

fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit()) && !text.is_empty() && text.len() <= 4
}

/// Whether the point behind a word ends the sentence.
fn ends_sentence(prose: &Prose, at: usize) -> bool {
    prose.sentence_at(at).to == at + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::scene::Scene;
    use crate::layout::score::Model;
    use crate::testing::{Sketch, document, input};

    fn name(text: &str) -> Option<(String, Kind)> {
        let parsed = document(vec![Sketch::new(1).text(10.0, 50.0, text).page()]);
        let inputs = [input("a.pdf", &parsed)];
        let scene = Scene::new(&inputs, Model::builtin());
        let prose = Prose::new(&scene, 0);
        let name = name_at(&prose, 0, prose.words.len())?;
        Some((prose.texts(name.run).join(" "), name.kind))
    }

    #[test]
    fn a_name_goes_up_to_its_legal_form_and_no_further() {
        for (text, expected) in [
            (
                "Harbour & Sons, Inc., a Delaware corporation",
                "Harbour & Sons, Inc.,",
            ),
            ("Example Holdings LLC (“Example”)", "Example Holdings LLC"),
            ("Muster GmbH & Co. KG, Musterstadt", "Muster GmbH & Co. KG,"),
            (
                "Bank of the Harbour N.V. with its seat",
                "Bank of the Harbour N.V.",
            ),
            (
                "EXAMPLE TRADING CO., LTD. whose office",
                "EXAMPLE TRADING CO., LTD.",
            ),
            ("Example (UK) Limited of London", "Example (UK) Limited"),
            ("Harbour incorporated (the “Company”)", "Harbour incorporated"),
            ("3 Rivers Company, having", "3 Rivers Company,"),
        ] {
            assert_eq!(name(text), Some((expected.to_owned(), Kind::Company)), "{text}");
        }
    }

    #[test]
    fn people_have_names_without_a_legal_form() {
        assert_eq!(
            name("Jane Q. Example, an individual"),
            Some(("Jane Q. Example,".to_owned(), Kind::Person))
        );
        assert_eq!(name("The Parties agree"), None);
        assert_eq!(name("Recipient (the other)"), None);
        assert_eq!(name("its affiliates"), None);
        assert_eq!(name("Delaware corporation, with"), None);
    }
}
