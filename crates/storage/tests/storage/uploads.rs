//! Uploads belong to who asked for them, and are used once.

use domain::id::{UploadBlobId, UploadId};
use domain::upload::Upload;
use storage::uploads;
use storage::uploads::NewUpload;
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    an_upload_is_its_users_only,
    an_upload_has_a_size_once_its_bytes_are_whole,
    an_upload_is_claimed_once,
    a_bound_upload_is_its_sessions_only,
    what_nobody_claimed_is_swept_away,
];

fn announce(db: &TestDb, tenant: &Tenant, expires: u64) -> Upload {
    let new = NewUpload {
        user_id: tenant.user.id,
        filename: Some("scan.pdf".parse().unwrap()),
        content_type: "application/pdf".to_owned(),
        expires_at: at(expires),
    };
    write(db, |c| uploads::insert(c, new, at(1)))
}

fn an_upload_is_its_users_only(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let upload = announce(db, &ada, 300);
    let found = |user| read(db, |c| uploads::find_for_user(c, user, upload.id));
    assert_eq!(found(ada.user.id), Some(upload.clone()));
    assert_eq!(found(bob.user.id), None);
    assert_eq!(write(db, |c| uploads::claim(c, bob.user.id, upload.id)), None);
    assert_eq!(read(db, |c| uploads::find_signed(c, upload.id)), Some(upload));
}

fn an_upload_has_a_size_once_its_bytes_are_whole(db: &TestDb) {
    let ada = tenant(db, "ada");
    let upload = announce(db, &ada, 300);
    assert_eq!(upload.size, None);
    let blob = UploadBlobId::generate();
    let received = |id, blob, size| write(db, |c| uploads::mark_received(c, id, blob, size));
    assert!(received(upload.id, blob, 5_000_000_000));
    assert!(!received(upload.id, UploadBlobId::generate(), 7));
    let found = read(db, |c| uploads::find_for_user(c, ada.user.id, upload.id)).unwrap();
    assert_eq!((found.size, found.blob), (Some(5_000_000_000), Some(blob)));
    assert!(!received(UploadId::generate(), blob, 1));
}

fn an_upload_is_claimed_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let upload = announce(db, &ada, 300);
    assert_eq!(
        write(db, |c| uploads::claim(c, ada.user.id, upload.id)),
        Some(upload.clone())
    );
    assert_eq!(write(db, |c| uploads::claim(c, ada.user.id, upload.id)), None);
    let blob = UploadBlobId::generate();
    assert!(!write(db, |c| uploads::mark_received(c, upload.id, blob, 1)));
}

fn a_bound_upload_is_its_sessions_only(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, other) = (ada.session(db).id, ada.session(db).id);
    let (user, upload) = (ada.user.id, announce(db, &ada, 300));
    assert!(!write(db, |c| uploads::bind(c, bob.user.id, upload.id, session)));
    assert!(write(db, |c| uploads::bind(c, user, upload.id, session)));
    assert!(!write(db, |c| uploads::bind(c, user, upload.id, other)));
    assert_eq!(read(db, |c| uploads::find_for_user(c, user, upload.id)), None);
    assert_eq!(write(db, |c| uploads::claim(c, user, upload.id)), None);
    let expired = read(db, |c| uploads::list_expired_of_all_users(c, at(900), 10));
    assert_eq!(expired, []);
    assert!(!write(db, |c| uploads::delete_of_any_user(c, upload.id)));
    assert_eq!(read(db, |c| uploads::find_bound(c, other, upload.id)), None);
    assert_eq!(
        read(db, |c| uploads::find_bound(c, session, upload.id)),
        Some(upload.clone())
    );
    assert!(!write(db, |c| uploads::claim_bound(c, other, upload.id)));
    assert!(write(db, |c| uploads::claim_bound(c, session, upload.id)));
}

fn what_nobody_claimed_is_swept_away(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (second, first, _fresh) = (
        announce(db, &ada, 200),
        announce(db, &ada, 100),
        announce(db, &ada, 300),
    );
    let expired = |limit| read(db, |c| uploads::list_expired_of_all_users(c, at(300), limit));
    assert_eq!(expired(10), [first.clone(), second]);
    assert_eq!(expired(1), std::slice::from_ref(&first));
    assert!(write(db, |c| uploads::delete_of_any_user(c, first.id)));
    assert!(!write(db, |c| uploads::delete_of_any_user(c, first.id)));
}
