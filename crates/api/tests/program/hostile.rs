//! Files that are meant to bring a reader down, and files that are merely broken, through the front door of a running
//! server: each is read or refused with a reason, and the server answers all the while.

#![expect(clippy::print_stderr, reason = "says what was skipped, and what came out")]

mod mutants;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use self::mutants::Mutants;
use crate::docent::{Docent, Serving};

/// What one document may take: of time, and of memory.
const LIMITS: [&str; 4] = ["--parse-timeout", "20s", "--parse-memory", "1GiB"];

/// Longest wait for an answer while documents are read, in a build without optimisation on a busy machine.
const PROMPT: Duration = Duration::from_secs(5);

/// So many files are sent before their readings are waited for.
const AT_ONCE: usize = 50;

/// What is attached to a mail is read after it, and what is attached to that: so many times at most.
const GENERATIONS: usize = 4;

/// A server, and one workspace of it.
struct Scene {
    _docent: Docent,
    serving: Serving,
    token: String,
    http: reqwest::Client,
    workspace: u64,
}

/// What became of the files.
#[derive(Debug, Default)]
struct Outcomes {
    read: usize,
    refused: usize,
    /// Why a file that was refused is not properly so.
    wrong: Vec<String>,
    slowest_answer: Duration,
}

impl Scene {
    async fn new(more: &[&str]) -> Self {
        let docent = Docent::new();
        let token = docent.token();
        let serving = docent.serve(&[&LIMITS, more].concat());
        let mut scene = Self {
            _docent: docent,
            serving,
            token,
            http: reqwest::Client::new(),
            workspace: 0,
        };
        let made = scene
            .http
            .post(format!("{}/workspaces/create", scene.serving.address))
            .bearer_auth(&scene.token)
            .json(&json!({ "name": "Post" }));
        let made: Value = made.send().await.unwrap().json().await.unwrap();
        scene.workspace = made["id"].as_u64().unwrap_or_else(|| panic!("{made}"));
        scene
    }

    fn documents(&self) -> String {
        format!("{}/workspaces/{}/documents", self.serving.address, self.workspace)
    }

    /// Sends files and waits until nothing is left to read.
    async fn read(&self, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Outcomes {
        let mut outcomes = Outcomes::default();
        let mut sent = 0;
        for (name, bytes) in files {
            self.send(&name, bytes, &mut outcomes).await;
            sent += 1;
            if sent % AT_ONCE == 0 {
                self.until_idle(&mut outcomes).await;
            }
        }
        self.until_idle(&mut outcomes).await;
        self.judge(&mut outcomes).await;
        outcomes
    }

    async fn send(&self, name: &str, bytes: Vec<u8>, outcomes: &mut Outcomes) {
        let file = Part::bytes(bytes).file_name(name.to_owned());
        let request = self.http.post(self.documents()).bearer_auth(&self.token);
        let answer = request
            .multipart(Form::new().part("file", file))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        if status == 201 || status == 200 {
            return;
        }
        let body: Value = answer.json().await.unwrap();
        let reason = body["errors"]["file"][0].as_str();
        match reason {
            Some(_) if status == 422 => outcomes.refused += 1,
            _ => outcomes.wrong.push(format!("{name}: {status} {body}")),
        }
    }

    /// Asks for what is under way until nothing is: these are the other requests that the server has to answer meanwhile.
    /// Once nothing is queued, and then nothing is read, one generation of documents is done, and what they brought is
    /// queued or further.
    async fn until_idle(&self, outcomes: &mut Outcomes) {
        for _ in 0..GENERATIONS {
            for status in ["queued", "parsing"] {
                while self.is_any(status, outcomes).await {}
            }
        }
    }

    async fn is_any(&self, status: &str, outcomes: &mut Outcomes) -> bool {
        let asked = Instant::now();
        let page = self.list(&format!("status={status}&per_page=1")).await;
        outcomes.slowest_answer = outcomes.slowest_answer.max(asked.elapsed());
        !page["data"].as_array().unwrap().is_empty()
    }

    async fn list(&self, query: &str) -> Value {
        let request = self.http.get(format!("{}?{query}", self.documents()));
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Counts what was read, and looks at the reasons of what was not.
    async fn judge(&self, outcomes: &mut Outcomes) {
        let mut page = self.list("per_page=100").await;
        loop {
            for document in page["data"].as_array().unwrap() {
                let (name, error) = (&document["filename"], document["error"].as_str());
                match (document["status"].as_str().unwrap(), error) {
                    ("parsed", _) => outcomes.read += 1,
                    ("failed", Some(reason)) if is_a_refusal(reason) => outcomes.refused += 1,
                    (status, reason) => outcomes.wrong.push(format!("{name}: {status}, {reason:?}")),
                }
            }
            let Some(cursor) = page["meta"]["next_cursor"].as_str() else {
                return;
            };
            page = self.list(&format!("per_page=100&cursor={cursor}")).await;
        }
    }
}

/// Whether a reason speaks of the file, and not of what went wrong here.
fn is_a_refusal(reason: &str) -> bool {
    let ours = [
        "crashed",
        "longer than the limit",
        "more memory",
        "internal error",
        "could not be run",
    ];
    !reason.is_empty() && !ours.iter().any(|words| reason.contains(words))
}

fn corpus() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a setting of the test run")]
    let corpus = std::env::var("DOCENT_CORPUS").ok();
    if corpus.is_none() {
        eprintln!("SKIPPED: set DOCENT_CORPUS to the folder of the corpus to run this test");
    }
    corpus.map(PathBuf::from)
}

/// The hostile files of the corpus, by the names of their cases.
fn hostile(corpus: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for case in std::fs::read_dir(corpus.join("cases/hostile")).unwrap() {
        let folder = case.unwrap().path();
        let about = std::fs::read(folder.join("case.json")).unwrap();
        let about: Value = serde_json::from_slice(&about).unwrap();
        let document = folder.join(about["document"].as_str().unwrap());
        files.push((
            about["id"].as_str().unwrap().to_owned(),
            std::fs::read(document).unwrap(),
        ));
    }
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_files_of_the_corpus_are_read_or_refused_while_the_server_answers() {
    let Some(corpus) = corpus() else { return };
    let files = hostile(&corpus);
    let (count, scene) = (files.len(), Scene::new(&[]).await);
    let outcomes = scene.read(files).await;
    eprintln!("{outcomes:?}");
    assert_eq!(outcomes.wrong, Vec::<String>::new());
    // What is attached to mails comes on top.
    assert!(outcomes.read + outcomes.refused >= count, "{outcomes:?}");
    assert!(outcomes.slowest_answer < PROMPT, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_files_of_every_kind_are_read_or_refused_while_the_server_answers() {
    const MUTANTS: usize = 400;
    let folder = tempfile::tempdir().unwrap();
    let samples = testkit::documents::samples(folder.path());
    let scene = Scene::new(&["--ocr", "off"]).await;
    let outcomes = scene.read(Mutants::of(&samples).take(MUTANTS)).await;
    eprintln!("{outcomes:?}");
    assert_eq!(outcomes.wrong, Vec::<String>::new());
    assert!(outcomes.read + outcomes.refused >= MUTANTS - 5, "{outcomes:?}");
    assert!(outcomes.slowest_answer < PROMPT, "{outcomes:?}");
}
