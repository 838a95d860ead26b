//! Lists that grow without bound: filters, order and place as parts of a query that walks an index from where the page
//! begins.
//!
//! What is written for both tables of such lists stands in macros: their columns are alike in nothing but their names.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use domain::pagination::{Anchor, GrowingPage, ListRequest, MOST_COUNTED, Sort};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::columns::{folded, storable};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;

/// The rows of a table that match an owner and the request's filters, as a boxed query.
macro_rules! matching {
    ($table:ident, $name:ident, $owner:expr, $request:expr) => {{
        let mut query = $table::table
            .filter($owner)
            .into_boxed::<$crate::connection::MultiBackend>();
        if let Some(status) = $request.status {
            query = query.filter($table::status.eq($crate::columns::EnumCol(status)));
        }
        if let Some(names) = $request
            .name
            .as_deref()
            .map($crate::growing::Names::beginning_with)
        {
            query = query.filter($table::$name.ge(names.from));
            if let Some(before) = names.before {
                query = query.filter($table::$name.lt(before));
            }
        }
        query
    }};
}
pub(crate) use matching;

/// Orders the rows and leaves out what stands before the anchor. Written so that an index is entered at the anchor: of
/// `(a, b) < (x, y)` the databases use only the first column otherwise.
macro_rules! in_order {
    ($query:expr, $table:ident, $kind:ty, $name:ident, $request:expr) => {{
        use diesel::BoolExpressionMethods as _;
        use domain::pagination::{Anchor, Sort};
        use $crate::columns::{IdCol, TimeCol};

        macro_rules! walk {
            ($key:expr, $from:expr, $reaches:ident, $passes:ident, $direction:ident) => {{
                let mut query = $query.order(($key.$direction(), $table::id.$direction()));
                if let Some((key, id)) = $from {
                    let id = IdCol(domain::id::Id::<$kind>::from_uuid(id));
                    query = query
                        .filter($key.$reaches(key.clone()))
                        .filter($key.$passes(key).or($table::id.$passes(id)));
                }
                query
            }};
        }

        let by_age = match &$request.after {
            Some(Anchor::Age { created_at, id }) => Some((TimeCol(*created_at), *id)),
            _ => None,
        };
        let by_name = match &$request.after {
            Some(Anchor::Name { folded, id }) => Some((folded.clone(), *id)),
            _ => None,
        };
        match $request.sort {
            Sort::Newest => walk!($table::created_at, by_age, le, lt, desc),
            Sort::Oldest => walk!($table::created_at, by_age, ge, gt, asc),
            Sort::Name => walk!($table::$name, by_name, ge, gt, asc),
            Sort::NameBackwards => walk!($table::$name, by_name, le, lt, desc),
        }
    }};
}
pub(crate) use in_order;

/// The range of folded names that begin with a text: in the order of bytes such names stand side by side.
pub(crate) struct Names {
    pub(crate) from: String,
    /// The first name that begins otherwise; none where there is nothing behind.
    pub(crate) before: Option<String>,
}

impl Names {
    pub(crate) fn beginning_with(text: &str) -> Self {
        let from = folded(&storable(text));
        let mut kept: Vec<char> = from.chars().collect();
        while let Some(last) = kept.pop() {
            if let Some(next) = (last..=char::MAX).nth(1) {
                kept.push(next);
                let before = Some(kept.into_iter().collect());
                return Self { from, before };
            }
        }
        Self { from, before: None }
    }
}

/// Where an item stands.
pub(crate) struct Place {
    pub(crate) created_at: Timestamp,
    pub(crate) folded: String,
    pub(crate) id: Uuid,
}

/// How many rows to ask for: one more than are shown tells whether there is a next page.
pub(crate) fn limit<S>(request: &ListRequest<S>) -> i64 {
    request.page.limit() + 1
}

/// The page of the rows that were read with [`limit`].
pub(crate) fn page<T, S>(
    mut rows: Vec<(T, Place)>,
    request: &ListRequest<S>,
    total: Option<u64>,
) -> GrowingPage<T> {
    let shown = usize::try_from(request.page.per_page()).unwrap_or(usize::MAX);
    let has_more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(|(_, place)| anchor(place, request.sort));
    GrowingPage {
        items: rows.into_iter().map(|(item, _)| item).collect(),
        next,
        total,
    }
}

fn anchor(place: &Place, sort: Sort) -> Anchor {
    let Place {
        created_at,
        folded,
        id,
    } = place;
    match sort {
        Sort::Oldest | Sort::Newest => Anchor::Age {
            created_at: *created_at,
            id: *id,
        },
        Sort::Name | Sort::NameBackwards => Anchor::Name {
            folded: folded.clone(),
            id: *id,
        },
    }
}

/// Counts the rows of a query, which is to be limited to [`most_counted`]; none where there are more than are counted.
pub(crate) fn count<Q>(conn: &mut AnyConnection, rows: Q) -> Result<Option<u64>, Error>
where
    Counted<Q>: diesel::query_dsl::LoadQuery<'static, AnyConnection, i64>,
{
    let counted: i64 = Counted { rows }.get_result(conn)?;
    let counted = u64::try_from(counted).unwrap_or(0);
    Ok((counted <= MOST_COUNTED).then_some(counted))
}

/// How many rows are looked at to count them.
pub(crate) fn most_counted() -> i64 {
    i64::try_from(MOST_COUNTED).map_or(i64::MAX, |most| most + 1)
}

/// `SELECT count(*) FROM (..)`, which Diesel does not have.
#[derive(Debug, QueryId)]
pub(crate) struct Counted<Q> {
    rows: Q,
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<AnyConnection> for Counted<Q> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> (String, Option<String>) {
        let Names { from, before } = Names::beginning_with(text);
        (from, before)
    }

    #[test]
    fn a_range_ends_before_the_first_name_that_begins_otherwise() {
        assert_eq!(range("Ab"), ("ab".to_owned(), Some("ac".to_owned())));
        assert_eq!(
            range("a\u{d7ff}"),
            ("a\u{d7ff}".to_owned(), Some("a\u{e000}".to_owned()))
        );
        assert_eq!(
            range("a\u{10ffff}"),
            ("a\u{10ffff}".to_owned(), Some("b".to_owned()))
        );
        assert_eq!(range("\u{10ffff}"), ("\u{10ffff}".to_owned(), None));
        assert_eq!(range("\0").0, "\u{fffd}");
    }

    #[test]
    fn folding_a_beginning_gives_the_beginning_of_what_is_folded() {
        for name in ["ΟΔΟΣ", "Straße İzmir", "ÄÖÜ"] {
            let whole = folded(name);
            for (end, _) in name.char_indices() {
                let beginning = folded(name.split_at(end).0);
                assert!(whole.starts_with(&beginning), "{whole} {beginning}");
            }
        }
    }
}
