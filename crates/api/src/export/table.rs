//! Results of one or many schemas as one table.
//!
//! A session is one row; where its result has lists, it is a row for each of their elements, `list` and `row` saying
//! which, with the values that occur once repeated and the columns of other lists empty.

use std::iter;

use domain::id::{ResultId, SessionId};
use domain::session::SessionStatus;
use indexmap::IndexSet;
use serde_json::Value;

use super::cell::Cell;
use super::layout::{Column, Layout};

/// Most columns of a table: as many as a worksheet has.
pub const MOST_COLUMNS: usize = 16_384;

const ABOUT_SESSION: [&str; 5] = ["session_id", "session_name", "status", "result_id", "title"];
const ABOUT_LIST: [&str; 2] = ["list", "row"];

/// The schemas together have more than [`MOST_COLUMNS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the results have more than {MOST_COLUMNS} columns together; export fewer sessions at a time")]
pub struct TooManyColumns;

/// The columns of all schemas whose results the table holds, each once.
#[derive(Debug, Clone, Default)]
pub struct Table {
    values: IndexSet<String>,
    has_lists: bool,
}

/// The session that rows are about.
#[derive(Debug, Clone)]
pub struct About {
    /// The session.
    pub session_id: SessionId,
    /// Its name.
    pub session_name: String,
    /// How far it is, which is its latest run's business.
    pub status: SessionStatus,
    /// The latest completed result; none before there is one.
    pub result_id: Option<ResultId>,
    /// The result's short name.
    pub title: Option<String>,
}

impl Table {
    /// Takes the columns of another schema in.
    pub fn add(&mut self, layout: &Layout) -> Result<(), TooManyColumns> {
        let names = layout.columns().map(|column| column.name.clone());
        self.values.extend(names);
        self.has_lists |= !layout.lists.is_empty();
        if self.width() > MOST_COLUMNS {
            return Err(TooManyColumns);
        }
        Ok(())
    }

    /// The headings.
    pub fn header(&self) -> Vec<Cell<'_>> {
        let about_list = ABOUT_LIST.iter().filter(|_| self.has_lists);
        let about = ABOUT_SESSION.iter().chain(about_list).copied();
        about
            .chain(self.values.iter().map(String::as_str))
            .map(Cell::text)
            .collect()
    }

    /// A session that has no values.
    pub fn row_without_values<'a>(&self, about: &'a About) -> Vec<Cell<'a>> {
        self.row(about, None, iter::empty())
    }

    /// The rows of a session's result. `layout` is that of the result's schema, which the table has taken in.
    pub fn rows<'a>(
        &'a self,
        about: &'a About,
        layout: &'a Layout,
        data: &'a Value,
    ) -> impl Iterator<Item = Vec<Cell<'a>>> {
        let elements = layout.lists.iter().flat_map(|list| {
            let elements = list.elements(data).iter().zip(1_u64..);
            elements.map(move |(element, number)| (list, element, number))
        });
        let mut elements = elements.peekable();
        let alone = elements.peek().is_none();
        let of_lists = elements.map(move |(list, element, number)| {
            let own = list.columns.iter().map(move |column| (column, element));
            let place = Some((list.name.as_str(), number));
            self.row(about, place, once(layout, data).chain(own))
        });
        let without_lists = alone.then(|| self.row(about, None, once(layout, data)));
        without_lists.into_iter().chain(of_lists)
    }

    fn row<'a>(
        &self,
        about: &'a About,
        place: Option<(&'a str, u64)>,
        values: impl Iterator<Item = (&'a Column, &'a Value)>,
    ) -> Vec<Cell<'a>> {
        let mut row = Vec::with_capacity(self.width());
        row.extend(about.cells());
        if self.has_lists {
            row.push(place.map_or(Cell::Empty, |(list, _)| Cell::text(list)));
            row.push(place.map_or(Cell::Empty, |(_, number)| Cell::count(number)));
        }
        let first = row.len();
        row.resize(self.width(), Cell::Empty);
        for (column, within) in values {
            let place = self.values.get_index_of(&column.name);
            if let Some(cell) = place.and_then(|index| row.get_mut(first + index)) {
                *cell = column.cell(within);
            }
        }
        row
    }

    fn width(&self) -> usize {
        let about_list = if self.has_lists { ABOUT_LIST.len() } else { 0 };
        ABOUT_SESSION.len() + about_list + self.values.len()
    }
}

