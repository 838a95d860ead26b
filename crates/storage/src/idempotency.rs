//! Idempotency keys: requests that are done once however often they are sent, and the answers that they got.
//!
//! A key is reserved before its request is done, and completed with the answer or released. It belongs to one token and
//! one address. Who reserved it holds it until an instant; after that somebody else may take it over, and what the
//! former holder still says of it goes unheard.

use diesel::prelude::*;
use domain::hash::ContentHash;
use domain::id::{KeyHolder, KeyHolderKind, TokenId, TokenKind, UserId, WorkspaceId};
use domain::time::Timestamp;

use crate::columns::{BytesCol, CountCol, IdCol, JsonCol, TimeCol};
use crate::connection::{AnyConnection, MultiBackend, each_backend};
use crate::error::Error;
use crate::schema::{idempotency_keys, members, tokens};

/// Whose key it is, for what, and what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The token that sent it.
    pub token: TokenId,
    /// What was called: method, path and query, in a form of bounded length.
    pub route: String,
    /// The key.
    pub key: String,
}

/// A request that wants to be done.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Names this attempt.
    pub holder: KeyHolder,
    /// What is sent; none where that is only known once all of it has come.
    pub fingerprint: Option<ContentHash>,
    /// Until when the key is held where the attempt says nothing more.
    pub in_flight_until: Timestamp,
    /// Until when the answer is kept.
    pub expires_at: Timestamp,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// It is to be done: the key is held.
    Held,
    /// The first one is under way.
    InFlight,
    /// The key was used for something else.
    Reused,
    /// It was done.
    Answered(KeptAnswer),
}

/// An answer as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// What it answered.
    pub fingerprint: ContentHash,
    /// HTTP status.
    pub status: u32,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys, check_for_backend(MultiBackend))]
struct KeyRow {
    fingerprint: Option<BytesCol>,
    in_flight_until: Option<TimeCol>,
    holder: IdCol<KeyHolderKind>,
    status: Option<CountCol<u32>>,
    headers: Option<JsonCol<Vec<(String, String)>>>,
    body: Option<Vec<u8>>,
    expires_at: TimeCol,
}

impl KeyRow {
    fn fingerprint(&self) -> Option<ContentHash> {
        self.fingerprint.map(|bytes| ContentHash::from_bytes(bytes.0))
    }

    /// Whether the request that held it never came to an end.
    fn is_abandoned(&self, now: Timestamp) -> bool {
        self.in_flight_until.is_some_and(|until| until.0 <= now)
    }

    fn into_answer(self) -> Option<KeptAnswer> {
        Some(KeptAnswer {
            fingerprint: self.fingerprint()?,
            status: self.status?.0,
            headers: self.headers?.0,
            body: self.body?,
        })
    }
}

#[diesel::dsl::auto_type]
fn of_slot(slot: &Slot) -> _ {
    let token: IdCol<TokenKind> = IdCol(slot.token);
    let route: String = slot.route.clone();
    let key: String = slot.key.clone();
    idempotency_keys::table
        .filter(idempotency_keys::token_id.eq(token))
        .filter(idempotency_keys::route.eq(route))
        .filter(idempotency_keys::key.eq(key))
}

#[diesel::dsl::auto_type]
fn held_by(holder: KeyHolder) -> _ {
    let holder: IdCol<KeyHolderKind> = IdCol(holder);
    let in_flight = idempotency_keys::in_flight_until.is_not_null();
    idempotency_keys::holder.eq(holder).and(in_flight)
}

/// Reserves a key for a request, or says what became of the one that did so before. Of two that come at once, one holds
/// it.
pub fn reserve(
    conn: &mut AnyConnection,
    slot: &Slot,
    claim: &Claim,
    now: Timestamp,
) -> Result<Reservation, Error> {
    if insert(conn, slot, claim, now)? {
        return Ok(Reservation::Held);
    }
    let there: Option<KeyRow> = of_slot(slot).select(KeyRow::as_select()).first(conn).optional()?;
    // Released between the two queries: whoever asks again finds it free.
    let Some(there) = there else {
        return Ok(Reservation::InFlight);
    };
    if there.expires_at.0 <= now {
        return take_over(conn, slot, &there, claim, now);
    }
    let is_other = match (there.fingerprint(), claim.fingerprint) {
        (Some(there), Some(sent)) => there != sent,
        (None, _) | (_, None) => false,
    };
    if is_other {
        return Ok(Reservation::Reused);
    }
    if there.is_abandoned(now) {
        return take_over(conn, slot, &there, claim, now);
    }
    Ok(there
        .into_answer()
        .map_or(Reservation::InFlight, Reservation::Answered))
}

fn insert(conn: &mut AnyConnection, slot: &Slot, claim: &Claim, now: Timestamp) -> Result<bool, Error> {
    let values = (
        idempotency_keys::token_id.eq(IdCol(slot.token)),
        idempotency_keys::route.eq(&slot.route),
        idempotency_keys::key.eq(&slot.key),
        idempotency_keys::fingerprint.eq(bytes_of(claim.fingerprint)),
        idempotency_keys::in_flight_until.eq(Some(TimeCol(claim.in_flight_until))),
        idempotency_keys::holder.eq(IdCol(claim.holder)),
        idempotency_keys::expires_at.eq(TimeCol(claim.expires_at)),
        idempotency_keys::created_at.eq(TimeCol(now)),
    );
    let rows = each_backend!(conn, |inner| diesel::insert_into(idempotency_keys::table)
        .values(values)
        .on_conflict((
            idempotency_keys::token_id,
            idempotency_keys::route,
            idempotency_keys::key
        ))
        .do_nothing()
        .execute(inner))?;
    Ok(rows > 0)
}

