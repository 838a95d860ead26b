//! What every request can reach.

mod callers;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use domain::parsing::ParseConfig;
use domain::time::{Clock, Timestamp};
use ipnet::IpNet;
use parsing::child::ParseChild;
use storage::Db;
use storage::blobs::Blobs;
use tokio::sync::Semaphore;
use url::Url;
use worker::Wake;
use worker::passwords::Passwords;

use crate::config::Settings;
use crate::middleware::cors::Origin;
use crate::middleware::rate_limit::Limiter;
use crate::public_url::PublicUrl;
use crate::signing::{InviteLinks, UrlSigner};

pub use callers::Callers;

/// Workbooks that are written at a time.
const WORKBOOKS_AT_ONCE: usize = 2;

/// The part of the configuration that requests are answered by.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Address by which clients reach the server; none for the address it listens on.
    pub public_url: Option<Url>,
    /// Requests a minute for one client address; 0 for no limit.
    pub rate_limit: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may use the API from a browser.
    pub cors_origins: Vec<Origin>,
    /// Largest document in bytes.
    pub max_upload_bytes: u64,
    /// Largest JSON body in bytes.
    pub max_body_bytes: u64,
    /// Most files in one batch.
    pub max_batch_files: usize,
    /// Whether invitations are mailed.
    pub sends_mail: bool,
    /// Longest wait for running requests when the server is asked to stop.
    pub shutdown_grace: Duration,
    /// Threads that take requests; none for one a core.
    pub threads: Option<usize>,
    /// Whether the routes for `scripts/bench` are there.
    pub bench_routes: bool,
}

impl From<&Settings> for HttpSettings {
    fn from(settings: &Settings) -> Self {
        Self {
            public_url: settings.public_url.clone(),
            rate_limit: settings.rate_limit,
            trusted_proxies: settings.trusted_proxies.clone(),
            cors_origins: settings.cors_origins.clone(),
            max_upload_bytes: settings.max_upload_bytes,
            max_body_bytes: settings.max_body_bytes,
            max_batch_files: settings.max_batch_files,
            sends_mail: settings.mail.is_some(),
            shutdown_grace: settings.shutdown_grace,
            threads: None,
            bench_routes: settings.bench_routes,
        }
    }
}

/// What the state is made of.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// The store for files.
    pub blobs: Blobs,
    /// The present time.
    pub clock: Arc<dyn Clock>,
    /// Signs addresses.
    pub signer: UrlSigner,
    /// Seals passwords of documents.
    pub passwords: Arc<Passwords>,
    /// Draws pages in child processes.
    pub parser: Arc<ParseChild>,
    /// Longest time that drawing a page may take.
    pub parse_timeout: Duration,
    /// How requests are answered.
    pub settings: HttpSettings,
    /// How documents are parsed where a template says nothing else.
    pub parse: ParseConfig,
    /// Tells idle workers of this process that there is something to do.
    pub wake: Wake,
}

/// What every request can reach.
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The store for files.
    pub blobs: Blobs,
    /// The present time.
    pub clock: Arc<dyn Clock>,
    /// Signs addresses.
    pub signer: UrlSigner,
    /// Seals passwords of documents.
    pub passwords: Arc<Passwords>,
    /// Draws pages in child processes.
    pub parser: Arc<ParseChild>,
    /// Longest time that drawing a page may take.
    pub parse_timeout: Duration,
    /// Turns for those who have a page drawn, each of which keeps a core busy.
    pub drawings: Arc<Semaphore>,
    /// How requests are answered.
    pub settings: HttpSettings,
    /// How documents are parsed where a template says nothing else.
    pub parse: ParseConfig,
    /// Callers who were found good a moment ago.
    pub callers: Callers,
    /// The limit of rates; none for no limit.
    pub limiter: Option<Limiter>,
    /// Rung after a transaction that wrote a job.
    pub wake: Wake,
    /// Turns for those who write workbooks, each of which keeps a core and a temporary file busy.
    pub workbooks: Arc<Semaphore>,
    /// Makes links of invitations.
    pub invite_links: InviteLinks,
    public_url: PublicUrl,
}

/// The public address cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the listening address makes no URL")]
pub struct StateError(#[from] url::ParseError);

impl AppState {
    /// The state of a server that listens on that address.
    pub fn new(parts: Parts, listening_on: SocketAddr) -> Result<Self, StateError> {
        let Parts {
            db,
            blobs,
            clock,
            signer,
            passwords,
            parser,
            parse_timeout,
            settings,
            parse,
            wake,
        } = parts;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let public_url = PublicUrl::new(settings.public_url.as_ref(), listening_on)?;
        Ok(Self {
            db,
            blobs,
            clock,
            invite_links: InviteLinks::new(signer.clone(), public_url.clone()),
            signer,
            passwords,
            parser,
            parse_timeout,
            drawings: Arc::new(Semaphore::new(cores)),
            callers: Callers::default(),
            limiter: Limiter::new(settings.rate_limit),
            settings,
            parse,
            wake,
            workbooks: Arc::new(Semaphore::new(WORKBOOKS_AT_ONCE)),
            public_url,
        })
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The address by which clients reach a path (and query) of this server. Never made from a Host header, which is
    /// the client's to choose.
    pub fn address(&self, path: &str) -> Url {
        self.public_url.address(path)
    }

    /// The address by which a client reached this.
    pub fn address_of(&self, request: &HttpRequest) -> Url {
        let uri = request.uri();
        self.address(uri.path_and_query().map_or("/", |path| path.as_str()))
    }
}
