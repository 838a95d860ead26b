//! A running server for tests: in process, on a free port, with a database and files of its own.
//!
//! Nothing happens by itself: time stands still until [`TestServer::advance`], and jobs wait for
//! [`TestServer::run_jobs`]. People, workspaces and tokens are made directly in the database, as the command line would.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod clock;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::public_url::PublicUrl;
use api::server::Server;
use api::signing::{InviteLinks, UrlSigner};
use api::state::{AppState, HttpSettings, Parts};
use domain::access::Scope;
use domain::id::{TokenId, UserId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{ListRequest, PageRequest};
use domain::parsing::ParseConfig;
use domain::role::Role;
use domain::time::Clock;
use domain::token::PlainToken;
use domain::user::Email;
use parsing::child::ParseChild;
use storage::blobs::{Blobs, BlobsUrl, S3Options};
use storage::tokens::NewToken;
use storage::{AnyConnection, Db};
use tempfile::TempDir;
use worker::mail::Mailer;
use worker::passwords::Passwords;
use worker::{Context, Wake};

use crate::databases::TestDb;

pub use client::{Answer, Client, HasId};
pub use clock::StoppedClock;

/// A server, its database and its files. All of it is gone when this is dropped.
pub struct TestServer {
    /// What the server and its jobs work with.
    pub context: Context,
    address: String,
    clock: Arc<StoppedClock>,
    server: Server,
    _files: TempDir,
    _database: TestDb,
}

/// A user with a workspace of their own, as its admin, and a token that may do everything.
pub struct Tenant {
    /// The user.
    pub user: UserId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Speaks to the server with the token.
    pub client: Client,
}

impl TestServer {
    /// A server on SQLite. `program` is the binary `docent`, whose children parse documents.
    pub fn start(program: &str) -> Self {
        Self::start_with(program, |_settings| {})
    }

    /// The same with other settings.
    pub fn start_with(program: &str, change: impl FnOnce(&mut HttpSettings)) -> Self {
        Self::of(TestDb::sqlite(), None, program, change, None)
    }

    /// A server that mails invitations by the mail server of that address.
    pub fn start_with_mail(program: &str, smtp_url: &str) -> Self {
        let change = |settings: &mut HttpSettings| settings.sends_mail = true;
        Self::of(TestDb::sqlite(), None, program, change, Some(smtp_url))
    }

    /// A server on SQLite with its files in this store.
    pub fn start_with_blobs(program: &str, blobs: Blobs) -> Self {
        Self::of(TestDb::sqlite(), Some(blobs), program, |_settings| {}, None)
    }

    /// A server on PostgreSQL; none where no server of that kind was given.
    pub fn on_postgres(program: &str) -> Option<Self> {
        TestDb::postgres().map(|database| Self::of(database, None, program, |_settings| {}, None))
    }

    fn of(
        database: TestDb,
        blobs: Option<Blobs>,
        program: &str,
        change: impl FnOnce(&mut HttpSettings),
        smtp_url: Option<&str>,
    ) -> Self {
        let clock = Arc::new(StoppedClock::default());
        let files = tempfile::tempdir().unwrap();
        let mut settings = settings();
        change(&mut settings);
        let blobs = blobs.unwrap_or_else(|| on_disk(files.path()));
        let mut context = context(database.db.clone(), blobs, program, &clock);
        context.max_upload_bytes = settings.max_upload_bytes;
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let signer = UrlSigner::new(b"a key for tests");
        context.mailer = smtp_url.map(|smtp_url| mailer(smtp_url, signer.clone(), &listener));
        let parts = Parts {
            db: context.db.clone(),
            blobs: context.blobs.clone(),
            clock: Arc::<StoppedClock>::clone(&clock),
            passwords: Arc::clone(&context.passwords),
            parser: Arc::clone(&context.parser),
            parse_timeout: context.parse_timeout,
            signer,
            settings,
            parse: context.parse_config.clone(),
            wake: context.wake.clone(),
        };
        let state = AppState::new(parts, listener.local_addr().unwrap()).unwrap();
        let server = Server::start(listener, state).unwrap();
        Self {
            context,
            address: format!("http://{}", server.address()),
            clock,
            server,
            _files: files,
            _database: database,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where it keeps files.
    pub fn blobs(&self) -> &Blobs {
        &self.context.blobs
    }

    /// Lets time go on.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Does all jobs that are due, and returns how many there were.
    pub async fn run_jobs(&self) -> usize {
        worker::run_until_idle(&self.context).await.unwrap()
    }

    /// Stops as an operator would: requests under way are answered first.
    pub async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    /// Somebody with a workspace of their own.
    pub async fn tenant(&self, name: &str) -> Tenant {
        let user = self.user(name).await;
        let workspace = self.workspace(user, name).await;
        let client = self.client_of(user, "*", None).await;
        Tenant {
            user,
            workspace,
            client,
        }
    }

    /// An account.
    pub async fn user(&self, name: &str) -> UserId {
        let email: Email = format!("{name}@example.org").parse().unwrap();
        let (name, now) = (Name::lossy(name, "user"), self.clock.now());
        self.write(move |conn| storage::users::insert(conn, &email, &name, now))
            .await
            .id
    }

    /// A workspace with its admin.
    pub async fn workspace(&self, admin: UserId, name: &str) -> WorkspaceId {
        let (name, now) = (Name::lossy(name, "workspace"), self.clock.now());
        let insert = move |conn: &mut AnyConnection| {
            storage::workspaces::insert(conn, admin, &name, None, serde_json::json!({}), now)
        };
        self.write(insert).await.id
    }

    /// Makes somebody a member, and speaks as them with a token that may do everything.
    pub async fn member(&self, workspace: WorkspaceId, name: &str, role: Role) -> Client {
        let (user, now) = (self.user(name).await, self.clock.now());
        self.write(move |conn| storage::members::insert(conn, workspace, user, role, now))
            .await;
        self.client_of(user, "*", None).await
    }

    /// Speaks as a user with a token of these abilities.
    pub async fn client_of(&self, user: UserId, abilities: &str, workspace: Option<WorkspaceId>) -> Client {
        let (token, _) = self.token(user, abilities, workspace).await;
        self.anonymous().with_token(token.reveal())
    }

    /// A token of these abilities.
    pub async fn token(
        &self,
        user: UserId,
        abilities: &str,
        workspace: Option<WorkspaceId>,
    ) -> (PlainToken, TokenId) {
        let mut random = [0; 32];
        getrandom::fill(&mut random).unwrap();
        let (plain, now) = (PlainToken::mint(random), self.clock.now());
        let new = NewToken {
            user_id: user,
            name: Name::lossy("test", "test"),
            hash: plain.hash(),
            abilities: abilities.parse().unwrap(),
            workspace_id: workspace,
            expires_at: None,
        };
        let token = self
            .write(move |conn| storage::tokens::insert(conn, new, now))
            .await;
        (plain, token.id)
    }

    /// Speaks without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address)
    }

    /// The audit trail of a workspace, oldest first: `template.created`.
    pub async fn events(&self, workspace: WorkspaceId) -> Vec<String> {
        let request = ListRequest {
            page: PageRequest::new(None, Some(100)).unwrap(),
            ..ListRequest::default()
        };
        let list = move |conn: &mut AnyConnection| {
            storage::events::list(conn, &Scope::of_job(workspace), workspace, &request)
        };
        let events = self.context.db.read(list).await.unwrap().items;
        events
            .iter()
            .rev()
            .map(|listed| listed.event.action.to_string())
            .collect()
    }

    /// Writes to the database beside the server.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T, storage::Error> + Send + 'static,
    ) -> T {
        self.context.db.write(work).await.unwrap()
    }
}

fn on_disk(files: &Path) -> Blobs {
    let folder = BlobsUrl::folder(&files.join("blobs")).unwrap();
    Blobs::open(&folder, &S3Options::default()).unwrap()
}

fn mailer(smtp_url: &str, signer: UrlSigner, listener: &TcpListener) -> Mailer {
    let from = "Docent <docent@example.org>".parse().unwrap();
    let public_url = PublicUrl::new(None, listener.local_addr().unwrap()).unwrap();
    let links = InviteLinks::new(signer, public_url);
    let link = Arc::new(move |invite, generation| links.link(invite, generation));
    Mailer::new(&smtp_url.parse().unwrap(), from, link).unwrap()
}

fn context(db: Db, blobs: Blobs, program: &str, clock: &Arc<StoppedClock>) -> Context {
    Context {
        db,
        blobs,
        clock: Arc::<StoppedClock>::clone(clock),
        passwords: Arc::new(Passwords::new(b"a key for tests").unwrap()),
        parser: Arc::new(ParseChild::of_docent(program, 1 << 30)),
        parse_config: ParseConfig::default(),
        parse_timeout: Duration::from_mins(1),
        max_upload_bytes: settings().max_upload_bytes,
        lease: Duration::from_secs(30),
        name: "test".to_owned(),
        mailer: None,
        wake: Wake::default(),
    }
}

fn settings() -> HttpSettings {
    HttpSettings {
        public_url: None,
        rate_limit: 0,
        trusted_proxies: Vec::new(),
        cors_origins: Vec::new(),
        max_upload_bytes: 1_000_000,
        max_body_bytes: 200_000,
        max_batch_files: 50,
        sends_mail: false,
        shutdown_grace: Duration::from_secs(5),
        threads: Some(1),
        bench_routes: false,
    }
}
