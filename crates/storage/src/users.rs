//! Accounts.

use diesel::prelude::*;
use domain::id::UserId;
use domain::name::Name;
use domain::time::Timestamp;
use domain::user::{Email, User};

use crate::columns::{TextCol, TimeCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::users;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(MultiBackend))]
pub(crate) struct UserRow {
    id: i64,
    name: String,
    email: TextCol<Email>,
    created_at: TimeCol,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let UserRow {
            id,
            name,
            email,
            created_at,
        } = row;
        Self {
            id: UserId(id),
            name,
            email: email.0,
            created_at: created_at.0,
        }
    }
}

/// Makes an account. An address that has one already is a conflict.
pub fn insert(conn: &mut AnyConnection, email: &Email, name: &Name, now: Timestamp) -> Result<User, Error> {
    let row: UserRow = diesel::insert_into(users::table)
        .values((
            users::name.eq(name.as_str()),
            users::email.eq(email.as_str()),
            users::created_at.eq(TimeCol(now)),
        ))
        .returning(users::all_columns)
        .get_result(conn)?;
    Ok(row.into())
}

/// The account of that address.
pub fn find_by_email(conn: &mut AnyConnection, email: &Email) -> Result<Option<User>, Error> {
    let row: Option<UserRow> = users::table
        .filter(users::email.eq(email.as_str()))
        .select(UserRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(User::from))
}

/// The account of that id: a caller's own.
pub fn find(conn: &mut AnyConnection, id: UserId) -> Result<Option<User>, Error> {
    let row: Option<UserRow> = users::table
        .find(id.0)
        .select(UserRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(User::from))
}
