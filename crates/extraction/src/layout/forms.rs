//! Filled-in forms: what stands in the box, on the line or at the tick box that a field means.
//!
//! 1. `page` cuts a page into printed texts, what was filled in, and boxes to be ticked. Where the file says which words
//!    its form fields hold, that is known; elsewhere what stands where a value would is taken for one.
//! 2. `names` says how well each printed text names each field, by the telling words that they share; words of the text
//!    above count for what a short text ("Country") leaves open.
//! 3. `units` says how a value stands to a printed text, `ticks` how a box does.
//!
//! `likeness` keeps texts from being taken for those of a form where a page is none.
//!
//! What comes out are candidates like all others: the assignment decides which field takes which.

mod likeness;
mod names;
mod page;
#[cfg(test)]
mod tests;
mod ticks;
mod units;

use std::collections::HashMap;

use domain::schema::FieldKind;
use serde_json::Value;

use super::answer::{Scored, Why};
use super::ask::{Ask, Want};
use super::candidates::{Candidate, Part, clean};
use super::features;
use super::labels::Hit;
use super::rect::{Rect, float};
use super::regions::has_content;
use super::scene::{Scene, Sheet};
use super::score::{Feature, Features};
use super::spans;
use crate::reading;
use names::{Found, Names, Token, WORDS};
use page::{FormPage, Label};
use units::{Line, Standing, Unit, Unknown};

/// A text that names a field less than this does not name it; its own words do at least so much of it.
const LEAST: f64 = 0.45;
const LEAST_OWN: f64 = 0.3;
/// Texts above tell what a text leaves open as far as this, in points, and this much less than its own words.
const CONTEXT: f64 = 120.0;
const OF_CONTEXT: f64 = 0.75;
/// What words of other fields take from it, and each word that no field explains.
const OTHERS: f64 = 0.25;
const UNEXPLAINED: f64 = 0.03;
/// A text that names something so well is printed, not filled in.
const PRINTED: f64 = 0.6;
/// For a text at most so many values are weighed.
const UNITS: usize = 6;
/// At most so many texts of a page are compared with fields.
const MOST_LABELS: usize = 1_500;

/// What forms say, for all fields.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    by_ask: Vec<Vec<Scored>>,
    /// By page, the words that form fields hold, where the page has such fields: as (segment, word).
    filled: Vec<Option<Vec<Part>>>,
}

/// How well a label names a field.
#[derive(Debug, Clone, Copy)]
struct Match {
    label: usize,
    /// 0..=1, where the label's head says what it is.
    sure: f64,
    /// The same where its last words do, before a blank.
    at_blank: f64,
}

impl Forms {
    /// Reads all pages for all fields.
    pub(crate) fn new(scene: &Scene<'_>, hits: &[Vec<Hit>], asks: &[Ask<'_>]) -> Self {
        let names = Names::new(asks);
        let mut forms = Self {
            by_ask: vec![Vec::new(); asks.len()],
            filled: Vec::new(),
        };
        let mut known = HashMap::new();
        for (view, sheet) in scene.sheets.iter().enumerate() {
            let form = FormPage::new(&sheet.view);
            let is_form = form.has_fields || likeness::is_form(&form, &sheet.view);
            let reader = Reader {
                is_form,
                view,
                sheet,
                asks,
                names: &names,
                form: &form,
            };
            let hits = hits.get(view).map(Vec::as_slice).unwrap_or_default();
            reader.read(hits, &mut known, &mut forms.by_ask);
            forms.filled.push(form.has_fields.then(|| {
                let runs = form.runs.iter();
                runs.filter(|run| !matches!(run.kind, page::Kind::Text))
                    .map(|run| run.part)
                    .collect()
            }));
        }
        forms
    }

    /// The candidates of a field.
    pub(crate) fn of(&self, ask: usize) -> impl Iterator<Item = &Scored> {
        self.by_ask.get(ask).into_iter().flatten()
    }

    /// The share of the words that are printed on a form whose fields hold others; 0 where fields are not known.
    pub(crate) fn printed(&self, view: usize, parts: &[Part]) -> f64 {
        let Some(Some(filled)) = self.filled.get(view) else {
            return 0.0;
        };
        let words: usize = parts.iter().map(|part| part.to - part.from).sum();
        let shared = |a: &Part, b: &Part| {
            if a.segment == b.segment {
                a.to.min(b.to).saturating_sub(a.from.max(b.from))
            } else {
                0
            }
        };
        let held: usize = parts
            .iter()
            .map(|part| filled.iter().map(|held| shared(part, held)).sum::<usize>())
            .sum();
        1.0 - (float(held) / float(words.max(1))).min(1.0)
    }
}

