//! The columns of a table: one for each field of a row, those of objects within it too.

use domain::evidence::Audit;
use domain::schema::Group;
use serde_json::Value;

use crate::layout::ask::Ask;
use crate::layout::slots::{self, Answer, Slot};

/// What is asked for in each column, in the order of the schema.
pub(super) fn of<'s>(group: &Group, path: &str, slots: &[Slot<'s>]) -> Vec<Ask<'s>> {
    let mut found = Vec::new();
    collect(group, path, "", slots, &mut found);
    found
}

fn collect<'s>(group: &Group, path: &str, outer: &str, slots: &[Slot<'s>], found: &mut Vec<Ask<'s>>) {
    for slot in slots {
        let name = slot.field().name.as_str();
        if let Slot::Object(_, inner) = slot {
            collect(
                group,
                &format!("{path}.{name}"),
                &format!("{outer}{name}."),
                inner,
                found,
            );
            continue;
        }
        let ask = Ask::new(group, path, slot.field(), None);
        found.push(Ask {
            column: format!("{outer}{name}"),
            ..ask
        });
    }
}

/// Rows of columns in the shape of the schema.
pub(super) fn folded(slots: &[Slot<'_>], rows: Answer) -> Answer {
    let (Value::Array(values), Audit::List(audits)) = (rows.value, rows.audit) else {
        return Answer::list(Vec::new());
    };
    let seen = rows.seen;
    let rows = values
        .iter()
        .zip(&audits)
        .map(|(value, audit)| object(slots, "", value, audit));
    Answer {
        seen,
        ..Answer::list(rows.collect())
    }
}

fn object(slots: &[Slot<'_>], outer: &str, value: &Value, audit: &Audit) -> Answer {
    let members = slots.iter().map(|slot| {
        let field = slot.field();
        let answer = match slot {
            Slot::Object(_, inner) => object(inner, &format!("{outer}{}.", field.name), value, audit),
            _ => member(&format!("{outer}{}", field.name), value, audit)
                .unwrap_or_else(|| slots::empty(field, "Not looked for.")),
        };
        (field.name.clone(), answer)
    });
    Answer::object(members.collect::<Vec<_>>())
}

fn member(column: &str, value: &Value, audit: &Audit) -> Option<Answer> {
    let Audit::Object(audits) = audit else { return None };
    Some(Answer {
        value: value.get(column)?.clone(),
        audit: audits.get(column)?.clone(),
        ..Answer::list(Vec::new())
    })
}
