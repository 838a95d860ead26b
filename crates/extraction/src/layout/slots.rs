//! The shape of a group: which fields are looked for one by one, which are lists, and how the answers go back into
//! the shape of the schema.

use domain::evidence::{Audit, Engine, Evidence};
use domain::schema::{Field, FieldKind};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::score::Features;

/// A value with its evidence.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) value: Value,
    pub(crate) audit: Audit,
    /// What was looked at in cells, by path below this answer; kept where weights are fitted.
    pub(crate) seen: Vec<(String, Features)>,
}

impl Answer {
    /// Nothing was found.
    pub(crate) fn nothing(reasoning: impl Into<String>) -> Self {
        Self::leaf(Value::Null, Evidence::not_found(Engine::Layout, reasoning))
    }

    pub(crate) fn leaf(value: Value, evidence: Evidence) -> Self {
        Self {
            value,
            audit: Audit::Leaf(Box::new(evidence)),
            seen: Vec::new(),
        }
    }

    /// The answer with what was looked at.
    pub(crate) fn having_seen(mut self, features: Features) -> Self {
        self.seen = vec![(String::new(), features)];
        self
    }

    /// Answers in a row.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        let mut seen = Vec::new();
        let mut values = Vec::with_capacity(items.len());
        let mut audits = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            seen.extend(below(&index.to_string(), item.seen));
            values.push(item.value);
            audits.push(item.audit);
        }
        Self {
            value: Value::Array(values),
            audit: Audit::List(audits),
            seen,
        }
    }

    /// Answers by name.
    pub(crate) fn object(fields: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut data = Map::new();
        let mut audit = IndexMap::new();
        let mut seen = Vec::new();
        for (name, answer) in fields {
            seen.extend(below(&name, answer.seen));
            data.insert(name.clone(), answer.value);
            audit.insert(name, answer.audit);
        }
        Self {
            value: Value::Object(data),
            audit: Audit::Object(audit),
            seen,
        }
    }

    /// Whether anything was found that was not sure enough to be a value.
    pub(crate) fn tells_anything(&self) -> bool {
        let mut any = false;
        self.audit
            .for_each_leaf(&mut |_, evidence| any = any || !evidence.alternatives.is_empty());
        any
    }

    /// Whether any value in it is not null.
    pub(crate) fn holds_anything(&self) -> bool {
        holds(&self.value)
    }
}

/// What was looked at, its path begun with a step.
fn below(step: &str, seen: Vec<(String, Features)>) -> impl Iterator<Item = (String, Features)> {
    seen.into_iter().map(move |(path, features)| {
        let path = if path.is_empty() {
            step.to_owned()
        } else {
            format!("{step}.{path}")
        };
        (path, features)
    })
}

fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(holds),
        Value::Object(fields) => fields.values().any(holds),
        _ => true,
    }
}

/// A field in the form in which it is answered.
#[derive(Debug)]
pub(crate) enum Slot<'s> {
    /// One value.
    One(&'s Field),
    /// A list of values.
    Many(&'s Field),
    /// A list of objects: rows.
    Rows(&'s Field, &'s [Field]),
    /// Fields of their own.
    Object(&'s Field, Vec<Slot<'s>>),
}

impl<'s> Slot<'s> {
    /// The slots of fields.
    pub(crate) fn of(fields: &'s [Field]) -> Vec<Self> {
        fields.iter().map(Self::of_field).collect()
    }

    fn of_field(field: &'s Field) -> Self {
        match &field.kind {
            FieldKind::Object(fields) => Self::Object(field, Self::of(fields)),
            FieldKind::Array(item) => match &item.kind {
                FieldKind::Object(columns) => Self::Rows(field, columns),
                _ => Self::Many(field),
            },
            _ => Self::One(field),
        }
    }

    pub(crate) fn field(&self) -> &'s Field {
        match self {
            Self::One(field) | Self::Many(field) | Self::Rows(field, _) | Self::Object(field, _) => field,
        }
    }
}

/// Nothing found, in the shape of a field: an object keeps its keys.
pub(crate) fn empty(field: &Field, reasoning: &str) -> Answer {
    match &field.kind {
        FieldKind::Object(fields) => Answer::object(
            fields
                .iter()
                .map(|inner| (inner.name.clone(), empty(inner, reasoning))),
        ),
        _ => Answer::nothing(reasoning),
    }
}
