//! How domain values are kept in columns: SQL types that both databases share, and a wrapper for each kind of value.
//!
//! A wrapper stands in a row, never outside of this crate; a row turns into an entity by unwrapping. What cannot be
//! read back (a name that this version does not know) is [`crate::Error::Inconsistent`].

use std::fmt::{Debug, Display};
use std::io::Write;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, HasSqlType, SqlType, Text, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use domain::id::{Id, Kind};
use domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::StrDeserializer;
use uuid::Uuid;

use crate::connection::{MultiBackend, MultiRawValue};

/// `uuid` on PostgreSQL, text on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlUuid;

/// `timestamptz` on PostgreSQL, RFC 3339 text of fixed width on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlTime;

/// `json` on PostgreSQL (it keeps the text, hence the order of keys), text on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 114, array_oid = 199))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlJson;

macro_rules! shared_types {
    ($($marker:ty),*) => {$(
        impl HasSqlType<$marker> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$marker>(lookup)
            }
        }
    )*};
}
shared_types!(SqlUuid, SqlTime, SqlJson);

/// Passes a wrapper's conversions through the multi connection to the database at hand.
macro_rules! on_both {
    ($marker:ident, $wrapper:ty $(, $generic:ident: $($bound:path),+)?) => {
        impl$(<$generic: $($bound +)+>)? FromSql<$marker, MultiBackend> for $wrapper {
            fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $marker>()
            }
        }
        impl$(<$generic: $($bound +)+>)? ToSql<$marker, MultiBackend> for $wrapper {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($marker, self));
                Ok(IsNull::No)
            }
        }
    };
}

/// A typed id.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlUuid)]
pub struct IdCol<K: Kind>(pub Id<K>);

// By hand: derived ones would ask the same of the marker.
impl<K: Kind> Clone for IdCol<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for IdCol<K> {}
impl<K: Kind> Debug for IdCol<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

on_both!(SqlUuid, IdCol<K>, K: Kind);

impl<K: Kind> FromSql<SqlUuid, Pg> for IdCol<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Id::from_uuid(Uuid::from_slice(value.as_bytes())?)))
    }
}
impl<K: Kind> ToSql<SqlUuid, Pg> for IdCol<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<K: Kind> FromSql<SqlUuid, Sqlite> for IdCol<K> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(sqlite_text(value)?.parse()?))
    }
}
impl<K: Kind> ToSql<SqlUuid, Sqlite> for IdCol<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

/// An instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlTime)]
pub struct TimeCol(pub Timestamp);

on_both!(SqlTime, TimeCol);

impl FromSql<SqlTime, Pg> for TimeCol {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let instant = <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(value)?;
        Ok(Self(Timestamp::new(instant)))
    }
}
impl ToSql<SqlTime, Pg> for TimeCol {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0.as_datetime(), &mut out.reborrow())
    }
}
impl FromSql<SqlTime, Sqlite> for TimeCol {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(sqlite_text(value)?.parse()?))
    }
}
impl ToSql<SqlTime, Sqlite> for TimeCol {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

/// Any value with a serde form, as JSON text.
#[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlJson)]
pub struct JsonCol<T: Json>(pub T);

/// What can be kept as JSON.
pub trait Json: Serialize + DeserializeOwned + Debug + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Debug + Send + Sync + 'static> Json for T {}

on_both!(SqlJson, JsonCol<T>, T: Json);

impl<T: Json> FromSql<SqlJson, Pg> for JsonCol<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_slice(value.as_bytes())?))
    }
}
impl<T: Json> ToSql<SqlJson, Pg> for JsonCol<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: Json> FromSql<SqlJson, Sqlite> for JsonCol<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&sqlite_text(value)?)?))
    }
}
impl<T: Json> ToSql<SqlJson, Sqlite> for JsonCol<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

/// A member of a closed set, by its serde name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct EnumCol<E: Json>(pub E);

on_both!(Text, EnumCol<E>, E: Json);

