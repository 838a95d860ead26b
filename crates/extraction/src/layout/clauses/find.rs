//! Values of clauses: where a phrase leads to one, and what around it says that it is the clause's own.

use serde_json::Value;

use super::contract::Contract;
use super::data::{Clause, Reads, Where, clauses};
use super::phrases::{Found, Phrase};
use super::prose::{Prose, Run, place_of};
use super::words::Words;
use crate::layout::answer::{Scored, Why};
use crate::layout::ask::Ask;
use crate::layout::candidates::Candidate;
use crate::layout::features;
use crate::layout::rect::float;
use crate::layout::scene::Scene;
use crate::layout::score::{Feature, Features};
use crate::layout::spans;
use crate::lexicon::normal;
use crate::reading;

/// Words around a phrase that may speak of something else.
const AROUND: usize = 25;
/// A sentence of no more words may be a heading.
const HEADING: usize = 8;
/// Words of a typed value behind the last that may be skipped.
const TYPED: usize = 14;
/// An adjective stands closer to its phrase than a name.
const ADJECTIVE_SKIP: usize = 3;
/// The head of a letter has at most so many words.
const HEAD: usize = 80;
/// A date has at most so many words.
const LONGEST_DATE: usize = 6;
/// How surely a day at the head of a letter is the contract's.
const HEAD_STRENGTH: f64 = 0.6;
/// How unlikely it is that something else reads so.
const PLACE: f64 = 0.9;
const SPAN: f64 = 0.8;

/// A value with the words that hold it.
struct Held {
    run: Run,
    value: Value,
    other: Option<Value>,
    specificity: f64,
    /// It is counted in a unit that its clause seldom has.
    odd_unit: bool,
}

/// The candidates that the clause gives for the field in a document.
pub(crate) fn candidates(
    scene: &Scene<'_>,
    contract: &Contract,
    ask: &Ask<'_>,
    clause: &Clause,
) -> Vec<Scored> {
    let prose = &contract.prose;
    let all = Run {
        from: 0,
        to: prose.words.len(),
    };
    let mut scored = Vec::new();
    for found in clause.phrases.find(prose, all) {
        let Some(held) = held(scene, contract, ask, clause, &found) else {
            continue;
        };
        scored.extend(candidate(scene, contract, ask, clause, &found, held));
    }
    if clause.place == Where::Ends && clause.reads == Reads::Typed {
        scored.extend(at_head(scene, contract, ask, clause));
    }
    scored
}

/// The day at the head of a letter, alone on its line.
fn at_head(scene: &Scene<'_>, contract: &Contract, ask: &Ask<'_>, clause: &Clause) -> Option<Scored> {
    let prose = &contract.prose;
    let style = scene.styles.get(contract.document)?;
    let lines =
        (0..HEAD.min(prose.words.len())).filter(|at| prose.word(*at).is_some_and(|word| word.opens_line));
    let (line, span) = lines.into_iter().find_map(|from| {
        let end = prose.words.len().min(from + LONGEST_DATE + 1);
        let to = (from + 1..end).find(|at| prose.word(*at).is_some_and(|word| word.opens_line))?;
        let read = spans::read(&prose.texts(Run { from, to }), style);
        let span = read
            .into_iter()
            .find(|span| span.from == 0 && span.to == to - from && spans::value_of(span, ask).is_some())?;
        Some((Run { from, to }, span))
    })?;
    let held = Held {
        run: line,
        value: spans::value_of(&span, ask)?,
        other: spans::other_of(&span, ask),
        specificity: span.specificity,
        odd_unit: false,
    };
    let phrase = Phrase::new("", HEAD_STRENGTH);
    let found = Found {
        phrase: &phrase,
        run: line,
        value_before: false,
    };
    let scored = candidate(scene, contract, ask, clause, &found, held)?;
    Some(Scored {
        why: Why::Form,
        ..scored
    })
}

fn candidate(
    scene: &Scene<'_>,
    contract: &Contract,
    ask: &Ask<'_>,
    clause: &Clause,
    found: &Found<'_>,
    held: Held,
) -> Option<Scored> {
    let odd_unit = held.odd_unit;
    let (view_index, parts) = contract.prose.parts(scene, held.run)?;
    let view = &scene.sheets.get(view_index)?.view;
    let printed = contract.prose.texts(held.run).join(" ");
    let candidate = Candidate {
        view: view_index,
        place: place_of(view, &parts)?,
        parts,
        exact: held.value.as_str() == Some(printed.as_str()),
        value: held.value,
        printed,
        other: held.other,
        specificity: held.specificity,
        fit: 1.0,
        end: None,
        skipped: 0,
    };
    let mut features = surroundings(contract, clause, found, held.run);
    features.flag(Feature::OddUnit, odd_unit);
    features::add_own(&mut features, view, ask, &candidate);
    let phrase = found.phrase.text.clone();
    Some(Scored::new(candidate, features, Why::Clause { phrase }))
}

