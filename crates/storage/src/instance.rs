//! What belongs to the installation as a whole: the secret that signs its URLs and cursors.

use std::fmt;

use diesel::prelude::*;
use domain::time::Timestamp;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::columns::{BytesCol, TimeCol};
use crate::connection::AnyConnection;
use crate::error::Error;
use crate::schema::instance;

/// The one row's id.
const ONLY: i64 = 1;

/// 256 random bits, the same for every process on this database. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The bytes, to make or check a signature.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

/// The key that the first migration made.
pub fn secret_key(conn: &mut AnyConnection) -> Result<SecretKey, Error> {
    let key: BytesCol = instance::table
        .find(ONLY)
        .select(instance::secret_key)
        .first(conn)?;
    Ok(SecretKey(key.0))
}

/// Makes the key where there is none yet.
pub(crate) fn ensure(conn: &mut AnyConnection, now: Timestamp) -> Result<(), Error> {
    let rows: i64 = instance::table.count().get_result(conn)?;
    if rows > 0 {
        return Ok(());
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| Error::Migration(Box::new(error)))?;
    diesel::insert_into(instance::table)
        .values((
            instance::id.eq(ONLY),
            instance::secret_key.eq(BytesCol(key)),
            instance::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    key.zeroize();
    Ok(())
}
