//! What a job does whose session, document or result is deleted while it is at work: it ends, and leaves nothing.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::access::Scope;
use domain::document::{Document, SourceType};
use domain::evidence::Audit;
use domain::extraction::Extraction;
use domain::hash::ContentHash;
use domain::id::{ParsingId, ResultId, SessionId, UploadBlobId, UploadId, UserId, WorkspaceId};
use domain::job::{LeasedJob, Task};
use domain::name::Name;
use domain::parsed::ParsedDocument;
use domain::parsing::ParseConfig;
use domain::result::ResultStatus;
use domain::template::Template;
use domain::time::{Clock, Timestamp};
use indexmap::IndexMap;
use parsing::child::ParseChild;
use serde_json::json;
use storage::blobs::{BlobKey, Blobs, BlobsUrl, S3Options};
use storage::documents::NewDocument;
use storage::jobs::{Counts, Kind};
use storage::results::NewResult;
use storage::sessions::NewSession;
use storage::templates::NewTemplate;
use storage::uploads::NewUpload;
use storage::{
    AnyConnection, Db, Error, discarded, documents, events, jobs, parsings, results, sessions, templates,
    uploads, users, workspaces,
};
use tempfile::TempDir;
use testkit::databases::{TestDb, at};

use super::{extract, ingest, parse};
use crate::context::Context;
use crate::passwords::Passwords;
use crate::wake::Wake;

testkit::both![
    a_file_of_a_session_that_is_deleted_meanwhile_is_its_owners_again,
    a_parsing_of_a_document_that_is_deleted_meanwhile_is_not_kept,
    a_run_whose_result_is_deleted_meanwhile_comes_to_nothing,
    a_run_whose_session_is_deleted_meanwhile_comes_to_nothing,
    a_run_that_finds_what_it_reads_deleted_says_so,
    a_job_for_what_was_deleted_before_ends_at_once,
];

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        at(10)
    }
}

/// A session with a document that waits to be parsed.
struct Scene {
    context: Context,
    user: UserId,
    workspace: WorkspaceId,
    template: Template,
    session: SessionId,
    _folder: TempDir,
}

