//! Features: how a candidate stands to the label that led to it, and what speaks against it.

use super::ask::Ask;
use super::candidates::{Candidate, Part};
use super::labels::Hit;
use super::rect::float;
use super::regions::{HitIndex, Region, Relation, alignment, has_content};
use super::score::{Feature, Features};
use super::view::View;
use crate::lexicon::normal;

/// A label above a candidate competes up to this distance, in line heights.
const RIVAL_ABOVE: f64 = 1.6;
/// A label left of a candidate competes up to this distance.
const RIVAL_LEFT: f64 = 30.0;

/// What a word before a label counts that is another label's.
const EXPLAINED: f64 = 0.3;
/// A segment of more words is running text, and one of twice as many surely is.
const PROSE: usize = 7;

/// The features of a candidate that a label led to.
pub(crate) fn of_labelled(
    view: &View<'_>,
    index: &HitIndex<'_>,
    ask: usize,
    hit: &Hit,
    weight: f64,
    region: &Region,
    candidate: &Candidate,
) -> Features {
    let mut features = Features::default();
    features.set(Feature::Label, weight * hit.likeness);
    features.flag(Feature::Glued, region.relation == Relation::Glued);
    features.flag(Feature::Right, region.relation == Relation::Right);
    features.flag(Feature::Below, region.relation == Relation::Below);
    features.flag(Feature::Column, region.relation == Relation::Column);
    features.set(Feature::Gap, region.gap.max(0.0).ln_1p());
    features.set(Feature::Blocked, float(region.blocked.min(4)));
    features.set(Feature::Aligned, region.aligned);
    features.set(Feature::Before, unexplained_before(view, index, hit).min(4.0));
    let all_label = region.relation == Relation::Glued || ends_with_colon(view, hit);
    let after = if all_label { 0 } else { content_after(view, hit) };
    features.set(Feature::After, float(after.min(4)));
    features.flag(Feature::LongerLabel, is_longer(view, hit));
    features.set(Feature::LabelLike, label_share(index, candidate));
    let colon_before = view
        .segment(region.segment)
        .is_some_and(|s| s.slice(region.from, region.to).starts_with(':'));
    features.flag(
        Feature::Colon,
        hit.colon || colon_before || ends_with_colon(view, hit),
    );
    let height = view
        .segment(hit.segment)
        .map_or(view.unit, super::view::Segment::line_height);
    features.set(Feature::Large, (height / view.unit - 1.0).clamp(0.0, 1.0));
    let words = view.segment(hit.segment).map_or(0, super::view::Segment::len);
    let prose = (float(words.saturating_sub(PROSE)) / float(PROSE)).min(1.0);
    features.set(Feature::Prose, if hit.colon { 0.0 } else { prose });
    features.set(Feature::Skipped, float(candidate.skipped.min(5)));
    if let Some(part) = candidate.parts.first() {
        features.set(
            Feature::Rival,
            rival(view, index, ask, hit, region.relation, *part),
        );
    }
    let better = hit
        .claims
        .iter()
        .filter(|claim| claim.ask != ask)
        .map(|claim| claim.weight)
        .fold(0.0, f64::max);
    features.set(Feature::Contested, (better - weight).max(0.0));
    features
}

/// The features that need no label.
pub(crate) fn add_own(features: &mut Features, view: &View<'_>, ask: &Ask<'_>, candidate: &Candidate) {
    features.set(Feature::Specificity, candidate.specificity);
    features.set(Feature::Fit, candidate.fit);
    features.flag(Feature::FirstPage, view.page.number == 1);
    let bold = candidate
        .parts
        .first()
        .and_then(|part| view.segment(part.segment))
        .is_some_and(|s| s.bold);
    features.flag(Feature::Bold, bold);
    if ask.end.is_some() {
        features.flag(Feature::RangeEnd, candidate.end == ask.end);
        features.flag(
            Feature::NoRangeEnd,
            candidate.end.is_some() && candidate.end != ask.end,
        );
    }
}

/// Whether words between the label and a colon make another label of it: `Advertiser External ID:`. A slash only
/// names a second thing: `Order / Revision:`.
fn is_longer(view: &View<'_>, hit: &Hit) -> bool {
    if hit.colon {
        return false;
    }
    let Some(segment) = view.segment(hit.segment) else {
        return false;
    };
    let behind = segment.slice(hit.to, segment.len());
    let slashed = behind.starts_with('/') || segment.slice(hit.from, hit.to).ends_with('/');
    behind
        .split_once(':')
        .is_some_and(|(words, _)| words.chars().any(char::is_alphabetic))
        && !slashed
}

