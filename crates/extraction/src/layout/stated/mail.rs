//! Headers of a message: which of them a field asks for, and what of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::parsed::{Pair, PairKind};
use domain::schema::{Field, FieldKind, Group, StringFormat};
use serde::Deserialize;

use super::mailbox::{Mailbox, mailboxes};
use crate::layout::answer::{self, Scored, Why};
use crate::layout::ask::{Ask, Want};
use crate::layout::candidates::{Candidate, Part};
use crate::layout::ground::Scope;
use crate::layout::rect::Rect;
use crate::layout::scene::{Scene, Sheet};
use crate::layout::score::{Feature, Features};
use crate::layout::slots::{Answer, Slot};
use crate::layout::spans;
use crate::layout::tables::Located;
use crate::lexicon::normal::{key_words, words};

/// How surely a key asks for a header: by a name of its own, or by one that may mean something else.
const BY_NAME: f64 = 1.0;
const BY_WEAK_NAME: f64 = 0.6;
/// A description says at its beginning what is asked for.
const OPENING: usize = 5;

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Data {
    header: Vec<Header>,
    parts: Parts,
    around: Around,
}

/// A header, or several that stand for each other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    names: Vec<String>,
    #[serde(default)]
    addresses: bool,
    keys: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Parts {
    name: Vec<String>,
    address: Vec<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Around {
    before: Vec<String>,
    after: Vec<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/mail.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// Names of headers by their squashed form: index into the headers and how surely.
static NAMES: LazyLock<HashMap<String, (usize, f64)>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (index, header) in DATA.header.iter().enumerate() {
        let weak = header.weak.iter().map(|key| (key, BY_WEAK_NAME));
        for (key, sure) in header.keys.iter().map(|key| (key, BY_NAME)).chain(weak) {
            names.entry(words(key).concat()).or_insert((index, sure));
        }
    }
    names
});

/// What of a header is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Whole,
    Name,
    Address,
}

/// What a field asks of the headers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wish {
    /// Indices into the known headers: more than one only where a description names them.
    headers: Vec<usize>,
    what: What,
    /// 0..=1.
    pub(crate) sure: f64,
}

impl Wish {
    /// What a field asks of the headers, if it does.
    pub(crate) fn of_ask(ask: &Ask<'_>) -> Option<Self> {
        let mut steps = ask.path.rsplit('.');
        let parent = steps.nth(1).unwrap_or_default();
        Self::of(ask.field, parent)
    }

    fn of(field: &Field, parent: &str) -> Option<Self> {
        let item = match &field.kind {
            FieldKind::Array(item) => item,
            _ => field,
        };
        let description = field
            .description
            .as_deref()
            .or(item.description.as_deref())
            .unwrap_or_default();
        let key = around_taken_off(&key_words(&field.name));
        let (stem, part) = without_part(&key);
        let what = part.or_else(|| of_format(item)).or_else(|| opening(description));
        let named = named_headers(description);
        let whole = key_words(&field.name);
        let by_key = header_of(&whole)
            .or_else(|| header_of(&stem))
            .or_else(|| header_of(&key));
        let by_parent = || header_of(&without_part(&around_taken_off(&key_words(parent))).0);
        let found = match by_key {
            Some((header, sure)) => Some((header, if part.is_some() { BY_NAME } else { sure })),
            // `address`, "E-mail address of the sender"
            None if stem.is_empty() => by_parent().map(|(header, _)| (header, BY_NAME)).or_else(|| {
                let said = mentioned(description)?;
                Some((said, BY_NAME))
            }),
            None => None,
        };
        let (headers, sure) = match found {
            Some((header, sure)) if named.is_empty() => (vec![header], sure),
            Some(_) => (named, BY_NAME),
            // "as in the Subject header"
            None if !named.is_empty() => (named, BY_NAME),
            None => return None,
        };
        let people = headers.iter().any(|header| is_of_people(*header));
        let what = if people {
            what.unwrap_or(What::Whole)
        } else {
            What::Whole
        };
        // `sender.name` asks for a name where `sender.phone` asks for nothing that a header has.
        Some(Self { headers, what, sure })
    }
}

fn is_of_people(header: usize) -> bool {
    DATA.header.get(header).is_some_and(|header| header.addresses)
}

fn header_of(key: &[String]) -> Option<(usize, f64)> {
    NAMES.get(&key.concat()).copied()
}

/// A key without the words around the name of a header.
fn around_taken_off(key: &[String]) -> Vec<String> {
    let mut rest = key;
    for before in &DATA.around.before {
        if let Some(behind) = rest
            .strip_prefix(words(before).as_slice())
            .filter(|rest| !rest.is_empty())
        {
            rest = behind;
            break;
        }
    }
    while let [before @ .., last] = rest
        && !before.is_empty()
        && DATA.around.after.contains(last)
    {
        rest = before;
    }
    rest.to_vec()
}

