//! Fields that hold one value: their candidates, and the group assigned together.

use super::answer::{self, Scored};
use super::ask::Ask;
use super::assign::{self, Choice};
use super::gather::{best_of_each, candidates_of};
use super::ground::Ground;
use super::relations::GroupRelations;
use super::score::{Feature, logit, probability};
use super::slots::Answer;

/// A label of the total says less of what is due, in logits.
const LENT: f64 = 1.6;
/// What is a little less likely than nothing is still chosen with the others: they may agree.
const DOUBTFUL: f64 = 0.33;
/// Values that prove each other are at least this sure, in logits.
const PROVEN: f64 = 2.5;

/// Answers the fields of a group, given as indices into all that is asked.
pub(crate) fn solve(
    ground: &Ground<'_, '_>,
    asks: &[Ask<'_>],
    group: &[usize],
    checks: &GroupRelations<'_>,
) -> Vec<Answer> {
    let scored: Vec<Vec<Scored>> = group
        .iter()
        .map(|index| {
            asks.get(*index)
                .map(|ask| candidates_of(ground, *index, ask))
                .unwrap_or_default()
        })
        .collect();
    let scored = with_shared(scored, checks);
    let choices: Vec<Vec<Choice>> = group
        .iter()
        .zip(&scored)
        .map(|(index, list)| {
            // What is most probable is settled first; a template that wants to be surer leaves it empty afterwards.
            let ask = asks.get(*index);
            let own = ask.map_or(DOUBTFUL, |ask| ask.threshold(ground.scene.model));
            let threshold = logit(own.min(DOUBTFUL));
            // What nobody asked for takes no place from what was, but where it proves something.
            let most = if ask.is_some_and(|ask| ask.silent) {
                0.0
            } else {
                f64::MAX
            };
            list.iter()
                .map(|scored| Choice {
                    view: scored.candidate.view,
                    // What a header states may be told in several ways: a sender, and his address.
                    parts: if scored.features.get(Feature::Stated) > 0.0 {
                        Vec::new()
                    } else {
                        scored.candidate.parts.clone()
                    },
                    value: scored.candidate.value.clone(),
                    gain: (scored.logit - threshold).min(most),
                })
                .collect()
        })
        .collect();
    let picks = assign::assign(&choices, checks);
    let (scored, picks) = settled(scored, picks, checks);
    let answers = group.iter().zip(&scored).zip(picks).map(|((index, list), pick)| {
        let Some(ask) = asks.get(*index).filter(|ask| !ask.silent) else {
            return Answer::nothing("not asked for");
        };
        answer::of(ground.scene, ask, list, pick)
    });
    answers.collect()
}

/// After the assignment: values that prove each other are surer, and what is due is the total where nothing else was
/// found.
fn settled(
    mut scored: Vec<Vec<Scored>>,
    mut picks: Vec<Option<usize>>,
    relations: &GroupRelations<'_>,
) -> (Vec<Vec<Scored>>, Vec<Option<usize>>) {
    let chosen = |scored: &[Vec<Scored>], picks: &[Option<usize>], index: usize| -> Option<Scored> {
        scored
            .get(index)?
            .get(picks.get(index).copied().flatten()?)
            .cloned()
    };
    let values: Vec<Option<Scored>> = (0..picks.len())
        .map(|index| chosen(&scored, &picks, index))
        .collect();
    let plain: Vec<Option<&serde_json::Value>> = values
        .iter()
        .map(|scored| scored.as_ref().map(|scored| &scored.candidate.value))
        .collect();
    for index in relations.proven(&plain) {
        let pick = picks.get(index).copied().flatten();
        let Some((list, pick)) = scored.get_mut(index).zip(pick) else {
            continue;
        };
        // What is proven is surer than what was likelier before.
        let best = list.iter().map(|scored| scored.logit).fold(0.0, f64::max);
        if let Some(scored) = list.get_mut(pick) {
            scored.logit = best + PROVEN;
        }
    }
    if let Some((total, due)) = relations.shared()
        && picks.get(due).copied().flatten().is_none()
        && let Some(total) = chosen(&scored, &picks, total)
        && let (Some(list), Some(pick)) = (scored.get_mut(due), picks.get_mut(due))
    {
        *pick = Some(list.len());
        list.push(Scored {
            logit: total.logit - LENT,
            ..total
        });
    }
    (scored, picks)
}

/// What is due is the total where nothing else is printed, and the other way round.
fn with_shared(mut scored: Vec<Vec<Scored>>, relations: &GroupRelations<'_>) -> Vec<Vec<Scored>> {
    let Some((a, b)) = relations.shared() else {
        return scored;
    };
    let lent = |list: Option<&Vec<Scored>>| -> Vec<Scored> {
        let list = list.map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .map(|scored| Scored {
                logit: scored.logit - LENT,
                ..scored.clone()
            })
            .collect()
    };
    let (to_b, to_a) = (lent(scored.get(a)), lent(scored.get(b)));
    for (index, more) in [(a, to_a), (b, to_b)] {
        if let Some(list) = scored.get_mut(index) {
            let all = std::mem::take(list).into_iter().chain(more).collect();
            *list = best_of_each(all);
        }
    }
    scored
}

/// Every value of a list field that is probable enough, in reading order.
pub(crate) fn many(ground: &Ground<'_, '_>, number: usize, ask: &Ask<'_>) -> Answer {
    let mut list = candidates_of(ground, number, ask);
    list.retain(|scored| probability(scored.logit) >= ask.threshold(ground.scene.model));
    list.sort_by(|a, b| (a.candidate.view, &a.candidate.parts).cmp(&(b.candidate.view, &b.candidate.parts)));
    let mut seen = Vec::new();
    list.retain(|scored| {
        let new = !seen.contains(&scored.candidate.value);
        seen.push(scored.candidate.value.clone());
        new
    });
    if list.is_empty() {
        return Answer::nothing("No value was found near a label of the field.");
    }
    let items = list
        .iter()
        .map(|scored| answer::of(ground.scene, ask, std::slice::from_ref(scored), Some(0)))
        .filter(Answer::holds_anything);
    Answer::list(items.collect())
}
