//! Uploads: keys that were given out, and bytes that came in by them.
//!
//! An upload is used once. It is claimed in the transaction that makes a document of it, or bound in the transaction
//! that leaves this to a job: a bound upload is the job's alone, and as good as unknown to everybody else.

use std::collections::HashSet;

use diesel::prelude::*;
use domain::id::{SessionId, SessionKind, UploadBlobId, UploadBlobKind, UploadId, UploadKind, UserId};
use domain::name::Name;
use domain::time::Timestamp;
use domain::upload::Upload;

use crate::columns::{CountCol, IdCol, TimeCol, storable};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::uploads;

/// An upload to be announced.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Who may use its key.
    pub user_id: UserId,
    /// The name the file shall have, if it was said.
    pub filename: Option<Name>,
    /// The type it was said to have.
    pub content_type: String,
    /// Until when bytes are taken.
    pub expires_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = uploads, check_for_backend(MultiBackend))]
struct UploadRow {
    id: IdCol<UploadKind>,
    user_id: i64,
    filename: Option<String>,
    content_type: String,
    size: Option<CountCol<u64>>,
    blob_id: Option<IdCol<UploadBlobKind>>,
    created_at: TimeCol,
    expires_at: TimeCol,
}

impl From<UploadRow> for Upload {
    fn from(row: UploadRow) -> Self {
        let UploadRow {
            id,
            user_id,
            filename,
            content_type,
            size,
            blob_id,
            created_at,
            expires_at,
        } = row;
        Self {
            id: id.0,
            user_id: UserId(user_id),
            filename,
            content_type,
            size: size.map(|size| size.0),
            blob: blob_id.map(|id| id.0),
            created_at: created_at.0,
            expires_at: expires_at.0,
        }
    }
}

/// Announces an upload.
pub fn insert(conn: &mut AnyConnection, new: NewUpload, now: Timestamp) -> Result<Upload, Error> {
    let upload = Upload {
        id: UploadId::generate(),
        user_id: new.user_id,
        filename: new.filename.map(String::from),
        content_type: storable(&new.content_type),
        size: None,
        blob: None,
        created_at: now,
        expires_at: new.expires_at,
    };
    diesel::insert_into(uploads::table)
        .values((
            uploads::id.eq(IdCol(upload.id)),
            uploads::user_id.eq(upload.user_id.0),
            uploads::filename.eq(upload.filename.as_deref()),
            uploads::content_type.eq(&upload.content_type),
            uploads::created_at.eq(TimeCol(now)),
            uploads::expires_at.eq(TimeCol(upload.expires_at)),
        ))
        .execute(conn)?;
    Ok(upload)
}

/// A user's upload; another's is as good as none, and so is one that is bound.
pub fn find_for_user(conn: &mut AnyConnection, user: UserId, id: UploadId) -> Result<Option<Upload>, Error> {
    let row: Option<UploadRow> = free(user, id)
        .select(UploadRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Upload::from))
}

/// The upload that is bound to that session.
pub fn find_bound(
    conn: &mut AnyConnection,
    session: SessionId,
    id: UploadId,
) -> Result<Option<Upload>, Error> {
    let row: Option<UploadRow> = bound(session, id)
        .select(UploadRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Upload::from))
}

/// A user's upload that nothing was decided about.
#[diesel::dsl::auto_type]
fn free(user: UserId, id: UploadId) -> _ {
    let id: IdCol<UploadKind> = IdCol(id);
    let user: i64 = user.0;
    let is_free = uploads::session_id.is_null();
    uploads::table
        .filter(uploads::id.eq(id))
        .filter(uploads::user_id.eq(user))
        .filter(is_free)
}

#[diesel::dsl::auto_type]
fn bound(session: SessionId, id: UploadId) -> _ {
    let id: IdCol<UploadKind> = IdCol(id);
    let session: IdCol<SessionKind> = IdCol(session);
    uploads::table
        .filter(uploads::id.eq(id))
        .filter(uploads::session_id.eq(session))
}

/// The upload of a signed URL, which is itself the proof that its bearer may send the bytes.
pub fn find_signed(conn: &mut AnyConnection, id: UploadId) -> Result<Option<Upload>, Error> {
    let row: Option<UploadRow> = uploads::table
        .find(IdCol(id))
        .select(UploadRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Upload::from))
}

/// Records that the bytes are whole in the blob store, as those of that attempt, sent by a signed URL. False where
/// they are not wanted (any more): others came first, or the upload was claimed or swept away.
pub fn mark_received(
    conn: &mut AnyConnection,
    id: UploadId,
    blob: UploadBlobId,
    size: u64,
) -> Result<bool, Error> {
    let awaited = uploads::table
        .filter(uploads::id.eq(IdCol(id)))
        .filter(uploads::size.is_null());
    let rows = diesel::update(awaited)
        .set((uploads::size.eq(CountCol(size)), uploads::blob_id.eq(IdCol(blob))))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Takes a user's upload out of the list, for it becomes a document in the same transaction. Of two callers one gets
/// it.
pub fn claim(conn: &mut AnyConnection, user: UserId, id: UploadId) -> Result<Option<Upload>, Error> {
    let row: Option<UploadRow> = diesel::delete(free(user, id))
        .returning((
            uploads::id,
            uploads::user_id,
            uploads::filename,
            uploads::content_type,
            uploads::size,
            uploads::blob_id,
            uploads::created_at,
            uploads::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(Upload::from))
}

/// Leaves a user's upload to the job that makes a document of it for that session. Of two callers one gets it: false
/// for the other.
pub fn bind(conn: &mut AnyConnection, user: UserId, id: UploadId, session: SessionId) -> Result<bool, Error> {
    let rows = diesel::update(free(user, id))
        .set(uploads::session_id.eq(IdCol(session)))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Takes out of the list what was bound to that session. False where the session is gone, and the upload with it.
pub fn claim_bound(conn: &mut AnyConnection, session: SessionId, id: UploadId) -> Result<bool, Error> {
    let rows = diesel::delete(bound(session, id)).execute(conn)?;
    Ok(rows > 0)
}

/// Uploads of everybody whose time to send ended before that instant, oldest first, but for those that are bound: for
/// the sweeper.
pub fn list_expired_of_all_users(
    conn: &mut AnyConnection,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Upload>, Error> {
    let rows: Vec<UploadRow> = uploads::table
        .filter(uploads::expires_at.lt(TimeCol(before)))
        .filter(uploads::session_id.is_null())
        .order((uploads::expires_at, uploads::id))
        .limit(i64::from(limit))
        .select(UploadRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Upload::from).collect())
}

/// Those of these uploads that there are, whoever's they are: for the sweeper.
pub fn existing_of_all_users(conn: &mut AnyConnection, ids: &[UploadId]) -> Result<HashSet<UploadId>, Error> {
    let found: Vec<IdCol<UploadKind>> = uploads::table
        .filter(uploads::id.eq_any(ids.iter().copied().map(IdCol)))
        .select(uploads::id)
        .load(conn)?;
    Ok(found.into_iter().map(|id| id.0).collect())
}

/// Forgets an upload, whoever's it is: for the sweeper, which then deletes the bytes. False where it was claimed or
/// bound meanwhile: its bytes must stay.
pub fn delete_of_any_user(conn: &mut AnyConnection, id: UploadId) -> Result<bool, Error> {
    let unused = uploads::table
        .filter(uploads::id.eq(IdCol(id)))
        .filter(uploads::session_id.is_null());
    let rows = diesel::delete(unused).execute(conn)?;
    Ok(rows > 0)
}