/// Whether a line that ends in the word goes on in the next.
fn is_connecting(word: &str) -> bool {
    const CONNECTING: [&str; 24] = [
        "or", "and", "of", "the", "to", "for", "in", "und", "oder", "der", "die", "des", "von", "et", "ou",
        "de", "du", "la", "y", "o", "del", "e", "di", "en",
    ];
    CONNECTING.contains(&word)
}

/// One page, read for all fields.
struct Reader<'r, 'a> {
    view: usize,
    sheet: &'r Sheet<'a>,
    asks: &'r [Ask<'r>],
    names: &'r Names,
    form: &'r FormPage,
    is_form: bool,
}

impl Reader<'_, '_> {
    fn read(&self, hits: &[Hit], known: &mut HashMap<String, Vec<(usize, f64)>>, all: &mut [Vec<Scored>]) {
        let form = self.form;
        if !self.is_form && form.marks().next().is_none() {
            return;
        }
        let tokens: Vec<Vec<Token>> = form
            .labels
            .iter()
            .take(MOST_LABELS)
            .map(|label| names::tokens(&label.text))
            .collect();
        let found: Vec<Found> = tokens
            .iter()
            .map(|tokens| self.names.find(tokens, known))
            .collect();
        let matches: Vec<Vec<Match>> = (0..self.asks.len())
            .map(|ask| self.matches(ask, &tokens, &found))
            .collect();
        let unknown = Unknown {
            form,
            printed: self.printed(hits, &tokens, &found),
        };
        let known_units = units::of_fields(form);
        let ticks = ticks::named(form);
        let towns = self.asks.iter().any(|ask| has_any(&ask.field.name, &WORDS.towns));
        let mut of_label: HashMap<usize, Vec<(Unit, Standing)>> = HashMap::new();
        for (number, ask) in self.asks.iter().enumerate() {
            let (Some(matches), Some(list)) = (matches.get(number), all.get_mut(number)) else {
                continue;
            };
            match ask.want {
                Want::Boolean => self.ticked(matches, &ticks, list),
                Want::Choice => self.chosen(ask, matches, &ticks, list),
                _ => {}
            }
            if ask.want == Want::Boolean || !self.is_form {
                continue;
            }
            for matched in matches {
                let Some(label) = form.labels.get(matched.label) else {
                    continue;
                };
                let units = of_label
                    .entry(matched.label)
                    .or_insert_with(|| self.units(label, &known_units, &unknown));
                for (unit, standing) in units.iter() {
                    let lines = self.lines_for(ask, label, unit, &known_units, &unknown, towns);
                    let sure = if standing.blank {
                        matched.sure.max(matched.at_blank)
                    } else {
                        matched.sure
                    };
                    if sure >= LEAST {
                        list.extend(self.candidate(ask, label, &lines, sure, standing.place));
                    }
                }
            }
        }
    }

    /// How well each label names the field, where it does.
    fn matches(&self, ask: usize, tokens: &[Vec<Token>], found: &[Found]) -> Vec<Match> {
        let words = self.names.of(ask);
        let mut matches = Vec::new();
        for (index, (own, tokens)) in found.iter().zip(tokens).enumerate() {
            let share: f64 = words
                .iter()
                .filter_map(|(word, counts)| Some(counts * own.get(word)?.1))
                .sum();
            if share < LEAST_OWN {
                continue;
            }
            let Some(label) = self.form.labels.get(index) else {
                break;
            };
            let rest: f64 = words
                .iter()
                .filter(|(word, _)| !own.contains_key(word))
                .map(|(word, counts)| counts * self.context(index, label, *word, found))
                .sum();
            let first = words
                .iter()
                .filter_map(|(word, _)| Some(own.get(word)?.0))
                .min()
                .unwrap_or(0);
            let last = words
                .iter()
                .filter_map(|(word, _)| Some(own.get(word)?.0))
                .max()
                .unwrap_or(0);
            let foreign = self.names.foreign(ask, own, first);
            let foreign_at_blank = self.names.foreign(ask, own, last);
            let named = share + OF_CONTEXT * rest;
            let unexplained = UNEXPLAINED * float(unexplained(label, words, own).min(8));
            let sure = named * head(first, tokens) - OTHERS * foreign - unexplained;
            let behind = tokens.len().saturating_sub(last + 1);
            let at_blank = named * (1.0 - 0.08 * float(behind)).max(0.0) - OTHERS * foreign_at_blank;
            if sure.max(at_blank) >= LEAST {
                matches.push(Match {
                    label: index,
                    sure,
                    at_blank,
                });
            }
        }
        matches
    }

