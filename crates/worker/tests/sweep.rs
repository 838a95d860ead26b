//! Bytes that nothing points at are deleted, and no others.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::hash::ContentHash;
use domain::id::{DocumentId, ParsingId, UserId, WorkspaceId};
use domain::name::Name;
use domain::parsing::ParseConfig;
use domain::time::{Clock, Timestamp};
use parsing::child::ParseChild;
use serde_json::json;
use storage::blobs::{BlobKey, Blobs, BlobsUrl, S3Options};
use storage::discarded::{self, GOOD_FOR, KEPT};
use storage::uploads::NewUpload;
use storage::{AnyConnection, Db, Error, documents, parsings, uploads, users, workspaces};
use tempfile::TempDir;
use testkit::databases::{TestDb, at};
use tokio::sync::RwLock;
use worker::intake::{self, Examined, Secured};
use worker::passwords::Passwords;
use worker::{Context, Wake};

testkit::both![
    what_a_deleted_document_leaves_is_deleted_after_a_while,
    bytes_that_come_back_in_time_stay,
    an_upload_that_becomes_no_document_leaves_nothing,
    all_that_a_workspace_kept_is_deleted,
    what_cannot_be_deleted_stands_in_the_way_of_nothing,
    a_sweep_that_broke_off_is_made_good,
    no_document_ever_lacks_its_bytes,
];

const PARSE_TIMEOUT: Duration = Duration::from_mins(3);

/// Time that goes on when a test says so.
#[derive(Default)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

/// A workspace, and a store for its bytes.
struct Place {
    context: Context,
    clock: Arc<TestClock>,
    user: UserId,
    workspace: WorkspaceId,
    time: RwLock<()>,
    folder: TempDir,
}

impl Place {
    fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let url = BlobsUrl::folder(folder.path()).unwrap();
        let context = Context {
            db: db.clone(),
            blobs: Blobs::open(&url, &S3Options::default()).unwrap(),
            clock: Arc::<TestClock>::clone(&clock),
            passwords: Arc::new(Passwords::new(b"a key for tests").unwrap()),
            parser: Arc::new(ParseChild::of_docent("/no/such/program", 1 << 30)),
            parse_config: ParseConfig::default(),
            parse_timeout: PARSE_TIMEOUT,
            max_upload_bytes: 1000,
            lease: Duration::from_secs(30),
            name: "test".to_owned(),
            wake: Wake::default(),
            mailer: None,
        };
        let made = db.write_blocking(|conn| {
            let email = "ada@example.org".parse().unwrap();
            let user = users::insert(conn, &email, &name("ada"), at(0))?;
            let name = name("Accounting");
            let workspace = workspaces::insert(conn, user.id, &name, None, json!({}), at(0))?;
            Ok::<_, Error>((user.id, workspace.id))
        });
        let (user, workspace) = made.unwrap();
        Self {
            context,
            clock,
            user,
            workspace,
            time: RwLock::default(),
            folder,
        }
    }

    /// No single step takes as long as the spans that matter.
    async fn advance(&self, duration: Duration) {
        let _nobody_is_in_a_step = self.time.write().await;
        self.clock.0.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.context.db.write(work).await.unwrap()
    }

    async fn upload(&self, bytes: &[u8]) -> (Secured, Examined) {
        let new = NewUpload {
            user_id: self.user,
            filename: None,
            content_type: String::new(),
            expires_at: at(1_000_000_000),
        };
        let upload = self.write(|conn| uploads::insert(conn, new, at(0))).await;
        let blobs = &self.context.blobs;
        let sent = Bytes::copy_from_slice(bytes);
        blobs.put(&BlobKey::upload(upload.id), sent).await.unwrap();
        let secured = intake::secure(blobs, &upload).await.unwrap();
        let examined = intake::examine(blobs, &secured, 1000).await.unwrap();
        (secured, examined)
    }

    async fn adopt(&self, secured: &Secured, examined: &mut Examined) {
        let Context { db, blobs, .. } = &self.context;
        let _stands_still = self.time.read().await;
        let now = self.context.now();
        intake::adopt(db, blobs, secured, self.workspace, examined, now)
            .await
            .unwrap();
    }

    /// Nothing where the bytes may be gone.
    async fn record(&self, examined: &Examined) -> Option<DocumentId> {
        let _stands_still = self.time.read().await;
        let (workspace, now, examined) = (self.workspace, self.context.now(), examined.clone());
        let record =
            move |conn: &mut AnyConnection| intake::record(conn, workspace, name("a.txt"), &examined, now);
        match self.context.db.write(record).await {
            Ok((document, _)) => Some(document.id),
            Err(Error::Busy) => None,
            Err(error) => panic!("{error:?}"),
        }
    }

    /// A document with something read out of it.
    async fn document(&self, bytes: &[u8]) -> (DocumentId, ParsingId) {
        let (secured, mut examined) = self.upload(bytes).await;
        self.adopt(&secured, &mut examined).await;
        let document = self.record(&examined).await.unwrap();
        secured.use_up(&self.context.blobs).await;
        let (workspace, now) = (self.workspace, self.context.now());
        let ensure = move |conn: &mut AnyConnection| {
            parsings::ensure(conn, workspace, document, &ParseConfig::default(), "1", now)
        };
        let (parsing, _) = self.write(ensure).await;
        let read = BlobKey::parsed(workspace, parsing.id);
        self.context.blobs.put(&read, "read".into()).await.unwrap();
        (document, parsing.id)
    }

    async fn delete(&self, document: DocumentId) -> bool {
        let _stands_still = self.time.read().await;
        let (workspace, now) = (self.workspace, self.context.now());
        self.write(move |conn| documents::delete(conn, workspace, document, now))
            .await
    }

    fn key(&self, bytes: &[u8]) -> BlobKey {
        BlobKey::document(self.workspace, ContentHash::of(bytes))
    }

    async fn is_there(&self, key: &BlobKey) -> bool {
        self.context.blobs.size(key).await.unwrap().is_some()
    }

    async fn sweep(&self) -> usize {
        worker::sweep(&self.context).await.unwrap()
    }

    fn file_of(&self, bytes: &[u8]) -> PathBuf {
        let hash = ContentHash::of(bytes);
        let first = hash.as_bytes()[0];
        let file = format!("workspaces/{}/documents/{first:02x}/{hash}", self.workspace);
        self.folder.path().join(file)
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}

