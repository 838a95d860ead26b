//! The candidates of a field: behind, beside and below its labels, in address blocks, and by their form alone.

use std::collections::HashMap;

use super::answer::{Scored, Why};
use super::ask::{Ask, Want};
use super::candidates::{self, Candidate, Part};
use super::clauses;
use super::features;
use super::ground::{Ground, Scope};
use super::labels::Hit;
use super::regions::{self, HitIndex, Region, Relation};
use super::score::{Feature, Features};
use super::terms;
use super::unlabelled::{TOTALS, heading_date, near_totals, payment_terms, unlabelled};
use super::view::View;

/// At most so many candidates of a field are weighed against those of the others.
const CHOICES: usize = 14;

/// Lines of more words are running text.
const PROSE: usize = 7;

/// The candidates of a field, the best first.
pub(crate) fn candidates_of(ground: &Ground<'_, '_>, number: usize, ask: &Ask<'_>) -> Vec<Scored> {
    let mut all = ground.stated.candidates(ground.scene, number, ask);
    if ground.stated.alone(number) {
        for scored in &mut all {
            scored.logit = ground.scene.model.logit(&scored.features);
        }
        return all;
    }
    for view in 0..ground.scene.sheets.len() {
        labelled(ground, view, number, ask, &mut all);
        if ask.want.speaks_for_itself() {
            unlabelled(ground, view, ask, &mut all);
        }
        // Of a receipt's amounts most are prices: its own rows tell which are sums.
        if ask.is(TOTALS) && !ground.tills.is_till(view) {
            near_totals(ground, view, ask, &mut all);
        }
        if ask.is(&["due_date"]) {
            payment_terms(ground, view, ask, &mut all);
        }
        if ask.is(&["issue_date", "date"]) {
            heading_date(ground, view, ask, &mut all);
        }
        all.extend(ground.tills.candidates(ground.scene, view, ask));
    }
    if let Some(party) = &ask.party {
        let mut found = ground.parties.candidates(ground.scene, ask, party);
        for Scored {
            candidate, features, ..
        } in &mut found
        {
            ground.tills.judge(ask, candidate, Relation::Right, features);
        }
        all.extend(found);
    }
    all.extend(ground.clauses.candidates(ground.scene, ask));
    for scored in &mut all {
        let printed = ground
            .forms
            .printed(scored.candidate.view, &scored.candidate.parts);
        if printed > 0.0 {
            scored.features.set(Feature::Printed, printed);
        }
    }
    all.extend(ground.forms.of(number).cloned());
    if let Some(scopes) = &ground.scope {
        all.retain(|scored| scopes.iter().any(|scope| in_scope(ground, scope, scored)));
    }
    for scored in &mut all {
        if let Some(unfamiliar) = unfamiliar(&scored.why) {
            scored.features.set(unfamiliar, ground.unfamiliar);
            let aside = scored.features.get(Feature::Clause) == 0.0;
            scored
                .features
                .flag(Feature::Agreement, aside && in_agreement(ground, scored));
        }
        scored.logit = ground.scene.model.logit(&scored.features);
    }
    best_of_each(all)
}

/// What documents of another kind take from a candidate; nothing from what a form says, whose labels have other names,
/// nor from clauses, which have none.
fn unfamiliar(why: &Why) -> Option<Feature> {
    match why {
        Why::Box { .. } | Why::Clause { .. } | Why::PartyOfContract => None,
        Why::Form => Some(Feature::UnfamiliarForm),
        Why::Block { .. } => Some(Feature::UnfamiliarBlock),
        _ => Some(Feature::Unfamiliar),
    }
}

/// Whether the candidate stands in a document that reads like a contract: its addresses and dates are seldom those of a
/// sale.
fn in_agreement(ground: &Ground<'_, '_>, scored: &Scored) -> bool {
    let sheet = ground.scene.sheets.get(scored.candidate.view);
    sheet.is_some_and(|sheet| ground.agreements.get(sheet.view.document) == Some(&true))
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
    let clause = clauses::reads(ask);
    let contract = clause.is_some() && ground.clauses.is_contract(view.document);
    for hit in hits {
        let Some(claim) = hit.claims.iter().find(|claim| claim.ask == number) else {
            continue;
        };
        let early = hit.before > 0
            && ask.is(&["due_date"])
            && view
                .segment(hit.segment)
                .is_some_and(|segment| terms::takes_off(segment, hit.from));
        if early || contract && is_running_text(view, hit) {
            continue;
        }
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
                if let Some(reads) = clause.filter(|_| ask.want.is_textual()) {
                    features.flag(Feature::Misread, !read_as(&mut candidate, ask, reads));
                }
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

/// Whether a label stands in running text, where phrases of clauses say more.
fn is_running_text(view: &View<'_>, hit: &Hit) -> bool {
    let behind = hit.colon && hit.before == 0 && hit.after <= PROSE;
    view.segment(hit.segment)
        .is_some_and(|segment| segment.len() > PROSE)
        && !behind
}

/// Reads the text beside a label as the value of a clause: `State of Delaware` is Delaware.
fn read_as(candidate: &mut Candidate, ask: &Ask<'_>, reads: clauses::Reads) -> bool {
    let Some(value) = clauses::beside_label(&candidate.printed, ask, reads) else {
        return false;
    };
    candidate.exact = candidate.exact && candidate.value == value;
    candidate.value = value;
    true
}

/// What stands around the candidate: its party's section, the row of a total, a table's row.
pub(crate) fn add_surroundings(
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
    ground.tills.judge(ask, candidate, relation, features);
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
    let within = ground.scope.is_none() && ground.claimed.holds(view_index, segment.row);
    features.flag(Feature::TableRow, within);
}

/// One candidate for each place and value, the best first.
pub(crate) fn best_of_each(all: Vec<Scored>) -> Vec<Scored> {
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