/// Only from the holder that was seen: of two that want it, one gets it.
fn take_over(
    conn: &mut AnyConnection,
    slot: &Slot,
    from: &KeyRow,
    claim: &Claim,
    now: Timestamp,
) -> Result<Reservation, Error> {
    let rows = diesel::update(of_slot(slot).filter(idempotency_keys::holder.eq(from.holder)))
        .set((
            idempotency_keys::fingerprint.eq(bytes_of(claim.fingerprint)),
            idempotency_keys::in_flight_until.eq(Some(TimeCol(claim.in_flight_until))),
            idempotency_keys::holder.eq(IdCol(claim.holder)),
            idempotency_keys::status.eq(None::<CountCol<u32>>),
            idempotency_keys::headers.eq(None::<JsonCol<Vec<(String, String)>>>),
            idempotency_keys::body.eq(None::<Vec<u8>>),
            idempotency_keys::expires_at.eq(TimeCol(claim.expires_at)),
            idempotency_keys::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(if rows > 0 {
        Reservation::Held
    } else {
        Reservation::InFlight
    })
}

fn bytes_of(fingerprint: Option<ContentHash>) -> Option<BytesCol> {
    fingerprint.map(|hash| BytesCol(*hash.as_bytes()))
}

/// Keeps the answer for those who send the request again. False where somebody else holds the key by now.
pub fn complete(
    conn: &mut AnyConnection,
    slot: &Slot,
    holder: KeyHolder,
    answer: KeptAnswer,
) -> Result<bool, Error> {
    let KeptAnswer {
        fingerprint,
        status,
        headers,
        body,
    } = answer;
    let rows = diesel::update(of_slot(slot).filter(held_by(holder)))
        .set((
            idempotency_keys::fingerprint.eq(bytes_of(Some(fingerprint))),
            idempotency_keys::in_flight_until.eq(None::<TimeCol>),
            idempotency_keys::status.eq(Some(CountCol(status))),
            idempotency_keys::headers.eq(Some(JsonCol(headers))),
            idempotency_keys::body.eq(Some(body)),
        ))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Sets the key free, for the request came to nothing that is worth keeping. False where somebody else holds it by now.
pub fn release(conn: &mut AnyConnection, slot: &Slot, holder: KeyHolder) -> Result<bool, Error> {
    let rows = diesel::delete(of_slot(slot).filter(held_by(holder))).execute(conn)?;
    Ok(rows > 0)
}

/// Forgets the keys of a user's tokens: for one who may see less from now on. Those of requests that are under way go,
/// too, for their answers are made with what the user saw before.
pub fn forget_of_user(conn: &mut AnyConnection, user: UserId) -> Result<usize, Error> {
    let theirs = tokens::table
        .filter(tokens::user_id.eq(user.0))
        .select(tokens::id);
    let keys = idempotency_keys::table.filter(idempotency_keys::token_id.eq_any(theirs));
    Ok(diesel::delete(keys).execute(conn)?)
}

/// The same for all members of a workspace that is about to go.
pub(crate) fn forget_of_members(conn: &mut AnyConnection, workspace: WorkspaceId) -> Result<usize, Error> {
    let members = members::table
        .filter(members::workspace_id.eq(workspace.0))
        .select(members::user_id);
    let theirs = tokens::table
        .filter(tokens::user_id.eq_any(members))
        .select(tokens::id);
    let keys = idempotency_keys::table.filter(idempotency_keys::token_id.eq_any(theirs));
    Ok(diesel::delete(keys).execute(conn)?)
}

/// Whether any key is old enough to be forgotten: for the sweeper, who shall not take the only writer for nothing.
pub fn any_expired_of_all_tokens(conn: &mut AnyConnection, now: Timestamp) -> Result<bool, Error> {
    let expired = idempotency_keys::table.filter(idempotency_keys::expires_at.le(TimeCol(now)));
    Ok(diesel::select(diesel::dsl::exists(expired)).get_result(conn)?)
}

/// Forgets some of the keys that are old enough, the oldest first, and says how many: for the sweeper.
pub fn delete_expired_of_all_tokens(
    conn: &mut AnyConnection,
    now: Timestamp,
    limit: u32,
) -> Result<usize, Error> {
    // Up to the instant at which the last of so many ends: those that end at the same one go with it.
    let last: Option<TimeCol> = idempotency_keys::table
        .filter(idempotency_keys::expires_at.le(TimeCol(now)))
        .order(idempotency_keys::expires_at)
        .offset(i64::from(limit.saturating_sub(1)))
        .select(idempotency_keys::expires_at)
        .first(conn)
        .optional()?;
    let until = last.unwrap_or(TimeCol(now));
    let expired = idempotency_keys::table.filter(idempotency_keys::expires_at.le(until));
    Ok(diesel::delete(expired).execute(conn)?)
}