/// Whether the label's segment is a label to its end: `Order / Rev:`.
fn ends_with_colon(view: &View<'_>, hit: &Hit) -> bool {
    view.segment(hit.segment)
        .is_some_and(|segment| segment.text.ends_with(':'))
        && !is_longer(view, hit)
}

/// The share of the candidate's words that are labels.
fn label_share(index: &HitIndex<'_>, candidate: &Candidate) -> f64 {
    let mut words = 0;
    let mut labels = 0;
    for part in &candidate.parts {
        words += part.to - part.from;
        let inside = index
            .of(part.segment)
            .filter(|hit| hit.from >= part.from && hit.to <= part.to);
        labels += inside.map(|hit| hit.to - hit.from).sum::<usize>();
    }
    float(labels) / float(words.max(1))
}

/// Words of the segment before the label: in full where nothing explains them, in part where another label does.
fn unexplained_before(view: &View<'_>, index: &HitIndex<'_>, hit: &Hit) -> f64 {
    let Some(segment) = view.segment(hit.segment) else {
        return 0.0;
    };
    let words = (0..hit.before).filter(|word| has_content(segment.slice(*word, word + 1)));
    words
        .map(|word| {
            let explained = index
                .of(hit.segment)
                .any(|other| other.from <= word && word < other.to);
            if explained { EXPLAINED } else { 1.0 }
        })
        .sum()
}

/// Words of the label's segment behind the label.
fn content_after(view: &View<'_>, hit: &Hit) -> usize {
    let Some(segment) = view.segment(hit.segment) else {
        return 0;
    };
    let outside = outside_brackets(segment.slice(hit.to, segment.len()));
    outside.split(' ').filter(|word| has_content(word)).count()
}

/// The text without what stands in brackets: `Netto (excl. USt.)` is no more than `Netto`.
fn outside_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            other if depth == 0 => kept.push(other),
            _ => {}
        }
    }
    kept
}

/// How strongly another label claims the candidate, 0..=1.
fn rival(
    view: &View<'_>,
    index: &HitIndex<'_>,
    ask: usize,
    own: &Hit,
    relation: Relation,
    part: Part,
) -> f64 {
    let Some(segment) = view.segment(part.segment) else {
        return 0.0;
    };
    if relation == Relation::Glued {
        let between = |other: &&Hit| other.from >= own.to && other.to <= part.from;
        let names = |other: &Hit| normal::squashed(segment.slice(other.from, other.to)) != "no";
        let other = index
            .of(part.segment)
            .filter(between)
            .any(|other| names(other) && !other.claims_ask(ask));
        return if other { 0.8 } else { 0.0 };
    }
    let foreign = |hit: &Hit| hit != own && hit.claims.iter().all(|claim| claim.ask != ask);
    let mut strongest: f64 = 0.0;
    if let Some(before) = index.of(part.segment).rfind(|hit| hit.to <= part.from) {
        strongest = strongest.max(if foreign(before) { 1.0 } else { 0.0 });
    }
    if relation == Relation::Right {
        return strongest.max(0.0);
    }
    let left = view
        .row_of(segment)
        .rfind(|(other, neighbour)| *other != part.segment && neighbour.place.x1 <= segment.place.x0 + 1.0);
    if let Some((other, neighbour)) = left {
        let near = neighbour.place.gap_to_right(&segment.place) < RIVAL_LEFT * view.unit;
        let last = index.of(other).next_back();
        let labelled =
            last.is_some_and(|hit| foreign(hit) && !has_content(neighbour.slice(hit.to, neighbour.len())));
        let unknown = last.is_none() && neighbour.text.ends_with(':');
        let colon = neighbour.text.ends_with(':');
        if near && (labelled || unknown) {
            strongest = strongest.max(if colon { 1.0 } else { 0.8 });
        }
    }
    if relation == Relation::Below || relation == Relation::Column {
        let above = view.segments.iter().enumerate().filter(|(_, other)| {
            let gap = other.place.gap_to_below(&segment.place) / view.unit;
            (-0.5..RIVAL_ABOVE).contains(&gap) && other.place.overlap_x(&segment.place) > 0.0
        });
        for (other, neighbour) in above {
            let whole = index
                .of(other)
                .find(|hit| foreign(hit) && hit.before == 0 && hit.after == 0);
            if whole.is_some() {
                let aligned = alignment(&neighbour.place, &segment.place, view.unit);
                strongest = strongest.max(0.4 + 0.4 * aligned);
            }
        }
    }
    strongest
}