impl<E: Json> EnumCol<E> {
    fn read(name: &str) -> deserialize::Result<Self> {
        let value = E::deserialize(StrDeserializer::<serde::de::value::Error>::new(name))?;
        Ok(Self(value))
    }

    fn name(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        match serde_json::to_value(&self.0)? {
            serde_json::Value::String(name) => Ok(name),
            other => Err(format!("not a name: {other}").into()),
        }
    }
}

impl<E: Json> FromSql<Text, Pg> for EnumCol<E> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Self::read(std::str::from_utf8(value.as_bytes())?)
    }
}
impl<E: Json> ToSql<Text, Pg> for EnumCol<E> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.name()?.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl<E: Json> FromSql<Text, Sqlite> for EnumCol<E> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Self::read(&sqlite_text(value)?)
    }
}
impl<E: Json> ToSql<Text, Sqlite> for EnumCol<E> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.name()?);
        Ok(IsNull::No)
    }
}

/// A value that is parsed from its own text, such as an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct TextCol<T: Parsed>(pub T);

/// What reads back from its text.
pub trait Parsed:
    FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>> + Display + Debug + Send + Sync + 'static
{
}
impl<T> Parsed for T
where
    T: FromStr + Display + Debug + Send + Sync + 'static,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
}

on_both!(Text, TextCol<T>, T: Parsed);

impl<T: Parsed> FromSql<Text, Pg> for TextCol<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text = std::str::from_utf8(value.as_bytes())?;
        Ok(Self(text.parse().map_err(Into::into)?))
    }
}
impl<T: Parsed> ToSql<Text, Pg> for TextCol<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        write!(out, "{}", self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: Parsed> FromSql<Text, Sqlite> for TextCol<T> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(sqlite_text(value)?.parse().map_err(Into::into)?))
    }
}
impl<T: Parsed> ToSql<Text, Sqlite> for TextCol<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

/// A number that is never negative. Both databases count in 64 bits with a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = BigInt)]
pub struct CountCol<N: Count>(pub N);

/// What can be kept as a count.
pub trait Count:
    TryFrom<i64, Error = std::num::TryFromIntError>
    + TryInto<i64, Error: std::error::Error + Send + Sync>
    + Copy
    + Debug
    + Send
    + Sync
    + 'static
{
}
impl Count for u32 {}
impl Count for u64 {}

on_both!(BigInt, CountCol<N>, N: Count);

impl<N: Count> FromSql<BigInt, Pg> for CountCol<N> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let number = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Ok(Self(N::try_from(number)?))
    }
}
impl<N: Count> ToSql<BigInt, Pg> for CountCol<N> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let number: i64 = self.0.try_into()?;
        ToSql::<BigInt, Pg>::to_sql(&number, &mut out.reborrow())
    }
}
impl<N: Count> FromSql<BigInt, Sqlite> for CountCol<N> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let number = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Ok(Self(N::try_from(number)?))
    }
}
impl<N: Count> ToSql<BigInt, Sqlite> for CountCol<N> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let number: i64 = self.0.try_into()?;
        out.set_value(number);
        Ok(IsNull::No)
    }
}

/// 32 bytes: a SHA-256, a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct BytesCol(pub [u8; 32]);

/// It may hold a key: nothing of it is printed.
impl Debug for BytesCol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BytesCol(redacted)")
    }
}

on_both!(Binary, BytesCol);

impl FromSql<Binary, Pg> for BytesCol {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.as_bytes().try_into()?))
    }
}
impl ToSql<Binary, Pg> for BytesCol {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
}
impl FromSql<Binary, Sqlite> for BytesCol {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}
impl ToSql<Binary, Sqlite> for BytesCol {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_slice());
        Ok(IsNull::No)
    }
}

fn sqlite_text(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<String> {
    <String as FromSql<Text, Sqlite>>::from_sql(value)
}

/// A name in lower case, to find and sort by: `lower()` and LIKE differ between the databases. Letter by letter, so that
/// the beginning of a name folds to the beginning of the folded name.
pub(crate) fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// Text as PostgreSQL can keep it: NUL, which some documents hold, becomes U+FFFD.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
