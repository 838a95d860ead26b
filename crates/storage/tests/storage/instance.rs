//! The installation's own secret.

use storage::instance;
use testkit::databases::TestDb;

use crate::scene::read;

testkit::both![the_secret_key_is_there_and_stays];

fn the_secret_key_is_there_and_stays(db: &TestDb) {
    let key = read(db, instance::secret_key);
    assert_ne!(key.as_bytes(), &[0; 32]);
    assert_eq!(read(db, instance::secret_key), key);
    assert_eq!(format!("{key:?}"), "SecretKey(redacted)");
}