/// What the words around a value say about it.
fn surroundings(contract: &Contract, clause: &Clause, found: &Found<'_>, value: Run) -> Features {
    let prose = &contract.prose;
    let mut features = Features::default();
    features.set(Feature::Clause, found.phrase.strength);
    match heading(prose, clause, found.run.from) {
        Some(true) => features.flag(Feature::ClauseHeading, true),
        Some(false) => features.flag(Feature::OtherHeading, true),
        None => {}
    }
    let sentence = prose.sentence_at(found.run.from);
    let near = Run {
        from: sentence
            .from
            .max(found.run.from.min(value.from).saturating_sub(AROUND)),
        to: sentence.to.min(found.run.to.max(value.to) + AROUND),
    };
    let against = clause.against.find(prose, near).len();
    features.set(Feature::ClauseAgainst, float(against.min(2)) / 2.0);
    let between = Run {
        from: found.run.to.min(value.to),
        to: value.from.max(found.run.to),
    };
    let skipped = (between.from..between.to)
        .filter(|at| !Words::get().is_filler(prose.core(*at)))
        .count();
    features.set(Feature::Skipped, float(skipped.min(5)));
    features.flag(Feature::NoContract, !contract.is_contract());
    if clause.place == Where::Ends {
        let opens = contract.opening.from <= value.from && value.to <= contract.opening.to;
        let signed = value.from >= contract.signatures;
        features.flag(Feature::Opening, opens);
        features.flag(Feature::Signatures, signed && !opens);
        features.flag(Feature::ClauseElsewhere, !opens && !signed);
    }
    features
}

/// Whether the heading over the words is the clause's (true) or another's (false); none where there is none known.
fn heading(prose: &Prose, clause: &Clause, at: usize) -> Option<bool> {
    let sentence = prose.word(at)?.sentence;
    let inline = inline_heading(prose, prose.sentence(sentence));
    let before = (1..=2).map_while(|back| {
        let run = prose.sentence(sentence.checked_sub(back)?);
        (run.to.saturating_sub(run.from) <= HEADING).then_some(run)
    });
    let texts = inline
        .into_iter()
        .chain(before)
        .map(|run| title(prose, run))
        .filter(|title| !title.is_empty());
    for title in texts {
        if clause.is_heading(&title) {
            return Some(true);
        }
        if clauses().iter().any(|other| other.is_heading(&title)) {
            return Some(false);
        }
    }
    None
}

/// The words up to a colon or a dash at the head of a sentence: `Term: This Agreement ...`.
fn inline_heading(prose: &Prose, sentence: Run) -> Option<Run> {
    let end = sentence.to.min(sentence.from + HEADING);
    let ends = |at: &usize| {
        let text = prose.text(*at);
        text.ends_with(':') || matches!(text, "-" | "–" | "—")
    };
    let at = (sentence.from..end).find(ends)?;
    Some(Run {
        from: sentence.from,
        to: at + 1,
    })
}

/// The words of a heading without its number, squashed.
fn title(prose: &Prose, run: Run) -> String {
    let is_number = |at: &usize| {
        let (text, core) = (prose.text(*at), prose.core(*at));
        let marked = text.ends_with(['.', ')', ':']) && core.len() <= 4 && run.to - run.from > 1;
        let counted = core.chars().all(|c| c.is_ascii_digit() || c == '.');
        marked
            || counted
            || matches!(
                core,
                "section" | "article" | "clause" | "art" | "ziffer" | "artikel" | "artigo"
            )
    };
    let from = (run.from..run.to).find(|at| !is_number(at)).unwrap_or(run.to);
    normal::squashed(&prose.texts(Run { from, to: run.to }).join(" "))
}

fn held(
    scene: &Scene<'_>,
    contract: &Contract,
    ask: &Ask<'_>,
    clause: &Clause,
    found: &Found<'_>,
) -> Option<Held> {
    match clause.reads {
        Reads::Place => place(&contract.prose, ask, clause, found),
        Reads::Span => span(&contract.prose, ask, clause, found),
        Reads::Typed => typed(scene, contract, ask, clause, found),
        Reads::None => None,
    }
}

/// Where a value may begin behind the phrase, with the end of the sentence.
fn starts(prose: &Prose, found: &Found<'_>, skip: usize) -> (std::ops::Range<usize>, usize) {
    let end = prose.sentence_at(found.run.from).to;
    let first = found.run.to.min(end);
    (first..end.min(first + skip + 1), end)
}

