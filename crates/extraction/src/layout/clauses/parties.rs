//! The parties of a contract: named one after the other where it opens, or where a letter addresses and is signed.

use super::contract::Contract;
use super::names::{self, Kind, Name};
use super::prose::{Prose, Run};
use super::words::Words;
use crate::reading::{Language, place_at};

/// The names of the parties begin within so many words.
const OPENING: usize = 700;
/// What is said of one party has at most so many words.
const LONGEST_CHUNK: usize = 110;
/// A contract has at most so many parties that are told.
const MOST: usize = 12;
/// So many beginnings of a list are tried.
const MOST_LISTS: usize = 16;
/// Words before a name that are no part of it.
const LEAD: usize = 8;
/// A defined term has at most so many words.
const LONGEST_TERM: usize = 5;
/// A bracket has at most so many words.
const LONGEST_BRACKET: usize = 45;

/// A party with what the contract says of it.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) name: Name,
    /// What the contract calls it, folded.
    pub(crate) terms: Vec<String>,
    /// The words of its first term, for its role as printed.
    pub(crate) term_run: Option<Run>,
    /// It stands between "by and between" and what follows.
    pub(crate) listed: bool,
    /// Its name stands with the signatures.
    pub(crate) signed: bool,
}

/// The parties in the order in which they are named.
pub(crate) fn parties(contract: &Contract) -> Vec<Party> {
    let prose = &contract.prose;
    let mut best: Vec<Party> = Vec::new();
    let opening = Run {
        from: 0,
        to: prose.words.len().min(OPENING),
    };
    for (language, phrases) in &Words::get().between {
        for found in phrases.find(prose, opening).into_iter().take(MOST_LISTS) {
            let listed = list(prose, found.run.to, *language);
            if worth(&listed) > worth(&best) {
                best = listed;
            }
        }
    }
    if best.is_empty() {
        best = defined(prose, opening);
    }
    let signatures = Signatures::new(contract);
    for party in &mut best {
        party.signed = signatures.hold(prose, party.name.run);
    }
    without_twins(prose, best)
}

/// How much like a list of parties it is: names that are surely names, or have a term of their own.
fn worth(parties: &[Party]) -> usize {
    let sure = |party: &&Party| {
        party.name.kind == Kind::Company || !party.terms.is_empty() || party.name.kind == Kind::Person
    };
    let termed = parties.iter().filter(|party| !party.terms.is_empty()).count();
    if parties.len() < 2 {
        return 0;
    }
    let all_sure = parties.iter().all(|party| sure(&party));
    parties.iter().filter(sure).count() + termed + 2 * usize::from(all_sure)
}

/// The parties named from the word on: a name, what is said of it, "and", the next.
fn list(prose: &Prose, from: usize, language: Language) -> Vec<Party> {
    let mut found = Vec::new();
    let mut at = from;
    while found.len() < MOST {
        let Some(name) = led_name(prose, at) else { break };
        let (end, next) = chunk_end(prose, &name, language);
        let (terms, term_run) = terms(
            prose,
            Run {
                from: name.run.to,
                to: end,
            },
        );
        found.push(Party {
            name,
            terms,
            term_run,
            listed: true,
            signed: false,
        });
        let Some(next) = next else { break };
        at = next;
    }
    found
}

/// The name that begins at the word or behind a few words such as "the company".
fn led_name(prose: &Prose, from: usize) -> Option<Name> {
    let words = Words::get();
    let end = prose.words.len().min(from + LONGEST_CHUNK);
    for at in from..end.min(from + LEAD) {
        let (text, core) = (prose.text(at), prose.core(at));
        let lead = core.is_empty()
            || is_list_mark(text)
            || (words.is_before_name(core) && !capital_name(prose, at, end));
        if !lead {
            return names::name_at(prose, at, end);
        }
    }
    None
}

/// Whether a word that may stand before a name is the first of one: `The Harbour Company`, `La Redoute`.
fn capital_name(prose: &Prose, at: usize, end: usize) -> bool {
    let text = prose.text(at);
    let the = matches!(
        prose.core(at),
        "the" | "la" | "le" | "el" | "il" | "de" | "a" | "o" | "m" | "d"
    );
    let initial = text.ends_with('.') && prose.core(at).len() == 1;
    names::is_capital(text)
        && the
        && !initial
        && names::name_at(prose, at + 1, end).is_some()
        && !opens_sentence(prose, at)
}

fn opens_sentence(prose: &Prose, at: usize) -> bool {
    prose.sentence_at(at).from == at
}

/// `(1)`, `1.`, `a)`, `(ii)`, `-`
fn is_list_mark(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let marked = text.ends_with([')', '.', ':']) || text.starts_with('(');
    let number = bare.len() <= 2 && bare.chars().all(|c| c.is_ascii_digit());
    let roman = bare.len() <= 3 && bare.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    let letter = bare.len() == 1 && text.contains(')');
    marked && !bare.is_empty() && (number || roman || letter)
}