impl Scene {
    fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = BlobsUrl::folder(folder.path()).unwrap();
        let context = Context {
            db: db.clone(),
            blobs: Blobs::open(&url, &S3Options::default()).unwrap(),
            clock: Arc::new(StoppedClock),
            passwords: Arc::new(Passwords::new(b"a key for tests").unwrap()),
            parser: Arc::new(ParseChild::of_docent("/no/such/program", 1 << 30)),
            parse_config: ParseConfig::default(),
            parse_timeout: Duration::from_mins(1),
            max_upload_bytes: 1000,
            lease: Duration::from_secs(30),
            name: "test".to_owned(),
            wake: Wake::default(),
            mailer: None,
        };
        let made = db.write_blocking(|conn| {
            let user = users::insert(conn, &"ada@example.org".parse().unwrap(), &name("ada"), at(0))?;
            let accounting = name("Accounting");
            let workspace = workspaces::insert(conn, user.id, &accounting, None, json!({}), at(0))?.id;
            let new = NewTemplate {
                name: name("Invoices"),
                description: None,
                schema_json: json!({ "fields": { "total": { "type": "number" } } }).into(),
                settings: json!({}),
                created_by: user.id,
            };
            let template = templates::insert(conn, workspace, new, at(0))?;
            let new = NewSession {
                template_id: template.id,
                name: name("March"),
                settings: json!({ "auto_extract": true }),
            };
            let session = sessions::insert(conn, workspace, new, at(0))?.id;
            Ok::<_, Error>((user.id, workspace, template, session))
        });
        let (user, workspace, template, session) = made.unwrap();
        Self {
            context,
            user,
            workspace,
            template,
            session,
            _folder: folder,
        }
    }

    /// On a thread of the test's own: these are short.
    fn write<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> T {
        self.context.db.write_blocking(work).unwrap()
    }

    fn document(&self, content: &[u8]) -> (Document, ParsingId) {
        let sha256 = ContentHash::of(content);
        self.write(|conn| discarded::announce_document(conn, self.workspace, sha256, at(1)));
        let new = NewDocument {
            filename: name("a.txt"),
            mime: "text/plain".to_owned(),
            size: 1,
            sha256,
            source_type: SourceType::Upload,
            source_url: None,
            parent_id: None,
            announced_at: at(1),
        };
        let config = ParseConfig::default();
        self.write(|conn| {
            let (document, _) = documents::insert_or_reuse(conn, self.workspace, new, at(1))?;
            let (parsing, _) = parsings::ensure(conn, self.workspace, document.id, &config, "1", at(1))?;
            Ok((document, parsing.id))
        })
    }

    fn run(&self, inputs: &[&(Document, ParsingId)]) -> ResultId {
        let new = NewResult {
            session_id: self.session,
            template_version_id: self.template.version_id,
            config_hash: "cfg".to_owned(),
            inputs: inputs.iter().map(|input| (*input).clone()).collect(),
        };
        self.write(|conn| results::insert(conn, self.workspace, new, at(2)))
            .id
    }

    fn parsed(&self, parsing: ParsingId) {
        let job = self.claim(Kind::Parse);
        let ended = self.write(|conn| {
            jobs::finish(conn, &job)?;
            parsings::complete(conn, self.workspace, parsing, &[], &[], at(3))
        });
        assert!(ended);
    }

    fn claim(&self, kind: Kind) -> LeasedJob {
        let lease = Duration::from_secs(30);
        let mut claim = self.write(|conn| jobs::claim(conn, "test", &[kind], 1, lease, at(9)));
        claim.jobs.remove(0)
    }

    fn jobs(&self) -> Counts {
        self.write(jobs::count_of_all_tenants)
    }

    fn result(&self, id: ResultId) -> Option<domain::result::ExtractionResult> {
        self.write(|conn| results::find(conn, &Scope::of_job(self.workspace), id))
    }

    fn delete_document(&self, document: &Document) {
        let deleted = |conn: &mut AnyConnection| documents::delete(conn, self.workspace, document.id, at(9));
        assert!(self.write(deleted));
    }

    fn delete_session(&self) {
        assert!(self.write(|conn| sessions::delete(conn, self.workspace, self.session)));
    }

    /// A file that came with a batch.
    async fn bound_upload(&self) -> (UploadId, BlobKey) {
        let new = NewUpload {
            user_id: self.user,
            filename: None,
            content_type: String::new(),
            expires_at: at(600),
        };
        let blob = UploadBlobId::generate();
        let upload = self.write(|conn| {
            let upload = uploads::insert(conn, new, at(1))?.id;
            assert!(uploads::mark_received(conn, upload, blob, 4)?);
            assert!(uploads::bind(conn, self.user, upload, self.session)?);
            let task = Task::Ingest {
                upload_id: upload,
                session_id: self.session,
                user_id: self.user,
            };
            jobs::enqueue(conn, self.workspace, task, at(1), at(1))?;
            Ok(upload)
        });
        let key = BlobKey::received(upload, blob);
        self.context.blobs.put(&key, "text".into()).await.unwrap();
        (upload, key)
    }
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn extraction() -> Extraction {
    Extraction {
        title: None,
        data: json!({}),
        audit: Audit::object(),
        checks: IndexMap::new(),
        warnings: Vec::new(),
    }
}

fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.unwrap().block_on(test);
}

fn a_file_of_a_session_that_is_deleted_meanwhile_is_its_owners_again(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let (upload, key) = scene.bound_upload().await;
        let job = scene.claim(Kind::Ingest);
        let found = scene.write(|conn| uploads::find_bound(conn, scene.session, upload));
        scene.delete_session();
        ingest::take_in(&scene.context, &job, scene.session, found.unwrap())
            .await
            .unwrap();
        assert_eq!(scene.jobs(), Counts::default());
        let again = scene.write(|conn| uploads::find_for_user(conn, scene.user, upload));
        assert!(again.is_some());
        assert_eq!(
            scene.context.blobs.size(&key).await.unwrap(),
            Some(4),
            "with its bytes"
        );
        let list = domain::pagination::ListRequest::default();
        let scope = Scope::of_job(scene.workspace);
        let there = scene.write(|conn| documents::list(conn, &scope, scene.workspace, &list));
        assert_eq!(there.items, []);
    });
}