/// The values that occur once, each with what it stands in.
fn once<'a>(layout: &'a Layout, data: &'a Value) -> impl Iterator<Item = (&'a Column, &'a Value)> {
    layout.scalars.iter().map(move |column| (column, data))
}

impl About {
    fn cells(&self) -> [Cell<'_>; ABOUT_SESSION.len()] {
        [
            Cell::owned(self.session_id.to_string()),
            Cell::text(&self.session_name),
            Cell::text(status_name(self.status)),
            self.result_id
                .map_or(Cell::Empty, |id| Cell::owned(id.to_string())),
            Cell::optional(self.title.as_deref()),
        ]
    }
}

/// The name of a status as the API sends it.
pub(super) const fn status_name(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Pending => "pending",
        SessionStatus::Processing => "processing",
        SessionStatus::Completed => "completed",
        SessionStatus::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use domain::schema::CompiledSchema;
    use serde_json::json;

    use super::*;
    use crate::export::csv::plain;

    fn layout(schema: &Value) -> Layout {
        Layout::of(&CompiledSchema::compile(schema).unwrap())
    }

    fn about() -> About {
        About {
            session_id: SessionId::generate(),
            session_name: "March".to_owned(),
            status: SessionStatus::Completed,
            result_id: None,
            title: None,
        }
    }

    /// Rows without the columns about the session, as text.
    fn rows(table: &Table, layout: &Layout, data: &Value) -> Vec<Vec<String>> {
        let about = about();
        let rows = table.rows(&about, layout, data).map(|row| {
            let values = row.iter().skip(ABOUT_SESSION.len());
            values.map(plain).collect()
        });
        rows.collect()
    }

    fn invoices() -> Layout {
        layout(&json!({"groups": {
            "invoice": {"fields": {"number": {"type": "string"}}},
            "lines": {"repeated": true, "fields": {"text": {"type": "string"}, "net": {"type": "number"}}},
            "taxes": {"repeated": true, "fields": {"rate": {"type": "number"}}},
        }}))
    }

    #[test]
    fn lists_become_rows_with_the_values_that_occur_once_repeated() {
        let layout = invoices();
        let mut table = Table::default();
        table.add(&layout).unwrap();
        let header: Vec<String> = table.header().iter().skip(5).map(plain).collect();
        assert_eq!(
            header,
            [
                "list",
                "row",
                "invoice.number",
                "lines.text",
                "lines.net",
                "taxes.rate"
            ]
        );
        let data = json!({
            "invoice": {"number": "007"},
            "lines": [{"text": "one", "net": -1.5}, {"text": "two", "net": null}],
            "taxes": [{"rate": 19}],
        });
        assert_eq!(
            rows(&table, &layout, &data),
            [
                ["lines", "1", "007", "one", "-1.5", ""],
                ["lines", "2", "007", "two", "", ""],
                ["taxes", "1", "007", "", "", "19"],
            ]
        );
    }

    #[test]
    fn a_result_whose_lists_are_empty_is_one_row() {
        let layout = invoices();
        let mut table = Table::default();
        table.add(&layout).unwrap();
        let data = json!({"invoice": {"number": "7"}, "lines": [], "taxes": []});
        assert_eq!(rows(&table, &layout, &data), [["", "", "7", "", "", ""]]);
    }

    #[test]
    fn schemas_that_differ_share_the_columns_that_they_have_in_common() {
        let newer = layout(&json!({"fields": {"a": {"type": "string"}, "b": {"type": "string"}}}));
        let older = layout(&json!({"fields": {"b": {"type": "string"}, "c": {"type": "string"}}}));
        let mut table = Table::default();
        table.add(&newer).unwrap();
        table.add(&older).unwrap();
        let data = json!({"fields": {"b": "x", "c": "y"}});
        assert_eq!(rows(&table, &older, &data), [["", "x", "y"]]);
        let about = about();
        let mut without = table.row_without_values(&about).into_iter().skip(5);
        assert!(without.all(|cell| cell == Cell::Empty));
    }

    #[test]
    fn a_table_has_no_more_columns_than_a_worksheet() {
        let fields = |from: usize, to: usize| {
            let fields: serde_json::Map<String, Value> = (from..to)
                .map(|n| (format!("f{n}"), json!({"type": "string"})))
                .collect();
            layout(&json!({ "fields": fields }))
        };
        let mut table = Table::default();
        for from in [0, 4_000, 8_000, 12_000] {
            table.add(&fields(from, from + 4_000)).unwrap();
        }
        assert_eq!(table.add(&fields(16_000, 16_400)), Err(TooManyColumns));
    }
}