    /// How surely a word of the texts above belongs to what the label names: the nearer the surer.
    fn context(&self, index: usize, label: &Label, word: usize, found: &[Found]) -> f64 {
        let mut best: f64 = 0.0;
        for (other, (above, has)) in self.form.labels.iter().zip(found).enumerate() {
            let distance = label.place.center_y() - above.place.center_y();
            if other == index || !(-2.0..CONTEXT).contains(&distance) {
                continue;
            }
            // Beside it only what stands left.
            if distance < 6.0 && above.place.x0 > label.place.x0 {
                continue;
            }
            let Some((_, alike)) = has.get(&word) else {
                continue;
            };
            let near = 1.0 - 0.7 * distance.max(0.0) / CONTEXT;
            let over = if above.place.overlap_x(&label.place) > 0.0 || above.place.x0 <= label.place.x0 {
                1.0
            } else {
                0.6
            };
            best = best.max(alike * near * over);
        }
        best
    }

    /// Which runs are printed, as far as can be told without known fields.
    fn printed(&self, hits: &[Hit], tokens: &[Vec<Token>], found: &[Found]) -> Vec<bool> {
        let mut printed = vec![false; self.form.runs.len()];
        if self.form.has_fields {
            return printed;
        }
        for ((label, tokens), found) in self.form.labels.iter().zip(tokens).zip(found) {
            let named = (0..self.asks.len()).any(|ask| {
                let words = self.names.of(ask);
                let share: f64 = words
                    .iter()
                    .filter_map(|(word, counts)| Some(counts * found.get(word)?.1))
                    .sum();
                let first = words
                    .iter()
                    .filter_map(|(word, _)| Some(found.get(word)?.0))
                    .min();
                share >= PRINTED && first.is_some_and(|first| head(first, tokens) >= 1.0)
            });
            let small = label.text.starts_with(char::is_lowercase) && tokens.len() >= 4;
            let closing = label.text.contains(')') && !label.text.contains('(');
            let long = tokens.len() > 12 || small || closing;
            let bracketed = label.text.contains('(') && label.text.contains(')') && tokens.len() > 3;
            for run in &label.runs {
                let colon = self.form.runs.get(*run).is_some_and(|run| run.colon);
                if let Some(printed) = printed.get_mut(*run) {
                    *printed = named || long || bracketed || colon || label.runs.len() > 1;
                }
            }
        }
        for (index, run) in self.form.runs.iter().enumerate() {
            let labelled = hits.iter().any(|hit| {
                hit.segment == run.part.segment && hit.from == run.part.from && hit.to == run.part.to
            });
            if labelled && let Some(printed) = printed.get_mut(index) {
                *printed = true;
            }
        }
        printed
    }

    /// What may be filled in for a label, with how well it stands there.
    fn units(&self, label: &Label, known: &[Unit], unknown: &Unknown<'_>) -> Vec<(Unit, Standing)> {
        if !self.form.has_fields {
            return unknown.near(label);
        }
        let standing = |unit: &Unit| units::standing(self.form, label, &unit.place);
        let mut placed: Vec<(Unit, Standing)> = known
            .iter()
            .flat_map(|unit| {
                standing(unit)
                    .into_iter()
                    .map(|standing| (unit.clone(), standing))
            })
            .collect();
        placed.sort_by(|a, b| b.1.place.total_cmp(&a.1.place));
        placed.truncate(UNITS);
        placed
    }

    /// The lines that answer the field: all, or those of the name or the address where a box asks for both; lines of
    /// the box below where an address stands in two.
    fn lines_for(
        &self,
        ask: &Ask<'_>,
        label: &Label,
        unit: &Unit,
        known: &[Unit],
        unknown: &Unknown<'_>,
        towns: bool,
    ) -> Vec<Line> {
        let key = &ask.field.name;
        let (name, address) = (has_any(key, &WORDS.names), has_any(key, &WORDS.addresses));
        let both = has_any(&label.text, &WORDS.names) && has_any(&label.text, &WORDS.addresses);
        if both && unit.rows() > 1 {
            if name && !address {
                return unit.slice(0, 1);
            }
            if address && !name {
                return unit.slice(1, unit.rows());
            }
        }
        if !address || name || towns || has_any(&label.text, &WORDS.towns) {
            return unit.lines.clone();
        }
        let mut lines = unit.lines.clone();
        let below = self.form.labels.iter().filter(|other| {
            let gap = other.place.y0 - unit.place.y1;
            (0.0..3.0 * label.place.height()).contains(&gap)
                && other.place.overlap_x(&label.place) > 0.0
                && has_any(&other.text, &WORDS.towns)
        });
        let next = below.min_by(|a, b| a.place.y0.total_cmp(&b.place.y0));
        let best = next.and_then(|next| {
            self.units(next, known, unknown)
                .into_iter()
                .max_by(|a, b| a.1.place.total_cmp(&b.1.place))
        });
        if let Some((more, _)) = best {
            lines.extend(more.lines);
        }
        lines
    }