/// A key without the words at its end that ask for a name or an address, and which they are.
fn without_part(key: &[String]) -> (Vec<String>, Option<What>) {
    let parts = DATA.parts.name.iter().map(|words| (words, What::Name));
    let parts = parts.chain(DATA.parts.address.iter().map(|words| (words, What::Address)));
    let matching = parts.filter_map(|(part, what)| {
        let rest = key.strip_suffix(words(part).as_slice())?;
        Some((rest.len(), what))
    });
    match matching.min_by_key(|(length, _)| *length) {
        Some((length, what)) => (key.get(..length).unwrap_or_default().to_vec(), Some(what)),
        None => (key.to_vec(), None),
    }
}

fn of_format(field: &Field) -> Option<What> {
    let FieldKind::String(rules) = &field.kind else {
        return None;
    };
    match rules.format? {
        StringFormat::Email => Some(What::Address),
        StringFormat::Person | StringFormat::Organization => Some(What::Name),
        _ => None,
    }
}

/// What the first words of a description ask for: "E-mail address of", "Name of".
fn opening(description: &str) -> Option<What> {
    let said = words(description);
    let first = said.get(..said.len().min(OPENING)).unwrap_or_default();
    first.iter().find_map(|word| {
        let is = |list: &[String]| list.iter().any(|known| known == word);
        match (is(&DATA.parts.name), is(&DATA.parts.address)) {
            (true, _) => Some(What::Name),
            (_, true) => Some(What::Address),
            _ => None,
        }
    })
}

