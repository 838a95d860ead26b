//! The order in which groups are extracted: a group that iterates on another's list comes after it.

use super::compile::{Errors, Path, known_names};
use super::{FieldKind, FieldPath, Group};

/// Indices of the groups in an order in which each comes after what it depends on; otherwise in the schema's order.
pub(super) fn order(groups: &[Group], errors: &mut Errors) -> Option<Vec<usize>> {
    let mut dependencies = Vec::with_capacity(groups.len());
    let mut whole = true;
    for group in groups {
        let waits_for = match &group.iterates_on {
            None => None,
            Some(wanted) => {
                let found = dependency(group, wanted, groups, errors);
                whole &= found.is_some();
                found
            }
        };
        dependencies.push(waits_for);
    }
    if !whole {
        return None;
    }
    let mut order: Vec<usize> = Vec::with_capacity(groups.len());
    while order.len() < groups.len() {
        let ready = |index: &usize| {
            let waits_for = dependencies.get(*index).copied().flatten();
            !order.contains(index) && waits_for.is_none_or(|other| order.contains(&other))
        };
        let Some(next) = (0..groups.len()).find(ready) else {
            report_cycle(groups, &order, errors);
            return None;
        };
        order.push(next);
    }
    Some(order)
}

/// The index of the group whose list this one iterates on.
fn dependency(group: &Group, wanted: &FieldPath, groups: &[Group], errors: &mut Errors) -> Option<usize> {
    let at = path_of(group);
    let Some(index) = groups.iter().position(|other| other.name == wanted.group) else {
        let known = known_names(groups.iter().map(|group| group.name.as_str()));
        errors.add(
            &at,
            format!("there is no group {:?}; known are: {known}", wanted.group),
        );
        return None;
    };
    let other = groups.get(index)?;
    let field = other.fields.iter().find(|field| field.name == wanted.field);
    let Some(field) = field else {
        let known = known_names(other.fields.iter().map(|field| field.name.as_str()));
        let message = format!(
            "the group {:?} has no field {:?}; known are: {known}",
            wanted.group, wanted.field
        );
        errors.add(&at, message);
        return None;
    };
    if !other.is_list() && !matches!(field.kind, FieldKind::Array(_)) {
        errors.add(&at, format!("{}.{} is not a list", wanted.group, wanted.field));
        return None;
    }
    Some(index)
}

fn report_cycle(groups: &[Group], done: &[usize], errors: &mut Errors) {
    for (index, group) in groups.iter().enumerate() {
        if !done.contains(&index) {
            errors.add(&path_of(group), "the groups iterate on each other in a circle");
        }
    }
}

fn path_of(group: &Group) -> Path {
    Path::root()
        .key("groups")
        .key(&group.name)
        .key("config")
        .key("iterates_on")
}
