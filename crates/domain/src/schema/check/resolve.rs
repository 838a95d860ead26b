//! Names in an expression are found among the fields: first in the check's own group, then as `group.field`.

use super::CheckError;
use super::expression::{Expression, FieldRef};
use crate::schema::compile::known_names;
use crate::schema::{Field, FieldKind, Group};

/// Fills in the path of every field and returns the paths that occur.
pub(super) fn resolve(
    expression: &mut Expression,
    group: &Group,
    groups: &[Group],
) -> Result<Vec<String>, CheckError> {
    let mut resolver = Resolver {
        group,
        groups,
        seen: Vec::new(),
    };
    resolver.visit(expression, false)?;
    Ok(resolver.seen)
}

struct Resolver<'g> {
    group: &'g Group,
    groups: &'g [Group],
    seen: Vec<String>,
}

impl Resolver<'_> {
    fn visit(&mut self, expression: &mut Expression, in_list: bool) -> Result<(), CheckError> {
        match expression {
            Expression::Number(_) | Expression::Text(_) => Ok(()),
            Expression::Field(field) => self.field(field, in_list),
            Expression::Negate(inner) | Expression::Not(inner) => self.visit(inner, false),
            Expression::Binary(_, left, right) => {
                self.visit(left, false)?;
                self.visit(right, false)
            }
            Expression::Call(function, arguments) => {
                let in_list = function.takes_list();
                arguments
                    .iter_mut()
                    .try_for_each(|argument| self.visit(argument, in_list))
            }
        }
    }

    fn field(&mut self, field: &mut FieldRef, in_list: bool) -> Result<(), CheckError> {
        let error = |message: String| CheckError {
            position: field.position,
            message,
        };
        let parts: Vec<&str> = field.written.split('.').collect();
        let found = self.find(&parts).map_err(error)?;
        if found.is_list && !in_list {
            return Err(error(format!(
                "{} is a list: use sum, count, min or max",
                field.written
            )));
        }
        if !found.is_list && in_list {
            return Err(error(format!("{} is not a list", field.written)));
        }
        field.path = found.path;
        let path = field.path.join(".");
        if !self.seen.contains(&path) {
            self.seen.push(path);
        }
        Ok(())
    }

    fn find(&self, parts: &[&str]) -> Result<Found, String> {
        let (first, rest) = parts.split_first().ok_or("a name is missing")?;
        if let Some(field) = self.group.fields.iter().find(|field| field.name == *first) {
            // Within a repeated group a check speaks of one row: the row's fields are single values.
            let start = Found {
                path: vec![self.group.name.clone(), field.name.clone()],
                is_list: false,
            };
            return member(field, rest, start);
        }
        let Some(group) = self.groups.iter().find(|group| group.name == *first) else {
            let names = self.group.fields.iter().map(|field| field.name.as_str());
            let known = known_names(names.chain(self.groups.iter().map(|group| group.name.as_str())));
            return Err(format!(
                "there is no field or group {first:?}; known are: {known}"
            ));
        };
        let start = Found {
            path: vec![group.name.clone()],
            is_list: group.is_list(),
        };
        let Some((name, rest)) = rest.split_first() else {
            // `count(line_items)` needs no field.
            return if group.is_list() {
                Ok(start)
            } else {
                Err(format!("{first} is a group: name one of its fields"))
            };
        };
        let field = group.fields.iter().find(|field| field.name == *name);
        let field = field.ok_or_else(|| missing(first, name, &group.fields))?;
        member(field, rest, start.with(name))
    }
}

struct Found {
    path: Vec<String>,
    is_list: bool,
}

impl Found {
    fn with(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }
}

/// Follows the remaining names into objects and through arrays.
fn member(field: &Field, rest: &[&str], mut found: Found) -> Result<Found, String> {
    let mut kind = &field.kind;
    if let FieldKind::Array(item) = kind {
        found.is_list = true;
        kind = &item.kind;
    }
    let Some((name, rest)) = rest.split_first() else {
        return Ok(found);
    };
    let FieldKind::Object(members) = kind else {
        return Err(format!("{} is no object: it has no {name:?}", field.name));
    };
    let inner = members.iter().find(|inner| inner.name == *name);
    let inner = inner.ok_or_else(|| missing(&field.name, name, members))?;
    member(inner, rest, found.with(name))
}

fn missing(parent: &str, name: &str, fields: &[Field]) -> String {
    let known = known_names(fields.iter().map(|field| field.name.as_str()));
    format!("{parent} has no field {name:?}; known are: {known}")
}
