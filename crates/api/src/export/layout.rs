//! Which columns and lists a schema makes.
//!
//! A value that occurs once is a column, `invoice.total`; so is a member of an object, `invoice.seller.name`. A repeated
//! or iterating group is a list with columns of its own, and so is an array of objects in a group that occurs once. What
//! is nested deeper (a list within a list, an array of plain values) has one column and stands in it as JSON.

use domain::schema::{CompiledSchema, Field, FieldKind};
use serde_json::Value;

use super::cell::Cell;

/// The columns and lists of one schema, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Values that occur once.
    pub scalars: Vec<Column>,
    /// Values that occur any number of times.
    pub lists: Vec<List>,
}

/// Where a column takes its values from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its whole path in the data, which is its heading: `invoice.total`, `lines.amount`.
    pub name: String,
    /// The steps to the value: from the data, or from an element of the list.
    path: Vec<String>,
    is_date: bool,
}

/// A list of objects, of which each becomes a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its path in the data: `lines`, `invoice.lines`.
    pub name: String,
    /// The columns of its elements.
    pub columns: Vec<Column>,
    path: Vec<String>,
}

impl Layout {
    /// The layout of a schema.
    pub fn of(schema: &CompiledSchema) -> Self {
        let mut layout = Self::default();
        for group in &schema.groups {
            let path = vec![group.name.clone()];
            if group.is_list() {
                layout.lists.push(List::new(path, &group.fields));
            } else {
                layout.add_fields(&group.fields, &path);
            }
        }
        layout
    }

    fn add_fields(&mut self, fields: &[Field], above: &[String]) {
        for field in fields {
            let path = below(above, field);
            match &field.kind {
                FieldKind::Object(members) => self.add_fields(members, &path),
                FieldKind::Array(item) => match &item.kind {
                    FieldKind::Object(members) => self.lists.push(List::new(path, members)),
                    _ => self.scalars.push(Column::new(&[], path, field)),
                },
                _ => self.scalars.push(Column::new(&[], path, field)),
            }
        }
    }

    /// Every column with those of the lists, in the order of a table.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.scalars
            .iter()
            .chain(self.lists.iter().flat_map(|list| &list.columns))
    }
}

impl List {
    fn new(path: Vec<String>, fields: &[Field]) -> Self {
        let mut columns = Vec::new();
        add_members(&mut columns, &path, fields, &[]);
        Self {
            name: path.join("."),
            columns,
            path,
        }
    }

    /// Its elements in the data of a result.
    pub fn elements<'a>(&self, data: &'a Value) -> &'a [Value] {
        let list = follow(data, &self.path).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }
}

/// The columns of an element, its objects taken apart.
fn add_members(columns: &mut Vec<Column>, list: &[String], fields: &[Field], above: &[String]) {
    for field in fields {
        let path = below(above, field);
        match &field.kind {
            FieldKind::Object(members) => add_members(columns, list, members, &path),
            _ => columns.push(Column::new(list, path, field)),
        }
    }
}

impl Column {
    fn new(list: &[String], path: Vec<String>, field: &Field) -> Self {
        let steps: Vec<&str> = list.iter().chain(&path).map(String::as_str).collect();
        Self {
            name: steps.join("."),
            path,
            is_date: matches!(field.kind, FieldKind::Date),
        }
    }

    /// Its value: in the data of a result, or in an element of its list.
    pub fn cell<'a>(&self, within: &'a Value) -> Cell<'a> {
        let value = follow(within, &self.path);
        if self.is_date {
            Cell::date(value)
        } else {
            Cell::value(value)
        }
    }

    /// The name without that of what it stands in: the first step, or the list.
    pub fn name_within(&self, above: &str) -> &str {
        let rest = self.name.strip_prefix(above);
        rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(&self.name)
    }

    /// The group that a value which occurs once belongs to.
    pub fn group(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }
}

fn below(above: &[String], field: &Field) -> Vec<String> {
    let mut path = above.to_vec();
    path.push(field.name.clone());
    path
}

fn follow<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| value.get(step))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layout(schema: &Value) -> Layout {
        Layout::of(&CompiledSchema::compile(schema).unwrap())
    }

    #[test]
    fn columns_stand_in_the_order_of_the_schema_and_lists_have_their_own() {
        let layout = layout(&json!({"groups": {
            "invoice": {"fields": {
                "number": {"type": "string"},
                "seller": {"type": "object", "properties": {
                    "name": {"type": "string"},
                    "contacts": {"type": "array", "items": {"properties": {"mail": {"type": "string"}}}},
                }},
                "tags": {"type": "array", "items": {"type": "string"}},
            }},
            "lines": {"repeated": true, "fields": {
                "text": {"type": "string"},
                "price": {"type": "object", "properties": {"net": {"type": "number"}}},
                "notes": {"type": "array", "items": {"properties": {"by": {"type": "string"}}}},
            }},
        }}));
        let names = |columns: &[Column]| -> Vec<String> {
            columns.iter().map(|column| column.name.clone()).collect()
        };
        assert_eq!(
            names(&layout.scalars),
            ["invoice.number", "invoice.seller.name", "invoice.tags"]
        );
        let lists: Vec<_> = layout
            .lists
            .iter()
            .map(|list| (list.name.as_str(), names(&list.columns)))
            .collect();
        let expected = [
            (
                "invoice.seller.contacts",
                vec!["invoice.seller.contacts.mail".to_owned()],
            ),
            (
                "lines",
                ["lines.text", "lines.price.net", "lines.notes"]
                    .map(str::to_owned)
                    .to_vec(),
            ),
        ];
        assert_eq!(lists, expected);
        assert_eq!(layout.scalars[1].name_within("invoice"), "seller.name");
        assert_eq!(layout.columns().count(), 7);
    }

    #[test]
    fn what_is_nested_too_deep_stands_as_json() {
        let layout = layout(&json!({"fields": {"tags": {"type": "array", "items": {"type": "string"}}}}));
        let data = json!({"fields": {"tags": ["a", "b"]}});
        assert_eq!(layout.scalars[0].cell(&data), Cell::text("[\"a\",\"b\"]"));
    }
}