/// Where what is said of a party ends, and where the next one begins if there is one.
fn chunk_end(prose: &Prose, name: &Name, language: Language) -> (usize, Option<usize>) {
    let words = Words::get();
    let end = prose.words.len().min(name.run.to + LONGEST_CHUNK);
    let mut depth = 0_usize;
    let mut at = name.run.to;
    // The bracket of a term may be open at the name's end: never so.
    while at < end {
        let (text, core) = (prose.text(at), prose.core(at));
        let outside = depth == 0;
        if outside
            && at > name.run.to
            && words.after_parties.at(prose, at).is_some()
            && !text.starts_with('(')
        {
            return (at, None);
        }
        if outside && is_list_mark(text) && names_party(prose, at + 1) {
            return (at, Some(at + 1));
        }
        if outside
            && words.is_and(core, language)
            && names_party(prose, at + 1)
            && !is_part_of_place(prose, at)
        {
            return (at, Some(at + 1));
        }
        let closed = prose.text(at.saturating_sub(1)).ends_with([',', ';', ')']);
        let after_term = outside && at > name.run.to && is_term_end(prose.text(at - 1));
        if after_term && closed && names::opens_name(prose, at) && names_company(prose, at) {
            return (at, Some(at));
        }
        if outside && opens_sentence(prose, at) && at > name.run.to && !goes_on(prose, at, language) {
            return (at, None);
        }
        depth = (depth + text.matches('(').count()).saturating_sub(text.matches(')').count());
        at += 1;
    }
    (end, None)
}

/// A bracket with a comma behind it, `(“Owner”),`, or a semicolon.
fn is_term_end(text: &str) -> bool {
    text.ends_with("),") || text.ends_with(");") || text.ends_with(';')
}

/// Whether the list goes on in a new sentence or block: with "and", a mark, or what belongs to the party before.
fn goes_on(prose: &Prose, at: usize, language: Language) -> bool {
    let words = Words::get();
    let text = prose.text(at);
    words.is_and(prose.core(at), language)
        || is_list_mark(text)
        || text.starts_with('(')
        || text.starts_with(char::is_lowercase)
        || {
            // Lines of an address, until the next "and" or bracket.
            let line = prose.sentence_at(at);
            line.to - line.from <= 8
        }
}

/// Whether the words are the next party: a name after perhaps a few words.
fn names_party(prose: &Prose, at: usize) -> bool {
    led_name(prose, at).is_some_and(|name| {
        let next = prose.text(name.run.to);
        let followed = next.starts_with(['(', '"', '“', '„', '«', '–', '-'])
            || prose.text(name.run.to - 1).ends_with([',', ';', '.']);
        let place =
            place_at(&prose.texts(name.run)).is_some_and(|place| place.words == name.run.to - name.run.from);
        match name.kind {
            Kind::Company => true,
            Kind::Person => {
                !place
                    && (followed
                        || next.starts_with(char::is_lowercase)
                        || next.is_empty()
                        || opens_sentence(prose, name.run.to))
            }
            Kind::Other => !place && next.starts_with('('),
        }
    })
}

fn names_company(prose: &Prose, at: usize) -> bool {
    let end = prose.words.len().min(at + LONGEST_CHUNK);
    names::name_at(prose, at, end)
        .is_some_and(|name| name.kind == Kind::Company || prose.text(name.run.to).starts_with('('))
}

/// Whether the "and" stands within the name of a place: England and Wales.
fn is_part_of_place(prose: &Prose, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else {
        return false;
    };
    let run = Run {
        from: before,
        to: prose.words.len().min(at + 2),
    };
    place_at(&prose.texts(run)).is_some_and(|place| place.words > 1)
}

/// What the party is called from there on: words in quotation marks or brackets behind its name.
fn terms(prose: &Prose, chunk: Run) -> (Vec<String>, Option<Run>) {
    let mut found: Vec<(String, Run)> = Vec::new();
    let mut at = chunk.from;
    while at < chunk.to {
        if let Some(run) = quoted(prose, at, chunk.to) {
            found.push((term(prose, run), run));
            at = run.to;
            continue;
        }
        if prose.text(at).starts_with('(')
            && let Some(run) = bare_term(prose, at, chunk.to)
        {
            found.push((term(prose, run), run));
        }
        at += 1;
    }
    found.retain(|(text, _)| is_term(text));
    let first = found.first().map(|(_, run)| *run);
    (found.into_iter().map(|(text, _)| text).collect(), first)
}

const OPENING_MARKS: [char; 7] = ['"', '“', '„', '«', '‘', '”', '\''];
const CLOSING_MARKS: [char; 7] = ['"', '”', '“', '»', '’', '\'', '‟'];

/// The words from an opening quotation mark to its end.
fn quoted(prose: &Prose, at: usize, end: usize) -> Option<Run> {
    let text = prose.text(at).trim_start_matches(['(', '[']);
    if !text.starts_with(OPENING_MARKS) {
        return None;
    }
    let closes = |at: &usize| {
        let bare = prose.text(*at).trim_end_matches([')', ']', ',', ';', '.', ':']);
        bare.ends_with(CLOSING_MARKS) && bare.chars().count() > 1
    };
    let last = (at..end.min(at + LONGEST_TERM)).find(closes)?;
    Some(Run {
        from: at,
        to: last + 1,
    })
}

