//! Fields that hold one value: candidates of every label, scored, and the group assigned together.

use std::collections::HashMap;

use super::answer::{self, Scored, Why};
use super::ask::{Ask, Want};
use super::assign::{self, Choice};
use super::candidates::{self, Candidate, Part};
use super::features;
use super::labels::Hit;
use super::parties::Parties;
use super::regions::{self, HitIndex, Region, Relation};
use super::relations::GroupRelations;
use super::scene::Scene;
use super::score::{Feature, Features, Model, probability};
use super::slots::Answer;
use super::spans::{self, Span};
use super::tables::Claimed;
use super::title::Titles;
use super::view::Segment;

/// At most so many candidates of a field are weighed against those of the others.
const CHOICES: usize = 14;
/// Totals of a document, whose sums prove each other.
const TOTALS: &[&str] = &[
    "net_total",
    "tax_total",
    "grand_total",
    "amount_due",
    "gross_amount",
];
/// Amounts up to this many line heights from a total's label stand in its area.
const TOTALS_AREA: f64 = 14.0;
/// A label of the total says less of what is due, in logits.
const LENT: f64 = 1.6;
/// Values that prove each other are at least this sure, in logits.
const PROVEN: f64 = 2.5;
/// The head of a page, as a share of its height.
const HEAD: f64 = 0.45;

/// What the fields are looked for in.
pub(crate) struct Ground<'g, 'a> {
    pub(crate) scene: &'g Scene<'a>,
    /// By page.
    pub(crate) hits: &'g [Vec<Hit>],
    pub(crate) parties: &'g Parties,
    /// What the documents call themselves.
    pub(crate) titles: &'g Titles,
    /// Rows that tables have taken.
    pub(crate) claimed: &'g Claimed,
    /// Only these rows of pages, where a group runs for one element of a list.
    pub(crate) scope: Option<Scope>,
}