fn a_parsing_of_a_document_that_is_deleted_meanwhile_is_not_kept(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let (document, parsing) = scene.document(b"1");
        let job = scene.claim(Kind::Parse);
        let work = parse::begin(&scene.context, &job, parsing)
            .await
            .unwrap()
            .unwrap();
        scene.delete_document(&document);
        let document = ParsedDocument::default();
        let read = parse::Read {
            stored: parsing::stored::encode(&document).unwrap(),
            document,
            attached: Vec::new(),
        };
        parse::keep(&scene.context, &job, &work, read).await.unwrap();
        assert_eq!(scene.jobs(), Counts::default());
        // What it wrote is discarded with the document, and deleted when no parser can be at work any more.
        let key = BlobKey::parsed(scene.workspace, parsing);
        assert!(scene.context.blobs.size(&key).await.unwrap().is_some());
        let due = scene.write(|conn| discarded::list_due_of_all_tenants(conn, at(10), 1, 9));
        let expected = discarded::DiscardedBytes::Parsed(parsing);
        assert_eq!(due.iter().map(|due| due.bytes).collect::<Vec<_>>(), [expected]);
    });
}

fn a_run_whose_result_is_deleted_meanwhile_comes_to_nothing(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let input = scene.document(b"1");
        scene.parsed(input.1);
        let run = scene.run(&[&input]);
        let job = scene.claim(Kind::Extract);
        let work = extract::begin(&scene.context, &job, run).await.unwrap();
        assert!(work.is_some());
        assert!(scene.write(|conn| results::delete(conn, scene.workspace, run, at(9))));
        extract::keep(&scene.context, &job, run, extraction())
            .await
            .unwrap();
        assert_eq!(scene.jobs(), Counts::default());
        assert_eq!(scene.result(run), None);
        let scope = Scope::of_job(scene.workspace);
        let session = scene.write(|conn| sessions::find(conn, &scope, scene.session));
        assert_eq!(session.unwrap().status, domain::session::SessionStatus::Pending);
    });
}

fn a_run_whose_session_is_deleted_meanwhile_comes_to_nothing(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let input = scene.document(b"1");
        scene.parsed(input.1);
        let run = scene.run(&[&input]);
        let job = scene.claim(Kind::Extract);
        assert!(extract::begin(&scene.context, &job, run).await.unwrap().is_some());
        scene.delete_session();
        // What it reads turns out to be unreadable: nobody wants it read again.
        extract::parse_again(&scene.context, &job, run, input.1)
            .await
            .unwrap();
        assert_eq!(scene.jobs(), Counts::default());
    });
}

fn a_run_that_finds_what_it_reads_deleted_says_so(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let (one, two) = (scene.document(b"1"), scene.document(b"2"));
        scene.parsed(one.1);
        scene.parsed(two.1);
        let run = scene.run(&[&one, &two]);
        let job = scene.claim(Kind::Extract);
        scene.delete_document(&one.0);
        let work = extract::begin(&scene.context, &job, run).await.unwrap();
        let told = extract::failures(&work.unwrap());
        assert_eq!(told, ["a.txt was left out: it was deleted"]);
        // And so is the other, whose bytes are gone when the run comes to read them.
        scene.delete_document(&two.0);
        extract::parse_again(&scene.context, &job, run, two.1)
            .await
            .unwrap();
        let result = scene.result(run).unwrap();
        assert_eq!(result.status, ResultStatus::Failed);
        assert_eq!(
            result.error.as_deref(),
            Some("all of its documents have been deleted")
        );
        assert_eq!(scene.jobs(), Counts::default());
    });
}

fn a_job_for_what_was_deleted_before_ends_at_once(db: &TestDb) {
    block_on(async {
        let scene = Scene::new(&db.db);
        let (_, key) = scene.bound_upload().await;
        let (one, two) = (scene.document(b"1"), scene.document(b"2"));
        scene.parsed(one.1);
        let run = scene.run(&[&one]);
        let failed = scene.run(&[&one]);
        scene.delete_document(&two.0);
        assert!(scene.write(|conn| results::delete(conn, scene.workspace, run, at(9))));
        scene.delete_document(&one.0);
        let before = scene.jobs().waiting;
        assert_eq!(before, 4);
        for kind in [Kind::Parse, Kind::Extract, Kind::Extract] {
            super::run(&scene.context, &scene.claim(kind)).await;
        }
        let result = scene.result(failed).unwrap();
        assert_eq!(
            result.error.as_deref(),
            Some("all of its documents have been deleted")
        );
        scene.delete_session();
        super::run(&scene.context, &scene.claim(Kind::Ingest)).await;
        assert_eq!(
            scene.jobs(),
            Counts::default(),
            "none is tried again, none is dead"
        );
        assert!(scene.context.blobs.size(&key).await.unwrap().is_some());
        let scope = Scope::of_job(scene.workspace);
        let newest = domain::pagination::ListRequest::default();
        let told = scene.write(|conn| events::list(conn, &scope, scene.workspace, &newest));
        assert_eq!(told.items, []);
    });
}
