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
    /// What is gained (or lost) by the values chosen, one for each field, none where it stays empty.
    fn agreement(&self, values: &[Option<&Value>]) -> f64;
}

#[derive(Debug, Clone)]
struct Partial {
    picks: Vec<Option<usize>>,
    gain: f64,
}

/// Chooses one way (or none) for each field so that the sum of gains is largest, as far as the beam sees.
pub(crate) fn assign(fields: &[Vec<Choice>], relations: &impl Relations) -> Vec<Option<usize>> {
    let mut beam = vec![Partial { picks: Vec::new(), gain: 0.0 }];
    for (field, choices) in fields.iter().enumerate() {
        let mut next = Vec::new();
        for partial in &beam {
            next.push(extended(partial, None, 0.0));
            for (pick, choice) in choices.iter().enumerate() {
                if !taken(fields, partial, field, choice, relations) {
                    next.push(extended(partial, Some(pick), choice.gain));
                }
            }
        }
        next.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| a.picks.cmp(&b.picks)));
        next.truncate(BEAM);
        beam = next;
    }
    for partial in &mut beam {
        let values = values(fields, &partial.picks);
        partial.gain += relations.agreement(&values);
    }
    beam.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| a.picks.cmp(&b.picks)));
    beam.into_iter().next().map(|best| best.picks).unwrap_or_default()
}

fn extended(partial: &Partial, pick: Option<usize>, gain: f64) -> Partial {
    let mut picks = partial.picks.clone();
    picks.push(pick);
    Partial { picks, gain: partial.gain + gain }
}

fn values<'c>(fields: &'c [Vec<Choice>], picks: &[Option<usize>]) -> Vec<Option<&'c Value>> {
    fields.iter().zip(picks).map(|(choices, pick)| pick.and_then(|pick| choices.get(pick)).map(|c| &c.value)).collect()
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
        let Some(chosen) = pick.and_then(|pick| fields.get(other)?.get(pick)) else { return false };
        chosen.view == choice.view && overlap(&chosen.parts, &choice.parts) && !relations.may_share(field, other)
    })
}

fn overlap(a: &[Part], b: &[Part]) -> bool {
    a.iter().any(|a| b.iter().any(|b| a.segment == b.segment && a.from < b.to && b.from < a.to))
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
        fn agreement(&self, values: &[Option<&Value>]) -> f64 {
            let number = |index: usize| values.get(index).copied().flatten().and_then(Value::as_f64);
            match (number(0), number(1)) {
                (Some(a), Some(b)) if a < b => 3.0,
                _ => 0.0,
            }
        }
    }

    fn choice(segment: usize, value: Value, gain: f64) -> Choice {
        Choice { view: 0, parts: vec![Part { segment, from: 0, to: 1 }], value, gain }
    }

    #[test]
    fn one_span_serves_one_field() {
        let fields = [
            vec![choice(1, json!(5), 2.0)],
            vec![choice(1, json!(5), 3.0), choice(2, json!(4), 1.0)],
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
