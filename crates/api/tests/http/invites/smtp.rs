//! A mail server: aiosmtpd, in a process of its own, which keeps what it takes in a folder.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mailparse::{MailHeaderMap, ParsedMail};
use tempfile::TempDir;

/// A mail server. It ends with this value.
pub(super) struct SmtpServer {
    process: Child,
    folder: TempDir,
    port: u16,
}

/// A mail as it arrived.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) subject: String,
    pub(super) text: String,
}

/// A certificate that no one has reason to trust, and its key: those by which the mail server itself is tested.
const CERTIFICATES: &str = "/usr/lib/python3/dist-packages/aiosmtpd/tests/certs";

impl SmtpServer {
    /// A server on a free port.
    pub(super) fn start() -> Self {
        Self::start_with(free_port(), &[])
    }

    /// A server on that port.
    pub(super) fn start_at(port: u16) -> Self {
        Self::start_with(port, &[])
    }

    /// A server that takes mail over encrypted lines only, and proves by nothing that it is who it says.
    pub(super) fn start_untrusted() -> Self {
        let (certificate, key) = (
            format!("{CERTIFICATES}/server.crt"),
            format!("{CERTIFICATES}/server.key"),
        );
        Self::start_with(free_port(), &["--tlscert", &certificate, "--tlskey", &key])
    }

    fn start_with(port: u16, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let handlers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/invites");
        let process = Command::new("aiosmtpd")
            .env("PYTHONPATH", handlers)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["--nosetuid", "--debug", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .args(["--class", "mailboxes.Mailboxes"])
            .arg(folder.path().join("mail"))
            .stderr(Stdio::piped())
            .spawn();
        let mut process = process
            .unwrap_or_else(|error| panic!("aiosmtpd, which `scripts/install test` installs: {error}"));
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let listens = |line: std::io::Result<String>| line.unwrap().contains("Server is listening");
        assert!(said.by_ref().any(listens), "the mail server did not start");
        // It goes on to say things, and shall not wait for somebody who hears them.
        std::thread::spawn(move || said.for_each(drop));
        Self {
            process,
            folder,
            port,
        }
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What has arrived, in no order.
    pub(super) fn mails(&self) -> Vec<Mail> {
        let files = std::fs::read_dir(self.folder.path().join("mail/new")).unwrap();
        let bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        bytes
            .map(|bytes| Mail::of(&mailparse::parse_mail(&bytes).unwrap()))
            .collect()
    }

    /// The only mail that has arrived.
    pub(super) fn only_mail(&self) -> Mail {
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Mail {
    fn of(mail: &ParsedMail<'_>) -> Self {
        let header = |name: &str| mail.headers.get_first_value(name).unwrap();
        Self {
            from: header("From"),
            to: header("To"),
            subject: header("Subject"),
            text: mail.get_body().unwrap(),
        }
    }

    /// The link in it.
    pub(super) fn link(&self) -> &str {
        let mut lines = self.text.lines();
        lines.find(|line| line.starts_with("http://")).unwrap()
    }
}

/// A port that nobody listens on.
pub(super) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