    /// The candidate that the lines make for the field.
    fn candidate(
        &self,
        ask: &Ask<'_>,
        label: &Label,
        lines: &[Line],
        sure: f64,
        place: f64,
    ) -> Option<Scored> {
        let first = lines.first()?;
        let segment = |part: Part| self.sheet.view.segment(part.segment);
        let around = Rect::around(
            lines
                .iter()
                .filter_map(|line| Some(segment(line.part)?.place_of(line.part.from, line.part.to))),
        )?;
        let mut candidate = Candidate {
            view: self.view,
            parts: lines.iter().map(|line| line.part).collect(),
            place: around,
            value: Value::Null,
            printed: String::new(),
            exact: true,
            other: None,
            specificity: 0.5,
            fit: 1.0,
            end: None,
            skipped: 0,
        };
        let is_text = ask.want.is_textual();
        let typed = || {
            let spans = self.sheet.spans.of(first.part.segment).iter();
            let inside = spans.filter(|span| span.from >= first.part.from && span.to <= first.part.to);
            inside
                .filter_map(|span| Some((spans::value_of(span, ask)?, span)))
                .max_by_key(|(_, span)| (span.to - span.from, std::cmp::Reverse(span.from)))
        };
        if !is_text && let Some((value, span)) = typed() {
            candidate.value = value;
            candidate.printed.clone_from(&span.text);
            candidate.exact = span.exact;
            candidate.other = spans::other_of(span, ask);
            candidate.specificity = span.specificity;
            candidate.fit = spans::fit(span, ask.want).max(0.7);
            candidate.parts = vec![Part {
                segment: first.part.segment,
                from: span.from,
                to: span.to,
            }];
        } else {
            let text = units::text_of(lines);
            let text = if units::is_comb(&text) {
                text.replace(' ', "")
            } else {
                text
            };
            let printed = clean(&text);
            if !has_content(&printed) || !matches!(ask.field.kind, FieldKind::String(_)) {
                return None;
            }
            let (value, exact) = spans::text_value(&printed, ask)?;
            candidate.specificity = spans::text_specificity(&printed, ask).max(0.4);
            candidate.fit = if is_text { 1.0 } else { 0.6 };
            candidate.value = value;
            candidate.exact = exact;
            candidate.printed = printed;
        }
        Some(self.scored(ask, candidate, label, sure, place))
    }

    fn scored(&self, ask: &Ask<'_>, candidate: Candidate, label: &Label, sure: f64, place: f64) -> Scored {
        let mut features = Features::default();
        features.set(Feature::FormLabel, sure.min(1.0));
        features.set(Feature::FormPlace, place);
        features.flag(Feature::FormField, self.form.has_fields);
        features::add_own(&mut features, &self.sheet.view, ask, &candidate);
        let text = label.text.chars().take(80).collect();
        Scored::new(candidate, features, Why::Box { text })
    }

    /// Boxes that the field's labels name, or answers to a question that they ask.
    fn ticked(&self, matches: &[Match], ticks: &[ticks::Named], list: &mut Vec<Scored>) {
        for named in ticks {
            let Some(label) = self.form.labels.get(named.label) else {
                continue;
            };
            let (sure, value) = match ticks::answer(label) {
                Some(answer) if named.on => (self.question(matches, named), answer),
                Some(_) => continue,
                None => {
                    let sure = matches.iter().find(|matched| matched.label == named.label);
                    (sure.map_or(0.0, |matched| matched.sure), named.on)
                }
            };
            if sure < LEAST {
                continue;
            }
            let said = ticks::answer(label).is_some();
            list.extend(self.mark_candidate(named, label, Value::Bool(value), said, sure));
        }
    }

