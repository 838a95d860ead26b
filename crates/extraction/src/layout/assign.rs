//! Assignment: the fields of a group are chosen together. One span serves one field; values that agree with each
//! other (net and tax make the total, a schema's check holds) raise the whole.

use serde_json::Value;

use super::candidates::Part;

/// Partial assignments that are kept at each step.
const BEAM: usize = 96;

/// One way to fill a field.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Page and places: what no other field may take.
    pub(crate) view: usize,
    pub(crate) parts: Vec<Part>,
    pub(crate) value: Value,
    /// What is gained by taking it: the logit of its probability over the threshold's.
    pub(crate) gain: f64,
}

/// Which fields may stand on one span, and what is gained where values agree.
pub(crate) trait Relations {
    /// Whether two fields (by index) may share a span.
    fn may_share(&self, a: usize, b: usize) -> bool;
    /// The order in which fields are best decided: those that prove each other first.
    fn order(&self, fields: usize) -> Vec<usize>;
    /// Whether the field's value has a part in the agreement.
    fn concerns(&self, field: usize) -> bool;
    /// What is gained (or lost) by what was chosen, one for each field, none where it stays empty.
    fn agreement(&self, chosen: &[Option<&Choice>]) -> f64;
}

#[derive(Debug, Clone)]
struct Partial {
    picks: Vec<Option<usize>>,
    gain: f64,
    agreement: f64,
}

impl Partial {
    fn worth(&self) -> f64 {
        self.gain + self.agreement
    }
}

/// Chooses one way (or none) for each field so that the sum of gains is largest, as far as the beam sees.
pub(crate) fn assign(fields: &[Vec<Choice>], relations: &impl Relations) -> Vec<Option<usize>> {
    let mut beam = vec![Partial {
        picks: vec![None; fields.len()],
        gain: 0.0,
        agreement: 0.0,
    }];
    for field in relations.order(fields.len()) {
        let Some(choices) = fields.get(field) else {
            continue;
        };
        let mut next = Vec::new();
        for partial in &beam {
            next.push(partial.clone());
            for (pick, choice) in choices.iter().enumerate() {
                if taken(fields, partial, field, choice, relations) {
                    continue;
                }
                let mut more = extended(partial, field, pick, choice.gain);
                if relations.concerns(field) {
                    more.agreement = relations.agreement(&chosen(fields, &more.picks));
                }
                next.push(more);
            }
        }
        next.sort_by(|a, b| {
            b.worth()
                .total_cmp(&a.worth())
                .then_with(|| a.picks.cmp(&b.picks))
        });
        next.truncate(BEAM);
        beam = next;
    }
    beam.into_iter().next().map(|best| best.picks).unwrap_or_default()
}

fn extended(partial: &Partial, field: usize, pick: usize, gain: f64) -> Partial {
    let mut more = partial.clone();
    if let Some(place) = more.picks.get_mut(field) {
        *place = Some(pick);
    }
    more.gain += gain;
    more
}

fn chosen<'c>(fields: &'c [Vec<Choice>], picks: &[Option<usize>]) -> Vec<Option<&'c Choice>> {
    fields
        .iter()
        .zip(picks)
        .map(|(choices, pick)| pick.and_then(|pick| choices.get(pick)))
        .collect()
}

/// Whether another field already stands where the choice does.
fn taken(
    fields: &[Vec<Choice>],
    partial: &Partial,
    field: usize,
    choice: &Choice,
    relations: &impl Relations,
) -> bool {
    partial.picks.iter().enumerate().any(|(other, pick)| {
        let Some(chosen) = pick.and_then(|pick| fields.get(other)?.get(pick)) else {
            return false;
        };
        chosen.view == choice.view
            && overlap(&chosen.parts, &choice.parts)
            && !relations.may_share(field, other)
    })
}

fn overlap(a: &[Part], b: &[Part]) -> bool {
    a.iter().any(|a| {
        b.iter()
            .any(|b| a.segment == b.segment && a.from < b.to && b.from < a.to)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Sum;
    impl Relations for Sum {
        fn may_share(&self, _: usize, _: usize) -> bool {
            false
        }
        fn order(&self, fields: usize) -> Vec<usize> {
            (0..fields).collect()
        }
        fn concerns(&self, _: usize) -> bool {
            true
        }
        fn agreement(&self, chosen: &[Option<&Choice>]) -> f64 {
            let number = |index: usize| chosen.get(index).copied().flatten()?.value.as_f64();
            match (number(0), number(1)) {
                (Some(a), Some(b)) if a < b => 3.0,
                _ => 0.0,
            }
        }
    }

    fn choice(segment: usize, value: Value, gain: f64) -> Choice {
        Choice {
            view: 0,
            parts: vec![Part {
                segment,
                from: 0,
                to: 1,
            }],
            value,
            gain,
        }
    }

    #[test]
    fn one_span_serves_one_field() {
        let fields = [
            vec![choice(1, json!(5), 2.0)],
            vec![choice(1, json!(5), 2.5), choice(2, json!(4), 1.0)],
        ];
        assert_eq!(assign(&fields, &Sum), [Some(0), Some(1)]);
    }

    #[test]
    fn agreement_outweighs_a_slightly_better_candidate() {
        let fields = [
            vec![choice(1, json!(9), 2.0), choice(2, json!(3), 1.5)],
            vec![choice(3, json!(5), 2.0)],
        ];
        assert_eq!(assign(&fields, &Sum), [Some(1), Some(0)]);
    }

    #[test]
    fn what_costs_more_than_nothing_is_left_empty() {
        assert_eq!(assign(&[vec![choice(1, json!(1), -0.5)]], &Sum), [None]);
    }
}