fn what_a_deleted_document_leaves_is_deleted_after_a_while(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let (document, parsing) = place.document(b"1").await;
        let (kept, _) = place.document(b"2").await;
        assert!(place.delete(document).await);
        let keys = [place.key(b"1"), BlobKey::parsed(place.workspace, parsing)];
        place.advance(KEPT).await;
        assert_eq!(place.sweep().await, 0);
        for key in &keys {
            assert!(place.is_there(key).await, "a parser may still be at work");
        }
        place.advance(PARSE_TIMEOUT + Duration::from_secs(1)).await;
        assert_eq!(place.sweep().await, 2);
        for key in &keys {
            assert!(!place.is_there(key).await);
        }
        assert!(place.is_there(&place.key(b"2")).await);
        assert_eq!(place.sweep().await, 0);
        assert!(place.delete(kept).await);
        place.advance(KEPT * 2).await;
        assert_eq!(place.sweep().await, 2);
    });
}

fn bytes_that_come_back_in_time_stay(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let (first, _) = place.document(b"1").await;
        assert!(place.delete(first).await);
        place.advance(KEPT).await;
        let (second, _) = place.document(b"1").await;
        assert_ne!(first, second);
        place.advance(KEPT).await;
        assert_eq!(place.sweep().await, 1, "what was read of the first");
        assert!(place.is_there(&place.key(b"1")).await);
        assert!(place.delete(second).await);
        place.advance(KEPT * 2).await;
        place.sweep().await;
        let (third, _) = place.document(b"1").await;
        assert!(place.is_there(&place.key(b"1")).await, "after the sweep, too");
        assert_ne!(second, third);
    });
}

fn an_upload_that_becomes_no_document_leaves_nothing(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let (secured, mut examined) = place.upload(b"1").await;
        place.adopt(&secured, &mut examined).await;
        place.advance(GOOD_FOR + Duration::from_secs(1)).await;
        assert_eq!(place.record(&examined).await, None, "it took too long");
        place.advance(KEPT * 2).await;
        place.sweep().await;
        assert!(!place.is_there(&place.key(b"1")).await);
        // Once more, as the caller is told to.
        let (secured, mut examined) = place.upload(b"1").await;
        place.adopt(&secured, &mut examined).await;
        assert!(place.record(&examined).await.is_some());
        place.advance(KEPT * 2).await;
        place.sweep().await;
        assert!(place.is_there(&place.key(b"1")).await);
    });
}

fn all_that_a_workspace_kept_is_deleted(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let gone = WorkspaceId(77);
        let neighbour = WorkspaceId(777);
        let keys = |workspace| {
            let hashes = [b"1", b"2", b"3"].map(|bytes| ContentHash::of(bytes));
            let documents = hashes.map(|sha256| BlobKey::document(workspace, sha256));
            let parsed = BlobKey::parsed(workspace, ParsingId::generate());
            documents.into_iter().chain([parsed]).collect::<Vec<_>>()
        };
        let (lost, kept) = (keys(gone), keys(neighbour));
        for key in lost.iter().chain(&kept) {
            place.context.blobs.put(key, "x".into()).await.unwrap();
        }
        let now = place.context.now();
        place
            .write(move |conn| discarded::discard_workspace(conn, gone, now))
            .await;
        assert_eq!(place.sweep().await, 0);
        place.advance(KEPT * 2).await;
        assert_eq!(place.sweep().await, 4);
        for key in &lost {
            assert!(!place.is_there(key).await);
        }
        for key in &kept {
            assert!(place.is_there(key).await);
        }
        assert_eq!(place.sweep().await, 0);
    });
}