fn place(prose: &Prose, ask: &Ask<'_>, clause: &Clause, found: &Found<'_>) -> Option<Held> {
    if found.value_before {
        let to = found.run.from;
        let named = (1..=4).rev().find_map(|length| {
            let run = Run {
                from: to.checked_sub(length)?,
                to,
            };
            let place = reading::place_at(&prose.texts(run)).filter(|place| place.words == length)?;
            Some((run, place))
        });
        let last = to.checked_sub(1)?;
        let adjective = || {
            Some((
                Run { from: last, to },
                reading::country_of_adjective(prose.text(last))?,
            ))
        };
        let (run, place) = named.or_else(adjective)?;
        return place_held(run, &place, ask);
    }
    let (range, end) = starts(prose, found, clause.skip);
    let first = range.start;
    let named = range.clone().find_map(|from| {
        let place = reading::place_at(&prose.texts(Run {
            from,
            to: end.min(from + 6),
        }))?;
        let run = Run {
            from,
            to: from + place.words,
        };
        found.phrase.follows(prose, run.to, end).then_some((run, place))
    });
    let adjective = || {
        range.take(ADJECTIVE_SKIP + 1).find_map(|from| {
            let place = reading::country_of_adjective(prose.text(from))?;
            let run = Run { from, to: from + 1 };
            let stands = found.phrase.follows(prose, run.to, end) && from >= first;
            stands.then_some((run, place))
        })
    };
    let (run, place) = named.or_else(adjective)?;
    place_held(run, &place, ask)
}

fn place_held(run: Run, place: &reading::NamedPlace, ask: &Ask<'_>) -> Option<Held> {
    let (value, _) = spans::text_value(&place.name, ask)?;
    Some(Held {
        run,
        value,
        other: None,
        specificity: PLACE,
        odd_unit: false,
    })
}

fn span(prose: &Prose, ask: &Ask<'_>, clause: &Clause, found: &Found<'_>) -> Option<Held> {
    if found.value_before {
        let to = found.run.from;
        return (1..=5).rev().find_map(|length| {
            let run = Run {
                from: to.checked_sub(length)?,
                to,
            };
            let (duration, words) = reading::duration_at(&prose.texts(run))?;
            (words == length).then(|| span_held(run, duration, ask, clause))?
        });
    }
    let (range, end) = starts(prose, found, clause.skip);
    range.into_iter().find_map(|from| {
        let (duration, words) = reading::duration_at(&prose.texts(Run {
            from,
            to: end.min(from + 6),
        }))?;
        let run = Run {
            from,
            to: from + words,
        };
        found
            .phrase
            .follows(prose, run.to, end)
            .then(|| span_held(run, duration, ask, clause))?
    })
}

fn span_held(run: Run, duration: reading::Duration, ask: &Ask<'_>, clause: &Clause) -> Option<Held> {
    Some(Held {
        run,
        value: super::values::span(duration, ask)?,
        other: None,
        specificity: SPAN,
        odd_unit: !clause.units.is_empty() && !clause.units.contains(&duration.unit),
    })
}

fn typed(
    scene: &Scene<'_>,
    contract: &Contract,
    ask: &Ask<'_>,
    clause: &Clause,
    found: &Found<'_>,
) -> Option<Held> {
    let prose = &contract.prose;
    let style = scene.styles.get(contract.document)?;
    let window = if found.value_before {
        let sentence = prose.sentence_at(found.run.from).from;
        Run {
            from: sentence.max(found.run.from.saturating_sub(TYPED)),
            to: found.run.from,
        }
    } else {
        let (range, end) = starts(prose, found, clause.skip);
        Run {
            from: range.start,
            to: end.min(range.end + TYPED),
        }
    };
    let length = window.to.saturating_sub(window.from);
    let mut readings = spans::read(&prose.texts(window), style);
    readings.retain(|span| {
        let near = if found.value_before {
            span.to == length
        } else {
            span.from <= clause.skip
        };
        near && found.phrase.follows(prose, window.from + span.to, window.to)
    });
    readings.sort_by_key(|span| (span.from, std::cmp::Reverse(span.to)));
    let fits = |span: &&spans::Span| spans::fit(span, ask.want) > 0.4;
    let span = readings
        .iter()
        .filter(fits)
        .find(|span| spans::value_of(span, ask).is_some())?;
    Some(Held {
        run: Run {
            from: window.from + span.from,
            to: window.from + span.to,
        },
        value: spans::value_of(span, ask)?,
        other: spans::other_of(span, ask),
        specificity: span.specificity,
        odd_unit: false,
    })
}