/// The headers that a description names as such: "the To header", "the To and Cc headers".
fn named_headers(description: &str) -> Vec<usize> {
    let said = words(description);
    let mut found = Vec::new();
    for at in said
        .iter()
        .enumerate()
        .filter(|(_, word)| matches!(word.as_str(), "header" | "headers"))
    {
        let before = said.get(..at.0).unwrap_or_default();
        let mut end = before.len();
        while let Some((start, header)) = name_ending_at(before, end) {
            found.push(header);
            end = start;
            while before
                .get(end.wrapping_sub(1))
                .is_some_and(|word| matches!(word.as_str(), "and" | "or"))
            {
                end -= 1;
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The header whose name ends before the word, and where it begins.
fn name_ending_at(said: &[String], end: usize) -> Option<(usize, usize)> {
    DATA.header.iter().enumerate().find_map(|(index, header)| {
        header.names.iter().find_map(|name| {
            let name = words(name);
            let start = end.checked_sub(name.len())?;
            (said.get(start..end)? == name.as_slice()).then_some((start, index))
        })
    })
}

/// The first header that a description mentions by a name of its own: "of the sender".
fn mentioned(description: &str) -> Option<usize> {
    let said = words(description);
    said.iter().find_map(|word| {
        let (header, sure) = NAMES.get(word)?;
        (*sure >= BY_NAME).then_some(*header)
    })
}

/// A page that is a message: its headers with their places.
#[derive(Debug)]
pub(crate) struct Message {
    view: usize,
    /// For each word of a header the segment and the place in it.
    places: HashMap<usize, (usize, usize)>,
}

/// The messages of a run.
pub(crate) fn messages(scene: &Scene<'_>) -> Vec<Message> {
    let sheets = scene.sheets.iter().enumerate();
    let of_mail = sheets.filter(|(_, sheet)| headers_of(sheet).next().is_some());
    of_mail.map(|(view, sheet)| Message::new(view, sheet)).collect()
}

fn headers_of<'s>(sheet: &'s Sheet<'_>) -> impl Iterator<Item = &'s Pair> {
    let pairs = sheet.view.page.pairs.iter();
    pairs.filter(|pair| pair.kind == PairKind::Header)
}

impl Message {
    fn new(view: usize, sheet: &Sheet<'_>) -> Self {
        let mut places = HashMap::new();
        for (number, segment) in sheet.view.segments.iter().enumerate() {
            for (at, word) in segment.words.iter().enumerate() {
                places.entry(*word).or_insert((number, at));
            }
        }
        Self { view, places }
    }

    /// What the message says for a field.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, ask: &Ask<'_>, wish: &Wish) -> Vec<Scored> {
        let Some(sheet) = scene.sheets.get(self.view) else {
            return Vec::new();
        };
        let many = matches!(ask.field.kind, FieldKind::Array(_));
        let mut found = Vec::new();
        for (pair, (from, to)) in Self::entries(sheet, wish, many) {
            let Some(candidate) = self.candidate(sheet, ask, pair, from, to) else {
                continue;
            };
            let mut features = Features::default();
            features.set(Feature::Stated, wish.sure);
            features.set(Feature::Specificity, candidate.specificity);
            features.set(Feature::Fit, candidate.fit);
            let name = pair.name.clone();
            found.push(Scored::new(candidate, features, Why::Header { name }));
            if !many {
                break;
            }
        }
        found
    }

    /// The headers that a wish asks for, with the bytes of the value that answer it: one for each of the people where
    /// they are asked for one by one.
    fn entries<'s>(sheet: &'s Sheet<'_>, wish: &Wish, each: bool) -> Vec<(&'s Pair, (usize, usize))> {
        let mut found = Vec::new();
        for header in wish.headers.iter().filter_map(|index| DATA.header.get(*index)) {
            let named = |name: &&String| headers_of(sheet).any(|pair| pair.name.eq_ignore_ascii_case(name));
            let Some(name) = header.names.iter().find(named) else {
                continue;
            };
            for pair in headers_of(sheet).filter(|pair| pair.name.eq_ignore_ascii_case(name)) {
                let all = (0, pair.value.len());
                if !header.addresses || wish.what == What::Whole && !each {
                    found.push((pair, without_brackets(&pair.value, all)));
                    continue;
                }
                let people = mailboxes(&pair.value);
                found.extend(
                    people
                        .iter()
                        .filter_map(|one| Some((pair, part(one, wish.what)?))),
                );
            }
        }
        found
    }

    /// The bytes of a header as a value of the field.
    fn candidate(
        &self,
        sheet: &Sheet<'_>,
        ask: &Ask<'_>,
        pair: &Pair,
        from: usize,
        to: usize,
    ) -> Option<Candidate> {
        let parts = self.parts(pair, from, to);
        let place = Rect::around(parts.iter().filter_map(|part| {
            let segment = sheet.view.segment(part.segment)?;
            Some(segment.place_of(part.from, part.to))
        }))?;
        let printed = pair.value.get(from..to)?.to_owned();
        let candidate = |value, exact, printed| Candidate {
            view: self.view,
            parts: parts.clone(),
            place,
            value,
            printed,
            exact,
            other: None,
            specificity: 0.8,
            fit: 1.0,
            end: None,
            skipped: 0,
        };
        if let Some((value, exact)) = spans::text_value(&printed, ask) {
            return Some(candidate(value, exact, printed));
        }
        let typed = parts.iter().flat_map(|part| {
            let inside = move |span: &&spans::Span| span.from >= part.from && span.to <= part.to;
            sheet.spans.of(part.segment).iter().filter(inside)
        });
        let readable = typed.filter_map(|span| Some((span, spans::value_of(span, ask)?)));
        let (span, value) = readable.max_by(|(a, _), (b, _)| {
            let fit = |span: &spans::Span| spans::fit(span, ask.want);
            fit(a)
                .total_cmp(&fit(b))
                .then((a.to - a.from).cmp(&(b.to - b.from)))
        })?;
        Some(candidate(value, span.exact, span.text.clone()))
    }

    /// The rows of the page that hold the bytes of a header.
    fn scope(&self, sheet: &Sheet<'_>, pair: &Pair, (from, to): (usize, usize)) -> Scope {
        let parts = self.parts(pair, from, to);
        let rows = || {
            let segments = parts.iter().filter_map(|part| sheet.view.segment(part.segment));
            segments.map(|segment| segment.row)
        };
        let first = rows().min().unwrap_or(0);
        Scope {
            view: self.view,
            from: first,
            to: rows().max().map_or(first, |last| last + 1),
        }
    }

    /// The words of the page that hold the bytes of a header.
    fn parts(&self, pair: &Pair, from: usize, to: usize) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut at = 0;
        for (number, word) in pair.value.split_whitespace().enumerate() {
            let start = pair
                .value
                .get(at..)
                .and_then(|rest| rest.find(word))
                .map_or(at, |found| at + found);
            at = start + word.len();
            let place = pair
                .words
                .get(number)
                .and_then(|word| usize::try_from(*word).ok());
            let place = place.and_then(|word| self.places.get(&word));
            let (Some((segment, index)), true) = (place, start < to && at > from) else {
                continue;
            };
            match parts.last_mut() {
                Some(last) if last.segment == *segment => last.to = index + 1,
                _ => parts.push(Part {
                    segment: *segment,
                    from: *index,
                    to: index + 1,
                }),
            }
        }
        parts
    }
}

/// `<1@example.com>` is meant without its brackets.
fn without_brackets(value: &str, all: (usize, usize)) -> (usize, usize) {
    let inside = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let one = inside.is_some_and(|inside| !inside.is_empty() && !inside.contains(['<', '>']));
    if one { (1, value.len() - 1) } else { all }
}

fn part(one: &Mailbox, what: What) -> Option<(usize, usize)> {
    match what {
        What::Whole => Some(one.whole),
        What::Name => one.name,
        What::Address => one.address,
    }
}

/// Whether a group asks for the entries of a header.
pub(crate) fn is_of_header(name: &str, group: &Group) -> bool {
    let named = named_headers(group.description.as_deref().unwrap_or_default());
    let by_name = header_of(&around_taken_off(&key_words(name)));
    !named.is_empty() || by_name.is_some_and(|(_, sure)| sure >= BY_NAME)
}

/// The entries of a list that a message's headers hold: its recipients, its attachments. None where there is no message
/// or the list asks for something else.
pub(crate) fn rows(
    scene: &Scene<'_>,
    group: &Group,
    path: &str,
    description: Option<&str>,
    fields: &[Field],
) -> Option<Located> {
    let messages = messages(scene);
    let message = messages.first()?;
    let sheet = scene.sheets.get(message.view)?;
    let name = path.rsplit('.').next().unwrap_or(path);
    let named = named_headers(description.unwrap_or_default());
    let headers = match header_of(&around_taken_off(&key_words(name))) {
        _ if !named.is_empty() => named,
        Some((header, _)) => vec![header],
        None => return None,
    };
    let asks: Vec<Ask<'_>> = Slot::of(fields)
        .iter()
        .map(|slot| Ask::new(group, path, slot.field(), None))
        .collect();
    let wishes: Vec<Option<What>> = asks.iter().map(|ask| of_column(ask, &headers)).collect();
    wishes.iter().flatten().next()?;
    let whole = Wish {
        headers,
        what: What::Whole,
        sure: BY_NAME,
    };
    let entries = Message::entries(sheet, &whole, true);
    let rows = entries.into_iter().map(|(pair, entry)| {
        let people = mailboxes(pair.value.get(entry.0..entry.1).unwrap_or_default());
        let members = asks.iter().zip(&wishes).map(|(ask, what)| {
            let answer = what
                .and_then(|what| {
                    let range = match people.first() {
                        Some(one) if what != What::Whole => {
                            part(one, what).map(|(from, to)| (entry.0 + from, entry.0 + to))
                        }
                        _ => Some(entry),
                    };
                    let (from, to) = range?;
                    let candidate = message.candidate(sheet, ask, pair, from, to)?;
                    Some(cell(scene, ask, candidate, pair))
                })
                .unwrap_or_else(|| Answer::nothing("The header says nothing of it."));
            (ask.field.name.clone(), answer)
        });
        let answer = Answer::object(members.collect::<Vec<_>>());
        (answer, message.scope(sheet, pair, entry))
    });
    let rows = rows.filter(|(answer, _)| answer.holds_anything());
    Some(Located::of(rows.collect()))
}

/// What of a header's entry a column asks for.
fn of_column(ask: &Ask<'_>, headers: &[usize]) -> Option<What> {
    let people = headers.iter().any(|header| is_of_people(*header));
    let key = around_taken_off(&key_words(&ask.field.name));
    let (stem, part) = without_part(&key);
    let own = stem.is_empty()
        || header_of(&stem)
            .or_else(|| header_of(&key))
            .is_some_and(|(index, _)| headers.contains(&index));
    let description = ask.field.description.as_deref().unwrap_or_default();
    let what = part
        .or_else(|| of_format(ask.field))
        .or_else(|| opening(description));
    match (people, own) {
        (true, true) => Some(what.unwrap_or(What::Whole)),
        // Of the entry of a recipient there is nothing else; a key that says little is told apart by its description.
        (true, false) => what.filter(|_| matches!(ask.want, Want::Email | Want::Name)),
        (false, true) => Some(What::Whole),
        (false, false) => None,
    }
}

/// A value of an entry as an answer.
fn cell(scene: &Scene<'_>, ask: &Ask<'_>, candidate: Candidate, pair: &Pair) -> Answer {
    let mut features = Features::default();
    features.set(Feature::Stated, BY_NAME);
    features.set(Feature::Specificity, candidate.specificity);
    features.set(Feature::Fit, candidate.fit);
    let name = pair.name.clone();
    let mut scored = Scored::new(candidate, features, Why::Header { name });
    scored.logit = scene.model.logit(&scored.features);
    answer::of(scene, ask, std::slice::from_ref(&scored), Some(0))
}

#[cfg(test)]
mod tests;