/// Rows `from..to` of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) view: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Scope {
    fn holds(&self, view: usize, row: usize) -> bool {
        self.view == view && (self.from..self.to).contains(&row)
    }
}

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
    let threshold = answer::logit(Model::get().threshold);
    let choices: Vec<Vec<Choice>> = scored
        .iter()
        .map(|list| {
            list.iter()
                .map(|scored| Choice {
                    view: scored.candidate.view,
                    parts: scored.candidate.parts.clone(),
                    value: scored.candidate.value.clone(),
                    gain: scored.logit - threshold,
                })
                .collect()
        })
        .collect();
    let picks = assign::assign(&choices, checks);
    let (scored, picks) = settled(scored, picks, checks);
    let answers = group.iter().zip(&scored).zip(picks).map(|((index, list), pick)| {
        let Some(ask) = asks.get(*index) else {
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
        if let Some(scored) = pick.and_then(|pick| scored.get_mut(index)?.get_mut(pick)) {
            scored.logit = scored.logit.max(0.0) + PROVEN;
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

/// The candidates of a field, the best first.
pub(crate) fn candidates_of(ground: &Ground<'_, '_>, number: usize, ask: &Ask<'_>) -> Vec<Scored> {
    let mut all = Vec::new();
    for view in 0..ground.scene.sheets.len() {
        labelled(ground, view, number, ask, &mut all);
        if ask.want.speaks_for_itself() {
            unlabelled(ground, view, ask, &mut all);
        }
        if ask.is(TOTALS) {
            near_totals(ground, view, ask, &mut all);
        }
        if ask.is(&["issue_date", "date"]) {
            heading_date(ground, view, ask, &mut all);
        }
    }
    if let Some(party) = &ask.party {
        all.extend(ground.parties.candidates(ground.scene, ask, party));
    }
    if let Some(scope) = &ground.scope {
        all.retain(|scored| in_scope(ground, scope, scored));
    }
    best_of_each(all)
}

fn in_scope(ground: &Ground<'_, '_>, scope: &Scope, scored: &Scored) -> bool {
    let candidate = &scored.candidate;
    let row = candidate
        .parts
        .first()
        .and_then(|part| {
            ground
                .scene
                .sheets
                .get(candidate.view)?
                .view
                .segment(part.segment)
        })
        .map(|segment| segment.row);
    row.is_some_and(|row| scope.holds(candidate.view, row))
}

fn labelled(ground: &Ground<'_, '_>, view_index: usize, number: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let view = &sheet.view;
    let index = HitIndex::new(hits, view.segments.len());
    for hit in hits {
        let Some(claim) = hit.claims.iter().find(|claim| claim.ask == number) else {
            continue;
        };
        for region in regions::regions(view, &index, hit) {
            let text_far_below = ask.want.is_textual() && region.relation == Relation::Column;
            let elsewhere = claim.behind_only && region.relation != Relation::Glued;
            let is_part = ask.party.as_ref().is_some_and(|party| party.part.is_some());
            let no_colon = is_part && region.relation == Relation::Glued && !hit.colon && hit.party.is_none();
            if text_far_below || elsewhere || no_colon {
                continue;
            }
            // A title goes on over other labels: `Rechnung Nr. 4711 vom 3.5.2024`.
            let region = if claim.behind_only {
                Region {
                    to: region.text_to,
                    ..region
                }
            } else {
                region
            };
            for mut candidate in candidates::within(view_index, view, &sheet.spans, ask, &region) {
                if claim.behind_only {
                    candidate.skipped = candidate.skipped.min(1);
                }
                let mut features =
                    features::of_labelled(view, &index, number, hit, claim.weight, &region, &candidate);
                features::add_own(&mut features, view, ask, &candidate);
                let titled = ask.want == Want::Identifier && ground.titles.names(view.document, view, hit);
                features.flag(Feature::Title, titled);
                let named = ask
                    .party
                    .as_ref()
                    .is_some_and(|party| hit.party.as_deref() == Some(&party.role));
                if named {
                    features.flag(Feature::Party, true);
                }
                add_surroundings(
                    ground,
                    view_index,
                    ask,
                    hits,
                    &candidate,
                    region.relation,
                    &mut features,
                );
                if claim.in_section && features.get(Feature::Party) == 0.0 {
                    continue;
                }
                let label = view
                    .segment(hit.segment)
                    .map(|s| s.slice(hit.from, hit.to).to_owned());
                let why = Why::Label {
                    text: label.unwrap_or_default(),
                    relation: region.relation,
                    gap: region.gap,
                };
                all.push(Scored::new(candidate, features, why));
            }
        }
    }
}

/// What stands around the candidate: its party's section, the row of a total, a table's row.
fn add_surroundings(
    ground: &Ground<'_, '_>,
    view_index: usize,
    ask: &Ask<'_>,
    hits: &[Hit],
    candidate: &Candidate,
    relation: Relation,
    features: &mut Features,
) {
    let Some(sheet) = ground.scene.sheets.get(view_index) else {
        return;
    };
    if let Some(party) = &ask.party
        && features.get(Feature::Party) == 0.0
    {
        match ground.parties.section(view_index, &candidate.place) {
            Some(role) if role == party.role => features.flag(Feature::Party, true),
            Some(_) => features.flag(Feature::OtherParty, true),
            None => features.flag(
                Feature::NoParty,
                party.part.is_some() || ask.want == Want::VatId && party.role != "seller",
            ),
        }
    }
    let Some(part) = candidate.parts.first() else {
        return;
    };
    let Some(segment) = sheet.view.segment(part.segment) else {
        return;
    };
    let total = hits.iter().any(|hit| {
        hit.total
            && hit.place.x0 < candidate.place.x0
            && sheet
                .view
                .segment(hit.segment)
                .is_some_and(|other| other.row == segment.row)
    });
    if matches!(relation, Relation::Below | Relation::Column) && ask.want.is_numeric() {
        features.flag(Feature::TotalRow, total);
        if total {
            // The rows above a total are what it sums up, not what stands in its way.
            features.clear(Feature::Blocked);
        }
    }
    features.flag(Feature::TableRow, ground.claimed.holds(view_index, segment.row));
}

/// Candidates that need no label: an IBAN is an IBAN.
fn unlabelled(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    for (index, segment) in sheet.view.segments.iter().enumerate() {
        for span in sheet.spans.of(index) {
            let Some(value) = spans::value_of(span, ask) else {
                continue;
            };
            let candidate = of_span(view_index, index, segment, span, value);
            let rare = rarity(ground, view_index, ask, &candidate);
            all.push(by_form(ground, view_index, ask, hits, candidate, rare));
        }
    }
}

/// A candidate without a label.
fn by_form(
    ground: &Ground<'_, '_>,
    view_index: usize,
    ask: &Ask<'_>,
    hits: &[Hit],
    candidate: Candidate,
    rare: f64,
) -> Scored {
    let mut features = Features::default();
    features.flag(Feature::Unlabelled, true);
    features.set(Feature::Rare, rare);
    if let Some(sheet) = ground.scene.sheets.get(view_index) {
        features::add_own(&mut features, &sheet.view, ask, &candidate);
    }
    add_surroundings(
        ground,
        view_index,
        ask,
        hits,
        &candidate,
        Relation::Right,
        &mut features,
    );
    Scored::new(candidate, features, Why::Form)
}

/// Amounts of the area of totals: what their labels do not say, their sum may.
fn near_totals(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let view = &sheet.view;
    let heights: Vec<f64> = hits
        .iter()
        .filter(|hit| hit.total)
        .map(|hit| hit.place.center_y())
        .collect();
    for (index, segment) in view.segments.iter().enumerate() {
        let near = heights
            .iter()
            .any(|y| (y - segment.place.center_y()).abs() < TOTALS_AREA * view.unit);
        if !near || ground.claimed.holds(view_index, segment.row) {
            continue;
        }
        for span in sheet
            .spans
            .of(index)
            .iter()
            .filter(|span| span.shape == spans::Shape::Amount)
        {
            let Some(value) = spans::value_of(span, ask) else {
                continue;
            };
            let candidate = of_span(view_index, index, segment, span, value);
            all.push(by_form(ground, view_index, ask, hits, candidate, 0.0));
        }
    }
}

/// A date alone on its line at the head of the first page.
fn heading_date(ground: &Ground<'_, '_>, view_index: usize, ask: &Ask<'_>, all: &mut Vec<Scored>) {
    let (Some(sheet), Some(hits)) = (ground.scene.sheets.get(view_index), ground.hits.get(view_index)) else {
        return;
    };
    let view = &sheet.view;
    if view.page.number != 1 {
        return;
    }
    let mut found = Vec::new();
    for (index, segment) in view.segments.iter().enumerate() {
        if segment.place.center_y() > HEAD * view.height {
            continue;
        }
        for span in sheet.spans.of(index) {
            let last = span.to == segment.len();
            let alone = span.from == 0 || segment.slice(0, span.from).ends_with(',') && span.from <= 3;
            if let Some(value) = spans::value_of(span, ask).filter(|_| alone && last) {
                found.push(of_span(view_index, index, segment, span, value));
            }
        }
    }
    let rare = 1.0 / super::rect::float(found.len().max(1));
    all.extend(
        found
            .into_iter()
            .map(|candidate| by_form(ground, view_index, ask, hits, candidate, rare)),
    );
}

fn of_span(view: usize, index: usize, segment: &Segment, span: &Span, value: serde_json::Value) -> Candidate {
    Candidate {
        view,
        parts: vec![Part {
            segment: index,
            from: span.from,
            to: span.to,
        }],
        place: segment.place_of(span.from, span.to),
        exact: span.exact,
        value,
        printed: span.text.clone(),
        specificity: span.specificity,
        fit: 1.0,
        end: None,
        skipped: 0,
    }
}

/// How much the document singles the value out: 1 where it is the only one of its kind.
fn rarity(ground: &Ground<'_, '_>, view: usize, ask: &Ask<'_>, candidate: &Candidate) -> f64 {
    let document = ground.scene.sheets.get(view).map(|sheet| sheet.view.document);
    if ask.want == Want::Currency {
        let usual = document
            .and_then(|index| ground.scene.styles.get(index))
            .and_then(|s| s.currency.as_deref());
        return if usual.is_some() && usual == candidate.value.as_str() {
            1.0
        } else {
            0.0
        };
    }
    let mut values: Vec<serde_json::Value> = Vec::new();
    for sheet in ground
        .scene
        .sheets
        .iter()
        .filter(|sheet| Some(sheet.view.document) == document)
    {
        for index in 0..sheet.view.segments.len() {
            for value in sheet
                .spans
                .of(index)
                .iter()
                .filter_map(|span| spans::value_of(span, ask))
            {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
    }
    1.0 / super::rect::float(values.len().max(1))
}

/// One candidate for each place and value, the best first.
fn best_of_each(all: Vec<Scored>) -> Vec<Scored> {
    let mut best: HashMap<(usize, Vec<Part>, String), Scored> = HashMap::new();
    for scored in all {
        let key = (
            scored.candidate.view,
            scored.candidate.parts.clone(),
            scored.candidate.value.to_string(),
        );
        match best.get_mut(&key) {
            Some(known) if known.logit >= scored.logit => {}
            Some(known) => *known = scored,
            None => {
                best.insert(key, scored);
            }
        }
    }
    let mut list: Vec<Scored> = best.into_values().collect();
    list.sort_by(|a, b| {
        b.logit
            .total_cmp(&a.logit)
            .then_with(|| a.candidate.view.cmp(&b.candidate.view))
            .then_with(|| a.candidate.parts.cmp(&b.candidate.parts))
            .then_with(|| a.candidate.value.to_string().cmp(&b.candidate.value.to_string()))
    });
    list.truncate(CHOICES);
    list
}

/// Every value of a list field that is probable enough, in reading order.
pub(crate) fn many(ground: &Ground<'_, '_>, number: usize, ask: &Ask<'_>) -> Answer {
    let mut list = candidates_of(ground, number, ask);
    list.retain(|scored| probability(scored.logit) >= Model::get().threshold);
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
        .map(|scored| answer::of(ground.scene, ask, std::slice::from_ref(scored), Some(0)));
    Answer::list(items.collect())
}
