//! What can be said of checks and iterations while some fields are wrong: their syntax, names that stand nowhere in
//! the schema, and circles. Types are not looked at, for what follows from one mistake is no second one.

use serde_json::{Map, Value};

use super::check::Check;
use super::compile::{Errors, PLAIN_GROUP, Path, expressions, iterates_on, known_names};

/// A group as it was written: its name, the keys of its fields, and where it stands.
struct Written<'s> {
    name: &'s str,
    fields: Vec<&'s str>,
    source: &'s Map<String, Value>,
    path: Path,
}

/// Notes what is wrong with checks and iterations by the names alone.
pub(super) fn check(schema: &Map<String, Value>, errors: &mut Errors) {
    let groups = groups_of(schema);
    for group in &groups {
        let Some(checks) = group.source.get("checks").filter(|value| !value.is_null()) else {
            continue;
        };
        for (_, expression, path) in expressions(checks, &group.path.key("checks"), errors) {
            if let Err(message) = check_expression(expression, group, &groups) {
                errors.add(&path, message);
            }
        }
    }
    // What is malformed was noted when the groups were read.
    let targets: Vec<_> = groups
        .iter()
        .map(|group| iterates_on(group.source, &group.path, &mut Errors::default()))
        .collect();
    for (group, target) in groups.iter().zip(&targets) {
        let at = group.path.key("config").key("iterates_on");
        let Some(target) = target else { continue };
        let next = |name: &str| {
            let index = groups.iter().position(|group| group.name == name)?;
            targets.get(index)?.as_ref().map(|target| target.group.as_str())
        };
        if let Err(message) = find_field(&target.group, &target.field, &groups) {
            errors.add(&at, message);
        } else if is_on_circle(group.name, next, groups.len()) {
            errors.add(&at, "the groups iterate on each other in a circle");
        }
    }
}

fn groups_of(schema: &Map<String, Value>) -> Vec<Written<'_>> {
    let Some(groups) = schema.get("groups").and_then(Value::as_object) else {
        return vec![Written::new(PLAIN_GROUP, schema, Path::root())];
    };
    let path = Path::root().key("groups");
    let groups = groups
        .iter()
        .filter_map(|(name, source)| Some(Written::new(name, source.as_object()?, path.key(name))));
    groups.collect()
}

impl<'s> Written<'s> {
    fn new(name: &'s str, source: &'s Map<String, Value>, path: Path) -> Self {
        let fields = source.get("fields").and_then(Value::as_object);
        Self {
            name,
            fields: fields
                .into_iter()
                .flat_map(|fields| fields.keys().map(String::as_str))
                .collect(),
            source,
            path,
        }
    }
}

fn check_expression(expression: &str, group: &Written<'_>, groups: &[Written<'_>]) -> Result<(), String> {
    for (name, position) in Check::names(expression).map_err(|error| error.to_string())? {
        find_name(&name, group, groups).map_err(|message| format!("{message} (at character {position})"))?;
    }
    Ok(())
}

/// The first name is a field of the group or a group; a group's name is followed by one of its fields.
fn find_name(name: &str, group: &Written<'_>, groups: &[Written<'_>]) -> Result<(), String> {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or_default();
    if group.fields.contains(&first) {
        return Ok(());
    }
    let is_group = groups.iter().any(|group| group.name == first);
    match (is_group, parts.next()) {
        (true, Some(field)) => find_field(first, field, groups),
        (true, None) => Ok(()),
        (false, _) => {
            let fields = group.fields.iter().copied();
            let known = known_names(fields.chain(groups.iter().map(|group| group.name)));
            Err(format!(
                "there is no field or group {first:?}; known are: {known}"
            ))
        }
    }
}

fn find_field(group: &str, field: &str, groups: &[Written<'_>]) -> Result<(), String> {
    let Some(found) = groups.iter().find(|written| written.name == group) else {
        let known = known_names(groups.iter().map(|group| group.name));
        return Err(format!("there is no group {group:?}; known are: {known}"));
    };
    if found.fields.contains(&field) {
        return Ok(());
    }
    let known = known_names(found.fields.iter().copied());
    Err(format!(
        "the group {group:?} has no field {field:?}; known are: {known}"
    ))
}

/// Whether one comes back to the name by going from each group to the one that it iterates on.
fn is_on_circle<'s>(start: &str, next: impl Fn(&str) -> Option<&'s str>, groups: usize) -> bool {
    let way = std::iter::successors(next(start), |name| next(name));
    way.take(groups).any(|name| name == start)
}