/// `(the Company)`, `(hereinafter the Tenant)`: capitalised words alone in a bracket.
fn bare_term(prose: &Prose, at: usize, end: usize) -> Option<Run> {
    let last = (at..end.min(at + LONGEST_TERM + 3)).find(|at| prose.text(*at).contains(')'))?;
    let from = (at..=last).find(|at| names::is_capital(prose.text(*at).trim_start_matches('(')))?;
    let all = (from..=last).all(|at| names::is_capital(prose.text(at).trim_start_matches('(')));
    (all && last + 1 - from <= 3).then_some(Run { from, to: last + 1 })
}

/// The words of a term, folded, without an article.
fn term(prose: &Prose, run: Run) -> String {
    let cores: Vec<&str> = (run.from..run.to)
        .map(|at| prose.core(at))
        .filter(|core| !core.is_empty())
        .collect();
    let from = usize::from(
        cores.len() > 1
            && matches!(
                cores.first(),
                Some(&("the" | "der" | "die" | "le" | "la" | "el" | "il" | "de" | "het" | "a" | "o"))
            ),
    );
    cores.get(from..).unwrap_or_default().join(" ")
}

/// Whether a term is a party's and not the contract's or all parties'.
fn is_term(text: &str) -> bool {
    let words = Words::get();
    let whole = [
        "party",
        "parties",
        "effective date",
        "partei",
        "parteien",
        "partie",
        "parte",
        "partes",
        "parti",
        "partijen",
    ];
    !text.is_empty() && !whole.contains(&text) && !words.is_title(text.rsplit(' ').next().unwrap_or_default())
}

/// Names that are given a term where no list of parties stands: a letter with "Harbour Ltd (the “Company”)".
fn defined(prose: &Prose, opening: Run) -> Vec<Party> {
    let mut found: Vec<Party> = Vec::new();
    let mut at = opening.from;
    while at < opening.to && found.len() < MOST {
        let Some(name) = names::name_at(prose, at, opening.to).filter(|name| name.kind != Kind::Other) else {
            at += 1;
            continue;
        };
        let bracket = bracket_behind(prose, name.run.to);
        let (terms, term_run) = bracket.map(|run| terms(prose, run)).unwrap_or_default();
        // People are known by their term alone: "Jane Example (“Employee”)".
        let named = bracket.is_some_and(|run| run.from == name.run.to) && !terms.is_empty();
        if name.kind == Kind::Person && !named {
            at += 1;
            continue;
        }
        found.push(Party {
            name,
            terms,
            term_run,
            listed: false,
            signed: false,
        });
        at = name.run.to;
    }
    found
}

/// The bracket behind a name, perhaps after a few words of what it is: `a Delaware corporation (...)`.
fn bracket_behind(prose: &Prose, from: usize) -> Option<Run> {
    let end = prose.sentence_at(from.saturating_sub(1)).to;
    let opens = (from..end.min(from + LEAD)).find(|at| prose.text(*at).starts_with('('))?;
    let closes = (opens..end.min(opens + LONGEST_BRACKET)).find(|at| prose.text(*at).contains(')'))?;
    Some(Run {
        from: opens,
        to: closes + 1,
    })
}

/// The letters and digits of the words with the signatures.
struct Signatures(String);

impl Signatures {
    /// Where nothing says that a contract is signed, its last tenth is looked at.
    fn new(contract: &Contract) -> Self {
        let prose = &contract.prose;
        let length = prose.words.len();
        let from = contract.signatures.min(length - length / 10);
        Self(squashed(prose, Run { from, to: length }))
    }

    fn hold(&self, prose: &Prose, run: Run) -> bool {
        let name = squashed(prose, run);
        name.len() >= 4 && self.0.contains(&name)
    }
}

/// The letters and digits of words, with one sign for "and".
pub(super) fn squashed(prose: &Prose, run: Run) -> String {
    let words = Words::get();
    let mut text = String::new();
    for at in run.from..run.to {
        let core = prose.core(at);
        if prose.text(at) == "&" || words.is_any_and(core) {
            text.push('&');
            continue;
        }
        text.extend(core.chars().filter(|c| c.is_alphanumeric()));
    }
    text
}

/// Each party once: the first print of its name that has a term, else the first.
fn without_twins(prose: &Prose, parties: Vec<Party>) -> Vec<Party> {
    let mut kept: Vec<(String, Party)> = Vec::new();
    for party in parties {
        let key = squashed(prose, party.name.run);
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => {
                if known.terms.is_empty() && !party.terms.is_empty() {
                    known.terms = party.terms;
                    known.term_run = party.term_run;
                }
            }
            None => kept.push((key, party)),
        }
    }
    kept.into_iter().map(|(_, party)| party).collect()
}