    /// How well the question names the field whose answer the box is: a label left of it or above.
    fn question(&self, matches: &[Match], named: &ticks::Named) -> f64 {
        let Some(mark) = self.form.runs.get(named.mark) else {
            return 0.0;
        };
        let height = mark.place.height().max(4.0);
        let near = |label: &Label| {
            let above = mark.place.center_y() - label.place.center_y();
            let left = above.abs() < height && label.place.x1 <= mark.place.x0 + 1.0;
            left || (0.0..4.0 * height).contains(&above) && label.place.x0 <= mark.place.x1
        };
        matches
            .iter()
            .filter(|matched| self.form.labels.get(matched.label).is_some_and(near))
            .map(|matched| matched.sure)
            .fold(0.0, f64::max)
    }

    /// Members of a list that are ticked.
    fn chosen(&self, ask: &Ask<'_>, matches: &[Match], ticks: &[ticks::Named], list: &mut Vec<Scored>) {
        let values: Vec<Option<Value>> = ticks
            .iter()
            .map(|named| {
                let label = self.form.labels.get(named.label)?;
                Some(spans::text_value(&clean(&label.text), ask)?.0)
            })
            .collect();
        // The members that stand beside boxes say that this is the list that is meant.
        let mut members: Vec<&Value> = Vec::new();
        for value in values.iter().flatten() {
            if !members.contains(&value) {
                members.push(value);
            }
        }
        let listed = if members.len() >= 2 { 0.8 } else { 0.0 };
        for (named, value) in ticks.iter().zip(&values) {
            let (Some(value), true) = (value, named.on) else {
                continue;
            };
            let Some(label) = self.form.labels.get(named.label) else {
                continue;
            };
            let sure = self.question(matches, named).max(listed);
            if sure >= LEAST {
                list.extend(self.mark_candidate(named, label, value.clone(), true, sure));
            }
        }
    }

    /// The box with its label; the box alone where its label says yes or no itself and would be read in its stead.
    fn mark_candidate(
        &self,
        named: &ticks::Named,
        label: &Label,
        value: Value,
        with_label: bool,
        sure: f64,
    ) -> Option<Scored> {
        let mark = self.form.runs.get(named.mark)?;
        let words: Vec<&str> = label.text.split(' ').collect();
        let plain = !words
            .iter()
            .any(|word| reading::booleans::parse_boolean(word).is_some());
        let mut parts = vec![mark.part];
        if plain || with_label {
            parts.extend(
                label
                    .runs
                    .iter()
                    .filter_map(|run| Some(self.form.runs.get(*run)?.part)),
            );
        }
        let mut features = Features::default();
        features.set(Feature::FormLabel, sure.min(1.0));
        features.set(Feature::FormPlace, named.place);
        features.flag(Feature::FormField, self.form.has_fields);
        features.set(Feature::Specificity, 0.9);
        features.set(Feature::Fit, 1.0);
        features.flag(Feature::FirstPage, self.sheet.view.page.number == 1);
        let candidate = Candidate {
            view: self.view,
            parts,
            place: mark.place,
            printed: format!("{} {}", mark.text, label.text),
            exact: false,
            other: None,
            specificity: 0.9,
            fit: 1.0,
            end: None,
            skipped: 0,
            value,
        };
        let text = label.text.chars().take(80).collect();
        Some(Scored::new(candidate, features, Why::Box { text }))
    }
}

/// Whether any word of the text is one of those.
fn has_any(text: &str, words: &[String]) -> bool {
    names::tokens(&text.replace('_', " "))
        .iter()
        .any(|token| words.contains(&token.text))
}

/// The words of a label's first part, brackets aside, that neither the field nor grammar explains.
fn unexplained(label: &Label, words: &[(usize, f64)], found: &Found) -> usize {
    let part = label.text.split(['(', ',', ';']).next().unwrap_or_default();
    let part = part.split(". ").next().unwrap_or_default();
    let all = names::tokens(part);
    let explained: Vec<&str> = words
        .iter()
        .filter_map(|(word, _)| Some(all.get(found.get(word)?.0)?.text.as_str()))
        .collect();
    all.iter()
        .filter(|token| {
            let number = token.text.chars().all(|c| c.is_ascii_digit());
            !explained.contains(&token.text.as_str()) && !number && !is_connecting(&token.text)
        })
        .count()
}

/// What it counts where in a label the field's first word stands: at its head, behind its number, or somewhere within.
fn head(first: usize, tokens: &[Token]) -> f64 {
    let numbered = tokens
        .first()
        .is_some_and(|token| token.text.chars().all(|c| c.is_ascii_digit()));
    let at = first.saturating_sub(usize::from(numbered));
    if at <= 1 {
        return 1.0;
    }
    (1.0 - 0.05 * float(at - 1)).max(0.6)
}
