//! A scope as a filter.

use std::iter::repeat_n;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType};
use domain::access::Scope;

/// Whether `column`, the id of a workspace, is one of the caller's.
///
/// In place of Diesel's `eq_any`, whose statements SQLite would compile anew each time because their length differs:
/// here the list is filled up to one of few lengths, and the statement is kept like any other.
pub(crate) fn within<C>(column: C, scope: &Scope) -> Within<C> {
    let mut workspaces: Vec<i64> = scope.workspaces().into_iter().map(|id| id.0).collect();
    if let Some(last) = workspaces.last().copied() {
        let missing = filled_length(workspaces.len()) - workspaces.len();
        workspaces.extend(repeat_n(last, missing));
    }
    Within { column, workspaces }
}

/// 1, 4, 16, 64 and so on. Beyond that a list stays as it is: SQLite takes some 32,000 values.
fn filled_length(length: usize) -> usize {
    const FILLED: [usize; 7] = [1, 4, 16, 64, 256, 1024, 4096];
    let enough = FILLED.into_iter().find(|filled| *filled >= length);
    enough.unwrap_or(length)
}

/// `column IN (...)`.
#[derive(Debug, Clone)]
pub(crate) struct Within<C> {
    column: C,
    workspaces: Vec<i64>,
}

impl<C: Expression<SqlType = BigInt>> Expression for Within<C> {
    type SqlType = Bool;
}

impl<C, GB> ValidGrouping<GB> for Within<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Within<C> where Self: Expression {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Within<C> where Self: AppearsOnTable<QS> {}

/// The text depends on the number of ids, so that it is the key by which the statement is kept.
impl<C> QueryId for Within<C> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, DB> QueryFragment<DB> for Within<C>
where
    DB: Backend + HasSqlType<BigInt>,
    C: QueryFragment<DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some((first, others)) = self.workspaces.split_first() else {
            out.push_sql("1 = 0");
            return Ok(());
        };
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        out.push_bind_param::<BigInt, _>(first)?;
        for workspace in others {
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(workspace)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sqlite::Sqlite;
    use domain::id::WorkspaceId;
    use domain::role::Role;

    use super::*;
    use crate::schema::workspaces;

    fn statement(count: i64) -> String {
        let scope = Scope::new((1..=count).map(|id| (WorkspaceId(id), Role::User)).collect());
        let query = workspaces::table
            .filter(within(workspaces::id, &scope))
            .select(workspaces::name);
        let text = diesel::debug_query::<Sqlite, _>(&query).to_string();
        text.split(" -- binds").next().unwrap().to_owned()
    }

    #[test]
    fn lists_of_about_the_same_length_are_the_same_statement() {
        assert_eq!(statement(5), statement(16));
        assert_eq!(statement(2).matches('?').count(), 4);
        assert_eq!(statement(1).matches('?').count(), 1);
    }

    #[test]
    fn nobodys_scope_holds_nothing() {
        assert!(statement(0).ends_with("1 = 0"), "{}", statement(0));
    }
}
