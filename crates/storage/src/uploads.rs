//! Uploads: keys that were given out, and bytes that came in by them.

use diesel::prelude::*;
use domain::id::{UploadId, UploadKind, UserId};
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
            created_at,
            expires_at,
        } = row;
        Self {
            id: id.0,
            user_id: UserId(user_id),
            filename,
            content_type,
            size: size.map(|size| size.0),
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

/// A user's upload; another's is as good as none.
pub fn find_for_user(conn: &mut AnyConnection, user: UserId, id: UploadId) -> Result<Option<Upload>, Error> {
    let row: Option<UploadRow> = uploads::table
        .filter(uploads::id.eq(IdCol(id)))
        .filter(uploads::user_id.eq(user.0))
        .select(UploadRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Upload::from))
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

/// Records that the bytes are whole in the blob store, by a signed URL. False where the upload is gone: it was
/// claimed, or swept away.
pub fn mark_received(conn: &mut AnyConnection, id: UploadId, size: u64) -> Result<bool, Error> {
    let rows = diesel::update(uploads::table.find(IdCol(id)))
        .set(uploads::size.eq(CountCol(size)))
        .execute(conn)?;
    Ok(rows > 0)
}

/// Takes a user's upload out of the list, for it becomes a document in the same transaction. Of two callers one gets
/// it.
pub fn claim(conn: &mut AnyConnection, user: UserId, id: UploadId) -> Result<Option<Upload>, Error> {
    let own = uploads::table
        .filter(uploads::id.eq(IdCol(id)))
        .filter(uploads::user_id.eq(user.0));
    let row: Option<UploadRow> = diesel::delete(own)
        .returning(uploads::all_columns)
        .get_result(conn)
        .optional()?;
    Ok(row.map(Upload::from))
}

/// Uploads of everybody whose time to send ended before that instant, oldest first: for the sweeper.
pub fn list_expired_of_all_users(
    conn: &mut AnyConnection,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Upload>, Error> {
    let rows: Vec<UploadRow> = uploads::table
        .filter(uploads::expires_at.lt(TimeCol(before)))
        .order((uploads::expires_at, uploads::id))
        .limit(i64::from(limit))
        .select(UploadRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Upload::from).collect())
}

/// Forgets an upload, whoever's it is: for the sweeper, which then deletes the bytes. False where it was claimed
/// meanwhile: its bytes must stay.
pub fn delete_of_any_user(conn: &mut AnyConnection, id: UploadId) -> Result<bool, Error> {
    let rows = diesel::delete(uploads::table.find(IdCol(id))).execute(conn)?;
    Ok(rows > 0)
}
