//! The parts that a running node is made of, put together from the configuration.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::time::SystemClock;
use parsing::child::ParseChild;
use storage::Db;
use storage::blobs::Blobs;
use worker::mail::Mailer;
use worker::passwords::Passwords;
use worker::{Context, Wake, Workers};

use super::{database, extract};
use crate::config::{MailSettings, Settings};
use crate::server::Server;
use crate::signing::{InviteLinks, UrlSigner};
use crate::state::{AppState, HttpSettings, Parts};

/// Database and blob store, opened.
pub(super) struct Node {
    pub(super) db: Db,
    pub(super) blobs: Blobs,
}

impl Node {
    /// Opens both.
    pub(super) fn open(settings: &Settings) -> anyhow::Result<Self> {
        let db = database::open(settings)?;
        let blobs = Blobs::open(&settings.blobs, &settings.s3)
            .with_context(|| format!("cannot open the blob store {}", settings.blobs))?;
        Ok(Self { db, blobs })
    }

    /// Signs and seals with the key of the configuration, else with the instance's own, which all nodes of a database
    /// share.
    pub(super) async fn keys(&self, settings: &Settings) -> anyhow::Result<Keys> {
        if let Some(key) = &settings.secret_key {
            return Keys::new(key.reveal());
        }
        let key = self
            .db
            .read(storage::instance::secret_key)
            .await
            .context("cannot read the instance's key")?;
        Keys::new(key.as_bytes())
    }

    /// What jobs on this node need.
    pub(super) fn worker_context(&self, settings: &Settings, keys: &Keys) -> anyhow::Result<Arc<Context>> {
        let parser: ParseChild = extract::parse_child(settings)?;
        let mailer = settings
            .mail
            .as_ref()
            .map(|mail| mailer(mail, keys.signer.clone()));
        Ok(Arc::new(Context {
            db: self.db.clone(),
            blobs: self.blobs.clone(),
            clock: Arc::new(SystemClock),
            passwords: Arc::clone(&keys.passwords),
            parser: Arc::new(parser),
            parse_config: settings.parse.clone(),
            parse_timeout: settings.parse_timeout,
            max_upload_bytes: settings.max_upload_bytes,
            lease: settings.lease,
            name: format!("pid {}", std::process::id()),
            mailer: mailer.transpose().context("cannot send mail")?,
            wake: Wake::default(),
        }))
    }
}

/// What a node does with its key.
pub(super) struct Keys {
    pub(super) signer: UrlSigner,
    pub(super) passwords: Arc<Passwords>,
}

impl Keys {
    fn new(key: &[u8]) -> anyhow::Result<Self> {
        Ok(Self {
            signer: UrlSigner::new(key),
            passwords: Arc::new(Passwords::new(key)?),
        })
    }
}

/// A node that takes requests and works on jobs.
pub(super) struct Running {
    server: Server,
    workers: Workers,
    grace: Duration,
}

impl Running {
    /// Opens everything and begins to listen.
    pub(super) async fn start(settings: &Settings) -> anyhow::Result<Self> {
        let node = Node::open(settings)?;
        let keys = node.keys(settings).await?;
        let context = node.worker_context(settings, &keys)?;
        let listener = TcpListener::bind(settings.listen)
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let parts = Parts {
            db: node.db.clone(),
            blobs: node.blobs,
            clock: Arc::clone(&context.clock),
            signer: keys.signer,
            passwords: keys.passwords,
            parser: Arc::clone(&context.parser),
            parse_timeout: settings.parse_timeout,
            settings: HttpSettings::from(settings),
            parse: settings.parse.clone(),
            wake: context.wake.clone(),
        };
        let state = AppState::new(parts, listener.local_addr()?)?;
        let server = Server::start(listener, state).context("cannot start the server")?;
        let workers = Workers::start(&context, settings.workers);
        Ok(Self {
            server,
            workers,
            grace: settings.shutdown_grace,
        })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Waits until the process is asked to end. A server that ended by itself is an error: the process shall not look
    /// alive without it.
    pub(super) async fn until_asked_to_end(&mut self) -> anyhow::Result<()> {
        tokio::select! {
            asked = asked_to_end() => asked,
            ended = self.server.ended() => {
                ended.context("the server failed")?;
                anyhow::bail!("the server ended by itself")
            }
        }
    }

    /// Answers the requests and ends the jobs that are under way, then ends.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        let (served, ()) = tokio::join!(self.server.stop(), self.workers.stop(self.grace));
        served.context("the server did not end well")
    }
}

/// Mails invitations. Their links are the same whichever process makes them.
fn mailer(mail: &MailSettings, signer: UrlSigner) -> anyhow::Result<Mailer> {
    let links = InviteLinks::new(signer, mail.public_url.clone().into());
    let link = Arc::new(move |invite, generation| links.link(invite, generation));
    Ok(Mailer::new(&mail.server, mail.from.clone(), link)?)
}

/// Waits until the process is asked to end: Ctrl-C, or SIGTERM from a service manager.
pub(super) async fn asked_to_end() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot wait for Ctrl-C")?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    Ok(())
}