fn what_cannot_be_deleted_stands_in_the_way_of_nothing(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let mut documents = HashMap::new();
        for bytes in [b"1", b"2", b"3"] {
            documents.insert(bytes, place.document(bytes).await.0);
        }
        for bytes in [b"1", b"2", b"3"] {
            assert!(place.delete(documents[bytes]).await);
            place.advance(Duration::from_secs(1)).await;
        }
        // A folder with something in it is no file that can be deleted.
        let file = place.file_of(b"1");
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir_all(file.join("x")).unwrap();
        place.advance(KEPT * 2).await;
        assert_eq!(place.sweep().await, 5);
        assert_eq!(place.sweep().await, 0);
        std::fs::remove_dir_all(&file).unwrap();
        std::fs::write(&file, b"1").unwrap();
        assert_eq!(place.sweep().await, 1);
    });
}

fn a_sweep_that_broke_off_is_made_good(db: &TestDb) {
    run(async {
        let place = Place::new(&db.db);
        let (document, _) = place.document(b"1").await;
        assert!(place.delete(document).await);
        place.advance(KEPT * 2).await;
        // The bytes were deleted, and then the machine stopped.
        let key = place.key(b"1");
        place.context.blobs.delete(&key).await.unwrap();
        // Whoever comes now brings the bytes again.
        let (secured, mut examined) = place.upload(b"1").await;
        assert_eq!(place.record(&examined).await, None);
        place.adopt(&secured, &mut examined).await;
        assert!(place.record(&examined).await.is_some());
        place.sweep().await;
        assert!(place.is_there(&key).await);
    });
}

/// Some bring two contents again and again, some as slowly as it goes, one deletes them, one sweeps, and time flies.
fn no_document_ever_lacks_its_bytes(db: &TestDb) {
    const CONTENTS: [&[u8]; 2] = [b"1", b"2"];
    run(async {
        let place = Arc::new(Place::new(&db.db));
        let left = Arc::new(AtomicUsize::new(4));
        let uploaders: Vec<_> = (0..4_usize)
            .map(|number| {
                let (place, left) = (Arc::clone(&place), Arc::clone(&left));
                tokio::spawn(async move {
                    for round in 0..25 {
                        let bytes = CONTENTS[(number + round) % 2];
                        let (secured, mut examined) = place.upload(bytes).await;
                        loop {
                            place.adopt(&secured, &mut examined).await;
                            if number == 0 {
                                tokio::task::yield_now().await;
                                place.advance(GOOD_FOR / 2).await;
                            }
                            if place.record(&examined).await.is_some() {
                                break;
                            }
                        }
                        secured.use_up(&place.context.blobs).await;
                    }
                    left.fetch_sub(1, Ordering::SeqCst);
                })
            })
            .collect();
        let delete_and_look = {
            let (place, left) = (Arc::clone(&place), Arc::clone(&left));
            async move {
                while left.load(Ordering::SeqCst) > 0 {
                    for bytes in CONTENTS {
                        look_and_delete(&place, bytes).await;
                    }
                }
            }
        };
        let sweep = {
            let (place, left) = (Arc::clone(&place), Arc::clone(&left));
            async move {
                let mut deleted = 0;
                while left.load(Ordering::SeqCst) > 0 {
                    place.advance(KEPT / 3).await;
                    deleted += place.sweep().await;
                    tokio::task::yield_now().await;
                }
                deleted
            }
        };
        let (deleting, sweeping) = (tokio::spawn(delete_and_look), tokio::spawn(sweep));
        for uploader in uploaders {
            uploader.await.unwrap();
        }
        deleting.await.unwrap();
        let deleted = sweeping.await.unwrap();
        for bytes in CONTENTS {
            look_and_delete(&place, bytes).await;
        }
        place.advance(KEPT * 2).await;
        let deleted = deleted + place.sweep().await;
        assert!(deleted >= 2, "{deleted}");
        for bytes in CONTENTS {
            assert!(!place.is_there(&place.key(bytes)).await);
        }
    });
}

/// Nobody else deletes documents: what is there now is there until the end of this.
async fn look_and_delete(place: &Place, bytes: &[u8]) {
    let (workspace, sha256) = (place.workspace, ContentHash::of(bytes));
    let find = move |conn: &mut AnyConnection| {
        let scope = domain::access::Scope::of_job(workspace);
        documents::find_by_content(conn, &scope, workspace, &sha256)
    };
    let found = place.context.db.read(find).await.unwrap();
    let Some(document) = found else { return };
    assert!(
        place.is_there(&place.key(bytes)).await,
        "a document without bytes"
    );
    assert!(place.delete(document.id).await);
}
