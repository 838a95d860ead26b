//! Runs the binary with a data folder of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A data folder, and the program on it.
pub(crate) struct Docent {
    folder: TempDir,
    /// None for the embedded one.
    database: Option<String>,
}

/// A process that runs on. Killed when dropped, the hard way.
pub(crate) struct Process(Child);

/// A server process.
pub(crate) struct Serving {
    process: Process,
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
}

impl Docent {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        }
    }

    /// The same on a database that processes share.
    pub(crate) fn on(database: &str) -> Self {
        Self {
            database: Some(database.to_owned()),
            ..Self::new()
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program with these arguments, nothing of the environment, and no rate limit.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docent"));
        command
            .env_clear()
            .env("DOCENT_DATA_DIR", self.folder())
            .env("DOCENT_RATE_LIMIT", "0")
            .args(arguments);
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and returns what it printed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Runs a command that must fail, and returns what it complained of.
    pub(crate) fn complaint(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        String::from_utf8(output.stderr).unwrap().trim().to_owned()
    }

    /// A user's token that may do everything.
    pub(crate) fn token(&self) -> String {
        self.ok(&["user", "create", "ada@example.org"]);
        self.ok(&["token", "create", "ada@example.org", "--abilities", "*"])
    }

    /// Works on jobs beside servers.
    pub(crate) fn work(&self) -> Process {
        Process(self.command(&["worker"]).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Serves on a free port.
    pub(crate) fn serve(&self, more: &[&str]) -> Serving {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let mut child = self.command(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(
                log.read_line(&mut line).unwrap() > 0,
                "the server ended before it listened"
            );
            if let Some((_, rest)) = line.split_once("listening on ") {
                break rest.split([',', ' ']).next().unwrap().to_owned();
            }
        };
        // What else it logs must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Serving {
            process: Process(child),
            address,
        }
    }
}

impl Serving {
    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
    }

    /// `kill`, and whether it ended well.
    pub(crate) fn terminate(mut self) -> bool {
        let pid = self.process.0.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
        self.process.0.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails where the process has ended already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
